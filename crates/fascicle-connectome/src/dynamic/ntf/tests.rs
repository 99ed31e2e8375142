use proptest::prelude::*;
use rand::{Rng as _, SeedableRng as _};

use super::*;
use crate::dynamic::factor_match;

/// Numbers from 0 to 1 without a pattern, the same in Python.
fn numbers(count: usize, step: f64) -> Vec<f64> {
    (1..=count).map(|k| (k as f64 * step) % 1.0).collect()
}

fn start(shape: &[usize], rank: usize) -> Vec<Factor> {
    let factor = |&size: &usize| Factor::from_values(size, numbers(size * rank, 0.754_877_666_246_692_7));
    shape.iter().map(factor).collect()
}

fn sweeps(rank: usize, iterations: usize) -> Ntf {
    Ntf { iterations, tolerance: 0.0, ..Ntf::new(rank) }
}

#[track_caller]
fn near(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() <= tolerance * expected.abs().max(1.0), "{got} is not {expected}");
    }
}

/// Six sweeps from the same start in numpy 2.4, each row of each factor by itself, with M = Y₍m₎ W KR and G = KRᵀ W KR over
/// what was observed, and the error from the residuals.
#[test]
fn as_numpy_has_it() {
    let shape = [4, 3, 5];
    let mut values = numbers(60, 0.618_033_988_749_894_9);
    let check = |values: &[f64], errors: &[f64], factors: &[&[f64]]| {
        let tensor = Tensor::with_gaps(&shape, values.to_vec()).unwrap();
        let fit = sweeps(2, 6).fit_from(&tensor, &start(&shape, 2)).unwrap();
        near(&fit.errors, errors, 1e-12);
        near(&[fit.error], &errors[5..], 1e-12);
        for (got, expected) in fit.factors.iter().zip(factors) {
            near(got.values(), expected, 1e-11);
        }
    };
    check(
        &values,
        &[
            0.47820721594577925,
            0.424694961681602,
            0.40661971830038696,
            0.40170811077071605,
            0.39895539617371406,
            0.396875697548019,
        ],
        &[
            &[
                0.3355889793380757,
                0.3359837765962063,
                0.6891203657671429,
                0.5473646502067321,
                0.6065782077089942,
                0.7449935082230477,
                0.0,
                0.27757440558895213,
            ],
            &[
                0.530858658523732,
                0.633614552396784,
                0.5627803156307147,
                0.5602861620146035,
                0.6383585001407259,
                0.5278047384715566,
            ],
            &[
                0.7693725821960843,
                1.5212379294059508,
                1.6349475879089646,
                0.2861585555965393,
                1.859995214853744,
                1.38595380298689,
                0.24983273032407577,
                0.3129776753232508,
                1.6612290054723067,
                0.0,
            ],
        ],
    );
    // W[:, 1, 2], W[2:, 0, 4] and W[1, 2, 0] are 0
    for (i, j, k) in [(0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 1, 2), (2, 0, 4), (3, 0, 4), (1, 2, 0)] {
        values[(i * 3 + j) * 5 + k] = f64::NAN;
    }
    check(
        &values,
        &[
            0.44268182417895435,
            0.3862894334302065,
            0.33414770753695194,
            0.32367912028479984,
            0.3214714526829831,
            0.32065415978468764,
        ],
        &[
            &[
                0.26909052499048464,
                0.43049860471317325,
                0.753478791359495,
                0.4177690171276358,
                0.5459012864124877,
                0.7716017914912665,
                0.0,
                0.3265309493151592,
            ],
            &[
                0.4774145631406021,
                0.6398510604576496,
                0.6022175315718477,
                0.5055175650302631,
                0.5551163258646746,
                0.6605284673686503,
            ],
            &[
                0.602388532559122,
                1.7434371562035151,
                1.530971052449334,
                0.26266115605504864,
                1.7081760310559921,
                1.9540182708232656,
                0.13248754354640235,
                0.20560189488474317,
                1.7066911561937532,
                0.0,
            ],
        ],
    );
}

