//! The move that most null models are made of: a → b, c → d become a → d, c → b. Every node keeps its
//! degrees.

use rand::Rng;
use rand::rngs::StdRng;

use super::Moves;
use super::pairs::{PairMap, Pairs, key};
use super::source::{Link, Source};

/// Which end of the old edge an edge's weight goes with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    /// a → d gets the weight of a → b, so that in a directed graph each node keeps its out-strength.
    Source,
    /// a → d gets the weight of c → d.
    Target,
}

/// How many attempts `per_edge` are for this graph.
fn attempts(source: &Source, per_edge: f64) -> usize {
    (per_edge * source.links.len() as f64).ceil() as usize
}

/// Two different edges; in an undirected graph the second may be read backwards.
fn draw(source: &Source, rng: &mut StdRng) -> Option<(usize, usize, Link, Link)> {
    let count = source.links.len();
    if count < 2 {
        return None;
    }
    let (i, j) = (rng.random_range(0..count), rng.random_range(0..count));
    if i == j {
        return None;
    }
    let (first, mut second) = (source.links[i], source.links[j]);
    if !source.directed && rng.random() {
        (second.from, second.to) = (second.to, second.from);
    }
    let loops = first.from == second.to || second.from == first.to;
    (!loops).then_some((i, j, first, second))
}

/// Attempts swaps, and makes those that give no self-loop, no parallel edge and that `allowed` says how to
/// make. A refused attempt counts, as it must for every reachable graph to become equally likely.
pub(crate) fn swap(
    source: &mut Source,
    per_edge: f64,
    rng: &mut StdRng,
    mut allowed: impl FnMut(&Link, &Link) -> Option<Carry>,
) -> Moves {
    let ends = source.links.iter().map(|link| (link.from, link.to));
    let mut pairs = Pairs::new(source.nodes, source.directed, ends);
    let mut moves = Moves { attempted: attempts(source, per_edge), accepted: 0 };
    for _ in 0..moves.attempted {
        let Some((i, j, first, second)) = draw(source, rng) else { continue };
        if pairs.contains(first.from, second.to) || pairs.contains(second.from, first.to) {
            continue;
        }
        let Some(carry) = allowed(&first, &second) else { continue };
        for link in [first, second] {
            pairs.remove(link.from, link.to);
        }
        pairs.insert(first.from, second.to);
        pairs.insert(second.from, first.to);
        let weights = match carry {
            Carry::Source => (first.weight, second.weight),
            Carry::Target => (second.weight, first.weight),
        };
        source.links[i] = Link { from: first.from, to: second.to, weight: weights.0 };
        source.links[j] = Link { from: second.from, to: first.to, weight: weights.1 };
        moves.accepted += 1;
    }
    moves
}

/// As [`swap`] for edges of two signs, keeping how many of each sign every node has. Edges of one sign also
/// change places with edges of the other where these lie across (Rubinov & Sporns 2011): without it, nothing
/// could move in a complete signed graph.
pub(crate) fn swap_signed(source: &mut Source, per_edge: f64, rng: &mut StdRng) -> Moves {
    let directed = source.directed;
    let key_of = |from: u32, to: u32| key(from, to, directed);
    let mut index: PairMap<u32> =
        source.links.iter().zip(0..).map(|(link, at)| (key_of(link.from, link.to), at)).collect();
    let mut moves = Moves { attempted: attempts(source, per_edge), accepted: 0 };
    for _ in 0..moves.attempted {
        let Some((i, j, first, second)) = draw(source, rng) else { continue };
        if first.is_negative() != second.is_negative() {
            continue;
        }
        let across = [(first.from, second.to), (second.from, first.to)];
        let straight = [(first.from, first.to), (second.from, second.to)];
        let mut places = [(i, across[0]), (j, across[1]), (i, straight[0]), (j, straight[1])];
        match across.map(|(from, to)| index.get(&key_of(from, to)).copied()) {
            [None, None] => {
                for (from, to) in straight {
                    index.remove(&key_of(from, to));
                }
                places[2] = places[0];
                places[3] = places[1];
            }
            [Some(p), Some(q)] => {
                let (p, q) = (p as usize, q as usize);
                let other = |at: usize| source.links[at].is_negative() != first.is_negative();
                if p == q || !other(p) || !other(q) {
                    continue;
                }
                places[2].0 = p;
                places[3].0 = q;
            }
            _ => continue,
        }
        for (at, (from, to)) in places {
            source.links[at].from = from;
            source.links[at].to = to;
            index.insert(key_of(from, to), at as u32);
        }
        moves.accepted += 1;
    }
    moves
}
