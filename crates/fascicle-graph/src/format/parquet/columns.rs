//! Columns decoded a batch at a time.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

use crate::{NodeIndex, PathwayGraph};

/// Rows decoded at once: few enough to stay in a core's cache.
pub(super) const BATCH: usize = 8192;

/// The values of one batch of a column. Those of an optional column come without the gaps; `levels` tells where they are.
pub(super) struct Batch<T: DataType> {
    reader: ColumnReaderImpl<T>,
    optional: bool,
    pub(super) values: Vec<T::T>,
    levels: Vec<i16>,
}

impl<T: DataType> Batch<T> {
    fn new(reader: ColumnReaderImpl<T>, column: &ColumnDescriptor) -> Self {
        Self { reader, optional: column.max_def_level() > 0, values: Vec::new(), levels: Vec::new() }
    }

    /// Decodes the next rows; how many there are.
    fn next(&mut self, rows: usize) -> Result<usize, ParquetError> {
        self.values.clear();
        self.levels.clear();
        let levels = self.optional.then_some(&mut self.levels);
        let (records, _, _) = self.reader.read_records(rows, levels, None, &mut self.values)?;
        Ok(records)
    }

    /// The rows of the batch, `None` where there is no value.
    pub(super) fn rows(&self) -> impl Iterator<Item = Option<&T::T>> {
        let mut values = self.values.iter();
        let whole = self.levels.is_empty();
        let count = if whole { self.values.len() } else { self.levels.len() };
        (0..count).map(move |row| if whole || self.levels[row] > 0 { values.next() } else { None })
    }
}

/// A column of whatever type can be used.
pub(super) enum Column {
    Bool(Batch<BoolType>),
    Int32(Batch<Int32Type>, Signed),
    Int64(Batch<Int64Type>, Signed),
    Float(Batch<FloatType>),
    Double(Batch<DoubleType>),
    Text(Batch<ByteArrayType>),
}

/// Whether integers are signed.
type Signed = bool;

impl Column {
    /// The error says what type the column has.
    pub(super) fn new(reader: ColumnReader, column: &ColumnDescriptor) -> Result<Self, String> {
        let name = column.path().string();
        if column.max_rep_level() > 0 || column.max_def_level() > 1 {
            return Err(format!("column `{name}` is nested; expected one value a row"));
        }
        let signed = !matches!(
            column.converted_type(),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        );
        let decimal = column.converted_type() == ConvertedType::DECIMAL
            || matches!(column.logical_type_ref(), Some(LogicalType::Decimal(_)));
        match reader {
            _ if decimal => {
                Err(format!("column `{name}` holds decimal numbers; expected integers or floats"))
            }
            ColumnReader::BoolColumnReader(reader) => Ok(Self::Bool(Batch::new(reader, column))),
            ColumnReader::Int32ColumnReader(reader) => Ok(Self::Int32(Batch::new(reader, column), signed)),
            ColumnReader::Int64ColumnReader(reader) => Ok(Self::Int64(Batch::new(reader, column), signed)),
            ColumnReader::FloatColumnReader(reader) => Ok(Self::Float(Batch::new(reader, column))),
            ColumnReader::DoubleColumnReader(reader) => Ok(Self::Double(Batch::new(reader, column))),
            ColumnReader::ByteArrayColumnReader(reader) => Ok(Self::Text(Batch::new(reader, column))),
            _ => Err(format!(
                "column `{name}` has type {}; expected integers, floats or texts",
                column.physical_type()
            )),
        }
    }

    /// Decodes the next rows; how many there are.
    pub(super) fn next(&mut self, rows: usize) -> Result<usize, ParquetError> {
        match self {
            Self::Bool(batch) => batch.next(rows),
            Self::Int32(batch, _) => batch.next(rows),
            Self::Int64(batch, _) => batch.next(rows),
            Self::Float(batch) => batch.next(rows),
            Self::Double(batch) => batch.next(rows),
            Self::Text(batch) => batch.next(rows),
        }
    }

