//! Sinkhorn's iterations as geomloss 0.3 makes them: ε falls, and each round moves the potentials half-way.

use rayon::prelude::*;

use super::{Costs, Points, ROWS, term};

/// One transport, solved.
pub(super) struct Transport<C> {
    /// Its cost with the entropic term: the mean potential of one side and of the other.
    pub(super) value: f64,
    /// The plan as the points that are moved see it, and as those that they are moved to.
    pub(super) there: Plan<C>,
    pub(super) back: Plan<C>,
}

/// Rows of an entropic plan: how each point is shared out over the other cloud.
pub(super) struct Plan<C> {
    costs: C,
    /// Potentials of the other cloud.
    potential: Vec<f64>,
    epsilon: f64,
}

impl<C: Costs> Plan<C> {
    /// Adds `weight` times the mean of the other cloud's `points`, as a row weighs them, to each row of `into`. The points' own
    /// weights are equal and cancel.
    pub(super) fn add_means<P: Points>(&self, points: P, weight: f64, into: &mut [f64]) {
        let rate = 1.0 / self.epsilon;
        let rows = into.par_chunks_exact_mut(points.width()).enumerate().with_min_len(ROWS);
        rows.for_each_init(Vec::new, |exponents: &mut Vec<f64>, (row, into)| {
            let columns = self.potential.iter().enumerate();
            exponents.clear();
            exponents.extend(columns.map(|(at, potential)| (potential - self.costs.at(row, at)) * rate));
            let most = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            exponents.iter_mut().for_each(|exponent| *exponent = term(*exponent - most));
            let share = weight / exponents.iter().sum::<f64>();
            for (at, part) in exponents.iter().enumerate() {
                if *part > 0.0 {
                    points.add(at, share * part, into);
                }
            }
        });
    }
}

/// Half-way from what it was to what it would be.
fn meet(old: &mut [f64], new: &[f64]) {
    old.iter_mut().zip(new).for_each(|(old, new)| *old = (*old + new) / 2.0);
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// minᵋ of costs less the other cloud's potential, whose points weigh the same.
fn step<C: Costs>(costs: &C, epsilon: f64, potential: &[f64]) -> Vec<f64> {
    let weight = epsilon * (potential.len() as f64).ln();
    let weighed: Vec<f64> = potential.iter().map(|value| value - weight).collect();
    costs.soft_minimum(epsilon, &weighed)
}

/// From one cloud to another, in rounds of these ε, at least one; the last is that of the plan.
pub(super) fn between<C: Costs>(costs: C, epsilons: &[f64]) -> Transport<C> {
    let turned = costs.transposed();
    let both = |epsilon: f64, f: &[f64], g: &[f64]| {
        rayon::join(|| step(&costs, epsilon, g), || step(&turned, epsilon, f))
    };
    let [n, m] = costs.shape();
    let last = epsilons[epsilons.len() - 1];
    let (mut f, mut g) = both(epsilons[0], &vec![0.0; n], &vec![0.0; m]);
    for epsilon in epsilons {
        let (next_f, next_g) = both(*epsilon, &f, &g);
        meet(&mut f, &next_f);
        meet(&mut g, &next_g);
    }
    let (end_f, end_g) = both(last, &f, &g);
    let value = mean(&end_f) + mean(&end_g);
    Transport {
        value,
        there: Plan { costs, potential: g, epsilon: last },
        back: Plan { costs: turned, potential: f, epsilon: last },
    }
}

/// From a cloud to itself, whose two potentials are one: the cost, and the plan.
pub(super) fn within<C: Costs>(costs: C, epsilons: &[f64]) -> (f64, Plan<C>) {
    let last = epsilons[epsilons.len() - 1];
    let mut potential = step(&costs, epsilons[0], &vec![0.0; costs.shape()[0]]);
    for epsilon in epsilons {
        let next = step(&costs, *epsilon, &potential);
        meet(&mut potential, &next);
    }
    let value = 2.0 * mean(&step(&costs, last, &potential));
    (value, Plan { costs, potential, epsilon: last })
}
