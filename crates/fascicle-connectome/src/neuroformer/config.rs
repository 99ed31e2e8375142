//! The sizes of a network and what it is trained for.

use serde::{Deserialize, Serialize};

use super::{NeuroformerError, Vocabulary};

/// How many blocks of each kind the network has, in the order in which they are passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers {
    /// Causal self-attention over the current spikes before anything else is looked at. The paper's drawing has none,
    /// the authors' program six.
    pub encoder: usize,
    /// Cross-attention to the past spikes.
    pub past: usize,
    /// Self-attention over the stimulus before it is looked at; none without a stimulus. The paper's drawing has none, the
    /// authors' program as many as look at it.
    #[serde(default)]
    pub stimulus_encoder: usize,
    /// Cross-attention to the stimulus; none without a stimulus.
    pub stimulus: usize,
    /// Causal self-attention over the current spikes.
    pub current: usize,
}

/// Features of a stimulus: any, or the [patches](super::Patches) of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StimulusConfig {
    /// How many steps or patches a window has.
    pub steps: usize,
    /// How many features each of them has.
    pub features: usize,
    /// How they are embedded.
    #[serde(default)]
    pub stem: Stem,
}

/// How the features of a stimulus are embedded, before each step's learned position is added. (The authors' program works
/// out sines and cosines of time and place for frames, and then goes on without them.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stem {
    /// A linear map.
    #[default]
    Linear,
    /// A linear map, a layer norm and a ReLU: of the patches of a [film](super::Film), the authors' convolution over frames.
    Convolution,
}

/// What the state of a window is drawn towards by the contrastive loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partner {
    /// The mean of the embedded stimulus.
    Stimulus,
    /// The behaviour variables.
    Behaviour,
}

/// How a temperature enters the contrastive loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Temperature {
    /// Cosines are multiplied by it: the first published form, and CLIP's own.
    Multiply(f64),
    /// Cosines are divided by it: what the authors' program does today.
    Divide(f64),
}

