//! What one configurable transformer can be: every family is a setting of this.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;

/// The shape and the choices of a transformer. Saved as `config.json` of Fascicle's own model folders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerConfig {
    /// Number of blocks.
    pub n_layers: usize,
    /// Attention heads in each block.
    pub n_heads: usize,
    /// Heads of keys and values, each shared by `n_heads / n_kv_heads` heads of queries; `None` for as many as those.
    #[serde(default)]
    pub n_kv_heads: Option<usize>,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Width of a head; need not be `d_model / n_heads`.
    pub d_head: usize,
    /// Size of the vocabulary: ids that may come in, and scores that come out.
    pub vocab: usize,
    /// Longest sequence.
    pub n_ctx: usize,
    /// What enters.
    #[serde(default)]
    pub input: InputKind,
    /// How positions enter.
    pub positions: Positions,
    /// Number of token types (segments); 0 for none.
    #[serde(default)]
    pub token_types: usize,
    /// What token embeddings are multiplied by (Gemma: √d_model).
    #[serde(default)]
    pub embed_scale: Option<f64>,
    /// A norm over the sum of the embeddings.
    #[serde(default)]
    pub embed_norm: bool,
    /// Kind of every norm.
    pub norm: NormKind,
    /// Added to the variance inside every norm.
    pub norm_eps: f64,
    /// Where a block's norms stand.
    pub norm_place: NormPlace,
    /// Whether attention and MLP both read the stream that enters the block (GPT-NeoX), not one after the other.
    #[serde(default)]
    pub parallel: bool,
    /// A learned gain per channel on what attention and MLP add (LayerScale, Touvron et al. 2021).
    #[serde(default)]
    pub layer_scale: bool,
    /// The norm after the last block.
    pub final_norm: bool,
    /// Attention settings.
    pub attention: AttentionConfig,
    /// The MLP of each block; `None` for attention-only models.
    pub mlp: Option<MlpConfig>,
    /// From the residual stream to scores over the vocabulary; `None` for encoders without a head.
    pub unembed: Option<UnembedConfig>,
    /// From the residual stream to scores over classes.
    #[serde(default)]
    pub classifier: Option<ClassifierConfig>,
    /// How the stream becomes one vector a row (`pooler_output`).
    #[serde(default)]
    pub pooler: Pooler,
}

/// What enters a transformer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// Token ids, looked up in an embedding of `vocab` rows.
    #[default]
    Tokens,
    /// An image, cut into patches.
    Patches(PatchConfig),
    /// A residual stream that another model made (MAE's decoder).
    Stream,
}

/// How an image becomes a sequence: `[class?, distillation?, registers…, patches row by row…]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchConfig {
    /// Channels of the image.
    pub channels: usize,
    /// Height and width that the learned positions are for, in pixels.
    pub image: [usize; 2],
    /// Height and width of a patch, in pixels.
    pub patch: usize,
    /// Whether the projection of a patch has a bias.
    pub bias: bool,
    /// A learned vector at the front (cls).
    pub class_token: bool,
    /// A second one (DeiT).
    #[serde(default)]
    pub distillation_token: bool,
    /// Learned vectors without a position (Darcet et al. 2023).
    #[serde(default)]
    pub registers: usize,
    /// What learned positions do for images of another size.
    #[serde(default)]
    pub resize: PositionResize,
    /// Share of the patches that is left out before the first block (MAE); which ones, the inputs' noise decides.
    #[serde(default)]
    pub mask_ratio: Option<f64>,
}

impl PatchConfig {
    /// Patches of one size behind a class token, biased, for images of one size.
    pub fn new(channels: usize, image: [usize; 2], patch: usize) -> Self {
        Self {
            channels,
            image,
            patch,
            bias: true,
            class_token: true,
            distillation_token: false,
            registers: 0,
            resize: PositionResize::Refuse,
            mask_ratio: None,
        }
    }

    /// Tokens before the patches.
    pub fn prefix(&self) -> usize {
        usize::from(self.class_token) + usize::from(self.distillation_token) + self.registers
    }

    /// Length of the sequence that an image of the native size becomes.
    pub fn positions(&self) -> usize {
        self.prefix() + self.grid(self.image).iter().product::<usize>()
    }

