//! Masked autoencoders (He et al. 2022): ViT whose encoder sees some of the patches.

use super::keys::{Keys, Module, module};
use super::{Adapted, Layout, Place, vision, vit};
use crate::checkpoint::RawConfig;
use crate::config::{InputKind, MlpConfig, PatchConfig, Positions, TransformerConfig, UnembedConfig};
use crate::error::ModelError;
use crate::model::{MaeConfig, ModelConfig};

const fn encoder_keys(blocks: &'static str, block: &'static [&'static [Module]]) -> Keys {
    Keys { blocks, block, outside: &[vision::EMBEDDINGS, vit::END], heads: &[] }
}

const fn decoder_keys(block: &'static [&'static [Module]]) -> Keys {
    const HEADS: &[Module] =
        &[module("ln_final", "decoder.decoder_norm"), module("unembed", "decoder.decoder_pred")];
    Keys { blocks: "decoder.decoder_layers.", block, outside: &[], heads: HEADS }
}

/// The key names of one kind of files.
#[derive(Debug)]
struct Both {
    encoder: Keys,
    decoder: Keys,
}

static KEYS: Both =
    Both { encoder: encoder_keys("encoder.layer.", vit::BLOCKS), decoder: decoder_keys(vit::BLOCKS) };
static KEYS_5: Both =
    Both { encoder: encoder_keys("layers.", vit::BLOCKS_5), decoder: decoder_keys(vit::BLOCKS_5) };

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let mask_ratio = Some(raw.optional_f64("mask_ratio")?.unwrap_or(0.75));
    let patches = PatchConfig { mask_ratio, ..vision::patch_config(raw)? };
    let keys = if vit::is_5(has) { &KEYS_5 } else { &KEYS };
    let whole = match raw.architecture().as_deref() {
        Some("ViTMAEForPreTraining") => true,
        Some(_) => false,
        None => has("decoder.mask_token"),
    };
    if !whole {
        let config = vit::config(raw, has, patches, None)?;
        return vision::adapted(raw, config, "vit_mae", "vit.", &keys.encoder);
    }
    let encoder = vit::config(raw, &|_| false, patches, None)?;
    let decoder = decoder(raw, &encoder, &patches)?;
    Ok(Adapted {
        labels: Vec::new(),
        config: ModelConfig::Mae(MaeConfig { encoder, decoder }),
        family: "vit_mae",
        prefix: "vit.",
        place: Box::new(move |name| place(keys, name, &patches)),
        unused: |_| None,
        repeats: Vec::new(),
    })
}

/// The encoder's settings at the decoder's size; its scores are the numbers of a patch.
fn decoder(
    raw: &RawConfig,
    encoder: &TransformerConfig,
    patches: &PatchConfig,
) -> Result<TransformerConfig, ModelError> {
    let d_model = raw.usize("decoder_hidden_size")?;
    let n_heads = raw.usize("decoder_num_attention_heads")?;
    let activation = raw.activation("hidden_act")?;
    Ok(TransformerConfig {
        d_head: raw.d_head("decoder_num_attention_heads", d_model, n_heads)?,
        input: InputKind::Stream,
        positions: Positions::None,
        norm_eps: encoder.norm_eps,
        attention: encoder.attention.clone(),
        mlp: Some(MlpConfig::new(raw.usize("decoder_intermediate_size")?, activation, true)),
        unembed: Some(UnembedConfig { bias: true, ..UnembedConfig::new(false) }),
        ..TransformerConfig::new(
            raw.usize("decoder_num_hidden_layers")?,
            n_heads,
            d_model,
            patches.channels * patches.patch * patches.patch,
            encoder.n_ctx,
        )
    })
}

fn place(keys: &Both, name: &str, patches: &PatchConfig) -> Option<Place> {
    if let Some(name) = name.strip_prefix("encoder.") {
        return keys.encoder.place(name, Some(patches));
    }
    if let Some(name) = name.strip_prefix("decoder.") {
        let place = keys.decoder.place(name, None)?.unprefixed();
        // transformers 5 reads the first name and writes the second
        let written = place.key.replace("decoder.decoder_layers.", "decoder.decoder_encoder.layer.");
        return Some(if written == place.key { place } else { place.alias(written) });
    }
    let place = match name {
        "embed.weight" => Place::new("decoder.decoder_embed.weight", Layout::Transposed),
        "embed.bias" => Place::new("decoder.decoder_embed.bias", Layout::Same),
        "mask_token" => Place::new("decoder.mask_token", Layout::Units(2)),
        "positions" => Place::new("decoder.decoder_pos_embed", Layout::Units(1)),
        _ => return None,
    };
    Some(place.unprefixed())
}
