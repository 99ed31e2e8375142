//! Graphs in which every pair is as likely to be joined as any other.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{SliceRandom, index};

use super::rng::generator;
use super::source::{Link, Source, possible_pairs};
use super::{Moves, Null, NullModel};
use crate::{Adjacency, GraphError};

/// Edges anywhere (Erdős & Rényi 1959; Gilbert 1959).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErdosRenyi {
    /// G(n, m): as many edges as the graph has, with its weights in random order.
    #[default]
    Edges,
    /// G(n, p): every pair with the graph's density as its probability; weights are drawn from the graph's.
    Density,
}

impl NullModel for ErdosRenyi {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        let mut source = Source::of(graph)?;
        let (possible, count) = (source.possible(), source.links.len());
        let mut weights: Vec<f64> = source.links.iter().map(|link| link.weight).collect();
        let pairs: Vec<usize> = match self {
            Self::Edges => {
                weights.shuffle(rng);
                index::sample(rng, possible, count).into_vec()
            }
            Self::Density => {
                let pairs: Vec<usize> = skipping(possible, count as f64 / possible as f64, rng).collect();
                weights = pairs.iter().map(|_| weights[rng.random_range(0..count)]).collect();
                pairs
            }
        };
        let link = |(at, weight)| {
            let (from, to) = pair(at, source.nodes, source.directed);
            Link { from, to, weight }
        };
        source.links = pairs.into_iter().zip(weights).map(link).collect();
        Ok(Null { graph: source.finish()?, moves: Moves::default() })
    }
}

/// G(n, m): `edges` of all pairs, each set of pairs equally likely, weights 1. O(m) time, O(n²) where m is
/// near it.
///
/// # Errors
/// [`GraphError::BadArgument`] when there are not so many pairs.
pub fn gnm(nodes: usize, edges: usize, directed: bool, seed: u64) -> Result<Adjacency, GraphError> {
    let possible = possible_pairs(nodes, directed);
    if edges > possible {
        let expected = format!("at most {possible} (the pairs of {nodes} nodes)");
        return Err(GraphError::argument("the number of edges", edges, expected));
    }
    let pairs = index::sample(&mut generator(seed), possible, edges);
    build(nodes, directed, pairs.into_iter())
}

/// G(n, p): every pair with `probability`, weights 1. O(n + m) time: it leaps from edge to edge (Batagelj &
/// Brandes 2005).
///
/// # Errors
/// [`GraphError::BadArgument`] when the probability is not within 0…1.
pub fn gnp(nodes: usize, probability: f64, directed: bool, seed: u64) -> Result<Adjacency, GraphError> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(GraphError::argument("the probability of an edge", probability, "a number within 0..=1"));
    }
    let mut rng = generator(seed);
    build(nodes, directed, skipping(possible_pairs(nodes, directed), probability, &mut rng))
}

fn build(nodes: usize, directed: bool, pairs: impl Iterator<Item = usize>) -> Result<Adjacency, GraphError> {
    let edge = |at| {
        let (from, to) = pair(at, nodes, directed);
        (from as usize, to as usize, 1.0)
    };
    Adjacency::from_edges(nodes, directed, pairs.map(edge))
}

/// Rising numbers below `end`, each with the same probability: the gaps between them are geometric.
fn skipping(end: usize, probability: f64, rng: &mut StdRng) -> impl Iterator<Item = usize> + '_ {
    let scale = (-probability).ln_1p();
    let mut next = 0_usize;
    std::iter::from_fn(move || {
        if probability <= 0.0 {
            return None;
        }
        if probability < 1.0 {
            let gap = (1.0 - rng.random::<f64>()).ln() / scale;
            // A gap beyond the integers saturates and so ends the row.
            next = next.saturating_add(gap as usize);
        }
        let at = next;
        next = next.saturating_add(1);
        (at < end).then_some(at)
    })
}

/// The pair of this number: row by row without the diagonal, in an undirected graph (1,0), (2,0), (2,1),
/// (3,0), …
fn pair(at: usize, nodes: usize, directed: bool) -> (u32, u32) {
    if directed {
        let (from, to) = (at / (nodes - 1), at % (nodes - 1));
        (from as u32, (to + usize::from(to >= from)) as u32)
    } else {
        let below = |row: usize| row * (row - 1) / 2;
        // The root of a large number is off by a little, which is set right.
        let mut row = (f64::midpoint(1.0, (1.0 + 8.0 * at as f64).sqrt()) as usize).max(1);
        while below(row) > at {
            row -= 1;
        }
        while below(row + 1) <= at {
            row += 1;
        }
        ((at - below(row)) as u32, row as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_its_number() {
        for directed in [true, false] {
            let mut pairs: Vec<_> =
                (0..possible_pairs(7, directed)).map(|at| pair(at, 7, directed)).collect();
            pairs.sort_unstable();
            let all = (0..7).flat_map(|from| (0..7).map(move |to| (from, to)));
            let expected: Vec<_> = all.filter(|&(from, to)| from < to || (directed && from != to)).collect();
            assert_eq!(pairs, expected);
        }
        // Beyond what f64 resolves: 3 billion nodes' last pair.
        let nodes = 3_000_000_000_usize;
        assert_eq!(pair(possible_pairs(nodes, false) - 1, nodes, false), (2_999_999_998, 2_999_999_999));
    }

    #[test]
    fn density_is_the_probability() {
        for (probability, directed) in [(0.0, true), (0.03, false), (0.5, true), (1.0, false)] {
            let graph = gnp(300, probability, directed, 5).unwrap();
            let possible = possible_pairs(300, directed) as f64;
            let sd = (possible * probability * (1.0 - probability)).sqrt();
            let off = (graph.edge_count() as f64 - possible * probability).abs();
            assert!(off <= 4.0 * sd, "{} edges at {probability}", graph.edge_count());
        }
    }

    #[test]
    fn errors() {
        insta::assert_snapshot!(gnm(4, 7, false, 0).unwrap_err(), @"the number of edges is 7; expected at most 6 (the pairs of 4 nodes)");
        insta::assert_snapshot!(gnp(4, 1.5, false, 0).unwrap_err(), @"the probability of an edge is 1.5; expected a number within 0..=1");
        insta::assert_snapshot!(gnp(4, f64::NAN, false, 0).unwrap_err(), @"the probability of an edge is NaN; expected a number within 0..=1");
    }
}
