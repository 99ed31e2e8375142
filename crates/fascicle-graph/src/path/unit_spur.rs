//! The best way on from a node where every edge is 1 long.
//!
//! The best way is the shortest, among these the first in the order of nodes and edges. A depth-first search
//! that may not be farther from the target than edges remain finds it at once, unless all shortest ways are
//! blocked; then levels around the target are counted again without the blocked nodes.

use super::Paths;
use super::exits::Exits;
use super::to_target::{Levels, Marks};

#[derive(Clone, Debug)]
pub(super) struct UnitSpur {
    target: usize,
    levels: Levels,
    /// For each node, with how many edges left the running depth-first search has failed there, plus 1.
    failed: Vec<u32>,
    /// The nodes for which `failed` is to be set back.
    touched: Vec<u32>,
    /// Nodes and the level that they have when blocked ones are avoided.
    around: Vec<u32>,
    around_known: Marks,
    entrances: Marks,
}

impl UnitSpur {
    pub(super) fn new(paths: &Paths<'_>, target: usize) -> Self {
        let nodes = paths.graph.node_count();
        Self {
            target,
            levels: Levels::around(paths, target),
            failed: vec![0; nodes],
            touched: Vec::new(),
            around: vec![0; nodes],
            around_known: Marks::new(nodes),
            entrances: Marks::new(nodes),
        }
    }

    /// At most the number of edges to the target by one of the exits.
    pub(super) fn at_least(&self, exits: &Exits<'_>) -> Option<u32> {
        exits.open().filter_map(|(_, to, _)| self.levels.at_least(to)).min().map(|hops| hops + 1)
    }

    /// The edges of the best way of at most `limit` edges.
    pub(super) fn best(&mut self, exits: &Exits<'_>, limit: u32) -> Option<Vec<u32>> {
        let hops = loop {
            let hops = self.at_least(exits).filter(|&hops| hops <= limit)?;
            self.levels.widen(exits.paths, hops - 1);
            if self.at_least(exits) == Some(hops) {
                break hops;
            }
        };
        let found = self.descend(exits, hops);
        for node in self.touched.drain(..) {
            self.failed[node as usize] = 0;
        }
        found.or_else(|| self.avoid(exits, limit))
    }

    /// The first way of exactly `hops` edges, which is a lower bound, so that no node can come twice.
    fn descend(&mut self, exits: &Exits<'_>, hops: u32) -> Option<Vec<u32>> {
        let Exits { paths, spur, banned, blocked } = *exits;
        let mut way: Vec<u32> = Vec::new();
        // Nodes on the way, and where in their row to go on.
        let mut stack = vec![(spur, paths.graph.out_row(spur).start)];
        while let Some((node, slot)) = stack.last_mut() {
            let (node, left) = (*node, hops - way.len() as u32 - 1);
            let row = paths.graph.out_row(node);
            let heads = &paths.graph.out(node)[*slot - row.start..];
            let next = heads.iter().enumerate().find(|&(at, &head)| {
                let head = head as usize;
                self.levels.within(head, left)
                    && self.failed[head] <= left
                    && !blocked.contains(head)
                    && (!way.is_empty() || !banned.contains(&((*slot + at) as u32)))
            });
            if let Some((at, &head)) = next {
                way.push((*slot + at) as u32);
                *slot += at + 1;
                if left == 0 {
                    return Some(way);
                }
                stack.push((head as usize, paths.graph.out_row(head as usize).start));
            } else {
                self.failed[node] = left + 2;
                self.touched.push(node as u32);
                stack.pop();
                way.pop();
            }
        }
        None
    }

    /// The best way, from levels that are counted without the blocked nodes. O(n + m).
    fn avoid(&mut self, exits: &Exits<'_>, limit: u32) -> Option<Vec<u32>> {
        let Exits { paths, blocked, .. } = *exits;
        self.entrances.clear();
        self.around_known.clear();
        for (_, to, _) in exits.open() {
            self.entrances.insert(to);
        }
        self.around_known.insert(self.target);
        self.around[self.target] = 0;
        let (mut level, mut next) = (vec![self.target as u32], Vec::new());
        let mut left = 0;
        while !level.iter().any(|&node| self.entrances.contains(node as usize)) {
            left += 1;
            if level.is_empty() || left >= limit {
                return None;
            }
            for &node in &level {
                for &from in paths.graph.incoming(node as usize) {
                    if !blocked.contains(from as usize) && self.around_known.insert(from as usize) {
                        self.around[from as usize] = left;
                        next.push(from);
                    }
                }
            }
            level.clear();
            std::mem::swap(&mut level, &mut next);
        }
        let at_level = |to: usize, level: u32| self.around_known.contains(to) && self.around[to] == level;
        let (slot, mut node, _) = exits.open().find(|&(_, to, _)| at_level(to, left))?;
        let mut way = vec![slot];
        while left > 0 {
            left -= 1;
            let at = paths.graph.out(node).iter().position(|&to| at_level(to as usize, left))?;
            way.push((paths.graph.out_row(node).start + at) as u32);
            node = paths.graph.out(node)[at] as usize;
        }
        Some(way)
    }
}
