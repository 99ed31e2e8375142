//! Times from relations alone.

use std::cmp::Ordering;

use super::{Allen, EventError, Interval};
use crate::GraphError;

/// Times that fit stated relations, (event, event, relation of the first to the second): whole numbers from 0, as early as
/// they can be. For events that are only told, without times.
///
/// Complete: where no times fit, that is an error. O((n + m) log n): equal ends become one moment, and moments are numbered by
/// the longest chain of earlier ones.
///
/// # Errors
/// [`EventError::Cycle`] names the events of a circle in time; [`GraphError::BadArgument`] for an event that is none.
pub fn timeline(names: &[&str], stated: &[(usize, usize, Allen)]) -> Result<Vec<Interval>, GraphError> {
    let count = names.len();
    let mut moments = Moments { same: (0..2 * count).collect() };
    for &(one, two, relation) in stated {
        if let Some(&event) = [one, two].iter().find(|&&event| event >= count) {
            return Err(GraphError::argument(
                "an event of a relation",
                event,
                format!("an event below {count}"),
            ));
        }
        for (place, told) in relation.ends().into_iter().enumerate() {
            if told == Ordering::Equal {
                moments.join(2 * one + place / 2, 2 * two + place % 2);
            }
        }
    }
    let mut later: Vec<Vec<usize>> = vec![Vec::new(); 2 * count];
    let mut waiting = vec![0_usize; 2 * count];
    let mut earlier = |earlier: usize, then: usize| {
        later[earlier].push(then);
        waiting[then] += 1;
    };
    for event in 0..count {
        earlier(moments.of(2 * event), moments.of(2 * event + 1));
    }
    for &(one, two, relation) in stated {
        for (place, told) in relation.ends().into_iter().enumerate() {
            let (a, b) = (moments.of(2 * one + place / 2), moments.of(2 * two + place % 2));
            match told {
                Ordering::Less => earlier(a, b),
                Ordering::Greater => earlier(b, a),
                Ordering::Equal => {}
            }
        }
    }
    let mut time = vec![0_u32; 2 * count];
    let mut ready: Vec<usize> = (0..2 * count).filter(|&moment| waiting[moment] == 0).collect();
    while let Some(moment) = ready.pop() {
        for &next in &later[moment] {
            time[next] = time[next].max(time[moment] + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    if let Some(stuck) = (0..2 * count).find(|&moment| waiting[moment] > 0) {
        return Err(circle(names, &mut moments, &later, &waiting, stuck).into());
    }
    let mut at = |end: usize| f64::from(time[moments.of(end)]);
    (0..count).map(|event| Interval::new(at(2 * event), at(2 * event + 1))).collect()
}

/// Ends that are one moment: a forest whose roots stand for their trees.
struct Moments {
    same: Vec<usize>,
}

impl Moments {
    fn of(&mut self, end: usize) -> usize {
        let mut root = end;
        while self.same[root] != root {
            root = self.same[root];
        }
        self.same[end] = root;
        root
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.of(one), self.of(two));
        self.same[one.max(two)] = one.min(two);
    }
}

/// The events of one circle: from a moment that never got its turn back along moments that did not either.
fn circle(
    names: &[&str],
    moments: &mut Moments,
    later: &[Vec<usize>],
    waiting: &[usize],
    stuck: usize,
) -> EventError {
    let mut before = vec![usize::MAX; waiting.len()];
    for (moment, next) in later.iter().enumerate() {
        for &next in next {
            if waiting[moment] > 0 && before[next] == usize::MAX {
                before[next] = moment;
            }
        }
    }
    // every moment that waits has one before it that waits, so that going back ends up in a circle
    let mut at = stuck;
    for _ in 0..waiting.len() {
        at = before[at];
    }
    let mut ring = vec![at];
    while before[*ring.last().unwrap_or(&at)] != at {
        let last = *ring.last().unwrap_or(&at);
        ring.push(before[last]);
    }
    ring.reverse();
    let mut events: Vec<usize> = Vec::new();
    for moment in ring {
        let ends: Vec<usize> = (0..2 * names.len()).filter(|&end| moments.of(end) == moment).collect();
        for event in ends.into_iter().map(|end| end / 2) {
            if !events.contains(&event) {
                events.push(event);
            }
        }
    }
    // the same circle always begins at the same event
    let first = (0..events.len()).min_by_key(|&place| events[place]).unwrap_or(0);
    events.rotate_left(first);
    EventError::Cycle { events: events.into_iter().map(|event| names[event].to_owned()).collect() }
}
