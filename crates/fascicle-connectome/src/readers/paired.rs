//! Edge lists with a table of left/right pairs, as Pedigo et al. 2023 (*Generative network modeling reveals quantitative
//! definitions of bilateral symmetry exhibited by a whole insect brain connectome*) gathered them: the larval fly's brain
//! (Winding et al. 2023), both sexes of the worm, and two specimens of Pristionchus.

use std::path::{Path, PathBuf};

use fascicle_graph::Attributes;
use serde_json::json;

use super::Reading;
use crate::assemble::{Assembly, Organism};
use crate::source::bytes::beside;
use crate::source::edges::EdgeRow;
use crate::source::table::{Table, Value, column};
use crate::source::text;
use crate::{ConnectomeError, ConnectomeFormat, Note, Policies, Relation};

/// The subset of the larval brain whose cells have a partner on the other side: `edges` without a header (source, target,
/// synapses), `nodes` with node_id, pair and hemisphere, which become the nodes' attributes.
///
/// # Errors
/// Any [`ConnectomeError`] about a file.
pub fn larva_subset(edges: &Path, nodes: Option<&Path>, policies: &Policies) -> Reading {
    paired(edges, nodes, Organism::Other, ConnectomeFormat::LarvaSubset, policies)
}

/// The same two tables for worms, whose names are brought into the scheme of the policies.
///
/// # Errors
/// Any [`ConnectomeError`] about a file.
pub fn paired_edges(edges: &Path, nodes: Option<&Path>, policies: &Policies) -> Reading {
    paired(edges, nodes, Organism::Worm, ConnectomeFormat::PairedEdges, policies)
}

/// `X_nodes.csv` beside `X_edgelist.csv`.
pub(super) fn nodes_beside(edges: &Path) -> Option<PathBuf> {
    beside(edges, |name| name.contains("edgelist").then(|| name.replace("edgelist", "nodes")))
}

fn paired(
    edges: &Path,
    nodes: Option<&Path>,
    organism: Organism,
    format: ConnectomeFormat,
    policies: &Policies,
) -> Reading {
    let mut assembly = Assembly::new(policies, organism);
    if let Some(nodes) = nodes {
        assembly.report().notes.push(Note::Companion { file: nodes.to_owned() });
        list(nodes, &mut assembly)?;
    }
    let table = text::read(edges, "rows of source, target and weight", assembly.report())?;
    for row in rows(&table)? {
        assembly.edge(&row, Relation::Chemical, 0, &table.place)?;
    }
    table.note_blank_rows(assembly.report());
    assembly.finish(format, &table.place)
}

fn list(nodes: &Path, assembly: &mut Assembly<'_>) -> Result<(), ConnectomeError> {
    let table = text::read(nodes, "a table of node_id, pair and hemisphere", assembly.report())?;
    let (header, rows) = table.with_header()?;
    let [id, pair, hemisphere] =
        [["node_id"], ["pair"], ["hemisphere"]].map(|names| column(&header, &names, &table.place));
    let (id, pair, hemisphere) = (id?, pair?, hemisphere?);
    for (row, values) in rows.filter(|(_, values)| values.iter().any(|value| !value.is_blank())) {
        let at = |index: usize| values.get(index).unwrap_or(&Value::Blank);
        if at(id).is_blank() {
            return Err(ConnectomeError::Blank {
                place: table.place.row(row).column("node_id"),
                expected: "the name of a cell".to_owned(),
            });
        }
        let attributes: Attributes = [("pair", pair), ("hemisphere", hemisphere)]
            .into_iter()
            .filter(|&(_, index)| !at(index).is_blank())
            .map(|(name, index)| (name.to_owned(), json!(at(index).shown().trim())))
            .collect();
        assembly.list(&at(id).shown(), "", attributes, &table.place.row(row))?;
    }
    Ok(())
}

/// The rows of a list without a header.
fn rows(table: &Table) -> Result<Vec<EdgeRow>, ConnectomeError> {
    let mut all = Vec::with_capacity(table.rows.len());
    for (row, values) in table.rows.iter().enumerate() {
        if values.iter().all(Value::is_blank) {
            continue;
        }
        let place = table.place.row(row);
        let [from, to, weight] = values.as_slice() else {
            return Err(ConnectomeError::Ragged { place, found: values.len(), expected: 3 });
        };
        let given = weight.number(|| place.column("3"))?;
        for (value, column) in [(from, "1"), (to, "2")] {
            if value.is_blank() {
                let expected = "the name of a cell".to_owned();
                return Err(ConnectomeError::Blank { place: place.column(column), expected });
            }
        }
        all.push(EdgeRow {
            from: from.shown(),
            to: to.shown(),
            kind: String::new(),
            weight: given.unwrap_or(0.0),
            count: None,
            row,
        });
    }
    Ok(all)
}
