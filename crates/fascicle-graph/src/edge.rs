//! What an edge carries.

use std::fmt;
use std::str::FromStr;

use crate::LayerId;

/// An edge's load: 16 bytes, so that a brain's 15 million edges fit in half a gigabyte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Strength, count or score.
    pub weight: f64,
    /// The kind of edge.
    pub layer: LayerId,
    /// What the source does to the target, where known and not already told by the weight.
    pub sign: Option<Sign>,
    /// Which input of an attention head the edge enters, in circuits.
    pub slot: Option<Slot>,
}

impl Edge {
    /// An edge without sign or slot.
    #[must_use]
    pub fn new(weight: f64, layer: LayerId) -> Self {
        Self { weight, layer, sign: None, slot: None }
    }
}

/// Excitatory or inhibitory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// Inhibits.
    Negative,
    /// Excites.
    Positive,
}

impl Sign {
    /// −1 or 1, as files hold it.
    #[must_use]
    pub fn number(self) -> i8 {
        match self {
            Self::Negative => -1,
            Self::Positive => 1,
        }
    }

    /// The sign of a number; none for 0 and NaN.
    #[must_use]
    pub fn of(number: f64) -> Option<Self> {
        if number > 0.0 {
            Some(Self::Positive)
        } else if number < 0.0 {
            Some(Self::Negative)
        } else {
            None
        }
    }
}

/// An input of an attention head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// Queries.
    Query,
    /// Keys.
    Key,
    /// Values.
    Value,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Query => "q",
            Self::Key => "k",
            Self::Value => "v",
        })
    }
}

impl FromStr for Slot {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "q" => Ok(Self::Query),
            "k" => Ok(Self::Key),
            "v" => Ok(Self::Value),
            _ => Err(()),
        }
    }
}
