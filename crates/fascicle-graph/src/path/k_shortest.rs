//! The shortest paths without loops between two nodes, one after the other.
//!
//! Yen (1971), "Finding the k shortest loopless paths in a network", with Lawler's (1972) rule against
//! finding a path twice, and with deviations put off until their lower bound is reached (Kurz & Mutzel 2016,
//! "A sidetrack-based algorithm for finding the k shortest simple paths in a directed graph", use the same
//! bound). The bound is the distance to the target in the whole graph, found once per pair of ends and only
//! as far as is needed.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::distance::Key;
use super::exits::Exits;
use super::to_target::Marks;
use super::unit_spur::UnitSpur;
use super::weighted_spur::WeightedSpur;
use super::{Path, Paths};
use crate::GraphError;

/// How many deviations are looked into before the search gives up.
const CAP: usize = 1_000_000;

/// The paths without loops from one node to another, the shortest first; see [`Paths::k_shortest`].
#[derive(Clone, Debug)]
pub struct KShortest<'a> {
    paths: Paths<'a>,
    source: usize,
    spur: Spur,
    heap: BinaryHeap<Reverse<Candidate>>,
    blocked: Marks,
    limit: f64,
    cap: usize,
    looked: usize,
}

#[derive(Clone, Debug)]
enum Spur {
    Unit(UnitSpur),
    Weighted(WeightedSpur),
}

/// The best path of those that begin with the same edges and do not go on by some others: the path itself,
/// or, before it is looked for, a bound of its length.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    length: Key,
    found: bool,
    /// The path; before it is found, one that begins with the same edges.
    slots: Arc<[u32]>,
    /// How many edges are fixed.
    fixed: usize,
    banned: Vec<u32>,
}

impl Candidate {
    fn known(&self) -> &[u32] {
        if self.found { &self.slots } else { &self.slots[..self.fixed] }
    }
}

impl Ord for Candidate {
    /// By length. Bounds come before paths, because a path of the same length may be behind them.
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.known(), other.known());
        (self.length, self.found, a.len(), a).cmp(&(other.length, other.found, b.len(), b))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Paths<'a> {
    /// All paths without loops from one node to another, the shortest first; use [`Iterator::take`] for the
    /// first k.
    ///
    /// Paths of one length come by their number of edges, then step by step by the index of the next node and
    /// that of the edge to it. From a node to itself there is one path, without edges. In the worst case a
    /// path costs as many searches as it has edges, each O(n + m), or O(m log n) where edges have lengths;
    /// usually few searches are needed and they see little of the graph.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn k_shortest(&self, source: usize, target: usize) -> Result<KShortest<'a>, GraphError> {
        self.check("source", source)?;
        self.check("target", target)?;
        let spur = match self.lengths {
            None => Spur::Unit(UnitSpur::new(self, target)),
            Some(_) => Spur::Weighted(WeightedSpur::new(self, target)),
        };
        let all = Candidate {
            length: Key(0.0),
            found: source == target,
            slots: Arc::from([]),
            fixed: 0,
            banned: Vec::new(),
        };
        Ok(KShortest {
            blocked: Marks::new(self.graph.node_count()),
            paths: self.clone(),
            source,
            spur,
            heap: BinaryHeap::from([Reverse(all)]),
            limit: f64::INFINITY,
            cap: CAP,
            looked: 0,
        })
    }
}

impl KShortest<'_> {
    /// Only paths of at most this length.
    #[must_use]
    pub fn at_most(mut self, length: f64) -> Self {
        self.limit = length;
        self
    }

    /// How many deviations may be looked into, in all; a million unless said. Between hubs there are more
    /// paths than anybody can wait for.
    #[must_use]
    pub fn cap(mut self, deviations: usize) -> Self {
        self.cap = deviations;
        self
    }

    /// Whether the search ended at the cap, so that there may be more paths.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        self.looked >= self.cap && !self.heap.is_empty()
    }

    /// Marks the source and the next node of the first `fixed` edges, so that they are not met again, and
    /// returns the last of them and how far it is from the source.
    fn block(&mut self, slots: &[u32]) -> (usize, f64) {
        self.blocked.clear();
        self.blocked.insert(self.source);
        slots.iter().fold((self.source, 0.0), |(node, length), &slot| {
            let (next, step) = self.paths.step(node, slot);
            self.blocked.insert(next);
            (next, length + step)
        })
    }

    /// Looks for the path behind a bound.
    fn find(&mut self, bound: Candidate) {
        let prefix = &bound.slots[..bound.fixed];
        let (spur, length) = self.block(prefix);
        let exits = Exits { paths: &self.paths, spur, banned: &bound.banned, blocked: &self.blocked };
        let found = match &mut self.spur {
            Spur::Unit(unit) => {
                // Longer paths than there are nodes do not exist.
                let left = (self.limit - length).min(f64::from(u32::MAX)) as u32;
                unit.best(&exits, left).map(|rest| (length + rest.len() as f64, rest))
            }
            Spur::Weighted(weighted) => {
                weighted.best(&exits, length, self.limit).map(|(rest, length)| (length, rest))
            }
        };
        if let Some((length, rest)) = found {
            let slots = prefix.iter().copied().chain(rest).collect();
            self.heap.push(Reverse(Candidate { length: Key(length), found: true, slots, ..bound }));
        }
    }

    /// Puts a path's deviations on the heap.
    fn deviate(&mut self, path: Candidate) {
        let Candidate { slots, fixed, banned, .. } = path;
        let mut banned = Some(banned);
        let (mut node, mut length) = self.block(&slots[..fixed]);
        for (at, &slot) in slots.iter().enumerate().skip(fixed) {
            let mut banned = banned.take().unwrap_or_default();
            banned.push(slot);
            let exits = Exits { paths: &self.paths, spur: node, banned: &banned, blocked: &self.blocked };
            let bound = match &self.spur {
                Spur::Unit(unit) => {
                    unit.at_least(&exits).map_or(f64::INFINITY, |hops| length + f64::from(hops))
                }
                Spur::Weighted(weighted) => weighted.at_least(&exits, length),
            };
            if bound <= self.limit && bound < f64::INFINITY {
                let slots = Arc::clone(&slots);
                self.heap.push(Reverse(Candidate {
                    length: Key(bound),
                    found: false,
                    slots,
                    fixed: at,
                    banned,
                }));
            }
            let (next, step) = self.paths.step(node, slot);
            (node, length) = (next, length + step);
            self.blocked.insert(node);
        }
    }
}

impl Iterator for KShortest<'_> {
    type Item = Path;

    fn next(&mut self) -> Option<Path> {
        loop {
            let Reverse(best) = self.heap.peek()?;
            if best.found {
                let Reverse(best) = self.heap.pop()?;
                let path = self.paths.path(self.source, &best.slots);
                self.deviate(best);
                return (path.length <= self.limit).then_some(path);
            }
            if self.looked >= self.cap {
                return None;
            }
            self.looked += 1;
            let Reverse(bound) = self.heap.pop()?;
            self.find(bound);
        }
    }
}

impl std::iter::FusedIterator for KShortest<'_> {}
