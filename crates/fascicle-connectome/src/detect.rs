//! Which format a file has, from its sheets, its header and its first rows.

use std::path::Path;

use crate::readers::is_of_muscles;
use crate::report::Report;
use crate::source::bytes::load_text;
use crate::source::table::{Table, Value, is_blank};
use crate::source::text;
use crate::source::workbook::Workbook;
use crate::{ConnectomeError, ConnectomeFormat, cells};

/// How many rows of a list are looked at to tell whose cells they name.
const LOOKED_AT: usize = 200;

/// The format of a file (or, for Cook 2019, a folder).
///
/// # Errors
/// [`ConnectomeError::UnknownFormat`] says what was seen; otherwise any error about reading the file.
pub fn detect(file: &Path) -> Result<ConnectomeFormat, ConnectomeError> {
    let unknown = |found: String| ConnectomeError::UnknownFormat { file: file.to_owned(), found };
    if file.is_dir() {
        return if file.join("herm_chem_adj.csv").is_file() || file.join("herm_elec_adj.csv").is_file() {
            Ok(ConnectomeFormat::Cook2019)
        } else {
            Err(unknown("a folder without herm_chem_adj.csv".to_owned()))
        };
    }
    let extension = file.extension().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let mut report = Report::default();
    match extension.as_str() {
        "xlsx" | "xls" | "xlsm" | "ods" => of_workbook(file, &mut report)?.map_err(unknown),
        "json" => {
            let text = load_text(file, "a JSON object", &mut report)?;
            let functional = text.contains("\"nodes\"") && text.contains("\"Functional\"");
            if functional {
                Ok(ConnectomeFormat::Randi2023)
            } else {
                Err(unknown("JSON without `nodes` and `Functional`".to_owned()))
            }
        }
        _ => {
            let table = text::read(file, "a table", &mut report)?;
            of_table(file, &table).map_err(unknown)
        }
    }
}

/// The format, or what was found instead.
type Found = Result<ConnectomeFormat, String>;

fn of_workbook(file: &Path, report: &mut Report) -> Result<Found, ConnectomeError> {
    let mut workbook = Workbook::open(file, report)?;
    let names = workbook.names();
    let has = |name: &str| names.iter().any(|have| have == name);
    if has("hermaphrodite chemical") || has("male chemical") {
        return Ok(Ok(ConnectomeFormat::Cook2019Si5));
    }
    if has("M") && has("C") && has("G") {
        return Ok(Ok(ConnectomeFormat::Brittin2021));
    }
    let table = workbook.first(report)?;
    let header = header(&table);
    let of_header = of_header(&header);
    Ok(match of_header {
        Some(ConnectomeFormat::White1986) => Ok(ConnectomeFormat::Witvliet2021),
        Some(format) => Ok(format),
        None if names.len() > 1 && is_matrix(&table) => Ok(ConnectomeFormat::Randi2023),
        None => Err(format!("the sheets are {}", names.join(", "))),
    })
}

fn of_table(file: &Path, table: &Table) -> Found {
    let header = header(table);
    if let Some(format) = of_header(&header) {
        return Ok(match format {
            ConnectomeFormat::Cook2019Edges if is_pharynx(table) => ConnectomeFormat::Cook2020Pharynx,
            format => format,
        });
    }
    if ["node_id", "hemisphere"].iter().all(|name| header.iter().any(|have| have == name)) {
        return Err("a table of cells, which is read with the list of edges beside it".to_owned());
    }
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if is_matrix(table) {
        return Ok(match () {
            () if name.contains("monoamine") => ConnectomeFormat::Monoamine,
            () if name.contains("peptide") => ConnectomeFormat::Peptide,
            () => ConnectomeFormat::Cook2019,
        });
    }
    if is_of_muscles(table) {
        return Ok(ConnectomeFormat::Cook2020Pharynx);
    }
    let is_edge = |row: &[Value]| row.len() == 3 && row[2].shown().trim().parse::<f64>().is_ok();
    let mut looked_at = written(table).take(LOOKED_AT).peekable();
    if let Some(first) = looked_at.peek().copied()
        && looked_at.all(is_edge)
    {
        let is_worm = first[..2].iter().all(|name| cells::find(name.shown().trim()).is_some());
        return Ok(if is_worm { ConnectomeFormat::PairedEdges } else { ConnectomeFormat::LarvaSubset });
    }
    Err(format!("the header is {}", header.iter().take(8).cloned().collect::<Vec<_>>().join(", ")))
}

/// The rows that have anything in them.
fn written(table: &Table) -> impl Iterator<Item = &[Value]> {
    table.rows.iter().map(Vec::as_slice).filter(|row| !is_blank(row))
}

fn header(table: &Table) -> Vec<String> {
    let first = written(table).next().unwrap_or_default();
    first.iter().map(|value| value.shown().trim().to_lowercase()).collect()
}

fn of_header(header: &[String]) -> Option<ConnectomeFormat> {
    let has = |names: &[&str]| names.iter().all(|name| header.iter().any(|have| have == name));
    [
        (&["pre", "post", "type", "synapses"][..], ConnectomeFormat::White1986),
        (&["neuron 1", "neuron 2", "type", "nbr"], ConnectomeFormat::Varshney2011),
        (&["pre_root_id", "post_root_id", "syn_count"], ConnectomeFormat::FlyWire),
        (&["pre_pt_root_id", "post_pt_root_id"], ConnectomeFormat::FlyWire),
        (&["source", "target", "weight", "type"], ConnectomeFormat::Cook2019Edges),
    ]
    .into_iter()
    .find(|(names, _)| has(names))
    .map(|(_, format)| format)
}

/// Labels along both edges, most of which are names of known cells; columns may be without a name.
fn is_matrix(table: &Table) -> bool {
    let across = written(table).next().unwrap_or_default().iter().skip(1);
    let down = written(table).skip(1).filter_map(<[Value]>::first);
    mostly_known(across) && mostly_known(down)
}

fn mostly_known<'a>(labels: impl Iterator<Item = &'a Value>) -> bool {
    let (mut all, mut known) = (0, 0);
    for label in labels.filter(|label| !label.is_blank()).take(LOOKED_AT) {
        all += 1;
        known += usize::from(cells::find(label.shown().trim()).is_some());
    }
    2 * known > all
}

/// Whether only the pharynx and RIP, which joins it to the rest, are named. All rows are looked at: the list of the whole worm
/// begins with the pharynx.
fn is_pharynx(table: &Table) -> bool {
    written(table).skip(1).flat_map(|row| row.iter().take(2)).all(|value| {
        cells::find(value.shown().trim()).is_some_and(|cell| cell.is_pharyngeal() || cell.class == "RIP")
    })
}
