//! Spikes drawn one after the other.

use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::model::Neuroformer;
use super::{NeuroformerError, Sequence, Window};
use crate::random::category;

/// How tokens are drawn from their logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Logits are divided by it; 0 always takes the most likely token.
    pub temperature: f64,
    /// Only the so many most likely tokens can be drawn; 0 is no limit.
    pub top_k: usize,
    /// Only the most likely tokens that together have this probability can be drawn, and always one (Holtzman et al.
    /// 2019); 1 is no limit.
    pub top_p: f64,
}

impl Default for Sampling {
    /// As the model says.
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0 }
    }
}

/// A window of drawn spikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// (neuron, time bin), in the order drawn: bins never fall.
    pub spikes: Vec<(usize, usize)>,
    /// Whether the end token was drawn; if not, the block was full.
    pub ended: bool,
}

impl Neuroformer {
    /// Draws the spikes of a window of `bins` time bins, whose past and stimulus are those of `window`; its own spikes
    /// are not looked at.
    ///
    /// Neuron and time are drawn from the same state, as in the authors' program; unlike there, a spike is never before
    /// the one drawn last, and start, padding and the times of end and padding are never drawn for spikes. One pass
    /// over the sequence for each spike.
    ///
    /// # Errors
    /// Sampling settings out of range; more bins than the vocabulary has, or none; a past or stimulus that does not fit
    /// the model.
    pub fn generate(
        &self,
        window: &Window,
        bins: usize,
        sampling: &Sampling,
        rng: &mut StdRng,
    ) -> Result<Generated, NeuroformerError> {
        sampling.check()?;
        let vocabulary = self.vocabulary();
        if bins == 0 || bins > vocabulary.bins() {
            let expected = format!("from 1 to the vocabulary's {}", vocabulary.bins());
            return Err(NeuroformerError::bad("the number of time bins", bins, expected));
        }
        let mut spikes: Vec<(usize, usize)> = Vec::new();
        let mut earliest = 0;
        // an input is the start and the spikes so far; from a full one only the end can still be drawn
        while spikes.len() < self.config().block {
            let current = Sequence::of(vocabulary, spikes.iter().copied());
            let (behaviour, labels) = (Vec::new(), Vec::new());
            let sofar = Window { current, behaviour, labels, ..window.clone() };
            let outputs = self.forward(&self.batch(&[&sofar])?);
            let mut ids = last(outputs.ids, spikes.len())?;
            ids[vocabulary.sos()] = f64::NEG_INFINITY;
            ids[vocabulary.pad()] = f64::NEG_INFINITY;
            let id = sampling.draw(&ids, rng);
            if id == vocabulary.eos() {
                return Ok(Generated { spikes, ended: true });
            }
            if spikes.len() + 1 == self.config().block {
                break;
            }
            let dts = last(outputs.dts, spikes.len())?;
            earliest += sampling.draw(&dts[earliest..bins], rng);
            spikes.push((id, earliest));
        }
        Ok(Generated { spikes, ended: false })
    }
}

/// The logits at one position of the only window.
fn last(logits: Tensor<3>, position: usize) -> Result<Vec<f64>, NeuroformerError> {
    let [_, _, tokens] = logits.dims();
    let row = logits.slice([0..1, position..position + 1, 0..tokens]);
    row.try_into_vec_as::<f64>().map_err(NeuroformerError::read("logits"))
}

impl Sampling {
    fn check(&self) -> Result<(), NeuroformerError> {
        if !(self.temperature >= 0.0 && self.temperature.is_finite()) {
            return Err(NeuroformerError::bad("the temperature", self.temperature, "zero or more"));
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return Err(NeuroformerError::bad("top-p", self.top_p, "a share above 0 and up to 1"));
        }
        Ok(())
    }

    /// An index of `logits`, of which at least one is finite.
    fn draw(&self, logits: &[f64], rng: &mut StdRng) -> usize {
        let mut order: Vec<usize> = (0..logits.len()).collect();
        // equal logits in order of their index
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
        if self.temperature == 0.0 {
            return order[0];
        }
        if self.top_k > 0 {
            order.truncate(self.top_k);
        }
        let weight = |at: &usize| ((logits[*at] - logits[order[0]]) / self.temperature).exp();
        let mut weights: Vec<f64> = order.iter().map(weight).collect();
        let all: f64 = weights.iter().sum();
        let mut before = 0.0;
        // a token stays when those above it have less than top-p together
        let kept = weights.iter().take_while(|weight| {
            let stays = before < self.top_p * all;
            before += **weight;
            stays
        });
        let kept = kept.count().max(1);
        weights.truncate(kept);
        order[category(&weights, rng)]
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// Which of these logits can be drawn at all.
    #[track_caller]
    fn check(sampling: Sampling, logits: &[f64], expected: &[usize]) {
        let mut rng = StdRng::seed_from_u64(1);
        let mut seen: Vec<usize> = (0..2000).map(|_| sampling.draw(logits, &mut rng)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, expected, "{sampling:?}");
    }

    #[test]
    fn limits_keep_the_likely_ones() {
        let all = Sampling::default();
        let logits = [0.0, 2.0, 1.0, f64::NEG_INFINITY];
        check(all, &logits, &[0, 1, 2]);
        check(Sampling { temperature: 0.0, ..all }, &logits, &[1]);
        check(Sampling { top_k: 2, ..all }, &logits, &[1, 2]);
        check(Sampling { top_k: 9, ..all }, &logits, &[0, 1, 2]);
        // shares 0.665, 0.245, 0.090
        check(Sampling { top_p: 0.1, ..all }, &logits, &[1]);
        check(Sampling { top_p: 0.7, ..all }, &logits, &[1, 2]);
        check(Sampling { temperature: 0.0, ..all }, &[1.0, 1.0], &[0]);
    }

    #[test]
    fn frequencies_are_the_softmax() {
        let mut rng = StdRng::seed_from_u64(2);
        let hits =
            (0..20_000).filter(|_| Sampling::default().draw(&[0.0, 3.0f64.ln()], &mut rng) == 1).count();
        assert!((hits as f64 / 20_000.0 - 0.75).abs() < 0.015, "{hits}");
    }
}
