//! Times of Louvain, Leiden and, up to 5,000 nodes, block models on seeded graphs, as JSON lines.
//!
//! ```text
//! cargo run -p fascicle-graph --example communities -- planted 1240 32324
//! cargo run -p fascicle-graph --example communities -- random 139255 15000000 1 edges.txt
//! ```
//!
//! `planted` draws six of ten edges inside groups, `random` draws both ends of each from all nodes; edges drawn twice weigh
//! twice. The fourth number is the seed. A file name after it writes the edges (source, target, weight), for other
//! programs to be timed on (`benches/peers/graph.py`).

use std::error::Error;
use std::io::{BufWriter, Write};
use std::time::Instant;

use fascicle_graph::Adjacency;
use fascicle_graph::community::{BlockModel, Detected, Leiden, Louvain, Modularity, Partition, Weights};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (kind, nodes, edges) = match arguments.as_slice() {
        [kind, nodes, edges, ..] if kind == "planted" || kind == "random" => {
            (kind.as_str(), nodes.parse::<usize>()?, edges.parse::<usize>()?)
        }
        _ => return Err("usage: communities planted|random NODES EDGES [SEED [FILE]]".into()),
    };
    let seed = arguments.get(3).map_or(Ok(1), |seed| seed.parse())?;
    let start = Instant::now();
    let graph = draw(kind == "planted", nodes, edges, seed)?;
    println!(
        "{}",
        json!({ "graph": kind, "nodes": nodes, "edges": graph.edge_count(), "seconds": start.elapsed().as_secs_f64() })
    );
    if let Some(file) = arguments.get(4) {
        let mut file = BufWriter::new(std::fs::File::create(file)?);
        for (from, to, weight) in graph.edges() {
            writeln!(file, "{from} {to} {weight}")?;
        }
    }
    let modularity = Modularity::default();
    report("louvain", || Ok(Louvain { seed }.run(&graph, &modularity)?))?;
    report("leiden", || Ok(Leiden::seeded(seed).run(&graph, &modularity)?))?;
    if nodes <= 5_000 {
        let start = Instant::now();
        let found =
            BlockModel { weights: Weights::Multiplicity, seed, ..BlockModel::default() }.fit(&graph)?;
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        let blocks: Vec<usize> = found.levels.iter().map(Partition::count).collect();
        println!(
            "{}",
            json!({ "measure": "blocks", "milliseconds": milliseconds, "nats": found.description_length, "levels": blocks })
        );
    }
    Ok(())
}

fn report(method: &str, run: impl Fn() -> Result<Detected, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let found = run()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let communities = found.partition.count();
    println!(
        "{}",
        json!({ "measure": method, "milliseconds": milliseconds, "modularity": found.quality, "communities": communities })
    );
    Ok(())
}

fn draw(planted: bool, nodes: usize, edges: usize, seed: u64) -> Result<Adjacency, Box<dyn Error>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let groups = ((nodes as f64).sqrt() / 2.0).max(1.0) as usize;
    let mut pair = move |_| {
        let from = rng.random_range(0..nodes);
        loop {
            let to = if planted && rng.random_bool(0.6) {
                // The members of a group are those with its remainder.
                from % groups + groups * rng.random_range(0..nodes.div_ceil(groups))
            } else {
                rng.random_range(0..nodes)
            };
            if to != from && to < nodes {
                return (from, to, 1.0);
            }
        }
    };
    if nodes < 2 {
        return Err("at least two nodes are needed".into());
    }
    Ok(Adjacency::from_edges(nodes, false, (0..edges).map(&mut pair))?)
}
