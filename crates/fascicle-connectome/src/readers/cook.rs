//! Cook et al. 2019, *Whole-animal connectomes of both C. elegans sexes*: adjacency matrices as CSV, and one list of edges.

use std::path::{Path, PathBuf};

use super::{Reading, typed};
use crate::assemble::{Assembly, Organism};
use crate::source::matrix::{Gaps, Matrix, PLAIN};
use crate::source::text;
use crate::{ConnectomeError, ConnectomeFormat, Note, Place, Policies, Relation};

/// The adjacency matrices of Cook et al. 2019 (corrected July 2020): chemical, gap junctions, or both in one graph.
///
/// Labels stand in the first row and column, rows are pre-synaptic, blank is 0.
///
/// # Errors
/// Any [`ConnectomeError`] about a file; [`ConnectomeError::BadArgument`] without any.
pub fn cook2019(chemical: Option<&Path>, gap: Option<&Path>, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    let mut place = None;
    for (file, relation) in [(chemical, Relation::Chemical), (gap, Relation::Gap)] {
        let Some(file) = file else { continue };
        let table = text::read(file, "an adjacency matrix", assembly.report())?;
        let matrix = Matrix::read(&table, PLAIN, Gaps::Zero, policies, assembly.report())?;
        assembly.matrix(&matrix, relation)?;
        place.get_or_insert(table.place);
    }
    let expected = "a chemical matrix, an electrical one, or both";
    let place = place.ok_or_else(|| ConnectomeError::argument("files of Cook 2019", "none", expected))?;
    assembly.finish(ConnectomeFormat::Cook2019, &place)
}

/// One of the matrices, told apart by `chem`, `elec` or `gap` in the file's name (chemical, and noted, without any of
/// them), or both of a folder.
pub(super) fn cook2019_at(at: &Path, policies: &Policies) -> Reading {
    if !at.is_dir() {
        if is_called(at, &["elec", "gap"]) {
            return cook2019(None, Some(at), policies);
        }
        let (graph, mut report) = cook2019(Some(at), None, policies)?;
        if !is_called(at, &["chem"]) {
            let relation = Relation::Chemical.name();
            report.notes.push(Note::AssumedRelation { file: at.to_owned(), relation });
        }
        return Ok((graph, report));
    }
    let there = |name: &str| Some(at.join(name)).filter(|file| file.is_file());
    let [chemical, gap]: [Option<PathBuf>; 2] = ["herm_chem_adj.csv", "herm_elec_adj.csv"].map(there);
    if chemical.is_none() && gap.is_none() {
        return Err(ConnectomeError::Mismatch {
            place: Place::file(at),
            problem: "the folder has neither herm_chem_adj.csv nor herm_elec_adj.csv".to_owned(),
        });
    }
    cook2019(chemical.as_deref(), gap.as_deref(), policies)
}

fn is_called(file: &Path, words: &[&str]) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    words.iter().any(|word| name.contains(word))
}

/// The same worm as one list of source, target, weight and type, its names padded with blanks; gap junctions stand in it
/// in both directions.
///
/// # Errors
/// Any [`ConnectomeError`] about the file.
pub fn cook2019_edges(file: &Path, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    let table = text::read(file, "a list of source, target, weight and type", assembly.report())?;
    typed::add(&mut assembly, &table, &typed::WEIGHTS)?;
    assembly.finish(ConnectomeFormat::Cook2019Edges, &table.place)
}
