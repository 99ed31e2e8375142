//! A null model that knows where nodes are.

use rand::rngs::StdRng;

use super::source::Source;
use super::swap::{Carry, swap};
use super::{Null, NullModel, check_swaps};
use crate::{Adjacency, GraphError};

/// Rewiring that keeps degrees and how many edges have which length (Betzel & Bassett 2018): a swap is made
/// where the two new edges fall into the length bins of the two old ones. A weight stays in its bin, so that
/// what weights owe to length stays as well. Bins hold equally many edges; none becomes shorter than the
/// shortest or longer than the longest.
///
/// Many bins refuse most attempts: see [`Moves::accepted_fraction`](super::Moves::accepted_fraction).
#[derive(Clone, Debug, PartialEq)]
pub struct Spatial {
    /// Where each node is, in one unit (µm).
    pub positions: Vec<[f64; 3]>,
    /// How many bins of length.
    pub bins: usize,
    /// Attempted swaps per edge.
    pub swaps: f64,
}

impl Spatial {
    /// Ten bins and a hundred attempts an edge.
    #[must_use]
    pub fn new(positions: Vec<[f64; 3]>) -> Self {
        Self { positions, bins: 10, swaps: 100.0 }
    }

    /// The length of an edge.
    fn length(&self, from: u32, to: u32) -> f64 {
        let (from, to) = (self.positions[from as usize], self.positions[to as usize]);
        from.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    fn check(&self, nodes: usize) -> Result<(), GraphError> {
        check_swaps(self.swaps)?;
        if self.positions.len() != nodes {
            let expected = format!("one for each of the {nodes} nodes");
            return Err(GraphError::argument("the number of positions", self.positions.len(), expected));
        }
        if self.bins == 0 {
            return Err(GraphError::argument("the number of length bins", 0, "at least one"));
        }
        let finite = |position: &[f64; 3]| position.iter().all(|number| number.is_finite());
        match self.positions.iter().position(|position| !finite(position)) {
            Some(node) => {
                let value = format!("{:?} at node {node}", self.positions[node]);
                Err(GraphError::argument("a position", value, "a triple of finite numbers"))
            }
            None => Ok(()),
        }
    }

    /// The lengths at which bins end: quantiles of the edges' lengths, rising.
    fn ends(&self, source: &Source) -> Vec<f64> {
        let mut lengths: Vec<f64> = source.links.iter().map(|link| self.length(link.from, link.to)).collect();
        lengths.sort_by(f64::total_cmp);
        let last = lengths.len() - 1;
        (0..=self.bins).map(|bin| lengths[bin * last / self.bins]).collect()
    }
}

impl NullModel for Spatial {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        self.check(graph.node_count())?;
        let mut source = Source::of(graph)?;
        let ends = self.ends(&source);
        let bin = |from: u32, to: u32| {
            let length = self.length(from, to);
            let inside = ends[0] <= length && length <= ends[self.bins];
            inside.then(|| ends[1..self.bins].partition_point(|&end| end < length))
        };
        let moves = swap(&mut source, self.swaps, rng, |first, second| {
            let old = (bin(first.from, first.to)?, bin(second.from, second.to)?);
            let new = (bin(first.from, second.to)?, bin(second.from, first.to)?);
            if new == old {
                Some(Carry::Source)
            } else if (new.1, new.0) == old {
                Some(Carry::Target)
            } else {
                None
            }
        });
        Ok(Null { graph: source.finish()?, moves })
    }
}
