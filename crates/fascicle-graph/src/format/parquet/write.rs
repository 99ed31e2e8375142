//! Writing Parquet.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::format::error::WriteError;
use crate::{Edge, NodeIndex, PathwayGraph};

/// Edges a row group.
const GROUP: usize = 1 << 20;

impl From<ParquetError> for WriteError {
    fn from(error: ParquetError) -> Self {
        Self::Io(match error {
            ParquetError::External(cause) => match cause.downcast::<io::Error>() {
                Ok(cause) => *cause,
                Err(cause) => io::Error::other(cause),
            },
            other => io::Error::other(other),
        })
    }
}

/// The ids of the nodes in the file.
enum Ids {
    Numbers(Vec<i64>),
    Texts(Vec<ByteArray>),
}

impl Ids {
    fn of(graph: &PathwayGraph) -> Self {
        let number = |name: &str| name.parse::<i64>().ok().filter(|number| number.to_string() == name);
        match graph.names().map(number).collect() {
            Some(numbers) => Self::Numbers(numbers),
            None => Self::Texts(graph.names().map(bytes).collect()),
        }
    }
}

fn bytes(text: &str) -> ByteArray {
    ByteArray::from(Bytes::copy_from_slice(text.as_bytes()))
}

pub(in crate::format) fn write(
    graph: &PathwayGraph,
    out: &mut (impl Write + Send),
) -> Result<(), WriteError> {
    let ids = Ids::of(graph);
    let id = if matches!(ids, Ids::Numbers(_)) {
        "INT64 {} (INTEGER(64, true))"
    } else {
        "BYTE_ARRAY {} (STRING)"
    };
    let layers = graph.layers().iter().any(|layer| !layer.name.is_empty());
    let signs = graph.edges().any(|(_, _, edge)| edge.sign.is_some());
    let slots = graph.edges().any(|(_, _, edge)| edge.slot.is_some());
    let columns = [
        format!("REQUIRED {};", id.replace("{}", "source")),
        format!("REQUIRED {};", id.replace("{}", "target")),
        format!("REQUIRED DOUBLE {};", graph.provenance.quantity.key()),
        if layers { "REQUIRED BYTE_ARRAY layer (STRING);" } else { "" }.to_owned(),
        if signs { "OPTIONAL INT32 sign (INTEGER(8, true));" } else { "" }.to_owned(),
        if slots { "OPTIONAL BYTE_ARRAY slot (STRING);" } else { "" }.to_owned(),
    ];
    let schema = Arc::new(parse_message_type(&format!("message edges {{ {} }}", columns.concat()))?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    let names: Vec<ByteArray> = graph.layers().iter().map(|layer| bytes(&layer.name)).collect();
    let edges: Vec<_> = graph.edges().collect();
    for chunk in edges.chunks(GROUP) {
        let mut group = file.next_row_group()?;
        for end in [|row: &Row<'_>| row.0, |row: &Row<'_>| row.1] {
            match &ids {
                Ids::Numbers(ids) => {
                    column::<Int64Type, _>(&mut group, chunk.iter().map(|row| ids[end(row).index()]))?;
                }
                Ids::Texts(ids) => {
                    column::<ByteArrayType, _>(
                        &mut group,
                        chunk.iter().map(|row| ids[end(row).index()].clone()),
                    )?;
                }
            }
        }
        column::<DoubleType, _>(&mut group, chunk.iter().map(|row| row.2.weight))?;
        if layers {
            column::<ByteArrayType, _>(
                &mut group,
                chunk.iter().map(|row| names[row.2.layer.index()].clone()),
            )?;
        }
        if signs {
            let signs = chunk.iter().map(|row| row.2.sign.map(|sign| i32::from(sign.number())));
            optional::<Int32Type, _>(&mut group, signs)?;
        }
        if slots {
            let slots = chunk.iter().map(|row| row.2.slot.map(|slot| bytes(slot.letter())));
            optional::<ByteArrayType, _>(&mut group, slots)?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

type Row<'a> = (NodeIndex, NodeIndex, &'a Edge);

/// The next column, every row of it.
fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    written::<T, W>(group, &values.collect::<Vec<_>>(), None)
}

/// The next column, with gaps.
fn optional<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let mut levels = Vec::new();
    let values: Vec<T::T> =
        values.inspect(|value| levels.push(i16::from(value.is_some()))).flatten().collect();
    written::<T, W>(group, &values, Some(&levels))
}

fn written<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has fewer columns than the table".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}
