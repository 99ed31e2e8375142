//! What all bins together say of each bin's state.

use super::{Chain, HmmError, bins};

/// Sums above this have lost nothing that an `f64` could show: a term that underflowed is below 1e-307.
const SAFE: f64 = 1e-200;

/// Posterior probabilities of states and of transitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Logarithm of the probability of the observations, over all paths.
    pub log_likelihood: f64,
    /// p(state at bin | all observations), `[bin][state]`; γ in the literature.
    pub states: Vec<f64>,
    /// Expected number of transitions, `[from][to]`: ξ summed over bins.
    pub transitions: Vec<f64>,
}

impl Posterior {
    /// The most probable state of each bin by itself; the first of several that are equal.
    #[must_use]
    pub fn most_probable(&self) -> Vec<usize> {
        let states = self.transitions.len().isqrt();
        self.states.chunks_exact(states).map(first_greatest).collect()
    }
}

/// The forward–backward algorithm on `log_emission` `[bin][state]` = log p(observation | state).
///
/// Each step sums scaled numbers, which is fast, and sums again in logarithms where the scaled sum is so small that terms
/// may have underflowed. O(T S²) time, O(T S) space.
///
/// # Errors
/// [`HmmError::Shape`], [`HmmError::BadEmission`]; [`HmmError::Impossible`] when no path explains the observations.
pub fn forward_backward(chain: &Chain, log_emission: &[f64]) -> Result<Posterior, HmmError> {
    let (bins, states) = (bins(chain, log_emission)?, chain.states());
    let mut mixer = Mixer::new(chain);
    let forward = forward(chain, log_emission, &mut mixer)?;
    let log_likelihood = log_sum(forward[(bins - 1) * states..].iter().copied());

    let mut gamma = vec![0.0; bins * states];
    let mut transitions = vec![0.0; states * states];
    // log p(observations after this bin | its state)
    let mut backward = vec![0.0; states];
    let mut ahead = vec![0.0; states];
    normalise(&forward[(bins - 1) * states..], &backward, &mut gamma[(bins - 1) * states..]);
    for bin in (0..bins - 1).rev() {
        let emitted = &log_emission[(bin + 1) * states..][..states];
        for ((ahead, after), emitted) in ahead.iter_mut().zip(&backward).zip(emitted) {
            *ahead = after + emitted;
        }
        mixer.backward(&ahead, &mut backward);
        let before = &forward[bin * states..][..states];
        mixer.pairs(before, &ahead, &mut transitions);
        normalise(before, &backward, &mut gamma[bin * states..][..states]);
    }
    Ok(Posterior { log_likelihood, states: gamma, transitions })
}

/// log p(observations up to the bin, its state), [bin][state].
fn forward(chain: &Chain, log_emission: &[f64], mixer: &mut Mixer<'_>) -> Result<Vec<f64>, HmmError> {
    let states = chain.states();
    let mut forward = vec![0.0; log_emission.len()];
    for (bin, emitted) in log_emission.chunks_exact(states).enumerate() {
        let (past, present) = forward.split_at_mut(bin * states);
        let present = &mut present[..states];
        if bin == 0 {
            for (value, probability) in present.iter_mut().zip(chain.initial()) {
                *value = probability.ln();
            }
        } else {
            mixer.forward(&past[(bin - 1) * states..], present);
        }
        for (value, emitted) in present.iter_mut().zip(emitted) {
            *value += emitted;
        }
        if present.iter().all(|value| *value == f64::NEG_INFINITY) {
            return Err(HmmError::Impossible { bin });
        }
    }
    Ok(forward)
}

/// Products of the transition matrix with vectors of logarithms.
struct Mixer<'a> {
    chain: &'a Chain,
    scaled: Vec<f64>,
    other: Vec<f64>,
}

impl<'a> Mixer<'a> {
    fn new(chain: &'a Chain) -> Self {
        let zeros = vec![0.0; chain.states()];
        Self { chain, scaled: zeros.clone(), other: zeros }
    }

    /// out[to] = log Σ_from exp(before[from]) A[from][to].
    fn forward(&mut self, before: &[f64], out: &mut [f64]) {
        let (states, transition) = (before.len(), self.chain.transition());
        let top = scale(before, &mut self.scaled);
        out.fill(0.0);
        for (weight, row) in self.scaled.iter().zip(transition.chunks_exact(states)) {
            for (sum, probability) in out.iter_mut().zip(row) {
                *sum += weight * probability;
            }
        }
        for (to, sum) in out.iter_mut().enumerate() {
            let exact =
                || log_sum((0..states).map(|from| before[from] + transition[from * states + to].ln()));
            *sum = if *sum > SAFE { top + sum.ln() } else { exact() };
        }
    }

    /// out[from] = log Σ_to A[from][to] exp(ahead[to]).
    fn backward(&mut self, ahead: &[f64], out: &mut [f64]) {
        let states = ahead.len();
        let top = scale(ahead, &mut self.scaled);
        for (row, value) in self.chain.transition().chunks_exact(states).zip(out) {
            let sum: f64 =
                row.iter().zip(&self.scaled).map(|(probability, weight)| probability * weight).sum();
            let exact =
                || log_sum(row.iter().zip(ahead).map(|(probability, after)| probability.ln() + after));
            *value = if sum > SAFE { top + sum.ln() } else { exact() };
        }
    }

    /// Adds p(from, to) ∝ exp(before[from]) A[from][to] exp(ahead[to]), after [`Mixer::backward`] of the same `ahead`.
    fn pairs(&mut self, before: &[f64], ahead: &[f64], totals: &mut [f64]) {
        let (states, transition) = (before.len(), self.chain.transition());
        scale(before, &mut self.other);
        let mut sum = 0.0;
        for (weight, row) in self.other.iter().zip(transition.chunks_exact(states)) {
            let inner: f64 =
                row.iter().zip(&self.scaled).map(|(probability, after)| probability * after).sum();
            sum += weight * inner;
        }
        if sum > SAFE {
            for (from, row) in totals.chunks_exact_mut(states).enumerate() {
                let weight = self.other[from] / sum;
                for (to, total) in row.iter_mut().enumerate() {
                    *total += weight * transition[from * states + to] * self.scaled[to];
                }
            }
            return;
        }
        let log = |at: usize| before[at / states] + transition[at].ln() + ahead[at % states];
        let whole = log_sum((0..states * states).map(log));
        for (at, total) in totals.iter_mut().enumerate() {
            *total += (log(at) - whole).exp();
        }
    }
}

/// exp(values − their greatest), and the greatest.
fn scale(values: &[f64], out: &mut [f64]) -> f64 {
    let top = greatest(values.iter().copied());
    for (out, value) in out.iter_mut().zip(values) {
        *out = if top == f64::NEG_INFINITY { 0.0 } else { (value - top).exp() };
    }
    top
}

/// out ∝ exp(a + b), with sum 1.
fn normalise(a: &[f64], b: &[f64], out: &mut [f64]) {
    let top = greatest(a.iter().zip(b).map(|(a, b)| a + b));
    let mut sum = 0.0;
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = (a + b - top).exp();
        sum += *out;
    }
    for out in out {
        *out /= sum;
    }
}

/// log Σ exp(values), −∞ for none.
pub(super) fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = greatest(values.clone());
    if top == f64::NEG_INFINITY {
        top
    } else {
        top + values.map(|value| (value - top).exp()).sum::<f64>().ln()
    }
}

fn greatest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

/// Where the greatest value is; the first place of several.
pub(super) fn first_greatest(values: &[f64]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}
