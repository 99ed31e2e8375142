//! Units that speak up just before the output changes.

use std::collections::BTreeMap;

use super::Trajectory;
use crate::emulator::EmulatorWeights;
use crate::network::NetworkError;

/// The units that lead one kind of transition.
#[derive(Clone, Debug, PartialEq)]
pub struct KickUnits {
    /// The output that is left.
    pub from: usize,
    /// The output that follows.
    pub to: usize,
    /// How often it was seen.
    pub seen: usize,
    /// The units, the most telling first.
    pub units: Vec<usize>,
    /// By how many standard deviations of its activity each of them is above its mean before the change.
    pub lift: Vec<f64>,
}

/// How a network's units act on each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coupling {
    /// Mean weight between different units of one group.
    pub within: f64,
    /// Mean weight between units of two groups, both ways.
    pub between: f64,
}

impl Coupling {
    /// The weights inside of two groups and between them; positive within and negative between is what the authors find
    /// of kick neurons. NaN where there is no such pair.
    #[must_use]
    pub fn of(weights: &EmulatorWeights, first: &[usize], second: &[usize]) -> Self {
        let hidden = weights.size().hidden;
        let weight = |to: usize, from: usize| weights.recurrent()[to * hidden + from];
        let mean = |pairs: &mut dyn Iterator<Item = (usize, usize)>| {
            let (sum, count) = pairs
                .filter(|(to, from)| to != from)
                .fold((0.0, 0_usize), |(sum, count), (to, from)| (sum + weight(to, from), count + 1));
            sum / count as f64
        };
        let own = [first, second];
        let within =
            mean(&mut own.iter().flat_map(|group| {
                group.iter().flat_map(move |to| group.iter().map(move |from| (*to, *from)))
            }));
        let between =
            mean(&mut first.iter().flat_map(|a| second.iter().flat_map(move |b| [(*a, *b), (*b, *a)])));
        Self { within, between }
    }
}

/// For each kind of transition in these trajectories the `count` units that are highest above their mean, in standard
/// deviations, in the `before` states that precede the change. The commonest kind first.
///
/// This is a reconstruction: the authors pick kick neurons by hand from activity in the kick zones.
///
/// # Errors
/// [`NetworkError::BadArgument`] for a `count` or `before` of 0, [`NetworkError::Shape`] for trajectories of another network.
pub fn kick_units(
    weights: &EmulatorWeights,
    trajectories: &[Trajectory],
    before: usize,
    count: usize,
) -> Result<Vec<KickUnits>, NetworkError> {
    let hidden = weights.size().hidden;
    NetworkError::unless(before > 0, "the number of states before a change", before, "at least 1")?;
    let fits = (1..=hidden).contains(&count);
    NetworkError::unless(fits, "the number of kick units", count, &format!("1 to {hidden}"))?;
    let mut all = Moments::new(hidden);
    let mut kinds: BTreeMap<(usize, usize), (usize, Moments)> = BTreeMap::new();
    for run in trajectories {
        NetworkError::count("a trajectory", run.states.len(), run.leading.len() * hidden)?;
        let state = |at: usize| &run.states[at * hidden..(at + 1) * hidden];
        (0..run.leading.len()).for_each(|at| all.add(state(at)));
        for at in before..run.leading.len() {
            let (from, to) = (run.leading[at - 1], run.leading[at]);
            if from != to {
                let (seen, moments) = kinds.entry((from, to)).or_insert_with(|| (0, Moments::new(hidden)));
                *seen += 1;
                (at - before..at).for_each(|at| moments.add(state(at)));
            }
        }
    }
    let (mean, deviation) = (all.mean(), all.deviation());
    let mut found: Vec<KickUnits> = kinds
        .into_iter()
        .map(|((from, to), (seen, moments))| {
            let lifted = moments.mean();
            let lift = |unit: usize| {
                if deviation[unit] > 0.0 { (lifted[unit] - mean[unit]) / deviation[unit] } else { 0.0 }
            };
            let mut units: Vec<usize> = (0..hidden).collect();
            units.sort_by(|a, b| lift(*b).total_cmp(&lift(*a)));
            units.truncate(count);
            let lift = units.iter().map(|unit| lift(*unit)).collect();
            KickUnits { from, to, seen, units, lift }
        })
        .collect();
    found.sort_by_key(|kick| std::cmp::Reverse(kick.seen));
    Ok(found)
}

struct Moments {
    count: f64,
    sum: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    fn new(size: usize) -> Self {
        Self { count: 0.0, sum: vec![0.0; size], squares: vec![0.0; size] }
    }

    fn add(&mut self, values: &[f64]) {
        self.count += 1.0;
        for ((sum, square), value) in self.sum.iter_mut().zip(&mut self.squares).zip(values) {
            *sum += value;
            *square += value * value;
        }
    }

    fn mean(&self) -> Vec<f64> {
        self.sum.iter().map(|sum| sum / self.count).collect()
    }

    fn deviation(&self) -> Vec<f64> {
        let variance = |(sum, square): (&f64, &f64)| square / self.count - (sum / self.count).powi(2);
        self.sum.iter().zip(&self.squares).map(|pair| variance(pair).max(0.0).sqrt()).collect()
    }
}
