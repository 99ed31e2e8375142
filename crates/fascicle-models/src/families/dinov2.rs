//! DINOv2 (Oquab et al. 2023), with and without registers (Darcet et al. 2023).

use super::keys::{Keys, Module, alone, module, part};
use super::{Adapted, Layout, vision, vit};
use crate::checkpoint::RawConfig;
use crate::config::{
    Activation, ClassifierConfig, ClassifierInput, MlpConfig, PatchConfig, Pooler, PositionResize,
    TransformerConfig,
};
use crate::error::ModelError;

/// The norms and LayerScale of a block, as DINOv3 names them too.
pub(super) const BLOCK: &[Module] = &[
    module("ln1", "norm1"),
    module("ln2", "norm2"),
    alone("scale1", "layer_scale1.lambda1", Layout::Same),
    alone("scale2", "layer_scale2.lambda1", Layout::Same),
];

const PLAIN: &[Module] = &[module("mlp.up", "mlp.fc1"), module("mlp.down", "mlp.fc2")];

const GATED: &[Module] = &[
    part("mlp.gate", "mlp.weights_in", [0, 2]),
    part("mlp.up", "mlp.weights_in", [1, 2]),
    module("mlp.down", "mlp.weights_out"),
];

/// A gated MLP as transformers 5 calls its modules, and DINOv3.
pub(super) const GATED_5: &[Module] = &[
    module("mlp.gate", "mlp.gate_proj"),
    module("mlp.up", "mlp.up_proj"),
    module("mlp.down", "mlp.down_proj"),
];

const HEADS: &[Module] = &[module("classifier.first", "classifier")];

const fn keys(block: &'static [&'static [Module]]) -> Keys {
    Keys { blocks: "encoder.layer.", block, outside: &[vision::EMBEDDINGS, vit::END], heads: HEADS }
}

static KEYS: Keys = keys(&[vision::ATTENTION, BLOCK, PLAIN]);
static KEYS_GATED: Keys = keys(&[vision::ATTENTION, BLOCK, GATED]);
static KEYS_5: Keys = keys(&[vision::ATTENTION_5, BLOCK, PLAIN]);
static KEYS_5_GATED: Keys = keys(&[vision::ATTENTION_5, BLOCK, GATED_5]);

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let with_registers = raw.optional_str("model_type")?.as_deref() == Some("dinov2_with_registers");
    let mut patches = vision::patch_config(raw)?;
    if with_registers {
        patches = PatchConfig {
            registers: raw.optional_usize("num_register_tokens")?.unwrap_or(4),
            // one model smooths what it shrinks, the other does not
            resize: PositionResize::BicubicAntialias,
            ..patches
        };
    }
    let width = raw.usize("hidden_size")? as f64 * raw.f64("mlp_ratio")?;
    let gated = raw.bool_or("use_swiglu_ffn", false)?;
    let mlp = if gated {
        MlpConfig { gated, ..MlpConfig::new(gated_width(width as usize), Activation::Silu, true) }
    } else {
        MlpConfig::new(width as usize, raw.activation("hidden_act")?, true)
    };
    let classes = raw.architecture().is_some_and(|name| name.ends_with("ForImageClassification"));
    let from = ClassifierInput::FirstAndMean;
    let config = TransformerConfig {
        layer_scale: true,
        pooler: Pooler::First,
        classifier: if classes { Some(ClassifierConfig { classes: raw.classes()?, from }) } else { None },
        ..vision::encoder(raw, patches, mlp)?
    };
    let (family, prefix) = match with_registers {
        true => ("dinov2_with_registers", "dinov2_with_registers."),
        false => ("dinov2", "dinov2."),
    };
    let keys = match (has("encoder.layer.0.attention.q_proj.weight"), gated) {
        (false, false) => &KEYS,
        (false, true) => &KEYS_GATED,
        (true, false) => &KEYS_5,
        (true, true) => &KEYS_5_GATED,
    };
    vision::adapted(raw, config, family, prefix, keys)
}

/// Two thirds of a plain MLP's neurons, for as many parameters, rounded up to a multiple of 8.
fn gated_width(plain: usize) -> usize {
    ((plain as f64 * 2.0 / 3.0) as usize).next_multiple_of(8)
}

#[cfg(test)]
mod tests {
    use super::gated_width;

    #[test]
    fn neurons_of_gated_mlps() {
        // 48 · 2/3 is a multiple of 8; 6144 · 2/3 (giant) too; 40 · 2/3 is not
        assert_eq!([48, 6144, 40].map(gated_width), [32, 4096, 32]);
    }
}
