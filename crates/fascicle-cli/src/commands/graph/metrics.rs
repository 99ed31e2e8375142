//! `fascicle graph metrics`.

use clap::Args;
use fascicle_graph::measure::{
    Betweenness, Direction, Iteration, PageRank, closeness, clustering, core_numbers, degree_assortativity,
    degrees, density, eigenvector_centrality, hits, hop_counts, reciprocity, strengths, strong_components,
    transitivity, undirected_degree_assortativity, weak_components,
};
use fascicle_graph::{Adjacency, GraphError, Length, View};
use serde_json::{Map, Value, json};

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Measures of the whole and of each node
///
/// Clustering, transitivity and the first assortativity are those of the graph without directions; betweenness, closeness
/// and path lengths count hops. PageRank, hubs, authorities and eigenvector centrality are weighted and need weights of at
/// least 0; they are left out where they are undefined. Parallel edges are one with the sum of their weights, and edges
/// from a node to itself do not count, unless with --self-loops for degrees, strengths and centralities.
#[derive(Args, Debug)]
pub(crate) struct Metrics {
    #[command(flatten)]
    source: Source,
    /// How many nodes to show, those of the highest PageRank (or else degree) first (--json gives all)
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Estimate betweenness from so many nodes (default: all of them, or 256 where nodes times edges exceed 10^10)
    #[arg(long, value_name = "N")]
    pivots: Option<usize>,
}

/// Nodes times edges up to which betweenness is exact unless asked otherwise: about a minute on two cores.
const EXACT: usize = 10_000_000_000;
const PIVOTS: usize = 256;

impl Metrics {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let undirected = self.source.view_as(&graph, View::undirected())?;
        let whole = whole(&view, &undirected)?;
        let large = view.node_count().saturating_mul(view.edge_count()) > EXACT;
        let pivots = self.pivots.or(large.then_some(PIVOTS));
        let nodes = columns(&view, &undirected, pivots)?;
        let names: Vec<&str> = graph.names().collect();
        if common.json {
            let nodes: Map<String, Value> = names
                .iter()
                .enumerate()
                .map(|(node, name)| {
                    let values: Map<String, Value> =
                        nodes.iter().map(|(measure, values)| (key(measure), json!(values[node]))).collect();
                    ((*name).to_owned(), values.into())
                })
                .collect();
            let whole: Map<String, Value> =
                whole.into_iter().map(|(name, value)| (key(name), json!(value))).collect();
            let loops = self.source.loops(&graph)?;
            return output::print_json(&json!({
                "directed": view.is_directed(), "self_loops": loops, "graph": whole, "nodes": nodes,
            }));
        }
        let mut rows: Vec<Vec<String>> = whole
            .into_iter()
            .map(|(name, value)| vec![name.into(), value.map_or("undefined".into(), output::number)])
            .collect();
        let summary = output::columns(&rows);
        let rank = nodes.iter().find(|(name, _)| *name == "pagerank").or_else(|| nodes.first());
        // invariant: `columns` gives degrees
        let rank = &rank.expect("a column").1;
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|a, b| rank[*b].total_cmp(&rank[*a]).then(a.cmp(b)));
        rows = vec![
            std::iter::once("node").chain(nodes.iter().map(|(name, _)| *name)).map(String::from).collect(),
        ];
        rows.extend(order.into_iter().take(self.top).map(|node| {
            let values = nodes.iter().map(|(_, values)| output::number(values[node]));
            std::iter::once(names[node].to_owned()).chain(values).collect()
        }));
        let table = if self.top == 0 { String::new() } else { format!("\n{}", output::blocks(&rows)) };
        output::print(&format!("{summary}{table}"))
    }
}

/// Measures of the whole; none where undefined.
fn whole(view: &Adjacency, undirected: &Adjacency) -> Result<Vec<(&'static str, Option<f64>)>, CliError> {
    let hops = hop_counts(view);
    let count = |groups: usize| Some(groups as f64);
    let mut whole = vec![
        ("nodes", Some(view.node_count() as f64)),
        ("edges", Some(view.edge_count() as f64)),
        ("density", density(view)),
        ("reciprocity", if view.is_directed() { reciprocity(view) } else { None }),
        ("transitivity", transitivity(undirected)),
        ("mean path length", hops.mean()),
        ("diameter", Some(hops.diameter() as f64)),
        ("global efficiency", hops.efficiency()),
        ("weak components", count(weak_components(view).sizes.len())),
        ("degree assortativity", undirected_degree_assortativity(undirected)?),
    ];
    if view.is_directed() {
        whole.push(("strong components", count(strong_components(view).sizes.len())));
        let between = degree_assortativity(view, Direction::Out, Direction::In)?;
        whole.push(("degree assortativity, out to in", between));
    }
    Ok(whole)
}

type Column = (&'static str, Vec<f64>);

fn columns(view: &Adjacency, undirected: &Adjacency, pivots: Option<usize>) -> Result<Vec<Column>, CliError> {
    let whole = |counts: Vec<usize>| counts.into_iter().map(|count| count as f64).collect();
    let mut columns: Vec<Column> = if view.is_directed() {
        vec![
            ("in-degree", whole(degrees(view, Direction::In))),
            ("out-degree", whole(degrees(view, Direction::Out))),
            ("in-strength", strengths(view, Direction::In)),
            ("out-strength", strengths(view, Direction::Out)),
        ]
    } else {
        vec![
            ("degree", whole(degrees(view, Direction::Total))),
            ("strength", strengths(view, Direction::Total)),
        ]
    };
    columns.push(("clustering", clustering(undirected)?));
    let cores = core_numbers(view, Direction::Total).into_iter().map(f64::from).collect();
    columns.push(("core", cores));
    let betweenness = Betweenness::new().normalised(true);
    columns.push(match pivots {
        None => ("betweenness", betweenness.nodes(view)?),
        Some(pivots) => ("betweenness (estimate)", betweenness.sampled(pivots, 0).nodes(view)?),
    });
    columns.push(("closeness", closeness(view, Direction::In, Length::Hops)?));
    if let Some(ranks) = where_defined(PageRank::new().of(view))? {
        columns.push(("pagerank", ranks));
    }
    let iteration = Iteration { tolerance: 1e-9, most: 10_000 };
    if let Some(scores) = where_defined(hits(view, iteration))? {
        columns.push(("hub", scores.hubs));
        columns.push(("authority", scores.authorities));
    }
    if let Some(scores) = where_defined(eigenvector_centrality(view, iteration))? {
        columns.push(("eigenvector", scores));
    }
    Ok(columns)
}

/// Nothing where weights or the shape of the graph allow no such measure.
fn where_defined<T>(measured: Result<T, GraphError>) -> Result<Option<T>, GraphError> {
    match measured {
        Ok(scores) => Ok(Some(scores)),
        Err(GraphError::BadWeight { .. } | GraphError::NotConverged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A measure's name as a key of JSON: `degree assortativity, out to in` is `degree_assortativity_out_to_in`.
fn key(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}
