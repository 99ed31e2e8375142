//! A graph laid out for measuring: the neighbours of each node one after the other, both ways.

use crate::view::{Autapses, Duplicates, View, Weighting};
use crate::{EdgeIndex, GraphError, NodeIndex, PathwayGraph};

/// The edges of a graph in compressed rows, outgoing and incoming, sorted by neighbour. Nodes are 0…n−1 as in the
/// [`PathwayGraph`] that it is a view of.
///
/// 16 bytes an edge and direction (20 in a multigraph, where each edge knows what it was); an undirected graph is held
/// once, each edge in the rows of both ends, a self-loop once.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjacency {
    directed: bool,
    out: Rows,
    /// Absent in an undirected graph, whose rows serve both ways.
    into: Option<Rows>,
}

/// One direction.
#[derive(Clone, Debug, Default, PartialEq)]
struct Rows {
    /// Where each node's row begins; n + 1 numbers.
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Vec<f64>,
    /// Which edge of the graph each entry was, where none were merged.
    origins: Vec<EdgeIndex>,
}

/// An edge on its way into rows.
#[derive(Clone, Copy)]
struct Entry {
    from: u32,
    to: u32,
    weight: f64,
    origin: u32,
}

impl Adjacency {
    /// A simple graph from (source, target, weight) triples; parallel ones are summed, self-loops kept.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when an end is not below `nodes`, or a weight is not finite.
    pub fn from_edges(
        nodes: usize,
        directed: bool,
        edges: impl IntoIterator<Item = (usize, usize, f64)>,
    ) -> Result<Self, GraphError> {
        let mut entries = Vec::new();
        for (from, to, weight) in edges {
            for end in [from, to] {
                if end >= nodes {
                    return Err(GraphError::argument("an edge's end", end, format!("a node below {nodes}")));
                }
            }
            if !weight.is_finite() {
                return Err(GraphError::argument("an edge's weight", weight, "a finite number"));
            }
            entries.push(Entry { from: from as u32, to: to as u32, weight, origin: entries.len() as u32 });
        }
        Ok(Self::build(nodes, directed, entries, Duplicates::Sum, f64::NEG_INFINITY))
    }

    pub(crate) fn of(graph: &PathwayGraph, view: &View) -> Result<Self, GraphError> {
        let wanted = view.wanted_layers(graph)?;
        let mut entries = Vec::with_capacity(graph.edge_count());
        for (index, (from, to, edge)) in graph.edges().enumerate() {
            let (from, to) = (from.index() as u32, to.index() as u32);
            if !wanted[edge.layer.index()] || (view.autapses == Autapses::Drop && from == to) {
                continue;
            }
            // The graph holds the edges of undirected layers both ways: one of them is enough here.
            if !view.directed && !graph.layers()[edge.layer.index()].directed && from > to {
                continue;
            }
            let weight = match view.weighting {
                Weighting::Weight => edge.weight,
                Weighting::Signed => edge.weight * edge.sign.map_or(1.0, |sign| f64::from(sign.number())),
                Weighting::Magnitude => edge.weight.abs(),
                Weighting::Unit => 1.0,
            };
            entries.push(Entry { from, to, weight, origin: index as u32 });
        }
        Ok(Self::build(graph.node_count(), view.directed, entries, view.duplicates, view.threshold))
    }

    fn build(
        nodes: usize,
        directed: bool,
        mut entries: Vec<Entry>,
        duplicates: Duplicates,
        threshold: f64,
    ) -> Self {
        if !directed {
            for entry in &mut entries {
                if entry.from > entry.to {
                    (entry.from, entry.to) = (entry.to, entry.from);
                }
            }
        }
        // Stable, so that the first of several stays the first.
        entries.sort_by_key(|entry| (entry.from, entry.to));
        if duplicates != Duplicates::Keep {
            merge(&mut entries, duplicates);
        }
        entries.retain(|entry| entry.weight >= threshold);
        let keep = duplicates == Duplicates::Keep;
        let turned = |entry: &Entry| Entry { from: entry.to, to: entry.from, ..*entry };
        if directed {
            let mut back: Vec<Entry> = entries.iter().map(turned).collect();
            back.sort_by_key(|entry| (entry.from, entry.to));
            Self {
                directed,
                out: Rows::new(nodes, &entries, keep),
                into: Some(Rows::new(nodes, &back, keep)),
            }
        } else {
            let back: Vec<Entry> =
                entries.iter().filter(|entry| entry.from != entry.to).map(turned).collect();
            entries.extend(back);
            entries.sort_by_key(|entry| (entry.from, entry.to));
            Self { directed, out: Rows::new(nodes, &entries, keep), into: None }
        }
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.out.starts.len().saturating_sub(1)
    }

