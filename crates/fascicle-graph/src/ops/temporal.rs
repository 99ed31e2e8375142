//! The same cells at different times: which connections stay, come and go.

use std::collections::BTreeMap;

use super::combine::union;
use super::shared::{EdgeKey, Merged, Placed, merged, place};
use crate::{Duplicates, Edge, GraphError, LayerId, NodeIndex, PathwayGraph, Slot};

/// Graphs in the order of time, over nodes with common names.
#[derive(Clone, Debug, Default)]
pub struct TemporalGraph {
    nodes: PathwayGraph,
    snapshots: Vec<Snapshot>,
    placed: Vec<Placed>,
}

/// The graph at one time.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What the time is called.
    pub label: String,
    /// The graph then.
    pub graph: PathwayGraph,
}

/// A connection over time.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeHistory {
    /// Source, in [`TemporalGraph::nodes`].
    pub from: NodeIndex,
    /// Target, likewise.
    pub to: NodeIndex,
    /// The layer, likewise.
    pub layer: LayerId,
    /// Which input of an attention head the edge enters.
    pub slot: Option<Slot>,
    /// The weight in each snapshot that has the edge; parallel edges are summed.
    pub weights: Vec<Option<f64>>,
}

impl EdgeHistory {
    /// In how many snapshots the edge is.
    #[must_use]
    pub fn count(&self) -> usize {
        self.weights.iter().flatten().count()
    }

    /// Whether it is in every snapshot.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.weights.iter().all(Option::is_some)
    }

    /// Whether it is in this snapshot and not in the one before.
    #[must_use]
    pub fn appears_at(&self, snapshot: usize) -> bool {
        self.changes_at(snapshot) == Some(true)
    }

    /// Whether it is not in this snapshot, but in the one before.
    #[must_use]
    pub fn vanishes_at(&self, snapshot: usize) -> bool {
        self.changes_at(snapshot) == Some(false)
    }

    fn changes_at(&self, snapshot: usize) -> Option<bool> {
        let before = self.weights.get(snapshot.checked_sub(1)?)?.is_some();
        let now = self.weights.get(snapshot)?.is_some();
        (now != before).then_some(now)
    }
}

impl TemporalGraph {
    /// No snapshots yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next snapshot.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a label that is there already; [`GraphError::LayerDirection`] when a
    /// layer is directed in one snapshot and not in another. The series then stays as it was.
    pub fn push(&mut self, label: impl Into<String>, graph: PathwayGraph) -> Result<(), GraphError> {
        let label = label.into();
        if self.snapshots.iter().any(|snapshot| snapshot.label == label) {
            return Err(GraphError::argument(
                "a snapshot's label",
                format!("`{label}`, which there is already"),
                "a new one",
            ));
        }
        let mut nodes = self.nodes.clone();
        self.placed.push(place(&mut nodes, &graph)?);
        self.nodes = nodes;
        self.snapshots.push(Snapshot { label, graph });
        Ok(())
    }

    /// The snapshots, in the order of time.
    #[must_use]
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// All nodes and layers of the series, without edges.
    #[must_use]
    pub fn nodes(&self) -> &PathwayGraph {
        &self.nodes
    }

    /// Every connection over time, sorted by layer, source, target and slot; an undirected one is there once.
    /// O(m log m).
    #[must_use]
    pub fn history(&self) -> Vec<EdgeHistory> {
        let history = |(key, times): (EdgeKey, Vec<Option<Merged>>)| EdgeHistory {
            from: key.from,
            to: key.to,
            layer: key.layer,
            slot: key.slot,
            weights: times.iter().map(|edge| edge.map(|edge| edge.weight)).collect(),
        };
        self.times().into_iter().map(history).collect()
    }

    /// How many edges each snapshot has, came new since the one before, and went since; of the first
    /// snapshot, none came or went.
    #[must_use]
    pub fn turnover(&self) -> Vec<Turnover> {
        let history = self.history();
        let count = |which: &dyn Fn(&EdgeHistory) -> bool| history.iter().filter(|edge| which(edge)).count();
        (0..self.snapshots.len())
            .map(|at| Turnover {
                edges: count(&|edge| edge.weights[at].is_some()),
                appearing: count(&|edge| edge.appears_at(at)),
                vanishing: count(&|edge| edge.vanishes_at(at)),
            })
            .collect()
    }

    /// All snapshots as one graph; see [`union`].
    ///
    /// # Errors
    /// As [`union`].
    pub fn union(&self, duplicates: Duplicates) -> Result<PathwayGraph, GraphError> {
        union(&self.snapshots.iter().map(|snapshot| &snapshot.graph).collect::<Vec<_>>(), duplicates)
    }

    /// The edges that are in at least so many snapshots, with their mean weight over the snapshots that have
    /// them, and the sign on which those agree; all nodes stay.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for 0 and for more snapshots than there are.
    pub fn consensus(&self, snapshots: usize) -> Result<PathwayGraph, GraphError> {
        if snapshots == 0 || snapshots > self.snapshots.len() {
            let expected = format!("a number from 1 to {}, that of all snapshots", self.snapshots.len());
            return Err(GraphError::argument("the least number of snapshots", snapshots, expected));
        }
        let mut out = self.nodes.clone();
        for (key, times) in self.times() {
            let there: Vec<Merged> = times.into_iter().flatten().collect();
            if there.len() < snapshots {
                continue;
            }
            let weight = there.iter().map(|edge| edge.weight).sum::<f64>() / there.len() as f64;
            let sign = there[0].sign.filter(|&sign| there.iter().all(|edge| edge.sign == Some(sign)));
            let edge = Edge { weight, layer: key.layer, sign, slot: key.slot };
            out.add_edge(key.from, key.to, edge)?;
            if key.from != key.to && !out.layers()[key.layer.index()].directed {
                out.add_edge(key.to, key.from, edge)?;
            }
        }
        Ok(out)
    }

    fn times(&self) -> BTreeMap<EdgeKey, Vec<Option<Merged>>> {
        let mut times: BTreeMap<EdgeKey, Vec<Option<Merged>>> = BTreeMap::new();
        for (at, (snapshot, placed)) in self.snapshots.iter().zip(&self.placed).enumerate() {
            for (key, edge) in merged(&snapshot.graph, placed) {
                times.entry(key).or_insert_with(|| vec![None; self.snapshots.len()])[at] = Some(edge);
            }
        }
        times
    }
}

/// What changed from one snapshot to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// Edges in this snapshot.
    pub edges: usize,
    /// Edges that the snapshot before did not have.
    pub appearing: usize,
    /// Edges that only the snapshot before had.
    pub vanishing: usize,
}
