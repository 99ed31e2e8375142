//! Two columns with a callosum that learn to move a limb (Rinaldo et al. 2024, arXiv 2401.14057): what becomes of a
//! network whose sides are trained for different ends, and what a lesion of one side costs.
//!
//! The network, the two losses and the routing of their gradients follow the paper's code. The plant is a stand-in: the
//! paper moves an arm of two joints and six muscles (MotorNet); here a point mass in the plane is pushed by two pairs of
//! antagonists, which keeps the question: does specialisation help, and what is left of it after a lesion?
//!
//! ```
//! use fascicle_connectome::bilateral::{BilateralSize, BilateralTraining, Lesion, Sides, perform, train_bilateral};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = fascicle_core::device("cpu")?;
//! let training = BilateralTraining { updates: 2, batch: 4, ..BilateralTraining::default() };
//! let size = BilateralSize { units: 4, layers: 2 };
//! let network = train_bilateral(size, Sides::Both, &training, 0, &device, &mut |_, _| ())?;
//! let whole = perform(&network, &training.plant, Lesion::None, 16, 1)?;
//! let cut = perform(&network, &training.plant, Lesion::Callosum, 16, 1)?;
//! println!("off by {:.3} m, without callosum {:.3} m", whole.reach_error, cut.reach_error);
//! # Ok(())
//! # }
//! ```

mod loss;
mod network;
mod perform;
mod plant;
mod task;
mod train;

pub use loss::{Objective, PositionError};
pub use network::{Bilateral, BilateralSize, Lesion, Side, Sides};
pub use perform::{Performance, perform};
pub use plant::{Course, Plant};
pub use task::{Episodes, Task};
pub use train::{BilateralTraining, routed_gradients, train_bilateral};

#[cfg(test)]
mod tests;
