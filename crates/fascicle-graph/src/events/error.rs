//! What can be wrong with events.

use thiserror::Error;

use super::Allen;

/// Why events do not make a graph.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum EventError {
    /// Two events of one name.
    #[error("two events are called `{id}`; give each its own id, or let `Ids::Number` do it")]
    DuplicateId {
        /// The name.
        id: String,
    },

    /// Times that are no interval.
    #[error(
        "event `{event}` runs from {start} to {end}; expected a start before the end, both finite; \
         `Mend` can swap ends and widen instants"
    )]
    BadTimes {
        /// The event.
        event: String,
        /// When it is said to start.
        start: f64,
        /// When it is said to end.
        end: f64,
    },

    /// Something else that an event cannot be.
    #[error("event `{event}` has {what} {found}; expected {expected}")]
    BadEvent {
        /// The event.
        event: String,
        /// What is wrong: `a confidence of`.
        what: &'static str,
        /// What it is.
        found: String,
        /// What would do.
        expected: &'static str,
    },

    /// A relation between times that the times do not have.
    #[error(
        "`{from}` is said to be `{stated}` to `{to}`, but their times say `{computed}`; correct one of them, or \
         raise the tolerance"
    )]
    Contradiction {
        /// The event that the relation starts at.
        from: String,
        /// The event that it leads to.
        to: String,
        /// The relation as stated.
        stated: Allen,
        /// The relation of the times.
        computed: Allen,
    },

    /// Events each of which has to come before the next, and the last before the first.
    #[error(
        "no times fit: {} stand in a circle, each to come before the next; take one relation back",
        ring(events)
    )]
    Cycle {
        /// Them, in the order of the circle.
        events: Vec<String>,
    },

    /// A node of a graph that is no event.
    #[error("node `{node}` is no event: {problem}")]
    NoEvent {
        /// The node.
        node: String,
        /// What is missing or wrong.
        problem: String,
    },

    /// A layer of a graph that is no relation of events.
    #[error(
        "layer `{layer}` is no relation of events; expected `temporal/before` (or another of Allen's), `spatial/near`, \
         `spatial/same-place` or `logical/…`, directed but for {}", super::relation::UNDIRECTED.join(", ")
    )]
    NoRelation {
        /// The layer.
        layer: String,
    },

    /// A detection that is none.
    #[error("detection {row} (frame {frame}, track `{track}`) has {what} {found}; expected {expected}")]
    BadDetection {
        /// Its place in the list, from 0.
        row: usize,
        /// Its frame.
        frame: u64,
        /// Its track.
        track: String,
        /// What is wrong: `the box`.
        what: &'static str,
        /// What it is.
        found: String,
        /// What would do.
        expected: &'static str,
    },
}

fn ring(events: &[String]) -> String {
    events.iter().map(|event| format!("`{event}`")).collect::<Vec<_>>().join(" → ")
}
