//! Folders of our own: any configuration saves and loads back to the same numbers.

use fascicle_models::{
    Activation, AttentionScale, Inputs, NoProbe, NormKind, NormPlace, Positions, Transformer,
    TransformerConfig, load, save,
};

use crate::support::{host, odd_config, random_model};

fn configs() -> Vec<(&'static str, TransformerConfig)> {
    let odd = odd_config();
    let mlp = |activation| odd.mlp.clone().map(|mlp| fascicle_models::MlpConfig { activation, ..mlp });
    let unembed = |tied, bias, transform| Some(fascicle_models::UnembedConfig { tied, bias, transform });
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
                pooler: true,
                unembed: unembed(true, true, Some(Activation::Tanh)),
                attention: fascicle_models::AttentionConfig {
                    causal: false,
                    qkv_bias: false,
                    out_bias: false,
                    scale: AttentionScale::Fixed(0.3),
                },
                ..odd.clone()
            },
        ),
        (
            "identity mlp, scaled by layer, no head",
            TransformerConfig {
                mlp: mlp(Activation::Identity),
                unembed: None,
                attention: fascicle_models::AttentionConfig {
                    scale: AttentionScale::InverseSqrtByLayer,
                    ..odd.attention.clone()
                },
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
        assert_eq!(again.transformer.config(), &config, "{name}");
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
        assert_eq!(run(&again.transformer), numbers, "{name}");
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