/// One sweep as it is defined, value by value, for any number of modes; NaN was not observed. Gives the least curvature
/// that a step was divided by.
fn plain_sweep(shape: &[usize], values: &[f64], factors: &mut [Vec<f64>], rank: usize) -> f64 {
    let mut least = f64::INFINITY;
    let place = |mut flat: usize| {
        let mut place = vec![0; shape.len()];
        for (index, size) in place.iter_mut().zip(shape).rev() {
            (*index, flat) = (flat % size, flat / size);
        }
        place
    };
    for mode in 0..shape.len() {
        for row in 0..shape[mode] {
            for c in 0..rank {
                let (mut slope, mut curvature) = (0.0, 0.0);
                for (flat, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                    let index = place(flat);
                    if index[mode] != row {
                        continue;
                    }
                    let product = |c: usize, skip: Option<usize>| -> f64 {
                        let modes = (0..shape.len()).filter(|mode| Some(*mode) != skip);
                        modes.map(|mode| factors[mode][c * shape[mode] + index[mode]]).product()
                    };
                    let model: f64 = (0..rank).map(|c| product(c, None)).sum();
                    let others = product(c, Some(mode));
                    slope += (value - model) * others;
                    curvature += others * others;
                }
                let x = &mut factors[mode][c * shape[mode] + row];
                if curvature > 0.0 {
                    least = least.min(curvature);
                    *x = (*x + slope / curvature).max(1e-16);
                }
            }
        }
    }
    least
}

/// A shape of two to four modes, values of it of which some are NaN, and a rank.
fn tensors() -> impl Strategy<Value = (Vec<usize>, Vec<f64>, usize)> {
    let shape = proptest::collection::vec(2_usize..5, 2..5);
    (shape, 1_usize..3, prop_oneof![Just(0.0), Just(0.15)]).prop_flat_map(|(shape, rank, gaps)| {
        let size = shape.iter().product::<usize>();
        let value = (0.0_f64..1.0, 0.0_f64..1.0);
        let values = proptest::collection::vec(value, size).prop_map(move |values| {
            values.into_iter().map(|(x, dice)| if dice < gaps { f64::NAN } else { x }).collect()
        });
        (Just(shape), values, Just(rank))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn sweeps_are_those_of_the_definition((shape, values, rank) in tensors()) {
        // what leaves a slice without anything is refused, as another test says
        let Ok(tensor) = Tensor::with_gaps(&shape, values.clone()) else { return Ok(()) };
        let start = start(&shape, rank);
        let mut plain: Vec<Vec<f64>> = start.iter().map(|factor| factor.values().to_vec()).collect();
        for _ in 0..3 {
            // where next to nothing depends on a value (its component has died elsewhere), rounding alone says what it becomes
            if plain_sweep(&shape, &values, &mut plain, rank) < 1e-9 {
                return Ok(());
            }
        }
        let fit = sweeps(rank, 3).fit_from(&tensor, &start).unwrap();
        let plain = Factorisation {
            factors: shape.iter().zip(plain).map(|(&size, values)| Factor::from_values(size, values)).collect(),
            ..fit.clone()
        };
        let model = |fit: &Factorisation| -> Vec<f64> {
            let mut model = Vec::new();
            walk::walk(&shape, &fit.factors, None, |_, _, product| model.push(product.iter().sum()));
            model
        };
        for (got, expected) in model(&fit).iter().zip(model(&plain)) {
            prop_assert!((got - expected).abs() < 1e-7, "{got} is not {expected}");
        }
    }

    #[test]
    fn factors_are_not_negative_and_errors_never_rise((shape, values, rank) in tensors(), seed: u64) {
        let Ok(tensor) = Tensor::with_gaps(&shape, values) else { return Ok(()) };
        let fits = Ntf { seed, iterations: 60, replicates: 2, ..Ntf::new(rank) }.fit(&tensor).unwrap();
        prop_assert!(fits[0].error <= fits[1].error);
        for fit in fits {
            let all = fit.factors.iter().flat_map(Factor::values);
            prop_assert!(all.clone().all(|value| *value >= 0.0 && value.is_finite()));
            for pair in fit.errors.windows(2) {
                // squares, which are what is summed and rounded
                prop_assert!(pair[1].powi(2) <= pair[0].powi(2) + 1e-13, "{} after {}", pair[1], pair[0]);
            }
            prop_assert!((fit.error - fit.errors[fit.errors.len() - 1]).abs() < 1e-6);
            // components have length 1 in all modes but the last, and come by falling size
            let last = shape.len() - 1;
            for c in 0..rank {
                for factor in &fit.factors[..last] {
                    prop_assert!((factor.norm(c) - 1.0).abs() < 1e-9);
                }
                prop_assert!(c == 0 || fit.factors[last].norm(c) <= fit.factors[last].norm(c - 1));
            }
        }
    }
}

/// A tensor of three sparse components, and these.
fn planted(gaps: f64, seed: u64) -> (Tensor, Factorisation) {
    let shape = [30, 6, 40];
    let mut rng = StdRng::seed_from_u64(seed);
    let factors: Vec<Factor> = shape
        .iter()
        .map(|&size| {
            let mut value = |_| if rng.random_bool(0.4) { 0.0 } else { rng.random::<f64>() };
            Factor::from_values(size, (0..3 * size).map(&mut value).collect())
        })
        .collect();
    let mut values = Vec::new();
    walk::walk(&shape, &factors, None, |_, _, product| values.push(product.iter().sum::<f64>()));
    for value in &mut values {
        if rng.random_bool(gaps) {
            *value = f64::NAN;
        }
    }
    let tensor = Tensor::with_gaps(&shape, values).unwrap();
    (tensor, Factorisation { factors, error: 0.0, errors: Vec::new(), converged: true })
}

#[test]
fn planted_factors_are_recovered() {
    for gaps in [0.0, 0.3] {
        for seed in [1, 2, 3] {
            let (tensor, truth) = planted(gaps, seed);
            let fits = Ntf { seed, tolerance: 1e-8, iterations: 2000, ..Ntf::new(3) }.fit(&tensor).unwrap();
            let found = factor_match(&truth, &fits[0]).unwrap();
            assert!(found.similarity > 0.99, "gaps {gaps}, seed {seed}: similarity {}", found.similarity);
            assert!(fits[0].error < 0.02, "gaps {gaps}, seed {seed}: error {}", fits[0].error);
            // one component too few cannot do that
            let fewer = Ntf { seed, ..Ntf::new(2) }.fit(&tensor).unwrap();
            assert!(fewer[0].error > 0.1, "gaps {gaps}, seed {seed}: error {} with two", fewer[0].error);
        }
    }
}

#[test]
fn runs_repeat_by_seed() {
    let (tensor, _) = planted(0.1, 4);
    let run = |seed| Ntf { seed, iterations: 5, ..Ntf::new(2) }.fit(&tensor).unwrap();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1)[0].errors[0], run(2)[0].errors[0]);
}

