//! How long paths take: ten shortest paths between 50 pairs of nodes, and the distances between all pairs.
//!
//! ```text
//! cargo run -p fascicle-graph --example paths                    a random graph of a larva brain's size
//! cargo run -p fascicle-graph --example paths -- edges.txt       the graph of lines `source target weight`, by number
//! cargo run -p fascicle-graph --example paths -- --write DIR     writes the random graph and the pairs for other
//!                                                                 tools (`benches/peers/graph.py`)
//! ```
//!
//! `RAYON_NUM_THREADS` sets the number of threads.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use fascicle_graph::path::{HopMatrix, Length, Paths, Resistance, max_flow};
use fascicle_graph::{Adjacency, GraphError};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;

/// Edges as (source, target, weight).
type Edges = Vec<(usize, usize, f64)>;

const NODES: usize = 1_240;
const EDGES: usize = 32_324;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut random = StdRng::seed_from_u64(7);
    let edges = match &arguments[..] {
        [file] if file != "--write" => read(Path::new(file))?,
        _ => heavy_tailed(&mut random),
    };
    let nodes = edges.iter().map(|edge| edge.0.max(edge.1) + 1).max().unwrap_or(0);
    let pairs: Vec<(usize, usize)> = std::iter::repeat_with(|| {
        let [source, target] = [(); 2].map(|()| random.random_range(0..nodes));
        (source, target)
    })
    .filter(|(source, target)| source != target)
    .take(50)
    .collect();
    if let [_, folder] = &arguments[..] {
        let lines = |edge: &(usize, usize, f64)| format!("{} {} {}\n", edge.0, edge.1, edge.2);
        fs::write(Path::new(folder).join("edges.txt"), edges.iter().map(lines).collect::<String>())?;
        let ends = |pair: &(usize, usize)| format!("{} {}\n", pair.0, pair.1);
        fs::write(Path::new(folder).join("pairs.txt"), pairs.iter().map(ends).collect::<String>())?;
    }
    let graph = Adjacency::from_edges(nodes, true, edges.iter().copied())?;
    let (edges_left, threads) = (graph.edge_count(), rayon::current_num_threads());
    println!("{}", serde_json::json!({ "nodes": nodes, "edges": edges_left, "threads": threads }));
    time_paths(&graph, &pairs)?;
    time_all_pairs(&graph)?;
    let undirected = Adjacency::from_edges(nodes, false, edges)?;
    let resistance = Resistance::of(&undirected)?;
    best("effective resistance of 50 pairs", || {
        pairs.iter().map(|&(source, target)| resistance.between(source, target)).sum::<Result<f64, _>>()
    })?;
    best("maximum flow of 50 pairs", || {
        pairs
            .iter()
            .map(|&(source, target)| Ok(max_flow(&graph, &[source], &[target])?.value))
            .sum::<Result<f64, GraphError>>()
    })?;
    Ok(())
}

fn time_paths(graph: &Adjacency, pairs: &[(usize, usize)]) -> Result<(), GraphError> {
    for (name, length) in [("hops", Length::Hops), ("weights", Length::Weight)] {
        let paths = Paths::new(graph, length)?;
        let ten = |&(source, target): &(usize, usize)| -> Result<f64, GraphError> {
            Ok(paths.k_shortest(source, target)?.take(10).map(|path| path.length).sum())
        };
        best(&format!("10 shortest paths of 50 pairs by {name}"), || {
            pairs.iter().map(ten).sum::<Result<f64, _>>()
        })?;
        best(&format!("10 shortest paths of 50 pairs by {name}, on all threads"), || {
            pairs.par_iter().map(ten).sum::<Result<f64, _>>()
        })?;
    }
    Ok(())
}

fn time_all_pairs(graph: &Adjacency) -> Result<(), GraphError> {
    best("hops between all pairs", || {
        let counts = HopMatrix::of(graph)?.histogram();
        Ok(counts.iter().enumerate().map(|(hops, count)| (hops * count) as f64).sum())
    })?;
    best("hops between all pairs, without adding them up", || Ok(HopMatrix::of(graph)?.node_count() as f64))?;
    let weighted = Paths::new(graph, Length::Weight)?;
    best("distances between all pairs by weights", || Ok(weighted.distance_matrix().get(0, 1)))
}

/// Prints the best of several runs as a line of JSON, with a checksum.
fn best(name: &str, mut run: impl FnMut() -> Result<f64, GraphError>) -> Result<(), GraphError> {
    let mut least = Duration::MAX;
    let mut sum = 0.0;
    for _ in 0..7 {
        let start = Instant::now();
        sum = run()?;
        least = least.min(start.elapsed());
    }
    let milliseconds = least.as_secs_f64() * 1e3;
    println!("{}", serde_json::json!({ "measure": name, "milliseconds": milliseconds, "sum": sum }));
    Ok(())
}

/// Nodes whose expected degrees follow a power law, out and in apart (Chung & Lu 2002); weights are 1 to 20.
fn heavy_tailed(random: &mut StdRng) -> Edges {
    let mut cumulated = || -> Vec<f64> {
        let mut sum = 0.0;
        let mut next = || {
            sum += random.random::<f64>().max(1e-3).powf(-0.5);
            sum
        };
        (0..NODES).map(|_| next()).collect()
    };
    let (out, into) = (cumulated(), cumulated());
    let mut known = std::collections::HashSet::new();
    let mut edges = Vec::with_capacity(EDGES);
    while edges.len() < EDGES {
        let mut end = |sums: &[f64]| {
            let at = random.random::<f64>() * sums[NODES - 1];
            sums.partition_point(|&sum| sum <= at).min(NODES - 1)
        };
        let (from, to) = (end(&out), end(&into));
        if from != to && known.insert((from, to)) {
            edges.push((from, to, f64::from(random.random_range(1..=20_u8))));
        }
    }
    edges
}

fn read(file: &Path) -> Result<Edges, Box<dyn std::error::Error>> {
    let text = fs::read_to_string(file)?;
    let edge = |line: &str| -> Option<(usize, usize, f64)> {
        let mut fields = line.split_whitespace();
        let ends = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some((ends.0, ends.1, fields.next().map_or(Some(1.0), |weight| weight.parse().ok())?))
    };
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            edge(line).ok_or_else(|| {
                format!("{}, line {}: no `source target weight`", file.display(), at + 1).into()
            })
        })
        .collect()
}
