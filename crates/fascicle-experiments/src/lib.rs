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
//! ```
//! use fascicle_core::seed::Seeds;
//! use fascicle_experiments::{
//!     Band, Claim, Context, Experiment, ExperimentError, Findings, Info, NoObserver, Options, Outcome, Paper, Registry,
//!     Size, Source, run,
//! };
//!
//! struct Coin;
//!
//! impl Experiment for Coin {
//!     fn info(&self) -> Info {
//!         Info {
//!             name: "coin",
//!             title: "A fair coin",
//!             question: "Does it fall on either side as often?",
//!             method: "It is thrown ten thousand times.",
//!             paper: Paper { title: "Folklore", authors: "Anon.", year: 1654, source: Source::Planted },
//!             claims: vec![Claim::new("heads", "half of the throws are heads", Band::between(0.48, 0.52))],
//!             needs: Vec::new(),
//!             quick_seconds: 0.1,
//!             full_seconds: 0.1,
//!         }
//!     }
//!
//!     fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
//!         let share = |seed: &u64| {
//!             let seeds = Seeds::new(*seed);
//!             (0..10_000).filter(|throw| seeds.numbered("throw", *throw) % 2 == 0).count() as f64 / 10_000.0
//!         };
//!         let shares: Vec<f64> = ctx.seeds().iter().map(share).collect();
//!         let mut findings = Findings::new();
//!         findings.measure("share of heads", "heads", shares);
//!         Ok(findings.into())
//!     }
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let options = Options { size: Size::Quick, device: "cpu".into(), seeds: vec![0, 1, 2], out: folder.into() };
//! let nothing = |_: &str| Ok(None);
//! let registry = Registry::new(vec![Box::new(Coin)]);
//! let summary = run(&registry, &["coin"], &options, &nothing, &mut NoObserver)?;
//! println!("{}", summary.table());
//! assert_eq!(summary.exit_code(), 0);
//! assert!(folder.join("coin.json").is_file() && folder.join("report.html").is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-core = { git = "https://github.com/fascicle-rs/fascicle" }
//! fascicle-experiments = { git = "https://github.com/fascicle-rs/fascicle" }
//! ```
//!
//! It brings all the project's experiments and so all of its crates, and OpenBLAS (see `fascicle-graph` for other choices).
//! `ndarray` (default), `wgpu`, `cuda`, `fusion` and `autotune` are forwarded to `fascicle-core`.
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
