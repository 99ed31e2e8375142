//! Wireless connectomes: Bentley et al. 2016 (monoamines) and Ripoll-Sánchez et al. 2023 (neuropeptides). A cell that
//! makes a ligand signals to every cell with a receptor for it (that is near enough, for short-range peptides).

use std::path::Path;

use super::Reading;
use crate::assemble::{Assembly, Organism};
use crate::source::matrix::{Gaps, Matrix, PLAIN};
use crate::source::text;
use crate::{ConnectomeFormat, Policies, Relation};

/// Monoamines: a matrix of 302 neurons, rows are senders; the weight counts pairs of ligand and receptor.
///
/// # Errors
/// Any [`ConnectomeError`](crate::ConnectomeError) about the file.
pub fn monoamine(file: &Path, policies: &Policies) -> Reading {
    matrix(file, Relation::Monoamine, ConnectomeFormat::Monoamine, policies)
}

/// Neuropeptides: as [`monoamine`].
///
/// # Errors
/// Any [`ConnectomeError`](crate::ConnectomeError) about the file.
pub fn peptide(file: &Path, policies: &Policies) -> Reading {
    matrix(file, Relation::Peptide, ConnectomeFormat::Peptide, policies)
}

fn matrix(file: &Path, relation: Relation, format: ConnectomeFormat, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    let table = text::read(file, "a matrix of senders and receivers", assembly.report())?;
    let matrix = Matrix::read(&table, PLAIN, Gaps::Zero, policies, assembly.report())?;
    assembly.matrix(&matrix, relation)?;
    assembly.finish(format, &table.place)
}
