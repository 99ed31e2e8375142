//! Events and what relates them.

use std::collections::HashMap;

use super::{Allen, Event, EventError, Relation};
use crate::GraphError;

/// An edge of an [`EventGraph`].
#[derive(Clone, Debug, PartialEq)]
pub struct EventEdge {
    /// The event it starts at, as an index into [`EventGraph::events`].
    pub from: usize,
    /// The event it leads to.
    pub to: usize,
    /// What it says.
    pub relation: Relation,
    /// Temporal: the time between the two starts. Spatial: the distance, 0 in a place of the same name. Logical: 1, or as
    /// stated.
    pub weight: f64,
}

/// Events and the relations between them in time, in space and by meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventGraph {
    pub(super) events: Vec<Event>,
    pub(super) edges: Vec<EventEdge>,
    pub(super) tolerance: f64,
}

impl EventGraph {
    /// A graph of events without edges; [`EventGraph::derive`] adds those that follow from the events.
    ///
    /// # Errors
    /// [`EventError::DuplicateId`]; [`EventError::BadEvent`] for a confidence outside 0 to 1, a position that is not
    /// finite, and attributes called like a part of every event.
    pub fn new(events: Vec<Event>) -> Result<Self, GraphError> {
        let mut ids: HashMap<&str, ()> = HashMap::with_capacity(events.len());
        for event in &events {
            event.check()?;
            if ids.insert(&event.id, ()).is_some() {
                return Err(EventError::DuplicateId { id: event.id.clone() }.into());
            }
        }
        Ok(Self { events, ..Self::default() })
    }

    /// Sets how far apart in time two ends may be that still count as the same moment.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when it is negative or not finite.
    pub fn with_tolerance(mut self, tolerance: f64) -> Result<Self, GraphError> {
        if !(tolerance.is_finite() && tolerance >= 0.0) {
            return Err(GraphError::argument("the tolerance", tolerance, "a finite number from 0 up"));
        }
        self.tolerance = tolerance;
        Ok(self)
    }

    /// The events, in the order in which they came.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The edges. An undirected one is there once, from the event of lower index.
    #[must_use]
    pub fn edges(&self) -> &[EventEdge] {
        &self.edges
    }

    /// How far apart in time two ends may be that still count as the same moment.
    #[must_use]
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The index of the event of this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.events.iter().position(|event| event.id == id)
    }

    /// The relation in time of one event to another, by their times and the tolerance.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an event that is none.
    pub fn relation(&self, one: usize, two: usize) -> Result<Allen, GraphError> {
        self.check_index(one)?;
        self.check_index(two)?;
        Ok(self.allen(one, two))
    }

    pub(super) fn allen(&self, one: usize, two: usize) -> Allen {
        Allen::of(self.events[one].interval, self.events[two].interval, self.tolerance)
    }

    pub(super) fn check_index(&self, event: usize) -> Result<(), GraphError> {
        let count = self.events.len();
        if event < count {
            Ok(())
        } else {
            Err(GraphError::argument("an event's index", event, format!("an index below {count}")))
        }
    }

    /// Indices of the events by start, then end, then their order.
    #[must_use]
    pub fn chronological(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by(|&one, &two| {
            let (one, two) = (self.events[one].interval, self.events[two].interval);
            one.start().total_cmp(&two.start()).then(one.end().total_cmp(&two.end()))
        });
        order
    }

    /// States a relation between two events, once: one that is there already stays as it is.
    ///
    /// # Errors
    /// [`EventError::Contradiction`] for a relation in time that the times do not have; [`GraphError::BadArgument`] for
    /// an event that is none, an event and itself, and a weight that is not finite.
    pub fn relate(
        &mut self,
        from: usize,
        to: usize,
        relation: Relation,
        weight: f64,
    ) -> Result<(), GraphError> {
        let edge = self.checked(EventEdge { from, to, relation, weight })?;
        if !self.edges.iter().any(|other| other.says_the_same(&edge)) {
            self.edges.push(edge);
        }
        Ok(())
    }

    pub(super) fn checked(&self, edge: EventEdge) -> Result<EventEdge, GraphError> {
        self.check_index(edge.from)?;
        self.check_index(edge.to)?;
        let id = |event: usize| self.events[event].id.clone();
        if edge.from == edge.to {
            let found = format!("of `{}` to itself", id(edge.from));
            return Err(GraphError::argument("a relation", found, "another event"));
        }
        if !edge.weight.is_finite() {
            return Err(GraphError::argument("the weight of a relation", edge.weight, "a finite number"));
        }
        if let Relation::Temporal(stated) = edge.relation {
            let computed = self.allen(edge.from, edge.to);
            if computed != stated {
                let (from, to) = (id(edge.from), id(edge.to));
                return Err(EventError::Contradiction { from, to, stated, computed }.into());
            }
        }
        Ok(edge.in_order())
    }
}

impl EventEdge {
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        (self.from, self.to) == (other.from, other.to) && self.relation == other.relation
    }

    /// Undirected edges lead from the lower index, relations in time forward.
    pub(super) fn in_order(mut self) -> Self {
        let turned = match &mut self.relation {
            Relation::Temporal(relation) if !relation.is_forward() => {
                *relation = relation.inverse();
                true
            }
            relation => !relation.directed() && self.from > self.to,
        };
        if turned {
            std::mem::swap(&mut self.from, &mut self.to);
        }
        self
    }
}
