//! Stretches of time.

use serde::{Deserialize, Serialize};

use crate::GraphError;

/// A stretch of time with a start before its end, both finite: what Allen's relations hold between.
///
/// The unit is the caller's; a [`Builder`](super::Builder) counts in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Interval {
    start: f64,
    end: f64,
}

#[derive(Deserialize)]
struct Ends {
    start: f64,
    end: f64,
}

impl TryFrom<Ends> for Interval {
    type Error = GraphError;

    fn try_from(ends: Ends) -> Result<Self, GraphError> {
        Self::new(ends.start, ends.end)
    }
}

impl Interval {
    /// From `start` to `end`.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] unless both are finite and the start lies before the end: an instant has no length, and
    /// with it more than one of Allen's relations would hold at once.
    pub fn new(start: f64, end: f64) -> Result<Self, GraphError> {
        if start.is_finite() && end.is_finite() && start < end {
            Ok(Self { start, end })
        } else {
            Err(GraphError::argument(
                "an interval",
                format!("{start} to {end}"),
                "a start before the end, both finite",
            ))
        }
    }

    /// When it starts.
    #[must_use]
    pub fn start(self) -> f64 {
        self.start
    }

    /// When it ends.
    #[must_use]
    pub fn end(self) -> f64 {
        self.end
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> f64 {
        self.end - self.start
    }

    /// How much of it lies in another: 0 where they do not overlap.
    #[must_use]
    pub fn shared(self, other: Self) -> f64 {
        (self.end.min(other.end) - self.start.max(other.start)).max(0.0)
    }

    /// What two share over what they cover together, from 0 to 1 (temporal intersection over union).
    #[must_use]
    pub fn iou(self, other: Self) -> f64 {
        let shared = self.shared(other);
        shared / (self.length() + other.length() - shared)
    }

    /// The least interval that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
