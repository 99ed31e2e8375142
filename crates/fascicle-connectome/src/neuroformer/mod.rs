//! Neuroformer (Antoniades et al. 2023, arXiv:2311.00136): a transformer over spikes, and what connectivity its
//! attention shows.
//!
//! A recording is cut into windows; each spike is a token, its time a second token beside it. The
//! [network](Neuroformer) predicts who spikes next and when, from the spikes of the window before and those of the
//! present one so far. Beside it stand a [population whose wiring is known](HubNetwork), the [attention that falls on
//! each neuron's past](AttentionMass), the estimators of connectivity that a reader would ask for first
//! ([`baselines`]), and the [measure](Ranking) that compares them.
//!
//! Where the paper's text, its drawing and the authors' program differ, the place concerned says which is followed.
//! Mistakes of the program are not: padding is neither attended to nor averaged over, the width of the contrastive
//! space is what the settings say, and generated times never run backwards.
//!
//! ```
//! use burn::tensor::DType;
//! use fascicle_connectome::neuroformer::{
//!     HubNetwork, Neuroformer, NeuroformerConfig, Ranking, TrainConfig, Windowing, train,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = HubNetwork { hubs: 1, followers: 3, ..HubNetwork::default() };
//! let simulation = network.simulate(10.0, 1)?;
//! let windowing = Windowing::default();
//! let vocabulary = windowing.vocabulary(4)?;
//! let windows = windowing.windows(&simulation.spikes, vocabulary)?;
//!
//! let device = fascicle_core::device("cpu")?;
//! let model = Neuroformer::new(NeuroformerConfig::small(), vocabulary, 0, &device, DType::F32)?;
//! let config = TrainConfig { steps: 20, ..TrainConfig::default() };
//! let model = train(model, &windows, &config, &mut |_| ())?;
//!
//! let lift = model.attention_mass(&windows, 64)?.lift();
//! let auroc = Ranking::of_matrix(&lift, &simulation.adjacency())?.auroc();
//! assert!((0.0..=1.0).contains(&auroc));
//! # Ok(())
//! # }
//! ```

mod attention;
mod attribution;
pub mod baselines;
mod batch;
mod behaviour;
mod block;
mod config;
mod error;
mod evaluate;
mod film;
mod generate;
mod layers;
mod loss;
mod model;
mod params;
mod save;
mod score;
mod simulate;
mod spikes;
#[cfg(test)]
mod tests;
mod tokens;
mod train;

pub use attribution::{AttentionMass, Mass};
pub use batch::Batch;
pub use config::{ContrastiveConfig, Layers, NeuroformerConfig, Partner, Stem, StimulusConfig, Temperature};
pub use error::NeuroformerError;
pub use evaluate::Evaluation;
pub use film::{Film, Patches};
pub use generate::{Generated, Sampling};
pub use loss::Losses;
pub use model::{Neuroformer, Outputs, Patterns};
pub use score::Ranking;
pub use simulate::{HubNetwork, Simulation};
pub use spikes::{Counts, Spike, Spikes};
pub use tokens::{Sequence, Vocabulary, Window, Windowing};
pub use train::{TrainConfig, TrainStep, train};
