//! One graph in every format: `cargo run -p fascicle-graph --example write_formats FOLDER`.
//!
//! `tests/fixtures/formats/peers.py --read FOLDER` reads them with NetworkX, igraph and SciPy.

use std::error::Error;
use std::path::PathBuf;

use fascicle_graph::PathwayGraph;
use fascicle_graph::format::{self, Format};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: write_formats FOLDER")?);
    let mut graph = PathwayGraph::new();
    let [first, second, alone] = ["R&D <x>", "Ünï \"q\"", "alone"].map(|name| graph.node(name));
    graph.set_kind(first, "sensory");
    graph.attributes_mut(first).insert("depth".to_owned(), 1.into());
    graph.attributes_mut(second).insert("depth".to_owned(), 2.5.into());
    graph.attributes_mut(alone).insert("tags".to_owned(), vec!["left", "dorsal"].into());
    let chemical = graph.layer("chemical", true)?;
    for (from, to, weight) in
        [(first, second, 3.0), (first, second, 0.5), (second, first, 1e-7), (second, second, -2.0)]
    {
        graph.connect(from, to, chemical, weight)?;
    }
    let mut undirected = PathwayGraph::new();
    let gap = undirected.layer("gap", false)?;
    let [a, b] = ["a", "b"].map(|name| undirected.node(name));
    undirected.connect(a, b, gap, 2.0)?;
    undirected.connect(b, b, gap, 1.0)?;
    for extension in ["json", "graphml", "gexf", "gml", "dot", "edgelist", "csv", "mtx", "parquet"] {
        format::write(&graph, &folder.join("graph").with_extension(extension))?;
        format::write(&undirected, &folder.join("undirected").with_extension(extension))?;
    }
    format::write_as(&graph, &folder.join("node-link.json"), Format::NodeLink)?;
    format::write_as(&undirected, &folder.join("undirected-node-link.json"), Format::NodeLink)?;
    Ok(())
}
