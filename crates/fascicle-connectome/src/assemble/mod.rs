//! From the rows of a file to a graph: names, policies, layers, and the report of all of it.

mod finish;
mod merge;
mod undirected;

use std::collections::{HashMap, HashSet};

use fascicle_graph::{Attributes, Sign, nearest_names};

use crate::cells::{self, Cell};
use crate::names::spelled;
use crate::policy::{DuplicatePolicy, Policies, UnknownPolicy};
use crate::report::Report;
use crate::source::edges::EdgeRow;
use crate::source::matrix::Matrix;
use crate::{ConnectomeError, Note, Place, Relation};

/// Whose cells a file speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Organism {
    /// *C. elegans*: the list of cells is known, and so are their spellings.
    Worm,
    /// Cells have identifiers; which there are, only a table beside the edges can say.
    Other,
}

/// How a file lists undirected edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// Each pair once; the other direction is not missing.
    Once,
    /// Each pair in both directions, as a symmetric matrix does.
    Both,
}

/// An edge on its way into the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) relation: Relation,
    /// Edges of several parts (neuropils, kinds of synapse) are sums over them; duplicates are rows of the same part.
    pub(crate) part: u32,
    pub(crate) weight: f64,
    pub(crate) sign: Option<Sign>,
    /// The row of the file, from 0.
    pub(crate) row: u32,
}

/// A cell as the graph will have it.
#[derive(Debug)]
struct Known {
    name: String,
    cell: Option<&'static Cell>,
    kept: bool,
    /// What a table beside the edges says of it, and in which row, from 1.
    kind: String,
    attributes: Attributes,
    listed: Option<usize>,
}

/// What grows while a file is read.
pub(crate) struct Assembly<'a> {
    policies: &'a Policies,
    organism: Organism,
    report: Report,
    known: Vec<Known>,
    by_name: HashMap<String, u32>,
    by_raw: HashMap<String, u32>,
    /// How often each name with blanks around it was met.
    padded: HashMap<String, usize>,
    /// Names that a table of cells beside the edges gives; nothing else is known then.
    listed: bool,
    rows: Vec<Row>,
    listing: Listing,
    at_least: f64,
}

impl<'a> Assembly<'a> {
    pub(crate) fn new(policies: &'a Policies, organism: Organism) -> Self {
        Self {
            policies,
            organism,
            report: Report::default(),
            known: Vec::new(),
            by_name: HashMap::new(),
            by_raw: HashMap::new(),
            padded: HashMap::new(),
            listed: false,
            rows: Vec::new(),
            listing: Listing::Both,
            at_least: 0.0,
        }
    }

    /// Leaves out edges that are weaker than this, all parts taken together.
    pub(crate) fn at_least(&mut self, weight: f64) {
        self.at_least = weight;
    }

    /// How the file lists undirected edges; [`Listing::Both`] unless said.
    pub(crate) fn listing(&mut self, listing: Listing) {
        self.listing = listing;
    }

