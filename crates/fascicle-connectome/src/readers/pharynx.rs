//! Cook, Crouse, Yemini, Hall, Emmons & Hobert 2020, *The connectome of the C. elegans pharynx*.

use std::path::Path;

use super::{Reading, typed};
use crate::assemble::{Assembly, Listing, Organism};
use crate::source::edges::{self, Columns};
use crate::source::table::{Table, Value};
use crate::source::text;
use crate::{ConnectomeError, ConnectomeFormat, Policies, Relation, cells};

const MUSCLES: Columns =
    Columns { from: &["Source"], to: &["Target"], weight: &["Weight"], kind: None, count: None };

/// The pharynx: synapses from supplement 4 (source, target, weight, type), and, where `muscles` is given, the gap junctions
/// between muscles and marginal cells from supplement 5 (source, target, weight). `file` may also be supplement 5 itself.
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
    if is_of_muscles(&table) {
        add_muscles(&mut assembly, &table)?;
    } else {
        typed::add(&mut assembly, &table, &typed::WEIGHTS)?;
    }
    if let Some(file) = muscles {
        let table = text::read(file, "a list of source, target and weight", assembly.report())?;
        add_muscles(&mut assembly, &table)?;
    }
    assembly.finish(ConnectomeFormat::Cook2020Pharynx, &table.place)
}

fn add_muscles(assembly: &mut Assembly<'_>, table: &Table) -> Result<(), ConnectomeError> {
    for row in edges::read(table, &MUSCLES, assembly.report())? {
        assembly.edge(&row, Relation::Gap, 0, &table.place)?;
    }
    Ok(())
}

/// Whether this is supplement 5: no column says what kind the edges are, and no neuron is in it, so that they can only be
/// gap junctions.
pub(crate) fn is_of_muscles(table: &Table) -> bool {
    let Ok((header, rows)) = table.with_header() else { return false };
    let has = |name: &str| header.iter().any(|have| have.eq_ignore_ascii_case(name));
    let mut names = rows.flat_map(|(_, row)| row.iter().take(2)).filter(|value| !value.is_blank()).peekable();
    let known = |value: &Value| {
        cells::find(value.shown().trim()).is_some_and(|cell| cell.is_pharyngeal() && !cell.kind.is_neuron())
    };
    has("source") && has("target") && !has("type") && names.peek().is_some() && names.all(known)
}
