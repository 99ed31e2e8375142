//! The worm's cells: names, classes, kinds, sides; the canonical index; transmitters, receptors and predicted signs.

mod annotations;
mod signs;
mod table;

pub use annotations::{Annotations, Transmitter};
pub use signs::{SignCounts, SignRule, predict_signs};
pub(crate) use table::BODY_WALL_MUSCLE;
pub use table::{Cell, CellKind, Sex, Side, all, canonical, canonical_index, find, mirror, neurons};