    pub(crate) fn policies(&self) -> &'a Policies {
        self.policies
    }

    pub(crate) fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    /// A cell from a row of a table beside the edges, with what the table says of it; of a cell in two rows the first
    /// counts. Once there is such a table, any other cell is unknown.
    ///
    /// # Errors
    /// [`ConnectomeError::DuplicateLabel`] where the policy says so.
    pub(crate) fn list(
        &mut self,
        raw: &str,
        kind: &str,
        attributes: Attributes,
        place: &Place,
    ) -> Result<(), ConnectomeError> {
        self.listed = true;
        let id = self.introduce(raw, true);
        let known = &mut self.known[id as usize];
        if let Some(first) = known.listed {
            let (place, label) = (place.clone(), known.name.clone());
            if self.policies.duplicates == DuplicatePolicy::Error {
                return Err(ConnectomeError::DuplicateLabel { place, label, first });
            }
            self.report.notes.push(Note::DuplicateLabel { place, label, first, hint: None });
            return Ok(());
        }
        kind.clone_into(&mut known.kind);
        known.attributes = attributes;
        known.listed = place.row;
        Ok(())
    }

    /// The number of a cell by its name in the file; a new name is noted.
    ///
    /// # Errors
    /// [`ConnectomeError::UnknownCell`] where the policy says so.
    pub(crate) fn cell(&mut self, raw: &str, place: impl FnOnce() -> Place) -> Result<u32, ConnectomeError> {
        let trimmed = raw.trim();
        if trimmed.len() != raw.len() {
            *self.padded.entry(trimmed.to_owned()).or_default() += 1;
        }
        if let Some(&id) = self.by_raw.get(trimmed) {
            return Ok(id);
        }
        let cell = self.worm_cell(trimmed);
        let name = spelled(trimmed, cell, self.policies.names, self.policies.awc);
        let unknown = if self.listed {
            !self.by_name.contains_key(name.as_ref())
        } else {
            self.organism == Organism::Worm && cell.is_none()
        };
        let kept = !unknown || self.policies.unknown == UnknownPolicy::Keep;
        if unknown {
            let place = place();
            if self.policies.unknown == UnknownPolicy::Error {
                let nearest = if self.listed {
                    nearest_names(trimmed, self.known.iter().map(|known| known.name.as_str()))
                } else {
                    nearest_names(trimmed, cells::all().iter().map(|cell| cell.name.as_str()))
                };
                return Err(ConnectomeError::UnknownCell { place, name: trimmed.to_owned(), nearest });
            }
            self.report.notes.push(Note::UnknownCell { place, name: trimmed.to_owned(), kept });
        }
        Ok(self.introduce(trimmed, kept))
    }

    fn worm_cell(&self, name: &str) -> Option<&'static Cell> {
        if self.organism == Organism::Worm { cells::find(name) } else { None }
    }

    fn introduce(&mut self, raw: &str, kept: bool) -> u32 {
        let raw = raw.trim();
        let cell = self.worm_cell(raw);
        let name = spelled(raw, cell, self.policies.names, self.policies.awc).into_owned();
        if name != raw {
            self.report.notes.push(Note::Renamed { from: raw.to_owned(), to: name.clone() });
        }
        let id = *self.by_name.entry(name.clone()).or_insert_with(|| {
            let (kind, attributes) = (String::new(), Attributes::new());
            self.known.push(Known { name, cell, kept, kind, attributes, listed: None });
            (self.known.len() - 1) as u32
        });
        self.by_raw.insert(raw.to_owned(), id);
        id
    }

    /// Adds an edge; its weight is finite.
    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a row of an edge list.
    pub(crate) fn edge(
        &mut self,
        edge: &EdgeRow,
        relation: Relation,
        part: u32,
        place: &Place,
    ) -> Result<(), ConnectomeError> {
        let here = || place.row(edge.row);
        let (from, to) = (self.cell(&edge.from, here)?, self.cell(&edge.to, here)?);
        self.accept(edge.weight, relation, (from, to), here)?;
        self.push(Row { from, to, relation, part, weight: edge.weight, sign: None, row: edge.row as u32 });
        Ok(())
    }

    /// Adds a matrix of `[pre][post]` weights; every label becomes a cell, also one without edges.
    pub(crate) fn matrix(&mut self, matrix: &Matrix, relation: Relation) -> Result<(), ConnectomeError> {
        let place = &matrix.place;
        let first_only = self.policies.duplicates == DuplicatePolicy::First;
        let mut ids = [Vec::new(), Vec::new()];
        let mut repeated = [Vec::new(), Vec::new()];
        for (axis, labels) in [&matrix.rows, &matrix.columns].into_iter().enumerate() {
            let mut seen = HashSet::new();
            for label in labels {
                let here = if axis == 0 { place.row(label.at) } else { place.column(label.name.as_str()) };
                let id = self.cell(&label.name, || here)?;
                ids[axis].push(id);
                repeated[axis].push(!seen.insert(id));
            }
        }
        for &(i, j, weight) in &matrix.values {
            if first_only && (repeated[0][i] || repeated[1][j]) {
                continue;
            }
            let (from, to, row) = (ids[0][i], ids[1][j], matrix.rows[i].at);
            let here = || place.row(row).column(matrix.columns[j].name.as_str());
            self.accept(weight, relation, (from, to), here)?;
            self.push(Row { from, to, relation, part: 0, weight, sign: None, row: row as u32 });
        }
        Ok(())
    }

    /// Refuses a weight that the relation cannot have.
    pub(crate) fn accept(
        &self,
        weight: f64,
        relation: Relation,
        (from, to): (u32, u32),
        place: impl FnOnce() -> Place,
    ) -> Result<(), ConnectomeError> {
        if weight >= 0.0 || relation.may_be_negative() {
            return Ok(());
        }
        let [from, to] = [from, to].map(|id| self.known[id as usize].name.as_str());
        Err(ConnectomeError::BadValue {
            place: place(),
            value: weight.to_string(),
            expected: format!("a weight of at least 0 for the {relation} edge {from} -> {to}"),
        })
    }
}
