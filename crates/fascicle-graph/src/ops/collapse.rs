//! Nodes of one group as one node: cells as cell types, left and right as one.

use std::collections::{BTreeMap, HashMap};

use super::shared::EdgeKey;
use crate::{Edge, EdgeIndex, GraphError, GroupBy, Node, NodeIndex, PathwayGraph, Sign};

/// What becomes of a node without kind or attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ungrouped {
    /// It is an error.
    #[default]
    Refuse,
    /// It stays as it is.
    Keep,
    /// It is left out, with its edges.
    Drop,
}

/// How to make one node of each group.
#[derive(Clone, Debug)]
pub struct Collapse {
    by: GroupBy,
    ungrouped: Ungrouped,
    within: bool,
}

/// A collapsed graph, and what became of the original.
#[derive(Clone, Debug)]
pub struct Collapsed {
    /// One node for each group, in the order in which groups come; its edges have the summed weights.
    pub graph: PathwayGraph,
    /// For each node of the graph, which nodes of the original it is.
    pub members: Vec<Vec<NodeIndex>>,
    /// For each edge of the graph, how many edges of the original it is.
    pub merged: Vec<usize>,
    /// How many edges of the original were within a group (an undirected one counts once).
    pub within: usize,
    /// The nodes that were left out.
    pub dropped: Vec<NodeIndex>,
}

impl Collapse {
    /// One node for each group. Edges within a group become self-loops; nodes without group are refused.
    #[must_use]
    pub fn by(by: GroupBy) -> Self {
        Self { by, ungrouped: Ungrouped::default(), within: true }
    }

    /// What becomes of nodes without group.
    #[must_use]
    pub fn ungrouped(mut self, ungrouped: Ungrouped) -> Self {
        self.ungrouped = ungrouped;
        self
    }

    /// Leaves out edges within a group.
    #[must_use]
    pub fn without_loops(mut self) -> Self {
        self.within = false;
        self
    }

    /// The collapsed graph. Edges between the same groups, of the same layer, sign and slot, become one with
    /// the sum of their weights; a group keeps the kind that all its members have. O(n + m log m).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node without group, where these are refused;
    /// [`GraphError::DuplicateNode`] when a node that is kept is called like a group.
    pub fn of(&self, graph: &PathwayGraph) -> Result<Collapsed, GraphError> {
        let mut out = Collapsed {
            graph: PathwayGraph::new(),
            members: Vec::new(),
            merged: Vec::new(),
            within: 0,
            dropped: Vec::new(),
        };
        out.graph.provenance = graph.provenance.clone();
        for layer in graph.layers() {
            out.graph.layer(&layer.name, layer.directed)?;
        }
        let place = self.nodes(graph, &mut out)?;
        self.edges(graph, &place, &mut out)?;
        Ok(out)
    }

    /// Makes the groups' nodes; which node of the new graph each node is in.
    fn nodes(&self, graph: &PathwayGraph, out: &mut Collapsed) -> Result<Vec<Option<NodeIndex>>, GraphError> {
        let mut groups: HashMap<String, NodeIndex> = HashMap::new();
        let mut place = Vec::with_capacity(graph.node_count());
        for (index, node) in graph.petgraph().node_indices().zip(graph.petgraph().node_weights()) {
            let group = self.by.label(node);
            let into = match (group, self.ungrouped) {
                (Some(name), _) => {
                    if let Some(&known) = groups.get(&name) {
                        if out.graph.petgraph()[known].kind != node.kind {
                            out.graph.set_kind(known, "");
                        }
                        known
                    } else {
                        let new = Node { name: name.clone(), kind: node.kind.clone(), ..Node::default() };
                        *groups.entry(name).or_insert(out.graph.add_node(new)?)
                    }
                }
                (None, Ungrouped::Keep) => out.graph.add_node(node.clone())?,
                (None, Ungrouped::Drop) => {
                    out.dropped.push(index);
                    place.push(None);
                    continue;
                }
                (None, Ungrouped::Refuse) => return Err(self.no_group(node)),
            };
            out.members.resize(out.graph.node_count(), Vec::new());
            out.members[into.index()].push(index);
            place.push(Some(into));
        }
        Ok(place)
    }

    fn edges(
        &self,
        graph: &PathwayGraph,
        place: &[Option<NodeIndex>],
        out: &mut Collapsed,
    ) -> Result<(), GraphError> {
        let mut known: BTreeMap<(EdgeKey, Option<Sign>), EdgeIndex> = BTreeMap::new();
        for (source, target, edge) in graph.edges() {
            let (Some(from), Some(to)) = (place[source.index()], place[target.index()]) else { continue };
            if from == to {
                // Both directions of an undirected edge would be the same self-loop.
                if !graph.layers()[edge.layer.index()].directed && source > target {
                    continue;
                }
                out.within += 1;
                if !self.within {
                    continue;
                }
            }
            let key = (EdgeKey { layer: edge.layer, from, to, slot: edge.slot }, edge.sign);
            if let Some(&there) = known.get(&key) {
                out.graph.edge_mut(there).weight += edge.weight;
                out.merged[there.index()] += 1;
            } else {
                // Layers keep their numbers, as they were made in the same order.
                known.insert(key, out.graph.add_edge(from, to, Edge { ..*edge })?);
                out.merged.push(1);
            }
        }
        Ok(())
    }

    fn no_group(&self, node: &Node) -> GraphError {
        let missing = match &self.by {
            GroupBy::Kind => "a kind".to_owned(),
            GroupBy::Attribute(name) => format!("the attribute `{name}`"),
        };
        let expected = format!("{missing}, or the choice to keep or to drop nodes without it");
        GraphError::argument("a node's group", format!("missing at `{}`", node.name), expected)
    }
}
