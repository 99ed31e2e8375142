//! What the length of an edge is.

use std::borrow::Cow;

use super::check;
use crate::rows::Rows;
use crate::{Adjacency, GraphError};

/// How long an edge is on a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// Every edge has length 1.
    #[default]
    Hops,
    /// The weight is a length (a distance, a delay).
    Weight,
    /// The weight is a strength (synapses, correlation); the length is 1 / weight.
    Inverse,
}

impl Length {
    /// # Errors
    /// [`GraphError::BadWeight`] for a weight that gives no positive, finite length.
    pub(super) fn check(self, adjacency: &Adjacency) -> Result<(), GraphError> {
        match self {
            Self::Hops => Ok(()),
            Self::Weight => check::weights(adjacency, "a positive length", |weight| weight > 0.0),
            Self::Inverse => {
                check::weights(adjacency, "a positive strength whose inverse is finite", |weight| {
                    weight > 0.0 && weight.recip().is_finite()
                })
            }
        }
    }

    /// The length of each entry of the rows; not asked for hops.
    pub(super) fn of(self, rows: &Rows) -> Cow<'_, [f64]> {
        match self {
            Self::Hops => Cow::Borrowed(&[]),
            Self::Weight => Cow::Borrowed(&rows.weights),
            Self::Inverse => Cow::Owned(rows.weights.iter().map(|weight| weight.recip()).collect()),
        }
    }
}
