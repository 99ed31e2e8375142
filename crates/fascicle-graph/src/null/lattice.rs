//! The lattice reference.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::source::Source;
use super::swap::{Carry, swap};
use super::{Null, NullModel, check_swaps};
use crate::{Adjacency, GraphError};

/// A lattice of the same degrees: swaps are made where they bring edges no further from the diagonal, over
/// nodes put on a ring in random order (Sporns & Zwi 2004; `latmio_und` and `latmio_dir` of the Brain
/// Connectivity Toolbox). The distance of an edge counts by its weight's magnitude, so that strong edges come
/// to lie between neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    /// Attempted swaps per edge.
    pub swaps: f64,
}

impl Default for Lattice {
    /// A thousand attempts an edge: most are refused, and with fewer the graph is not yet as clustered as it gets.
    fn default() -> Self {
        Self { swaps: 1000.0 }
    }
}

impl NullModel for Lattice {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        check_swaps(self.swaps)?;
        let mut source = Source::of(graph)?;
        let nodes = source.nodes as u32;
        let mut place: Vec<u32> = (0..nodes).collect();
        place.shuffle(rng);
        let distance = |from: u32, to: u32| {
            let apart = place[from as usize].abs_diff(place[to as usize]);
            f64::from(apart.min(nodes - apart))
        };
        let moves = swap(&mut source, self.swaps, rng, |first, second| {
            let (strong, weak) = (first.weight.abs(), second.weight.abs());
            let now = strong * distance(first.from, first.to) + weak * distance(second.from, second.to);
            let then = strong * distance(first.from, second.to) + weak * distance(second.from, first.to);
            (then <= now).then_some(Carry::Source)
        });
        Ok(Null { graph: source.finish()?, moves })
    }
}
