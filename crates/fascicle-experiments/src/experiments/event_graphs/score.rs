//! How good a graph is, and how alike two are by simpler means.

use std::collections::BTreeMap;

use fascicle_graph::GraphError;
use fascicle_graph::events::{Allen, Built, Event, EventGraph, EventLikeness, Identity};
use fascicle_graph::matching::{Affinity, FixedPoint, Spectral, assign_max};
use fascicle_graph::measure::Iteration;

use super::world::{Video, Who};
use crate::{Doing, ExperimentError};

/// Events that share this much time can be the same.
const SAME: f64 = 0.5;

/// Found events against true ones.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) found: usize,
    pub(super) true_ones: usize,
    pub(super) hits: usize,
    /// Pairs of events that were hit, those of them in the right relation, and those whose true relation is the
    /// commonest one, in the order of true starts.
    pub(super) pairs: usize,
    pub(super) right: usize,
    pub(super) by_relation: [usize; 13],
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.true_ones += other.true_ones;
        self.hits += other.hits;
        self.pairs += other.pairs;
        self.right += other.right;
        self.by_relation.iter_mut().zip(other.by_relation).for_each(|(all, more)| *all += more);
    }

    /// Harmonic mean of precision and recall.
    pub(super) fn f1(&self) -> f64 {
        2.0 * self.hits as f64 / (self.found + self.true_ones).max(1) as f64
    }

    /// Share of pairs in the right relation.
    pub(super) fn allen(&self) -> f64 {
        self.right as f64 / self.pairs.max(1) as f64
    }

    /// The same, if every pair is said to be in the relation that is commonest in truth.
    pub(super) fn commonest(&self) -> f64 {
        self.by_relation.iter().max().copied().unwrap_or(0) as f64 / self.pairs.max(1) as f64
    }
}

/// Compares what was built with what was scripted. An event is hit by one of the same agent, action and things that
/// shares half of the time; an identity that mixes two of the world is nobody.
pub(super) fn compare(
    built: &Built,
    video: &Video,
    truth: &EventGraph,
) -> Result<(Counts, Vec<Option<usize>>), ExperimentError> {
    let people = Behind { identities: &built.identities, video };
    let (found, events) = (built.graph.events(), truth.events());
    let mut shared = vec![0.0; found.len() * events.len()];
    for (place, (one, two)) in
        found.iter().flat_map(|one| events.iter().map(move |two| (one, two))).enumerate()
    {
        let iou = one.interval.iou(two.interval);
        if iou >= SAME && people.same(one, two) {
            shared[place] = iou;
        }
    }
    let assignment = assign_max(&shared, found.len(), events.len()).doing("pairing events")?;
    let hits: Vec<(usize, usize)> =
        assignment.pairs().filter(|(one, two)| shared[one * events.len() + two] > 0.0).collect();
    let mut counts =
        Counts { found: found.len(), true_ones: events.len(), hits: hits.len(), ..Counts::default() };
    let mut of_truth = vec![None; events.len()];
    for &(one, two) in &hits {
        of_truth[two] = Some(one);
    }
    let order: Vec<(usize, usize)> =
        truth.chronological().into_iter().filter_map(|two| Some((of_truth[two]?, two))).collect();
    for (place, &(one, two)) in order.iter().enumerate() {
        for &(later, later_true) in &order[place + 1..] {
            let wanted = truth.relation(two, later_true).doing("comparing times")?;
            counts.pairs += 1;
            counts.right += usize::from(built.graph.relation(one, later).doing("comparing times")? == wanted);
            let place = Allen::ALL.iter().position(|&relation| relation == wanted).unwrap_or(0);
            counts.by_relation[place] += 1;
        }
    }
    Ok((counts, of_truth))
}

struct Behind<'a> {
    identities: &'a [Identity],
    video: &'a Video,
}

impl Behind<'_> {
    /// Who in the world is behind an identity, if it is one alone.
    fn who(&self, name: &str) -> Option<Who> {
        let identity = self.identities.iter().find(|identity| identity.entity.name == name)?;
        let mut who = identity.tracks.iter().map(|track| {
            let number: usize = track.trim_start_matches('t').parse().ok()?;
            self.video.behind.get(number).copied()
        });
        let first = who.next().flatten()?;
        who.all(|other| other == Some(first)).then_some(first)
    }

    fn same(&self, found: &Event, truth: &Event) -> bool {
        // the script counts from 1
        let number = |name: &str| name.rsplit(' ').next()?.parse::<usize>().ok()?.checked_sub(1);
        let agents = |event: &Event| event.actors.first().and_then(|actor| number(&actor.name));
        let actor = found.actors.first().and_then(|actor| self.who(&actor.name));
        let things: Vec<Option<Who>> = found.objects.iter().map(|object| self.who(&object.name)).collect();
        let wanted: Vec<Option<Who>> =
            truth.objects.iter().map(|object| number(&object.name).map(Who::Thing)).collect();
        found.action == truth.action
            && actor.is_some()
            && actor == agents(truth).map(Who::Agent)
            && things == wanted
    }
}

