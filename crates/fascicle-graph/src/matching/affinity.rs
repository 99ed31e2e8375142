//! The affinity matrix of two graphs.

use super::edges::{check, pairings};
use super::{Likeness, Matching};
use crate::{Adjacency, GraphError, PathwayGraph};

/// The sparse symmetric affinity matrix M over candidate pairs (left node, right node).
///
/// With likenesses that gate well (actions that must agree, say), graphs of some hundred nodes have some ten thousand
/// candidates; the matrix holds only pairs of candidates with edges that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Affinity {
    left: usize,
    right: usize,
    /// (left, right), rising.
    candidates: Vec<(u32, u32)>,
    matrix: Adjacency,
    /// What each graph scores with itself.
    own: [f64; 2],
}

impl Affinity {
    /// The matrix of two graphs. Candidates are the pairs of nodes whose likeness is above 0.
    ///
    /// O(n₁·n₂) likenesses of nodes and O(m₁·c·d₂) of edges, for c candidates a node and out-degree d₂; 12 bytes a
    /// non-zero entry.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a likeness that is negative or not finite; [`GraphError::TooMany`] at 2³²
    /// candidates or pairs of edges.
    pub fn between(
        left: &PathwayGraph,
        right: &PathwayGraph,
        likeness: &impl Likeness,
    ) -> Result<Self, GraphError> {
        let (left_nodes, right_nodes) = (left.petgraph().raw_nodes(), right.petgraph().raw_nodes());
        let (mut candidates, mut entries) = (Vec::new(), Vec::new());
        let mut partners: Vec<Vec<u32>> = Vec::with_capacity(left_nodes.len());
        let mut starts = Vec::with_capacity(left_nodes.len());
        for (i, node) in left_nodes.iter().enumerate() {
            starts.push(candidates.len());
            let mut own = Vec::new();
            for (a, other) in right_nodes.iter().enumerate() {
                let value = likeness.nodes(&node.weight, &other.weight);
                check("the likeness of two nodes", value)?;
                if value > 0.0 {
                    let index = candidates.len();
                    entries.push((index, index, value));
                    candidates.push((i as u32, a as u32));
                    own.push(a as u32);
                }
            }
            partners.push(own);
        }
        let index = |(i, a): (usize, usize)| {
            // only candidates are paired
            starts[i] + partners[i].partition_point(|&partner| (partner as usize) < a)
        };
        pairings(
            left,
            right,
            likeness,
            |i| &partners[i],
            |pairing| {
                entries.push((index(pairing.from), index(pairing.to), pairing.likeness));
            },
        )?;
        Ok(Self {
            left: left_nodes.len(),
            right: right_nodes.len(),
            matrix: Adjacency::from_edges(candidates.len(), false, entries)?,
            candidates,
            own: [itself(left, likeness)?, itself(right, likeness)?],
        })
    }

