//! The best way on from a node where edges have lengths: A* with the distance to the target in the whole
//! graph as bound.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Paths;
use super::distance::Key;
use super::exits::Exits;
use super::to_target::{Backwards, Marks};

/// Bounds are lowered by this share, so that they stay bounds whichever way lengths are added up: the order
/// of results depends on exact sums only.
pub(super) const MARGIN: f64 = 1.0 - 1e-9;
const NO_LABEL: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct WeightedSpur {
    target: usize,
    bound: Backwards,
    /// The best label of each node that the running search has met.
    best: Vec<u32>,
    met: Marks,
    labels: Vec<Label>,
}

/// A way to a node: the last edge of it, and the way before.
#[derive(Clone, Copy, Debug)]
struct Label {
    node: u32,
    slot: u32,
    before: u32,
    hops: u32,
    length: f64,
}

impl WeightedSpur {
    pub(super) fn new(paths: &Paths<'_>, target: usize) -> Self {
        let nodes = paths.graph.node_count();
        Self {
            target,
            bound: Backwards::from(paths, target),
            best: vec![NO_LABEL; nodes],
            met: Marks::new(nodes),
            labels: Vec::new(),
        }
    }

    /// At most the length of a path that reaches one of the exits after `length` and leaves by it. Infinite where there
    /// is none.
    pub(super) fn at_least(&self, exits: &Exits<'_>, length: f64) -> f64 {
        let rest =
            exits.open().map(|(_, to, step)| step + self.bound.at_least(to)).fold(f64::INFINITY, f64::min);
        (length + rest) * MARGIN
    }

    /// The edges of the best way by one of the exits, which are reached after `length`, and the length of the whole path,
    /// at most `limit`.
    pub(super) fn best(&mut self, exits: &Exits<'_>, length: f64, limit: f64) -> Option<(Vec<u32>, f64)> {
        let Exits { paths, spur, banned, blocked } = *exits;
        self.labels.clear();
        self.met.clear();
        self.labels.push(Label { node: spur as u32, slot: 0, before: NO_LABEL, hops: 0, length });
        let mut limit = limit;
        let mut heap = BinaryHeap::from([Reverse((Key(length), 0, 0))]);
        while let Some(Reverse((Key(estimate), _, index))) = heap.pop() {
            if estimate > limit {
                break;
            }
            let label = self.labels[index as usize];
            let node = label.node as usize;
            if index > 0 && self.best[node] != index {
                continue;
            }
            for (slot, to, step) in paths.out(node) {
                let head = to as usize;
                if blocked.contains(head) || (index == 0 && banned.contains(&slot)) {
                    continue;
                }
                let next = Label {
                    node: to,
                    slot,
                    before: index,
                    hops: label.hops + 1,
                    length: label.length + step,
                };
                let estimate = (next.length + self.bound.exactly(paths, head)) * MARGIN;
                if estimate > limit || estimate == f64::INFINITY {
                    continue;
                }
                if !self.met.insert(head) && !self.better(&next, self.best[head]) {
                    continue;
                }
                let new = self.labels.len() as u32;
                self.best[head] = new;
                self.labels.push(next);
                if head == self.target {
                    limit = next.length;
                } else {
                    heap.push(Reverse((Key(estimate), next.hops, new)));
                }
            }
        }
        let end = self.met.contains(self.target).then(|| self.best[self.target])?;
        Some((self.slots(end), self.labels[end as usize].length))
    }

    /// Whether a new label is better than the best one of its node so far.
    fn better(&self, new: &Label, old: u32) -> bool {
        let known = &self.labels[old as usize];
        (Key(new.length), new.hops)
            .cmp(&(Key(known.length), known.hops))
            .then_with(|| self.order(new, known))
            .is_lt()
    }

    /// The order of two ways of as many edges, from the first edge in which they differ.
    fn order(&self, a: &Label, b: &Label) -> std::cmp::Ordering {
        let (mut a, mut b) = (*a, *b);
        let mut order = std::cmp::Ordering::Equal;
        while a.hops > 0 {
            if a.slot != b.slot {
                order = a.slot.cmp(&b.slot);
            }
            if a.before == b.before {
                break;
            }
            (a, b) = (self.labels[a.before as usize], self.labels[b.before as usize]);
        }
        order
    }

    fn slots(&self, end: u32) -> Vec<u32> {
        let mut slots = Vec::new();
        let mut label = self.labels[end as usize];
        while label.before != NO_LABEL {
            slots.push(label.slot);
            label = self.labels[label.before as usize];
        }
        slots.reverse();
        slots
    }
}
