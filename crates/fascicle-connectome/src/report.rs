//! The report that every reader returns: what the file is, what the graph has, and all that was changed or noticed.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{ConnectomeFormat, Place};

/// How many of a kind the text shows before it only counts.
const SHOWN: usize = 4;

/// What reading a connectome did. `Display` groups it for people, with the names of files without their folders; serde
/// gives all of it to machines.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// How the files were read.
    pub format: Option<ConnectomeFormat>,
    /// The files that were read.
    pub files: Vec<FileSummary>,
    /// How many cells the graph has.
    pub nodes: usize,
    /// What the graph's layers hold.
    pub layers: Vec<LayerSummary>,
    /// Everything that was changed or noticed, in the order in which it happened.
    pub notes: Vec<Note>,
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileSummary {
    /// Where it is.
    pub file: PathBuf,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// What one layer of the graph holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSummary {
    /// Its name.
    pub name: String,
    /// Whether its edges have a direction.
    pub directed: bool,
    /// Edges: those of an undirected layer once for each direction, autapses once.
    pub edges: usize,
    /// Edges from a cell to itself.
    pub autapses: usize,
    /// The sum of the edges' weights.
    pub weight: f64,
}

/// Something that was changed or noticed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the fields are named for what they hold, and the variants say what that means"
)]
pub enum Note {
    /// The text begins with a byte-order mark, which was skipped.
    ByteOrderMark { file: PathBuf },
    /// Lines end with carriage return and line feed.
    CarriageReturns { file: PathBuf, lines: usize },
    /// The header's names are separated otherwise than the rows' values.
    MixedSeparators { file: PathBuf, header: String, rows: String },
    /// Another file was read too, because it stands beside the one that was named.
    Companion { file: PathBuf },
    /// Rows without any value were skipped.
    BlankRows { place: Place, rows: usize },
    /// Blank cells of a matrix (or weights of a list) were read as 0.
    BlankCells { place: Place, cells: usize },
    /// Values that a measurement lacks (blank or NaN) were taken for no edge.
    Unmeasured { place: Place, cells: usize },
    /// A value comes from a formula; its stored result was taken.
    Formula { place: Place, formula: String, value: String },
    /// Values outside the labelled part of a matrix were ignored.
    OutsideMatrix { place: Place, cells: usize, first: String },
    /// A name had blanks around it.
    Padded { name: String, occurrences: usize },
    /// A cell got another spelling.
    Renamed { from: String, to: String },
    /// A label appears more than once; its rows or columns were treated as the same cell's.
    DuplicateLabel { place: Place, label: String, first: usize, hint: Option<String> },
    /// An edge was given several times.
    DuplicateEdge { relation: &'static str, from: String, to: String, weights: Vec<f64>, kept: f64 },
    /// Rows were left out for the reason given.
    SkippedRows { place: Place, reason: String, rows: usize },
    /// Edges of weight 0 are no edges.
    ZeroWeight { place: Place, from: String, to: String },
    /// An undirected edge had two weights.
    Asymmetric {
        relation: &'static str,
        from: String,
        to: String,
        forward: f64,
        backward: f64,
        kept: Option<f64>,
    },
    /// Undirected edges that the file lists once now stand in both directions.
    ListedOnce { relation: &'static str, edges: usize },
    /// A connection of a cell to itself was dropped.
    DroppedAutapse { relation: &'static str, cell: String, weight: f64 },
    /// A cell that the list of cells does not have.
    UnknownCell { place: Place, name: String, kept: bool },
    /// Edges of unknown cells went with them; of an undirected layer both directions are counted.
    UnknownCellEdges { relation: &'static str, edges: usize, weight: f64 },
    /// Nothing in the file says what its weights are, and its name neither.
    AssumedRelation { file: PathBuf, relation: &'static str },
    /// The parts of an edge have different signs, so it has none.
    MixedSigns { from: String, to: String },
}

impl Note {
    /// What the notes of this kind have in common.
    fn heading(&self) -> &'static str {
        match self {
            Self::ByteOrderMark { .. } => "byte-order mark skipped",
            Self::CarriageReturns { .. } => "lines end with CR LF",
            Self::MixedSeparators { .. } => "header and rows separated differently",
            Self::Companion { .. } => "read beside the file named",
            Self::BlankRows { .. } => "blank rows skipped",
            Self::BlankCells { .. } => "blank cells read as 0",
            Self::Unmeasured { .. } => "unmeasured values read as no edge",
            Self::Formula { .. } => "formulas: stored results taken",
            Self::OutsideMatrix { .. } => "values outside the matrix ignored",
            Self::Padded { .. } => "names with blanks around them",
            Self::Renamed { .. } => "cells spelled anew",
            Self::DuplicateLabel { .. } => "labels that appear again",
            Self::DuplicateEdge { .. } => "edges given several times",
            Self::SkippedRows { .. } => "rows left out",
            Self::ZeroWeight { .. } => "edges of weight 0 left out",
            Self::Asymmetric { .. } => "undirected edges of two weights",
            Self::ListedOnce { .. } => "undirected edges listed once, put in both directions",
            Self::DroppedAutapse { .. } => "autapses dropped",
            Self::UnknownCell { kept: true, .. } => "unknown cells kept",
            Self::UnknownCell { kept: false, .. } => "unknown cells left out",
            Self::UnknownCellEdges { .. } => "edges left out with unknown cells",
            Self::AssumedRelation { .. } => "what the weights are is not said, but assumed",
            Self::MixedSigns { .. } => "edges whose parts have different signs",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark { file } | Self::Companion { file } => write!(f, "{}", name(file)),
            Self::CarriageReturns { file, lines } => write!(f, "{} ({lines} lines)", name(file)),
            Self::MixedSeparators { file, header, rows } => {
                write!(f, "{} (header by {header}, rows by {rows})", name(file))
            }
            Self::BlankRows { place, rows } => write!(f, "{rows} in {}", place.short()),
            Self::BlankCells { place, cells } | Self::Unmeasured { place, cells } => {
                write!(f, "{cells} in {}", place.short())
            }
            Self::Formula { place, formula, value } => write!(f, "={formula} is {value} ({})", place.short()),
            Self::OutsideMatrix { place, cells, first } => {
                write!(f, "{cells}, the first `{first}` ({})", place.short())
            }
            Self::Padded { name, occurrences: 1 } => write!(f, "{name} (once)"),
            Self::Padded { name, occurrences } => write!(f, "{name} ({occurrences} times)"),
            Self::Renamed { from, to } => write!(f, "{from} as {to}"),
            Self::DuplicateLabel { place, label, first, hint } => {
                write!(f, "`{label}` again after {first} ({})", place.short())?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ": {hint}"))
            }
            Self::DuplicateEdge { relation, from, to, weights, kept } => {
                write!(f, "{relation} {from} -> {to} with ")?;
                for (i, weight) in weights.iter().enumerate() {
                    write!(f, "{}{weight}", if i == 0 { "" } else { ", " })?;
                }
                write!(f, ": {kept}")
            }
            Self::SkippedRows { reason, rows, .. } => write!(f, "{rows} ({reason})"),
            Self::ZeroWeight { place, from, to } => write!(f, "{from} -> {to} ({})", place.short()),
            Self::Asymmetric { relation, from, to, forward, backward, kept } => {
                write!(f, "{relation} {from} - {to} with {forward} and {backward}: ")?;
                match kept {
                    Some(kept) => write!(f, "{kept}"),
                    None => f.write_str("kept"),
                }
            }
            Self::ListedOnce { relation, edges } => write!(f, "{edges} {relation}"),
            Self::DroppedAutapse { relation, cell, weight } => write!(f, "{relation} {cell} with {weight}"),
            Self::UnknownCell { place, name, .. } => write!(f, "{name} ({})", place.short()),
            Self::UnknownCellEdges { relation, edges, weight } => {
                write!(f, "{edges} {relation}, weight {}", Sum(*weight))
            }
            Self::AssumedRelation { file, relation } => {
                write!(
                    f,
                    "{relation} in {} (chem, elec, gap, monoamine or peptide in its name says it)",
                    name(file)
                )
            }
            Self::MixedSigns { from, to } => write!(f, "{from} -> {to}"),
        }
    }
}

/// The file's name without the folders before it.
fn name(file: &Path) -> impl fmt::Display {
    file.file_name().unwrap_or(file.as_os_str()).display()
}

impl Report {
    /// The notes of one kind, such as `renamed` (the `kind` of the JSON form).
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| {
            serde_json::to_value(note).is_ok_and(|value| value.get("kind").is_some_and(|k| k == kind))
        })
    }

