//! Cook et al. 2019, supplementary information 5: a workbook with three matrices for each sex, as first published.

use std::path::Path;

use super::Reading;
use crate::assemble::{Assembly, Listing, Organism};
use crate::cells::Sex;
use crate::source::matrix::{Gaps, Layout, Matrix};
use crate::source::workbook::Workbook;
use crate::{ConnectomeError, ConnectomeFormat, Place, Policies, Relation};

/// Column labels stand in row 3, row labels in column C; above and before them are the sections of the nervous system.
const LAYOUT: Layout = Layout { label_row: 2, label_column: 2 };

choice! {
    /// Which of the two sheets of gap junctions to read.
    #[derive(Default)]
    pub enum GapSheet as "sheet of gap junctions" {
        /// Each gap junction in both directions.
        #[default]
        Symmetric = "symmetric",
        /// Each gap junction once.
        Asymmetric = "asymmetric",
    }
}

/// Which sheets of the workbook to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Si5Options {
    /// Whose.
    pub sex: Sex,
    /// Which gap junctions.
    pub gaps: GapSheet,
}

impl Default for Si5Options {
    fn default() -> Self {
        Self { sex: Sex::Hermaphrodite, gaps: GapSheet::Symmetric }
    }
}

/// The chemical and the electrical matrix of one sex.
///
/// # Errors
/// Any [`ConnectomeError`] about the file; [`ConnectomeError::BadArgument`] for [`Sex::Both`].
pub fn cook2019_si5(file: &Path, options: &Si5Options, policies: &Policies) -> Reading {
    let (chemical, prefix) = match options.sex {
        Sex::Hermaphrodite => ("hermaphrodite chemical", "herm"),
        Sex::Male => ("male chemical", "male"),
        Sex::Both => {
            return Err(ConnectomeError::argument("the sex", options.sex, "`hermaphrodite` or `male`"));
        }
    };
    let mut assembly = Assembly::new(policies, Organism::Worm);
    if options.gaps == GapSheet::Asymmetric {
        assembly.listing(Listing::Once);
    }
    let mut workbook = Workbook::open(file, assembly.report())?;
    let gap = format!("{prefix} gap jn {}", options.gaps);
    for (sheet, relation) in [(chemical, Relation::Chemical), (gap.as_str(), Relation::Gap)] {
        let table = workbook.sheet(sheet, assembly.report())?;
        let matrix = Matrix::read(&table, LAYOUT, Gaps::Zero, policies, assembly.report())?;
        assembly.matrix(&matrix, relation)?;
    }
    assembly.finish(ConnectomeFormat::Cook2019Si5, &Place::file(file))
}
