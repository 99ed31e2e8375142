//! Reading Parquet.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, FileReader, RowGroupReader, SerializedFileReader};
use serde_json::Value;

use super::columns::{BATCH, Column, Ids, NoIds, Nodes};
use crate::format::ReadOptions;
use crate::format::columns::{Column as Meaning, Places};
use crate::format::error::malformed;
use crate::format::fields::{sign, slot};
use crate::format::table::{Extras, Table};
use crate::{GraphError, PathwayGraph, Quantity};

/// A graph from the bytes of a Parquet file.
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: &[u8], options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    from(Bytes::copy_from_slice(bytes), options)
}

/// A graph from a Parquet file. Beside the graph (32 bytes an edge) there is one batch of rows in memory.
///
/// # Errors
/// [`GraphError::Format`], with the row in place of the line: a file that is damaged or compressed in an unknown way, ends
/// that no column has, columns of another type than is needed, ids and weights that are missing, weights that are not
/// finite.
pub fn read(file: File, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    from(file, options)
}

fn damaged(problem: ParquetError) -> GraphError {
    malformed(None, format!("the Parquet file cannot be read: {problem}"))
}

fn from<R: ChunkReader + 'static>(source: R, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    let size = source.len();
    let file = guarded(|| SerializedFileReader::new(source)).map_err(damaged)?;
    let schema = file.metadata().file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
    let places = Places::of(&names);
    places.ends().map_err(|problem| malformed(None, format!("{problem}; it has {}", names.join(", "))))?;

    // The number of rows is what the file claims: an edge takes a byte at least in any file that is not made to deceive.
    let rows = usize::try_from(file.metadata().file_metadata().num_rows()).unwrap_or(0);
    let edges = if options.is_directed() { rows } else { rows.saturating_mul(2) };
    let likely = edges.min(usize::try_from(size).unwrap_or(usize::MAX));
    let mut reading = Reading {
        table: Table::new(PathwayGraph::with_capacity(0, likely), options),
        nodes: Nodes::default(),
        places,
        row: 0,
        size,
    };
    if reading.places.get(Meaning::Weight).is_none() && reading.places.get(Meaning::Score).is_some() {
        reading.table.graph.provenance.quantity = Quantity::Score;
    }
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(damaged)?;
        reading.group(&*group)?;
    }
    Ok(reading.table.graph)
}

struct Reading {
    table: Table,
    nodes: Nodes,
    places: Places,
    /// How many rows were read.
    row: usize,
    /// How long the file is.
    size: u64,
}

/// The columns of a row group that are used.
struct Columns {
    source: Column,
    target: Column,
    weight: Option<Column>,
    layer: Option<Column>,
    sign: Option<Column>,
    slot: Option<Column>,
}

impl Columns {
    fn next(&mut self, rows: usize) -> Result<(), ParquetError> {
        let others = [&mut self.weight, &mut self.layer, &mut self.sign, &mut self.slot];
        for column in [&mut self.source, &mut self.target].into_iter().chain(others.into_iter().flatten()) {
            let there = column.next(rows)?;
            if there != rows {
                let problem = format!("a column ends after {there} of {rows} rows");
                return Err(ParquetError::General(problem));
            }
        }
        Ok(())
    }
}

/// The buffers of a batch.
#[derive(Default)]
struct Buffers {
    weights: Vec<Option<f64>>,
    signs: Vec<Option<f64>>,
}

impl Reading {
    fn columns(&self, group: &dyn RowGroupReader) -> Result<Columns, GraphError> {
        let open = |place: usize| -> Result<Column, GraphError> {
            if !within(group.metadata().column(place), self.size) {
                return Err(malformed(None, format!("column {place} is not where the Parquet file says")));
            }
            let reader = guarded(|| group.get_column_reader(place)).map_err(damaged)?;
            let column = group.metadata().schema_descr().column(place);
            Column::new(reader, &column).map_err(|problem| malformed(None, problem))
        };
        let optional = |meaning: Meaning| self.places.get(meaning).map(open).transpose();
        let (source, target) = self.places.ends().map_err(|problem| malformed(None, problem))?;
        let weight = self.places.get(Meaning::Weight).or(self.places.get(Meaning::Score));
        Ok(Columns {
            source: open(source)?,
            target: open(target)?,
            weight: weight.map(open).transpose()?,
            layer: optional(Meaning::Layer)?,
            sign: optional(Meaning::Sign)?,
            slot: optional(Meaning::Slot)?,
        })
    }

