//! Adjacency matrices as CSV: targets in the first row, sources in the first column, weights between them.
//!
//! A blank cell or 0 is no edge. The names of rows and columns may differ; the nodes are the rows' first. Columns without
//! a name are passed over where they are empty, as spreadsheets leave them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Write;

use super::error::{WriteError, counted, malformed};
use super::rows::{Delimiter, Row, Rows};
use super::{ReadOptions, columns::Places, edge_list};
use crate::{Edge, GraphError, NodeIndex, PathwayGraph};

/// How many rows are looked at to tell a matrix from a table.
const LOOKED_AT: usize = 64;

/// A graph from the text of an adjacency matrix.
///
/// # Errors
/// [`GraphError::Format`] with the line: rows of different lengths, names that are there twice or missing, cells that are
/// no finite numbers, a matrix that is not symmetric where [`ReadOptions::directed`] is `false`.
pub fn parse(text: &str, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    let delimiter = options.delimiter.map_or_else(|| Delimiter::guess(text, false), Delimiter::of);
    let mut rows = Rows::new(text, delimiter, false);
    let mut matrix = Matrix::default();
    if let Some(first) = rows.next()? {
        matrix.header(&first)?;
    }
    while let Some(row) = rows.next()? {
        matrix.row(&row)?;
    }
    matrix.graph(options)
}

#[derive(Default)]
struct Matrix {
    columns: Vec<String>,
    rows: Vec<String>,
    seen: HashSet<String>,
    /// Row, column, weight.
    entries: Vec<(usize, usize, f64)>,
}

impl Matrix {
    fn header(&mut self, first: &Row<'_>) -> Result<(), GraphError> {
        let mut columns: Vec<String> = first.fields.iter().skip(1).map(ToString::to_string).collect();
        while columns.last().is_some_and(String::is_empty) {
            columns.pop();
        }
        let mut seen = HashSet::with_capacity(columns.len());
        for (place, name) in columns.iter().enumerate() {
            if !name.is_empty() && !seen.insert(name) {
                let problem = format!("column {} is called `{name}` like another", place + 2);
                return Err(malformed(first.line, problem));
            }
        }
        self.columns = columns;
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), GraphError> {
        if row.fields.iter().all(|field| field.is_empty()) {
            return Ok(());
        }
        self.cells(&row.fields).map_err(|problem| malformed(row.line, problem))
    }

    fn cells(&mut self, fields: &[Cow<'_, str>]) -> Result<(), String> {
        let (name, cells) = (&fields[0], &fields[1..]);
        if name.is_empty() {
            return Err("the row has no name in its first cell".to_owned());
        }
        if !self.seen.insert(name.to_string()) {
            return Err(format!("the row is called `{name}` like another"));
        }
        let expected = self.columns.len();
        let full = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if cells.len() < expected || full > expected {
            let cells = counted(cells.len(), "cell", "cells");
            return Err(format!("row `{name}` has {cells} after its name, the first row {expected}"));
        }
        let row = self.rows.len();
        for (column, cell) in cells[..expected].iter().enumerate() {
            if cell.is_empty() {
                continue;
            }
            let weight: f64 =
                cell.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| {
                    let of = &self.columns[column];
                    format!(
                        "the weight from `{name}` to `{of}` is `{cell}`; expected a finite number or nothing"
                    )
                })?;
            if self.columns[column].is_empty() {
                return Err(format!("column {} has the weight {weight}, but no name", column + 2));
            }
            if weight != 0.0 {
                self.entries.push((row, column, weight));
            }
        }
        self.rows.push(name.to_string());
        Ok(())
    }

