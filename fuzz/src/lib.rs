//! What the targets share: none of the readers may panic, whatever it is given.

use std::cell::LazyCell;
use std::path::PathBuf;

pub use fascicle_connectome::ConnectomeFormat;
use fascicle_connectome::{Consensus, Pairs, Policies};
pub use fascicle_graph::format::Format;
use fascicle_graph::format::ReadOptions;
use tempfile::TempDir;

/// A graph's file. What is read must be read again from what is written, with as many nodes and edges.
///
/// # Panics
/// When it is not.
pub fn graph(format: Format, bytes: &[u8]) {
    let options = ReadOptions::new();
    let Ok(graph) = format.parse(bytes, &options) else { return };
    // Formats that cannot carry a graph say so.
    let Ok(written) = format.render(&graph) else { return };
    let again = match format.parse(&written, &options) {
        Ok(again) => again,
        Err(error) => {
            panic!("what was written cannot be read: {error}\n{}", String::from_utf8_lossy(&written))
        }
    };
    let keeps_all = matches!(
        format,
        Format::Json | Format::NodeLink | Format::GraphMl | Format::Gexf | Format::Gml | Format::Dot
    );
    if keeps_all {
        let sizes = [&graph, &again].map(|graph| (graph.node_count(), graph.edge_count()));
        assert_eq!(sizes[0], sizes[1], "{}", String::from_utf8_lossy(&written));
    }
}

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| {
        // In memory where there is such a place: a file is written for every input.
        let memory = PathBuf::from("/dev/shm");
        let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        made.expect("a folder for the inputs")
    });
}

/// A published connectome's file.
///
/// # Panics
/// When the file cannot be written for the reader.
pub fn connectome(format: ConnectomeFormat, bytes: &[u8]) {
    let file = file(if format == ConnectomeFormat::Randi2023 { "json" } else { "csv" }, bytes);
    let _ = fascicle_connectome::read(&file, format, &Policies::default());
}

/// A table of what several connectomes agree on. What is read must be read again from what is written.
///
/// # Panics
/// When it is not, or the file cannot be written for the reader.
pub fn consensus(bytes: &[u8]) {
    let file = file("csv", bytes);
    let Ok(table) = Consensus::read_csv(&file) else { return };
    table.write_csv(&file, Pairs::All).expect("the table is written");
    let again = Consensus::read_csv(&file).expect("what was written can be read");
    assert_eq!(again.cells.len(), table.cells.len());
}

/// The input as a file.
fn file(extension: &str, bytes: &[u8]) -> PathBuf {
    let file = FOLDER.with(|folder| folder.path().join(format!("input.{extension}")));
    std::fs::write(&file, bytes).expect("the input is written");
    file
}
