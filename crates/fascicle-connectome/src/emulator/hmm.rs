//! Hidden Markov models with discrete outputs, and what is exactly true of the sequences that they emit.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::sequence::{OutputStatistics, Sequences};
use crate::hmm::{Chain, distribution};
use crate::network::NetworkError;
use crate::random::category;

/// The probability with which a linear chain gets from one end to the other in as few steps as it can.
const END_TO_END: f64 = 0.05;

/// A hidden Markov model, started from its stationary distribution.
///
/// The two families of Torre et al. 2025 (arXiv 2510.25674) are [`Hmm::linear_chain`] and [`Hmm::fully_connected`]. The
/// authors' sequences start in a uniformly drawn state, which in both families is the stationary distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Hmm {
    /// Of the hidden states.
    chain: Chain,
    /// [state][output]
    emission: Vec<Vec<f64>>,
}

impl Hmm {
    /// A model of these matrices: `transition[i][j]` from state i to state j, `emission[i][k]` of output k in state i.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for matrices that do not fit, [`NetworkError::BadArgument`] for fewer than one state or
    /// output and more than 256 outputs, [`NetworkError::Hmm`] for a row that is no distribution and for a chain that has
    /// several stationary distributions.
    pub fn new(transition: Vec<Vec<f64>>, emission: Vec<Vec<f64>>) -> Result<Self, NetworkError> {
        let states = transition.len();
        let outputs = emission.first().map_or(0, Vec::len);
        NetworkError::unless(states > 0, "the number of states", states, "at least 1")?;
        NetworkError::unless((1..=256).contains(&outputs), "the number of outputs", outputs, "1 to 256")?;
        if emission.len() != states {
            let (found, expected) = (format!("{} rows", emission.len()), format!("{states}, one a state"));
            return Err(NetworkError::Shape { what: "the emission matrix", found, expected });
        }
        for row in &transition {
            NetworkError::count("a row of the transition matrix", row.len(), states)?;
        }
        for (state, row) in emission.iter().enumerate() {
            NetworkError::count("a row of the emission matrix", row.len(), outputs)?;
            distribution(&format!("outputs of state {state}"), row)?;
        }
        let transition = transition.into_iter().flatten().collect();
        let chain = Chain::new(vec![1.0 / states as f64; states], transition)?.settled()?;
        Ok(Self { chain, emission })
    }

    /// A chain of states in which each moves to its neighbours alone, each with probability q = .05^(1/(M−1)).
    ///
    /// State i of M emits the three outputs with probabilities .99 (1−α), .01 and .99 α, α = i/(M−1).
    ///
    /// # Errors
    /// [`NetworkError::NegativeStay`] for six states and more: a middle state would stay with probability 1 − 2q < 0.
    /// [`NetworkError::BadArgument`] for fewer than two states.
    pub fn linear_chain(states: usize) -> Result<Self, NetworkError> {
        NetworkError::unless(states >= 2, "the number of states", states, "2 to 5")?;
        let step = END_TO_END.powf(1.0 / (states - 1) as f64);
        if states > 2 && 2.0 * step > 1.0 {
            return Err(NetworkError::NegativeStay { states, step, stay: 1.0 - 2.0 * step });
        }
        let row = |i: usize| {
            let mut row = vec![0.0; states];
            for j in [i.wrapping_sub(1), i + 1] {
                if let Some(probability) = row.get_mut(j) {
                    *probability = step;
                }
            }
            row[i] = 1.0 - row.iter().sum::<f64>();
            row
        };
        let emit = |i: usize| {
            let alpha = i as f64 / (states - 1) as f64;
            vec![0.99 * (1.0 - alpha), 0.01, 0.99 * alpha]
        };
        Self::new((0..states).map(row).collect(), (0..states).map(emit).collect())
    }

    /// States that stay with probability .95 and else move to any other; each emits its own output with probability
    /// 1 − .01 (M−1), which is .98 for three states, and every other with .01.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for fewer than 2 states or more than 100, whose own output would be the rarest.
    pub fn fully_connected(states: usize) -> Result<Self, NetworkError> {
        NetworkError::unless((2..=100).contains(&states), "the number of states", states, "2 to 100")?;
        let others = (states - 1) as f64;
        let row = |own: f64, other: f64| {
            (0..states).map(move |i| (0..states).map(|j| if i == j { own } else { other }).collect())
        };
        Self::new(row(0.95, 0.05 / others).collect(), row(1.0 - 0.01 * others, 0.01).collect())
    }

    /// How many hidden states there are.
    #[must_use]
    pub fn states(&self) -> usize {
        self.chain.states()
    }

    /// How many outputs there are.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.emission[0].len()
    }

    /// The share of time in each hidden state.
    #[must_use]
    pub fn stationary(&self) -> &[f64] {
        self.chain.initial()
    }

    /// What is exactly true of long sequences: how often each output comes and by which it is followed.
    ///
    /// The joint probability of outputs k and l in a row is Σᵢⱼ πᵢ Eᵢₖ Pᵢⱼ Eⱼₗ. O(states² · outputs²).
    #[must_use]
    pub fn statistics(&self) -> OutputStatistics {
        let outputs = self.outputs();
        let mut joint = vec![vec![0.0; outputs]; outputs];
        for (i, share) in self.stationary().iter().enumerate() {
            for (j, step) in self.chain.onward(i).iter().enumerate() {
                for (k, first) in self.emission[i].iter().enumerate() {
                    for (l, second) in self.emission[j].iter().enumerate() {
                        joint[k][l] += share * first * step * second;
                    }
                }
            }
        }
        OutputStatistics::of_joint(joint)
    }

    /// So many sequences of this length.
    #[must_use]
    pub fn sample(&self, count: usize, length: usize, seed: u64) -> Sequences {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut symbols = Vec::with_capacity(count * length);
        for _ in 0..count {
            let mut state = category(self.stationary(), &mut rng);
            for _ in 0..length {
                // at most 256 outputs, as checked when the model was made
                symbols.push(category(&self.emission[state], &mut rng) as u8);
                state = category(self.chain.onward(state), &mut rng);
            }
        }
        Sequences::of_symbols(symbols, length, self.outputs())
    }
}

#[cfg(test)]
mod tests;