/// The contrastive loss: both ways, from the state to its partner and back, each projected by a map of its own. (The authors'
/// program projects all by one map, and has the one-sided loss besides.)
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContrastiveConfig {
    /// What is compared with the state.
    pub partner: Partner,
    /// Width of the space in which they are compared. The authors' program means to have 1024 and, by a misspelt
    /// setting, always takes the width of the model.
    pub width: usize,
    /// Temperature.
    pub temperature: Temperature,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeuroformerConfig {
    /// Width of the residual stream.
    pub d_model: usize,
    /// Attention heads of every block; they share the width.
    pub heads: usize,
    /// Blocks.
    pub layers: Layers,
    /// Longest current input, the start token included.
    pub block: usize,
    /// Longest past, start and end included.
    pub past_block: usize,
    /// Share of numbers set to zero in training after embeddings, in attention patterns, after attention and after
    /// MLPs.
    pub dropout: f64,
    /// Standard deviation of the first weights.
    pub init_std: f64,
    /// Stimulus features, when there are any.
    pub stimulus: Option<StimulusConfig>,
    /// How many behaviour variables are predicted from the mean of a window's states.
    pub behaviour: usize,
    /// Variables of which a class is predicted from that mean, each by its number of classes.
    #[serde(default)]
    pub classes: Vec<usize>,
    /// The contrastive loss, when it is wanted.
    pub contrastive: Option<ContrastiveConfig>,
}

impl Default for NeuroformerConfig {
    /// The authors' settings for V1, without a stimulus.
    fn default() -> Self {
        Self {
            d_model: 256,
            heads: 8,
            layers: Layers { encoder: 6, past: 6, stimulus_encoder: 0, stimulus: 0, current: 6 },
            block: 100,
            past_block: 100,
            dropout: 0.2,
            init_std: 0.02,
            stimulus: None,
            behaviour: 0,
            classes: Vec::new(),
            contrastive: None,
        }
    }
}

impl NeuroformerConfig {
    /// Two blocks of width 32, one for the past and one for the present: enough for thirty neurons.
    pub fn small() -> Self {
        Self {
            d_model: 32,
            heads: 4,
            layers: Layers { encoder: 0, past: 1, stimulus_encoder: 0, stimulus: 0, current: 1 },
            dropout: 0.0,
            init_std: 0.1,
            ..Self::default()
        }
    }

    /// Refuses what makes no network.
    pub(super) fn check(&self, vocabulary: Vocabulary) -> Result<(), NeuroformerError> {
        if self.heads == 0
            || self.d_model == 0
            || !self.d_model.is_multiple_of(self.heads)
            || self.d_model % 2 == 1
        {
            let found = format!("{} with {} heads", self.d_model, self.heads);
            return Err(NeuroformerError::bad(
                "the width",
                found,
                "a positive even number that the heads divide",
            ));
        }
        if self.block < 2 || self.past_block < 2 {
            let found = format!("{} and {}", self.block, self.past_block);
            return Err(NeuroformerError::bad(
                "the block of the present and of the past",
                found,
                "2 or more each",
            ));
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(NeuroformerError::bad("the dropout", self.dropout, "a share from 0 to below 1"));
        }
        if !(self.init_std > 0.0 && self.init_std.is_finite()) {
            return Err(NeuroformerError::bad(
                "the standard deviation of first weights",
                self.init_std,
                "a positive number",
            ));
        }
        if vocabulary.neurons() == 0 || vocabulary.bins() == 0 {
            return Err(NeuroformerError::bad(
                "the vocabulary",
                "empty",
                "at least one neuron and one time bin",
            ));
        }
        if self.stimulus.is_some_and(|stimulus| stimulus.steps == 0 || stimulus.features == 0) {
            return Err(NeuroformerError::bad("the stimulus", "empty", "at least one step and one feature"));
        }
        if (self.layers.stimulus > 0) != self.stimulus.is_some() {
            let found = format!(
                "{} blocks for {}",
                self.layers.stimulus,
                if self.stimulus.is_some() { "one" } else { "none" }
            );
            return Err(NeuroformerError::bad(
                "the stimulus",
                found,
                "at least one block with a stimulus, and none without",
            ));
        }
        if self.layers.stimulus_encoder > 0 && self.stimulus.is_none() {
            let found = format!("{} blocks of its own for none", self.layers.stimulus_encoder);
            return Err(NeuroformerError::bad("the stimulus", found, "no block without a stimulus"));
        }
        if self.classes.contains(&0) {
            let found = format!("{:?}", self.classes);
            return Err(NeuroformerError::bad("the numbers of classes", found, "at least one of each"));
        }
        let Some(contrastive) = &self.contrastive else { return Ok(()) };
        let there = match contrastive.partner {
            Partner::Stimulus => self.stimulus.is_some(),
            Partner::Behaviour => self.behaviour > 0,
        };
        if !there || contrastive.width == 0 {
            let found = format!("{:?} in {} dimensions", contrastive.partner, contrastive.width);
            return Err(NeuroformerError::bad(
                "the contrastive loss's partner",
                found,
                "one that the network has, in at least one dimension",
            ));
        }
        let (Temperature::Multiply(by) | Temperature::Divide(by)) = contrastive.temperature;
        if !(by > 0.0 && by.is_finite()) {
            return Err(NeuroformerError::bad("the temperature", by, "a positive number"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Windowing;
    use super::*;

    #[test]
    fn refusals_say_what_is_wrong() {
        let vocabulary = Windowing::default().vocabulary(4).unwrap();
        let refusal = |config: NeuroformerConfig| config.check(vocabulary).unwrap_err().to_string();
        let small = NeuroformerConfig::small;
        let stimulus = Some(StimulusConfig { steps: 2, features: 3, stem: Stem::Linear });
        let contrastive = ContrastiveConfig {
            partner: Partner::Behaviour,
            width: 4,
            temperature: Temperature::Multiply(0.5),
        };
        assert!(small().check(vocabulary).is_ok() && NeuroformerConfig::default().check(vocabulary).is_ok());
        insta::assert_snapshot!(refusal(NeuroformerConfig { heads: 5, ..small() }), @"the width is 32 with 5 heads; expected a positive even number that the heads divide");
        insta::assert_snapshot!(refusal(NeuroformerConfig { block: 1, ..small() }), @"the block of the present and of the past is 1 and 100; expected 2 or more each");
        insta::assert_snapshot!(refusal(NeuroformerConfig { dropout: 1.0, ..small() }), @"the dropout is 1; expected a share from 0 to below 1");
        insta::assert_snapshot!(refusal(NeuroformerConfig { stimulus, ..small() }), @"the stimulus is 0 blocks for one; expected at least one block with a stimulus, and none without");
        let layers = Layers { stimulus_encoder: 2, ..small().layers };
        insta::assert_snapshot!(refusal(NeuroformerConfig { layers, ..small() }), @"the stimulus is 2 blocks of its own for none; expected no block without a stimulus");
        insta::assert_snapshot!(refusal(NeuroformerConfig { classes: vec![2, 0], ..small() }), @"the numbers of classes is [2, 0]; expected at least one of each");
        insta::assert_snapshot!(refusal(NeuroformerConfig { contrastive: Some(contrastive), ..small() }), @"the contrastive loss's partner is Behaviour in 4 dimensions; expected one that the network has, in at least one dimension");
    }
}