    /// Rows and columns of patches of an image of `[height, width]` pixels.
    pub fn grid(&self, image: [usize; 2]) -> [usize; 2] {
        // a patch of no pixels is refused where configurations are checked
        image.map(|side| side.checked_div(self.patch).unwrap_or(0))
    }

    /// How many of `patches` patches enter the first block.
    pub fn kept(&self, patches: usize) -> usize {
        self.mask_ratio.map_or(patches, |ratio| (patches as f64 * (1.0 - ratio)) as usize)
    }
}

/// What learned positions do for images of another size than they were trained on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PositionResize {
    /// Such images are refused.
    #[default]
    Refuse,
    /// Bicubic interpolation as PyTorch does it (a = −0.75, half-pixel centres).
    Bicubic,
    /// Bicubic interpolation with PyTorch's antialiasing (a = −0.5, wider kernel when shrinking).
    BicubicAntialias,
}

/// How positions enter the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// Not at all.
    None,
    /// A learned vector per position, added to the embedding.
    Learned,
    /// Queries and keys are rotated by their position (Su et al. 2021), in the rotate-half layout.
    Rotary(Rotary),
    /// Queries and keys of patches are rotated by their row and column (DINOv3).
    Axial {
        /// Base of the wavelengths.
        theta: f64,
    },
}

/// Rotary positions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotary {
    /// How many of a head's first channels are rotated.
    pub dims: usize,
    /// Base of the wavelengths.
    pub theta: f64,
    /// How they are stretched for longer sequences.
    #[serde(default)]
    pub scaling: RotaryScaling,
}

/// How rotary wavelengths are stretched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotaryScaling {
    /// Not at all.
    #[default]
    None,
    /// All by one factor (position interpolation, Chen et al. 2023).
    Linear {
        /// The factor.
        factor: f64,
    },
    /// Long ones by a factor, short ones not at all, those between by degrees (Llama 3.1).
    Llama3 {
        /// The factor of long wavelengths.
        factor: f64,
        /// Wavelengths above `original / low` are long.
        low: f64,
        /// Wavelengths below `original / high` are short.
        high: f64,
        /// Sequence length that the model was first trained on.
        original: f64,
    },
}

/// Kind of norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormKind {
    /// No norms at all.
    None,
    /// Mean and variance over the channels, then gain and bias (Ba et al. 2016).
    Layer,
    /// Root mean square over the channels, then gain (Zhang & Sennrich 2019).
    Rms,
    /// The same with gain 1 + w (Gemma).
    RmsPlusOne,
}

/// Where a block's norms stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormPlace {
    /// Before attention and MLP: `x + f(norm(x))` (GPT-2).
    Pre,
    /// After the residual addition: `norm(x + f(x))` (BERT).
    Post,
    /// Before attention and MLP, and again on what they give: `x + norm(f(norm(x)))` (Gemma 2).
    Around,
}

/// Attention settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionConfig {
    /// Whether a position sees only itself and what comes before it.
    pub causal: bool,
    /// Biases of queries, keys and values.
    pub qkv_bias: bool,
    /// Bias of the keys, where it is unlike the others' (DINOv3 has none).
    #[serde(default)]
    pub k_bias: Option<bool>,
    /// Bias of the output projection.
    pub out_bias: bool,
    /// What scores are multiplied by before the softmax.
    #[serde(default)]
    pub scale: AttentionScale,
    /// Scores s become c·tanh(s/c) before the mask (Gemma 2).
    #[serde(default)]
    pub softcap: Option<f64>,
    /// Blocks in which a position sees only the last few.
    #[serde(default)]
    pub sliding: Option<Sliding>,
    /// A norm over queries and over keys, before their rotation.
    #[serde(default)]
    pub qk_norm: Option<QkNorm>,
    /// Queries, keys and values are limited to ±this (OLMoE's `clip_qkv`).
    #[serde(default)]
    pub clip_qkv: Option<f64>,
}

/// Sliding-window attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sliding {
    /// How many positions are seen, the own one included.
    pub window: usize,
    /// The blocks that have it.
    pub layers: Vec<usize>,
}

