//! Continuing a text: the cache changes nothing, `transformers` says the same, and every end has its reason.

use std::fs;

use fascicle_core::testing::test_devices;
use fascicle_models::{
    Activation, AttentionConfig, AttentionScale, Experts, GenerateError, GenerationDefaults, Generator,
    Inputs, MlpConfig, ModelError, NormKind, NormPlace, Past, Positions, QkNorm, Rotary, RotaryScaling,
    Sampling, Sliding, StopReason, TensorFile, Transformer, TransformerConfig, UnembedConfig, load,
};

use crate::support::{fixtures, host, random_model, worst};

pub(crate) const TOLERANCE: f32 = 1e-4;

/// One configuration for each way in which a block can depend on positions before its own.
pub(crate) fn decoders() -> Vec<(&'static str, TransformerConfig)> {
    let plain = TransformerConfig {
        unembed: Some(UnembedConfig::new(false)),
        ..TransformerConfig::new(2, 4, 16, 29, 17)
    };
    let rotary = |dims, scaling| Positions::Rotary(Rotary { dims, theta: 100.0, scaling });
    let gated = |activation| MlpConfig { gated: true, ..MlpConfig::new(24, activation, false) };
    let llama = TransformerConfig {
        n_kv_heads: Some(2),
        positions: rotary(4, RotaryScaling::Llama3 { factor: 8.0, low: 1.0, high: 4.0, original: 16.0 }),
        norm: NormKind::Rms,
        mlp: Some(gated(Activation::Silu)),
        ..plain.clone()
    };
    let gemma2 = TransformerConfig {
        d_head: 6,
        positions: rotary(6, RotaryScaling::None),
        embed_scale: Some(4.0),
        norm: NormKind::RmsPlusOne,
        norm_place: NormPlace::Around,
        attention: AttentionConfig {
            scale: AttentionScale::Fixed(0.3),
            softcap: Some(5.0),
            sliding: Some(Sliding { window: 3, layers: vec![0] }),
            ..AttentionConfig::new(true, false)
        },
        mlp: Some(gated(Activation::GeluTanh)),
        unembed: Some(UnembedConfig { softcap: Some(3.0), ..UnembedConfig::new(true) }),
        ..llama.clone()
    };
    let gpt_neox = TransformerConfig {
        positions: rotary(2, RotaryScaling::None),
        parallel: true,
        attention: AttentionConfig::new(true, true),
        ..plain.clone()
    };
    let experts = Experts { count: 5, per_token: 2, renormalise: false };
    let olmoe = TransformerConfig {
        attention: AttentionConfig {
            qk_norm: Some(QkNorm::Whole),
            clip_qkv: Some(0.7),
            ..AttentionConfig::new(true, false)
        },
        mlp: Some(MlpConfig { experts: Some(experts), ..gated(Activation::Silu) }),
        ..llama.clone()
    };
    let no_blocks = TransformerConfig { n_layers: 0, ..plain.clone() };
    vec![
        ("gpt2", plain),
        ("llama", llama),
        ("gemma2", gemma2),
        ("gpt_neox", gpt_neox),
        ("olmoe", olmoe),
        ("no blocks", no_blocks),
    ]
}

const PROMPT: [i64; 5] = [3, 1, 4, 1, 5];

/// Scores of what follows all of `ids`, every position computed anew.
pub(crate) fn scores(model: &Transformer, ids: &[i64]) -> Vec<f32> {
    let logits = model.forward(&Inputs::new(ids.to_vec(), [1, ids.len()]).unwrap()).unwrap().logits.unwrap();
    host(logits.narrow(1, ids.len() - 1, 1))
}

/// The continuation that computes every position anew at each step.
fn without_cache(model: &Transformer, prompt: &[i64], what: &str) -> Vec<i64> {
    let mut ids = prompt.to_vec();
    while ids.len() <= model.config().n_ctx {
        let scores = scores(model, &ids);
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
        let lead = (0..scores.len())
            .filter(|i| *i != best)
            .map(|i| scores[best] - scores[i])
            .fold(f32::MAX, f32::min);
        assert!(lead > TOLERANCE, "{what}: the test means nothing where two tokens are level");
        ids.push(best as i64);
    }
    ids
}

