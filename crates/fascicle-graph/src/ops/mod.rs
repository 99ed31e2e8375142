//! Graphs from graphs: parts, sums, differences, comparisons, series in time.
//!
//! Nodes of different graphs are the same when their names are; layers likewise.

mod align;
mod collapse;
mod combine;
mod correlation;
mod shared;
mod subgraph;
mod temporal;

pub use crate::group_by::GroupBy;
pub use align::{AlignedEdge, Alignment, LayerAlignment, align};
pub use collapse::{Collapse, Collapsed, Ungrouped};
pub use combine::{difference, union};
pub use correlation::{pearson, spearman};
pub use subgraph::{Subgraph, edge_subgraph};
pub use temporal::{EdgeHistory, Snapshot, TemporalGraph, Turnover};
