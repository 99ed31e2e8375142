//! How much two maps of the same nervous system agree.

use std::collections::HashMap;

use fascicle_graph::PathwayGraph;
use fascicle_graph::ops::spearman;

use crate::{ConnectomeError, Relation};

/// How much two connectomes agree on one kind of edge between the cells that both have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Cells that both have.
    pub cells: usize,
    /// Edges between those cells in the first; an undirected pair counts once.
    pub first: usize,
    /// The same in the second.
    pub second: usize,
    /// Edges that both have.
    pub common: usize,
    /// Common edges over all edges that either has (Jaccard index); `None` where neither has any.
    pub jaccard: Option<f64>,
    /// Spearman's correlation of the two weights of common edges; `None` for fewer than two, or equal weights.
    pub spearman: Option<f64>,
}

/// The agreement of two connectomes on one relation, over the cells that are nodes of both (by name: read both with the same
/// name scheme). Autapses do not count; parallel edges are summed. O(n + m log m).
///
/// # Errors
/// [`ConnectomeError::Graph`] where one of them lacks the layer.
pub fn agreement(
    first: &PathwayGraph,
    second: &PathwayGraph,
    relation: Relation,
) -> Result<Agreement, ConnectomeError> {
    let cells = first.names().filter(|name| second.get(name).is_some()).count();
    let a = shared_edges(first, second, relation)?;
    let b = shared_edges(second, first, relation)?;
    let mut common: Vec<(&(&str, &str), f64, f64)> =
        a.iter().filter_map(|(ends, weight)| Some((ends, *weight, *b.get(ends)?))).collect();
    // So that the sums behind the correlation are always taken in the same order.
    common.sort_unstable_by_key(|(ends, _, _)| **ends);
    let weights: (Vec<f64>, Vec<f64>) = common.iter().map(|&(_, a, b)| (a, b)).unzip();
    let union = a.len() + b.len() - common.len();
    Ok(Agreement {
        cells,
        first: a.len(),
        second: b.len(),
        common: common.len(),
        jaccard: (union > 0).then(|| common.len() as f64 / union as f64),
        spearman: spearman(&weights.0, &weights.1),
    })
}

/// Edges of one relation between cells that the other graph has too, by the names of their ends; those of undirected
/// relations with the lesser name first.
fn shared_edges<'a>(
    graph: &'a PathwayGraph,
    other: &PathwayGraph,
    relation: Relation,
) -> Result<HashMap<(&'a str, &'a str), f64>, ConnectomeError> {
    let layer = graph.find_layer(relation.name())?;
    let directed = graph.layers()[layer.index()].directed;
    let mut edges = HashMap::new();
    for (from, to, edge) in graph.edges().filter(|(from, to, edge)| edge.layer == layer && from != to) {
        let (from, to) = (graph.name(from), graph.name(to));
        let half = !directed && from > to;
        if !half && other.get(from).is_some() && other.get(to).is_some() {
            *edges.entry((from, to)).or_insert(0.0) += edge.weight;
        }
    }
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(relation: Relation, edges: &[(&str, &str, f64)]) -> PathwayGraph {
        let mut graph = PathwayGraph::new();
        // invariant: the names and weights below are fine.
        let layer = graph.layer(relation.name(), relation.directed()).expect("a layer");
        for &(from, to, weight) in edges {
            let (from, to) = (graph.node(from), graph.node(to));
            graph.connect(from, to, layer, weight).expect("an edge");
        }
        graph
    }

    #[test]
    fn only_shared_cells_count() -> Result<(), ConnectomeError> {
        let a = graph(
            Relation::Chemical,
            &[("A", "B", 1.0), ("B", "C", 5.0), ("C", "A", 2.0), ("A", "X", 9.0), ("A", "A", 1.0)],
        );
        let b = graph(
            Relation::Chemical,
            &[("A", "B", 2.0), ("B", "C", 1.0), ("C", "A", 3.0), ("B", "A", 1.0), ("Y", "A", 4.0)],
        );
        let got = agreement(&a, &b, Relation::Chemical)?;
        assert_eq!((got.cells, got.first, got.second, got.common), (3, 3, 4, 3));
        assert_eq!(got.jaccard, Some(0.75));
        assert!(got.spearman.is_some_and(|rho| (rho + 0.5).abs() < 1e-12), "{got:?}");
        Ok(())
    }

    #[test]
    fn undirected_pairs_count_once() -> Result<(), ConnectomeError> {
        let a = graph(Relation::Gap, &[("A", "B", 1.0), ("B", "C", 2.0)]);
        let b = graph(Relation::Gap, &[("B", "A", 4.0), ("C", "A", 1.0)]);
        let got = agreement(&a, &b, Relation::Gap)?;
        assert_eq!(
            (got.first, got.second, got.common, got.jaccard, got.spearman),
            (2, 2, 1, Some(1.0 / 3.0), None)
        );
        Ok(())
    }

    #[test]
    fn a_missing_layer_is_an_error() {
        let a = graph(Relation::Gap, &[("A", "B", 1.0)]);
        insta::assert_snapshot!(
            agreement(&a, &a, Relation::Chemical).map_err(|error| error.to_string()).unwrap_err(),
            @"no layer is called `chemical`; this graph has `gap`"
        );
    }
}
