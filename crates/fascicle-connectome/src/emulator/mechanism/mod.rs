//! How a trained emulator does it: what its states do with noise and without, and which units start a transition.
//!
//! Torre et al. 2025 report one fixed point without noise, closed orbits with it, regions where the output lasts (clusters),
//! where it is about to change (kick zones) and where it changes (transitions), and few units that start the change. Each
//! has its function here; all of them run on the host in f64, from [`EmulatorWeights`](super::EmulatorWeights).

mod ablation;
mod kick;
mod orbit;
mod residency;
mod rollout;
mod silence;
mod stability;
#[cfg(test)]
mod tests;

pub use ablation::{Ablation, ablate_triplets, unit_effects};
pub use kick::{Coupling, KickUnits, kick_units};
pub use orbit::{Orbit, orbit};
pub use residency::{Zone, residency};
pub use rollout::{Gain, Rollout, Trajectory};
pub use silence::{FixedPoint, FixedPoints, Silence, fixed_points, silence};
pub use stability::{Stability, stability};
