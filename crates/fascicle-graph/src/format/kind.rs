//! The formats by name and by extension.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use super::error::{WriteError, malformed};
use super::{
    ReadOptions, dot, edge_list, gexf, gml, graphml, json, matrix, matrix_market, node_link, parquet,
};
use crate::{GraphError, PathwayGraph};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The project's own JSON, or NetworkX's when read.
    Json,
    /// NetworkX's node-link JSON.
    NodeLink,
    /// GraphML.
    GraphMl,
    /// GEXF 1.2 and 1.3 of Gephi.
    Gexf,
    /// GML.
    Gml,
    /// DOT of Graphviz.
    Dot,
    /// Source, target, weight; one edge a line.
    EdgeList,
    /// An adjacency matrix or an edge table, as its shape tells; a matrix when written.
    Csv,
    /// An adjacency matrix with names in the first row and column.
    MatrixCsv,
    /// A table with a row an edge and the columns' names in the first row.
    EdgeCsv,
    /// Matrix Market.
    MatrixMarket,
    /// A Parquet table with a row an edge.
    Parquet,
}

/// Every format, its name, its extensions.
const FORMATS: [(Format, &str, &[&str]); 12] = [
    (Format::Json, "json", &["json"]),
    (Format::NodeLink, "node-link", &[]),
    (Format::GraphMl, "graphml", &["graphml"]),
    (Format::Gexf, "gexf", &["gexf"]),
    (Format::Gml, "gml", &["gml"]),
    (Format::Dot, "dot", &["dot", "gv"]),
    (Format::EdgeList, "edge-list", &["txt", "edgelist", "tsv", "edges"]),
    (Format::Csv, "csv", &["csv"]),
    (Format::MatrixCsv, "matrix-csv", &[]),
    (Format::EdgeCsv, "edge-csv", &[]),
    (Format::MatrixMarket, "matrix-market", &["mtx"]),
    (Format::Parquet, "parquet", &["parquet"]),
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.into_iter().map(|(format, ..)| format)
    }

    /// The format by the file's extension, in any case.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] with the extensions there are.
    pub fn from_path(path: &Path) -> Result<Self, GraphError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        FORMATS
            .iter()
            .find(|(_, _, extensions)| extensions.contains(&extension.as_str()))
            .map(|&(format, ..)| format)
            .ok_or_else(|| {
                let known: Vec<String> =
                    FORMATS.iter().flat_map(|(_, _, all)| *all).map(|one| format!(".{one}")).collect();
                GraphError::argument(
                    "the graph file",
                    path.display(),
                    format!("an extension among {}, or a format that is named", known.join(" ")),
                )
            })
    }

    /// A graph from a file's bytes.
    ///
    /// # Errors
    /// [`GraphError::Format`] with the line, where there is one.
    pub fn parse(self, bytes: &[u8], options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
        let text = || text(bytes);
        match self {
            Self::Json => json::parse(text()?),
            Self::NodeLink => node_link::parse(text()?),
            Self::GraphMl => graphml::parse(text()?),
            Self::Gexf => gexf::parse(text()?),
            Self::Gml => gml::parse(text()?),
            Self::Dot => dot::parse(text()?),
            Self::EdgeList => edge_list::parse(text()?, options),
            Self::Csv => matrix::parse_either(text()?, options),
            Self::MatrixCsv => matrix::parse(text()?, options),
            Self::EdgeCsv => edge_list::parse_table(text()?, options),
            Self::MatrixMarket => matrix_market::parse(text()?),
            Self::Parquet => parquet::parse(bytes, options),
        }
    }

    /// A graph as a file's bytes.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for what the format can neither carry nor leave out; [`GraphError::BadWeight`] for a
    /// weight that is not finite.
    pub fn render(self, graph: &PathwayGraph) -> Result<Vec<u8>, GraphError> {
        let mut bytes = Vec::new();
        self.write_to(graph, &mut bytes)?;
        Ok(bytes)
    }

    /// What of this graph a file of this format has no place for, in words. O(n + m).
    #[must_use]
    pub fn leaves_out(self, graph: &PathwayGraph) -> Vec<&'static str> {
        if matches!(self, Self::Json | Self::NodeLink | Self::GraphMl | Self::Gexf | Self::Gml | Self::Dot) {
            return Vec::new();
        }
        // what has a row an edge knows nodes by their edges
        let by_edges = matches!(self, Self::EdgeList | Self::EdgeCsv | Self::Parquet);
        let has_columns = matches!(self, Self::EdgeCsv | Self::Parquet);
        let mut lonely = vec![true; graph.node_count()];
        let mut signed = false;
        for (from, to, edge) in graph.edges() {
            lonely[from.index()] = false;
            lonely[to.index()] = false;
            signed |= edge.sign.is_some() || edge.slot.is_some();
        }
        let described =
            graph.petgraph().node_weights().any(|node| !node.kind.is_empty() || !node.attributes.is_empty());
        let undirected = graph.layers().iter().filter(|layer| !layer.directed).count();
        let symmetric = self == Self::MatrixMarket && undirected == graph.layers().len();
        [
            ("names", self == Self::MatrixMarket && graph.node_count() > 0),
            ("nodes without edges", by_edges && lonely.contains(&true)),
            ("kinds and attributes", described),
            ("layers", !has_columns && graph.layers().iter().any(|layer| !layer.name.is_empty())),
            ("signs and slots", !has_columns && signed),
            ("which layers have no directions", undirected > 0 && !symmetric),
            ("provenance", !graph.provenance.entries.is_empty()),
        ]
        .into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(what, _)| what)
        .collect()
    }

    pub(super) fn write_to(
        self,
        graph: &PathwayGraph,
        out: &mut (impl Write + Send),
    ) -> Result<(), WriteError> {
        for (from, to, edge) in graph.edges() {
            if !edge.weight.is_finite() {
                return Err(WriteError::Graph(GraphError::BadWeight {
                    from: graph.name(from).to_owned(),
                    to: graph.name(to).to_owned(),
                    weight: edge.weight,
                    expected: "a finite number",
                }));
            }
        }
        match self {
            Self::Json => json::write(graph, out),
            Self::NodeLink => node_link::write(graph, out),
            Self::GraphMl => graphml::write(graph, out),
            Self::Gexf => gexf::write(graph, out),
            Self::Gml => gml::write(graph, out),
            Self::Dot => dot::write(graph, out),
            Self::EdgeList => edge_list::write(graph, out),
            Self::Csv | Self::MatrixCsv => matrix::write(graph, out),
            Self::EdgeCsv => edge_list::write_table(graph, out),
            Self::MatrixMarket => matrix_market::write(graph, out),
            Self::Parquet => parquet::write(graph, out),
        }
    }
}

