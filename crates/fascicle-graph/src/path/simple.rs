//! All paths without loops between two nodes, within bounds.

use super::walk::Walk;
use super::weighted_spur::MARGIN;
use super::{Path, Paths};
use crate::GraphError;

/// The paths from one node to another; see [`Paths::simple`].
#[derive(Clone, Debug)]
pub struct SimplePaths<'a> {
    paths: Paths<'a>,
    walk: Walk,
    max_hops: usize,
    hops_left: Vec<f64>,
    limit: Option<Limit>,
}

#[derive(Clone, Debug)]
struct Limit {
    length: f64,
    left: Vec<f64>,
}

impl<'a> Paths<'a> {
    /// All paths without loops from one node to another with at most so many edges, in the order of their
    /// nodes and edges; use [`Iterator::take`] to bound their number, which may be exponential.
    ///
    /// A step is tried only if the target is near enough behind it. From a node to itself there is one path,
    /// without edges.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn simple(
        &self,
        source: usize,
        target: usize,
        max_hops: usize,
    ) -> Result<SimplePaths<'a>, GraphError> {
        self.check("source", source)?;
        let hops_left = Paths::hops(self.graph).distances_to(target)?;
        let walk = Walk::new(self, source, target);
        Ok(SimplePaths { paths: self.clone(), walk, max_hops, hops_left, limit: None })
    }
}

impl SimplePaths<'_> {
    /// Only paths of at most this length.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when it is not a number.
    pub fn at_most(mut self, length: f64) -> Result<Self, GraphError> {
        if length.is_nan() {
            return Err(GraphError::argument("the greatest length", length, "a number"));
        }
        let left = self.paths.distances_to(self.walk.target())?;
        self.limit = Some(Limit { length, left });
        Ok(self)
    }
}

impl Iterator for SimplePaths<'_> {
    type Item = Path;

    fn next(&mut self) -> Option<Path> {
        loop {
            let path = self.walk.next(&self.paths, |step| {
                step.hops as f64 + 1.0 + self.hops_left[step.to] <= self.max_hops as f64
                    && self.limit.as_ref().is_none_or(|limit| {
                        (step.before + step.length + limit.left[step.to]) * MARGIN <= limit.length
                    })
            })?;
            if self.limit.as_ref().is_none_or(|limit| path.length <= limit.length) {
                return Some(path);
            }
        }
    }
}

impl std::iter::FusedIterator for SimplePaths<'_> {}
