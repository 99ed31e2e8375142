//! FlyWire (Dorkenwald et al. 2024) and other brains in the tables of Codex: connections by neuropil, neurons with their
//! annotations.

use std::collections::HashMap;
use std::path::Path;

use fascicle_graph::Attributes;
use serde_json::json;

use super::Reading;
use crate::assemble::{Assembly, Organism, Row};
use crate::cells::{SignRule, Transmitter};
use crate::source::bytes::load_text;
use crate::source::table::{Value, column};
use crate::source::text::{each_record, separator};
use crate::{ConnectomeError, ConnectomeFormat, Note, Place, Policies, Relation};

/// What to take from the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlyWireOptions {
    /// Least synapses of a connection, over all neuropils; FlyWire's own figures are for 5.
    pub min_synapses: f64,
}

/// A brain: `connections` with pre_root_id, post_root_id, syn_count, and where they are there neuropil and nt_type; `neurons`
/// with root_id and anything else, which becomes attributes (`super_class` the kind). Either may be gzipped.
///
/// The neuropils of one pair are summed. A transmitter gives the edge a sign by [`SignRule::fly`]; where the neuropils
/// of a pair disagree it has none.
///
/// # Errors
/// Any [`ConnectomeError`] about a file.
pub fn flywire(
    connections: &Path,
    neurons: Option<&Path>,
    options: &FlyWireOptions,
    policies: &Policies,
) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Other);
    assembly.at_least(options.min_synapses);
    if let Some(neurons) = neurons {
        list(neurons, &mut assembly)?;
    }
    let place = Place::file(connections);
    let rule = SignRule::fly();
    let mut neuropils: HashMap<String, u32> = HashMap::new();
    let mut columns = None;
    let mut blank = 0;
    each_row(connections, "a table of connections", &mut assembly, |assembly, header, at, record| {
        let columns = match &columns {
            Some(columns) => columns,
            None => columns.insert(Columns::find(header, &place)?),
        };
        let here = || place.row(at);
        let weight = Value::text(&record[columns.count]).number(|| here().column("syn_count"))?;
        blank += usize::from(weight.is_none());
        let weight = weight.unwrap_or(0.0);
        let part = columns.neuropil.map_or(0, |index| {
            let next = neuropils.len() as u32;
            *neuropils.entry(record[index].to_owned()).or_insert(next)
        });
        let transmitter =
            columns.transmitter.map(|index| record[index].trim()).filter(|name| !name.is_empty());
        let sign = match transmitter {
            None => None,
            Some(name) => {
                let known = Transmitter::of(name).ok_or_else(|| ConnectomeError::BadValue {
                    place: here().column("nt_type"),
                    value: name.to_owned(),
                    expected: "a transmitter: ACH, GABA, GLUT, DA, SER or OCT".to_owned(),
                })?;
                rule.of(known)
            }
        };
        let mut end = |index: usize| match record[index].trim() {
            "" => Err(ConnectomeError::Blank {
                place: here().column(header[index].as_str()),
                expected: "the identifier of a neuron".to_owned(),
            }),
            id => assembly.cell(id, here),
        };
        let (from, to) = (end(columns.pre)?, end(columns.post)?);
        assembly.accept(weight, Relation::Chemical, (from, to), here)?;
        assembly.push(Row { from, to, relation: Relation::Chemical, part, weight, sign, row: at as u32 });
        Ok(())
    })?;
    if blank > 0 {
        let place = place.column("syn_count");
        assembly.report().notes.push(Note::BlankCells { place, cells: blank });
    }
    assembly.finish(ConnectomeFormat::FlyWire, &place)
}

/// Where the columns of a table of connections are.
#[derive(Clone, Copy)]
struct Columns {
    pre: usize,
    post: usize,
    count: usize,
    neuropil: Option<usize>,
    transmitter: Option<usize>,
}

impl Columns {
    fn find(header: &[String], place: &Place) -> Result<Self, ConnectomeError> {
        Ok(Self {
            pre: column(header, &["pre_root_id", "pre_pt_root_id"], place)?,
            post: column(header, &["post_root_id", "post_pt_root_id"], place)?,
            count: column(header, &["syn_count", "n_syn"], place)?,
            neuropil: column(header, &["neuropil"], place).ok(),
            transmitter: column(header, &["nt_type"], place).ok(),
        })
    }
}

fn list(neurons: &Path, assembly: &mut Assembly<'_>) -> Result<(), ConnectomeError> {
    let place = Place::file(neurons);
    each_row(neurons, "a table of neurons", assembly, |assembly, header, at, record| {
        let id = column(header, &["root_id", "pt_root_id"], &place)?;
        let name = record.get(id).unwrap_or_default().trim();
        if name.is_empty() {
            let expected = "the identifier of a neuron".to_owned();
            return Err(ConnectomeError::Blank { place: place.row(at).column("root_id"), expected });
        }
        let filled = header
            .iter()
            .zip(record.iter())
            .enumerate()
            .filter(|(i, (_, value))| *i != id && !value.trim().is_empty());
        let attributes: Attributes =
            filled.map(|(_, (key, value))| (key.clone(), json!(value.trim()))).collect();
        let kind =
            attributes.get("super_class").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
        assembly.list(name, &kind, attributes, &place.row(at))
    })
}

/// Every row of a table with a header, one at a time: these tables have millions.
fn each_row(
    file: &Path,
    expected: &'static str,
    assembly: &mut Assembly<'_>,
    mut take: impl FnMut(&mut Assembly<'_>, &[String], usize, &csv::StringRecord) -> Result<(), ConnectomeError>,
) -> Result<(), ConnectomeError> {
    let text = load_text(file, expected, assembly.report())?;
    let delimiter = separator(text.lines().next().unwrap_or_default()).map_or(b',', |(byte, _)| byte);
    let (mut header, mut rows) = (Vec::new(), 0);
    each_record(file, &text, delimiter, |at, record| {
        if header.is_empty() {
            header = record.iter().map(|name| name.trim().to_owned()).collect();
            return Ok(());
        }
        if record.len() < header.len() {
            return Err(ConnectomeError::Ragged {
                place: Place::file(file).row(at),
                found: record.len(),
                expected: header.len(),
            });
        }
        rows += 1;
        take(assembly, &header, at, record)
    })?;
    if rows == 0 {
        return Err(ConnectomeError::Empty { place: Place::file(file), expected: "rows below the header" });
    }
    Ok(())
}
