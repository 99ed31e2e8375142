//! How edges become compressed rows: by counting, in two stable passes, without a list of edges on the way.

use crate::EdgeIndex;
use crate::adjacency::Adjacency;
use crate::view::Duplicates;

/// One direction of an [`Adjacency`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    /// Where each node's row begins; n + 1 numbers.
    pub(crate) starts: Vec<usize>,
    pub(crate) neighbours: Vec<u32>,
    pub(crate) weights: Vec<f64>,
    /// Which edge of the graph each entry was, where none were merged.
    pub(crate) origins: Vec<EdgeIndex>,
}

/// An edge on its way into rows.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) weight: f64,
    pub(crate) origin: u32,
}

/// Entries that are written near each other: half a megabyte.
const BLOCK: usize = 1 << 15;
/// How often large lists are walked; each walk holds such a part of them.
const WALKS: usize = 3;

/// What is to be made of the edges, and how far it has come.
pub(crate) struct Building {
    pub(crate) nodes: usize,
    pub(crate) directed: bool,
    pub(crate) duplicates: Duplicates,
    pub(crate) threshold: f64,
    pub(crate) rows: Rows,
}

impl Default for Building {
    fn default() -> Self {
        Self {
            nodes: 0,
            directed: false,
            duplicates: Duplicates::Sum,
            threshold: f64::NEG_INFINITY,
            rows: Rows::default(),
        }
    }
}

impl Building {
    fn keep(&self) -> bool {
        self.duplicates == Duplicates::Keep
    }

    /// Sorts edges by source, then target, then their order; an undirected one has its lower end as source.
    ///
    /// A radix sort with nodes as digits: placed by target first, then by source. Both passes are stable, so that the
    /// first of parallel edges stays the first. The edges are walked again and again and never held as a list,
    /// which is what keeps a brain's 15 million edges near a gigabyte.
    pub(crate) fn sort<I: Iterator<Item = Entry>>(&mut self, edges: impl Fn() -> I) {
        let directed = self.directed;
        let by_target = || {
            edges().map(|entry| {
                let turned = directed || entry.from <= entry.to;
                let (from, to) = if turned { (entry.to, entry.from) } else { (entry.from, entry.to) };
                Entry { from, to, ..entry }
            })
        };
        let columns = Rows::place(self.nodes, self.keep(), by_target);
        self.rows = columns.turned();
    }

    /// Merges parallel edges, drops what is below the threshold, and adds the other direction.
    pub(crate) fn finish(mut self) -> Adjacency {
        self.merge();
        if self.directed {
            let into = self.rows.turned();
            Adjacency::from_rows(true, self.rows, Some(into))
        } else {
            Adjacency::from_rows(false, self.rows.mirrored(), None)
        }
    }

    fn merge(&mut self) {
        if self.keep() && self.threshold == f64::NEG_INFINITY {
            return;
        }
        let Rows { starts, neighbours, weights, origins } = &mut self.rows;
        // The places where rows begin are overwritten as they are passed.
        let (mut kept, mut start) = (0, 0);
        for node in 0..self.nodes {
            let end = starts[node + 1];
            starts[node] = kept;
            let mut next = start;
            while next < end {
                let (first, neighbour) = (next, neighbours[next]);
                let mut weight = weights[next];
                next += 1;
                while self.duplicates != Duplicates::Keep && next < end && neighbours[next] == neighbour {
                    weight = match self.duplicates {
                        Duplicates::Sum => weight + weights[next],
                        Duplicates::Max => weight.max(weights[next]),
                        Duplicates::Min => weight.min(weights[next]),
                        Duplicates::First | Duplicates::Keep => weight,
                    };
                    next += 1;
                }
                if weight >= self.threshold {
                    (neighbours[kept], weights[kept]) = (neighbour, weight);
                    if !origins.is_empty() {
                        origins[kept] = origins[first];
                    }
                    kept += 1;
                }
            }
            start = end;
        }
        starts[self.nodes] = kept;
        let much = kept < neighbours.len() / 4 * 3;
        neighbours.truncate(kept);
        weights.truncate(kept);
        origins.truncate(kept);
        if much {
            neighbours.shrink_to_fit();
            weights.shrink_to_fit();
            origins.shrink_to_fit();
        }
    }
}

