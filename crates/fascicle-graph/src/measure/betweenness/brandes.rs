//! One source of Brandes' algorithm: shortest paths counted forwards, dependencies summed backwards.
//!
//! With σ(v) the number of shortest paths from the source to v and δ(v) the dependency of the source on v,
//! δ(v) = σ(v) · Σ over successors w of (1 + δ(w)) / σ(w). The quotient is the `share` of w; predecessors are not
//! kept, as the successors of v are those of its neighbours that are one step further.

use super::super::sums::gather;
use super::super::wave::Dijkstra;
use crate::rows::Rows;

const UNSEEN: u32 = u32::MAX;

/// Breadth first.
pub(super) struct ByHops {
    hops: Vec<u32>,
    paths: Vec<f64>,
    share: Vec<f64>,
    dependency: Vec<f64>,
    order: Vec<u32>,
    /// Where in `order` each level begins.
    levels: Vec<usize>,
}

impl ByHops {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            hops: vec![UNSEEN; nodes],
            paths: vec![0.0; nodes],
            share: vec![0.0; nodes],
            dependency: vec![0.0; nodes],
            order: Vec::with_capacity(nodes),
            levels: Vec::new(),
        }
    }

    /// Counts the shortest paths from a source.
    pub(super) fn paths_from(&mut self, rows: &Rows, source: usize) {
        for &node in &self.order {
            self.hops[node as usize] = UNSEEN;
            self.paths[node as usize] = 0.0;
        }
        self.order.clear();
        self.levels.clear();
        self.order.push(source as u32);
        self.hops[source] = 0;
        self.paths[source] = 1.0;
        self.levels.push(0);
        // The last level leads nowhere: where it is known to be the last, its edges are not looked at.
        while self.order.len() > self.levels[self.levels.len() - 1] && self.order.len() < self.hops.len() {
            self.level(rows);
        }
        if self.order.len() == self.levels[self.levels.len() - 1] {
            self.levels.pop();
        }
        self.levels.push(self.order.len());
    }

    fn level(&mut self, rows: &Rows) {
        let here = self.levels[self.levels.len() - 1]..self.order.len();
        self.levels.push(self.order.len());
        let further = self.levels.len() as u32 - 1;
        for at in here {
            let node = self.order[at] as usize;
            let paths = self.paths[node];
            for &to in rows.neighbours(node) {
                let hops = &mut self.hops[to as usize];
                if *hops == UNSEEN {
                    *hops = further;
                    self.order.push(to);
                }
                // No branch: which neighbours are one step further cannot be predicted.
                self.paths[to as usize] += if *hops == further { paths } else { 0.0 };
            }
        }
    }

    /// Visits each node that is not the source with the source's dependency on it.
    pub(super) fn dependencies(&mut self, rows: &Rows, mut visit: impl FnMut(usize, f64)) {
        self.backwards(1, |search, node| {
            // Only nodes one step further have a share now.
            let dependency = search.paths[node] * gather(rows.neighbours(node), &search.share);
            visit(node, dependency);
            dependency
        });
    }

    /// Adds to each entry of the rows what the source's paths put on it.
    pub(super) fn edge_dependencies(&mut self, rows: &Rows, sums: &mut [f64]) {
        self.backwards(0, |search, node| {
            let paths = search.paths[node];
            let row = rows.row(node);
            let mut dependency = 0.0;
            for (sum, &to) in sums[row.clone()].iter_mut().zip(&rows.neighbours[row]) {
                let carried = paths * search.share[to as usize];
                *sum += carried;
                dependency += carried;
            }
            dependency
        });
    }

    /// `step` gives the dependency on each node from the furthest level but one, which has none, to the nearest wanted.
    fn backwards(&mut self, nearest: usize, mut step: impl FnMut(&Self, usize) -> f64) {
        let furthest = self.levels.len() - 2;
        for at in self.levels[furthest]..self.levels[furthest + 1] {
            let node = self.order[at] as usize;
            self.share[node] = 1.0 / self.paths[node];
        }
        for level in (nearest..furthest).rev() {
            for at in self.levels[level]..self.levels[level + 1] {
                let node = self.order[at] as usize;
                self.dependency[node] = step(self, node);
            }
            for &node in &self.order[self.levels[level + 1]..self.levels[level + 2]] {
                self.share[node as usize] = 0.0;
            }
            for &node in &self.order[self.levels[level]..self.levels[level + 1]] {
                let node = node as usize;
                self.share[node] = (1.0 + self.dependency[node]) / self.paths[node];
            }
        }
        let last = nearest.min(furthest);
        for &node in &self.order[self.levels[last]..self.levels[last + 1]] {
            self.share[node as usize] = 0.0;
        }
    }
}

/// Nearest first.
pub(super) struct ByLength {
    search: Dijkstra,
    paths: Vec<f64>,
    share: Vec<f64>,
}

impl ByLength {
    pub(super) fn new(nodes: usize) -> Self {
        Self { search: Dijkstra::new(nodes), paths: vec![0.0; nodes], share: vec![0.0; nodes] }
    }

    /// Counts the shortest paths from a source.
    pub(super) fn paths_from(&mut self, rows: &Rows, lengths: &[f64], source: usize) {
        self.search.run(rows, lengths, source);
        let distance = &self.search.distance;
        for &node in &self.search.order {
            self.paths[node as usize] = 0.0;
        }
        self.paths[source] = 1.0;
        for &node in &self.search.order {
            let (here, paths) = (distance[node as usize], self.paths[node as usize]);
            for entry in rows.row(node as usize) {
                let to = rows.neighbours[entry] as usize;
                if distance[to] == here + lengths[entry] {
                    self.paths[to] += paths;
                }
            }
        }
    }

    /// Visits entries of the rows, and nodes that are not the source, with the source's dependency on them.
    pub(super) fn dependencies(
        &mut self,
        rows: &Rows,
        lengths: &[f64],
        mut edge: impl FnMut(usize, f64),
        mut visit: impl FnMut(usize, f64),
    ) {
        let distance = &self.search.distance;
        for (place, &node) in self.search.order.iter().enumerate().rev() {
            let node = node as usize;
            let mut dependency = 0.0;
            for entry in rows.row(node) {
                let to = rows.neighbours[entry] as usize;
                if distance[to] == distance[node] + lengths[entry] {
                    let carried = self.paths[node] * self.share[to];
                    edge(entry, carried);
                    dependency += carried;
                }
            }
            self.share[node] = (1.0 + dependency) / self.paths[node];
            if place != 0 {
                visit(node, dependency);
            }
        }
    }
}