/// What a norm over queries and keys takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QkNorm {
    /// Each head by itself, with one gain for all heads (Qwen3).
    PerHead,
    /// All heads together (OLMoE).
    Whole,
}

/// What attention scores are multiplied by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionScale {
    /// 1/√d_head.
    #[default]
    InverseSqrt,
    /// 1/(√d_head · (layer + 1)): GPT-2's `scale_attn_by_inverse_layer_idx`.
    InverseSqrtByLayer,
    /// 1: GPT-2's `scale_attn_weights: false`.
    One,
    /// 1/(layer + 1): both GPT-2 settings together.
    ByLayer,
    /// A number.
    Fixed(f64),
}

impl AttentionScale {
    /// The factor in block `layer`.
    pub fn factor(self, d_head: usize, layer: usize) -> f64 {
        let inverse_sqrt = 1.0 / (d_head as f64).sqrt();
        let by_layer = 1.0 / (layer + 1) as f64;
        match self {
            Self::InverseSqrt => inverse_sqrt,
            Self::InverseSqrtByLayer => inverse_sqrt * by_layer,
            Self::One => 1.0,
            Self::ByLayer => by_layer,
            Self::Fixed(factor) => factor,
        }
    }
}

/// MLP settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Number of hidden neurons (of each expert, where there are experts).
    pub width: usize,
    /// Their activation function.
    pub activation: Activation,
    /// Biases of the layers.
    pub bias: bool,
    /// Whether each neuron's activation is multiplied by a second, linear reading (SwiGLU, GeGLU; Shazeer 2020).
    #[serde(default)]
    pub gated: bool,
    /// A mixture of such MLPs instead of one.
    #[serde(default)]
    pub experts: Option<Experts>,
}

/// A mixture of experts: each position goes through the few whose router scores are highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experts {
    /// How many there are.
    pub count: usize,
    /// How many a position goes through; of equal scores the lower expert counts as higher.
    pub per_token: usize,
    /// Whether the weights of the chosen are made to add up to 1.
    pub renormalise: bool,
}

/// From the residual stream to scores over the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnembedConfig {
    /// Whether the matrix is the token embedding's, transposed.
    pub tied: bool,
    /// A bias over the vocabulary.
    pub bias: bool,
    /// A dense layer, this activation and a norm before the matrix (BERT's masked-language-model head).
    #[serde(default)]
    pub transform: Option<Activation>,
    /// Scores s become c·tanh(s/c) (Gemma 2).
    #[serde(default)]
    pub softcap: Option<f64>,
}

/// From the residual stream to scores over classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierConfig {
    /// Number of classes.
    pub classes: usize,
    /// What the scores are read from.
    pub from: ClassifierInput,
}

/// What a classifier reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassifierInput {
    /// The first position.
    First,
    /// The first two positions, a matrix for each, averaged (DeiT with its teacher).
    FirstTwo,
    /// The first position beside the mean of the patches (DINOv2).
    FirstAndMean,
    /// The pooler's output (BERT).
    Pooler,
}

/// How the stream becomes one vector a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooler {
    /// Not at all.
    #[default]
    None,
    /// A dense layer over the first position and a function of it (BERT, ViT).
    Dense {
        /// Width of the layer's output.
        width: usize,
        /// The function; tanh in most models.
        activation: Activation,
    },
    /// The first position as it is (DINOv2).
    First,
    /// The final norm of the first position alone; the stream itself goes without (CLIP's images).
    FirstNormed,
    /// The position of the first token with this id (CLIP's texts).
    EndOfText(i64),
    /// The position of the highest id (CLIP's texts before their configuration knew the end).
    HighestId,
}

/// Activation function of hidden neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// x·Φ(x), with the exact Gaussian distribution function.
    Gelu,
    /// The tanh approximation of [`Activation::Gelu`].
    GeluTanh,
    /// x·σ(1.702·x), CLIP's approximation of [`Activation::Gelu`].
    QuickGelu,
    /// max(x, 0).
    Relu,
    /// x·σ(x).
    Silu,
    /// tanh(x).
    Tanh,
    /// x.
    Identity,
}

