//! Recurrent networks that emulate hidden Markov models (Torre et al. 2025, arXiv 2510.25674): the models with what is
//! exactly true of them, the network driven by noise, its training by optimal transport, and what it does inside.
//!
//! ```
//! use fascicle_connectome::emulator::mechanism::Rollout;
//! use fascicle_connectome::emulator::{EmulatorSize, Hmm, Training, train};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hmm = Hmm::linear_chain(2)?;
//! assert!((hmm.statistics().change_rate - 0.0688).abs() < 1e-4);
//!
//! let device = fascicle_core::device("cpu")?;
//! let size = EmulatorSize { hidden: 8, noise: 2, outputs: 3 };
//! let training = Training { length: 5, batch: 8, steps: 2, ..Training::default() };
//! let trained = train(&hmm, size, &training, 0, &device, &mut |_, _| ())?;
//!
//! // what it emits now, from rest
//! let emitted = trained.best.sample(&Rollout::default(), &trained.best.zeros(10))?.statistics()?;
//! println!("off by {:.2}", emitted.transition_error(&hmm.statistics()));
//! # Ok(())
//! # }
//! ```

mod hmm;
pub mod mechanism;
mod model;
mod sequence;
mod train;
pub mod transport;
mod weights;

pub use hmm::Hmm;
pub use model::{Emulator, hard_gumbel_softmax};
pub use sequence::{OutputStatistics, Sequences};
pub use train::{Start, Trained, Training, emit, train, train_on_host};
pub use weights::{EmulatorSize, EmulatorWeights};
