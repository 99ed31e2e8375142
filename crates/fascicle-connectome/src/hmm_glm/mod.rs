//! Networks whose connections depend on a hidden state: Poisson GLMs with a hidden Markov chain, fitted to spike counts.
//!
//! Li, Kim, Rodgers, Choi & Wu (2023), arXiv:2310.15263. Each bin is in one of S states; each state has its own weights between N
//! neurons; a neuron's expected count is a link of its bias and the weighted recent counts of all. [`fit`] finds states,
//! weights and transitions by expectation–maximisation; [`Prior`] chooses among the paper's three models, and
//! [`ConnectomePrior`] makes a prior of a connectome.
//!
//! ```
//! use fascicle_connectome::hmm::{Chain, align};
//! use fascicle_connectome::hmm_glm::{Basis, HmmGlm, Link, Options, Prior, fit};
//!
//! # fn main() -> Result<(), fascicle_connectome::hmm_glm::HmmGlmError> {
//! // two neurons that excite each other in one state and inhibit each other in the other
//! let weights = vec![0.0, 3.0, 3.0, 0.0, 0.0, -3.0, -3.0, 0.0];
//! let truth =
//!     HmmGlm::new(Link::Sigmoid, Basis::default(), Chain::sticky(2, 0.98)?, vec![0.0; 2], weights)?;
//! let (seen, unseen) = (truth.simulate(400, 1)?, truth.simulate(400, 2)?);
//!
//! let found = fit(&[seen.trial], &Options { iterations: 10, ..Options::new(2).prior(Prior::gaussian()) })?;
//! let states = found.model.posterior(&unseen.trial)?.most_probable();
//! assert!(align(&unseen.states, &states, 2)?.accuracy > 0.8);
//! # Ok(())
//! # }
//! ```
//!
//! # Where the paper and its code differ
//!
//! | | here | the paper's code |
//! |---|---|---|
//! | log p in the one-hot prior | the logarithm, as in the paper | p itself stands where log p belongs, so that no p counts more than e times another; the later code takes the logarithm |
//! | posteriors | in logarithms, any number of neurons | by default scaled, emissions held above 1e-16, which flattens the posterior of many neurons |
//! | rounds | all trials together ([`Schedule::Pooled`]) | trial after trial ([`Schedule::PerTrial`]) |
//! | start | weights differ between states by chance | equal weights, which only rounding tells apart; biases at the mean count instead of its drive |
//! | objective | log-likelihood and log prior apart | one sum with the prior's constants, which cannot be compared between models |
//! | rates | logarithms of the links themselves | 1e-8 added |
//!
//! The later code learns a kernel for each pair of neurons; here all share the basis. What rules the weights of neurons on
//! themselves, [`SelfHistory`] says, with the four choices of that code.

mod basis;
mod connectome;
mod draw;
mod emission;
mod error;
mod fit;
mod form;
mod link;
mod model;
mod options;
mod own;
mod prior;
#[cfg(test)]
mod tests;
mod trial;

pub use basis::Basis;
pub use connectome::{Belief, ConnectomePrior};
pub use error::HmmGlmError;
pub use fit::{Fit, Iteration, Stopped, fit, fit_watched};
pub use form::Signs;
pub use link::Link;
pub use model::{HmmGlm, Simulation};
pub use options::{Options, Schedule, SelfHistory};
pub use prior::{Adjacency, Gaussian, Mean, OneHot, Prior};
pub use trial::Trial;