    fn graph(self, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
        let nodes = self.rows.len().max(self.columns.len());
        let mut graph = PathwayGraph::with_capacity(nodes, self.entries.len());
        let layer = graph.layer(&options.layer, options.is_directed())?;
        let rows: Vec<NodeIndex> = self.rows.iter().map(|name| graph.node(name)).collect();
        let named = |name: &String| if name.is_empty() { NodeIndex::default() } else { graph.node(name) };
        let columns: Vec<NodeIndex> = self.columns.iter().map(named).collect();
        if !options.is_directed() {
            let known: HashMap<(NodeIndex, NodeIndex), f64> = self
                .entries
                .iter()
                .map(|&(row, column, weight)| ((rows[row], columns[column]), weight))
                .collect();
            for &(row, column, weight) in &self.entries {
                let (from, to) = (rows[row], columns[column]);
                let back = known.get(&(to, from)).copied().unwrap_or(0.0);
                if back != weight {
                    let (from, to) = (graph.name(from), graph.name(to));
                    let problem = format!(
                        "the matrix is not symmetric, as an undirected graph's is: {weight} from `{from}` to `{to}`, \
                         {back} back"
                    );
                    return Err(malformed(None, problem));
                }
            }
        }
        for (row, column, weight) in self.entries {
            graph.add_edge(rows[row], columns[column], Edge::new(weight, layer))?;
        }
        Ok(graph)
    }
}

/// A graph from a CSV file that is a matrix or a table of edges, as its shape tells: a header that names the ends, or a
/// weight in the third column of three, make a table; a blank corner, names that are there in rows and columns, or four
/// columns and more make a matrix, where everything else is a number.
///
/// # Errors
/// As [`parse`] and [`edge_list::parse`]; [`GraphError::Format`] where it may be either or neither.
pub fn parse_either(text: &str, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    let delimiter = options.delimiter.map_or_else(|| Delimiter::guess(text, false), Delimiter::of);
    let mut rows = Rows::new(text, delimiter, false);
    let Some(first) = rows.next()? else { return parse(text, options) };
    if options.header == Some(true) || Places::of(&first.fields).ends().is_ok() {
        return edge_list::parse_table(text, options);
    }
    let mut body = Vec::new();
    while body.len() < LOOKED_AT
        && let Some(row) = rows.next()?
    {
        body.push(row.fields);
    }
    let number = |field: &Cow<'_, str>| field.parse::<f64>().is_ok();
    let numeric = body.iter().all(|row| row.iter().skip(1).all(|cell| cell.is_empty() || number(cell)));
    let columns: HashSet<&str> = first.fields.iter().skip(1).map(AsRef::as_ref).collect();
    let shared = body.iter().any(|row| row.first().is_some_and(|name| columns.contains(name.as_ref())));
    let matrix = numeric && (first.fields[0].is_empty() || shared || first.fields.len() > 3);
    let table = std::iter::once(&first.fields)
        .chain(&body)
        .all(|row| row.len() == 2 || (row.len() == 3 && number(&row[2])))
        && !first.fields[0].is_empty();
    match (matrix, table) {
        (true, false) => parse(text, options),
        (false, true) => edge_list::parse(text, options),
        _ => {
            let problem = "the file may be an adjacency matrix or a table of edges; say which: matrix-csv, edge-csv \
                           (whose first row names the columns, such as source, target, weight) or edge-list";
            Err(malformed(None, problem))
        }
    }
}

/// n² cells; weights of parallel edges, in one layer or several, are added.
pub(super) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    for name in graph.names() {
        write!(out, ",{}", edge_list::name(name)?)?;
    }
    writeln!(out)?;
    let mut row = vec![0.0; graph.node_count()];
    for source in graph.petgraph().node_indices() {
        row.fill(0.0);
        // petgraph has the last edge first; sums should be those of the edges' order
        let mut edges: Vec<_> = graph.petgraph().edges(source).collect();
        edges.reverse();
        for edge in edges {
            row[petgraph::visit::EdgeRef::target(&edge).index()] += edge.weight().weight;
        }
        write!(out, "{}", edge_list::name(graph.name(source))?)?;
        for weight in &row {
            if *weight == 0.0 {
                write!(out, ",0")?;
            } else if weight.fract() == 0.0 && weight.abs() < 1e15 {
                write!(out, ",{weight:.0}")?;
            } else {
                write!(out, ",{weight:?}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}