    /// How many edges there are; an undirected one counts once.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        if self.directed { self.out.neighbours.len() } else { (self.out.neighbours.len() + self.loops()) / 2 }
    }

    /// How many edges go from a node to itself. O(m).
    #[must_use]
    pub fn loops(&self) -> usize {
        (0..self.node_count())
            .map(|node| self.out(node).iter().filter(|&&to| to as usize == node).count())
            .sum()
    }

    /// Whether edges have a direction.
    #[must_use]
    pub fn is_directed(&self) -> bool {
        self.directed
    }

    fn incoming(&self) -> &Rows {
        self.into.as_ref().unwrap_or(&self.out)
    }

    /// The targets of a node's edges, rising. In an undirected graph: its neighbours.
    #[must_use]
    pub fn out(&self, node: usize) -> &[u32] {
        self.out.neighbours(node)
    }

    /// The weights of [`Adjacency::out`].
    #[must_use]
    pub fn out_weights(&self, node: usize) -> &[f64] {
        &self.out.weights[self.out.row(node)]
    }

    /// The sources of the edges into a node, rising.
    #[must_use]
    pub fn into(&self, node: usize) -> &[u32] {
        self.incoming().neighbours(node)
    }

    /// The weights of [`Adjacency::into`].
    #[must_use]
    pub fn into_weights(&self, node: usize) -> &[f64] {
        let rows = self.incoming();
        &rows.weights[rows.row(node)]
    }

    /// The edges of the graph that the entries of [`Adjacency::out`] are; empty unless the view keeps parallel edges.
    #[must_use]
    pub fn out_origins(&self, node: usize) -> &[EdgeIndex] {
        if self.out.origins.is_empty() { &[] } else { &self.out.origins[self.out.row(node)] }
    }

    /// Target and weight of a node's edges.
    pub fn out_edges(&self, node: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.out(node).iter().zip(self.out_weights(node)).map(|(&to, &weight)| (to as usize, weight))
    }

    /// Source and weight of the edges into a node.
    pub fn into_edges(&self, node: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.into(node).iter().zip(self.into_weights(node)).map(|(&from, &weight)| (from as usize, weight))
    }

    /// Every edge as (source, target, weight); an undirected one once, with source ≤ target.
    pub fn edges(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.node_count())
            .flat_map(move |from| self.out_edges(from).map(move |(to, weight)| (from, to, weight)))
            .filter(|&(from, to, _)| self.directed || from <= to)
    }

    /// How many edges leave a node (in an undirected graph: touch it; a self-loop once).
    #[must_use]
    pub fn out_degree(&self, node: usize) -> usize {
        self.out(node).len()
    }

    /// How many edges enter a node.
    #[must_use]
    pub fn in_degree(&self, node: usize) -> usize {
        self.into(node).len()
    }

    /// The weight from one node to another, if they are connected; that of the first of parallel edges. O(log d).
    #[must_use]
    pub fn weight(&self, from: usize, to: usize) -> Option<f64> {
        let row = self.out(from);
        let at = row.partition_point(|&neighbour| (neighbour as usize) < to);
        (row.get(at).copied() == Some(to as u32)).then(|| self.out_weights(from)[at])
    }

    /// Whether there is an edge from one node to another. O(log d).
    #[must_use]
    pub fn has_edge(&self, from: usize, to: usize) -> bool {
        self.out(from).binary_search(&(to as u32)).is_ok()
    }

    /// A node's index here, from its index in the graph.
    #[must_use]
    pub fn index(node: NodeIndex) -> usize {
        node.index()
    }
}

impl Rows {
    /// Rows of entries that are sorted by their source.
    fn new(nodes: usize, entries: &[Entry], origins: bool) -> Self {
        let mut starts = vec![0; nodes + 1];
        for entry in entries {
            starts[entry.from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        Self {
            starts,
            neighbours: entries.iter().map(|entry| entry.to).collect(),
            weights: entries.iter().map(|entry| entry.weight).collect(),
            origins: if origins {
                entries.iter().map(|entry| EdgeIndex::new(entry.origin as usize)).collect()
            } else {
                Vec::new()
            },
        }
    }

    fn row(&self, node: usize) -> std::ops::Range<usize> {
        self.starts[node]..self.starts[node + 1]
    }

    fn neighbours(&self, node: usize) -> &[u32] {
        &self.neighbours[self.row(node)]
    }
}

/// Makes one of several entries with the same ends.
fn merge(entries: &mut Vec<Entry>, duplicates: Duplicates) {
    entries.dedup_by(|next, kept| {
        let same = (next.from, next.to) == (kept.from, kept.to);
        if same {
            kept.weight = match duplicates {
                Duplicates::Sum => kept.weight + next.weight,
                Duplicates::Max => kept.weight.max(next.weight),
                Duplicates::First | Duplicates::Keep => kept.weight,
            };
        }
        same
    });
}

impl View {
    /// For each layer of the graph, whether it is looked at.
    pub(crate) fn wanted_layers(&self, graph: &PathwayGraph) -> Result<Vec<bool>, GraphError> {
        let count = graph.layers().len();
        let Some(layers) = &self.layers else { return Ok(vec![true; count]) };
        let mut wanted = vec![false; count];
        for layer in layers {
            *wanted.get_mut(layer.index()).ok_or_else(|| GraphError::UnknownLayer {
                name: format!("number {}", layer.index()),
                known: graph.layers().iter().map(|layer| layer.name.clone()).collect(),
            })? = true;
        }
        Ok(wanted)
    }
}
