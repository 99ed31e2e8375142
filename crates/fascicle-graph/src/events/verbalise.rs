//! Graphs of events in words: the proto-language that a language model may polish.

use super::{Allen, Entity, Event, EventGraph, Relation};

impl EventGraph {
    /// One clause an event, in the order of their starts, each joined to the one before by what relates the two in time: a
    /// plain and complete text, not an elegant one. Logical relations that were stated by the caller (`because`) follow the clause of
    /// the event that they start at. Empty for a graph without events.
    ///
    /// ```
    /// use fascicle_graph::events::{Entity, Event, EventGraph, Interval};
    ///
    /// # fn main() -> Result<(), fascicle_graph::GraphError> {
    /// let [man, phone] = [Entity::new("man 1", "man"), Entity::new("phone 1", "phone")];
    /// let graph = EventGraph::new(vec![
    ///     Event::new("e1", [man.clone()], "walk", Interval::new(0.0, 2.0)?).in_place("kitchen"),
    ///     Event::new("e2", [man], "take", Interval::new(2.0, 3.0)?).with([phone]),
    /// ])?;
    /// assert_eq!(graph.verbalise(), "First, man 1: walk in the kitchen (0–2). Right after that, man 1: take phone 1 (2–3).");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn verbalise(&self) -> String {
        let order = self.chronological();
        let clauses = order.iter().enumerate().map(|(place, &event)| {
            let connective = match place.checked_sub(1) {
                None => "First, ",
                Some(before) => connective(self.allen(order[before], event)),
            };
            format!("{connective}{}{}.", clause(&self.events[event]), self.reasons(event))
        });
        clauses.collect::<Vec<_>>().join(" ")
    }

    /// What was stated of an event and others, beyond what follows from the events.
    fn reasons(&self, event: usize) -> String {
        let stated =
            self.edges.iter().filter(|edge| edge.from == event).filter_map(|edge| match &edge.relation {
                Relation::Logical(name)
                    if ![Relation::NEXT, Relation::ACTS_ON, Relation::SHARED_OBJECT]
                        .contains(&name.as_str()) =>
                {
                    let other = &self.events[edge.to];
                    Some(format!(", {name} {}", deed(other)))
                }
                _ => None,
            });
        stated.collect()
    }
}

/// From the relation of the event before to this one, which starts no earlier.
fn connective(relation: Allen) -> &'static str {
    match relation {
        Allen::Before => "Then, ",
        Allen::Meets => "Right after that, ",
        Allen::Equals => "At the same time, ",
        Allen::Starts | Allen::StartedBy => "Starting together with that, ",
        Allen::Contains | Allen::FinishedBy => "During that, ",
        Allen::Overlaps => "Before that ends, ",
        // an event that starts later, by less than the tolerance, may lie so
        Allen::During | Allen::Finishes | Allen::OverlappedBy => "Meanwhile, ",
        Allen::MetBy | Allen::After => "Before that, ",
    }
}

fn clause(event: &Event) -> String {
    let place = event.location.place.as_ref().map(|place| format!(" in the {place}")).unwrap_or_default();
    let interval = event.interval;
    format!("{}{place} ({}–{})", deed(event), seconds(interval.start()), seconds(interval.end()))
}

fn deed(event: &Event) -> String {
    let who = if event.actors.is_empty() { "someone".to_owned() } else { list(&event.actors) };
    let what = if event.objects.is_empty() { String::new() } else { format!(" {}", list(&event.objects)) };
    format!("{who}: {}{what}", event.action)
}

/// `a`, `a and b`, `a, b and c`.
fn list(entities: &[Entity]) -> String {
    let names: Vec<&str> = entities.iter().map(|entity| entity.name.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// With two decimals at most.
fn seconds(time: f64) -> String {
    let text = format!("{time:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
