//! How long an edge of some weight is.

use std::borrow::Cow;

use crate::rows::Rows;

/// How long an edge of weight w is. A path is as long as its edges together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// 1, whatever the weight.
    #[default]
    Hops,
    /// w, a distance or a delay, which must not be negative.
    Weight,
    /// 1/w: strong edges (synapses, correlation) are short. w must be positive.
    Inverse,
    /// −ln w, for weights that are probabilities in (0, 1]: the shortest path is the most probable one.
    NegativeLog,
}

impl Length {
    /// The length, or what kind of weight would have one.
    pub(crate) fn of(self, weight: f64) -> Result<f64, &'static str> {
        match self {
            Self::Hops => Ok(1.0),
            Self::Weight if weight >= 0.0 => Ok(weight),
            Self::Weight => Err("a length of at least 0"),
            Self::Inverse if weight > 0.0 && (1.0 / weight).is_finite() => Ok(1.0 / weight),
            Self::Inverse => Err("a weight above 0, because the length is its inverse"),
            // −ln 1 is −0, which would be no harm, but looks like some.
            Self::NegativeLog if weight > 0.0 && weight <= 1.0 => Ok((-weight.ln()).max(0.0)),
            Self::NegativeLog => Err("a probability above 0 and at most 1"),
        }
    }

    /// The length where it is above 0, or what kind of weight would have such a one: measures that count shortest paths
    /// would count without end on edges of length 0.
    pub(crate) fn positive(self, weight: f64) -> Result<f64, &'static str> {
        self.of(weight).ok().filter(|length| *length > 0.0).ok_or(match self {
            Self::Hops | Self::Weight => "a positive length",
            Self::Inverse => "a positive strength whose inverse is finite",
            Self::NegativeLog => "a probability above 0 and below 1",
        })
    }

    /// The length of each entry of the rows, whose weights have been checked; not asked for hops.
    pub(crate) fn of_rows(self, rows: &Rows) -> Cow<'_, [f64]> {
        match self {
            Self::Hops => Cow::Borrowed(&[]),
            Self::Weight => Cow::Borrowed(&rows.weights),
            _ => Cow::Owned(rows.weights.iter().map(|&weight| self.of(weight).unwrap_or(f64::NAN)).collect()),
        }
    }
}