impl Rows {
    /// Empty rows of these lengths; the length of node i's row stands at i + 1.
    fn sized(mut counts: Vec<usize>, origins: bool) -> Self {
        for node in 1..counts.len() {
            counts[node] += counts[node - 1];
        }
        let size = counts.last().copied().unwrap_or(0);
        Self {
            starts: counts,
            neighbours: vec![0; size],
            weights: vec![0.0; size],
            origins: if origins { vec![EdgeIndex::new(0); size] } else { Vec::new() },
        }
    }

    #[inline]
    fn put(&mut self, at: &mut usize, entry: Entry) {
        self.neighbours[*at] = entry.to;
        self.weights[*at] = entry.weight;
        if !self.origins.is_empty() {
            self.origins[*at] = EdgeIndex::new(entry.origin as usize);
        }
        *at += 1;
    }

    /// Puts entries into the rows of their `from`, each row in the order in which they come. O(n + m).
    ///
    /// Many rows are too many places to write to at once: each write would miss the cache and the page table. So entries
    /// go into blocks of neighbouring rows first, some of the rows at a time, and from there into their rows.
    fn place<I: Iterator<Item = Entry>>(nodes: usize, origins: bool, entries: impl Fn() -> I) -> Self {
        let mut counts = vec![0; nodes + 1];
        for entry in entries() {
            counts[entry.from as usize + 1] += 1;
        }
        let mut rows = Self::sized(counts, origins);
        let mut at = rows.starts.clone();
        let size = rows.neighbours.len();
        if size <= 4 * BLOCK {
            for entry in entries() {
                rows.put(&mut at[entry.from as usize], entry);
            }
            return rows;
        }
        let mut buffer = Vec::new();
        let mut first = 0;
        while first < nodes {
            // The rows that begin within the next part of the entries.
            let begin = rows.starts[first];
            let next = rows.starts[..nodes].partition_point(|&start| start < begin + size.div_ceil(WALKS));
            let next = next.max(first + 1);
            buffer.resize(rows.starts[next] - begin, Entry { from: 0, to: 0, weight: 0.0, origin: 0 });
            let block_of = |start: usize| (start - begin) / BLOCK;
            let mut heads = vec![0; block_of(rows.starts[next - 1]) + 1];
            for row in (first..next).rev() {
                heads[block_of(rows.starts[row])] = rows.starts[row] - begin;
            }
            for entry in entries() {
                let row = entry.from as usize;
                if (first..next).contains(&row) {
                    let head = &mut heads[block_of(rows.starts[row])];
                    buffer[*head] = entry;
                    *head += 1;
                }
            }
            for &entry in &buffer {
                rows.put(&mut at[entry.from as usize], entry);
            }
            first = next;
        }
        rows
    }

    /// The entries in order.
    fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        (0..self.starts.len().saturating_sub(1)).flat_map(move |node| {
            self.row(node).map(move |at| Entry {
                from: node as u32,
                to: self.neighbours[at],
                weight: self.weights[at],
                origin: self.origins.get(at).map_or(0, |origin| origin.index() as u32),
            })
        })
    }

    /// The same entries in the rows of their neighbours, each row in rising order.
    fn turned(&self) -> Self {
        let entries = || self.entries().map(|entry| Entry { from: entry.to, to: entry.from, ..entry });
        Self::place(self.starts.len().saturating_sub(1), !self.origins.is_empty(), entries)
    }

    /// Rows of both ends from rows of the lower ends; self-loops stay single. Rows rise, because a node's lower
    /// neighbours are walked before the node itself.
    fn mirrored(&self) -> Self {
        let entries = || {
            self.entries().flat_map(|entry| {
                let back = Entry { from: entry.to, to: entry.from, ..entry };
                std::iter::once(entry).chain((entry.from != entry.to).then_some(back))
            })
        };
        Self::place(self.starts.len().saturating_sub(1), !self.origins.is_empty(), entries)
    }

    #[inline]
    pub(crate) fn row(&self, node: usize) -> std::ops::Range<usize> {
        self.starts[node]..self.starts[node + 1]
    }

    #[inline]
    pub(crate) fn neighbours(&self, node: usize) -> &[u32] {
        &self.neighbours[self.row(node)]
    }
}
