//! Depth-first walks from one node to another that meet no node twice.

use super::{Path, Paths};

/// Where a depth-first enumeration of paths is; the caller says which edges are worth a try.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    source: usize,
    target: usize,
    /// The nodes on the way, how many of their edges have been tried, and how far they are from the source.
    stack: Vec<(usize, usize, f64)>,
    slots: Vec<u32>,
    on: Vec<bool>,
}

/// An edge that a walk may take.
pub(super) struct Step {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) length: f64,
    /// How many edges the walk has before it, and how long they are.
    pub(super) hops: usize,
    pub(super) before: f64,
}

impl Walk {
    pub(super) fn new(paths: &Paths<'_>, source: usize, target: usize) -> Self {
        let mut on = vec![false; paths.graph.node_count()];
        on[source] = true;
        Self { source, target, stack: vec![(source, 0, 0.0)], slots: Vec::new(), on }
    }

    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// The next path, in the order of its nodes and edges.
    pub(super) fn next(&mut self, paths: &Paths<'_>, worth: impl Fn(&Step) -> bool) -> Option<Path> {
        if self.source == self.target {
            return self.stack.pop().map(|_| paths.path(self.source, &[]));
        }
        while let Some((node, tried, before)) = self.stack.last_mut() {
            let (from, hops, before) = (*node, self.slots.len(), *before);
            let next = paths.out(from).skip(*tried).find(|&(_, to, length)| {
                *tried += 1;
                !self.on[to as usize] && worth(&Step { from, to: to as usize, length, hops, before })
            });
            match next {
                Some((slot, to, _)) if to as usize == self.target => {
                    self.slots.push(slot);
                    let path = paths.path(self.source, &self.slots);
                    self.slots.pop();
                    return Some(path);
                }
                Some((slot, to, length)) => {
                    self.slots.push(slot);
                    self.on[to as usize] = true;
                    self.stack.push((to as usize, 0, before + length));
                }
                None => {
                    self.on[from] = false;
                    self.stack.pop();
                    self.slots.pop();
                }
            }
        }
        None
    }
}