#[test]
fn the_cache_changes_nothing() {
    for (device_name, device) in test_devices() {
        for (name, config) in decoders() {
            let model = random_model(&config, &device);
            let mut generator = Generator::new(&model, &PROMPT, Sampling::default()).unwrap();
            let new: Vec<i64> = generator.by_ref().map(Result::unwrap).collect();
            let what = format!("{name} on {device_name}");
            assert_eq!(generator.ids(), without_cache(&model, &PROMPT, &what), "{what}");
            assert_eq!(generator.new_ids(), new, "{what}");
            assert_eq!(generator.stop_reason(), Some(StopReason::ContextFull(17)), "{what}");
        }
    }
}

/// However a text is cut into parts, and with other rows beside it, the scores stay the same.
#[test]
fn reading_in_parts_changes_no_score() {
    let rows: [[i64; 9]; 2] = [[3, 1, 4, 1, 5, 9, 2, 6, 5], [2, 7, 1, 8, 2, 8, 1, 8, 2]];
    for (device_name, device) in test_devices() {
        for (name, config) in decoders() {
            let model = random_model(&config, &device);
            for cuts in [&[9][..], &[1; 9], &[4, 5], &[2, 1, 3, 3]] {
                let (mut past, mut from) = (Past::new(), 0);
                for cut in cuts {
                    let part: Vec<i64> = rows.iter().flat_map(|row| row[from..from + cut].to_vec()).collect();
                    // with no blocks a position has no past, but its place all the same
                    let got = model.forward_next(&Inputs::new(part, [2, *cut]).unwrap(), &mut past).unwrap();
                    from += cut;
                    assert_eq!(past.positions(), from);
                    let expected: Vec<f32> =
                        rows.iter().flat_map(|row| scores(&model, &row[..from])).collect();
                    let worst = worst(&host(got), &expected);
                    assert!(worst <= TOLERANCE, "{name} on {device_name}, {cuts:?} at {from}: {worst:.2e}");
                }
            }
        }
    }
}

/// Greedy continuations that `transformers` wrote down.
#[test]
fn continuations_are_those_of_transformers() {
    let folders: Vec<_> = fs::read_dir(fixtures("hf")).unwrap().flatten().map(|entry| entry.path()).collect();
    for (device_name, device) in test_devices() {
        let mut compared = 0;
        for folder in folders.iter().filter(|folder| folder.join("generate.safetensors").is_file()) {
            let reference = TensorFile::read(folder.join("generate.safetensors")).unwrap();
            let model = load(folder, &device).unwrap().into_transformer().unwrap();
            for i in 0.. {
                let Some((_, prompt)) = reference.whole::<2>(&format!("prompt.{i}")).unwrap() else { break };
                let (_, output) = reference.whole::<2>(&format!("output.{i}")).unwrap().unwrap();
                let mut generator = Generator::new(&model, prompt, Sampling::default())
                    .unwrap()
                    .with_max_new_tokens(output.len() - prompt.len());
                generator.by_ref().for_each(|id| assert!(id.is_ok(), "{id:?}"));
                assert_eq!(generator.ids(), output, "{} prompt {i} on {device_name}", folder.display());
                compared += 1;
            }
        }
        assert!(compared >= 6, "only {compared} continuations");
    }
}

pub(crate) fn small(n_ctx: usize) -> TransformerConfig {
    TransformerConfig {
        unembed: Some(UnembedConfig::new(true)),
        ..TransformerConfig::new(1, 2, 8, 11, n_ctx)
    }
}