    /// A matrix from its parts: candidate pairs, their own affinities, and those between two of them (by their places in
    /// `candidates`; each unordered two once, repeated ones are summed). Scores are normalised by `own`, what each
    /// graph scores with itself.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a pair outside the graphs or there twice, places that are none, and affinities
    /// that are negative or not finite.
    pub fn from_parts(
        (left, right): (usize, usize),
        candidates: &[(usize, usize, f64)],
        between: &[(usize, usize, f64)],
        own: [f64; 2],
    ) -> Result<Self, GraphError> {
        let outside = |&&(i, a, _): &&(usize, usize, f64)| i >= left || a >= right;
        if let Some((i, a, _)) = candidates.iter().find(outside) {
            let expected = format!("a left node below {left} and a right one below {right}");
            return Err(GraphError::argument("a candidate", format!("({i}, {a})"), expected));
        }
        let affinities = candidates.iter().chain(between).map(|&(_, _, value)| value).chain(own);
        affinities.into_iter().try_for_each(|value| check("an affinity", value))?;
        // rising order, as if made from graphs
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&place| (candidates[place].0, candidates[place].1));
        let mut place_of = vec![0; candidates.len()];
        for (place, &old) in order.iter().enumerate() {
            place_of[old] = place;
        }
        let pairs: Vec<(u32, u32)> =
            order.iter().map(|&old| (candidates[old].0 as u32, candidates[old].1 as u32)).collect();
        if let Some(two) = pairs.windows(2).find(|two| two[0] == two[1]) {
            return Err(GraphError::argument("a candidate", format!("{:?}", two[0]), "each pair once"));
        }
        let count = candidates.len();
        if let Some((p, q, _)) = between.iter().find(|(p, q, _)| *p >= count || *q >= count || p == q) {
            let expected = format!("two different candidates below {count}");
            return Err(GraphError::argument("an affinity's places", format!("({p}, {q})"), expected));
        }
        let diagonal = candidates.iter().enumerate().map(|(old, c)| (place_of[old], place_of[old], c.2));
        let rest = between.iter().map(|&(p, q, value)| (place_of[p], place_of[q], value));
        let matrix = Adjacency::from_edges(count, false, diagonal.chain(rest))?;
        Ok(Self { left, right, candidates: pairs, matrix, own })
    }

    /// How many nodes the two graphs have.
    #[must_use]
    pub fn nodes(&self) -> (usize, usize) {
        (self.left, self.right)
    }

    /// The pairs that may be matched, (left node, right node), rising.
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + '_ {
        self.candidates.iter().map(|&(i, a)| (i as usize, a as usize))
    }

    /// The matrix itself: undirected, its nodes are the candidates, self-loops its diagonal.
    #[must_use]
    pub fn matrix(&self) -> &Adjacency {
        &self.matrix
    }

    /// The score of a matching, xᵀMx. Pairs that are no candidates count nothing. O(Σ entries of their rows).
    #[must_use]
    pub fn score(&self, pairs: &[(usize, usize)]) -> f64 {
        let mut chosen = vec![false; self.candidates.len()];
        for &(i, a) in pairs {
            if let Ok(place) = self.candidates.binary_search(&(i as u32, a as u32)) {
                chosen[place] = true;
            }
        }
        self.score_of(&chosen)
    }

    /// A score over the geometric mean of what both graphs score with themselves when each node stays itself.
    ///
    /// 1 for a graph and itself; at most 1 for any two, where the likeness is an inner product (by Cauchy–Schwarz). Two
    /// empty graphs are alike (1); one that is nothing to itself is like no other (0).
    #[must_use]
    pub fn normalised(&self, score: f64) -> f64 {
        if self.left == 0 && self.right == 0 {
            return 1.0;
        }
        let own = (self.own[0] * self.own[1]).sqrt();
        if own > 0.0 { score / own } else { 0.0 }
    }

    pub(super) fn score_of(&self, chosen: &[bool]) -> f64 {
        let rows = (0..chosen.len()).filter(|&row| chosen[row]);
        rows.map(|row| {
            let row = self.matrix.out_edges(row);
            row.filter(|&(column, _)| chosen[column]).map(|(_, value)| value).sum::<f64>()
        })
        .sum()
    }

    /// M·x.
    pub(super) fn times(&self, x: &[f64], out: &mut [f64]) {
        for (row, out) in out.iter_mut().enumerate() {
            *out = self.matrix.out_edges(row).map(|(column, value)| value * x[column]).sum();
        }
    }

    pub(super) fn matching(&self, chosen: &[bool], rounds: usize, settled: bool) -> Matching {
        let score = self.score_of(chosen);
        let pairs = self.candidates().zip(chosen).filter(|(_, chosen)| **chosen).map(|(pair, _)| pair);
        Matching { pairs: pairs.collect(), score, normalised: self.normalised(score), rounds, settled }
    }
}

/// What a graph scores with itself.
fn itself(graph: &PathwayGraph, likeness: &impl Likeness) -> Result<f64, GraphError> {
    let every: Vec<[u32; 1]> = (0..graph.node_count() as u32).map(|node| [node]).collect();
    let mut score = 0.0;
    for node in graph.petgraph().node_weights() {
        let value = likeness.nodes(node, node);
        check("the likeness of two nodes", value)?;
        score += value;
    }
    pairings(
        graph,
        graph,
        likeness,
        |node| &every[node],
        |pairing| {
            score += if pairing.from == pairing.to { pairing.likeness } else { 2.0 * pairing.likeness };
        },
    )?;
    Ok(score)
}
