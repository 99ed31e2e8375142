//! Reading the table, a few rows at a time.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::collect::{Collector, Row};
use super::columns::{Column, Instead};
use super::{NEEDED, TEXTS};
use crate::activity::{Limits, Worm, check_step};
use crate::{ConnectomeError, Place};

/// Rows decoded at once: each has four lists of thousands of numbers.
const BATCH: usize = 64;

choice! {
    /// Who says where in the canonical index a neuron stands.
    #[derive(Default)]
    pub enum Slots as "choice of slots" {
        /// The file; a labelled neuron in another's place is an error.
        #[default]
        File = "file",
        /// The neurons' names; the unlabelled ones go to the free places in order. For files of another index.
        Names = "names",
    }
}

/// What is read, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// Only worms of these data sets; all, if `None`.
    pub sources: Option<Vec<String>>,
    /// The time step in seconds; taken from the stamps, if `None`.
    pub step: Option<f64>,
    /// Traces that are worse than this, as recorded (or homogenised, where the file has no recorded ones), are left out.
    pub limits: Option<Limits>,
    /// Who says where neurons stand.
    pub slots: Slots,
}

/// The worms of a table, in the order in which they first appear. Memory: the worms, and 64 rows.
///
/// # Errors
/// [`ConnectomeError`] naming file, column and row: a file that cannot be read, a column that is missing or holds
/// something else, a place outside the 300 or taken twice, lists of different lengths, stamps that are not evenly spaced.
pub fn read(file: &Path, options: &ReadOptions) -> Result<Vec<Worm>, ConnectomeError> {
    if let Some(step) = options.step {
        check_step(step)?;
    }
    let opened = File::open(file).map_err(|source| ConnectomeError::Io { file: file.to_owned(), source })?;
    let size = opened.metadata().map_or(u64::MAX, |metadata| metadata.len());
    let place = Place::file(file);
    let reader = decode(&place, || SerializedFileReader::new(opened))?;
    let table = Table { place, size };
    let mut collector = Collector::new(&table.place, options);
    for group in 0..reader.num_row_groups() {
        let group = decode(&table.place, || reader.get_row_group(group))?;
        table.group(&*group, &mut collector)?;
    }
    collector.finish()
}

/// What a decoder gives. On some damaged pages decoders panic; that is an error like the others.
fn decode<T>(place: &Place, work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ConnectomeError> {
    let decoded = catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ParquetError::General("a page is damaged".to_owned())));
    decoded.map_err(|problem| ConnectomeError::Mismatch {
        place: place.clone(),
        problem: format!("the Parquet file cannot be read: {problem}"),
    })
}

struct Table {
    place: Place,
    /// The length of the file in bytes.
    size: u64,
}

/// The columns of a row group; those that need not be there may be missing.
struct Columns {
    needed: Vec<Column>,
    texts: Vec<Option<Column>>,
    original: Option<Column>,
    original_time: Option<Column>,
    frames: Option<Column>,
}

