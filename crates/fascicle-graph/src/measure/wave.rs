//! Distances from 64 sources at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::rows::Rows;

/// Sources that spread together.
pub(super) const WIDTH: usize = 64;

/// Breadth-first search from up to 64 sources in one walk, a bit for each source (Then et al. 2014, "The more the
/// merrier: efficient multi-source graph traversal"). Never more work than one search after the other, and where most
/// nodes are a few steps apart, as in brains, some twenty times less.
pub(super) struct Wave {
    seen: Vec<u64>,
    now: Vec<u64>,
    next: Vec<u64>,
    active: Vec<u32>,
    reached: Vec<u32>,
}

impl Wave {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            seen: vec![0; nodes],
            now: vec![0; nodes],
            next: vec![0; nodes],
            active: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// Calls `level` with 1, 2, … hops and how many nodes each source first reaches with so many.
    pub(super) fn run(
        &mut self,
        rows: &Rows,
        sources: std::ops::Range<usize>,
        mut level: impl FnMut(usize, &[u32; WIDTH]),
    ) {
        self.seen.fill(0);
        self.active.clear();
        for (bit, source) in sources.enumerate() {
            self.seen[source] |= 1 << bit;
            self.now[source] |= 1 << bit;
            self.active.push(source as u32);
        }
        let mut hops = 0;
        while !self.active.is_empty() {
            hops += 1;
            self.reached.clear();
            for &node in &self.active {
                let spreading = std::mem::take(&mut self.now[node as usize]);
                for &to in rows.neighbours(node as usize) {
                    let new = spreading & !self.seen[to as usize];
                    if new != 0 {
                        if self.next[to as usize] == 0 {
                            self.reached.push(to);
                        }
                        self.next[to as usize] |= new;
                    }
                }
            }
            let mut counts = [0; WIDTH];
            for &node in &self.reached {
                let mut new = std::mem::take(&mut self.next[node as usize]);
                self.now[node as usize] = new;
                self.seen[node as usize] |= new;
                while new != 0 {
                    counts[new.trailing_zeros() as usize] += 1;
                    new &= new - 1;
                }
            }
            std::mem::swap(&mut self.active, &mut self.reached);
            if !self.active.is_empty() {
                level(hops, &counts);
            }
        }
    }
}

/// Dijkstra's algorithm with room that is used again. Lengths are positive.
pub(super) struct Dijkstra {
    /// Infinite where not reached.
    pub(super) distance: Vec<f64>,
    /// The nodes reached, nearest first.
    pub(super) order: Vec<u32>,
    /// Distances as bits: those of positive numbers rise with them.
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Dijkstra {
    pub(super) fn new(nodes: usize) -> Self {
        Self { distance: vec![f64::INFINITY; nodes], order: Vec::new(), heap: BinaryHeap::new() }
    }

    pub(super) fn run(&mut self, rows: &Rows, lengths: &[f64], source: usize) {
        for &node in &self.order {
            self.distance[node as usize] = f64::INFINITY;
        }
        self.order.clear();
        self.distance[source] = 0.0;
        self.heap.push(Reverse((0, source as u32)));
        while let Some(Reverse((bits, node))) = self.heap.pop() {
            let at = f64::from_bits(bits);
            if at > self.distance[node as usize] {
                continue;
            }
            self.order.push(node);
            let row = rows.row(node as usize);
            for (&to, length) in rows.neighbours[row.clone()].iter().zip(&lengths[row]) {
                let there = at + length;
                if there < self.distance[to as usize] {
                    self.distance[to as usize] = there;
                    self.heap.push(Reverse((there.to_bits(), to)));
                }
            }
        }
    }
}
