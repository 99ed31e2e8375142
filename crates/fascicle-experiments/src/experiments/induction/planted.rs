//! A two-layer attention-only transformer whose weights are set by hand, so that the circuit is known.
//!
//! The residual stream is cut into four parts: the token (one channel a token), the position (one a position), the
//! token before (written by the previous-token head) and the prediction (written by the induction head, read by the
//! unembedding). Every other head has small random weights: it attends and writes, but carries nothing of use.

use std::collections::BTreeMap;

use fascicle_core::Device;
use fascicle_models::{
    AttentionConfig, AttentionScale, ModelError, NormKind, Transformer, TransformerConfig, UnembedConfig,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Sizes of the model and its task.
pub(super) const VOCAB: usize = 24;
/// Longest sequence.
pub(super) const POSITIONS: usize = 25;
/// Heads in each of the two layers.
pub(super) const HEADS: usize = 4;

const D_HEAD: usize = if VOCAB > POSITIONS { VOCAB } else { POSITIONS };
const TOKEN: usize = 0;
const POSITION: usize = VOCAB;
const BEFORE: usize = POSITION + POSITIONS;
const PREDICTION: usize = BEFORE + VOCAB;
const D_MODEL: usize = PREDICTION + VOCAB;

/// Score of a match, against 0 for everything else: enough for the softmax to pick it out.
const MATCH: f32 = 25.0;
/// How strongly the induction head writes its prediction.
const WRITE: f32 = 3.0;
/// Half-width of the uniform weights of the other heads.
const NOISE: f32 = 0.08;

/// The model, and where its two working heads were put: (layer, head).
pub(super) struct Planted {
    pub(super) model: Transformer,
    pub(super) previous_token: (usize, usize),
    pub(super) induction: (usize, usize),
}

impl Planted {
    /// Which of the heads do the work, and the weights of the idle ones, are drawn from `seed`.
    pub(super) fn new(seed: u64, device: &Device) -> Result<Self, ModelError> {
        let mut rng = StdRng::seed_from_u64(seed);
        let previous_token = (0, rng.random_range(0..HEADS));
        let induction = (1, rng.random_range(0..HEADS));
        let config = config();
        let mut weights = Weights::zeros(&config)?;
        for name in ["embed.tokens", "embed.positions"] {
            let start = if name == "embed.tokens" { TOKEN } else { POSITION };
            weights.set(name, (0..VOCAB.max(POSITIONS)).map(|i| (i, start + i, 1.0)));
        }
        weights.set("unembed.weight", (0..VOCAB).map(|token| (PREDICTION + token, token, 1.0)));
        for place in (0..2).flat_map(|layer| (0..HEADS).map(move |head| (layer, head))) {
            if place != previous_token && place != induction {
                weights.noise(place, &mut rng);
            }
        }
        // asks at position p for position p − 1, and notes which token stands there
        weights.head(previous_token, "q", (1..POSITIONS).map(|p| (POSITION + p, p - 1, MATCH)));
        weights.head(previous_token, "k", (0..POSITIONS).map(|p| (POSITION + p, p, 1.0)));
        weights.head(previous_token, "v", (0..VOCAB).map(|token| (TOKEN + token, token, 1.0)));
        weights.head(previous_token, "o", (0..VOCAB).map(|token| (token, BEFORE + token, 1.0)));
        // asks for a position whose token before is the present one, and predicts the token that stands there
        weights.head(induction, "q", (0..VOCAB).map(|token| (TOKEN + token, token, MATCH)));
        weights.head(induction, "k", (0..VOCAB).map(|token| (BEFORE + token, token, 1.0)));
        weights.head(induction, "v", (0..VOCAB).map(|token| (TOKEN + token, token, 1.0)));
        weights.head(induction, "o", (0..VOCAB).map(|token| (token, PREDICTION + token, WRITE)));
        Ok(Self { model: config.build(device, weights.0)?, previous_token, induction })
    }

    /// The two heads that do the work.
    pub(super) fn circuit(&self) -> [(usize, usize); 2] {
        [self.previous_token, self.induction]
    }
}

fn config() -> TransformerConfig {
    TransformerConfig {
        d_head: D_HEAD,
        norm: NormKind::None,
        norm_eps: 0.0,
        final_norm: false,
        attention: AttentionConfig { scale: AttentionScale::One, ..AttentionConfig::new(true, false) },
        mlp: None,
        unembed: Some(UnembedConfig::new(false)),
        ..TransformerConfig::new(2, HEADS, D_MODEL, VOCAB, POSITIONS)
    }
}

/// Parameters by canonical name.
struct Weights(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Weights {
    fn zeros(config: &TransformerConfig) -> Result<Self, ModelError> {
        let zeros = |shape: &[usize]| vec![0.0; shape.iter().product()];
        let all = config.parameters()?.into_iter().map(|p| (p.name, (p.shape.clone(), zeros(&p.shape))));
        Ok(Self(all.collect()))
    }

    /// Sets entries (row, column, value) of a matrix; what lies outside is left out.
    fn set(&mut self, name: &str, entries: impl Iterator<Item = (usize, usize, f32)>) {
        if let Some((shape, values)) = self.0.get_mut(name) {
            for (row, col, value) in entries.filter(|(row, col, _)| *row < shape[0] && *col < shape[1]) {
                values[row * shape[1] + col] = value;
            }
        }
    }

    /// Sets entries of one head's part of `q`, `k`, `v` (columns of the head) or `o` (rows of the head).
    fn head(
        &mut self,
        (layer, head): (usize, usize),
        part: &str,
        entries: impl Iterator<Item = (usize, usize, f32)>,
    ) {
        let start = head * D_HEAD;
        let shift = |(row, col, value)| {
            if part == "o" { (start + row, col, value) } else { (row, start + col, value) }
        };
        self.set(&format!("blocks.{layer}.attn.{part}.weight"), entries.map(shift));
    }

    fn noise(&mut self, place: (usize, usize), rng: &mut StdRng) {
        for part in ["q", "k", "v", "o"] {
            let (rows, cols) = if part == "o" { (D_HEAD, D_MODEL) } else { (D_MODEL, D_HEAD) };
            let cells = (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col)));
            let entries: Vec<_> =
                cells.map(|(row, col)| (row, col, rng.random_range(-NOISE..NOISE))).collect();
            self.head(place, part, entries.into_iter());
        }
    }
}
