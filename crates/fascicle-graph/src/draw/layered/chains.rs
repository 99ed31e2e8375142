//! Long edges bend around what lies between: they get a corner in every layer that they pass.

use std::collections::BTreeMap;

use super::order::Levels;
use crate::draw::edges::Link;

/// With more corners than this, the edges that are left pass straight over the layers between.
const CORNERS: usize = 20_000;

/// The layers with their corners, and which corners an edge has.
pub(super) struct Chains {
    pub(super) levels: Levels,
    /// The rank of every node and corner.
    pub(super) ranks: Vec<usize>,
    /// The corners of edges from one node to one in a later layer, in the order of the layers.
    corners: BTreeMap<(usize, usize), Vec<usize>>,
}

impl Chains {
    pub(super) fn new(ranks: &[usize], links: &[Link]) -> Self {
        let count = ranks.len();
        let mut chains = Self {
            levels: Levels {
                rows: vec![Vec::new(); ranks.iter().max().map_or(0, |last| last + 1)],
                before: vec![Vec::new(); count],
                after: vec![Vec::new(); count],
            },
            ranks: ranks.to_vec(),
            corners: BTreeMap::new(),
        };
        for (node, &rank) in ranks.iter().enumerate() {
            chains.levels.rows[rank].push(node);
        }
        for link in links {
            let (from, to) = chains.forwards(link);
            if ranks[from] < ranks[to] && !chains.corners.contains_key(&(from, to)) {
                chains.connect(from, to, count);
            }
        }
        chains.levels.uncross();
        chains
    }

    /// The ends of an edge, the one in the earlier layer first.
    fn forwards(&self, link: &Link) -> (usize, usize) {
        if self.ranks[link.from] <= self.ranks[link.to] { (link.from, link.to) } else { (link.to, link.from) }
    }

    fn connect(&mut self, from: usize, to: usize, count: usize) {
        let (first, last) = (self.ranks[from], self.ranks[to]);
        let mut corners = Vec::new();
        let mut at = from;
        if self.ranks.len() - count + (last - first) <= CORNERS {
            for rank in first + 1..last {
                let corner = self.ranks.len();
                self.ranks.push(rank);
                self.levels.rows[rank].push(corner);
                self.levels.before.push(Vec::new());
                self.levels.after.push(Vec::new());
                self.join(at, corner);
                corners.push(corner);
                at = corner;
            }
        }
        if self.ranks[at] + 1 == last {
            self.join(at, to);
        }
        self.corners.insert((from, to), corners);
    }

    fn join(&mut self, from: usize, to: usize) {
        self.levels.after[from].push(to);
        self.levels.before[to].push(from);
    }

    /// The corners that an edge has, in the order of the layers.
    pub(super) fn corners(&self, link: &Link) -> &[usize] {
        self.corners.get(&self.forwards(link)).map_or(&[], Vec::as_slice)
    }
}