impl Activation {
    /// The names that Hugging Face configurations use.
    pub(crate) const NAMES: &[(&'static str, Activation)] = &[
        ("gelu", Activation::Gelu),
        ("gelu_new", Activation::GeluTanh),
        ("gelu_pytorch_tanh", Activation::GeluTanh),
        ("gelu_fast", Activation::GeluTanh),
        ("quick_gelu", Activation::QuickGelu),
        ("relu", Activation::Relu),
        ("silu", Activation::Silu),
        ("swish", Activation::Silu),
        ("tanh", Activation::Tanh),
        ("linear", Activation::Identity),
    ];
}

impl TransformerConfig {
    /// A plain pre-norm decoder (GPT-2's shape without biases or a head) to change from:
    /// `TransformerConfig { positions: Positions::None, ..TransformerConfig::new(2, 4, 64, 50, 32) }`.
    pub fn new(n_layers: usize, n_heads: usize, d_model: usize, vocab: usize, n_ctx: usize) -> Self {
        Self {
            n_layers,
            n_heads,
            n_kv_heads: None,
            d_model,
            d_head: d_model.checked_div(n_heads).unwrap_or(0),
            vocab,
            n_ctx,
            input: InputKind::Tokens,
            positions: Positions::Learned,
            token_types: 0,
            embed_scale: None,
            embed_norm: false,
            norm: NormKind::Layer,
            norm_eps: 1e-5,
            norm_place: NormPlace::Pre,
            parallel: false,
            layer_scale: false,
            final_norm: true,
            attention: AttentionConfig::new(true, false),
            mlp: Some(MlpConfig::new(4 * d_model, Activation::Gelu, false)),
            unembed: None,
            classifier: None,
            pooler: Pooler::None,
        }
    }

    /// Heads of keys and values.
    pub fn kv_heads(&self) -> usize {
        self.n_kv_heads.unwrap_or(self.n_heads)
    }

    /// How an image is cut into patches, if images are what enters.
    pub fn patches(&self) -> Option<&PatchConfig> {
        match &self.input {
            InputKind::Patches(patches) => Some(patches),
            _ => None,
        }
    }

    /// Whether the model can continue a text: it takes token ids, sees no later positions, and has scores over its
    /// vocabulary.
    pub fn is_decoder(&self) -> bool {
        self.input == InputKind::Tokens && self.attention.causal && self.unembed.is_some()
    }

    /// Whether block `layer` sees only the last few positions, and how many.
    pub fn window(&self, layer: usize) -> Option<usize> {
        self.attention.sliding.as_ref().filter(|sliding| sliding.layers.contains(&layer)).map(|s| s.window)
    }

    /// Checks that the numbers make a model.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the field and what it may be.
    pub fn validate(&self) -> Result<(), ModelError> {
        self.at_least_one()?;
        let (heads, kv) = (self.n_heads, self.kv_heads());
        if kv == 0 || !heads.is_multiple_of(kv) {
            return Err(bad("n_kv_heads", kv, &format!("a divisor of the {heads} heads of queries")));
        }
        if !(self.norm_eps.is_finite() && self.norm_eps >= 0.0) {
            return Err(bad("norm_eps", self.norm_eps, "a number ≥ 0"));
        }
        match self.positions {
            Positions::Rotary(Rotary { dims, theta, .. }) => {
                if dims == 0 || dims > self.d_head || !dims.is_multiple_of(2) {
                    let expected = format!("an even number from 2 to d_head = {}", self.d_head);
                    return Err(bad("positions.rotary.dims", dims, &expected));
                }
                positive("positions.rotary.theta", Some(theta))?;
            }
            Positions::Axial { theta } => {
                if self.patches().is_none() {
                    return Err(bad("positions", "axial", "it for images alone (input: patches)"));
                }
                if !self.d_head.is_multiple_of(4) {
                    return Err(bad("d_head", self.d_head, "a multiple of 4, for axial positions"));
                }
                positive("positions.axial.theta", Some(theta))?;
            }
            Positions::None | Positions::Learned => {}
        }
        positive("attention.softcap", self.attention.softcap)?;
        positive("attention.clip_qkv", self.attention.clip_qkv)?;
        positive("unembed.softcap", self.unembed.as_ref().and_then(|unembed| unembed.softcap))?;
        if let Some(Experts { count, per_token, .. }) = self.mlp.as_ref().and_then(|mlp| mlp.experts)
            && !(1..=count).contains(&per_token)
        {
            return Err(bad(
                "mlp.experts.per_token",
                per_token,
                &format!("1 to {count}, the number of experts"),
            ));
        }
        if self.parallel && self.norm_place != NormPlace::Pre {
            return Err(bad("parallel", true, "false unless norm_place is `pre`"));
        }
        self.check_input()
    }