#[test]
fn every_end_has_its_reason() {
    let model = random_model(&small(8), &fascicle_core::device("cpu").unwrap());
    let generator = || Generator::new(&model, &PROMPT, Sampling::default()).unwrap();
    let run = |mut generator: Generator<'_>| {
        let new: Vec<i64> = generator.by_ref().map(Result::unwrap).collect();
        assert!(generator.next().is_none(), "it goes on after its end");
        (new, generator.stop_reason().unwrap())
    };
    // three more positions can be read; what the last of them gives is a token too
    let (all, full) = run(generator());
    assert_eq!((all.len(), full), (4, StopReason::ContextFull(8)));
    assert_eq!(full.to_string(), "the model's context of 8 positions is full");
    assert_eq!(run(generator().with_max_new_tokens(2)), (all[..2].to_vec(), StopReason::MaxNewTokens));
    assert_eq!(run(generator().with_max_new_tokens(0)), (vec![], StopReason::MaxNewTokens));
    let first = all.iter().position(|id| *id == all[2]).unwrap();
    let ended = (all[..=first].to_vec(), StopReason::EndToken(all[2]));
    assert_eq!(run(generator().with_end_ids(vec![-1, all[2]])), ended);
    // an end token of the prompt ends nothing
    assert_eq!(run(generator().with_end_ids(vec![5]).with_max_new_tokens(1)).0, all[..1]);
    // a prompt that fills the context still has a next token
    let full = Generator::new(&model, &[1; 8], Sampling::default()).unwrap();
    assert_eq!(run(full).0.len(), 1);
}

#[test]
fn one_seed_gives_one_text_on_every_device() {
    let sampling =
        Sampling { temperature: 1.3, top_k: Some(20), top_p: Some(0.95), seed: 7, ..Sampling::default() };
    let text = |device, sampling| -> Vec<i64> {
        let model = random_model(&small(40), device);
        Generator::new(&model, &PROMPT, sampling).unwrap().map(Result::unwrap).collect()
    };
    let devices = test_devices();
    let first = text(&devices[0].1, sampling);
    for (name, device) in &devices {
        assert_eq!(text(device, sampling), first, "{name}");
    }
    assert_ne!(text(&devices[0].1, Sampling { seed: 8, ..sampling }), first);
}

#[test]
fn what_cannot_be_continued_is_refused() {
    let device = fascicle_core::device("cpu").unwrap();
    let model = random_model(&small(8), &device);
    let refused =
        |prompt: &[i64], sampling| Generator::new(&model, prompt, sampling).map(|_| ()).unwrap_err();
    let greedy = Sampling::default();
    insta::assert_snapshot!(refused(&[], greedy), @"the prompt is empty: give at least one token id");
    insta::assert_snapshot!(refused(&[1; 9], greedy), @"the sequence has 9 positions, the model takes at most 8: shorten or truncate it");
    insta::assert_snapshot!(refused(&[1, 11], greedy), @"token id 11 at row 0, position 1 is outside the vocabulary of 11 (ids 0 to 10)");
    let temperature = |temperature| refused(&[1], Sampling { temperature, ..greedy });
    insta::assert_snapshot!(temperature(-0.5), @"temperature is -0.5, expected a number ≥ 0 (0 takes the likeliest token)");
    insta::assert_snapshot!(temperature(f64::NAN), @"temperature is NaN, expected a number ≥ 0 (0 takes the likeliest token)");
    insta::assert_snapshot!(refused(&[1], Sampling { top_k: Some(0), ..greedy }), @"top_k is 0, expected at least 1 (leave it out to consider all tokens)");
    let top_p = |p| refused(&[1], Sampling { top_p: Some(p), ..greedy });
    insta::assert_snapshot!(top_p(0.0), @"top_p is 0, expected a number above 0 and at most 1");
    insta::assert_snapshot!(top_p(1.01), @"top_p is 1.01, expected a number above 0 and at most 1");
    let penalty = |penalty| refused(&[1], Sampling { repetition_penalty: Some(penalty), ..greedy });
    insta::assert_snapshot!(penalty(0.0), @"repetition_penalty is 0, expected a number above 0 (1 changes nothing)");

    let headless = random_model(&TransformerConfig { unembed: None, ..small(8) }, &device);
    let encoder = random_model(
        &TransformerConfig { attention: AttentionConfig::new(false, false), ..small(8) },
        &device,
    );
    for model in [headless, encoder] {
        let error = Generator::new(&model, &[1], greedy).map(|_| ()).unwrap_err();
        assert!(matches!(error, ModelError::Generate(GenerateError::NotADecoder)));
        let error = model.forward_next(&Inputs::new(vec![1], [1, 1]).unwrap(), &mut Past::new()).unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"this model cannot continue a text: it needs causal attention and scores over its vocabulary");
        }
    }
}

