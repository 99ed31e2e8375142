//! Sets of cells, and how they are written.

use std::collections::BTreeSet;

use fascicle_graph::{Node, NodeIndex, PathwayGraph, nearest_names};

use crate::ConnectomeError;
use crate::cells::{self, CellKind};

/// Some of a graph's nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// All of them.
    All,
    /// Those whose kind is that of a neuron.
    Neurons,
    /// Those with this value of an attribute.
    Attribute {
        /// The attribute: `class`, `hemisphere`, `pair`.
        key: String,
        /// Its value.
        value: String,
    },
    /// Those of this kind, or else the one of this name.
    Named(String),
}

impl Pick {
    fn takes(&self, graph: &PathwayGraph, index: NodeIndex, kinds: &BTreeSet<&str>) -> bool {
        let node: &Node = &graph.petgraph()[index];
        match self {
            Self::All => true,
            Self::Neurons => node.kind.parse().is_ok_and(CellKind::is_neuron),
            Self::Attribute { key, value } => {
                node.attributes.get(key).is_some_and(|found| match found.as_str() {
                    Some(text) => text == value,
                    None => value.parse().is_ok_and(|value: serde_json::Value| *found == value),
                })
            }
            Self::Named(name) if kinds.contains(name.as_str()) => node.kind == *name,
            Self::Named(name) => {
                let spelled = || cells::find(name).is_some_and(|cell| cell.name == node.name);
                node.name == *name || (graph.get(name).is_none() && spelled())
            }
        }
    }
}

/// Nodes that make one layer of units: those that any of its picks takes, in the order of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSet {
    /// Its name, which the layers' names are made of.
    pub name: String,
    /// What is in it.
    pub picks: Vec<Pick>,
}

impl NodeSet {
    /// A set as it is written: `[NAME=]PICK[+PICK…]`. A pick is `all`, `neurons`, `KEY:VALUE` for an attribute (`class:AVA`), a
    /// kind (`sensory`; `inter` is short for `interneuron`), or the name of a node.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] where a name or a pick is empty.
    pub fn parse(text: &str) -> Result<Self, ConnectomeError> {
        let empty = || {
            let expected = "[NAME=]PICK[+PICK…], as in `sensory`, `command=class:AVA+class:AVB` or `neurons`";
            ConnectomeError::argument("a set of cells", format!("`{text}`"), expected)
        };
        let (name, picks) = match text.split_once('=') {
            Some((name, picks)) => (Some(name.trim()), picks),
            None => (None, text),
        };
        let picks: Vec<&str> = picks.split('+').map(str::trim).collect();
        let blank = |pick: &&str| pick.is_empty() || pick.starts_with(':') || pick.ends_with(':');
        if name == Some("") || picks.iter().any(blank) {
            return Err(empty());
        }
        let full = |pick: &str| if pick == "inter" { "interneuron".to_owned() } else { pick.to_owned() };
        let plain: Vec<String> = picks.iter().map(|pick| full(pick)).collect();
        let picks = plain
            .iter()
            .map(|pick| match (pick.as_str(), pick.split_once(':')) {
                ("all", _) => Pick::All,
                ("neurons", _) => Pick::Neurons,
                (_, Some((key, value))) => Pick::Attribute { key: key.to_owned(), value: value.to_owned() },
                (name, None) => Pick::Named(name.to_owned()),
            })
            .collect();
        Ok(Self { name: name.map_or_else(|| plain.join("+"), str::to_owned), picks })
    }

    /// Several sets with commas between them: `sensory,inter,motor`.
    ///
    /// # Errors
    /// As [`NodeSet::parse`].
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ConnectomeError> {
        text.split(',').map(Self::parse).collect()
    }

    /// The nodes of the set.
    ///
    /// # Errors
    /// [`ConnectomeError::EmptySet`] for a pick that takes none, with what would.
    pub fn nodes(&self, graph: &PathwayGraph) -> Result<Vec<NodeIndex>, ConnectomeError> {
        let indices = || graph.petgraph().node_indices();
        let kinds: BTreeSet<&str> = graph
            .petgraph()
            .node_weights()
            .map(|node| node.kind.as_str())
            .filter(|kind| !kind.is_empty())
            .collect();
        for pick in &self.picks {
            if !indices().any(|index| pick.takes(graph, index, &kinds)) {
                return Err(ConnectomeError::EmptySet {
                    set: self.name.clone(),
                    known: kinds.into_iter().map(str::to_owned).collect(),
                    nearest: match pick {
                        // a kind that is not there is like no cell's name
                        Pick::Named(name) => nearest_names(name, graph.names())
                            .into_iter()
                            .filter(|like| strsim::levenshtein(name, like) <= 2)
                            .collect(),
                        _ => Vec::new(),
                    },
                });
            }
        }
        let takes = |index: &NodeIndex| self.picks.iter().any(|pick| pick.takes(graph, *index, &kinds));
        Ok(indices().filter(takes).collect())
    }
}
