//! A folder of files for one test: texts, and workbooks made of the five parts that a workbook needs.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use fascicle_connectome::{ConnectomeFormat, Policies, Report, read};
use fascicle_graph::PathwayGraph;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// What a test writes into one cell of a sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    Blank,
    Text(&'static str),
    Number(f64),
    /// A formula and the result that is stored with it.
    Formula(&'static str, Option<f64>),
}

pub(crate) use Cell::{Blank, Formula, Number, Text};

pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    pub(crate) fn workbook(&self, name: &str, sheets: &[(&str, &[&[Cell]])]) -> PathBuf {
        self.file(name, workbook(sheets))
    }

    /// A message without the name of the temporary folder.
    pub(crate) fn plain(&self, message: &impl ToString) -> String {
        message.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// The error that reading a file gives, and what is behind it.
    #[track_caller]
    pub(crate) fn error(&self, file: &Path, format: ConnectomeFormat, policies: &Policies) -> String {
        match read(file, format, policies) {
            Ok((graph, _)) => panic!("{} was read: {} edges", file.display(), graph.edge_count()),
            Err(error) => self.plain(&error),
        }
    }
}

/// Reads a file that can be read.
#[track_caller]
pub(crate) fn good(file: &Path, format: ConnectomeFormat, policies: &Policies) -> (PathwayGraph, Report) {
    match read(file, format, policies) {
        Ok(read) => read,
        Err(error) => panic!("{error}"),
    }
}

/// The edges as `layer source -> target weight`, in the order of the graph.
pub(crate) fn edges(graph: &PathwayGraph) -> Vec<String> {
    graph
        .edges()
        .map(|(from, to, edge)| {
            let layer = &graph.layers()[edge.layer.index()].name;
            format!("{layer} {} -> {} {}", graph.name(from), graph.name(to), edge.weight)
        })
        .collect()
}

fn workbook(sheets: &[(&str, &[&[Cell]])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("its text");
    };
    let declared: String = (1..=sheets.len())
        .map(|i| {
            format!(
                r#"<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
            )
        })
        .collect();
    part(
        "[Content_Types].xml",
        &format!(
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{declared}</Types>"#
        ),
    );
    let relation = |id: usize, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let relations = |inner: &str| {
        format!(
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
        )
    };
    part("_rels/.rels", &relations(&relation(1, "officeDocument", "xl/workbook.xml")));
    let (mut names, mut targets) = (String::new(), String::new());
    for (i, (name, _)) in sheets.iter().enumerate() {
        let id = i + 1;
        let _ = write!(names, r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#);
        targets += &relation(id, "worksheet", &format!("worksheets/sheet{id}.xml"));
    }
    part("xl/_rels/workbook.xml.rels", &relations(&targets));
    part(
        "xl/workbook.xml",
        &format!(
            r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#
        ),
    );
    for (i, (_, rows)) in sheets.iter().enumerate() {
        part(&format!("xl/worksheets/sheet{}.xml", i + 1), &sheet(rows));
    }
    zip.finish().expect("a workbook").into_inner()
}

fn sheet(rows: &[&[Cell]]) -> String {
    let mut data = String::new();
    for (i, row) in rows.iter().enumerate() {
        let _ = write!(data, r#"<row r="{}">"#, i + 1);
        for (j, cell) in row.iter().enumerate() {
            // Tests stay within A to Z.
            let place = format!("{}{}", char::from(b'A' + j as u8), i + 1);
            let _ = match cell {
                Blank => Ok(()),
                Text(text) => {
                    write!(
                        data,
                        r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
                    )
                }
                Number(number) => write!(data, r#"<c r="{place}"><v>{number}</v></c>"#),
                Formula(formula, None) => write!(data, r#"<c r="{place}"><f>{formula}</f></c>"#),
                Formula(formula, Some(result)) => {
                    write!(data, r#"<c r="{place}"><f>{formula}</f><v>{result}</v></c>"#)
                }
            };
        }
        data += "</row>";
    }
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#
    )
}
