//! Triads, a small world and null models of a connectome, beside which Varshney et al. (2011) and Humphries &
//! Gurney (2008) give theirs.
//!
//! ```text
//! cargo run -p fascicle-graph --example worm_motifs -- NULLS EDGES.csv
//! ```
//!
//! Each row of the file is `source,target`; self-loops are left out.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::time::Instant;

use fascicle_graph::measure::{Clustering, MotifSize, motif_scores, small_world};
use fascicle_graph::null::{Lattice, Nulls, Rewire};
use fascicle_graph::{Adjacency, GraphError};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [nulls, file] = arguments.as_slice() else {
        return Err("usage: worm_motifs NULLS EDGES.csv".into());
    };
    let nulls = Nulls::new(Rewire::default(), nulls.parse()?, 2011);
    let text = fs::read_to_string(file)?;
    let directed = read(&text, true)?;
    println!("{} nodes, {} edges, {} null models", directed.node_count(), directed.edge_count(), nulls.count);
    let start = Instant::now();
    for score in motif_scores(&directed, MotifSize::Three, &nulls)? {
        let name = score.motif.name.unwrap_or_default();
        let z = score.nulls.z.map_or("–".into(), |z| format!("{z:.1}"));
        println!(
            "{name:>5} {:>7}  null {:>9.1}  z {z:>6}  p {:.3}",
            score.count, score.nulls.mean, score.nulls.p_greater
        );
    }
    println!("{:.1} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let undirected = read(&text, false)?;
    let world = small_world(&undirected, Clustering::Mean, &nulls, Lattice::default())?;
    println!("{world:?}");
    println!("sigma {:?}, omega {:?}, index {:?}", world.sigma(), world.omega(), world.index());
    println!("{:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn read(text: &str, directed: bool) -> Result<Adjacency, GraphError> {
    let mut numbers = HashMap::new();
    let mut number = |name| {
        let next = numbers.len();
        *numbers.entry(name).or_insert(next)
    };
    let pairs = text.lines().filter_map(|row| row.split_once(','));
    let edges: Vec<_> = pairs.map(|(from, to)| (number(from.trim()), number(to.trim()))).collect();
    let weighted = edges.iter().filter(|edge| edge.0 != edge.1).map(|&(from, to)| (from, to, 1.0));
    Adjacency::from_edges(numbers.len(), directed, weighted)
}
