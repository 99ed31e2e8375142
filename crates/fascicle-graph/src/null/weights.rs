//! What becomes of weights when edges move.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::source::{Link, Source};
use super::{Moves, Null, NullModel};
use crate::{Adjacency, GraphError};

/// What becomes of weights when edges move. Each keeps the weights as a multiset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weights {
    /// A weight stays with its source, which in a directed graph so keeps its out-strength.
    #[default]
    Travel,
    /// Weights are dealt out anew, those of each sign among the edges of that sign.
    Shuffle,
    /// Weights are dealt out so that every node comes near the strengths that it had (Rubinov & Sporns 2011,
    /// as `null_model_und_sign` and `null_model_dir_sign` of the Brain Connectivity Toolbox). O(m² log m /
    /// period).
    Strengths {
        /// How many weights are dealt between two rankings of the edges; 1 is the most exact. The toolbox
        /// uses 10.
        period: usize,
    },
}

/// The weights of links at these places, dealt out anew among them.
pub(crate) fn shuffle(links: &mut [Link], of: impl Fn(&Link) -> bool, rng: &mut StdRng) {
    let places: Vec<usize> = (0..links.len()).filter(|&at| of(&links[at])).collect();
    let mut weights: Vec<f64> = places.iter().map(|&at| links[at].weight).collect();
    weights.shuffle(rng);
    for (at, weight) in places.into_iter().zip(weights) {
        links[at].weight = weight;
    }
}

/// The same edges with their weights in another order: what weights add to a binary measure (the weight
/// reshuffling of Opsahl et al. 2008). Degrees of each sign stay.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuffleWeights;

impl NullModel for ShuffleWeights {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        let mut source = Source::of(graph)?;
        for negative in [false, true] {
            shuffle(&mut source.links, |link| link.is_negative() == negative, rng);
        }
        Ok(Null { graph: source.finish()?, moves: Moves::default() })
    }
}
