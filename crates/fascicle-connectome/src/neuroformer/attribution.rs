//! Which neurons' past spikes the network attends to when it predicts whose spike.

use burn::tensor::Tensor;

use super::model::Neuroformer;
use super::{NeuroformerError, Window};

/// Attention added up by source and target neuron, `[source][target]` in one row.
///
/// Attention is taken from the position that predicts a spike (the one before it, so that nothing of the target itself
/// is known) to every spike that can be seen from there, as the mean over heads and over blocks that look at the same
/// keys.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionMass {
    /// How many neurons.
    pub neurons: usize,
    /// From the present to the past window.
    pub past: Mass,
    /// From the present to earlier spikes of the present window.
    pub current: Mass,
}

/// Attention, and what of it chance would give.
#[derive(Clone, Debug, PartialEq)]
pub struct Mass {
    /// Sum of attention on the source's spikes over all spikes of the target.
    pub attention: Vec<f64>,
    /// The same if all spikes that can be seen had equal parts of 1.
    pub chance: Vec<f64>,
}

impl Mass {
    fn new(neurons: usize) -> Self {
        Self { attention: vec![0.0; neurons * neurons], chance: vec![0.0; neurons * neurons] }
    }

    /// Attention over chance: 1 for a source that is attended to as if its spikes were any, 0 for one that was never
    /// there to be attended to.
    pub fn lift(&self) -> Vec<f64> {
        lift(self.attention.iter().copied().zip(self.chance.iter().copied()))
    }
}

fn lift(pairs: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    pairs.map(|(attention, chance)| if chance > 0.0 { attention / chance } else { 0.0 }).collect()
}

impl AttentionMass {
    /// Attention of both windows over chance of both.
    pub fn lift(&self) -> Vec<f64> {
        let sum = |of: fn(&Mass) -> &Vec<f64>| {
            of(&self.past)
                .iter()
                .zip(of(&self.current))
                .map(|(past, current)| past + current)
                .collect::<Vec<_>>()
        };
        lift(sum(|mass| &mass.attention).into_iter().zip(sum(|mass| &mass.chance)))
    }
}

impl Neuroformer {
    /// Adds up the attention over `windows`, `batch` at a time.
    ///
    /// # Errors
    /// No windows, or windows that do not fit the model.
    pub fn attention_mass(
        &self,
        windows: &[Window],
        batch: usize,
    ) -> Result<AttentionMass, NeuroformerError> {
        if windows.is_empty() {
            return Err(NeuroformerError::bad("the number of windows", 0, "at least one"));
        }
        let neurons = self.vocabulary().neurons();
        let mut mass = AttentionMass { neurons, past: Mass::new(neurons), current: Mass::new(neurons) };
        for part in windows.chunks(batch.max(1)) {
            let part: Vec<&Window> = part.iter().collect();
            let (_, patterns) = self.forward_watched(&self.batch(&part)?);
            let past = mean(patterns.past)?;
            let current = mean(patterns.current)?;
            for (row, window) in part.iter().enumerate() {
                for (position, target) in window.current.ids[1..].iter().enumerate() {
                    if *target < neurons {
                        mass.past.add(&past, [row, position, *target], &window.past.ids, neurons);
                        mass.current.add(
                            &current,
                            [row, position, *target],
                            &window.current.ids[..=position],
                            neurons,
                        );
                    }
                }
            }
        }
        Ok(mass)
    }
}

impl Mass {
    fn add(&mut self, mean: &Mean, [row, position, target]: [usize; 3], keys: &[usize], neurons: usize) {
        let Some(mean) = mean.row(row, position) else { return };
        let spikes = keys.iter().filter(|key| **key < neurons).count();
        for (source, attention) in keys.iter().zip(mean).filter(|(key, _)| **key < neurons) {
            self.attention[source * neurons + target] += attention;
            self.chance[source * neurons + target] += 1.0 / spikes as f64;
        }
    }
}

/// A pattern `[window, query, key]` on the host; empty when no block has one.
struct Mean {
    queries: usize,
    keys: usize,
    values: Vec<f64>,
}

impl Mean {
    fn row(&self, window: usize, query: usize) -> Option<&[f64]> {
        let start = (window * self.queries + query) * self.keys;
        self.values.get(start..start + self.keys).filter(|row| !row.is_empty())
    }
}

/// Mean over blocks and heads.
fn mean(patterns: Vec<Tensor<4>>) -> Result<Mean, NeuroformerError> {
    let blocks = patterns.len() as f64;
    let Some(sum) = patterns.into_iter().reduce(|sum, pattern| sum + pattern) else {
        return Ok(Mean { queries: 0, keys: 0, values: Vec::new() });
    };
    let [_, _, queries, keys] = sum.dims();
    let values = (sum.mean_dim(1) / blocks).try_into_vec_as::<f64>();
    Ok(Mean { queries, keys, values: values.map_err(NeuroformerError::read("attention patterns"))? })
}
