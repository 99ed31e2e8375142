//! The forward pass: from inputs, or from a residual stream, to the outputs.

use burn::tensor::{DType, Device, Tensor};

use super::Transformer;
use super::pass::{Pass, Past};
use super::places::Places;
use super::rotary::Rotation;
use crate::config::{InputKind, Positions};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::outputs::Outputs;
use crate::probe::{NoProbe, Probe};

impl Transformer {
    /// Runs the model on a batch.
    ///
    /// # Errors
    /// [`ModelError`] for ids outside the vocabulary, sequences longer than the model takes, and images of other
    /// channels or sizes.
    pub fn forward(&self, inputs: &Inputs) -> Result<Outputs, ModelError> {
        self.forward_with(inputs, &mut NoProbe)
    }

    /// Runs the model on a batch with a probe at its sites.
    ///
    /// # Errors
    /// As [`Transformer::forward`].
    pub fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        self.check(inputs)?;
        let x = self.embed.forward(inputs, &Places::first(inputs.positions()), probe);
        let pass = self.whole_pass(inputs, &x);
        Ok(self
            .blocks(0, x, &pass, None, probe)
            .map_or_else(Outputs::default, |x| self.heads(x, inputs, probe)))
    }

    /// Starts at block `layer` from the residual stream that enters it, [batch, position, d_model]; with
    /// `layer` = number of blocks only the final norm and the head run. Earlier sites are not visited.
    ///
    /// `inputs` gives the attention mask and must have the stream's batch and positions.
    ///
    /// # Errors
    /// [`ModelError::NoSuchLayer`], or [`ModelError::InputShape`] when the stream does not fit.
    pub fn forward_from<P: Probe>(
        &self,
        layer: usize,
        resid_pre: Tensor<3>,
        inputs: &Inputs,
        probe: &mut P,
    ) -> Result<Outputs, ModelError> {
        self.check(inputs)?;
        let n_layers = self.config.n_layers;
        if layer > n_layers {
            return Err(ModelError::NoSuchLayer { layer, n_layers });
        }
        let expected = [inputs.batch(), self.positions(inputs), self.config.d_model];
        if resid_pre.dims() != expected {
            return Err(ModelError::InputShape {
                name: "resid_pre".into(),
                got: format!("{:?}", resid_pre.dims()),
                expected: format!("{expected:?}"),
            });
        }
        let pass = self.whole_pass(inputs, &resid_pre);
        let last = self.blocks(layer, resid_pre, &pass, None, probe);
        Ok(last.map_or_else(Outputs::default, |x| self.heads(x, inputs, probe)))
    }

    /// Length of the sequence that a batch becomes: of its token ids, or of the patches of its images with the tokens
    /// before them.
    pub fn positions(&self, inputs: &Inputs) -> usize {
        match (self.config.patches(), inputs.images()) {
            (Some(patches), Some(images)) => {
                patches.prefix() + patches.kept(patches.grid(images.size()).iter().product())
            }
            _ => inputs.positions(),
        }
    }

    pub(super) fn check(&self, inputs: &Inputs) -> Result<(), ModelError> {
        match &self.config.input {
            InputKind::Patches(patches) => patches.check(inputs, self.config.positions == Positions::Learned),
            InputKind::Tokens => {
                inputs.only_tokens()?;
                inputs.check(self.config.vocab, self.config.n_ctx, self.config.token_types)
            }
            InputKind::Stream => Err(inputs.instead_of("a residual stream")),
        }
    }

    /// What the blocks share where whole rows run through them.
    fn whole_pass(&self, inputs: &Inputs, x: &Tensor<3>) -> Pass<'_> {
        let [batch, positions, _] = x.dims();
        // a mask speaks of token positions
        let padding =
            inputs.attention_mask().filter(|mask| mask.contains(&0) && mask.len() == batch * positions);
        self.pass(inputs, Places::first(positions), padding, x)
    }

    /// What the blocks share; `padding` has a 0 for each position that nobody may attend to.
    pub(super) fn pass(
        &self,
        inputs: &Inputs,
        places: Places,
        padding: Option<&[i64]>,
        x: &Tensor<3>,
    ) -> Pass<'_> {
        let target = (&x.device(), x.dtype());
        let rotation = self.rotation(inputs, &places, target);
        Pass::new(&self.config, &self.attention, rotation, padding, places, target.0)
    }

    fn rotation(&self, inputs: &Inputs, places: &Places, target: (&Device, DType)) -> Option<Rotation> {
        match &self.config.positions {
            Positions::None | Positions::Learned => None,
            Positions::Rotary(rotary) => Some(Rotation::of_positions(rotary, places, target)),
            Positions::Axial { theta } => {
                let (patches, images) = (self.config.patches()?, inputs.images()?);
                let grid = patches.grid(images.size());
                Some(Rotation::of_patches(*theta, self.config.d_head, patches, grid, target))
            }
        }
    }

    /// The stream after the last block; `None` when a probe stopped the pass.
    pub(super) fn blocks<P: Probe>(
        &self,
        first: usize,
        mut x: Tensor<3>,
        pass: &Pass<'_>,
        mut past: Option<&mut Past>,
        probe: &mut P,
    ) -> Option<Tensor<3>> {
        if let Some(past) = &mut past {
            past.layers.resize_with(self.blocks.len(), Default::default);
        }
        for (layer, block) in self.blocks.iter().enumerate().skip(first) {
            if probe.finished() {
                return None;
            }
            let past = past.as_mut().map(|past| &mut past.layers[layer]);
            x = block.forward(x, layer, pass, past, probe);
        }
        (!probe.finished()).then_some(x)
    }

    /// Runs the blocks and the heads on a stream that another model made, [batch, position, d_model].
    pub(crate) fn forward_stream<P: Probe>(&self, x: Tensor<3>, inputs: &Inputs, probe: &mut P) -> Outputs {
        let pass = self.whole_pass(inputs, &x);
        self.blocks(0, x, &pass, None, probe).map_or_else(Outputs::default, |x| self.heads(x, inputs, probe))
    }
}
