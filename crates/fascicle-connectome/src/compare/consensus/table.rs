//! The consensus as CSV, with the columns of the published one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use fascicle_graph::format::write_whole;

use super::{Consensus, ConsensusCell, ConsensusPair};
use crate::report::Report;
use crate::source::table::{Table, Value, column};
use crate::source::text;
use crate::{ConnectomeError, Place};

const COLUMNS: [&str; 11] = [
    "from_neuron",
    "to_neuron",
    "from_pos",
    "to_pos",
    "from_type",
    "to_type",
    "mean_gap_weight",
    "mean_chem_weight",
    "uncertainty",
    "functional_weight",
    "data_sources",
];

/// What the published table calls interneurons.
const INTER: (&str, &str) = ("inter", "interneuron");

choice! {
    /// Which pairs of cells get a row.
    #[derive(Default)]
    pub enum Pairs as "choice of pairs" {
        /// Those that some annotation connects.
        #[default]
        Connected = "connected",
        /// All ordered pairs, a cell with itself too.
        All = "all",
    }
}

impl Consensus {
    /// Writes the table, whole or not at all: from_neuron, to_neuron, from_pos, to_pos, from_type, to_type, mean_gap_weight,
    /// mean_chem_weight, uncertainty, functional_weight, data_sources; blank is none.
    ///
    /// # Errors
    /// [`ConnectomeError::Write`].
    pub fn write_csv(&self, file: &Path, pairs: Pairs) -> Result<(), ConnectomeError> {
        let failed = |source| ConnectomeError::Write { file: file.to_owned(), source };
        write_whole(file, |out| {
            let mut table = csv::Writer::from_writer(out);
            table.write_record(COLUMNS)?;
            match pairs {
                Pairs::Connected => {
                    for pair in &self.pairs {
                        table.write_record(self.row(pair))?;
                    }
                }
                Pairs::All => {
                    let known: HashMap<(usize, usize), &ConsensusPair> =
                        self.pairs.iter().map(|pair| ((pair.from, pair.to), pair)).collect();
                    for from in 0..self.cells.len() {
                        for to in 0..self.cells.len() {
                            let none = ConsensusPair { from, to, ..ConsensusPair::default() };
                            table.write_record(self.row(known.get(&(from, to)).copied().unwrap_or(&none)))?;
                        }
                    }
                }
            }
            table.flush()
        })
        .map_err(failed)
    }

    fn row(&self, pair: &ConsensusPair) -> [String; 11] {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let position = |cell: &ConsensusCell| {
            cell.position.map_or_else(String::new, |[x, y, z]| format!("({x}, {y}, {z})"))
        };
        let kind =
            |cell: &ConsensusCell| if cell.kind == INTER.1 { INTER.0.to_owned() } else { cell.kind.clone() };
        let (from, to) = (&self.cells[pair.from], &self.cells[pair.to]);
        let structural = pair.gap.or(pair.chemical).map(|_| pair.uncertainty);
        [
            from.name.clone(),
            to.name.clone(),
            position(from),
            position(to),
            kind(from),
            kind(to),
            number(pair.gap),
            number(pair.chemical),
            number(structural),
            number(pair.functional),
            pair.sources.join(", "),
        ]
    }

