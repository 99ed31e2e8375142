//! Witvliet et al. 2021, *Connectomes across development reveal principles of brain maturation*: eight worms, from birth
//! to adulthood.

use std::path::Path;

use fascicle_graph::PathwayGraph;

use super::{Reading, typed};
use crate::assemble::{Assembly, Listing, Organism};
use crate::report::Report;
use crate::source::workbook::Workbook;
use crate::{ConnectomeError, ConnectomeFormat, Place, Policies};

/// How many worms were reconstructed.
const STAGES: u8 = 8;

/// One of the eight worms.
#[derive(Clone, Debug)]
pub struct Stage {
    /// 1 (just hatched) to 8 (adult).
    pub number: u8,
    /// Its brain.
    pub graph: PathwayGraph,
    /// How that came about.
    pub report: Report,
}

/// One worm of Witvliet et al. 2021: a workbook with the columns pre, post, type and synapses. Gap junctions are listed
/// once.
///
/// # Errors
/// Any [`ConnectomeError`] about the file.
pub fn witvliet2021(file: &Path, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    assembly.listing(Listing::Once);
    let table = Workbook::open(file, assembly.report())?.first(assembly.report())?;
    typed::add(&mut assembly, &table, &typed::SYNAPSES)?;
    assembly.finish(ConnectomeFormat::Witvliet2021, &table.place)
}

/// The eight worms in the order of their age, from a folder with `witvliet_2020_1.xlsx` to `witvliet_2020_8.xlsx`.
///
/// # Errors
/// As [`witvliet2021`]; every stage must be there.
pub fn witvliet2021_series(folder: &Path, policies: &Policies) -> Result<Vec<Stage>, ConnectomeError> {
    (1..=STAGES)
        .map(|number| {
            let file = folder.join(format!("witvliet_2020_{number}.xlsx"));
            if !file.is_file() {
                return Err(ConnectomeError::Mismatch {
                    place: Place::file(folder),
                    problem: format!(
                        "witvliet_2020_{number}.xlsx is missing; the series has stages 1 to {STAGES}"
                    ),
                });
            }
            let (graph, report) = witvliet2021(&file, policies)?;
            Ok(Stage { number, graph, report })
        })
        .collect()
}