impl Table {
    fn group(
        &self,
        group: &dyn RowGroupReader,
        collector: &mut Collector<'_>,
    ) -> Result<(), ConnectomeError> {
        let mut columns = self.columns(group)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let rows = left.min(BATCH);
            for column in columns.all() {
                let there = decode(&self.place, || column.next(rows))?;
                if there != rows {
                    return Err(self.damaged(&format!("a column ends after {there} of {rows} rows")));
                }
            }
            for row in self.rows(&columns, rows, collector.next_row())? {
                collector.row(row)?;
            }
            left -= rows;
        }
        Ok(())
    }

    fn damaged(&self, problem: &str) -> ConnectomeError {
        let problem = format!("the Parquet file cannot be read: {problem}");
        ConnectomeError::Mismatch { place: self.place.clone(), problem }
    }

    fn columns(&self, group: &dyn RowGroupReader) -> Result<Columns, ConnectomeError> {
        let schema = group.metadata().schema_descr();
        let root = |at: usize| schema.column(at).path().parts().first().cloned().unwrap_or_default();
        let find = |name: &str| (0..schema.num_columns()).find(|&at| root(at) == name);
        let open = |at: usize| {
            let chunk = group.metadata().column(at);
            let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
            let end = u64::try_from(start)
                .ok()
                .zip(u64::try_from(chunk.compressed_size()).ok())
                .and_then(|(start, length)| start.checked_add(length));
            // the reader takes this for granted, and would ask for as much memory as a damaged file claims
            if end.is_none_or(|end| end > self.size) {
                return Err(self.damaged(&format!("column `{}` is not where the file says", root(at))));
            }
            let reader = decode(&self.place, || group.get_column_reader(at))?;
            Column::new(reader, &schema.column(at))
                .map_err(|found| self.holds(&root(at), found, "another type"))
        };
        let optional = |name: &str| find(name).map(open).transpose();
        let needed = |name: &&str| match find(name) {
            Some(at) => open(at),
            None => Err(ConnectomeError::MissingColumn {
                place: self.place.clone(),
                wanted: vec![(*name).to_owned()],
                found: (0..schema.num_columns()).map(root).collect(),
            }),
        };
        Ok(Columns {
            needed: NEEDED.iter().map(needed).collect::<Result<_, _>>()?,
            texts: TEXTS.iter().map(|name| optional(name)).collect::<Result<_, _>>()?,
            original: optional("original_calcium_data")?,
            original_time: optional("original_time_in_seconds")?,
            frames: optional("max_timesteps")?,
        })
    }

    fn holds(&self, column: &str, found: Instead, expected: &str) -> ConnectomeError {
        ConnectomeError::Mismatch {
            place: self.place.column(column),
            problem: format!("the column holds {found}; expected {expected}"),
        }
    }

    /// The decoded rows; the first of them is row `first` of the file.
    fn rows(&self, columns: &Columns, count: usize, first: usize) -> Result<Vec<Row>, ConnectomeError> {
        let [source, worm, neuron, slot, labelled, calcium, time] = columns.needed.as_slice() else {
            // invariant: `needed` is made from NEEDED, which has seven names
            unreachable!("seven columns")
        };
        let text = |column: &Column, name: &str| {
            column.texts().map_err(|found| self.holds(name, found, "a text a row"))
        };
        let list = |column: &Column, name: &str| {
            column.lists().map_err(|found| self.holds(name, found, "a list of numbers a row"))
        };
        let integer = |column: &Column, name: &str| {
            column.integers().map_err(|found| self.holds(name, found, "a whole number a row"))
        };
        let (mut source, mut worm, mut neuron) =
            (text(source, NEEDED[0])?, text(worm, NEEDED[1])?, text(neuron, NEEDED[2])?);
        let slot = integer(slot, NEEDED[3])?;
        let labelled =
            labelled.truths().map_err(|found| self.holds(NEEDED[4], found, "true or false a row"))?;
        let (mut calcium, mut time) = (list(calcium, NEEDED[5])?, list(time, NEEDED[6])?);
        let mut texts = Vec::with_capacity(TEXTS.len());
        for (column, name) in columns.texts.iter().zip(TEXTS) {
            texts.push(column.as_ref().map(|column| text(column, name)).transpose()?);
        }
        let optional = |column: &Option<Column>, name: &str| {
            column.as_ref().map(|column| list(column, name)).transpose()
        };
        let mut original = optional(&columns.original, "original_calcium_data")?;
        let mut original_time = optional(&columns.original_time, "original_time_in_seconds")?;
        let frames = columns.frames.as_ref().map(|column| integer(column, "max_timesteps")).transpose()?;
        let mut rows = Vec::with_capacity(count);
        for at in 0..count {
            let place = self.place.row(first + at);
            let blank = |column: &str, expected: &str| ConnectomeError::Blank {
                place: place.column(column),
                expected: expected.to_owned(),
            };
            let taken = |values: &mut Option<Vec<Vec<f64>>>| {
                values.as_mut().map_or_else(Vec::new, |values| std::mem::take(&mut values[at]))
            };
            rows.push(Row {
                source: source[at].take().ok_or_else(|| blank(NEEDED[0], "the name of a data set"))?,
                worm: worm[at].take().ok_or_else(|| blank(NEEDED[1], "the name of a worm"))?,
                neuron: neuron[at].take().ok_or_else(|| blank(NEEDED[2], "the name of a neuron"))?,
                slot: slot[at].ok_or_else(|| blank(NEEDED[3], "a place from 0 to 299"))?,
                labelled: labelled[at].ok_or_else(|| blank(NEEDED[4], "true or false"))?,
                calcium: std::mem::take(&mut calcium[at]),
                time: std::mem::take(&mut time[at]),
                texts: texts
                    .iter_mut()
                    .map(|column| column.as_mut().and_then(|column| column[at].take()).unwrap_or_default())
                    .collect(),
                original: taken(&mut original),
                original_time: taken(&mut original_time),
                frames: frames.as_ref().and_then(|frames| frames[at]),
                place,
            });
        }
        Ok(rows)
    }
}

impl Columns {
    fn all(&mut self) -> impl Iterator<Item = &mut Column> {
        let lists = [&mut self.original, &mut self.original_time, &mut self.frames];
        self.needed.iter_mut().chain(self.texts.iter_mut().flatten()).chain(lists.into_iter().flatten())
    }
}
