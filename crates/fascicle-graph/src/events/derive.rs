//! Edges that follow from the events themselves.

use super::graph::EventEdge;
use super::{Allen, Event, EventGraph, Relation, Spatial};
use crate::GraphError;

/// Which relations in time become edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Temporal {
    /// That of every two events: n·(n − 1)/2 edges.
    All,
    /// All but those `before` that have a third event wholly between, from which they follow. A few edges an event
    /// in long videos.
    #[default]
    Direct,
    /// None.
    None,
}

/// What edges are derived from events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derivation {
    /// Relations in time.
    pub temporal: Temporal,
    /// Positions no further apart than this are near each other; without it no positions are compared. Places of the same name
    /// always are.
    pub near: Option<f64>,
    /// Whether to add who does what next, who acts on whom, and what shares an object.
    pub logical: bool,
}

impl Default for Derivation {
    /// Direct relations in time, same places, and what participants tell.
    fn default() -> Self {
        Self { temporal: Temporal::Direct, near: None, logical: true }
    }
}

impl EventGraph {
    /// Adds the edges that follow from times, places and participants, by time, then space, then meaning. Temporal and
    /// spatial edges that were there are replaced, logical ones stay.
    ///
    /// O(n² + edges).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when the distance is negative or NaN.
    pub fn derive(mut self, how: &Derivation) -> Result<Self, GraphError> {
        if how.near.is_some_and(|near| near.is_nan() || near < 0.0) {
            let near = how.near.unwrap_or_default();
            return Err(GraphError::argument("the distance that is near", near, "a number from 0 up"));
        }
        let stated: Vec<EventEdge> =
            self.edges.drain(..).filter(|edge| matches!(edge.relation, Relation::Logical(_))).collect();
        let mut edges = self.temporal(how.temporal);
        edges.extend(self.spatial(how.near));
        edges.extend(stated.iter().cloned());
        if how.logical {
            let there = |edge: &EventEdge| stated.iter().any(|other| other.says_the_same(edge));
            edges.extend(self.logical().into_iter().filter(|edge| !there(edge)));
        }
        self.edges = edges;
        Ok(self)
    }

    fn temporal(&self, which: Temporal) -> Vec<EventEdge> {
        let order = self.chronological();
        let at = |event: usize| self.events[event].interval;
        let mut edges = Vec::new();
        if which == Temporal::None {
            return edges;
        }
        for (place, &one) in order.iter().enumerate() {
            let later = &order[place + 1..];
            // the earliest end of those that start after this one's end
            let beyond = later
                .iter()
                .filter(|&&two| at(two).start() >= at(one).end())
                .map(|&two| at(two).end())
                .fold(f64::INFINITY, f64::min);
            for &two in later {
                let relation = self.allen(one, two);
                if which == Temporal::Direct && relation == Allen::Before && at(two).start() >= beyond {
                    continue;
                }
                let edge = EventEdge {
                    from: one,
                    to: two,
                    relation: Relation::Temporal(relation),
                    weight: at(two).start() - at(one).start(),
                };
                edges.push(edge.in_order());
            }
        }
        edges
    }

    fn spatial(&self, near: Option<f64>) -> Vec<EventEdge> {
        let mut edges = Vec::new();
        for (from, one) in self.events.iter().enumerate() {
            for (to, two) in self.events.iter().enumerate().skip(from + 1) {
                let (here, there) = (&one.location, &two.location);
                if here.place.is_some() && here.place == there.place {
                    let relation = Relation::Spatial(Spatial::SamePlace);
                    edges.push(EventEdge { from, to, relation, weight: 0.0 });
                }
                if let (Some(here), Some(there), Some(near)) = (here.at, there.at, near) {
                    let distance = (here[0] - there[0]).hypot(here[1] - there[1]);
                    if distance <= near {
                        let relation = Relation::Spatial(Spatial::Near);
                        edges.push(EventEdge { from, to, relation, weight: distance });
                    }
                }
            }
        }
        edges
    }

    fn logical(&self) -> Vec<EventEdge> {
        let order = self.chronological();
        let mut edges: Vec<EventEdge> = Vec::new();
        let mut add = |from: usize, to: usize, relation: &str| {
            edges.push(EventEdge { from, to, relation: Relation::logical(relation), weight: 1.0 }.in_order());
        };
        for (place, &one) in order.iter().enumerate() {
            let event = &self.events[one];
            // each actor's next event, once where two actors go on together
            let mut found: Vec<usize> = Vec::new();
            for actor in &event.actors {
                let next = order[place + 1..].iter().find(|&&two| self.events[two].has_actor(&actor.name));
                if let Some(&next) = next.filter(|next| !found.contains(next)) {
                    found.push(next);
                    add(one, next, Relation::NEXT);
                }
            }
            for (two, other) in self.events.iter().enumerate() {
                let meanwhile = event.interval.shared(other.interval) > 0.0;
                let acted_on = event.objects.iter().any(|object| other.has_actor(&object.name));
                if one != two && meanwhile && acted_on {
                    add(one, two, Relation::ACTS_ON);
                }
                if one < two && shares_object(event, other) {
                    add(one, two, Relation::SHARED_OBJECT);
                }
            }
        }
        edges
    }
}

fn shares_object(one: &Event, two: &Event) -> bool {
    one.objects.iter().any(|object| two.objects.iter().any(|other| other.name == object.name))
}
