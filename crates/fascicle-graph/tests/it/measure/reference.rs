//! Every measure on every graph of `tests/fixtures/measures.json`, which `measures.py` beside it makes with networkx,
//! igraph and numpy.

use fascicle_graph::measure::{self, Betweenness, Direction, Iteration, Katz, Length, PageRank};
use fascicle_graph::{Adjacency, GraphError};
use serde_json::Value;

/// As many digits as an iteration that stops at a change of 10⁻¹³ leaves.
const TOLERANCE: f64 = 1e-9;

const TIGHT: Iteration = Iteration { tolerance: 1e-13, most: 100_000 };

/// One graph of the file.
struct Case {
    graph: Adjacency,
    modules: Vec<usize>,
    values: Vec<f64>,
}

#[test]
fn as_networkx_and_igraph_have_them() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/measures.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let (mut compared, mut different) = (0, Vec::new());
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let nodes = case["nodes"].as_u64().unwrap() as usize;
        let edges = case["edges"].as_array().unwrap().iter().map(|edge| {
            let end = |at: usize| edge[at].as_u64().unwrap() as usize;
            (end(0), end(1), edge[2].as_f64().unwrap())
        });
        let input = Case {
            graph: Adjacency::from_edges(nodes, case["directed"].as_bool().unwrap(), edges).unwrap(),
            modules: numbers(&case["modules"]).into_iter().map(|module| module as usize).collect(),
            values: numbers(&case["values"]),
        };
        for (measure, expected) in case["expected"].as_object().unwrap() {
            if skipped(measure, expected) {
                continue;
            }
            let got = compute(measure, &input).map_err(|error| error.to_string());
            let expected = numbers(expected);
            if !got.as_ref().is_ok_and(|got| close(got, &expected)) {
                different.push(format!("{measure} of {name}: {got:?}, not {expected:?}"));
            }
            compared += 1;
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared > 600, "only {compared} comparisons");
}

fn close(got: &[f64], expected: &[f64]) -> bool {
    let same = |(got, expected): (&f64, &f64)| (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
    got.len() == expected.len() && got.iter().zip(expected).all(same)
}

/// Iterations without a unique limit, which the reference marks with null.
fn skipped(measure: &str, expected: &Value) -> bool {
    expected.is_null() && (measure == "eigenvector" || measure.starts_with("katz"))
}

/// A list; one number; or none for null.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(|value| value.as_f64().unwrap()).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}

fn compute(measure: &str, case: &Case) -> Result<Vec<f64>, GraphError> {
    let Case { graph, modules, values } = case;
    let (name, how) = measure.split_once(' ').unwrap_or((measure, ""));
    let direction = match how.split(' ').next() {
        Some("in") => Direction::In,
        Some("out") => Direction::Out,
        _ => Direction::Total,
    };
    let length = match how.rsplit(' ').next() {
        Some("weight") => Length::Weight,
        Some("inverse") => Length::Inverse,
        _ => Length::Hops,
    };
    let all = |counts: Vec<usize>| counts.into_iter().map(|count| count as f64).collect();
    let groups = |groups: Vec<u32>| groups.into_iter().map(f64::from).collect();
    Ok(match name {
        "degree" => all(measure::degrees(graph, direction)),
        "strength" => measure::strengths(graph, direction),
        "density" => one(measure::density(graph)),
        "reciprocity" => one(measure::reciprocity(graph)),
        "weighted_reciprocity" => one(measure::weighted_reciprocity(graph)?),
        "transitivity" => one(measure::transitivity(graph)),
        "triangles" => measure::triangles(graph),
        "clustering" => measure::clustering(graph)?,
        "clustering_onnela" => measure::clustering_onnela(graph)?,
        "clustering_barrat" => measure::clustering_barrat(graph)?,
        "clustering_directed" => measure::clustering_directed(graph)?,
        "clustering_directed_weighted" => measure::clustering_directed_weighted(graph)?,
        "global_efficiency" => vec![measure::global_efficiency(graph, length)?],
        "local_efficiency" => measure::local_efficiency(graph, length)?,
        "path_length" => {
            let mean = measure::characteristic_path_length(graph, length)?;
            if length == Length::Hops {
                let counted = measure::hop_counts(graph).mean();
                assert_eq!(mean, counted, "the two ways to the mean path length");
            }
            one(mean)
        }
        "closeness" => measure::closeness(graph, direction, length)?,
        "harmonic" => measure::harmonic(graph, direction, length)?,
        "betweenness" => betweenness(how, length).nodes(graph)?,
        "edge_betweenness" => betweenness(how, length).edges(graph)?,
        "pagerank" => match how {
            "0.5 binary" => PageRank::new().damping(0.5).iteration(TIGHT).of(&graph.binary())?,
            "personalised" => {
                let jumps = (0..graph.node_count()).map(|node| if node == 0 { 1 } else { node % 3 } as f64);
                PageRank::new().jumps_to(jumps.collect()).iteration(TIGHT).of(graph)?
            }
            _ => PageRank::new().iteration(TIGHT).of(graph)?,
        },
        "hubs" => measure::hits(graph, TIGHT)?.hubs,
        "authorities" => measure::hits(graph, TIGHT)?.authorities,
        "eigenvector" => measure::eigenvector_centrality(graph, TIGHT)?,
        "katz" => {
            let (attenuation, normalised) = if how == "plain" { (0.02, false) } else { (0.01, true) };
            Katz { attenuation, normalised, iteration: TIGHT, ..Katz::default() }.of(graph)?
        }
        "components" => groups(match how {
            "strong" => measure::strong_components(graph).of,
            _ => measure::weak_components(graph).of,
        }),
        "core" => groups(measure::core_numbers(graph, direction)),
        "assortativity" => match how.split_once(' ') {
            Some((_, "in")) => one(measure::degree_assortativity(graph, direction, Direction::In)?),
            Some((_, _)) => one(measure::degree_assortativity(graph, direction, Direction::Out)?),
            None => one(measure::undirected_degree_assortativity(graph)?),
        },
        "attribute_assortativity" => one(measure::attribute_assortativity(graph, modules)?),
        "numeric_assortativity" => one(measure::numeric_assortativity(graph, values)?),
        "participation" => measure::participation(graph, modules, direction)?,
        "within_module_z" => measure::within_module_z(graph, modules, direction)?,
        "triads" => measure::triad_census(graph).counts.iter().map(|&count| count as f64).collect(),
        unknown => panic!("the fixture has `{unknown}`, which is not compared"),
    })
}

fn one(value: Option<f64>) -> Vec<f64> {
    value.into_iter().collect()
}

fn betweenness(how: &str, length: Length) -> Betweenness {
    Betweenness::new().length(length).normalised(how == "normalised")
}
