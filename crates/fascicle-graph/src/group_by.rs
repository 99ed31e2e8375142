//! What makes nodes a group: their kind, or what they say of themselves.

use serde_json::Value;

use crate::{GraphError, Node, PathwayGraph};

/// What makes nodes a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The same kind.
    Kind,
    /// The same value of this attribute.
    Attribute(String),
}

impl GroupBy {
    /// The kind for `kind`, else the attribute of that name.
    #[must_use]
    pub fn named(what: &str) -> Self {
        if what == "kind" { Self::Kind } else { Self::Attribute(what.to_owned()) }
    }

    /// The group of each node, in their order; none for nodes without kind or attribute. O(n).
    ///
    /// # Errors
    /// [`GraphError::UnknownAttribute`] for an attribute that no node has, with those that there are.
    pub fn labels(&self, graph: &PathwayGraph) -> Result<Vec<Option<String>>, GraphError> {
        let nodes = || graph.petgraph().node_weights();
        if let Self::Attribute(name) = self
            && !nodes().any(|node| node.attributes.contains_key(name))
        {
            let mut known: Vec<String> = nodes().flat_map(|node| node.attributes.keys().cloned()).collect();
            known.sort();
            known.dedup();
            return Err(GraphError::UnknownAttribute { name: name.clone(), known });
        }
        Ok(nodes().map(|node| self.label(node)).collect())
    }

    /// The group of one node.
    pub(crate) fn label(&self, node: &Node) -> Option<String> {
        let text = match self {
            Self::Kind => node.kind.clone(),
            Self::Attribute(name) => match node.attributes.get(name)? {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                other => other.to_string(),
            },
        };
        (!text.is_empty()).then_some(text)
    }
}
