//! Lower bounds of the distance to a target, found backwards from it and only as far as somebody asks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Paths;
use super::distance::Key;

/// Marks on nodes that are all taken back at once.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    epoch: u32,
    marked: Vec<u32>,
}

impl Marks {
    pub(super) fn new(nodes: usize) -> Self {
        Self { epoch: 1, marked: vec![0; nodes] }
    }

    pub(super) fn clear(&mut self) {
        self.epoch = self.epoch.checked_add(1).unwrap_or_else(|| {
            self.marked.fill(0);
            1
        });
    }

    /// Marks a node; whether it was unmarked.
    pub(super) fn insert(&mut self, node: usize) -> bool {
        std::mem::replace(&mut self.marked[node], self.epoch) != self.epoch
    }

    pub(super) fn contains(&self, node: usize) -> bool {
        self.marked[node] == self.epoch
    }
}

/// Breadth-first levels around a target: exact up to a radius.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    level: Vec<u32>,
    frontier: Vec<u32>,
    radius: u32,
}

const UNKNOWN: u32 = u32::MAX;

impl Levels {
    pub(super) fn around(paths: &Paths<'_>, target: usize) -> Self {
        let mut level = vec![UNKNOWN; paths.graph.node_count()];
        level[target] = 0;
        Self { level, frontier: vec![target as u32], radius: 0 }
    }

    /// Makes the levels up to this one exact.
    pub(super) fn widen(&mut self, paths: &Paths<'_>, radius: u32) {
        while self.radius < radius && !self.frontier.is_empty() {
            self.radius += 1;
            for node in std::mem::take(&mut self.frontier) {
                for &from in paths.graph.incoming(node as usize) {
                    let level = &mut self.level[from as usize];
                    if *level == UNKNOWN {
                        *level = self.radius;
                        self.frontier.push(from);
                    }
                }
            }
        }
    }

    /// The number of edges from every node, infinite where there is no way.
    pub(super) fn all(mut self, paths: &Paths<'_>) -> Vec<f64> {
        self.widen(paths, UNKNOWN - 1);
        self.level
            .iter()
            .map(|&level| if level == UNKNOWN { f64::INFINITY } else { f64::from(level) })
            .collect()
    }

    /// At most the number of edges to the target; none where there is no way.
    pub(super) fn at_least(&self, node: usize) -> Option<u32> {
        match self.level[node] {
            UNKNOWN if self.frontier.is_empty() => None,
            UNKNOWN => Some(self.radius + 1),
            level => Some(level),
        }
    }

    /// Whether the target is known to be at most so many edges away; they must be within the radius.
    pub(super) fn within(&self, node: usize, hops: u32) -> bool {
        self.level[node] <= hops
    }
}

/// Dijkstra's algorithm backwards from a target, resumed where needed.
#[derive(Clone, Debug)]
pub(super) struct Backwards {
    distance: Vec<f64>,
    settled: Marks,
    heap: BinaryHeap<Reverse<(Key, u32)>>,
}

impl Backwards {
    pub(super) fn from(paths: &Paths<'_>, target: usize) -> Self {
        let nodes = paths.graph.node_count();
        let mut distance = vec![f64::INFINITY; nodes];
        distance[target] = 0.0;
        Self {
            distance,
            settled: Marks::new(nodes),
            heap: BinaryHeap::from([Reverse((Key(0.0), target as u32))]),
        }
    }

    /// The length of the shortest way to the target, infinite where there is none.
    pub(super) fn exactly(&mut self, paths: &Paths<'_>, node: usize) -> f64 {
        while !self.settled.contains(node) && self.settle(paths) {}
        self.distance[node]
    }

    /// The length of the shortest way from every node, infinite where there is none.
    pub(super) fn all(mut self, paths: &Paths<'_>) -> Vec<f64> {
        while self.settle(paths) {}
        self.distance
    }

    /// Goes on by one node; whether there was one.
    fn settle(&mut self, paths: &Paths<'_>) -> bool {
        let Some(Reverse((Key(distance), near))) = self.heap.pop() else { return false };
        if self.settled.insert(near as usize) {
            for (from, length) in paths.into(near as usize) {
                let through = distance + length;
                if through < self.distance[from as usize] {
                    self.distance[from as usize] = through;
                    self.heap.push(Reverse((Key(through), from)));
                }
            }
        }
        true
    }

    /// At most the length of the shortest way to the target, from what is known.
    pub(super) fn at_least(&self, node: usize) -> f64 {
        if self.settled.contains(node) {
            return self.distance[node];
        }
        self.heap.peek().map_or(f64::INFINITY, |Reverse((Key(nearest), _))| *nearest)
    }
}
