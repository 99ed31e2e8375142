//! A model held against a golden file: inputs, and what a reference implementation made of them.

mod names;
mod report;
mod verify;

pub use names::golden_site;
pub use report::{GOLDEN_TOLERANCE, GoldenReport, GoldenShape, GoldenTensor, compare_golden};
pub use verify::verify;
