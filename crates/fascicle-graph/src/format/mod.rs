//! Files: what other programs wrote, and what they can read.
//!
//! [`read`] and [`write()`] choose the [`Format`] by the file's extension; [`ReadOptions`] says what a file does not.
//! Each format has a module of its own with a `parse` that takes the text or the bytes.
//!
//! | format | extension | names | kinds, attributes | weight | layer, sign, slot | parallel edges | undirected layers | provenance |
//! |---|---|---|---|---|---|---|---|---|
//! | [`json`], [`node_link`] | `.json` | yes | yes | yes | yes | yes | yes | yes |
//! | [`graphml`] | `.graphml` | yes ¹ | yes ² | yes | yes | yes | yes | yes |
//! | [`gexf`] | `.gexf` | yes ¹ | yes ² | yes | yes | yes | yes | yes |
//! | [`gml`] | `.gml` | yes | yes ² | yes | yes | yes | yes | yes |
//! | [`dot`] | `.dot`, `.gv` | yes | yes ² | yes | yes | yes | yes | yes |
//! | [`edge_list`] | `.txt`, `.edgelist`, `.tsv`, `.edges` | of nodes with edges | no | yes | no | yes | no ³ | no |
//! | [`edge_list`] with a header (`edge-csv`) | – | of nodes with edges | no | yes | yes | yes | no ³ | no |
//! | [`matrix`] | `.csv` | yes ⁴ | no | yes, 0 is no edge | no | summed | no ³ | no |
//! | [`matrix_market`] | `.mtx` | no: 1…n | no | yes | no | yes | if all are | no |
//! | [`parquet`](mod@parquet) | `.parquet` | of nodes with edges | no | yes | yes | yes | no ³ | no |
//!
//! 1. XML cannot hold control characters; writing such a name is an error.
//! 2. What the format has no type or spelling for travels as JSON in an attribute called `fascicle`, which also holds the
//!    layers and the provenance of the graph, so that a graph that is written and read again is the same.
//! 3. Every edge is there, in both directions, but the file does not say that the layer is undirected:
//!    [`ReadOptions::directed`] does, and then each edge has to be there once (in a matrix: to be symmetric).
//! 4. But for white space around them and empty ones, which are errors.
//!
//! In every format an edge without a weight weighs 1, a weight that is not finite is an error, and an undirected edge is
//! held in both directions, a self-loop once. Where one layer has directed and undirected edges (GraphML, GEXF), the
//! undirected ones make a layer of their own. Attributes of edges other than `weight` (or `score`), `layer`, `sign` and
//! `slot` are left out, with a debug log that names them.

mod columns;
pub mod dot;
mod draft;
pub mod edge_list;
mod error;
mod fields;
mod file;
pub mod gexf;
pub mod gml;
pub mod graphml;
pub mod json;
mod kind;
pub mod matrix;
pub mod matrix_market;
pub mod node_link;
mod options;
pub mod parquet;
mod rows;
mod table;
mod xml;

pub(crate) use error::malformed;
pub use file::{read, write, write_as, write_whole};
pub use kind::Format;
pub use options::ReadOptions;
