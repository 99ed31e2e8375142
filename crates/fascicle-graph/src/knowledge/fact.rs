//! Facts: head, relation, tail.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use super::rows::{read, rows, three_fields};
use crate::{GraphError, PathwayGraph};

/// That a head is related to a tail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fact {
    /// The entity that the fact is about.
    pub head: String,
    /// How the two are related.
    pub relation: String,
    /// The other entity.
    pub tail: String,
}

impl Fact {
    /// The fact of these three names.
    pub fn new(head: impl Into<String>, relation: impl Into<String>, tail: impl Into<String>) -> Self {
        Self { head: head.into(), relation: relation.into(), tail: tail.into() }
    }
}

impl fmt::Display for Fact {
    /// `head → relation → tail`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {} → {}", self.head, self.relation, self.tail)
    }
}

/// Reads facts from a file of three columns with tabs between them, as PyKEEN's data sets and PathQuestion's
/// knowledge bases have: head, relation, tail, without a header.
///
/// A byte-order mark, either kind of line end, blanks around names and empty rows do no harm. Facts come in the
/// order of the rows, repeated ones as often as they stand there.
///
/// # Errors
/// [`GraphError::Io`]; [`GraphError::Format`] for a row with more or fewer columns, or an empty name.
pub fn read_facts(path: &Path) -> Result<Vec<Fact>, GraphError> {
    parse_facts(&read(path)?).map_err(|error| error.in_file(path))
}

/// The facts of a text, as [`read_facts`] reads them.
///
/// # Errors
/// [`GraphError::Format`].
pub fn parse_facts(text: &str) -> Result<Vec<Fact>, GraphError> {
    let fact = |row: (usize, &str)| -> Result<Fact, GraphError> {
        let [head, relation, tail] = three_fields(row, ["head", "relation", "tail"])?;
        Ok(Fact::new(head, relation, tail))
    };
    rows(text).map(fact).collect()
}

/// The graph of some facts: a node for each entity and a directed layer for each relation, in the order in which
/// they come; a fact that is repeated is one edge. O(m).
///
/// # Errors
/// [`GraphError::TooMany`] at 65,536 relations.
pub fn graph_of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Result<PathwayGraph, GraphError> {
    let mut graph = PathwayGraph::new();
    let mut known = HashSet::new();
    for fact in facts {
        let [head, tail] = [&fact.head, &fact.tail].map(|name| graph.node(name));
        let relation = graph.layer(&fact.relation, true)?;
        if known.insert((head, relation, tail)) {
            graph.connect(head, tail, relation, 1.0)?;
        }
    }
    Ok(graph)
}

/// The facts of a graph, one for each edge, in the order of the edges.
pub fn facts_of(graph: &PathwayGraph) -> impl Iterator<Item = Fact> + '_ {
    graph.edges().map(|(head, tail, edge)| {
        Fact::new(graph.name(head), &graph.layers()[edge.layer.index()].name, graph.name(tail))
    })
}
