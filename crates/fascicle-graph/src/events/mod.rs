//! Graphs of events in space and time (GEST): who does what, with what, where and when, and how these events are related.
//!
//! After Masala, Cudlenco, Rebedea & Leordeanu 2023 (arXiv:2305.12940), Masala & Leordeanu 2025 (arXiv:2501.08460 and
//! arXiv:2507.04815). **A reconstruction**: the papers describe the graph, its building from detections and its use in words;
//! thresholds, the exact edges and the likeness of events are this project's own, and none of it could be checked against
//! the authors' code.
//!
//! An [`EventGraph`] holds [`Event`]s and the [`Relation`]s between them: in time one of [`Allen`]'s thirteen, in space, and
//! by meaning; an event may consist of events ([`EventGraph::collapse`], [`EventGraph::expand`]). A [`Builder`] makes one from
//! per-frame [`Detection`]s and says what it had to [`Repair`]; [`EventGraph::to_graph`] makes it a
//! [`PathwayGraph`](crate::PathwayGraph), to be measured, drawn and stored; [`EventGraph::verbalise`] says it in words; and
//! [`EventLikeness`] is what [`matching`](crate::matching) compares two by.
//!
//! ```
//! use fascicle_graph::events::{Bounds, Builder, Detection, EventLikeness};
//! use fascicle_graph::matching::{Affinity, FixedPoint};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! // a man waves from frame 0 to 49; the detector misses every tenth frame
//! let seen = (0..50).filter(|frame| frame % 10 != 9).map(|frame| Detection {
//!     frame,
//!     track: "t1".into(),
//!     label: "man".into(),
//!     action: Some("wave".into()),
//!     bounds: Bounds::around([5.0, 5.0], 1.0, 2.0),
//!     confidence: 0.9,
//! });
//! let built = Builder::default().build(&seen.collect::<Vec<_>>())?;
//! assert_eq!(built.graph.verbalise(), "First, man 1: wave (0–1.96).");
//!
//! let graph = built.graph.to_graph()?;
//! let affinity = Affinity::between(&graph, &graph, &EventLikeness::default())?;
//! assert!(FixedPoint::default().run(&affinity)?.normalised > 0.999);
//! # Ok(())
//! # }
//! ```

mod allen;
mod build;
mod convert;
mod derive;
mod detection;
mod error;
mod event;
mod graph;
mod identity;
mod interval;
mod likeness;
mod mend;
mod nest;
mod relation;
mod relations;
mod repair;
mod runs;
#[cfg(test)]
mod tests;
mod timeline;
mod tracks;
mod verbalise;

pub use allen::Allen;
pub use build::{Builder, Built, Objects};
pub use derive::{Derivation, Temporal};
pub use detection::{Bounds, Detection};
pub use error::EventError;
pub use event::{Entity, Event, Location};
pub use graph::{EventEdge, EventGraph};
pub use identity::{Identity, SameIdentity};
pub use interval::Interval;
pub use likeness::EventLikeness;
pub use mend::{Draft, Ids, Instants, Mend, Reversed};
pub use relation::{Relation, Spatial};
pub use relations::Relations;
pub use repair::Repair;
pub use runs::Window;
pub use timeline::timeline;
