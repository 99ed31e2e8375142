//! Tests of what the files beside this one are about.

mod build;
mod graphs;
mod mending;
mod relations;
mod words;

use super::{Entity, Event, Interval};
use crate::GraphError;

fn at(start: f64, end: f64) -> Interval {
    Interval::new(start, end).unwrap()
}

/// One actor's event; the label is the name without its number.
fn event(id: &str, actor: &str, action: &str, start: f64, end: f64) -> Event {
    Event::new(id, [entity(actor)], action, at(start, end))
}

fn entity(name: &str) -> Entity {
    Entity::new(name, name.split(' ').next().unwrap_or_default())
}

fn text<T: std::fmt::Debug>(result: Result<T, GraphError>) -> String {
    result.unwrap_err().to_string()
}