/// How alike two graphs of events are, by several means; 1 is the same for all of them.
pub(super) const MEANS: [&str; 5] =
    ["graph matching", "spectral matching", "sequence of deeds", "bag of deeds", "bag of actions"];

pub(super) fn likeness(one: &EventGraph, two: &EventGraph) -> Result<[f64; 5], GraphError> {
    let (left, right) = (one.to_graph()?, two.to_graph()?);
    let affinity = Affinity::between(&left, &right, &EventLikeness::default())?;
    let deeds = [words(one, true), words(two, true)];
    let actions = [words(one, false), words(two, false)];
    let spectral = Spectral { iteration: Iteration { tolerance: 1e-6, most: 1000 }, ..Spectral::default() };
    Ok([
        FixedPoint { start: spectral, ..FixedPoint::default() }.run(&affinity)?.normalised,
        spectral.run(&affinity)?.normalised,
        in_sequence(&deeds[0], &deeds[1]),
        in_bags(&deeds[0], &deeds[1]),
        in_bags(&actions[0], &actions[1]),
    ])
}

/// Each event as a word, in the order of starts: its action, or who (by label) does it with what.
fn words(graph: &EventGraph, in_full: bool) -> Vec<String> {
    let word = |event: &Event| {
        if !in_full {
            return event.action.clone();
        }
        let labels = |entities: &[fascicle_graph::events::Entity]| {
            entities.iter().map(|entity| entity.label.as_str()).collect::<Vec<_>>().join("+")
        };
        format!("{} {} {}", labels(&event.actors), event.action, labels(&event.objects))
    };
    graph.chronological().into_iter().map(|event| word(&graph.events()[event])).collect()
}

/// The longest common subsequence, over the mean length.
fn in_sequence(one: &[String], two: &[String]) -> f64 {
    let mut longest = vec![0_usize; two.len() + 1];
    for a in one {
        let mut diagonal = 0;
        for (place, b) in two.iter().enumerate() {
            let above = longest[place + 1];
            longest[place + 1] = if a == b { diagonal + 1 } else { above.max(longest[place]) };
            diagonal = above;
        }
    }
    2.0 * longest[two.len()] as f64 / (one.len() + two.len()).max(1) as f64
}

/// What two bags of words have in common, over their mean size.
fn in_bags(one: &[String], two: &[String]) -> f64 {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for word in one {
        *left.entry(word).or_default() += 1;
    }
    let common = two.iter().filter(|word| match left.get_mut(word.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    2.0 * common.count() as f64 / (one.len() + two.len()).max(1) as f64
}

/// Whether the first of these is the greatest; where others are as great, its chance to be drawn from among them.
pub(super) fn first_is_best(scores: impl Iterator<Item = f64>) -> f64 {
    let scores: Vec<f64> = scores.collect();
    let Some(&first) = scores.first() else { return 0.0 };
    // ties in exact arithmetic are ties here
    const ROUNDING: f64 = 1e-9;
    if scores.iter().any(|&score| score > first + ROUNDING) {
        return 0.0;
    }
    1.0 / scores.iter().filter(|&&score| (score - first).abs() <= ROUNDING).count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_means() {
        let words = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        for (one, two, sequence, bags) in [
            ("abc", "abc", 1.0, 1.0),
            ("abc", "cba", 1.0 / 3.0, 1.0),
            ("aab", "abb", 2.0 / 3.0, 2.0 / 3.0),
            ("", "", 0.0, 0.0),
        ] {
            assert_eq!(in_sequence(&words(one), &words(two)), sequence, "{one} {two}");
            assert_eq!(in_bags(&words(one), &words(two)), bags, "{one} {two}");
        }
    }

    #[test]
    fn ranks() {
        for (scores, expected) in
            [(&[0.9, 0.5][..], 1.0), (&[0.5, 0.9], 0.0), (&[0.5, 0.5, 0.5, 0.1], 1.0 / 3.0), (&[], 0.0)]
        {
            assert_eq!(first_is_best(scores.iter().copied()), expected);
        }
    }
}
