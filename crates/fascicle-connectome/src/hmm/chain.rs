//! A Markov chain: where it starts and how it goes on.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::HmmError;
use crate::random::category;

/// Sums of probabilities may be this far from 1.
const SLACK: f64 = 1e-9;

/// Initial and transition probabilities of a chain of S states.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    initial: Vec<f64>,
    /// [from][to]
    transition: Vec<f64>,
}

impl Chain {
    /// A chain with these probabilities: `initial` `[state]`, `transition` `[from][to]` row by row.
    ///
    /// # Errors
    /// [`HmmError::NoStates`], [`HmmError::Shape`], [`HmmError::BadProbability`] and [`HmmError::NotNormalised`] (sums
    /// more than 1e-9 from 1).
    pub fn new(initial: Vec<f64>, transition: Vec<f64>) -> Result<Self, HmmError> {
        let states = initial.len();
        if states == 0 {
            return Err(HmmError::NoStates);
        }
        if transition.len() != states * states {
            return Err(HmmError::Shape {
                what: "transition probabilities",
                found: transition.len(),
                expected: format!("{states} × {states}"),
            });
        }
        distribution("initial probabilities", &initial)?;
        for (from, row) in transition.chunks_exact(states).enumerate() {
            distribution(&format!("transitions from state {from}"), row)?;
        }
        Ok(Self { initial, transition })
    }

    /// A chain that starts anywhere, stays with probability `stay` and else goes to any other state. With one state it
    /// stays, whatever `stay` is.
    ///
    /// # Errors
    /// [`HmmError::NoStates`]; [`HmmError::BadProbability`] when `stay` is none and there are several states.
    pub fn sticky(states: usize, stay: f64) -> Result<Self, HmmError> {
        let off = if states > 1 { (1.0 - stay) / (states - 1) as f64 } else { 0.0 };
        let on = if states > 1 { stay } else { 1.0 };
        let transition =
            (0..states * states).map(|at| if at / states == at % states { on } else { off }).collect();
        Self::new(vec![1.0 / states as f64; states], transition)
    }

    /// S.
    #[must_use]
    pub fn states(&self) -> usize {
        self.initial.len()
    }

    /// Initial probabilities, `[state]`.
    #[must_use]
    pub fn initial(&self) -> &[f64] {
        &self.initial
    }

    /// Transition probabilities, `[from][to]`.
    #[must_use]
    pub fn transition(&self) -> &[f64] {
        &self.transition
    }

    /// The probabilities of what follows a state.
    pub(crate) fn onward(&self, state: usize) -> &[f64] {
        &self.transition[state * self.states()..][..self.states()]
    }

    /// The same chain, started from its stationary distribution.
    ///
    /// # Errors
    /// As [`Chain::stationary`].
    pub fn settled(self) -> Result<Self, HmmError> {
        Ok(Self { initial: self.stationary()?, ..self })
    }

    /// The chain whose state `s` is this one's state `order[s]`.
    ///
    /// # Errors
    /// [`HmmError::NotAnOrder`] when `order` is no permutation of the states.
    pub fn reordered(&self, order: &[usize]) -> Result<Self, HmmError> {
        let states = self.states();
        is_order(order, states)?;
        let transition =
            (0..states * states).map(|at| self.transition[order[at / states] * states + order[at % states]]);
        Ok(Self {
            initial: order.iter().map(|&state| self.initial[state]).collect(),
            transition: transition.collect(),
        })
    }

    /// A path of so many bins.
    #[must_use]
    pub fn sample(&self, bins: usize, seed: u64) -> Vec<usize> {
        self.sample_with(bins, &mut StdRng::seed_from_u64(seed))
    }

    pub(crate) fn sample_with(&self, bins: usize, rng: &mut StdRng) -> Vec<usize> {
        let mut path = Vec::with_capacity(bins);
        for bin in 0..bins {
            let next = match bin {
                0 => category(&self.initial, rng),
                _ => category(self.onward(path[bin - 1]), rng),
            };
            path.push(next);
        }
        path
    }
}

/// Whether `order` names each of so many states once.
fn is_order(order: &[usize], states: usize) -> Result<(), HmmError> {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    if sorted.into_iter().eq(0..states) {
        return Ok(());
    }
    Err(HmmError::NotAnOrder { order: order.to_vec(), states })
}

/// Fails unless these are the probabilities of all that may happen.
pub(crate) fn distribution(what: &str, probabilities: &[f64]) -> Result<(), HmmError> {
    let no_probability = |value: &f64| !(0.0..=1.0).contains(value);
    if let Some(index) = probabilities.iter().position(no_probability) {
        return Err(HmmError::BadProbability { what: what.to_owned(), index, value: probabilities[index] });
    }
    let sum: f64 = probabilities.iter().sum();
    if (sum - 1.0).abs() > SLACK {
        return Err(HmmError::NotNormalised { what: what.to_owned(), sum });
    }
    Ok(())
}
