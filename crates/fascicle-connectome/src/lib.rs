//! Published connectomes as pathway graphs, with a report of everything that reading them changed.
//!
//! A connectome comes as a spreadsheet that somebody made by hand: names are padded here and not there, an electrical
//! synapse is listed once, twice or with two different counts, a row appears again. Every reader of this crate takes
//! [`Policies`] that say what becomes of such things, and returns the graph together with a [`Report`] of all that was
//! changed or noticed. Nothing is repaired in silence.
//!
//! ```
//! use fascicle_connectome::{ConnectomeFormat, Policies, read};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! // three rows of a matrix as Cook et al. 2019 publish them: synapses from the row's cell to the column's
//! let file = folder.join("herm_chem_adj.csv");
//! std::fs::write(&file, ",ASHL,AVAL,VB01\nASHL,,3,\nAVAL,1,,2\nVB01,,,\n")?;
//! let (worm, report) = read(&file, ConnectomeFormat::Cook2019, &Policies::default())?;
//! println!("{report}");
//! assert_eq!((worm.node_count(), worm.edge_count()), (3, 3));
//! // the published spelling gave way to WormAtlas's, and the report says so
//! assert!(worm.find("VB1").is_ok());
//! assert_eq!(report.of_kind("renamed").count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Edges are stored `[pre][post]`; an undirected edge (gap junction, contact) in both directions, an autapse once, so that
//! edge counts are those of the published matrices' non-zero entries.
//!
//! [`cells`] knows the worm's cells: class, kind, side, the canonical index of 300 neurons, transmitters and the signs that
//! follow from them. [`activity`] brings calcium recordings of different laboratories into one form, [`dynamic`] finds the
//! groupings in them that change in time. [`agreement`] compares two connectomes, [`Consensus`] makes one of several,
//! [`structure_function`] asks what wiring says about function. [`masks`] makes the layers of a network out of a connectome,
//! and [`swimmer`] a controller of the motor circuit, with a body to move.
//! [`hmm_glm`] finds connections that depend on a hidden state in spike counts; [`hmm`] has hidden Markov chains by themselves.
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-connectome = { git = "https://github.com/fascicle-rs/fascicle" }
//! fascicle-graph = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! ```
//!
//! The second is for what is asked of the graphs; neither burn nor a LAPACK is needed. The feature `tensor` needs both, and
//! `openblas-system` or `openblas-static` beside it (or another choice of LAPACK, see `fascicle-graph`).
//!
//! With the feature `tensor`: `emulator`, recurrent networks that emulate hidden Markov models; `bilateral`, two-sided
//! networks that learn to move a limb; `neuroformer`, a transformer over spikes.

#[macro_use]
mod choice;

pub mod activity;
mod adam;
mod assemble;
#[cfg(feature = "tensor")]
pub mod bilateral;
pub mod cells;
mod compare;
mod detect;
pub mod dynamic;
#[cfg(feature = "tensor")]
pub mod emulator;
mod error;
mod format;
pub mod hmm;
pub mod hmm_glm;
pub mod masks;
mod names;
#[cfg(feature = "tensor")]
mod network;
#[cfg(feature = "tensor")]
pub mod neuroformer;
mod place;
mod policy;
pub mod random;
pub mod readers;
mod relation;
mod report;
mod source;
pub mod swimmer;

pub use compare::agreement::{Agreement, agreement};
pub use compare::consensus::{Absent, Annotation, Consensus, ConsensusCell, ConsensusPair, Pairs};
pub use compare::structure_function::{Hop, StructureFunction, Through, structure_function};
pub use detect::detect;
pub use error::ConnectomeError;
pub use fascicle_graph::ops::spearman;
pub use format::ConnectomeFormat;
pub use names::{AwcNames, NameScheme};
#[cfg(feature = "tensor")]
pub use network::NetworkError;
pub use place::{Location, Place};
pub use policy::{AutapsePolicy, DuplicatePolicy, GapPolicy, Policies, UnknownPolicy};
pub use readers::read;
pub use relation::Relation;
pub use report::{FileSummary, LayerSummary, Note, Report};
