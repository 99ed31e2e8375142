//! Parquet tables with a row an edge, as FlyWire and neuPrint publish connectomes.
//!
//! Columns are found by their names, in any case: `source`, `pre`, `from`, `pre_root_id`, …; `target`, `post`, …; `weight`,
//! `syn_count`, …; and perhaps `layer`, `sign`, `slot`. Ids are integers or texts. Uncompressed, Snappy, gzip and Zstandard
//! files are read. Written: `source`, `target` (as 64-bit integers where every name is one), `weight` or `score`, and
//! what else the edges have; Zstandard.

mod columns;
mod read;
mod write;

pub use read::{parse, read};
pub(super) use write::write;