#[test]
fn empty_slices_and_single_worms() {
    // time × one worm × pair; nothing happens at time 1
    let values: Vec<f64> = [3.0, 0.0, 1.0, 2.0].iter().flat_map(|&t| [t, 2.0 * t, 0.0]).collect();
    let fit = &Ntf::new(1).fit(&Tensor::new(&[4, 1, 3], values).unwrap()).unwrap()[0];
    assert!(fit.error < 1e-9, "{}", fit.error);
    let norm = 14.0_f64.sqrt();
    near(fit.factors[0].component(0), &[3.0 / norm, 0.0, 1.0 / norm, 2.0 / norm], 1e-9);
    near(fit.factors[1].component(0), &[1.0], 1e-12);
    near(fit.factors[2].component(0), &[norm, 2.0 * norm, 0.0], 1e-9);
}

#[test]
fn bad_input_is_named() {
    let tensor = Tensor::new(&[2, 3, 2], vec![1.0; 12]).unwrap();
    let refused = |ntf: Ntf, tensor: &Tensor| ntf.fit(tensor).map(|_| ()).unwrap_err().to_string();
    insta::assert_snapshot!(refused(Ntf::new(0), &tensor), @"the rank is 0; expected at least 1");
    insta::assert_snapshot!(
        refused(Ntf::new(5), &tensor),
        @"the rank is 5; expected at most 4 (enough for any tensor of shape [2, 3, 2])"
    );
    insta::assert_snapshot!(
        refused(Ntf { replicates: 0, ..Ntf::new(1) }, &tensor),
        @"the number of replicates is 0; expected at least 1"
    );
    insta::assert_snapshot!(
        refused(Ntf { tolerance: f64::NAN, ..Ntf::new(1) }, &tensor),
        @"the tolerance is NaN; expected a finite number of at least 0"
    );
    insta::assert_snapshot!(
        refused(Ntf::new(1), &Tensor::new(&[2, 2], vec![0.0; 4]).unwrap()),
        @"the norm of the tensor is 0; expected at least one value above 0"
    );
    let from = |start: &[Factor]| Ntf::new(2).fit_from(&tensor, start).map(|_| ()).unwrap_err().to_string();
    insta::assert_snapshot!(
        from(&start(&[2, 2], 2)),
        @"the list of factors' sizes is [2, 2]; expected the tensor's shape [2, 3, 2]"
    );
    insta::assert_snapshot!(
        from(&start(&[2, 3, 2], 1)),
        @"the rank of a factor is 1; expected 2 (the rank asked for)"
    );
    let factor = |columns: &[Vec<f64>]| Factor::new(columns).map(|_| ()).unwrap_err().to_string();
    insta::assert_snapshot!(factor(&[]), @"a factor is empty; expected at least one component with at least one value");
    insta::assert_snapshot!(
        factor(&[vec![1.0], vec![1.0, 2.0]]),
        @"the length of a factor's column is 2; expected 1 (that of the first)"
    );
    insta::assert_snapshot!(factor(&[vec![-1.0]]), @"a factor's value is -1; expected a finite number of at least 0");
}
