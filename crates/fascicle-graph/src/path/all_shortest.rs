//! All shortest paths between two nodes, one after the other.

use super::walk::Walk;
use super::{Path, Paths};
use crate::GraphError;

/// The shortest paths from one node to another; see [`Paths::all_shortest`].
#[derive(Clone, Debug)]
pub struct AllShortest<'a> {
    paths: Paths<'a>,
    walk: Walk,
    to_target: Vec<f64>,
}

impl<'a> Paths<'a> {
    /// All paths from one node to another than which none is shorter, in the order of their nodes and edges.
    ///
    /// Lengths are compared exactly: paths that differ by the rounding of their sums are not equally short.
    /// One search, then O(degree) a step; edges of length 0 may cost more, as they lead in circles. From a
    /// node to itself there is one path, without edges.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn all_shortest(&self, source: usize, target: usize) -> Result<AllShortest<'a>, GraphError> {
        self.check("source", source)?;
        let to_target = self.distances_to(target)?;
        Ok(AllShortest { walk: Walk::new(self, source, target), paths: self.clone(), to_target })
    }
}

impl Iterator for AllShortest<'_> {
    type Item = Path;

    fn next(&mut self) -> Option<Path> {
        let left = &self.to_target;
        self.walk.next(&self.paths, |step| {
            left[step.from].is_finite() && left[step.from] == step.length + left[step.to]
        })
    }
}

impl std::iter::FusedIterator for AllShortest<'_> {}
