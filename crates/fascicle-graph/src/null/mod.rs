//! Null models: graphs that share some property with a given one and are random otherwise, to tell what of a
//! measure that property explains.
//!
//! | model | keeps | source |
//! |---|---|---|
//! | [`Rewire`] | degrees (of each sign), and as asked weights, out-strengths or all strengths | Maslov & Sneppen 2002; Rubinov & Sporns 2011 |
//! | [`Spatial`] | degrees, how many edges have which length, the weights of each length | Betzel & Bassett 2018 |
//! | [`Lattice`] | degrees; edges lie near the diagonal | Sporns & Zwi 2004 |
//! | [`Configuration`] | degrees, nearly or exactly | Molloy & Reed 1995 |
//! | [`ErdosRenyi`] | the number of edges, or only their density | Erdős & Rényi 1959; Gilbert 1959 |
//! | [`ShuffleWeights`] | every edge, not its weight | Opsahl et al. 2008 |
//!
//! Self-loops stay where they are and none is made; the graph must have one edge a pair (the default of a
//! [`View`](crate::View)). [`Lfr`] and [`gnm`], [`gnp`] make graphs from nothing.
//!
//! [`Nulls`] makes many copies in parallel and measures each; a seed gives the same copies on any number of
//! threads.
//!
//! ```
//! use fascicle_graph::Adjacency;
//! use fascicle_graph::null::{Nulls, Rewire};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let ring = Adjacency::from_edges(20, false, (0..20).map(|node| (node, (node + 1) % 20, 1.0)))?;
//! let chords = Nulls::new(Rewire::default(), 100, 7).each(&ring, |null| {
//!     Ok(null.graph.edges().filter(|&(from, to, _)| to - from > 1).count())
//! })?;
//! assert!(chords.iter().any(|&count| count > 0));
//! # Ok(())
//! # }
//! ```

mod comparison;
mod configuration;
mod lattice;
mod lfr;
mod named;
mod pairs;
mod random;
mod rewire;
mod rng;
mod source;
mod spatial;
mod strengths;
mod swap;
mod weights;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::rngs::StdRng;
use rayon::prelude::*;

pub use comparison::Comparison;
pub use configuration::Configuration;
pub use lattice::Lattice;
pub use lfr::{Benchmark, Lfr, LfrWeights};
pub use named::named;
pub use random::{ErdosRenyi, gnm, gnp};
pub use rewire::Rewire;
pub use spatial::Spatial;
pub use weights::{ShuffleWeights, Weights};

use crate::{Adjacency, GraphError};

/// One random copy of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    /// The copy; nodes keep their numbers.
    pub graph: Adjacency,
    /// What was tried and done, for models that move edges.
    pub moves: Moves,
}

/// How many moves were attempted and made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Attempts.
    pub attempted: usize,
    /// Those that broke no rule.
    pub accepted: usize,
}

impl Moves {
    /// The accepted fraction; none for models without moves. Near zero the copy is nearly the graph itself.
    #[must_use]
    pub fn accepted_fraction(&self) -> Option<f64> {
        (self.attempted > 0).then(|| self.accepted as f64 / self.attempted as f64)
    }
}

/// A way to make random copies.
pub trait NullModel: Sync {
    /// One copy. It depends on the graph and what `rng` gives, on nothing else.
    ///
    /// # Errors
    /// What the model says of its arguments; [`GraphError::BadArgument`] for a graph without edges or with
    /// parallel ones.
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError>;
}

impl<M: NullModel + ?Sized> NullModel for &M {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        (**self).sample(graph, rng)
    }
}

impl<M: NullModel + ?Sized + Send> NullModel for Box<M> {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        (**self).sample(graph, rng)
    }
}

/// So many copies by a model.
pub struct Nulls<M> {
    /// How a copy is made.
    pub model: M,
    /// How many copies.
    pub count: usize,
    /// What they are drawn from; copy `i` depends on the seed and `i` alone.
    pub seed: u64,
    progress: Option<Box<dyn Fn(usize) + Send + Sync>>,
}

impl<M: NullModel> Nulls<M> {
    /// `count` copies.
    #[must_use]
    pub fn new(model: M, count: usize, seed: u64) -> Self {
        Self { model, count, seed, progress: None }
    }

    /// Calls this with the number of copies done after each of them, from whichever thread did it.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// One of the copies by itself.
    ///
    /// # Errors
    /// As [`NullModel::sample`].
    pub fn copy(&self, graph: &Adjacency, copy: usize) -> Result<Null, GraphError> {
        self.model.sample(graph, &mut rng::generator(rng::derived(self.seed, copy as u64)))
    }

    /// Makes the copies on all threads of rayon's pool and measures each; the results are in the order of the
    /// copies, which are dropped one by one.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when `count` is 0; the first error of the model or the measure.
    pub fn each<T: Send>(
        &self,
        graph: &Adjacency,
        measure: impl Fn(Null) -> Result<T, GraphError> + Sync,
    ) -> Result<Vec<T>, GraphError> {
        if self.count == 0 {
            return Err(GraphError::argument("the number of null graphs", 0, "at least one"));
        }
        let done = AtomicUsize::new(0);
        (0..self.count)
            .into_par_iter()
            .map(|copy| {
                let measured = measure(self.copy(graph, copy)?)?;
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if let Some(progress) = &self.progress {
                    progress(done);
                }
                Ok(measured)
            })
            .collect()
    }

    /// The copies themselves.
    ///
    /// # Errors
    /// As [`Nulls::each`].
    pub fn graphs(&self, graph: &Adjacency) -> Result<Vec<Null>, GraphError> {
        self.each(graph, Ok)
    }
}

impl<M: fmt::Debug> fmt::Debug for Nulls<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nulls")
            .field("model", &self.model)
            .field("count", &self.count)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// Swaps per edge must be a number of times.
fn check_swaps(swaps: f64) -> Result<(), GraphError> {
    if swaps.is_finite() && swaps >= 0.0 {
        Ok(())
    } else {
        Err(GraphError::argument("the number of swaps per edge", swaps, "a finite number of at least 0"))
    }
}