    fn group(&mut self, group: &dyn RowGroupReader) -> Result<(), GraphError> {
        let mut columns = self.columns(group)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut buffers = Buffers::default();
        while left > 0 {
            let rows = left.min(BATCH);
            guarded(|| columns.next(rows)).map_err(damaged)?;
            self.batch(&columns, rows, &mut buffers)?;
            left -= rows;
            self.row += rows;
        }
        Ok(())
    }

    fn batch(&mut self, columns: &Columns, rows: usize, buffers: &mut Buffers) -> Result<(), GraphError> {
        let Buffers { weights, signs } = buffers;
        let sources = ids(&columns.source, "source", self.row)?;
        let targets = ids(&columns.target, "target", self.row)?;
        let wrong = |what: &str, kind: &str, expected: &str| {
            malformed(None, format!("the {what} column holds {kind}; expected {expected}"))
        };
        match &columns.weight {
            Some(column) => column.numbers(weights).map_err(|kind| wrong("weight", kind, "numbers"))?,
            None => {
                weights.clear();
                weights.resize(rows, Some(1.0));
            }
        }
        let mut extras =
            vec![Extras::default(); if columns.sign.is_some() || columns.slot.is_some() { rows } else { 0 }];
        if let Some(column) = &columns.sign {
            column.numbers(signs).map_err(|kind| wrong("sign", kind, "numbers"))?;
            for (place, (extra, number)) in extras.iter_mut().zip(signs.iter()).enumerate() {
                extra.sign = sign(&Value::from(*number))
                    .map_err(|problem| malformed(self.row + place + 1, problem))?;
            }
        }
        if let Some(column) = &columns.slot {
            let texts = column.texts().map_err(|kind| wrong("slot", kind, "texts"))?;
            for (place, (extra, text)) in extras.iter_mut().zip(texts).enumerate() {
                extra.slot =
                    slot(&Value::from(text)).map_err(|problem| malformed(self.row + place + 1, problem))?;
            }
        }
        // every edge's layer, or that of all of them
        let mut layers = Vec::new();
        if columns.layer.is_none() {
            layers.push(self.table.layer(None)?);
        }
        if let Some(column) = &columns.layer {
            for name in column.texts().map_err(|kind| wrong("layer", kind, "texts"))? {
                layers.push(self.table.layer(name)?);
            }
        }
        let (mut last_source, mut last_target) = (None, None);
        for (place, &weight) in weights.iter().enumerate() {
            let weight = weight.filter(|weight| weight.is_finite()).ok_or_else(|| {
                let found = weight.map_or("missing (null)".to_owned(), |weight| weight.to_string());
                malformed(self.row + place + 1, format!("the weight is {found}; expected a finite number"))
            })?;
            let layer = layers[if columns.layer.is_some() { place } else { 0 }];
            let extra = extras.get(place).copied().unwrap_or_default();
            let graph = &mut self.table.graph;
            let from = self.nodes.node(&sources, place, &mut last_source, graph);
            let to = self.nodes.node(&targets, place, &mut last_target, graph);
            self.table.edge(from, to, extra.edge(weight, layer))?;
        }
        Ok(())
    }
}

/// What the decoders give. On some damaged pages they panic ("decoder for dict should have been set"); that is an error
/// like the others, though the panic's hook has been told of it.
fn guarded<T>(decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(ParquetError::General("a page is damaged".to_owned())))
}

/// Whether a column lies within the file, which its reader takes for granted.
fn within(column: &ColumnChunkMetaData, size: u64) -> bool {
    let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let end = u64::try_from(start)
        .ok()
        .zip(u64::try_from(column.compressed_size()).ok())
        .and_then(|(start, length)| start.checked_add(length));
    end.is_some_and(|end| end <= size)
}

/// The ids of a column's batch; `before` is how many rows came before it.
fn ids<'c>(column: &'c Column, what: &str, before: usize) -> Result<Ids<'c>, GraphError> {
    column.ids().map_err(|why| match why {
        NoIds::Null(place) => malformed(before + place + 1, format!("the {what} is missing (null)")),
        NoIds::Type(kind) => {
            malformed(None, format!("the {what} column holds {kind}; expected integers or texts"))
        }
    })
}
