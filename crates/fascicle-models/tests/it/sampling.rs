//! From scores to tokens: frequencies as they should be, and laws of the filters.

use std::collections::BTreeMap;

use fascicle_models::{Sampler, Sampling};
use proptest::prelude::*;

const DRAWS: usize = 20_000;

/// Scores whose softmax at temperature 1 is 0.4, 0.05, 0.25, 0.1, 0.2.
fn scores() -> Vec<f32> {
    [0.4f32, 0.05, 0.25, 0.1, 0.2].map(|p| p.ln() + 3.0).to_vec()
}

fn at(temperature: f64) -> Sampling {
    Sampling { temperature, ..Sampling::default() }
}

fn frequencies(sampling: Sampling, scores: &[f32], seen: &[i64]) -> BTreeMap<i64, usize> {
    let mut sampler = Sampler::new(sampling).unwrap();
    let mut counts = BTreeMap::new();
    for _ in 0..DRAWS {
        *counts.entry(sampler.draw(scores, seen).unwrap()).or_default() += 1;
    }
    counts
}

/// Pearson's χ² of the draws against the expected probabilities; with at most four degrees of freedom a fair sampler
/// exceeds 25 once in twenty thousand seeds.
#[track_caller]
fn check(sampling: Sampling, seen: &[i64], expected: &[(i64, f64)]) {
    for seed in 0..4 {
        let counts = frequencies(Sampling { seed, ..sampling }, &scores(), seen);
        assert!(
            counts.keys().all(|id| expected.iter().any(|(known, _)| known == id)),
            "{sampling:?}: {counts:?}"
        );
        let chi_square: f64 = expected
            .iter()
            .map(|(id, p)| {
                let mean = p * DRAWS as f64;
                (counts.get(id).copied().unwrap_or(0) as f64 - mean).powi(2) / mean
            })
            .sum();
        assert!(chi_square < 25.0, "{sampling:?}, seed {seed}: χ² {chi_square:.1} of {counts:?}");
    }
}

#[test]
fn tokens_come_as_often_as_they_should() {
    let all = [(0, 0.4), (1, 0.05), (2, 0.25), (3, 0.1), (4, 0.2)];
    check(at(1.0), &[], &all);
    // at temperature 1/2 probabilities are squared, at 2 their roots are taken
    let powered = |power: f64| {
        let total: f64 = all.iter().map(|(_, p)| p.powf(power)).sum();
        all.map(|(id, p)| (id, p.powf(power) / total))
    };
    check(at(0.5), &[], &powered(2.0));
    check(at(2.0), &[], &powered(0.5));
    check(Sampling { top_k: Some(2), ..at(1.0) }, &[], &[(0, 0.4 / 0.65), (2, 0.25 / 0.65)]);
    check(
        Sampling { top_p: Some(0.8), ..at(1.0) },
        &[],
        &[(0, 0.4 / 0.85), (2, 0.25 / 0.85), (4, 0.2 / 0.85)],
    );
    check(Sampling { top_p: Some(0.3), ..at(1.0) }, &[], &[(0, 1.0)]);
    // top-p is of what top-k left: 0.4 of 0.65 is more than 0.6
    check(Sampling { top_k: Some(2), top_p: Some(0.6), ..at(1.0) }, &[], &[(0, 1.0)]);
    // and of what the temperature made of it: squared, the first three have 0.96
    let squared = 0.16 + 0.0625 + 0.04;
    let three = [(0, 0.16 / squared), (2, 0.0625 / squared), (4, 0.04 / squared)];
    check(Sampling { top_p: Some(0.9), ..at(0.5) }, &[], &three);
}

