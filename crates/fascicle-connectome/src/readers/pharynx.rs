//! Cook, Crouse, Yemini, Hall, Emmons & Hobert 2020, *The connectome of the C. elegans pharynx*.

use std::path::Path;

use super::{Reading, typed};
use crate::assemble::{Assembly, Listing, Organism};
use crate::source::edges::{self, Columns};
use crate::source::text;
use crate::{ConnectomeFormat, Policies, Relation};

const MUSCLES: Columns =
    Columns { from: &["Source"], to: &["Target"], weight: &["Weight"], kind: None, count: None };

/// The pharynx: synapses from supplement 4 (source, target, weight, type), and, where `muscles` is given, the gap junctions
/// between muscles and marginal cells from supplement 5 (source, target, weight).
///
/// Supplement 4 gives 36 chemical pairs in two rows, most with different weights; by default they are summed. Gap
/// junctions are listed once.
///
/// # Errors
/// Any [`ConnectomeError`](crate::ConnectomeError) about a file.
pub fn cook2020_pharynx(file: &Path, muscles: Option<&Path>, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    assembly.listing(Listing::Once);
    let table = text::read(file, "a list of source, target, weight and type", assembly.report())?;
    typed::add(&mut assembly, &table, &typed::WEIGHTS)?;
    if let Some(file) = muscles {
        let muscles = text::read(file, "a list of source, target and weight", assembly.report())?;
        for row in edges::read(&muscles, &MUSCLES, assembly.report())? {
            assembly.edge(&row, Relation::Gap, 0, &muscles.place)?;
        }
    }
    assembly.finish(ConnectomeFormat::Cook2020Pharynx, &table.place)
}
