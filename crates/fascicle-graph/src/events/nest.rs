//! Events that consist of events.

use std::collections::BTreeSet;

use super::graph::EventEdge;
use super::{Entity, Event, EventGraph, Location, Relation};
use crate::GraphError;

impl EventGraph {
    /// The graph with these events put together as one, which keeps them and the edges between them as its details.
    ///
    /// The new event takes the place of the first of them. It has all their actors and what else they had as objects,
    /// lasts from the first start to the last end, is where they are (the place if it is the same, the mean position),
    /// and is as sure as the least sure. Logical and spatial edges of its parts with others become its own; those in
    /// time follow from the times.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] without events, or for one that is none or there twice; [`super::EventError::DuplicateId`]
    /// when another event is called `id`.
    pub fn collapse(&self, members: &[usize], id: &str, action: &str) -> Result<Self, GraphError> {
        let inside: BTreeSet<usize> = members.iter().copied().collect();
        for &member in members {
            self.check_index(member)?;
        }
        let (Some(&first), true) = (inside.first(), inside.len() == members.len()) else {
            return Err(GraphError::argument(
                "the events to put together",
                format!("{members:?}"),
                "one or more, each once",
            ));
        };
        let place_in = |event: usize| inside.iter().position(|&member| member == event);
        let parts = Self {
            events: inside.iter().map(|&member| self.events[member].clone()).collect(),
            edges: self
                .edges
                .iter()
                .filter_map(|edge| {
                    Some(EventEdge { from: place_in(edge.from)?, to: place_in(edge.to)?, ..edge.clone() })
                })
                .collect(),
            tolerance: self.tolerance,
        };
        let whole = whole(parts, id, action);
        let kept: Vec<usize> =
            (0..self.events.len()).filter(|event| *event == first || !inside.contains(event)).collect();
        let event = |&event: &usize| if event == first { whole.clone() } else { self.events[event].clone() };
        let mut out = Self::new(kept.iter().map(event).collect())?.with_tolerance(self.tolerance)?;
        // which of the new events an old one is, or is part of
        let new = |old: usize| {
            let old = if inside.contains(&old) { first } else { old };
            kept.partition_point(|&event| event < old)
        };
        for edge in &self.edges {
            let (from, to) = (new(edge.from), new(edge.to));
            if from == to {
                continue;
            }
            let touched = inside.contains(&edge.from) || inside.contains(&edge.to);
            let mut edge = EventEdge { from, to, ..edge.clone() };
            if let (true, Relation::Temporal(_)) = (touched, &edge.relation) {
                edge.relation = Relation::Temporal(out.allen(from, to));
                edge.weight = (out.events[to].interval.start() - out.events[from].interval.start()).abs();
            }
            out.relate(edge.from, edge.to, edge.relation, edge.weight)?;
        }
        Ok(out)
    }

    /// The graph with an event's details in its place. Edges between other events and between the details stay; those
    /// of the event itself go, because which of its parts they meant is not known: [`EventGraph::derive`] finds those that
    /// follow from the parts.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an event that is none or has no details; [`super::EventError::DuplicateId`] when one of
    /// the details is called like another event.
    pub fn expand(&self, event: usize) -> Result<Self, GraphError> {
        self.check_index(event)?;
        let Some(parts) = &self.events[event].details else {
            let id = &self.events[event].id;
            return Err(GraphError::argument("the event to expand", format!("`{id}`"), "one with details"));
        };
        let before = self.events[..event].iter();
        let events = before.chain(&parts.events).chain(&self.events[event + 1..]).cloned().collect();
        let mut out = Self::new(events)?.with_tolerance(self.tolerance)?;
        let more = parts.events.len();
        let moved = |old: usize| if old < event { old } else { old + more - 1 };
        let others = self.edges.iter().filter(|edge| edge.from != event && edge.to != event);
        out.edges.extend(others.map(|edge| EventEdge {
            from: moved(edge.from),
            to: moved(edge.to),
            ..edge.clone()
        }));
        out.edges.extend(parts.edges.iter().map(|edge| EventEdge {
            from: edge.from + event,
            to: edge.to + event,
            ..edge.clone()
        }));
        Ok(out)
    }
}

fn whole(parts: EventGraph, id: &str, action: &str) -> Event {
    let events = &parts.events;
    let hull = events[1..].iter().fold(events[0].interval, |hull, event| hull.hull(event.interval));
    let mut whole = Event::new(id, distinct(events.iter().flat_map(|event| &event.actors)), action, hull);
    whole.objects = distinct(events.iter().flat_map(|event| &event.objects));
    whole.objects.retain(|object| !whole.actors.iter().any(|actor| actor.name == object.name));
    whole.confidence = events.iter().map(|event| event.confidence).fold(1.0, f64::min);
    let place = &events[0].location.place;
    let same_place = events.iter().all(|event| event.location.place == *place);
    let positions: Vec<[f64; 2]> = events.iter().filter_map(|event| event.location.at).collect();
    let mean = |axis: usize| positions.iter().map(|at| at[axis]).sum::<f64>() / positions.len() as f64;
    whole.location = Location {
        place: place.clone().filter(|_| same_place),
        at: (!positions.is_empty()).then(|| [mean(0), mean(1)]),
    };
    whole.details = Some(Box::new(parts));
    whole
}

/// Each entity once, in the order in which they come.
fn distinct<'a>(entities: impl Iterator<Item = &'a Entity>) -> Vec<Entity> {
    let mut out: Vec<Entity> = Vec::new();
    for entity in entities {
        if !out.iter().any(|other| other.name == entity.name) {
            out.push(entity.clone());
        }
    }
    out
}