    /// Reads such a table; a pair without weights gives its cells alone. Positions, types, uncertainty, functional weights and
    /// sources may be missing; lists of sources may be in brackets and quotes, as Python writes them.
    ///
    /// # Errors
    /// Any [`ConnectomeError`] about the file, with row and column; a pair that appears twice is one.
    pub fn read_csv(file: &Path) -> Result<Self, ConnectomeError> {
        let table =
            text::read(file, "a table of from_neuron, to_neuron and weights", &mut Report::default())?;
        let (header, rows) = table.with_header()?;
        let find = |name: &str| column(&header, &[name], &table.place);
        let needed = [find(COLUMNS[0])?, find(COLUMNS[1])?, find(COLUMNS[6])?, find(COLUMNS[7])?];
        let places: [Option<usize>; 11] = COLUMNS.map(|name| find(name).ok());
        let reading = Reading { table: &table, places };
        let mut cells: BTreeMap<String, ConsensusCell> = BTreeMap::new();
        let mut pairs: BTreeMap<(String, String), (ConsensusPair, usize)> = BTreeMap::new();
        for (row, values) in rows.filter(|(_, values)| values.iter().any(|value| !value.is_blank())) {
            if values.len() <= needed.into_iter().max().unwrap_or(0) {
                let (place, found, expected) = (table.place.row(row), values.len(), header.len());
                return Err(ConnectomeError::Ragged { place, found, expected });
            }
            let reading = Row { reading: &reading, row, values };
            let [from, to] = [reading.cell(0)?, reading.cell(1)?];
            let pair = reading.pair()?;
            let ends = (from.name.clone(), to.name.clone());
            for cell in [from, to] {
                cells.entry(cell.name.clone()).or_insert(cell);
            }
            let Some(pair) = pair else { continue };
            if let Some((_, first)) = pairs.get(&ends) {
                let (from, to) = ends;
                return Err(ConnectomeError::Mismatch {
                    place: table.place.row(row),
                    problem: format!("the pair {from}, {to} is there already (row {})", first + 1),
                });
            }
            pairs.insert(ends, (pair, row));
        }
        let at: HashMap<&str, usize> =
            cells.keys().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let pairs = pairs
            .iter()
            .map(|((from, to), (pair, _))| ConsensusPair {
                from: at[from.as_str()],
                to: at[to.as_str()],
                ..pair.clone()
            })
            .collect();
        Ok(Self { pairs, cells: cells.into_values().collect() })
    }
}

/// The table and where each of [`COLUMNS`] is in it.
struct Reading<'a> {
    table: &'a Table,
    places: [Option<usize>; 11],
}

struct Row<'a> {
    reading: &'a Reading<'a>,
    row: usize,
    values: &'a [Value],
}

impl Row<'_> {
    fn place(&self, column: usize) -> Place {
        self.reading.table.place.row(self.row).column(COLUMNS[column])
    }

    fn text(&self, column: usize) -> String {
        let value = self.reading.places[column].and_then(|at| self.values.get(at));
        value.map_or_else(String::new, |value| value.shown().trim().to_owned())
    }

    /// A number; NaN is none.
    fn number(&self, column: usize) -> Result<Option<f64>, ConnectomeError> {
        let value = self.reading.places[column].and_then(|at| self.values.get(at)).unwrap_or(&Value::Blank);
        match value.any_number(|| self.place(column))? {
            Some(number) if number.is_infinite() => Err(ConnectomeError::BadValue {
                place: self.place(column),
                value: number.to_string(),
                expected: "a finite number".to_owned(),
            }),
            number => Ok(number.filter(|number| !number.is_nan())),
        }
    }

    /// The cell at one end: 0 for the source, 1 for the target.
    fn cell(&self, end: usize) -> Result<ConsensusCell, ConnectomeError> {
        let name = self.text(end);
        if name.is_empty() {
            let expected = "the name of a cell".to_owned();
            return Err(ConnectomeError::Blank { place: self.place(end), expected });
        }
        let kind = self.text(4 + end);
        let kind = if kind == INTER.0 { INTER.1.to_owned() } else { kind };
        let position = self.text(2 + end);
        let position = match position.as_str() {
            "" => None,
            text => Some(three(text).ok_or_else(|| ConnectomeError::BadValue {
                place: self.place(2 + end),
                value: text.to_owned(),
                expected: "three numbers, as in (1.5, 0, -2)".to_owned(),
            })?),
        };
        Ok(ConsensusCell { name, kind, position })
    }

    /// The weights; `None` where there are none.
    fn pair(&self) -> Result<Option<ConsensusPair>, ConnectomeError> {
        let (gap, chemical, functional) = (self.number(6)?, self.number(7)?, self.number(9)?);
        let uncertainty = self.number(8)?.unwrap_or(0.0);
        let mark = |c: char| "{}[]()'\" ".contains(c);
        let sources = self.text(10);
        let sources = sources.split([',', ';']).map(|source| source.trim_matches(mark));
        let sources: Vec<String> = sources.filter(|source| !source.is_empty()).map(str::to_owned).collect();
        let any = gap.or(chemical).or(functional).is_some();
        Ok(any.then_some(ConsensusPair { from: 0, to: 0, gap, chemical, uncertainty, functional, sources }))
    }
}

fn three(text: &str) -> Option<[f64; 3]> {
    let inner = text.trim_matches(|c: char| "()[] ".contains(c));
    let numbers: Result<Vec<f64>, _> = inner.split(',').map(|number| number.trim().parse::<f64>()).collect();
    numbers.ok().and_then(|numbers| numbers.try_into().ok())
}
