//! How alike events are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Relation;
use crate::matching::Likeness;
use crate::{Edge, Layer, Node};

/// How alike two events are, and two relations between events: what graphs of events are matched by.
///
/// Events with different actions are not alike at all. With the same action they are 1 + actors · (share of labels of
/// actors in common) + objects · (the same of objects) + place · (1 in a place of the same name): names of entities, which
/// two videos do not share, do not count. Relations in time are exp(−`decay` · [steps](super::Allen::steps) between
/// them), others 1 if equal. All of these are inner products of features (Jaccard's index and the exponential of a city-block
/// distance are positive-definite), so that normalised scores are at most 1.
///
/// A reconstruction: the papers say that actions, entities and relations are compared, and not how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventLikeness {
    /// What actors of the same labels add to an action in common.
    pub actors: f64,
    /// What objects of the same labels add.
    pub objects: f64,
    /// What the same place adds.
    pub place: f64,
    /// How fast the likeness of relations in time falls with the steps between them.
    pub decay: f64,
}

impl Default for EventLikeness {
    /// Actors, objects and places add 1 each; a relation one step away counts e⁻¹.
    fn default() -> Self {
        Self { actors: 1.0, objects: 1.0, place: 1.0, decay: 1.0 }
    }
}

impl Likeness for EventLikeness {
    fn nodes(&self, left: &Node, right: &Node) -> f64 {
        if left.kind != right.kind {
            return 0.0;
        }
        let share = |key: &str| jaccard(&labels(left, key), &labels(right, key));
        let same_place = place(left).is_some_and(|here| place(right) == Some(here));
        1.0 + self.actors * share("actors")
            + self.objects * share("objects")
            + self.place * f64::from(same_place)
    }

    fn edges(&self, left: (&Edge, &Layer), right: (&Edge, &Layer)) -> f64 {
        let (one, two) = (&left.1.name, &right.1.name);
        if one == two {
            return 1.0;
        }
        match (one.parse(), two.parse()) {
            (Ok(Relation::Temporal(one)), Ok(Relation::Temporal(two))) => {
                (-self.decay * f64::from(one.steps(two))).exp()
            }
            _ => 0.0,
        }
    }
}

fn labels<'a>(node: &'a Node, key: &str) -> BTreeSet<&'a str> {
    let entities = node.attributes.get(key).and_then(Value::as_array).into_iter().flatten();
    entities.filter_map(|entity| entity["label"].as_str()).collect()
}

fn place(node: &Node) -> Option<&str> {
    node.attributes.get("location")?.get("place")?.as_str()
}

/// What two sets share of what they have together; two empty ones are equal.
fn jaccard(one: &BTreeSet<&str>, two: &BTreeSet<&str>) -> f64 {
    let both = one.intersection(two).count();
    let all = one.len() + two.len() - both;
    if all == 0 { 1.0 } else { both as f64 / all as f64 }
}
