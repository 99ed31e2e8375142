//! Levels above levels: the numbers of edges between blocks are described as a graph of blocks.

use rand::rngs::StdRng;

use super::Weights;
use super::agglomerate::{PASSING, Stop, THOROUGH, descend, settle};
use super::counts::ln_multiset;
use super::level::{Kind, Level};
use super::multigraph::Multigraph;
use super::state::State;

/// A hierarchy: labels of the nodes, labels of those blocks, and so on up to one block.
#[derive(Clone, Debug)]
pub(super) struct Hierarchy {
    pub(super) levels: Vec<Vec<u32>>,
    /// In nats.
    pub(super) length: f64,
}

/// The best hierarchy met for a graph.
pub(super) fn search(graph: &Multigraph, level: Level, rng: &mut StdRng) -> Hierarchy {
    let nodes = graph.node_count();
    let stops = descend(graph, level, singles(nodes), 1, 1.5, PASSING, rng);
    // From few blocks to many: the description soon only grows, and hierarchies over many blocks are dear.
    let mut best: Option<(usize, Hierarchy)> = None;
    let mut worse = 0;
    for (at, stop) in stops.iter().enumerate().rev() {
        let found = describe(graph, level, stop, rng);
        if best.as_ref().is_none_or(|(_, best)| found.length < best.length) {
            best = Some((at, found));
            worse = 0;
        } else {
            worse += 1;
            if worse > 5 {
                break;
            }
        }
    }
    let (at, mut best) = best.unwrap_or_else(|| (0, Hierarchy { levels: vec![Vec::new()], length: 0.0 }));
    // Between the neighbours of the best, in small steps; then once more from what is best.
    let finer = stops[at.saturating_sub(1)].clone();
    let coarser = stops.get(at + 1).map_or(1, |stop| stop.count);
    let ratio = (finer.count as f64 / coarser as f64).powf(0.1).max(1.01);
    for stop in descend(graph, level, finer, coarser, ratio, THOROUGH, rng) {
        let found = describe(graph, level, &stop, rng);
        if found.length < best.length {
            best = found;
        }
    }
    for _ in 0..5 {
        let labels = best.levels[0].clone();
        let count = labels.iter().max().map_or(0, |&label| label as usize + 1);
        let mut state = State::new(graph, level, labels, count);
        if settle(&mut state, THOROUGH, rng) <= 0.0 {
            break;
        }
        let stop = Stop { labels: state.labels, count };
        let found = describe(graph, level, &stop, rng);
        if found.length >= best.length {
            break;
        }
        best = found;
    }
    best
}

fn singles(nodes: usize) -> Stop {
    Stop { labels: (0..nodes as u32).collect(), count: nodes }
}

/// A partition with the levels above it and the length of everything.
fn describe(graph: &Multigraph, level: Level, stop: &Stop, rng: &mut StdRng) -> Hierarchy {
    let state = State::new(graph, level, stop.labels.clone(), stop.count);
    let mut length = state.total();
    let mut levels = vec![stop.labels.clone()];
    let mut blocks = state.contracted();
    let upper = Level { kind: Kind::Upper, weights: Weights::Ignored, mean: 1.0 };
    // Each level is the one that is shortest if the next has but one block.
    while blocks.node_count() > 1 {
        let mut chosen: Option<(f64, f64, Stop)> = None;
        for stop in
            descend(&blocks, upper, singles(blocks.node_count()), 1, 1.3, PASSING, rng).into_iter().skip(1)
        {
            let own = State::new(&blocks, upper, stop.labels.clone(), stop.count).total();
            let flat = own + edge_counts(&blocks, stop.count as u64);
            if chosen.as_ref().is_none_or(|(_, least, _)| flat < *least) {
                chosen = Some((own, flat, stop));
            }
        }
        let Some((own, _, stop)) = chosen else { break };
        length += own;
        let next = State::new(&blocks, upper, stop.labels.clone(), stop.count).contracted();
        levels.push(stop.labels);
        blocks = next;
    }
    Hierarchy { levels, length }
}

/// What the numbers of edges between so many blocks cost if nothing is known of them.
fn edge_counts(graph: &Multigraph, blocks: u64) -> f64 {
    let pairs = if graph.directed { blocks * blocks } else { blocks * (blocks + 1) / 2 };
    ln_multiset(pairs, graph.edges)
}
