//! The worm's swimming circuit as an architecture, a body for it to move, and evolution to train it.
//!
//! Bhattasali, Zador & Engel (2022, [arXiv:2201.05242](https://arxiv.org/abs/2201.05242)) make a network of the motor circuit
//! of *C. elegans*: an oscillator in the head, B-neurons that sense the bend in front, muscles that shorten on one side and
//! relax on the other. With every weight 1 or −1 it swims before it has learnt anything, and has four parameters.
//!
//! [`Ncap`] is that circuit, with every option of the authors' code, for batches of episodes ([`NcapState`]) and as a signed
//! graph to draw and lesion ([`Ncap::to_graph`], [`Ncap::lesioned`]). [`Mlp`] is the baseline without a prior. [`Body`] is a
//! two-dimensional swimmer without inertia (resistive force theory) in place of the paper's MuJoCo body, so absolute speeds are
//! not the paper's. [`Task`] lets a [`Policy`] swim, [`train`] evolves it.
//!
//! ```
//! use fascicle_connectome::swimmer::{Init, Ncap, NcapConfig, Policy, Task};
//!
//! # fn main() -> Result<(), fascicle_connectome::ConnectomeError> {
//! let circuit = Ncap::new(NcapConfig::new(5), Init::Constant, 0)?;
//! assert_eq!(circuit.parameters(), [1.0, 1.0, 1.0, -1.0]);
//! let swim = Task::new(5).steps(600).swim(&circuit)?;
//! assert!(swim.speed > 0.05, "body lengths a second, untrained");
//!
//! // without the connections that pass the wave on, only the head wags, and nothing without inertia swims with one joint
//! let graph = circuit.to_graph()?;
//! let layer = graph.find_layer("proprioceptive")?;
//! let lesioned = circuit.lesioned(&graph.filtered(|_, _| true, |_, _, edge| edge.layer != layer))?;
//! assert!(Task::new(5).steps(600).swim(&lesioned)?.speed < 0.01);
//! # Ok(())
//! # }
//! ```

mod body;
mod circuit;
mod config;
mod connection;
mod drag;
mod error;
mod evolution;
mod graph;
mod mlp;
mod policy;
mod state;
mod swim;
#[cfg(test)]
mod tests;
mod train;

pub use body::{Body, BodyConfig, Pose};
pub use circuit::Ncap;
pub use config::{Init, NcapConfig};
pub use connection::{Connection, Kind, Side};
pub use error::SwimmerError;
pub use evolution::{Evolution, EvolutionConfig};
pub use mlp::Mlp;
pub use policy::Policy;
pub use state::{Control, NcapState};
pub use swim::{Swim, Task, Trace, Wave};
pub use train::{Generation, Trained, train};
