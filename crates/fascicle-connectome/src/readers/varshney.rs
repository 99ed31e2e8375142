//! Varshney, Chen, Paniagua, Hall & Chklovskii 2011, *Structural properties of the C. elegans neuronal network*.

use std::collections::BTreeMap;
use std::path::Path;

use super::Reading;
use crate::assemble::{Assembly, Organism};
use crate::source::edges::{self, Columns};
use crate::source::workbook::Workbook;
use crate::{ConnectomeFormat, Note, Policies, Relation};

const COLUMNS: Columns = Columns {
    from: &["Neuron 1", "N1"],
    to: &["Neuron 2", "N2"],
    weight: &["Nbr"],
    kind: Some(&["Type"]),
    count: None,
};

/// Which synapses are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarshneyOptions {
    /// Those onto one partner (`S`).
    pub monadic: bool,
    /// Those onto several partners at once (`Sp`). A reader that takes these for all loses 2,430 of 6,394 synapses.
    pub polyadic: bool,
}

impl Default for VarshneyOptions {
    fn default() -> Self {
        Self { monadic: true, polyadic: true }
    }
}

/// What a row tells: an edge (and which part of it), or nothing that another row does not tell.
#[derive(Clone, Copy)]
enum Row {
    Edge(Relation, u32),
    Left(&'static str),
}

/// Parts of a chemical edge.
const MONADIC: u32 = 0;
const POLYADIC: u32 = 1;

/// A pair's synapses with one partner (S) and with several (Sp) are two parts of one edge; what the receiving side saw of
/// the same synapses (R, Rp) would count them twice.
const KINDS: [(&str, Row); 6] = [
    ("S", Row::Edge(Relation::Chemical, MONADIC)),
    ("Sp", Row::Edge(Relation::Chemical, POLYADIC)),
    ("EJ", Row::Edge(Relation::Gap, 0)),
    ("R", Row::Left("R: the sending side's S counts these synapses")),
    ("Rp", Row::Left("Rp: the sending side's Sp counts these synapses")),
    ("NMJ", Row::Left("NMJ: onto muscles that are not named")),
];

/// The 279 neurons of the somatic nervous system: chemical synapses (S and Sp together) and gap junctions (EJ), which the
/// workbook lists in both directions.
///
/// # Errors
/// Any [`ConnectomeError`](crate::ConnectomeError) about the file.
pub fn varshney2011(file: &Path, options: &VarshneyOptions, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    let table = Workbook::open(file, assembly.report())?.first(assembly.report())?;
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for row in edges::read(&table, &COLUMNS, assembly.report())? {
        match edges::meaning(&row, &KINDS, &table.place, "Type")? {
            Row::Edge(Relation::Chemical, MONADIC) if !options.monadic => {
                *left.entry("S: synapses onto one partner are not wanted").or_default() += 1;
            }
            Row::Edge(Relation::Chemical, POLYADIC) if !options.polyadic => {
                *left.entry("Sp: synapses onto several partners are not wanted").or_default() += 1;
            }
            Row::Edge(relation, part) => assembly.edge(&row, relation, part, &table.place)?,
            Row::Left(reason) => *left.entry(reason).or_default() += 1,
        }
    }
    for (reason, rows) in left {
        let (place, reason) = (table.place.clone(), reason.to_owned());
        assembly.report().notes.push(Note::SkippedRows { place, reason, rows });
    }
    assembly.finish(ConnectomeFormat::Varshney2011, &table.place)
}
