//! Brittin, Cook, Hall, Emmons & Cohen 2021, *A multi-scale brain map derived from whole-brain volumetric reconstructions*.

use std::path::Path;

use super::Reading;
use crate::assemble::{Assembly, Listing, Organism};
use crate::source::edges::{self, Columns};
use crate::source::workbook::Workbook;
use crate::{ConnectomeError, ConnectomeFormat, Note, Place, Policies, Relation};

const COLUMNS: Columns =
    Columns { from: &["cell_1"], to: &["cell_2"], weight: &["weight"], kind: None, count: Some(&["delta"]) };

/// The sheets and what they hold: membrane contacts (area), chemical synapses, gap junctions (sections). Contacts and gap
/// junctions are listed once.
const SHEETS: [(&str, Relation); 3] =
    [("M", Relation::Contact), ("C", Relation::Chemical), ("G", Relation::Gap)];

/// The most data sets in which an edge can have been seen: two worms, two sides each.
const DATA_SETS: u8 = 4;

/// What to read of the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrittinOptions {
    /// Which layers, of contact, chemical and gap.
    pub relations: Vec<Relation>,
    /// In how many of the four data sets (left and right of two worms) an edge must have been seen: 1 to 4.
    pub data_sets: u8,
}

impl Default for BrittinOptions {
    fn default() -> Self {
        Self { relations: SHEETS.map(|(_, relation)| relation).to_vec(), data_sets: 1 }
    }
}

/// Contacts of the nerve ring's membranes, and the synapses between the same cells. Weights are means over the data sets.
///
/// # Errors
/// Any [`ConnectomeError`] about the file; [`ConnectomeError::BadArgument`] for options out of range.
pub fn brittin2021(file: &Path, options: &BrittinOptions, policies: &Policies) -> Reading {
    if !(1..=DATA_SETS).contains(&options.data_sets) {
        let expected = format!("1 to {DATA_SETS}");
        return Err(ConnectomeError::argument("the number of data sets", options.data_sets, expected));
    }
    let mut assembly = Assembly::new(policies, Organism::Worm);
    assembly.listing(Listing::Once);
    let mut workbook = Workbook::open(file, assembly.report())?;
    for (sheet, relation) in SHEETS.into_iter().filter(|(_, relation)| options.relations.contains(relation)) {
        let table = workbook.sheet(sheet, assembly.report())?;
        let mut rows = edges::read(&table, &COLUMNS, assembly.report())?;
        let all = rows.len();
        rows.retain(|row| row.count.is_some_and(|seen| seen >= f64::from(options.data_sets)));
        if rows.len() < all {
            let reason = format!("seen in fewer than {} data sets", options.data_sets);
            let (place, rows) = (table.place.clone(), all - rows.len());
            assembly.report().notes.push(Note::SkippedRows { place, reason, rows });
        }
        for row in &rows {
            assembly.edge(row, relation, 0, &table.place)?;
        }
    }
    assembly.finish(ConnectomeFormat::Brittin2021, &Place::file(file))
}
