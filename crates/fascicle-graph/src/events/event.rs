//! An event: who does what, with what, where, from when to when.

use serde::{Deserialize, Serialize};

use super::{EventError, EventGraph, Interval};
use crate::Attributes;

/// Someone or something that takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entity {
    /// Which one: `man 1`. The same name is the same entity throughout a graph.
    pub name: String,
    /// What it is: `man`.
    pub label: String,
}

impl Entity {
    /// The entity of this name and label.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into() }
    }
}

/// Where an event happens, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The name of the place: `kitchen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The mean position (x, y), in the units of the boxes it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<[f64; 2]>,
}

/// A node of an [`EventGraph`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its name, which no other event of the graph has.
    pub id: String,
    /// What is done: `walk`.
    pub action: String,
    /// Who does it; more than one where they do it together.
    #[serde(default)]
    pub actors: Vec<Entity>,
    /// With what, or to whom.
    #[serde(default)]
    pub objects: Vec<Entity>,
    /// Where.
    #[serde(default)]
    pub location: Location,
    /// From when to when: `start` and `end` in files.
    #[serde(flatten)]
    pub interval: Interval,
    /// How sure it is, from 0 to 1.
    #[serde(default = "sure")]
    pub confidence: f64,
    /// What it consists of, where it can be seen closer up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<EventGraph>>,
    /// What else is known of it.
    #[serde(flatten)]
    pub attributes: Attributes,
}

fn sure() -> f64 {
    1.0
}

/// The names that files have for what an event is; no attribute can be called so.
const TAKEN: [&str; 11] = [
    "id",
    "name",
    "kind",
    "action",
    "actors",
    "objects",
    "location",
    "start",
    "end",
    "confidence",
    "details",
];

impl Event {
    /// An event without objects or a location, of full confidence.
    pub fn new(
        id: impl Into<String>,
        actors: impl IntoIterator<Item = Entity>,
        action: impl Into<String>,
        interval: Interval,
    ) -> Self {
        Self {
            id: id.into(),
            action: action.into(),
            actors: actors.into_iter().collect(),
            objects: Vec::new(),
            location: Location::default(),
            interval,
            confidence: 1.0,
            details: None,
            attributes: Attributes::new(),
        }
    }

    /// Adds objects.
    #[must_use]
    pub fn with(mut self, objects: impl IntoIterator<Item = Entity>) -> Self {
        self.objects.extend(objects);
        self
    }

    /// Sets the place.
    #[must_use]
    pub fn in_place(mut self, place: impl Into<String>) -> Self {
        self.location.place = Some(place.into());
        self
    }

    /// Sets the position.
    #[must_use]
    pub fn at(mut self, x: f64, y: f64) -> Self {
        self.location.at = Some([x, y]);
        self
    }

    /// Whether an entity of this name is among the actors.
    #[must_use]
    pub fn has_actor(&self, name: &str) -> bool {
        self.actors.iter().any(|actor| actor.name == name)
    }

    pub(super) fn check(&self) -> Result<(), EventError> {
        let bad = |what, found: String, expected| {
            Err(EventError::BadEvent { event: self.id.clone(), what, found, expected })
        };
        if !(0.0..=1.0).contains(&self.confidence) {
            return bad("a confidence of", self.confidence.to_string(), "a number from 0 to 1");
        }
        if let Some(at) = self.location.at.filter(|at| !at.iter().all(|number| number.is_finite())) {
            return bad("the position", format!("{at:?}"), "two finite numbers");
        }
        if let Some(name) = self.attributes.keys().find(|name| TAKEN.contains(&name.as_str())) {
            return bad(
                "an attribute called",
                format!("`{name}`"),
                "a name that is not what files call a part of every event",
            );
        }
        Ok(())
    }
}
