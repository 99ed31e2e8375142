//! ViT (Dosovitskiy et al. 2021), with the key names of Hugging Face and of timm.

use super::keys::{Keys, Module, alone, module, part, patches};
use super::{Adapted, Layout, vision};
use crate::checkpoint::RawConfig;
use crate::config::{
    Activation, ClassifierConfig, ClassifierInput, MlpConfig, PatchConfig, Pooler, TransformerConfig,
};
use crate::error::ModelError;

/// The norms and the MLP of a block.
const BLOCK: &[Module] = &[
    module("ln1", "layernorm_before"),
    module("ln2", "layernorm_after"),
    module("mlp.up", "intermediate.dense"),
    module("mlp.down", "output.dense"),
];

/// A block.
pub(super) const BLOCKS: &[&[Module]] = &[vision::ATTENTION, BLOCK];

/// A block as transformers 5 calls its modules.
pub(super) const BLOCKS_5: &[&[Module]] = &[
    vision::ATTENTION_5,
    &[
        module("ln1", "layernorm_before"),
        module("ln2", "layernorm_after"),
        module("mlp.up", "mlp.fc1"),
        module("mlp.down", "mlp.fc2"),
    ],
];

/// What comes after the last block.
pub(super) const END: &[Module] = &[module("ln_final", "layernorm"), module("pooler", "pooler.dense")];

const fn own_keys(blocks: &'static str, block: &'static [&'static [Module]]) -> Keys {
    const HEADS: &[Module] = &[module("classifier.first", "classifier")];
    Keys { blocks, block, outside: &[vision::EMBEDDINGS, END], heads: HEADS }
}

static KEYS: Keys = own_keys("encoder.layer.", BLOCKS);
static KEYS_5: Keys = own_keys("layers.", BLOCKS_5);

/// timm's names, of ViT and of DeiT.
static TIMM: Keys = Keys {
    blocks: "blocks.",
    block: &[&[
        module("ln1", "norm1"),
        part("attn.q", "attn.qkv", [0, 3]),
        part("attn.k", "attn.qkv", [1, 3]),
        part("attn.v", "attn.qkv", [2, 3]),
        module("attn.o", "attn.proj"),
        module("ln2", "norm2"),
        module("mlp.up", "mlp.fc1"),
        module("mlp.down", "mlp.fc2"),
    ]],
    outside: &[&[
        alone("embed.patch.class", "cls_token", Layout::Units(2)),
        alone("embed.patch.distillation", "dist_token", Layout::Units(2)),
        alone("embed.positions", "pos_embed", Layout::Units(1)),
        patches("patch_embed.proj"),
        module("ln_final", "norm"),
    ]],
    heads: &[module("classifier.first", "head"), module("classifier.second", "head_dist")],
};

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let classifier = match raw.architecture().as_deref() {
        Some("ViTForImageClassification") => Some(ClassifierInput::First),
        _ => None,
    };
    let config = config(raw, has, vision::patch_config(raw)?, classifier)?;
    vision::adapted(raw, config, "vit", "vit.", keys(has, [&KEYS, &KEYS_5]))
}

/// A family's own key names, those of transformers 5, or timm's, whichever the files have.
pub(super) fn keys(has: &dyn Fn(&str) -> bool, [own, own_5]: [&'static Keys; 2]) -> &'static Keys {
    if has("blocks.0.attn.qkv.weight") {
        &TIMM
    } else if is_5(has) {
        own_5
    } else {
        own
    }
}

/// Whether the blocks have the names of transformers 5.
pub(super) fn is_5(has: &dyn Fn(&str) -> bool) -> bool {
    has("layers.0.attention.q_proj.weight")
}

/// ViT, and DeiT with its further token: an encoder with a classifier, or with the pooler that the files may hold.
pub(super) fn config(
    raw: &RawConfig,
    has: &dyn Fn(&str) -> bool,
    patches: PatchConfig,
    classifier: Option<ClassifierInput>,
) -> Result<TransformerConfig, ModelError> {
    let mlp = MlpConfig::new(raw.usize("intermediate_size")?, raw.activation("hidden_act")?, true);
    let trunk = vision::encoder(raw, patches, mlp)?;
    let pooler = match classifier {
        None if has("pooler.dense.weight") => Pooler::Dense {
            width: raw.optional_usize("pooler_output_size")?.unwrap_or(trunk.d_model),
            activation: raw.optional_activation("pooler_act")?.unwrap_or(Activation::Tanh),
        },
        _ => Pooler::None,
    };
    let classifier = match classifier {
        Some(from) => Some(ClassifierConfig { classes: raw.classes()?, from }),
        None => None,
    };
    Ok(TransformerConfig { pooler, classifier, ..trunk })
}