    fn at_least_one(&self) -> Result<(), ModelError> {
        let tokens = self.input == InputKind::Tokens;
        let counts = [
            ("n_heads", Some(self.n_heads)),
            ("d_model", Some(self.d_model)),
            ("d_head", Some(self.d_head)),
            ("vocab", (tokens || self.unembed.is_some()).then_some(self.vocab)),
            ("n_ctx", Some(self.n_ctx)),
            ("mlp.width", self.mlp.as_ref().map(|mlp| mlp.width)),
            ("pooler.dense.width", self.pooler.width()),
            ("classifier.classes", self.classifier.map(|classifier| classifier.classes)),
            ("attention.sliding.window", self.attention.sliding.as_ref().map(|sliding| sliding.window)),
        ];
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((field, _)) => Err(bad(field, 0, "at least 1")),
            None => Ok(()),
        }
    }

    fn check_input(&self) -> Result<(), ModelError> {
        if self.input != InputKind::Tokens && self.unembed.as_ref().is_some_and(|unembed| unembed.tied) {
            return Err(bad(
                "unembed.tied",
                true,
                "false: without token ids there is no embedding to be tied to",
            ));
        }
        let Some(patches) = self.patches() else { return Ok(()) };
        let PatchConfig { channels, image, patch, mask_ratio, .. } = *patches;
        if channels == 0 || patch == 0 {
            return Err(bad(
                "input.patches",
                format!("{channels} channels, patch {patch}"),
                "at least 1 of each",
            ));
        }
        let [height, width] = image;
        if height < patch || width < patch {
            let expected = format!("at least one patch of {patch} pixels a side");
            return Err(bad("input.patches.image", format!("{image:?}"), &expected));
        }
        if let Some(ratio) = mask_ratio.filter(|ratio| !(0.0..1.0).contains(ratio)) {
            return Err(bad("input.patches.mask_ratio", ratio, "a number from 0 to below 1"));
        }
        let positions = patches.positions();
        if positions > self.n_ctx {
            let expected =
                format!("at least {positions}: the patches of a native image and the tokens before them");
            return Err(bad("n_ctx", self.n_ctx, &expected));
        }
        Ok(())
    }
}

impl Pooler {
    /// Width of its dense layer, where it has one.
    pub(crate) fn width(self) -> Option<usize> {
        match self {
            Self::Dense { width, .. } => Some(width),
            _ => None,
        }
    }
}

impl AttentionConfig {
    /// Plain attention over all positions, or the earlier ones, with or without biases.
    pub fn new(causal: bool, bias: bool) -> Self {
        Self {
            causal,
            qkv_bias: bias,
            k_bias: None,
            out_bias: bias,
            scale: AttentionScale::InverseSqrt,
            softcap: None,
            sliding: None,
            qk_norm: None,
            clip_qkv: None,
        }
    }
}

impl MlpConfig {
    /// A plain two-layer MLP.
    pub fn new(width: usize, activation: Activation, bias: bool) -> Self {
        Self { width, activation, bias, gated: false, experts: None }
    }
}

impl UnembedConfig {
    /// A plain matrix.
    pub fn new(tied: bool) -> Self {
        Self { tied, bias: false, transform: None, softcap: None }
    }
}

fn positive(field: &str, value: Option<f64>) -> Result<(), ModelError> {
    match value.filter(|value| !(value.is_finite() && *value > 0.0)) {
        Some(value) => Err(bad(field, value, "a number above 0")),
        None => Ok(()),
    }
}

fn bad(field: &str, value: impl ToString, expected: &str) -> ModelError {
    ModelError::Config {
        path: "configuration".into(),
        field: field.into(),
        value: value.to_string(),
        expected: expected.into(),
    }
}