    /// The rows as numbers, or the type that is none.
    pub(super) fn numbers(&self, into: &mut Vec<Option<f64>>) -> Result<(), &'static str> {
        into.clear();
        match self {
            Self::Bool(_) => return Err("booleans"),
            Self::Text(_) => return Err("texts"),
            Self::Int32(batch, true) => into.extend(batch.rows().map(|row| row.map(|&n| f64::from(n)))),
            Self::Int32(batch, false) => {
                into.extend(batch.rows().map(|row| row.map(|&n| f64::from(n as u32))));
            }
            Self::Int64(batch, true) => into.extend(batch.rows().map(|row| row.map(|&n| n as f64))),
            Self::Int64(batch, false) => into.extend(batch.rows().map(|row| row.map(|&n| n as u64 as f64))),
            Self::Float(batch) => into.extend(batch.rows().map(|row| row.map(|&n| f64::from(n)))),
            Self::Double(batch) => into.extend(batch.rows().map(Option::<&f64>::copied)),
        }
        Ok(())
    }

    /// The rows as texts, or the type that is none; `null` and what is not UTF-8 are `None`.
    pub(super) fn texts(&self) -> Result<impl Iterator<Item = Option<&str>>, &'static str> {
        match self {
            Self::Text(batch) => Ok(batch.rows().map(|row| row.and_then(text))),
            Self::Bool(_) => Err("booleans"),
            _ => Err("numbers"),
        }
    }
}

pub(super) fn text(bytes: &ByteArray) -> Option<&str> {
    // a value that was never set has no data, which `data` would panic on
    if bytes.is_empty() { Some("") } else { std::str::from_utf8(bytes.data()).ok() }
}

/// The ids of a batch.
pub(super) enum Ids<'a> {
    /// Integers as their bits, and whether they are signed.
    Numbers(Vec<u64>, Signed),
    Texts(Vec<&'a str>),
}

/// Why a column has no ids: the row without one, or the type that is none.
pub(super) enum NoIds {
    Null(usize),
    Type(&'static str),
}

impl Column {
    pub(super) fn ids(&self) -> Result<Ids<'_>, NoIds> {
        fn all<T>(rows: impl Iterator<Item = Option<T>>) -> Result<Vec<T>, NoIds> {
            rows.enumerate().map(|(place, row)| row.ok_or(NoIds::Null(place))).collect()
        }
        let numbers = match self {
            Self::Int32(batch, true) => all(batch.rows().map(|row| row.map(|&n| i64::from(n) as u64)))?,
            Self::Int32(batch, false) => all(batch.rows().map(|row| row.map(|&n| u64::from(n as u32))))?,
            Self::Int64(batch, _) => all(batch.rows().map(|row| row.map(|&n| n as u64)))?,
            Self::Text(batch) => {
                let texts = all(batch.rows())?.into_iter().map(text).collect::<Option<_>>();
                return texts.map(Ids::Texts).ok_or(NoIds::Type("bytes that are not UTF-8"));
            }
            Self::Bool(_) => return Err(NoIds::Type("booleans")),
            Self::Float(_) | Self::Double(_) => return Err(NoIds::Type("floats")),
        };
        Ok(Ids::Numbers(numbers, matches!(self, Self::Int32(_, true) | Self::Int64(_, true))))
    }
}

/// Nodes by the ids of a table; those that are made are called as the ids are written.
#[derive(Default)]
pub(super) struct Nodes {
    positive: HashMap<u64, NodeIndex, Spread>,
    negative: HashMap<u64, NodeIndex, Spread>,
}

impl Nodes {
    /// The node of a row, made where there is none. `last` is the id before in the column, and its node: tables are mostly
    /// sorted by one of their ends.
    pub(super) fn node(
        &mut self,
        ids: &Ids<'_>,
        row: usize,
        last: &mut Option<(u64, NodeIndex)>,
        graph: &mut PathwayGraph,
    ) -> NodeIndex {
        let (id, signed) = match ids {
            Ids::Texts(texts) => return graph.node(texts[row]),
            Ids::Numbers(numbers, signed) => (numbers[row], *signed),
        };
        if let Some((before, node)) = *last
            && before == id
        {
            return node;
        }
        let negative = signed && (id as i64) < 0;
        let known = if negative { &mut self.negative } else { &mut self.positive };
        let node = *known
            .entry(id)
            .or_insert_with(|| graph.node(&if negative { (id as i64).to_string() } else { id.to_string() }));
        *last = Some((id, node));
        node
    }
}

/// A hash of one integer by a multiplication whose halves are folded, seeded at random: std's own takes most of the time
/// that a table of 15 million edges takes.
#[derive(Clone)]
pub(super) struct Spread(u64);

impl Default for Spread {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Spread {
    type Hasher = SpreadHasher;

    fn build_hasher(&self) -> SpreadHasher {
        SpreadHasher(self.0)
    }
}

pub(super) struct SpreadHasher(u64);

impl Hasher for SpreadHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // 2⁶⁴ over the golden ratio
        let product = u128::from(number ^ self.0) * 0x9e37_79b9_7f4a_7c15_u128;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
