//! Degree-preserving rewiring.

use rand::rngs::StdRng;

use super::source::{Link, Source};
use super::swap::{Carry, swap, swap_signed};
use super::weights::shuffle;
use super::{Null, NullModel, Weights, check_swaps, strengths};
use crate::{Adjacency, GraphError};

/// Degree-preserving rewiring (Maslov & Sneppen 2002): edges a → b, c → d change targets, again and again,
/// unless that would make a self-loop or a parallel edge.
///
/// Attempts count, not successes: refused ones are part of the walk whose stationary distribution is uniform
/// over the graphs that it reaches (Milo et al. 2003). In a directed graph these are all those of the same
/// degrees but for the direction of some three-cycles. O(m · swaps) time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rewire {
    /// Attempted swaps per edge.
    pub swaps: f64,
    /// What becomes of weights.
    pub weights: Weights,
    /// Whether nodes keep their positive and negative degrees apart. Makes no difference without negative
    /// weights.
    pub signs: bool,
}

impl Default for Rewire {
    /// Ten attempts an edge, weights stay with their source, signs are kept apart.
    fn default() -> Self {
        Self { swaps: 10.0, weights: Weights::default(), signs: true }
    }
}

impl NullModel for Rewire {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        check_swaps(self.swaps)?;
        let mut source = Source::of(graph)?;
        let before = source.links.clone();
        let signed = self.signs && before.iter().any(Link::is_negative);
        let moves = if signed {
            swap_signed(&mut source, self.swaps, rng)
        } else {
            swap(&mut source, self.swaps, rng, |_, _| Some(Carry::Source))
        };
        match self.weights {
            Weights::Travel => {}
            Weights::Shuffle if signed => {
                for negative in [false, true] {
                    shuffle(&mut source.links, |link| link.is_negative() == negative, rng);
                }
            }
            Weights::Shuffle => shuffle(&mut source.links, |_| true, rng),
            Weights::Strengths { period: 0 } => {
                return Err(GraphError::argument("the period of ranking", 0, "at least 1"));
            }
            Weights::Strengths { period } => strengths::reassign(&mut source, &before, period, rng),
        }
        Ok(Null { graph: source.finish()?, moves })
    }
}
