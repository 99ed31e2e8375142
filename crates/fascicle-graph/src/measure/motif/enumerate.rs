//! Every connected set of three or four nodes, once (Wernicke 2006).

use rayon::prelude::*;

use super::MotifSize;
use super::class::pattern_bit;
use crate::Adjacency;

/// Up to this many nodes, which of two nodes is joined to which is looked up in a table (at most 16 MiB).
const DENSE_NODES: usize = 4096;

/// A directed graph for enumeration.
struct Field<'a> {
    graph: &'a Adjacency,
    size: usize,
    /// The neighbours of each node by edges either way, rising, without itself.
    neighbours: Vec<Vec<u32>>,
    /// For each pair 1 for an edge forth, 2 for one back; empty in large graphs.
    dyads: Vec<u8>,
}

/// How often each pattern of edges was seen; the first index of nodes is arbitrary.
pub(super) fn patterns(graph: &Adjacency, size: MotifSize) -> Vec<u64> {
    let field = Field::new(graph, size.nodes());
    let slots = 1 << (field.size * (field.size - 1));
    (0..graph.node_count())
        .into_par_iter()
        .fold(
            || (vec![0_u64; slots], Walk::new(&field)),
            |(mut counts, mut walk), root| {
                walk.root(root as u32, &mut counts);
                (counts, walk)
            },
        )
        .map(|(counts, _)| counts)
        .reduce(
            || vec![0; slots],
            |mut sum, counts| {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                sum
            },
        )
}

impl<'a> Field<'a> {
    fn new(graph: &'a Adjacency, size: usize) -> Self {
        let nodes = graph.node_count();
        let neighbours = (0..nodes).map(|node| {
            let mut all: Vec<u32> = graph.out(node).iter().chain(graph.incoming(node)).copied().collect();
            all.sort_unstable();
            all.dedup();
            all.retain(|&other| other as usize != node);
            all
        });
        let neighbours = neighbours.collect();
        let mut dyads = Vec::new();
        if nodes <= DENSE_NODES {
            dyads = vec![0; nodes * nodes];
            for (from, to, _) in graph.edges() {
                dyads[from * nodes + to] |= 1;
                dyads[to * nodes + from] |= 2;
            }
        }
        Self { graph, size, neighbours, dyads }
    }

    /// 1 for an edge forth, 2 for one back.
    fn dyad(&self, from: u32, to: u32) -> u8 {
        let (from, to) = (from as usize, to as usize);
        if self.dyads.is_empty() {
            u8::from(self.graph.has_edge(from, to)) | u8::from(self.graph.has_edge(to, from)) << 1
        } else {
            self.dyads[from * self.graph.node_count() + to]
        }
    }
}

/// The sets of nodes that have one root as their least node.
struct Walk<'a> {
    field: &'a Field<'a>,
    root: u32,
    chosen: Vec<u32>,
    /// How many of the chosen nodes each node neighbours or is.
    near: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn new(field: &'a Field<'a>) -> Self {
        Self { field, root: 0, chosen: Vec::with_capacity(4), near: vec![0; field.neighbours.len()] }
    }

    fn root(&mut self, root: u32, counts: &mut [u64]) {
        self.root = root;
        let row = &self.field.neighbours[root as usize];
        let above = row[row.partition_point(|&other| other < root)..].to_vec();
        self.near[root as usize] += 1;
        self.choose(root);
        self.extend(above, 0, counts);
        self.drop();
        self.near[root as usize] -= 1;
    }

    fn choose(&mut self, node: u32) {
        self.chosen.push(node);
        for &other in &self.field.neighbours[node as usize] {
            self.near[other as usize] += 1;
        }
    }

    fn drop(&mut self) {
        if let Some(node) = self.chosen.pop() {
            for &other in &self.field.neighbours[node as usize] {
                self.near[other as usize] -= 1;
            }
        }
    }

    /// Each node of the extension in turn joins; those before it do not come back. `pattern` is that of the
    /// chosen nodes.
    fn extend(&mut self, mut extension: Vec<u32>, pattern: usize, counts: &mut [u64]) {
        let last = self.chosen.len() + 1 == self.field.size;
        while let Some(node) = extension.pop() {
            let pattern = pattern | self.edges_to(node);
            if last {
                counts[pattern] += 1;
                continue;
            }
            // New are those that only this node brings near.
            let mut longer = extension.clone();
            let row = &self.field.neighbours[node as usize];
            let above = &row[row.partition_point(|&other| other <= self.root)..];
            longer.extend(above.iter().filter(|&&other| self.near[other as usize] == 0));
            self.choose(node);
            self.extend(longer, pattern, counts);
            self.drop();
        }
    }

    /// The bits of the edges between the chosen nodes and one that follows them.
    fn edges_to(&self, node: u32) -> usize {
        let (size, at) = (self.field.size, self.chosen.len());
        let mut bits = 0;
        for (place, &chosen) in self.chosen.iter().enumerate() {
            let dyad = usize::from(self.field.dyad(chosen, node));
            bits |= (dyad & 1) << pattern_bit(size, place, at) | (dyad >> 1) << pattern_bit(size, at, place);
        }
        bits
    }
}