/// The text of a file, without the mark that some programs put before it.
fn text(bytes: &[u8]) -> Result<&str, GraphError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        malformed(line, "the text is not UTF-8; save it as UTF-8")
    })
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, name, _) = FORMATS[*self as usize];
        f.write_str(name)
    }
}

impl FromStr for Format {
    type Err = GraphError;

    fn from_str(text: &str) -> Result<Self, GraphError> {
        let text = text.to_lowercase();
        FORMATS
            .iter()
            .find(|(_, name, extensions)| *name == text || extensions.contains(&text.as_str()))
            .map(|&(format, ..)| format)
            .ok_or_else(|| {
                let known: Vec<&str> = FORMATS.iter().map(|(_, name, _)| *name).collect();
                GraphError::argument("the graph format", text, format!("one of {}", known.join(", ")))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions() {
        for (place, (format, name, extensions)) in FORMATS.iter().enumerate() {
            // what `Display` relies on
            assert_eq!(*format as usize, place);
            assert_eq!(name.parse::<Format>().unwrap(), *format);
            assert_eq!(format.to_string(), *name);
            for extension in *extensions {
                let path = format!("some.folder/worm.{}", extension.to_uppercase());
                assert_eq!(Format::from_path(Path::new(&path)).unwrap(), *format);
            }
        }
    }

    #[test]
    fn some_leave_out_what_others_hold() {
        let mut graph = PathwayGraph::new();
        let gap = graph.layer("gap", false).unwrap();
        let (a, b) = (graph.node("a"), graph.node("b"));
        graph.node("c");
        graph.connect(a, b, gap, 2.0).unwrap();
        graph.set_kind(a, "sensory");
        for (format, expected) in [
            (Format::GraphMl, ""),
            (
                Format::EdgeList,
                "nodes without edges, kinds and attributes, layers, which layers have no directions",
            ),
            (Format::Parquet, "nodes without edges, kinds and attributes, which layers have no directions"),
            (Format::Csv, "kinds and attributes, layers, which layers have no directions"),
            (Format::MatrixMarket, "names, kinds and attributes, layers"),
        ] {
            assert_eq!(format.leaves_out(&graph).join(", "), expected, "{format}");
        }
        assert_eq!(Format::Csv.leaves_out(&PathwayGraph::new()), Vec::<&str>::new());
    }

    #[test]
    fn unknown_ones() {
        insta::assert_snapshot!(
            Format::from_path(Path::new("worm.xlsx")).unwrap_err(),
            @"the graph file is worm.xlsx; expected an extension among .json .graphml .gexf .gml .dot .gv .txt .edgelist .tsv .edges .csv .mtx .parquet, or a format that is named"
        );
        insta::assert_snapshot!("pajek".parse::<Format>().unwrap_err(), @"the graph format is pajek; expected one of json, node-link, graphml, gexf, gml, dot, edge-list, csv, matrix-csv, edge-csv, matrix-market, parquet");
    }
}
