//! How long a graph of a brain's size takes to read, and how much memory: makes one of as many nodes and edges as
//! FlyWire's (139,255 and 15 million), writes it to a temporary Parquet file, and reads it in a process of its own.
//!
//! `cargo run -p fascicle-graph --example read_parquet [EDGES]`

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fascicle_graph::PathwayGraph;
use fascicle_graph::format::{self, ReadOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const NODES: usize = 139_255;
const EDGES: usize = 15_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, option, path] = &arguments[..]
        && option == "--read"
    {
        return read(Path::new(path));
    }
    let edges = arguments.get(1).map_or(Ok(EDGES), |number| number.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("brain.parquet");
    let begun = Instant::now();
    format::write(&brain(edges)?, &path)?;
    let size = std::fs::metadata(&path)?.len() as f64 / 1e6;
    println!("made and wrote {edges} edges in {:.1} s: {size:.0} MB", begun.elapsed().as_secs_f64());
    // apart, so that the memory is that of reading alone
    let status = Command::new(std::env::current_exe()?).arg("--read").arg(&path).status()?;
    if status.success() { Ok(()) } else { Err(status.to_string().into()) }
}

/// Random edges between nodes with FlyWire's kind of ids, sorted by source as its tables are.
fn brain(edges: usize) -> Result<PathwayGraph, Box<dyn Error>> {
    let mut random = StdRng::seed_from_u64(1);
    let mut graph = PathwayGraph::with_capacity(NODES, edges);
    let layer = graph.layer("", true)?;
    let nodes: Vec<_> = (0..NODES)
        .map(|number| graph.node(&(720_575_940_596_125_868 + 7919 * number as u64).to_string()))
        .collect();
    for edge in 0..edges {
        let from = nodes[(edge as u64 * NODES as u64 / edges as u64) as usize];
        let to = nodes[random.random_range(0..NODES)];
        graph.connect(from, to, layer, f64::from(random.random_range(1..60u32)))?;
    }
    Ok(graph)
}

fn read(path: &Path) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let graph = format::read(path, &ReadOptions::new())?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("read {} nodes and {} edges in {seconds:.2} s", graph.node_count(), graph.edge_count());
    match peak() {
        Some(megabytes) => println!("peak memory {megabytes} MB"),
        None => println!("peak memory unknown: there is no /proc here"),
    }
    Ok(())
}

/// The most memory that this process had at a time, as Linux counts it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1000)
}
