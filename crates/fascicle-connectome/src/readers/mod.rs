//! The readers, one for each published file.

mod brittin;
mod cook;
mod cook_si5;
mod extrasynaptic;
mod flywire;
mod paired;
mod pharynx;
mod randi;
mod typed;
mod varshney;
mod white;
mod witvliet;

use std::path::Path;

use fascicle_graph::PathwayGraph;

pub use brittin::{BrittinOptions, brittin2021};
pub use cook::{cook2019, cook2019_edges};
pub use cook_si5::{GapSheet, Si5Options, cook2019_si5};
pub use extrasynaptic::{monoamine, peptide};
pub use flywire::{FlyWireOptions, flywire};
pub use paired::{larva_subset, paired_edges};
pub use pharynx::cook2020_pharynx;
pub(crate) use pharynx::is_of_muscles;
pub use randi::{Axis, RandiOptions, randi2023};
pub use varshney::{VarshneyOptions, varshney2011};
pub use white::white1986;
pub use witvliet::{Stage, witvliet2021, witvliet2021_series};

use crate::report::Report;
use crate::{ConnectomeError, ConnectomeFormat, Place, Policies};

/// A graph and how it came about.
pub type Reading = Result<(PathwayGraph, Report), ConnectomeError>;

/// Reads a published connectome with each format's usual options; the readers themselves offer more.
///
/// `file` may be a folder for [`ConnectomeFormat::Cook2019`], whose chemical and electrical matrices are two files. The
/// node table that belongs to an edge list (`X_nodes.csv` to `X_edgelist.csv`) is read along where it stands beside it.
///
/// # Errors
/// Any [`ConnectomeError`] about the file; it names file, sheet, row and column as far as they are known.
pub fn read(file: &Path, format: ConnectomeFormat, policies: &Policies) -> Reading {
    if file.is_dir() && format != ConnectomeFormat::Cook2019 {
        return Err(ConnectomeError::Mismatch {
            place: Place::file(file),
            problem: format!("this is a folder; `{format}` is read from one file"),
        });
    }
    match format {
        ConnectomeFormat::White1986 => white1986(file, policies),
        ConnectomeFormat::Varshney2011 => varshney2011(file, &VarshneyOptions::default(), policies),
        ConnectomeFormat::Cook2019 => cook::cook2019_at(file, policies),
        ConnectomeFormat::Cook2019Si5 => cook2019_si5(file, &Si5Options::default(), policies),
        ConnectomeFormat::Cook2019Edges => cook2019_edges(file, policies),
        ConnectomeFormat::Cook2020Pharynx => cook2020_pharynx(file, None, policies),
        ConnectomeFormat::Witvliet2021 => witvliet2021(file, policies),
        ConnectomeFormat::Randi2023 => randi2023(file, &RandiOptions::default(), policies),
        ConnectomeFormat::Monoamine => monoamine(file, policies),
        ConnectomeFormat::Peptide => peptide(file, policies),
        ConnectomeFormat::Brittin2021 => brittin2021(file, &BrittinOptions::default(), policies),
        ConnectomeFormat::LarvaSubset => larva_subset(file, paired::nodes_beside(file).as_deref(), policies),
        ConnectomeFormat::PairedEdges => paired_edges(file, paired::nodes_beside(file).as_deref(), policies),
        ConnectomeFormat::FlyWire => flywire(file, None, &FlyWireOptions::default(), policies),
    }
}
