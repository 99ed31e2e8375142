//! Matrix Market exchange files ([NIST](https://math.nist.gov/MatrixMarket/formats.html)): coordinate and array, general,
//! symmetric and skew-symmetric, real, integer and pattern.
//!
//! Rows are sources, columns targets; the nodes are called 1…n, as the file numbers them. A symmetric matrix makes an
//! undirected layer. Entries that are there again are parallel edges; zeros in a coordinate file are edges, in an array
//! they are not.

use std::io::Write;

use super::error::{WriteError, counted, malformed};
use super::fields::Flat;
use crate::{Edge, GraphError, LayerId, NodeIndex, PathwayGraph};

/// Without so many entries for each entry that there is, a matrix may have this many rows: a file of a few bytes should
/// not fill the memory.
const ROWS: usize = 1 << 20;
const ROWS_AN_ENTRY: usize = 64;

/// A graph from the text of a Matrix Market file.
///
/// # Errors
/// [`GraphError::Format`] with the line: a header that is none or not supported (complex, Hermitian), a matrix that is not
/// square, indices outside it, values that are no finite numbers, too few or too many entries.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let mut lines = text.lines().enumerate().map(|(place, line)| (place + 1, line));
    let (_, header) = lines.next().unwrap_or((1, ""));
    let header = Header::parse(header).map_err(|problem| malformed(1, problem))?;
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('%'));
    let Some((line, size)) = lines.next() else {
        return Err(malformed(None, "the file has no line with the size of the matrix"));
    };
    let matrix = header.size(size).map_err(|problem| malformed(line, problem))?;
    let mut entries = Vec::new();
    for (line, text) in lines {
        if entries.len() == matrix.entries {
            return Err(malformed(
                line,
                format!("there are more entries than the {} announced", matrix.entries),
            ));
        }
        entries.push(matrix.entry(text, entries.len()).map_err(|problem| malformed(line, problem))?);
    }
    if entries.len() < matrix.entries {
        let announced = counted(matrix.entries, "entry is", "entries are");
        let problem = format!("{announced} announced, but the file has {}; it was cut off", entries.len());
        return Err(malformed(None, problem));
    }
    if matrix.rows > ROWS && matrix.rows / ROWS_AN_ENTRY > entries.len() {
        let entries = counted(entries.len(), "entry", "entries");
        let problem = format!("{} rows are announced for {entries}; that is no graph", matrix.rows);
        return Err(malformed(line, problem));
    }
    matrix.graph(&entries)
}

#[derive(Clone, Copy, PartialEq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Real,
    Integer,
    Pattern,
}

struct Header {
    coordinate: bool,
    field: Field,
    symmetry: Symmetry,
}

struct Matrix {
    header: Header,
    rows: usize,
    entries: usize,
}

impl Header {
    fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let [banner, object, layout, field, symmetry] = words[..] else {
            return Err("`%%MatrixMarket matrix coordinate real general` or the like is needed".to_owned());
        };
        if banner != "%%matrixmarket" || object != "matrix" {
            return Err(format!(
                "the header begins with `{banner} {object}`; expected `%%MatrixMarket matrix`"
            ));
        }
        let coordinate = match layout {
            "coordinate" => true,
            "array" => false,
            other => return Err(format!("the layout is `{other}`; expected coordinate or array")),
        };
        let field = match field {
            "real" | "double" => Field::Real,
            "integer" => Field::Integer,
            "pattern" if coordinate => Field::Pattern,
            other => {
                return Err(format!(
                    "the entries are `{other}`; expected real, integer or (coordinate) pattern"
                ));
            }
        };
        let symmetry = match symmetry {
            "general" => Symmetry::General,
            "symmetric" => Symmetry::Symmetric,
            "skew-symmetric" => Symmetry::Skew,
            other => {
                return Err(format!(
                    "the symmetry is `{other}`; expected general, symmetric or skew-symmetric"
                ));
            }
        };
        Ok(Self { coordinate, field, symmetry })
    }

    fn size(self, line: &str) -> Result<Matrix, String> {
        let numbers: Option<Vec<usize>> = line.split_whitespace().map(|word| word.parse().ok()).collect();
        let (rows, columns, announced) = match (self.coordinate, numbers.as_deref()) {
            (true, Some(&[rows, columns, entries])) => (rows, columns, Some(entries)),
            (false, Some(&[rows, columns])) => (rows, columns, None),
            (true, _) => return Err(format!("`{line}` is no size; expected rows, columns and entries")),
            (false, _) => return Err(format!("`{line}` is no size; expected rows and columns")),
        };
        if rows != columns {
            return Err(format!(
                "the matrix has {rows} rows and {columns} columns; an adjacency matrix is square"
            ));
        }
        let all = match self.symmetry {
            Symmetry::General => rows.checked_mul(rows),
            Symmetry::Symmetric => {
                rows.checked_add(1).and_then(|more| rows.checked_mul(more)).map(|twice| twice / 2)
            }
            Symmetry::Skew => rows.checked_mul(rows.saturating_sub(1)).map(|twice| twice / 2),
        };
        let limit = NodeIndex::<u32>::end().index();
        match announced.or(all) {
            Some(entries) if rows < limit => Ok(Matrix { header: self, rows, entries }),
            _ => Err(format!("{rows} rows are too many; fewer than {limit} fit")),
        }
    }
}

