//! Folders of our own: any configuration saves and loads back to the same numbers.

use fascicle_models::{
    Activation, AttentionConfig, AttentionScale, ClassifierConfig, ClassifierInput, Experts, Inputs,
    MlpConfig, NoProbe, NormKind, NormPlace, Pooler, Positions, QkNorm, Rotary, RotaryScaling, Sliding,
    Transformer, TransformerConfig, UnembedConfig, load, save,
};

use crate::support::{host, odd_config, random_model};

fn configs() -> Vec<(&'static str, TransformerConfig)> {
    let odd = odd_config();
    let mlp = |activation| odd.mlp.clone().map(|mlp| MlpConfig { activation, ..mlp });
    let unembed = |tied, bias, transform| Some(UnembedConfig { bias, transform, ..UnembedConfig::new(tied) });
    vec![
        ("odd", odd.clone()),
        (
            "attention only, no norms, no positions",
            TransformerConfig {
                mlp: None,
                norm: NormKind::None,
                positions: Positions::None,
                unembed: unembed(true, false, None),
                ..odd.clone()
            },
        ),
        (
            "relu, not causal, post-norm",
            TransformerConfig {
                mlp: mlp(Activation::Relu),
                norm_place: NormPlace::Post,
                final_norm: false,
                embed_norm: true,
                token_types: 2,
                pooler: Pooler::Dense { width: 10, activation: Activation::Tanh },
                unembed: unembed(true, true, Some(Activation::Tanh)),
                attention: AttentionConfig {
                    scale: AttentionScale::Fixed(0.3),
                    ..AttentionConfig::new(false, false)
                },
                ..odd.clone()
            },
        ),
        (
            "identity mlp, scaled by layer, no head",
            TransformerConfig {
                mlp: mlp(Activation::Identity),
                unembed: None,
                attention: AttentionConfig {
                    scale: AttentionScale::InverseSqrtByLayer,
                    ..odd.attention.clone()
                },
                ..odd.clone()
            },
        ),
        (
            "rotary, shared heads, norms around, gated, windows and caps",
            TransformerConfig {
                n_heads: 4,
                n_kv_heads: Some(2),
                d_head: 6,
                positions: Positions::Rotary(Rotary {
                    dims: 4,
                    theta: 100.0,
                    scaling: RotaryScaling::Llama3 { factor: 4.0, low: 1.0, high: 4.0, original: 16.0 },
                }),
                norm: NormKind::RmsPlusOne,
                norm_place: NormPlace::Around,
                embed_scale: Some(3.0),
                layer_scale: true,
                attention: AttentionConfig {
                    softcap: Some(2.0),
                    sliding: Some(Sliding { window: 2, layers: vec![1] }),
                    qk_norm: Some(QkNorm::PerHead),
                    clip_qkv: Some(1.5),
                    k_bias: Some(false),
                    ..AttentionConfig::new(true, true)
                },
                mlp: Some(MlpConfig { gated: true, ..MlpConfig::new(9, Activation::Silu, true) }),
                unembed: Some(UnembedConfig { softcap: Some(3.0), ..UnembedConfig::new(true) }),
                ..odd.clone()
            },
        ),
        (
            "experts, side by side, classes",
            TransformerConfig {
                norm: NormKind::Rms,
                parallel: true,
                mlp: Some(MlpConfig {
                    experts: Some(Experts { count: 5, per_token: 2, renormalise: true }),
                    ..MlpConfig::new(6, Activation::QuickGelu, false)
                }),
                classifier: Some(ClassifierConfig { classes: 3, from: ClassifierInput::First }),
                pooler: Pooler::EndOfText(9),
                ..odd.clone()
            },
        ),
        ("no blocks", TransformerConfig { n_layers: 0, ..odd }),
    ]
}

fn run(model: &Transformer) -> Vec<f32> {
    let inputs = Inputs::new(vec![3, 1, 4, 1, 5, 9], [1, 6]).unwrap();
    let outputs = model.forward_with(&inputs, &mut NoProbe).unwrap();
    let mut numbers = host(outputs.last_hidden_state.unwrap());
    numbers.extend(outputs.logits.map(host).unwrap_or_default());
    numbers.extend(outputs.class_logits.map(host).unwrap_or_default());
    numbers.extend(outputs.pooler_output.map(host).unwrap_or_default());
    numbers
}

#[test]
fn saved_models_load_back_bit_for_bit() {
    let device = fascicle_core::device("cpu").unwrap();
    for (name, config) in configs() {
        let model = random_model(&config, &device);
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), &model).unwrap();
        let again = load(folder.path(), &device).unwrap();
        assert_eq!(again.transformer().unwrap().config(), &config, "{name}");
        assert_eq!(
            again.report.parameters(),
            model
                .config()
                .parameters()
                .unwrap()
                .iter()
                .map(|p| p.shape.iter().product::<usize>())
                .sum::<usize>()
        );
        let numbers = run(&model);
        assert!(numbers.iter().all(|v| v.is_finite()), "{name}");
        assert_eq!(run(again.transformer().unwrap()), numbers, "{name}");
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let device = fascicle_core::device("cpu").unwrap();
    let config = TransformerConfig { n_layers: 0, mlp: None, ..odd_config() };
    let values = || crate::support::random_values(&config);
    let build = |values| config.build(&device, values).unwrap_err().to_string();

    let mut lacking = values();
    lacking.remove("ln_final.gain");
    insta::assert_snapshot!(build(lacking), @"parameters given: tensor `ln_final.gain` is missing: did you mean `ln_final.bias`? (it holds: embed.positions, embed.tokens, ln_final.bias, unembed.bias, unembed.weight)");
    let mut extra = values();
    extra.insert("head.weight".into(), (vec![1], vec![0.0]));
    insta::assert_snapshot!(build(extra), @"parameters given: tensor `head.weight` is given, expected no such parameter in this configuration");
    let mut short = values();
    short.insert("embed.tokens".into(), (vec![11, 10], vec![0.0; 3]));
    insta::assert_snapshot!(build(short), @"parameters given: tensor `embed.tokens` is f32 [11, 10] of 3 numbers, expected f32 [11, 10]");
}