    /// The notes in groups of one heading, in the order in which each kind was first noticed.
    fn groups(&self) -> Vec<(&'static str, Vec<&Note>)> {
        let mut groups: Vec<(&'static str, Vec<&Note>)> = Vec::new();
        for note in &self.notes {
            let heading = note.heading();
            match groups.iter_mut().find(|(known, _)| *known == heading) {
                Some((_, notes)) => notes.push(note),
                None => groups.push((heading, vec![note])),
            }
        }
        groups
    }
}

/// A sum of weights: whole as it mostly is, else with two digits, for the rest is rounding.
struct Sum(f64);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 { write!(f, "{}", self.0) } else { write!(f, "{:.2}", self.0) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(format) = self.format {
            write!(f, "{format}: ")?;
        }
        write!(f, "{} cells", self.nodes)?;
        for layer in &self.layers {
            let direction = if layer.directed { "directed" } else { "undirected, both directions counted" };
            write!(
                f,
                "\n  {}: {} edges ({direction}), weight {}",
                layer.name,
                layer.edges,
                Sum(layer.weight)
            )?;
            if layer.autapses > 0 {
                write!(f, ", {} autapses", layer.autapses)?;
            }
        }
        for (heading, notes) in self.groups() {
            write!(f, "\n{heading} ({}): ", notes.len())?;
            for (i, note) in notes.iter().take(SHOWN).enumerate() {
                write!(f, "{}{note}", if i == 0 { "" } else { "; " })?;
            }
            if notes.len() > SHOWN {
                write!(f, "; and {} more", notes.len() - SHOWN)?;
            }
        }
        Ok(())
    }
}
