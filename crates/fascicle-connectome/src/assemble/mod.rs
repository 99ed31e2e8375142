//! From the rows of a file to a graph: names, policies, layers, and the report of all of it.

mod merge;
mod undirected;

use std::collections::HashMap;
use std::path::Path;

use fascicle_graph::{Attributes, Edge, PathwayGraph, Provenance, Quantity, Sign};
use serde_json::json;

use crate::cells::{self, Cell, nearest};
use crate::names::spelled;
use crate::policy::{AutapsePolicy, Policies, UnknownPolicy};
use crate::report::{LayerSummary, Report};
use crate::source::edges::EdgeRow;
use crate::source::matrix::Matrix;
use crate::{ConnectomeError, ConnectomeFormat, Note, Place, Relation};

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
    /// What a table beside the edges says of it.
    kind: String,
    attributes: Attributes,
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

    /// A cell from a table beside the edges, with what the table says of it. Once there is such a table, any other cell
    /// is unknown.
    pub(crate) fn list(&mut self, raw: &str, kind: &str, attributes: Attributes) {
        self.listed = true;
        let id = self.introduce(raw, true);
        let known = &mut self.known[id as usize];
        kind.clone_into(&mut known.kind);
        known.attributes = attributes;
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
                    nearest(trimmed, self.known.iter().map(|known| known.name.as_str()))
                } else {
                    nearest(trimmed, cells::all().iter().map(|cell| cell.name.as_str()))
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
            self.known.push(Known { name, cell, kept, kind: String::new(), attributes: Attributes::new() });
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
        let first_only = self.policies.duplicates == crate::DuplicatePolicy::First;
        let mut ids = [Vec::new(), Vec::new()];
        let mut repeated = [Vec::new(), Vec::new()];
        for (axis, labels) in [&matrix.rows, &matrix.columns].into_iter().enumerate() {
            let mut seen = std::collections::HashSet::new();
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

    /// The graph, and the report of how it came about.
    pub(crate) fn finish(
        mut self,
        format: ConnectomeFormat,
        place: &Place,
    ) -> Result<(PathwayGraph, Report), ConnectomeError> {
        self.report.format = Some(format);
        self.note_padded();
        let edges = self.merged(place)?;
        let edges = self.symmetric(edges, &place.file)?;
        let mut graph = PathwayGraph::with_capacity(self.known.len(), edges.len());
        graph.provenance = self.provenance(format);
        let nodes: Vec<_> = self
            .known
            .iter()
            .map(|known| known.kept.then(|| add_node(&mut graph, known)).transpose())
            .collect::<Result<_, _>>()?;
        for edge in edges {
            let (Some(from), Some(to)) = (nodes[edge.from as usize], nodes[edge.to as usize]) else {
                continue;
            };
            if from == to && self.policies.autapses == AutapsePolicy::Drop {
                self.report.notes.push(Note::DroppedAutapse {
                    relation: edge.relation.name(),
                    cell: graph.name(from).to_owned(),
                    weight: edge.weight,
                });
                continue;
            }
            let layer = graph.layer(edge.relation.name(), self.is_directed(edge.relation))?;
            graph.add_edge(from, to, Edge { sign: edge.sign, ..Edge::new(edge.weight, layer) })?;
        }
        self.report.nodes = graph.node_count();
        self.report.layers = layers(&graph);
        tracing::debug!(%format, nodes = graph.node_count(), edges = graph.edge_count(), "connectome read");
        Ok((graph, self.report))
    }

    fn note_padded(&mut self) {
        let mut padded: Vec<_> = self.padded.drain().collect();
        padded.sort_unstable();
        self.report
            .notes
            .extend(padded.into_iter().map(|(name, occurrences)| Note::Padded { name, occurrences }));
    }

    fn provenance(&self, format: ConnectomeFormat) -> Provenance {
        let mut provenance = Provenance { quantity: Quantity::Weight, ..Provenance::default() };
        let files: Vec<_> = self
            .report
            .files
            .iter()
            .map(|file| json!({ "file": name_of(&file.file), "sha256": file.sha256 }))
            .collect();
        for (key, value) in
            [("format", json!(format)), ("files", json!(files)), ("policies", json!(self.policies))]
        {
            provenance.entries.insert(key.to_owned(), value);
        }
        provenance
    }
}

/// A file's own name: graphs should be equal wherever the data lies.
fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn add_node(graph: &mut PathwayGraph, known: &Known) -> Result<fascicle_graph::NodeIndex, ConnectomeError> {
    let mut node = fascicle_graph::Node {
        name: known.name.clone(),
        kind: known.kind.clone(),
        attributes: known.attributes.clone(),
    };
    if let Some(cell) = known.cell {
        node.kind = cell.kind.name().to_owned();
        node.attributes.insert("class".to_owned(), json!(cell.class));
        if let Some(side) = cell.side {
            node.attributes.entry("hemisphere".to_owned()).or_insert_with(|| json!(side));
        }
        if cell.sex != cells::Sex::Both {
            node.attributes.insert("sex".to_owned(), json!(cell.sex));
        }
    }
    Ok(graph.add_node(node)?)
}

fn layers(graph: &PathwayGraph) -> Vec<LayerSummary> {
    let mut layers: Vec<LayerSummary> = graph
        .layers()
        .iter()
        .map(|layer| LayerSummary {
            name: layer.name.clone(),
            directed: layer.directed,
            edges: 0,
            autapses: 0,
            weight: 0.0,
        })
        .collect();
    for (from, to, edge) in graph.edges() {
        let layer = &mut layers[edge.layer.index()];
        layer.edges += 1;
        layer.autapses += usize::from(from == to);
        layer.weight += edge.weight;
    }
    layers
}
