//! Writing the table, a row group for each worm.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use fascicle_graph::format::write_whole;
use half::f16;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::activity::{Trace, Worm};
use crate::{ConnectomeError, Place};

choice! {
    /// How many bits a number of the lists has.
    #[derive(Default)]
    pub enum Precision as "precision" {
        /// 16, as in the published files: about three digits, at most 65,504, stamps that repeat.
        Half = "half",
        /// 32: seven digits.
        Single = "single",
        /// 64: every number as it is.
        #[default]
        Double = "double",
    }
}

impl Precision {
    fn column(self) -> &'static str {
        match self {
            Self::Half => "FIXED_LEN_BYTE_ARRAY (2) element (FLOAT16)",
            Self::Single => "FLOAT element",
            Self::Double => "DOUBLE element",
        }
    }

    fn greatest(self) -> f64 {
        match self {
            Self::Half => f16::MAX.to_f64(),
            Self::Single => f64::from(f32::MAX),
            Self::Double => f64::MAX,
        }
    }
}

/// Why a table could not be written: so that `?` serves every cause.
enum Failed {
    Io(std::io::Error),
    Parquet(ParquetError),
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ParquetError> for Failed {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

/// Writes worms as one table: Zstandard, whole or not at all. [`read`](super::read) gives the same worms back, but for what a
/// lesser precision rounds, and without what was left out of them.
///
/// # Errors
/// [`ConnectomeError::Recording`] for a worm whose lengths or places do not fit together, [`ConnectomeError::BadValue`] for a
/// number beyond the precision's greatest, [`ConnectomeError::Write`] where the file cannot be written.
pub fn write(file: &Path, worms: &[Worm], precision: Precision) -> Result<(), ConnectomeError> {
    for worm in worms {
        worm.check()?;
        fits(file, worm, precision)?;
    }
    let written = write_whole(file, |out| -> Result<(), Failed> {
        let schema = Arc::new(parse_message_type(&schema(precision))?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::None)
            .build();
        let mut table = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
        for worm in worms.iter().filter(|worm| !worm.traces.is_empty()) {
            let mut group = table.next_row_group()?;
            rows(&mut group, worm, precision)?;
            group.close()?;
        }
        table.close()?;
        Ok(())
    });
    written.map_err(|error| ConnectomeError::Write {
        file: file.to_owned(),
        source: match error {
            Failed::Io(error) => error,
            Failed::Parquet(error) => std::io::Error::other(error),
        },
    })
}

fn schema(precision: Precision) -> String {
    let text = |name: &str| format!("REQUIRED BYTE_ARRAY {name} (STRING);");
    let list = |name: &str| {
        let element = precision.column();
        format!("REQUIRED group {name} (LIST) {{ REPEATED group list {{ REQUIRED {element}; }} }}")
    };
    let columns = [
        text("source_dataset"),
        text("raw_data_file"),
        text("worm"),
        text("neuron"),
        "REQUIRED INT32 slot;".to_owned(),
        "REQUIRED BOOLEAN is_labeled_neuron;".to_owned(),
        text("smooth_method"),
        text("interpolate_method"),
        text("normalization_method"),
        list("original_calcium_data"),
        list("calcium_data"),
        list("original_time_in_seconds"),
        list("time_in_seconds"),
        "REQUIRED INT32 original_max_timesteps;".to_owned(),
        "REQUIRED INT32 max_timesteps;".to_owned(),
    ];
    format!("message recordings {{ {} }}", columns.concat())
}

/// Refuses numbers that would become infinite.
fn fits(file: &Path, worm: &Worm, precision: Precision) -> Result<(), ConnectomeError> {
    let last = worm.time().last().unwrap_or(0.0);
    let beyond = |number: &f64| number.is_finite() && number.abs() > precision.greatest();
    let numbers = |trace: &Trace| trace.original.iter().chain(&trace.calcium).copied().find(beyond);
    let time = worm.original_time.iter().copied().chain([last]).find(beyond);
    let Some(number) = time.or_else(|| worm.traces.iter().find_map(numbers)) else { return Ok(()) };
    Err(ConnectomeError::BadValue {
        place: Place::file(file),
        value: number.to_string(),
        expected: format!("at most {} in {precision} precision (worm `{}`)", precision.greatest(), worm.worm),
    })
}

/// The rows of a worm, column by column.
fn rows<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    worm: &Worm,
    precision: Precision,
) -> Result<(), ParquetError> {
    let count = worm.traces.len();
    let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    let same = |text: &str| vec![bytes(text); count];
    let whole =
        |number: usize| i32::try_from(number).map_err(|_| ParquetError::General(format!("{number} frames")));
    let time: Vec<f64> = worm.time().collect();
    column::<ByteArrayType, _>(group, &same(&worm.source_dataset), None)?;
    column::<ByteArrayType, _>(group, &same(&worm.raw_data_file), None)?;
    column::<ByteArrayType, _>(group, &same(&worm.worm), None)?;
    let names: Vec<ByteArray> = worm.traces.iter().map(|trace| bytes(&trace.neuron)).collect();
    column::<ByteArrayType, _>(group, &names, None)?;
    let slots: Vec<i32> = worm.traces.iter().map(|trace| whole(trace.slot)).collect::<Result<_, _>>()?;
    column::<Int32Type, _>(group, &slots, None)?;
    let labelled: Vec<bool> = worm.traces.iter().map(|trace| trace.labelled).collect();
    column::<BoolType, _>(group, &labelled, None)?;
    for method in [&worm.smooth_method, &worm.interpolate_method, &worm.normalization_method] {
        column::<ByteArrayType, _>(group, &same(method), None)?;
    }
    lists(group, precision, worm.traces.iter().map(|trace| trace.original.as_slice()))?;
    lists(group, precision, worm.traces.iter().map(|trace| trace.calcium.as_slice()))?;
    lists(group, precision, std::iter::repeat_n(worm.original_time.as_slice(), count))?;
    lists(group, precision, std::iter::repeat_n(time.as_slice(), count))?;
    column::<Int32Type, _>(group, &vec![whole(worm.original_time.len())?; count], None)?;
    column::<Int32Type, _>(group, &vec![whole(worm.frames)?; count], None)
}

/// The next column, a list a row.
fn lists<'a, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    precision: Precision,
    rows: impl Iterator<Item = &'a [f64]>,
) -> Result<(), ParquetError> {
    let (mut definitions, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        definitions.resize(definitions.len() + row.len().max(1), i16::from(!row.is_empty()));
        repetitions.push(0);
        repetitions.resize(definitions.len(), 1);
        values.extend_from_slice(row);
    }
    let levels = Some((definitions.as_slice(), repetitions.as_slice()));
    match precision {
        Precision::Half => {
            let half = |&value: &f64| -> FixedLenByteArray {
                ByteArray::from(f16::from_f64(value).to_le_bytes().to_vec()).into()
            };
            column::<FixedLenByteArrayType, _>(group, &values.iter().map(half).collect::<Vec<_>>(), levels)
        }
        Precision::Single => {
            let single = |&value: &f64| value as f32;
            column::<FloatType, _>(group, &values.iter().map(single).collect::<Vec<_>>(), levels)
        }
        Precision::Double => column::<DoubleType, _>(group, &values, levels),
    }
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<(&[i16], &[i16])>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has fewer columns than the table".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels.map(|levels| levels.0), levels.map(|levels| levels.1))?;
    column.close()
}
