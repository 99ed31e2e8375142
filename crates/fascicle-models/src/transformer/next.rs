//! The forward pass over what follows positions that were read before.

use burn::tensor::Tensor;

use super::Transformer;
use super::pass::{LayerPast, Past};
use crate::error::{GenerateError, ModelError};
use crate::inputs::Inputs;
use crate::probe::NoProbe;

impl Transformer {
    /// Reads the positions that follow those in `past`, adds them to it, and gives the scores [batch, vocab] of what
    /// comes after the last of them; the scores of the other positions are not computed.
    ///
    /// Rows are of one length: `inputs` has no padding.
    ///
    /// # Errors
    /// As [`Transformer::forward`]; [`GenerateError::NotADecoder`] for a model that sees later positions or has no scores;
    /// [`ModelError::InputShape`] when the rows are not those of `past`, or `past` is another model's.
    pub fn forward_next(&self, inputs: &Inputs, past: &mut Past) -> Result<Tensor<2>, ModelError> {
        let unembed = match &self.unembed {
            Some(unembed) if self.config.is_decoder() => unembed,
            _ => return Err(GenerateError::NotADecoder.into()),
        };
        self.check(inputs)?;
        let (offset, positions) = (past.positions(), inputs.positions());
        self.check_past(inputs, past)?;
        if offset + positions > self.config.n_ctx {
            return Err(ModelError::TooLong { positions: offset + positions, limit: self.config.n_ctx });
        }
        let x = self.embed.forward(inputs, offset, &mut NoProbe);
        let pass = self.pass(inputs, offset, &x);
        past.read = Some([inputs.batch(), offset + positions]);
        let last = self.blocks(0, x, &pass, Some(past), &mut NoProbe).map(|x| x.narrow(1, positions - 1, 1));
        // invariant: `NoProbe` stops no pass
        let last = last.expect("a pass that nobody stops");
        let last = match &self.ln_final {
            Some(norm) => norm.plain(last),
            None => last,
        };
        Ok(unembed.forward(last, self.embed.tokens.as_ref()).squeeze_dim(1))
    }

    /// Refuses rows that do not continue those of `past`, and a `past` of another model.
    fn check_past(&self, inputs: &Inputs, past: &Past) -> Result<(), ModelError> {
        let refuse = |name: &str, got: String, expected: String| {
            Err(ModelError::InputShape { name: name.into(), got, expected })
        };
        if inputs.attention_mask().is_some_and(|mask| mask.contains(&0)) {
            let expected = "none: rows of different lengths are continued one by one";
            return refuse("attention_mask", "padding".into(), expected.into());
        }
        let Some([batch, positions]) = past.read else { return Ok(()) };
        if batch != inputs.batch() {
            let expected = format!("{batch}, as many as were read before");
            return refuse("input_ids", format!("{} rows", inputs.batch()), expected);
        }
        let own = [batch, self.config.kv_heads(), positions, self.config.d_head];
        let layers = &past.layers;
        if let Some(other) = layers.iter().map(LayerPast::dims).find(|dims| *dims != own) {
            return refuse("past", format!("{other:?}"), format!("{own:?}: what this model read"));
        }
        if layers.len() != self.blocks.len() {
            let expected = format!("{} blocks: what this model read", self.blocks.len());
            return refuse("past", format!("{} blocks", layers.len()), expected);
        }
        Ok(())
    }
}
