//! Randi, Sharma, Dvali & Leifer 2023, *Neural signal propagation atlas of Caenorhabditis elegans*.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value as Json;

use super::Reading;
use crate::assemble::{Assembly, Organism};
use crate::source::bytes::load_text;
use crate::source::matrix::{Gaps, Label, Matrix, PLAIN};
use crate::source::workbook::Workbook;
use crate::{ConnectomeError, ConnectomeFormat, Place, Policies, Relation};

choice! {
    /// Who stands in the rows of a workbook's matrices.
    #[derive(Default)]
    pub enum Axis as "axis" {
        /// The responding neurons, as in the atlas and its supplementary table.
        #[default]
        Post = "post",
        /// The stimulated neurons.
        Pre = "pre",
    }
}

/// What counts as a functional connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandiOptions {
    /// False discovery rate below which a response is significant, where the file has q-values.
    pub q_below: f64,
    /// Who stands in the rows, in workbooks.
    pub rows: Axis,
}

impl Default for RandiOptions {
    fn default() -> Self {
        Self { q_below: 0.05, rows: Axis::Post }
    }
}

/// The functional connectome: mean responses ΔF/F of one neuron to the stimulation of another, negative where activity fell.
///
/// - A JSON file with `nodes` and `connections.Functional`, a matrix `[pre][post]` in which what is not significant is 0
///   already (unless `connections.q` holds q-values).
/// - The supplementary workbook: responses on the first sheet, q-values on the second, what was not measured blank. Its
///   rows are the responding neurons; some readers took them for the stimulated ones.
///
/// # Errors
/// Any [`ConnectomeError`] about the file.
pub fn randi2023(file: &Path, options: &RandiOptions, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let (responses, q) = if is_json {
        from_json(file, &mut assembly)?
    } else {
        let (responses, q) = from_workbook(file, &mut assembly)?;
        match options.rows {
            Axis::Post => (turned(responses), Some(turned(q))),
            Axis::Pre => (responses, Some(q)),
        }
    };
    let mut significant = match q {
        Some(q) => significant(responses, &q, options.q_below)?,
        None => responses,
    };
    significant.values.retain(|(_, _, response)| *response != 0.0);
    assembly.matrix(&significant, Relation::Functional)?;
    assembly.finish(ConnectomeFormat::Randi2023, &significant.place)
}

fn from_workbook(file: &Path, assembly: &mut Assembly<'_>) -> Result<(Matrix, Matrix), ConnectomeError> {
    let mut workbook = Workbook::open(file, assembly.report())?;
    let names = workbook.names();
    let [responses, q, ..] = names.as_slice() else {
        return Err(ConnectomeError::NoSheet {
            file: file.to_owned(),
            wanted: "q-values (second sheet)".to_owned(),
            found: names,
        });
    };
    let mut matrix = |sheet: &str| {
        let table = workbook.sheet(sheet, assembly.report())?;
        Matrix::read(&table, PLAIN, Gaps::Unmeasured, assembly.policies(), assembly.report())
    };
    Ok((matrix(responses)?, matrix(q)?))
}

/// Rows for columns.
fn turned(matrix: Matrix) -> Matrix {
    let Matrix { place, rows, columns, values } = matrix;
    let values = values.into_iter().map(|(i, j, value)| (j, i, value)).collect();
    Matrix { place, rows: columns, columns: rows, values }
}

/// The responses whose q-value is measured and small enough.
fn significant(responses: Matrix, q: &Matrix, below: f64) -> Result<Matrix, ConnectomeError> {
    let same = |a: &[Label], b: &[Label]| a.iter().map(|l| l.name.trim()).eq(b.iter().map(|l| l.name.trim()));
    if !same(&responses.rows, &q.rows) || !same(&responses.columns, &q.columns) {
        return Err(ConnectomeError::Mismatch {
            place: q.place.clone(),
            problem: "the q-values have other labels than the responses".to_owned(),
        });
    }
    let small: HashSet<(usize, usize)> =
        q.values.iter().filter(|(_, _, q)| *q < below).map(|&(i, j, _)| (i, j)).collect();
    let values = responses.values.into_iter().filter(|&(i, j, _)| small.contains(&(i, j))).collect();
    Ok(Matrix { values, ..responses })
}

fn from_json(file: &Path, assembly: &mut Assembly<'_>) -> Result<(Matrix, Option<Matrix>), ConnectomeError> {
    let text = load_text(file, "a JSON object", assembly.report())?;
    let place = Place::file(file);
    let wrong = |problem: String| ConnectomeError::Mismatch { place: place.clone(), problem };
    let json: Json = serde_json::from_str(&text).map_err(|error| wrong(format!("not JSON: {error}")))?;
    let labels: Vec<Label> = json
        .get("nodes")
        .and_then(Json::as_array)
        .ok_or_else(|| wrong("there is no list `nodes`".to_owned()))?
        .iter()
        .enumerate()
        .map(|(at, node)| match node.as_str() {
            Some(name) => Ok(Label { name: name.to_owned(), at }),
            None => Err(wrong(format!("node {} is {node}; expected a name", at + 1))),
        })
        .collect::<Result<_, _>>()?;
    let matrix = |key: &str| -> Result<Option<Matrix>, ConnectomeError> {
        let Some(rows) = json.get("connections").and_then(|all| all.get(key)) else { return Ok(None) };
        let rows = rows
            .as_array()
            .filter(|rows| rows.len() == labels.len())
            .ok_or_else(|| wrong(format!("`connections.{key}` is no list of {} rows", labels.len())))?;
        let mut values = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let row = row.as_array().filter(|row| row.len() == labels.len()).ok_or_else(|| {
                wrong(format!("row {} of `connections.{key}` is no list of {} numbers", i + 1, labels.len()))
            })?;
            for (j, value) in row.iter().enumerate() {
                match value.as_f64() {
                    Some(number) => values.push((i, j, number)),
                    None if value.is_null() => {}
                    None => {
                        return Err(ConnectomeError::BadValue {
                            place: place.row(i).column(labels[j].name.as_str()),
                            value: value.to_string(),
                            expected: "a number, or null where nothing was measured".to_owned(),
                        });
                    }
                }
            }
        }
        Ok(Some(Matrix { place: place.clone(), rows: labels.clone(), columns: labels.clone(), values }))
    };
    let responses =
        matrix("Functional")?.ok_or_else(|| wrong("there is no `connections.Functional`".to_owned()))?;
    // one list names the rows and the columns
    responses.check_axis(true, assembly.policies(), assembly.report())?;
    Ok((responses, matrix("q")?))
}