#[test]
fn a_penalty_comes_before_everything_else() {
    // 2 ln 2 for both: halved for the one that was seen
    let even = [4.0f32.ln(), 4.0f32.ln()];
    let sampling = Sampling { repetition_penalty: Some(2.0), ..at(1.0) };
    let close = |got: Vec<(i64, f64)>, expected: [f64; 2]| {
        assert!(
            got.iter().zip(expected).all(|((_, got), expected)| (got - expected).abs() < 1e-6),
            "{got:?}"
        );
    };
    close(sampling.probabilities(&even, &[0, 0, 0]).unwrap(), [1.0 / 3.0, 2.0 / 3.0]);
    // negative scores are doubled, and the temperature works on what that gives
    let negative = even.map(|score| -score);
    close(sampling.probabilities(&negative, &[1]).unwrap(), [0.8, 0.2]);
    close(
        Sampling { temperature: 2.0, ..sampling }.probabilities(&negative, &[1]).unwrap(),
        [2.0 / 3.0, 1.0 / 3.0],
    );
    // without sampling as well
    let greedy = Sampling { repetition_penalty: Some(1.5), ..Sampling::default() };
    assert_eq!(greedy.probabilities(&[2.0, 3.0], &[]).unwrap(), [(1, 1.0)]);
    assert_eq!(greedy.probabilities(&[2.1, 3.0], &[1]).unwrap(), [(0, 1.0)]);
}

/// What the logits processors of transformers 5.23 leave of ten scores, in f32.
#[test]
fn all_filters_together_are_those_of_transformers() {
    let scores = [1.5, -0.75, 3.0, 0.25, 2.5, -2.0, 0.0, 1.25, -0.5, 2.75];
    let check = |temperature, top_k, top_p, repetition_penalty, expected: &[(i64, f64)]| {
        let sampling = Sampling { temperature, top_k, top_p, repetition_penalty, seed: 0 };
        let got = sampling.probabilities(&scores, &[2, 4, 1, 2, 9]).unwrap();
        let close = got.iter().zip(expected).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 2e-6);
        assert!(close && got.len() == expected.len(), "{sampling:?}: {got:?}");
    };
    let four = [(0, 0.118916), (2, 0.377007), (4, 0.217634), (9, 0.286443)];
    check(0.7, Some(6), Some(0.9), Some(1.3), &four);
    check(1.5, Some(4), Some(0.8), Some(0.6), &[(2, 0.42896), (4, 0.246117), (9, 0.324922)]);
    let seven = [
        (0, 0.202031),
        (2, 0.202031),
        (3, 0.057883),
        (4, 0.157342),
        (6, 0.045079),
        (7, 0.157342),
        (9, 0.178292),
    ];
    check(1.0, None, Some(0.95), Some(2.0), &seven);
    let seven = [
        (0, 0.117315),
        (2, 0.248355),
        (3, 0.062794),
        (4, 0.193419),
        (6, 0.055415),
        (7, 0.10353),
        (9, 0.219172),
    ];
    check(2.0, Some(7), None, None, &seven);
    check(0.5, Some(8), Some(0.5), Some(1.1), &[(2, 0.611719), (9, 0.388281)]);
}