#[test]
fn a_past_that_does_not_fit_is_refused() {
    let device = fascicle_core::device("cpu").unwrap();
    let model = random_model(&small(8), &device);
    let inputs = |ids: &[i64], rows: usize| Inputs::new(ids.to_vec(), [rows, ids.len() / rows]).unwrap();
    let mut past = Past::new();
    model.forward_next(&inputs(&[1, 2, 3], 1), &mut past).unwrap();
    let refused = |inputs: &Inputs, past: &Past| {
        let mut past = past.clone();
        model.forward_next(inputs, &mut past).map(|_| ()).unwrap_err()
    };
    insta::assert_snapshot!(refused(&inputs(&[1, 2], 2), &past), @"input_ids: got 2 rows, expected 1, as many as were read before");
    insta::assert_snapshot!(refused(&inputs(&[1; 6], 1), &past), @"the sequence has 9 positions, the model takes at most 8: shorten or truncate it");
    let padded = inputs(&[1, 2], 1).with_attention_mask(vec![0, 1]).unwrap();
    insta::assert_snapshot!(refused(&padded, &past), @"attention_mask: got padding before a token of row 0, expected padding on the right alone");
    let keep = |rows: &[usize]| past.clone().keep_rows(rows).unwrap_err();
    insta::assert_snapshot!(keep(&[0, 1]), @"rows: got [0, 1], expected some of the 1 rows that were read, the first of which is 0");
    insta::assert_snapshot!(keep(&[]), @"rows: got [], expected some of the 1 rows that were read, the first of which is 0");
    let past_of = |config: TransformerConfig| {
        let (other, mut past) = (random_model(&config, &device), Past::new());
        other.forward_next(&inputs(&[1, 2, 3], 1), &mut past).unwrap();
        past
    };
    let deeper = past_of(TransformerConfig { n_layers: 2, ..small(8) });
    insta::assert_snapshot!(refused(&inputs(&[4], 1), &deeper), @"past: got 2 blocks, expected 1 blocks: what this model read");
    let narrower = past_of(TransformerConfig { n_heads: 4, d_head: 2, ..small(8) });
    insta::assert_snapshot!(refused(&inputs(&[4], 1), &narrower), @"past: got [1, 4, 3, 2], expected [1, 2, 3, 4]: what this model read");
    // what was refused has changed nothing
    let next = model.forward_next(&inputs(&[4], 1), &mut past).unwrap();
    assert!(worst(&host(next), &scores(&model, &[1, 2, 3, 4])) <= TOLERANCE);
}

#[test]
fn damaged_weights_end_it() {
    let config = small(8);
    let mut values = crate::support::random_values(&config);
    values.get_mut("ln_final.gain").unwrap().1[0] = f32::NAN;
    let model = config.build(&fascicle_core::device("cpu").unwrap(), values).unwrap();
    let mut generator = Generator::new(&model, &PROMPT, Sampling::default()).unwrap();
    insta::assert_snapshot!(generator.next().unwrap().unwrap_err(), @"the scores for position 5 hold NaN or infinite values: the weights are damaged, or the model overflows on this text");
    assert!(generator.next().is_none());
    assert_eq!(generator.stop_reason(), None);
}

/// GPT-2's folder has its end token in both files.
#[test]
fn defaults_of_a_folder() {
    let defaults = GenerationDefaults::read(fixtures("causal/induction")).unwrap();
    assert_eq!((defaults.sampling, defaults.end_ids), (Sampling::default(), vec![0]));
    let error = GenerationDefaults::read(fixtures("no such model")).unwrap_err();
    assert!(matches!(error, ModelError::NotAFolder { .. }), "{error}");
}
