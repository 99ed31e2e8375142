//! Relations between events.

use std::fmt;
use std::str::FromStr;

use super::Allen;

/// How one event is related to another: the layer of an edge.
///
/// In a [`PathwayGraph`](crate::PathwayGraph) each relation is a layer of its own, called `temporal/before`,
/// `spatial/near`, `logical/next` and so on, so that views choose among them by name and every format keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// In time.
    Temporal(Allen),
    /// In space.
    Spatial(Spatial),
    /// By meaning: [`Relation::NEXT`], [`Relation::ACTS_ON`], [`Relation::SHARED_OBJECT`], or what the caller states
    /// (`because`, `in order to`).
    Logical(String),
}

/// How two events lie in space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spatial {
    /// Their positions are near each other.
    Near,
    /// They are in a place of the same name.
    SamePlace,
}

/// The layers whose edges have no direction.
pub(super) const UNDIRECTED: [&str; 4] =
    ["`temporal/equals`", "`spatial/near`", "`spatial/same-place`", "`logical/shared-object`"];

impl Relation {
    /// The logical relation of an actor's event to the actor's following one.
    pub const NEXT: &'static str = "next";
    /// The logical relation of an event to one that happens meanwhile, whose actor is among its objects.
    pub const ACTS_ON: &'static str = "acts-on";
    /// The logical relation of events with an object in common; undirected.
    pub const SHARED_OBJECT: &'static str = "shared-object";

    /// A logical relation.
    pub fn logical(name: impl Into<String>) -> Self {
        Self::Logical(name.into())
    }

    /// Whether it matters which event comes first.
    #[must_use]
    pub fn directed(&self) -> bool {
        match self {
            Self::Temporal(relation) => *relation != Allen::Equals,
            Self::Spatial(_) => false,
            Self::Logical(name) => name != Self::SHARED_OBJECT,
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Temporal(relation) => write!(f, "temporal/{relation}"),
            Self::Spatial(Spatial::Near) => f.write_str("spatial/near"),
            Self::Spatial(Spatial::SamePlace) => f.write_str("spatial/same-place"),
            Self::Logical(name) => write!(f, "logical/{name}"),
        }
    }
}

impl FromStr for Relation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once('/').ok_or(())? {
            ("temporal", relation) => relation.parse().map(Self::Temporal),
            ("spatial", "near") => Ok(Self::Spatial(Spatial::Near)),
            ("spatial", "same-place") => Ok(Self::Spatial(Spatial::SamePlace)),
            ("logical", name) if !name.is_empty() => Ok(Self::Logical(name.to_owned())),
            _ => Err(()),
        }
    }
}
