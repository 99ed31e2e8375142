//! Events as they are told, made fit for a graph or refused.

use std::collections::HashSet;

use super::{Entity, Event, EventError, EventGraph, Interval, Location, Repair};
use crate::GraphError;

/// An event as told, with times that may be none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Its name.
    pub id: String,
    /// Who.
    pub actors: Vec<Entity>,
    /// Does what.
    pub action: String,
    /// With what.
    pub objects: Vec<Entity>,
    /// Where.
    pub location: Location,
    /// From when.
    pub start: f64,
    /// To when.
    pub end: f64,
}

/// What to do with an event that ends before it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reversed {
    /// [`EventError::BadTimes`].
    #[default]
    Error,
    /// Exchange its ends.
    Swap,
    /// Leave it out.
    Drop,
}

/// What to do with an event that ends as it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Instants {
    /// [`EventError::BadTimes`].
    #[default]
    Error,
    /// Make it this long, about its moment.
    Widen(f64),
    /// Leave it out.
    Drop,
}

/// What to do with a second event of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// [`EventError::DuplicateId`].
    #[default]
    Error,
    /// Add a number to it: `walk`, `walk (2)`.
    Number,
    /// Leave it out.
    Drop,
}

/// What may be changed in told events, and what is an error. By default nothing may.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mend {
    /// Ends before starts.
    pub reversed: Reversed,
    /// Events without length.
    pub instants: Instants,
    /// Names that come twice.
    pub ids: Ids,
}

impl Mend {
    /// A graph of told events, without edges, and what was changed for it.
    ///
    /// # Errors
    /// [`EventError::BadTimes`] for times that are not finite, or that may not be changed; [`EventError::DuplicateId`];
    /// [`GraphError::BadArgument`] for a length to widen to that is none; otherwise as [`EventGraph::new`].
    pub fn run(
        &self,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> Result<(EventGraph, Vec<Repair>), GraphError> {
        let (mut events, mut repairs) = (Vec::new(), Vec::new());
        let mut ids: HashSet<String> = HashSet::new();
        for draft in drafts {
            let Some(interval) = self.interval(&draft, &mut repairs)? else { continue };
            let id = if ids.contains(&draft.id) {
                match self.ids {
                    Ids::Error => return Err(EventError::DuplicateId { id: draft.id }.into()),
                    Ids::Drop => {
                        let why = "another has its name";
                        repairs.push(Repair::DroppedEvent { event: draft.id, why });
                        continue;
                    }
                    Ids::Number => {
                        let free = (2_usize..).map(|number| format!("{} ({number})", draft.id));
                        // invariant: of ids.len() + 1 numbers one is free
                        let to =
                            free.take(ids.len() + 1).find(|id| !ids.contains(id)).expect("a free number");
                        repairs.push(Repair::Renamed { event: draft.id, to: to.clone() });
                        to
                    }
                }
            } else {
                draft.id
            };
            ids.insert(id.clone());
            let mut event = Event::new(id, draft.actors, draft.action, interval).with(draft.objects);
            event.location = draft.location;
            events.push(event);
        }
        Ok((EventGraph::new(events)?, repairs))
    }

    fn interval(&self, draft: &Draft, repairs: &mut Vec<Repair>) -> Result<Option<Interval>, GraphError> {
        let Draft { id, start, end, .. } = draft;
        let event = id.clone();
        let bad = || EventError::BadTimes { event: id.clone(), start: *start, end: *end };
        if !(start.is_finite() && end.is_finite()) {
            return Err(bad().into());
        }
        if end < start {
            return match self.reversed {
                Reversed::Error => Err(bad().into()),
                Reversed::Drop => {
                    repairs.push(Repair::DroppedEvent { event, why: "it ended before it started" });
                    Ok(None)
                }
                Reversed::Swap => {
                    repairs.push(Repair::SwappedEnds { event });
                    Interval::new(*end, *start).map(Some)
                }
            };
        }
        if end > start {
            return Interval::new(*start, *end).map(Some);
        }
        match self.instants {
            Instants::Error => Err(bad().into()),
            Instants::Drop => {
                repairs.push(Repair::DroppedEvent { event, why: "it had no length" });
                Ok(None)
            }
            Instants::Widen(length) => {
                if !(length.is_finite() && length > 0.0) {
                    return Err(GraphError::argument(
                        "the length that instants get",
                        length,
                        "a positive number",
                    ));
                }
                repairs.push(Repair::Widened { event, length });
                Interval::new(start - length / 2.0, end + length / 2.0).map(Some)
            }
        }
    }
}
