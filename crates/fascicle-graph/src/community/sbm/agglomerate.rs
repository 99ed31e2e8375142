//! From many blocks to few: merging, and moving nodes in between.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::level::Level;
use super::multigraph::{Cell, Multigraph};
use super::state::{Around, State};

/// How many blocks are considered for each move and each merge.
const PROPOSALS: usize = 10;
/// How often a block is proposed that the graph does not suggest.
const AT_RANDOM: f64 = 0.1;
/// How often all nodes are visited at most between merges.
pub(super) const PASSING: usize = 3;
/// How often they are where it matters.
pub(super) const THOROUGH: usize = 10;
/// A gain below this many nats is rounding.
const LEAST: f64 = 1e-8;

/// A partition met on the way.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) labels: Vec<u32>,
    pub(super) count: usize,
}

/// Partitions with fewer and fewer blocks, from `start` to `least` blocks, each about `ratio` times fewer than the
/// one before.
pub(super) fn descend(
    graph: &Multigraph,
    level: Level,
    start: Stop,
    least: usize,
    ratio: f64,
    sweeps: usize,
    rng: &mut StdRng,
) -> Vec<Stop> {
    let mut stops = vec![start];
    loop {
        let last = &stops[stops.len() - 1];
        if last.count <= least.max(1) {
            return stops;
        }
        let target = ((last.count as f64 / ratio) as usize).clamp(least.max(1), last.count - 1);
        let mut now = last.clone();
        while now.count > target {
            let state = State::new(graph, level, now.labels, now.count);
            now = merge(state, target, rng);
        }
        let mut state = State::new(graph, level, now.labels, now.count);
        settle(&mut state, sweeps, rng);
        stops.push(Stop { labels: state.labels, count: now.count });
    }
}

/// Moves nodes to where the description is shortest, until that gains little (the greedy limit of Peixoto 2014). No
/// block is emptied. Says how many nats were gained.
pub(super) fn settle(state: &mut State<'_>, sweeps: usize, rng: &mut StdRng) -> f64 {
    if state.blocks.len() < 2 {
        return 0.0;
    }
    let mut order: Vec<usize> = (0..state.graph.node_count()).collect();
    let (mut around, mut candidates) = (Around::default(), Vec::new());
    let mut total = 0.0;
    for _ in 0..sweeps {
        order.shuffle(rng);
        let mut gained = 0.0;
        for &node in &order {
            let home = state.labels[node];
            if state.blocks[home as usize].size == 1 {
                continue;
            }
            state.look_around(node, &mut around);
            candidates.clear();
            candidates.extend((0..PROPOSALS).map(|_| propose(state, &around.out, rng)));
            candidates.sort_unstable();
            candidates.dedup();
            let mut best = (home, LEAST);
            for &other in candidates.iter().filter(|&&other| other != home) {
                let gain = -state.step(&around, other);
                if gain > best.1 {
                    best = (other, gain);
                }
            }
            if best.0 != home {
                state.shift(&around, best.0);
                gained += best.1;
            }
        }
        total += gained;
        if gained <= 1e-3 * state.graph.node_count() as f64 {
            break;
        }
    }
    total
}

/// A block that something with these edges may belong to: one that a block at the other end of an edge is joined to
/// (Peixoto 2014), or now and then any.
fn propose(state: &State<'_>, row: &[(u32, Cell)], rng: &mut StdRng) -> u32 {
    let any = rng.random_range(0..state.blocks.len() as u32);
    if rng.random_bool(AT_RANDOM) {
        return any;
    }
    draw(row, rng).map_or(any, |through| {
        // Now and then where the neighbour is itself: many graphs hold like with like.
        if rng.random_bool(0.3) { through } else { draw(&state.out[through as usize], rng).unwrap_or(any) }
    })
}

/// The block at the other end of a random edge.
fn draw(row: &[(u32, Cell)], rng: &mut StdRng) -> Option<u32> {
    let total: u64 = row.iter().map(|entry| entry.1.count).sum();
    let mut ticket = (total > 0).then(|| rng.random_range(0..total))?;
    for &(block, cell) in row {
        if ticket < cell.count {
            return Some(block);
        }
        ticket -= cell.count;
    }
    None
}

/// Merges the pairs of blocks that cost least, each block at most once, down to `target` blocks or as near as that allows.
fn merge(state: State<'_>, target: usize, rng: &mut StdRng) -> Stop {
    let count = state.blocks.len() as u32;
    let mut pairs: Vec<(f64, u32, u32)> = Vec::new();
    let mut candidates = Vec::new();
    for block in 0..count {
        candidates.clear();
        if count as usize <= PROPOSALS {
            candidates.extend(block + 1..count);
        } else {
            candidates.extend((0..PROPOSALS).map(|_| propose(&state, &state.out[block as usize], rng)));
            candidates.sort_unstable();
            candidates.dedup();
        }
        for &other in candidates.iter().filter(|&&other| other != block) {
            pairs.push((state.merged(block, other) - state.local(block, other), block, other));
        }
    }
    if pairs.is_empty() {
        // Nothing but chance failed to propose anything: the last two become one.
        pairs.push((0.0, count - 2, count - 1));
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut becomes: Vec<u32> = (0..count).collect();
    let mut used = vec![false; count as usize];
    let mut left = count as usize;
    for (_, a, b) in pairs {
        if left == target {
            break;
        }
        if !used[a as usize] && !used[b as usize] {
            used[a as usize] = true;
            used[b as usize] = true;
            becomes[b as usize] = a;
            left -= 1;
        }
    }
    let mut labels: Vec<u32> = state.labels.iter().map(|&label| becomes[label as usize]).collect();
    let count = super::super::network::renumber(&mut labels);
    Stop { labels, count }
}
