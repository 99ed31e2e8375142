//! Published connectomes as pathway graphs, with a report of everything that reading them changed.
//!
//! A connectome comes as a spreadsheet that somebody made by hand: names are padded here and not there, an electrical
//! synapse is listed once, twice or with two different counts, a row appears again. Every reader of this crate takes
//! [`Policies`] that say what becomes of such things, and returns the graph together with a [`Report`] of all that was
//! changed or noticed. Nothing is repaired in silence.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use fascicle_connectome::{ConnectomeFormat, Policies, read};
//!
//! # fn main() -> Result<(), fascicle_connectome::ConnectomeError> {
//! let (worm, report) = read(Path::new("herm_chem_adj.csv"), ConnectomeFormat::Cook2019, &Policies::default())?;
//! println!("{report}");
//! println!("{} cells, {} edges", worm.node_count(), worm.edge_count());
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
