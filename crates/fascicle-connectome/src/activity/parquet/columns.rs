//! Columns decoded a few rows at a time: texts, truth values, whole numbers, and lists of numbers in any precision.

use half::f16;
use parquet::basic::LogicalType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
    Int64Type,
};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

/// The next rows of a column: values without gaps, and the levels that tell where gaps and rows are.
struct Batch<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

impl<T: DataType> Batch<T> {
    fn new(reader: ColumnReaderImpl<T>) -> Self {
        Self { reader, values: Vec::new(), definitions: Vec::new(), repetitions: Vec::new() }
    }

    fn next(&mut self, rows: usize) -> Result<usize, ParquetError> {
        self.values.clear();
        self.definitions.clear();
        self.repetitions.clear();
        let levels = (Some(&mut self.definitions), Some(&mut self.repetitions));
        Ok(self.reader.read_records(rows, levels.0, levels.1, &mut self.values)?.0)
    }

    /// One value a row, `None` where there is none.
    fn scalars<U>(&self, shape: &Shape, value: impl Fn(&T::T) -> Option<U>) -> Vec<Option<U>> {
        if shape.definition == 0 {
            return self.values.iter().map(value).collect();
        }
        let mut values = self.values.iter();
        let there = self.definitions.iter().map(|&level| level == shape.definition);
        there.map(|there| if there { values.next().and_then(&value) } else { None }).collect()
    }

    /// A list a row; missing numbers are NaN, a missing list is empty.
    fn lists(&self, shape: &Shape, number: impl Fn(&T::T) -> f64) -> Vec<Vec<f64>> {
        let mut values = self.values.iter();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (&definition, &repetition) in self.definitions.iter().zip(&self.repetitions) {
            if repetition == 0 {
                rows.push(Vec::new());
            }
            let Some(row) = rows.last_mut() else { continue };
            if definition == shape.definition {
                row.push(values.next().map_or(f64::NAN, &number));
            } else if shape.optional && definition + 1 == shape.definition {
                row.push(f64::NAN);
            }
        }
        rows
    }
}

/// What the levels of a column mean.
struct Shape {
    /// The definition level of a value.
    definition: i16,
    /// Whether a row is a list.
    list: bool,
    /// Whether the innermost value may be missing.
    optional: bool,
}

enum Values {
    Text(Batch<ByteArrayType>),
    Bool(Batch<BoolType>),
    Int32(Batch<Int32Type>),
    Int64(Batch<Int64Type>),
    Half(Batch<FixedLenByteArrayType>),
    Single(Batch<FloatType>),
    Double(Batch<DoubleType>),
}

/// A column, and the rows of it that were decoded last.
pub(super) struct Column {
    values: Values,
    shape: Shape,
}

/// What a column holds instead of what is needed.
pub(super) type Instead = &'static str;

impl Column {
    pub(super) fn new(reader: ColumnReader, column: &ColumnDescriptor) -> Result<Self, Instead> {
        let shape = Shape {
            definition: column.max_def_level(),
            list: column.max_rep_level() == 1,
            optional: column.self_type().is_optional(),
        };
        if column.max_rep_level() > 1 {
            return Err("lists of lists");
        }
        let is_half = matches!(column.logical_type_ref(), Some(LogicalType::Float16));
        let values = match reader {
            ColumnReader::ByteArrayColumnReader(reader) => Values::Text(Batch::new(reader)),
            ColumnReader::BoolColumnReader(reader) => Values::Bool(Batch::new(reader)),
            ColumnReader::Int32ColumnReader(reader) => Values::Int32(Batch::new(reader)),
            ColumnReader::Int64ColumnReader(reader) => Values::Int64(Batch::new(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(reader) if is_half => {
                Values::Half(Batch::new(reader))
            }
            ColumnReader::FloatColumnReader(reader) => Values::Single(Batch::new(reader)),
            ColumnReader::DoubleColumnReader(reader) => Values::Double(Batch::new(reader)),
            _ => return Err("bytes of no type that is known here"),
        };
        Ok(Self { values, shape })
    }

    /// Decodes the next rows; how many there are.
    pub(super) fn next(&mut self, rows: usize) -> Result<usize, ParquetError> {
        match &mut self.values {
            Values::Text(batch) => batch.next(rows),
            Values::Bool(batch) => batch.next(rows),
            Values::Int32(batch) => batch.next(rows),
            Values::Int64(batch) => batch.next(rows),
            Values::Half(batch) => batch.next(rows),
            Values::Single(batch) => batch.next(rows),
            Values::Double(batch) => batch.next(rows),
        }
    }

    fn kind(&self) -> Instead {
        match &self.values {
            _ if self.shape.list => "lists",
            Values::Text(_) => "texts",
            Values::Bool(_) => "truth values",
            Values::Int32(_) | Values::Int64(_) => "whole numbers",
            Values::Half(_) | Values::Single(_) | Values::Double(_) => "numbers with a fraction",
        }
    }

    /// Texts; `None` also for what is not UTF-8.
    pub(super) fn texts(&self) -> Result<Vec<Option<String>>, Instead> {
        match &self.values {
            Values::Text(batch) if !self.shape.list => Ok(batch.scalars(&self.shape, text)),
            _ => Err(self.kind()),
        }
    }

    pub(super) fn truths(&self) -> Result<Vec<Option<bool>>, Instead> {
        match &self.values {
            Values::Bool(batch) if !self.shape.list => Ok(batch.scalars(&self.shape, |&truth| Some(truth))),
            _ => Err(self.kind()),
        }
    }

    pub(super) fn integers(&self) -> Result<Vec<Option<i64>>, Instead> {
        match &self.values {
            Values::Int32(batch) if !self.shape.list => {
                Ok(batch.scalars(&self.shape, |&n| Some(i64::from(n))))
            }
            Values::Int64(batch) if !self.shape.list => Ok(batch.scalars(&self.shape, |&n| Some(n))),
            _ => Err(self.kind()),
        }
    }

    pub(super) fn lists(&self) -> Result<Vec<Vec<f64>>, Instead> {
        if !self.shape.list {
            return Err(self.kind());
        }
        match &self.values {
            Values::Int32(batch) => Ok(batch.lists(&self.shape, |&n| f64::from(n))),
            Values::Int64(batch) => Ok(batch.lists(&self.shape, |&n| n as f64)),
            Values::Half(batch) => Ok(batch.lists(&self.shape, |bytes| half(bytes))),
            Values::Single(batch) => Ok(batch.lists(&self.shape, |&n| f64::from(n))),
            Values::Double(batch) => Ok(batch.lists(&self.shape, |&n| n)),
            Values::Text(_) => Err("lists of texts"),
            Values::Bool(_) => Err("lists of truth values"),
        }
    }
}

fn text(bytes: &ByteArray) -> Option<String> {
    // a value that was never set has no data, which `data` would panic on
    if bytes.is_empty() {
        Some(String::new())
    } else {
        std::str::from_utf8(bytes.data()).ok().map(str::to_owned)
    }
}

fn half(bytes: &ByteArray) -> f64 {
    match bytes.data() {
        &[low, high] => f16::from_le_bytes([low, high]).to_f64(),
        _ => f64::NAN,
    }
}