#[test]
fn one_seed_one_sequence() {
    let draws = |seed| {
        let mut sampler = Sampler::new(Sampling { seed, ..at(1.0) }).unwrap();
        (0..50).map(|_| sampler.draw(&scores(), &[]).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(draws(3), draws(3));
    assert_ne!(draws(3), draws(4));
}

#[test]
fn scores_that_are_no_numbers_are_refused() {
    let refused = |scores: &[f32]| at(1.0).probabilities(scores, &[1, 2]).unwrap_err().to_string();
    let words = refused(&[0.0, f32::NAN]);
    insta::assert_snapshot!(words, @"the scores for position 2 hold NaN or infinite values: the weights are damaged, or the model overflows on this text");
    assert_eq!(refused(&[0.0, f32::INFINITY]), words);
    assert_eq!(refused(&[f32::NEG_INFINITY; 2]), words);
    assert_eq!(refused(&[]), words);
    // a token that cannot come is no damage, and never comes
    assert_eq!(at(1.0).probabilities(&[f32::NEG_INFINITY, 5.0], &[]).unwrap(), [(0, 0.0), (1, 1.0)]);
    assert_eq!(frequencies(at(1.0), &[f32::NEG_INFINITY, 5.0], &[]), BTreeMap::from([(1, DRAWS)]));
}

fn ids(sampling: Sampling, scores: &[f32]) -> Vec<i64> {
    sampling.probabilities(scores, &[]).unwrap().into_iter().map(|(id, _)| id).collect()
}

proptest! {
    #[test]
    fn probabilities_add_up_and_keep_their_order(
        scores in prop::collection::vec(-30f32..30.0, 1..300),
        temperature in 0.05f64..5.0,
        top_k in prop::option::of(1usize..310),
        top_p in prop::option::of(0.01f64..=1.0),
        penalty in prop::option::of(0.5f64..2.0),
        seen in prop::collection::vec(0i64..300, 0..20),
        seed: u64,
    ) {
        let sampling = Sampling { temperature, top_k, top_p, repetition_penalty: penalty, seed };
        let probabilities = sampling.probabilities(&scores, &seen).unwrap();
        let sum: f64 = probabilities.iter().map(|(_, p)| p).sum();
        prop_assert!((sum - 1.0).abs() < 1e-12);
        prop_assert!(probabilities.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert!(top_k.is_none_or(|k| probabilities.len() <= k));
        let drawn = Sampler::new(sampling).unwrap().draw(&scores, &seen).unwrap();
        prop_assert!(probabilities.iter().any(|(id, p)| *id == drawn && *p > 0.0));
    }

    #[test]
    fn top_k_of_one_is_greedy(scores in prop::collection::vec(-3i8..3, 1..50), temperature in 0.1f64..5.0, seed: u64) {
        // whole numbers, so that scores are often equal
        let scores: Vec<f32> = scores.into_iter().map(f32::from).collect();
        let one = Sampling { top_k: Some(1), seed, ..at(temperature) };
        prop_assert_eq!(ids(one, &scores), ids(Sampling::default(), &scores));
        let highest = scores.iter().copied().fold(f32::MIN, f32::max);
        let first = scores.iter().position(|score| *score == highest).unwrap() as i64;
        prop_assert_eq!(Sampler::new(one).unwrap().draw(&scores, &[]).unwrap(), first);
    }

    #[test]
    fn top_p_is_the_smallest_set_that_reaches_it(
        scores in prop::collection::vec(-10f32..10.0, 1..300),
        p in 0.01f64..0.999,
    ) {
        let all = at(1.0).probabilities(&scores, &[]).unwrap();
        let kept = ids(Sampling { top_p: Some(p), ..at(1.0) }, &scores);
        let mut kept: Vec<f64> = kept.iter().map(|id| all[*id as usize].1).collect();
        kept.sort_by(f64::total_cmp);
        let sum: f64 = kept.iter().sum();
        prop_assert!(sum >= p - 1e-9, "{} of {}", sum, p);
        prop_assert!(sum - kept[0] < p + 1e-9, "{} without {} of {}", sum, kept[0], p);
        let left_out = all.len() - kept.len();
        prop_assert_eq!(all.iter().filter(|(_, q)| *q < kept[0]).count(), left_out);
    }

    #[test]
    fn filters_that_keep_all_change_nothing(scores in prop::collection::vec(-10f32..10.0, 1..100), seed: u64) {
        let plain = Sampling { seed, ..at(1.0) };
        let moot = Sampling {
            top_k: Some(scores.len()), top_p: Some(1.0), repetition_penalty: Some(1.0), ..plain
        };
        let seen: Vec<i64> = (0..scores.len() as i64).collect();
        prop_assert_eq!(moot.probabilities(&scores, &seen).unwrap(), plain.probabilities(&scores, &[]).unwrap());
        // as p nears 1 all that has any weight stays
        let near = Sampling { top_p: Some(1.0 - 1e-15), ..plain };
        prop_assert_eq!(ids(near, &scores).len(), scores.len());
    }
}
