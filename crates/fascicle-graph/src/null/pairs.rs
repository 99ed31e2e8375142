//! Which pairs of nodes are joined, asked and changed millions of times while edges are swapped.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Up to this many nodes a bit for each pair (at most 8 MiB), above it a set of those that are joined.
const DENSE_NODES: usize = 8192;

/// A hash that multiplies once: keys are pairs of indices, not text from strangers.
#[derive(Default)]
pub(crate) struct PairHasher(u64);

impl Hasher for PairHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// A map from pairs, as [`key`] packs them.
pub(crate) type PairMap<T> = HashMap<u64, T, BuildHasherDefault<PairHasher>>;

/// Both ends as one number; those of an undirected edge in order.
pub(crate) fn key(from: u32, to: u32, directed: bool) -> u64 {
    let (from, to) = if !directed && from > to { (to, from) } else { (from, to) };
    u64::from(from) << 32 | u64::from(to)
}

/// A set of pairs of nodes.
pub(crate) struct Pairs {
    directed: bool,
    nodes: usize,
    bits: Vec<u64>,
    set: HashSet<u64, BuildHasherDefault<PairHasher>>,
}

impl Pairs {
    pub(crate) fn new(nodes: usize, directed: bool, edges: impl Iterator<Item = (u32, u32)>) -> Self {
        let words = if nodes <= DENSE_NODES { (nodes * nodes).div_ceil(64) } else { 0 };
        let mut pairs = Self { directed, nodes, bits: vec![0; words], set: HashSet::default() };
        for (from, to) in edges {
            pairs.insert(from, to);
        }
        pairs
    }

    fn bit(&self, from: u32, to: u32) -> (usize, u64) {
        let (from, to) = if !self.directed && from > to { (to, from) } else { (from, to) };
        let at = from as usize * self.nodes + to as usize;
        (at / 64, 1 << (at % 64))
    }

    pub(crate) fn contains(&self, from: u32, to: u32) -> bool {
        if self.nodes <= DENSE_NODES {
            let (word, bit) = self.bit(from, to);
            self.bits[word] & bit != 0
        } else {
            self.set.contains(&key(from, to, self.directed))
        }
    }

    /// Whether it was not there yet.
    pub(crate) fn insert(&mut self, from: u32, to: u32) -> bool {
        if self.nodes <= DENSE_NODES {
            let (word, bit) = self.bit(from, to);
            let new = self.bits[word] & bit == 0;
            self.bits[word] |= bit;
            new
        } else {
            self.set.insert(key(from, to, self.directed))
        }
    }

    pub(crate) fn remove(&mut self, from: u32, to: u32) {
        if self.nodes <= DENSE_NODES {
            let (word, bit) = self.bit(from, to);
            self.bits[word] &= !bit;
        } else {
            self.set.remove(&key(from, to, self.directed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nodes: usize, directed: bool) {
        let last = nodes as u32 - 1;
        let mut pairs = Pairs::new(nodes, directed, [(0, 1), (last, 0)].into_iter());
        assert!(pairs.contains(0, 1) && pairs.contains(last, 0) && !pairs.contains(1, last));
        assert_eq!(pairs.contains(1, 0), !directed);
        assert!(pairs.insert(1, last) && !pairs.insert(1, last));
        pairs.remove(1, last);
        assert!(!pairs.contains(1, last));
    }

    #[test]
    fn dense_and_sparse() {
        for nodes in [3, 70, DENSE_NODES + 1] {
            check(nodes, true);
            check(nodes, false);
        }
    }
}
