//! Edge lists: a line an edge, source, target and weight with blanks, tabs, commas or semicolons between them.
//!
//! `#` and `%` begin comments. Names with blanks or separators stand in double quotes, `""` for a quote in them. A header
//! tells what the columns are; without one there are two or three of them, the third being the weight or the attributes
//! that NetworkX writes (`{'weight': 3}`). A weight that is missing or blank is 1. An edge that is there again is a
//! parallel one.

use std::borrow::Cow;
use std::io::Write;

use serde_json::Value;

use super::ReadOptions;
use super::columns::{Column, Places};
use super::error::{WriteError, counted, malformed};
use super::fields::{EdgeFields, sign, slot};
use super::rows::{Delimiter, Row, Rows, field};
use super::table::{Extras, Table};
use crate::{GraphError, PathwayGraph, Quantity};

/// A graph from the text of an edge list.
///
/// # Errors
/// [`GraphError::Format`] with the line: too few or too many fields, a weight that is no finite number.
pub fn parse(text: &str, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    let delimiter = options.delimiter.map_or_else(|| Delimiter::guess(text, true), Delimiter::of);
    let mut rows = Rows::new(text, delimiter, true);
    let mut list =
        List { table: Table::new(PathwayGraph::new(), options), places: Places::plain(), width: None };
    let Some(first) = rows.next()? else { return Ok(list.table.graph) };
    let named = Places::of(&first.fields);
    let header = options.header.unwrap_or_else(|| {
        // names of columns, and no weight where a weight would be
        named.ends().is_ok() && first.fields.get(2).is_none_or(|third| third.parse::<f64>().is_err())
    });
    if header {
        named.ends().map_err(|problem| malformed(first.line, problem))?;
        if let Some(name) = named.twice(&first.fields) {
            return Err(malformed(first.line, format!("two columns are called `{name}`; rename one")));
        }
        list.width = Some(first.fields.len());
        if named.get(Column::Weight).is_none() && named.get(Column::Score).is_some() {
            list.table.graph.provenance.quantity = Quantity::Score;
        }
        list.places = named;
    } else {
        list.row(&first)?;
    }
    while let Some(row) = rows.next()? {
        list.row(&row)?;
    }
    Ok(list.table.graph)
}

/// A graph from a table whose first row names the columns.
///
/// # Errors
/// As [`parse`], and where no column is called `source` and `target` (or `pre` and `post`, `from` and `to`, …).
pub fn parse_table(text: &str, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    parse(text, &options.clone().header(true))
}

struct List {
    table: Table,
    places: Places,
    /// How many fields a row has, where there is a header.
    width: Option<usize>,
}

impl List {
    fn row(&mut self, row: &Row<'_>) -> Result<(), GraphError> {
        self.edge(&row.fields).map_err(|problem| malformed(row.line, problem))
    }

    fn edge(&mut self, fields: &[Cow<'_, str>]) -> Result<(), String> {
        match self.width {
            Some(width) if fields.len() != width => {
                return Err(format!(
                    "the row has {}, the header {width}",
                    counted(fields.len(), "field", "fields")
                ));
            }
            None if !(2..=3).contains(&fields.len()) => {
                let expected =
                    "source, target and perhaps a weight are needed; a header tells of other columns";
                return Err(format!("the line has {}; {expected}", counted(fields.len(), "field", "fields")));
            }
            _ => {}
        }
        let (source, target) = self.places.ends()?;
        let get = |column| {
            self.places.get(column).and_then(|place| fields.get(place)).map_or("", |field| field.as_ref())
        };
        for (end, what) in [(source, "source"), (target, "target")] {
            if fields[end].is_empty() {
                return Err(format!("the {what} has no name"));
            }
        }
        let weight = match (get(Column::Weight), get(Column::Score)) {
            (text, _) if text.starts_with('{') => attributes(text)?,
            ("", score) => weight(score)?,
            (text, _) => weight(text)?,
        };
        let known = Extras {
            sign: sign(&Value::from(get(Column::Sign)))?,
            slot: slot(&Value::from(get(Column::Slot)))?,
        };
        let layer = self.table.layer(Some(get(Column::Layer)).filter(|name| !name.is_empty()));
        let layer = layer.map_err(|error| error.to_string())?;
        let graph = &mut self.table.graph;
        let (from, to) = (graph.node(&fields[source]), graph.node(&fields[target]));
        self.table.edge(from, to, known.edge(weight, layer)).map_err(|error| error.to_string())
    }
}

fn weight(text: &str) -> Result<f64, String> {
    if text.is_empty() {
        return Ok(1.0);
    }
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| format!("the weight is `{text}`; expected a finite number"))
}

/// The weight in NetworkX's attributes, a Python dictionary.
fn attributes(text: &str) -> Result<f64, String> {
    let json =
        text.replace('\'', "\"").replace("True", "true").replace("False", "false").replace("None", "null");
    let unknown = || format!("`{text}` are no attributes; expected {{'weight': 1.0}} or a number");
    let values: serde_json::Map<String, Value> = serde_json::from_str(&json).map_err(|_| unknown())?;
    let mut fields = EdgeFields::default();
    for (name, value) in &values {
        fields.set(name, value)?;
    }
    Ok(fields.weight.or(fields.score).unwrap_or(1.0))
}

/// A name as a field.
pub(super) fn name(text: &str) -> Result<Cow<'_, str>, GraphError> {
    if text.is_empty() {
        return Err(GraphError::argument("a node's name", "empty", "a name"));
    }
    Ok(field(text))
}

pub(super) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    for (from, to, edge) in graph.edges() {
        writeln!(out, "{}\t{}\t{:?}", name(graph.name(from))?, name(graph.name(to))?, edge.weight)?;
    }
    Ok(())
}

pub(super) fn write_table(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let layers = graph.layers().iter().any(|layer| !layer.name.is_empty());
    let signs = graph.edges().any(|(_, _, edge)| edge.sign.is_some());
    let slots = graph.edges().any(|(_, _, edge)| edge.slot.is_some());
    write!(out, "source,target,{}", graph.provenance.quantity.key())?;
    for (there, column) in [(layers, Column::Layer), (signs, Column::Sign), (slots, Column::Slot)] {
        if there {
            write!(out, ",{}", column.name())?;
        }
    }
    writeln!(out)?;
    for (from, to, edge) in graph.edges() {
        write!(out, "{},{},{:?}", name(graph.name(from))?, name(graph.name(to))?, edge.weight)?;
        if layers {
            let layer = graph.layers()[edge.layer.index()].name.as_str();
            write!(out, ",{}", if layer.is_empty() { "".into() } else { field(layer) })?;
        }
        if signs {
            write!(out, ",{}", edge.sign.map_or(String::new(), |sign| sign.number().to_string()))?;
        }
        if slots {
            write!(out, ",{}", edge.slot.map_or("", crate::Slot::letter))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
