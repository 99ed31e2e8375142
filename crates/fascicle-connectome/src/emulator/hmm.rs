//! Hidden Markov models with discrete outputs, and what is exactly true of the sequences that they emit.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::sequence::{OutputStatistics, Sequences};
use crate::network::NetworkError;
use crate::random::category;

/// How far a row of probabilities may be from 1 in sum.
const ROUNDING: f64 = 1e-9;
/// Repeated squaring of the transition matrix: 2⁶⁰ steps.
const SQUARINGS: usize = 60;
/// The probability with which a linear chain gets from one end to the other in as few steps as it can.
const END_TO_END: f64 = 0.05;

/// A hidden Markov model, started from its stationary distribution.
///
/// The two families of Torre et al. 2025 (arXiv 2510.25674) are [`Hmm::linear_chain`] and [`Hmm::fully_connected`]. The
/// authors' sequences start in a uniformly drawn state, which in both families is the stationary distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Hmm {
    transition: Vec<Vec<f64>>,
    emission: Vec<Vec<f64>>,
    stationary: Vec<f64>,
}

impl Hmm {
    /// A model of these matrices: `transition[i][j]` from state i to state j, `emission[i][k]` of output k in state i.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for matrices that do not fit, [`NetworkError::NotDistribution`] for a row that is no
    /// distribution, [`NetworkError::BadArgument`] for fewer than one state or output, more than 256 outputs, and for a
    /// chain that has several stationary distributions (parts without way between them) or none (periodic).
    pub fn new(transition: Vec<Vec<f64>>, emission: Vec<Vec<f64>>) -> Result<Self, NetworkError> {
        let states = transition.len();
        let outputs = emission.first().map_or(0, Vec::len);
        NetworkError::unless(states > 0, "the number of states", states, "at least 1")?;
        NetworkError::unless((1..=256).contains(&outputs), "the number of outputs", outputs, "1 to 256")?;
        if emission.len() != states {
            let (found, expected) = (format!("{} rows", emission.len()), format!("{states}, one a state"));
            return Err(NetworkError::Shape { what: "the emission matrix", found, expected });
        }
        for (name, matrix, width) in [("transition", &transition, states), ("emission", &emission, outputs)] {
            for (row, probabilities) in matrix.iter().enumerate() {
                distribution(name, row, probabilities, width)?;
            }
        }
        let stationary = stationary(&transition)?;
        Ok(Self { transition, emission, stationary })
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
        self.transition.len()
    }

    /// How many outputs there are.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.emission[0].len()
    }

    /// The share of time in each hidden state.
    #[must_use]
    pub fn stationary(&self) -> &[f64] {
        &self.stationary
    }

    /// What is exactly true of long sequences: how often each output comes and by which it is followed.
    ///
    /// The joint probability of outputs k and l in a row is Σᵢⱼ πᵢ Eᵢₖ Pᵢⱼ Eⱼₗ. O(states² · outputs²).
    #[must_use]
    pub fn statistics(&self) -> OutputStatistics {
        let outputs = self.outputs();
        let mut joint = vec![vec![0.0; outputs]; outputs];
        for (i, row) in self.transition.iter().enumerate() {
            for (j, step) in row.iter().enumerate() {
                for (k, first) in self.emission[i].iter().enumerate() {
                    for (l, second) in self.emission[j].iter().enumerate() {
                        joint[k][l] += self.stationary[i] * first * step * second;
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
            let mut state = category(&self.stationary, &mut rng);
            for _ in 0..length {
                // at most 256 outputs, as checked when the model was made
                symbols.push(category(&self.emission[state], &mut rng) as u8);
                state = category(&self.transition[state], &mut rng);
            }
        }
        Sequences::of_symbols(symbols, length, self.outputs())
    }
}

fn distribution(matrix: &'static str, row: usize, values: &[f64], width: usize) -> Result<(), NetworkError> {
    let sum: f64 = values.iter().sum();
    let problem = if values.len() != width {
        format!("has {} numbers and not {width}", values.len())
    } else if let Some(bad) = values.iter().find(|value| !(**value >= 0.0 && **value <= 1.0 + ROUNDING)) {
        format!("holds {bad}")
    } else if (sum - 1.0).abs() > ROUNDING {
        format!("sums to {sum}")
    } else {
        return Ok(());
    };
    Err(NetworkError::NotDistribution { matrix, row, problem })
}

/// The distribution that a step leaves as it is: any row of a very high power of the matrix.
fn stationary(transition: &[Vec<f64>]) -> Result<Vec<f64>, NetworkError> {
    let mut power = transition.to_vec();
    for _ in 0..SQUARINGS {
        power = product(&power, &power);
        for row in &mut power {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        }
    }
    // rows that differ: parts without way between them; a further step that changes them: a period
    let apart = |a: &[f64], b: &[f64]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-6);
    let next = product(&power, transition);
    if power.iter().chain(&next).any(|row| apart(row, &power[0])) {
        return Err(NetworkError::argument(
            "the transition matrix",
            "reducible or periodic",
            "one with a single stationary distribution that every start leads to",
        ));
    }
    Ok(power.swap_remove(0))
}

fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let entry = |row: &[f64], column: usize| row.iter().zip(b).map(|(x, row)| x * row[column]).sum();
    a.iter().map(|row| (0..b.len()).map(|column| entry(row, column)).collect()).collect()
}

#[cfg(test)]
mod tests;
