//! Times measures on seeded random graphs, one JSON line each:
//!
//! ```text
//! cargo run -p fascicle-graph --example measures -- [NODES EDGES [--edges FILE] [--threads N] [--only NAME]…]
//! ```
//!
//! Without sizes: 1,240 nodes and 32,324 edges, as in the brain of a larva. `--edges` writes the graph as lines of
//! `source target weight`, for other libraries to be timed on it (`benches/peers/graph.py`). What takes
//! time in proportion to n·m is left out of graphs of more than 10⁹ of these.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use fascicle_graph::measure::{self, Betweenness, Direction, Iteration, Length, PageRank};
use fascicle_graph::{Adjacency, PathwayGraph, View};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut sizes = Vec::new();
    let (mut file, mut only) = (None, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--edges" => file = Some(value()?),
            "--only" => only.push(value()?),
            "--threads" => {
                rayon::ThreadPoolBuilder::new().num_threads(value()?.parse()?).build_global()?;
            }
            size => sizes.push(size.parse::<usize>()?),
        }
    }
    let [nodes, count] = match sizes[..] {
        [] => [1_240, 32_324],
        [nodes, edges] => [nodes, edges],
        _ => return Err("give the numbers of nodes and edges, or neither".into()),
    };
    let edges = random_edges(nodes, count, 1);
    if let Some(file) = file {
        let mut out = BufWriter::new(std::fs::File::create(file)?);
        for (from, to, weight) in &edges {
            writeln!(out, "{from} {to} {weight}")?;
        }
    }
    let timer = Timer { nodes, edges: edges.len(), only };
    let rounds = if count > 1_000_000 { 1 } else { 5 };

    let triples = || edges.iter().map(|&(from, to, weight)| (from as usize, to as usize, f64::from(weight)));
    if timer.wanted("graph") {
        let mut graph = PathwayGraph::new();
        timer.time("graph", 1, || graph = graph_of(nodes, &edges))?;
        timer.time("view of graph", 1, || View::directed().of(&graph))?;
        timer.peak()?;
    }
    let mut built = None;
    timer.always("adjacency", 1, || built = Some(Adjacency::from_edges(nodes, true, triples())))?;
    timer.peak()?;
    let graph = built.ok_or("not built")??;
    drop(edges);

    timer.time("strong components", rounds, || measure::strong_components(&graph))?;
    timer.time("weak components", rounds, || measure::weak_components(&graph))?;
    timer.time("core numbers", rounds, || measure::core_numbers(&graph, Direction::Total))?;
    timer.time("PageRank", rounds, || PageRank::new().of(&graph))?;
    let loose = Iteration { tolerance: 1e-6, most: 10_000 };
    timer.time("HITS", rounds, || measure::hits(&graph, loose))?;
    timer.time("eigenvector centrality", rounds, || measure::eigenvector_centrality(&graph, loose))?;
    timer.time("triads", rounds, || measure::triad_census(&graph))?;
    timer.time("reciprocity", rounds, || measure::reciprocity(&graph))?;
    timer.time("clustering, directed", rounds, || measure::clustering_directed(&graph))?;
    timer.time("clustering, directed and weighted", rounds, || {
        measure::clustering_directed_weighted(&graph)
    })?;
    timer.time("betweenness, 16 pivots", rounds, || Betweenness::new().sampled(16, 1).nodes(&graph))?;
    if nodes.saturating_mul(count) > 1_000_000_000 {
        return Ok(());
    }
    timer.time("betweenness", rounds, || Betweenness::new().nodes(&graph))?;
    timer.time("betweenness of edges", rounds, || Betweenness::new().edges(&graph))?;
    timer.time("betweenness by length", 1, || Betweenness::new().length(Length::Weight).nodes(&graph))?;
    timer.time("all pairs, hops", rounds, || measure::hop_counts(&graph))?;
    timer.time("closeness", rounds, || measure::closeness(&graph, Direction::In, Length::Hops))?;
    timer.time("closeness by length", 1, || measure::closeness(&graph, Direction::In, Length::Weight))?;
    timer.time("local efficiency", rounds, || measure::local_efficiency(&graph, Length::Hops))?;
    Ok(())
}

/// What is timed is written as it comes.
struct Timer {
    nodes: usize,
    edges: usize,
    only: Vec<String>,
}

impl Timer {
    fn wanted(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only.as_str()))
    }

    fn time<T>(&self, name: &str, rounds: usize, run: impl FnMut() -> T) -> io::Result<()> {
        if self.wanted(name) { self.always(name, rounds, run) } else { Ok(()) }
    }

    /// The least of some rounds.
    fn always<T>(&self, name: &str, rounds: usize, mut run: impl FnMut() -> T) -> io::Result<()> {
        let mut least = f64::INFINITY;
        for _ in 0..rounds {
            let start = Instant::now();
            let result = std::hint::black_box(run());
            least = least.min(start.elapsed().as_secs_f64());
            drop(result);
        }
        let line = serde_json::json!({
            "measure": name,
            "nodes": self.nodes,
            "edges": self.edges,
            "threads": rayon::current_num_threads(),
            "milliseconds": (least * 1e6).round() / 1e3,
        });
        writeln!(io::stdout(), "{line}")
    }

    /// The most memory that the process has had, where the system tells.
    fn peak(&self) -> io::Result<()> {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let Some(kilobytes) = peak.and_then(|peak| peak.parse::<f64>().ok()) else { return Ok(()) };
        writeln!(io::stdout(), "{}", serde_json::json!({ "peak megabytes so far": kilobytes / 1024.0 }))
    }
}

fn graph_of(nodes: usize, edges: &[(u32, u32, f32)]) -> PathwayGraph {
    let mut graph = PathwayGraph::with_capacity(nodes, edges.len());
    let ends: Vec<_> = (0..nodes).map(|node| graph.node(&node.to_string())).collect();
    let layer = graph.layer("", true).expect("the first layer");
    for &(from, to, weight) in edges {
        let (from, to) = (ends[from as usize], ends[to as usize]);
        graph.connect(from, to, layer, f64::from(weight)).expect("a finite weight");
    }
    graph
}

/// So many different edges, no self-loops, with whole weights from 1 to 9. Half of the sources and a quarter of the targets
/// are taken by the square of a uniform number, so that there are hubs.
fn random_edges(nodes: usize, count: usize, seed: u64) -> Vec<(u32, u32, f32)> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut taken = HashSet::with_capacity(count);
    let mut edges = Vec::with_capacity(count);
    while edges.len() < count {
        let mut end = |skewed: f64| {
            let uniform: f64 = random.random();
            let place = if random.random_bool(skewed) { uniform * uniform } else { uniform };
            (place * nodes as f64) as u32
        };
        let (from, to) = (end(0.5), end(0.25));
        if from != to && taken.insert((from, to)) {
            edges.push((from, to, random.random_range(1u8..10).into()));
        }
    }
    edges
}
