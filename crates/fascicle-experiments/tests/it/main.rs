//! The framework around experiments: runs, result files, table, report, figures.

mod figures;
mod markup;
mod report;
mod runner;
mod sample;
mod table;
