//! The dynamic functional connectome: which neurons change together, when, and in which animals.
//!
//! The pipeline is that of Dyballa et al. 2024 (*Learning dynamic representations of the functional connectome in
//! neurobiological networks*, arXiv 2402.14102). At every time, each pair of neurons has an [`Affinity`], how much the two are
//! changing together; [`affinity_tensor`] lays these out as time × worm × pair. A non-negative factorisation of that tensor
//! ([`Ntf`]) makes a few components of it, each with a course over time, a strength in each worm and a weight for each pair;
//! [`communities`] then says which neurons belong together in a component. What changes its grouping over time comes apart
//! into components, where a correlation over the whole recording sees but a mixture.
//!
//! Neurons that a worm lacks, gaps in a trace and recordings that end early are *not observed*: they have no say in the
//! factorisation and are never taken for zeros.
//!
//! ```
//! use fascicle_connectome::dynamic::{
//!     AffinityOptions, CoChange, Ntf, Recordings, Worm, affinity_tensor, communities,
//! };
//!
//! # fn main() -> Result<(), fascicle_connectome::ConnectomeError> {
//! // A and B follow one rhythm, C and D another, and this worm has no E
//! let wave = |period: f64| Some((0..200).map(|t| (f64::from(t) / period).sin()).collect());
//! let recordings = Recordings {
//!     neurons: ["A", "B", "C", "D", "E"].map(String::from).to_vec(),
//!     worms: vec![Worm {
//!         name: "first".into(),
//!         traces: vec![wave(3.0), wave(3.0), wave(11.0), wave(11.0), None],
//!     }],
//! };
//! let affinity = affinity_tensor(&recordings, &CoChange::default(), &AffinityOptions::default())?;
//! assert_eq!(affinity.tensor.shape(), [200, 1, 6]); // six pairs: none with E
//! let fits = Ntf::new(1).fit(&affinity.tensor)?;
//! let graph = affinity.graph(fits[0].factors[2].component(0), 1e-6)?;
//! let found = communities(&graph, 7)?;
//! assert_eq!(found.leiden.partition.labels()[..4], [0, 0, 1, 1]);
//! # Ok(())
//! # }
//! ```

mod affinity;
mod communities;
mod ntf;
mod rank;
mod recordings;
mod similarity;
mod stretch;
mod tensor;

pub use affinity::{
    Affinity, AffinityOptions, AffinityTensor, CoChange, Constant, Cosine, Lengths, Spearman, affinity_tensor,
};
pub use communities::{ComponentCommunities, communities};
pub use ntf::{Factor, Factorisation, Ntf};
pub use rank::{RankFit, elbow, rank_sweep};
pub use recordings::{Recordings, Worm};
pub use similarity::{FactorMatch, factor_match};
pub use tensor::Tensor;

#[cfg(test)]
mod tests;
