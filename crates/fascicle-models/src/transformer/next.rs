//! The forward pass over what follows positions that were read before.

use burn::tensor::Tensor;

use super::Transformer;
use super::pass::{LayerPast, Past};
use super::places::Places;
use crate::error::{GenerateError, ModelError};
use crate::inputs::Inputs;
use crate::outputs::at_positions;
use crate::probe::NoProbe;

impl Transformer {
    /// Reads the positions that follow those in `past`, adds them to it, and gives the scores [batch, vocab] of what
    /// comes after the last of them; the scores of the other positions are not computed.
    ///
    /// Rows may be of different lengths, before and now: `inputs` may be padded on the right ([`Inputs::padded`]), and
    /// each row goes on where it stopped. No row sees padding, so that its scores are those that it would have alone.
    ///
    /// # Errors
    /// As [`Transformer::forward`]; [`GenerateError::NotADecoder`] for a model that sees later positions or has no scores;
    /// [`ModelError::InputShape`] when the rows are not those of `past`, are padded elsewhere than on the right, or
    /// `past` is another model's.
    pub fn forward_next(&self, inputs: &Inputs, past: &mut Past) -> Result<Tensor<2>, ModelError> {
        let unembed = match &self.unembed {
            Some(unembed) if self.config.is_decoder() => unembed,
            _ => return Err(GenerateError::NotADecoder.into()),
        };
        self.check(inputs)?;
        let counts = counts(inputs)?;
        self.check_past(inputs, past)?;
        let before = if past.lengths.is_empty() { vec![0; inputs.batch()] } else { past.lengths.clone() };
        let lengths: Vec<usize> = before.iter().zip(&counts).map(|(before, count)| before + count).collect();
        if let Some(positions) = lengths.iter().copied().find(|length| *length > self.config.n_ctx) {
            return Err(ModelError::TooLong { positions, limit: self.config.n_ctx });
        }
        let places = Places::after(&before, inputs.positions());
        let x = self.embed.forward(inputs, &places, &mut NoProbe);
        // padding stands behind what a row has, where causal attention does not look
        let pass = self.pass(inputs, places, None, &x);
        past.lengths = lengths;
        // invariant: `NoProbe` stops no pass
        let x = self.blocks(0, x, &pass, Some(past), &mut NoProbe).expect("a pass that nobody stops");
        let last: Vec<usize> = counts.iter().map(|count| count - 1).collect();
        let last = at_positions(&x, &last).unsqueeze_dim(1);
        let last = match &self.ln_final {
            Some(norm) => norm.plain(last),
            None => last,
        };
        Ok(unembed.forward(last, self.embed.tokens.as_ref()).squeeze_dim(1))
    }

    /// Refuses rows that do not continue those of `past`, and a `past` of another model.
    fn check_past(&self, inputs: &Inputs, past: &Past) -> Result<(), ModelError> {
        if past.lengths.is_empty() {
            return Ok(());
        }
        let (batch, positions) = (past.lengths.len(), past.positions());
        if batch != inputs.batch() {
            let expected = format!("{batch}, as many as were read before");
            return refuse("input_ids", format!("{} rows", inputs.batch()), expected);
        }
        let (heads, d_head) = (self.config.kv_heads(), self.config.d_head);
        let layers = &past.layers;
        if let Some([rows, kv_heads, width]) =
            layers.iter().map(LayerPast::dims).find(|dims| *dims != [batch, heads, d_head])
        {
            let got = format!("{:?}", [rows, kv_heads, positions, width]);
            let own = [batch, heads, positions, d_head];
            return refuse("past", got, format!("{own:?}: what this model read"));
        }
        if layers.len() != self.blocks.len() {
            let expected = format!("{} blocks: what this model read", self.blocks.len());
            return refuse("past", format!("{} blocks", layers.len()), expected);
        }
        Ok(())
    }
}

/// Tokens of each row, which padding may follow.
fn counts(inputs: &Inputs) -> Result<Vec<usize>, ModelError> {
    let positions = inputs.positions();
    let Some(mask) = inputs.attention_mask() else { return Ok(vec![positions; inputs.batch()]) };
    let count = |(row, mask): (usize, &[i64])| {
        let count = mask.iter().take_while(|counts| **counts == 1).count();
        if mask[count..].contains(&1) {
            let got = format!("padding before a token of row {row}");
            return refuse("attention_mask", got, "padding on the right alone".into());
        }
        Ok(count)
    };
    mask.chunks(positions).enumerate().map(count).collect()
}

fn refuse<T>(name: &str, got: String, expected: String) -> Result<T, ModelError> {
    Err(ModelError::InputShape { name: name.into(), got, expected })
}
