//! How well the next spike is foreseen.

use burn::tensor::Tensor;

use super::loss::Losses;
use super::model::Neuroformer;
use super::{NeuroformerError, Window};

/// Predictions held against what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Mean cross entropy of the next id, nats, end tokens included.
    pub id_loss: f64,
    /// Mean cross entropy of its time, nats.
    pub dt_loss: f64,
    /// Share of spikes whose neuron is the most likely of all neurons: who spikes next, given that somebody does.
    pub top1_neuron: f64,
    /// Share of all targets, end tokens included, that are the most likely token.
    pub top1_token: f64,
    /// How many spikes were predicted.
    pub spikes: usize,
    /// How many targets, end tokens included.
    pub targets: usize,
}

impl Neuroformer {
    /// Predicts every spike of `windows` from those before it, `batch` windows at a time.
    ///
    /// # Errors
    /// No windows, or windows that do not fit the model.
    pub fn evaluate(&self, windows: &[Window], batch: usize) -> Result<Evaluation, NeuroformerError> {
        if windows.is_empty() {
            return Err(NeuroformerError::bad("the number of windows", 0, "at least one"));
        }
        let mut sum = Evaluation::default();
        for part in windows.chunks(batch.max(1)) {
            let part: Vec<&Window> = part.iter().collect();
            let tensors = self.batch(&part)?;
            let outputs = self.forward(&tensors);
            let losses = Losses::of(self, &outputs, &tensors)?;
            sum.id_loss += losses.id.into_scalar::<f64>() * tensors.count as f64;
            sum.dt_loss += losses.dt.into_scalar::<f64>() * tensors.count as f64;
            sum.count(&part, outputs.ids, self.vocabulary().neurons())?;
        }
        let share = |total: f64, of: usize| if of == 0 { 0.0 } else { total / of as f64 };
        Ok(Evaluation {
            id_loss: share(sum.id_loss, sum.targets),
            dt_loss: share(sum.dt_loss, sum.targets),
            top1_neuron: share(sum.top1_neuron, sum.spikes),
            top1_token: share(sum.top1_token, sum.targets),
            ..sum
        })
    }
}

impl Evaluation {
    /// Adds the hits of a batch.
    fn count(
        &mut self,
        windows: &[&Window],
        logits: Tensor<3>,
        neurons: usize,
    ) -> Result<(), NeuroformerError> {
        let [_, positions, tokens] = logits.dims();
        let logits = logits.try_into_vec_as::<f64>().map_err(NeuroformerError::read("logits"))?;
        for (row, window) in windows.iter().enumerate() {
            for (position, target) in window.current.ids[1..].iter().enumerate() {
                let here = &logits[(row * positions + position) * tokens..][..tokens];
                self.targets += 1;
                self.top1_token += f64::from(best(here) == *target);
                if *target < neurons {
                    self.spikes += 1;
                    self.top1_neuron += f64::from(best(&here[..neurons]) == *target);
                }
            }
        }
        Ok(())
    }
}

/// Where the largest number is; the first of equals.
fn best(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
