//! From a file's bytes to tables of values, noting what had to be overlooked.

pub(crate) mod bytes;
pub(crate) mod edges;
pub(crate) mod matrix;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod workbook;
