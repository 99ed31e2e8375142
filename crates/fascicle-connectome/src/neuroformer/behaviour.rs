//! Behaviour: a head for it on a network that knows spikes, and what it reads.

use super::config::Partner;
use super::layers::Linear;
use super::model::Neuroformer;
use super::params::Params;
use super::{NeuroformerError, Window};

impl Neuroformer {
    /// The same network with a fresh head, drawn from `seed`, for so many behaviour variables: what was learned from spikes
    /// alone can then be trained on, by windows with behaviour, be they few.
    ///
    /// # Errors
    /// No variables; a network that contrasts its state with behaviour of another number of variables.
    pub fn with_behaviour(mut self, variables: usize, seed: u64) -> Result<Self, NeuroformerError> {
        let bound = self.config.contrastive.is_some_and(|contrast| contrast.partner == Partner::Behaviour);
        if variables == 0 || (bound && variables != self.config.behaviour) {
            let expected = if bound {
                format!("the {} with which the network contrasts", self.config.behaviour)
            } else {
                "at least one".to_owned()
            };
            return Err(NeuroformerError::bad("the number of behaviour variables", variables, expected));
        }
        let (weight, width) = (self.token.of_all(), self.config.d_model);
        let mut params = Params::random(self.config.init_std, seed, &weight.device(), weight.dtype());
        let head = Linear::build(&mut params, "head_behaviour", [width, variables], true)?;
        (self.head_behaviour, self.config.behaviour) = (Some(head), variables);
        Ok(self)
    }

    /// The behaviour that the network reads from each window, `[window][variable]` in one row, `batch` windows at a time.
    ///
    /// # Errors
    /// A network without a head for behaviour; windows that do not fit it.
    pub fn decode(&self, windows: &[Window], batch: usize) -> Result<Vec<f64>, NeuroformerError> {
        let missing = || NeuroformerError::Part {
            has: "no",
            part: "head for behaviour",
            brings: "windows to decode",
            advice: "give it one, and train it",
        };
        let mut decoded = Vec::with_capacity(windows.len() * self.config.behaviour);
        for part in windows.chunks(batch.max(1)) {
            let part: Vec<&Window> = part.iter().collect();
            let behaviour = self.forward(&self.batch(&part)?).behaviour.ok_or_else(missing)?;
            let values = behaviour.try_into_vec_as::<f64>();
            decoded.extend(values.map_err(NeuroformerError::read("predicted behaviour"))?);
        }
        Ok(decoded)
    }
}
