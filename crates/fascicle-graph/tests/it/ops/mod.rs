//! Graphs from graphs.

mod align;
mod collapse;
mod combine;
mod subgraph;
mod temporal;

use fascicle_graph::{Edge, PathwayGraph, Sign};

/// A graph from lines `source target layer weight`; layers whose name starts with `gap` are undirected, a
/// weight with a sign before it has that sign.
pub(crate) fn read(lines: &str) -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [source, target, layer, weight] = fields[..] else { panic!("four fields in {line}") };
        let directed = !layer.starts_with("gap");
        let layer = graph.layer(layer, directed).unwrap();
        let [source, target] = [source, target].map(|name| graph.node(name));
        let number: f64 = weight.parse().unwrap();
        let sign = if weight.starts_with(['+', '-']) { Sign::of(number) } else { None };
        let edge = Edge { sign, ..Edge::new(number.abs(), layer) };
        graph.add_edge(source, target, edge).unwrap();
        if !directed && source != target {
            graph.add_edge(target, source, edge).unwrap();
        }
    }
    graph
}

/// The lines of a graph, sorted; an undirected edge has two.
pub(crate) fn written(graph: &PathwayGraph) -> Vec<String> {
    let mut lines: Vec<String> = graph
        .edges()
        .map(|(from, to, edge)| {
            let sign = edge.sign.map_or("", |sign| if sign == Sign::Positive { "+" } else { "-" });
            let layer = &graph.layers()[edge.layer.index()].name;
            format!("{} {} {layer} {sign}{}", graph.name(from), graph.name(to), edge.weight)
        })
        .collect();
    lines.sort();
    lines
}
