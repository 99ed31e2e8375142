//! Whether the numbers of a configuration make a model.

use super::{
    AttentionScale, Experts, InputKind, NormPlace, PatchConfig, Positions, Rotary, RotaryScaling,
    TransformerConfig,
};
use crate::error::ModelError;

/// Beyond this the sizes of tensors could not be told.
const LARGEST: usize = 1 << 31;

/// More pixels than a side of a patch has, and more channels than an image has.
pub(crate) const MOST_IN_A_PATCH: usize = 1 << 16;

impl TransformerConfig {
    /// Checks that the numbers make a model.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the field and what it may be.
    pub fn validate(&self) -> Result<(), ModelError> {
        self.at_least_one()?;
        self.at_most()?;
        let (heads, kv) = (self.n_heads, self.kv_heads());
        if kv == 0 || !heads.is_multiple_of(kv) {
            return Err(bad("n_kv_heads", kv, &format!("a divisor of the {heads} heads of queries")));
        }
        if !(self.norm_eps.is_finite() && self.norm_eps >= 0.0) {
            return Err(bad("norm_eps", self.norm_eps, "a number ≥ 0"));
        }
        match self.positions {
            Positions::Rotary(Rotary { dims, theta, scaling }) => {
                if dims == 0 || dims > self.d_head || !dims.is_multiple_of(2) {
                    let expected = format!("an even number from 2 to d_head = {}", self.d_head);
                    return Err(bad("positions.rotary.dims", dims, &expected));
                }
                positive("positions.rotary.theta", Some(theta))?;
                scaling.validate()?;
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
        self.check_attention()?;
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

    fn at_most(&self) -> Result<(), ModelError> {
        let experts = self.mlp.as_ref().and_then(|mlp| mlp.experts).map_or(0, |experts| experts.count);
        let counts = [
            ("n_layers", self.n_layers, LARGEST),
            ("n_heads", self.n_heads, LARGEST),
            ("d_model", self.d_model, LARGEST),
            ("d_head", self.d_head, LARGEST),
            ("vocab", self.vocab, LARGEST),
            ("n_ctx", self.n_ctx, LARGEST),
            ("token_types", self.token_types, LARGEST),
            ("mlp.width", self.mlp.as_ref().map_or(0, |mlp| mlp.width), LARGEST),
            ("mlp.experts.count", experts, LARGEST),
            ("pooler.dense.width", self.pooler.width().unwrap_or(0), LARGEST),
            ("classifier.classes", self.classifier.map_or(0, |classifier| classifier.classes), LARGEST),
        ];
        let patches = self.patches().map_or([("", 0, 0); 5], |patches| {
            [
                ("input.patches.channels", patches.channels, MOST_IN_A_PATCH),
                ("input.patches.patch", patches.patch, MOST_IN_A_PATCH),
                ("input.patches.registers", patches.registers, LARGEST),
                ("input.patches.image", patches.image[0], LARGEST),
                ("input.patches.image", patches.image[1], LARGEST),
            ]
        });
        match counts.into_iter().chain(patches).find(|(_, count, most)| count > most) {
            Some((field, count, most)) => Err(bad(field, count, &format!("at most {most}"))),
            None => Ok(()),
        }
    }

    fn check_attention(&self) -> Result<(), ModelError> {
        if let AttentionScale::Fixed(factor) = self.attention.scale
            && !factor.is_finite()
        {
            return Err(bad("attention.scale", factor, "a finite number"));
        }
        let layers = self.attention.sliding.iter().flat_map(|sliding| &sliding.layers);
        match layers.copied().find(|layer| *layer >= self.n_layers) {
            Some(layer) => {
                let expected = format!("blocks from 0 to below {}", self.n_layers);
                Err(bad("attention.sliding.layers", layer, &expected))
            }
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

impl RotaryScaling {
    /// Factors that leave wavelengths what they are: positive numbers.
    fn validate(self) -> Result<(), ModelError> {
        match self {
            Self::None => Ok(()),
            Self::Linear { factor } => positive("positions.rotary.scaling.factor", Some(factor)),
            Self::Llama3 { factor, low, high, original } => {
                positive("positions.rotary.scaling.factor", Some(factor))?;
                positive("positions.rotary.scaling.low", Some(low))?;
                positive("positions.rotary.scaling.original", Some(original))?;
                if high.is_finite() && high > low {
                    Ok(())
                } else {
                    Err(bad("positions.rotary.scaling.high", high, &format!("a number above low = {low}")))
                }
            }
        }
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
