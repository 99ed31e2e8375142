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
    /// first of parallel edges stays the first. The edges are walked twice and never held as a list, which
    /// is what keeps a brain's 15 million edges below a gigabyte.
    pub(crate) fn sort<I: Iterator<Item = Entry>>(&mut self, edges: impl Fn() -> I) {
        let directed = self.directed;
        let ends = |entry: &Entry| {
            if directed || entry.from <= entry.to { (entry.from, entry.to) } else { (entry.to, entry.from) }
        };
        let mut by_target = vec![0; self.nodes + 1];
        let mut by_source = vec![0; self.nodes + 1];
        for entry in edges() {
            let (from, to) = ends(&entry);
            by_target[to as usize + 1] += 1;
            by_source[from as usize + 1] += 1;
        }
        let mut columns = Rows::sized(by_target, self.keep());
        let mut at = columns.starts.clone();
        for entry in edges() {
            let (from, to) = ends(&entry);
            columns.put(&mut at[to as usize], from, entry.weight, entry.origin);
        }
        self.rows = columns.turned(by_source);
    }

    /// Merges parallel edges, drops what is below the threshold, and adds the other direction.
    pub(crate) fn finish(mut self) -> Adjacency {
        self.merge();
        if self.directed {
            let counts = self.rows.counts_by_neighbour();
            let into = self.rows.turned(counts);
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

    fn put(&mut self, at: &mut usize, neighbour: u32, weight: f64, origin: u32) {
        self.neighbours[*at] = neighbour;
        self.weights[*at] = weight;
        if !self.origins.is_empty() {
            self.origins[*at] = EdgeIndex::new(origin as usize);
        }
        *at += 1;
    }

    /// The node, neighbour, weight and origin of each entry, in order.
    fn entries(&self) -> impl Iterator<Item = (u32, u32, f64, u32)> + '_ {
        (0..self.starts.len().saturating_sub(1)).flat_map(move |node| {
            self.row(node).map(move |at| {
                let origin = self.origins.get(at).map_or(0, |origin| origin.index() as u32);
                (node as u32, self.neighbours[at], self.weights[at], origin)
            })
        })
    }

    fn counts_by_neighbour(&self) -> Vec<usize> {
        let mut counts = vec![0; self.starts.len()];
        for &neighbour in &self.neighbours {
            counts[neighbour as usize + 1] += 1;
        }
        counts
    }

    /// The same entries in the rows of their neighbours, each row in rising order; `counts` as for [`Rows::sized`].
    fn turned(&self, counts: Vec<usize>) -> Self {
        let mut out = Self::sized(counts, !self.origins.is_empty());
        let mut at = out.starts.clone();
        for (node, neighbour, weight, origin) in self.entries() {
            out.put(&mut at[neighbour as usize], node, weight, origin);
        }
        out
    }

    /// Rows of both ends from rows of the lower ends; self-loops stay single. Rows rise, because a node's lower
    /// neighbours are walked before the node itself.
    fn mirrored(&self) -> Self {
        let mut counts = vec![0; self.starts.len()];
        for (node, neighbour, ..) in self.entries() {
            counts[node as usize + 1] += 1;
            counts[neighbour as usize + 1] += usize::from(node != neighbour);
        }
        let mut out = Self::sized(counts, !self.origins.is_empty());
        let mut at = out.starts.clone();
        for (node, neighbour, weight, origin) in self.entries() {
            out.put(&mut at[node as usize], neighbour, weight, origin);
            if node != neighbour {
                out.put(&mut at[neighbour as usize], node, weight, origin);
            }
        }
        out
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