impl Matrix {
    /// Row, column (from 0) and value of the entry on this line; `place` is how many came before.
    fn entry(&self, line: &str, place: usize) -> Result<(u32, u32, f64), String> {
        let mut words = line.split_whitespace();
        let (row, column) = if self.header.coordinate {
            let mut index = |what: &str| {
                let word = words.next().unwrap_or_default();
                match word.parse::<usize>() {
                    Ok(index) if (1..=self.rows).contains(&index) => Ok(index as u32 - 1),
                    _ => Err(format!("the {what} is `{word}`; expected a number from 1 to {}", self.rows)),
                }
            };
            (index("row")?, index("column")?)
        } else {
            (0, place as u32)
        };
        let value = match self.header.field {
            Field::Pattern => 1.0,
            kind => {
                let word = words.next().unwrap_or_default();
                let value = match kind {
                    Field::Integer => word.parse::<i64>().ok().map(|integer| integer as f64),
                    _ => word.parse().ok(),
                };
                let expected = if kind == Field::Integer { "an integer" } else { "a finite number" };
                value
                    .filter(|value: &f64| value.is_finite())
                    .ok_or_else(|| format!("the value is `{word}`; expected {expected}"))?
            }
        };
        if let Some(word) = words.next() {
            return Err(format!("there is `{word}` after the entry"));
        }
        if self.header.coordinate && self.header.symmetry == Symmetry::Skew && row == column {
            return Err("a skew-symmetric matrix has nothing on its diagonal".to_owned());
        }
        Ok((row, column, value))
    }

    fn graph(&self, entries: &[(u32, u32, f64)]) -> Result<PathwayGraph, GraphError> {
        let twice = if self.header.symmetry == Symmetry::General { 1 } else { 2 };
        let mut graph = PathwayGraph::with_capacity(self.rows, entries.len().saturating_mul(twice));
        let layer = graph.layer("", self.header.symmetry != Symmetry::Symmetric)?;
        for number in 1..=self.rows {
            graph.node(&number.to_string());
        }
        if self.header.coordinate {
            for &(row, column, value) in entries {
                self.add(&mut graph, layer, row as usize, column as usize, value)?;
            }
            return Ok(graph);
        }
        // column by column, what symmetry does not tell
        let mut values = entries.iter().map(|&(_, _, value)| value);
        for column in 0..self.rows {
            let first = match self.header.symmetry {
                Symmetry::General => 0,
                Symmetry::Symmetric => column,
                Symmetry::Skew => column + 1,
            };
            for (row, value) in (first..self.rows).zip(&mut values) {
                if value != 0.0 {
                    self.add(&mut graph, layer, row, column, value)?;
                }
            }
        }
        Ok(graph)
    }

    fn add(
        &self,
        graph: &mut PathwayGraph,
        layer: LayerId,
        row: usize,
        column: usize,
        value: f64,
    ) -> Result<(), GraphError> {
        let (from, to) = (NodeIndex::new(row), NodeIndex::new(column));
        // an undirected layer's edges go both ways by themselves
        graph.connect(from, to, layer, value)?;
        if self.header.symmetry == Symmetry::Skew {
            graph.add_edge(to, from, Edge::new(-value, layer))?;
        }
        Ok(())
    }
}

pub(super) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let flat = Flat::of(graph);
    let symmetry = if flat.directed { "general" } else { "symmetric" };
    writeln!(out, "%%MatrixMarket matrix coordinate real {symmetry}")?;
    let (nodes, edges) = (graph.node_count(), flat.edges(graph).count());
    writeln!(out, "{nodes} {nodes} {edges}")?;
    for (from, to, edge) in flat.edges(graph) {
        // of a symmetric matrix the lower triangle is written
        let (row, column) = if flat.directed { (from, to) } else { (to, from) };
        writeln!(out, "{} {} {:?}", row + 1, column + 1, edge.weight)?;
    }
    Ok(())
}
