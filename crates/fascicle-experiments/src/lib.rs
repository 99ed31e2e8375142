//! Each paper as one experiment: its claims, the data, the run, the expected band, the report.
//!
//! An [`Experiment`] says which claims it checks and within which [`Band`] the measured figure must lie, and
//! [runs](Experiment::run) at two [sizes](Size). [`run`] runs several of them, writes one JSON file an experiment
//! and one HTML page for all, and hands back a [`Summary`] whose [`table`](Summary::table) is ready to print.
//!
//! Three things are kept apart, because readers of a result need to tell them apart:
//!
//! - **not reproduced**: the experiment ran, and a figure lies outside its band. A result like any other.
//! - **unavailable**: data or a model that it needs is not on this machine. The result says how to get it.
//! - **failed**: the experiment broke. The others still run; [`Summary::exit_code`] is 1.
//!
//! Figures are data ([`Figure`]) until they are drawn: [`svg`] draws one as a file of its own,
//! [`report::page`] makes a page of some.

pub mod experiments;
pub mod figure;
pub mod report;

mod context;
mod error;
mod experiment;
mod measurement;
mod number;
mod registry;
mod result;
mod runner;
mod table;
mod versions;

pub use context::{Context, DataStore, Progress};
pub use error::{Doing, ExperimentError};
pub use experiment::{Band, Claim, DataNeed, Experiment, Findings, Info, Outcome, Paper, Size, Source};
pub use figure::{Bars, CellText, Figure, Heatmap, Lines, Plot, ReferenceLine, Scale, Series, svg};
pub use measurement::{Measurement, Verdict};
pub use registry::Registry;
pub use result::{ExperimentResult, Status};
pub use runner::{Finished, NoObserver, Observer, Options, Summary, run};
pub use table::table;
pub use versions::{BURN, versions};
