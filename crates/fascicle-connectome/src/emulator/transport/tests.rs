use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

/// Points that need no generator: ((37 i + 17 j + 29 s) mod 23) · 2/23.
fn grid(count: usize, dimension: usize, s: usize) -> Vec<f64> {
    let value = |i: usize, j: usize| ((i * 37 + j * 17 + s * 29) % 23) as f64 / 23.0 * 2.0;
    (0..count).flat_map(|i| (0..dimension).map(move |j| value(i, j))).collect()
}

fn cloud(values: &[f64], dimension: usize) -> Cloud<'_> {
    Cloud::new(values, dimension).unwrap()
}

/// Against geomloss 0.3.1, `SamplesLoss("sinkhorn", p=2, blur=blur, scaling=.5)` on `grid(n, d, 1)` and `grid(m, d, 2)` in
/// float64, and its gradient by torch's autograd.
#[track_caller]
fn check(n: usize, m: usize, d: usize, blur: f64, value: f64, gradient: &[f64]) {
    let (x, y) = (grid(n, d, 1), grid(m, d, 2));
    let settings = SinkhornDivergence { blur, ..SinkhornDivergence::default() };
    let found = settings.between(cloud(&x, d), cloud(&y, d)).unwrap();
    assert!((found.value - value).abs() < 1e-12, "{}", found.value);
    assert_eq!(found.gradient.len(), gradient.len());
    for (found, expected) in found.gradient.iter().zip(gradient) {
        assert!((found - expected).abs() < 1e-10, "{found} for {expected}");
    }
}

#[test]
fn as_geomloss() {
    check(
        4,
        4,
        3,
        0.2,
        0.3211538546107443,
        &[
            -0.04340819,
            -0.04340819,
            -0.0432901431,
            0.0857074619,
            0.0857074619,
            0.0857074619,
            0.0651267602,
            0.0651267602,
            0.0651267641,
            -0.0217391305,
            -0.0217391304,
            -0.0217391304,
        ],
    );
    check(
        5,
        3,
        4,
        0.2,
        0.8515233922670715,
        &[
            -0.1043411022,
            -0.1043411395,
            0.2956588605,
            -0.1043411022,
            0.137624842,
            0.1376207029,
            0.1376207029,
            -0.262375158,
            -0.1039678621,
            -0.1039699692,
            0.2960300308,
            -0.1039678621,
            -0.0173913043,
            -0.0173913043,
            -0.0173913043,
            -0.0173913043,
            -0.0112584305,
            -0.0112584305,
            -0.0112584305,
            -0.0112584305,
        ],
    );
    check(
        6,
        2,
        2,
        0.05,
        0.37302696267969204,
        &[
            -0.0863148948,
            -0.0863148948,
            0.115942029,
            0.115942029,
            -0.0144927536,
            -0.0144927536,
            -0.0144927536,
            -0.0144927536,
            0.0579710145,
            0.0579710145,
            -0.0731662931,
            -0.0731662931,
        ],
    );
}

/// Where the potentials have converged, the gradient is that of the value.
#[test]
fn gradient_by_finite_differences() {
    let settings = SinkhornDivergence { blur: 0.4, scaling: 0.7, rounds: 3_000 };
    let (x, y) = (grid(5, 3, 1), grid(4, 3, 2));
    let value = |x: &[f64]| settings.between(cloud(x, 3), cloud(&y, 3)).unwrap().value;
    let gradient = settings.between(cloud(&x, 3), cloud(&y, 3)).unwrap().gradient;
    let h = 1e-5;
    for at in 0..x.len() {
        let moved = |by: f64| {
            let mut x = x.clone();
            x[at] += by;
            value(&x)
        };
        let difference = (moved(h) - moved(-h)) / (2.0 * h);
        assert!((difference - gradient[at]).abs() < 1e-7, "{at}: {difference} and {}", gradient[at]);
    }
}

/// The cheapest of all assignments.
fn exact(x: &[f64], y: &[f64], d: usize) -> f64 {
    fn least(cost: &dyn Fn(usize, usize) -> f64, row: usize, free: &mut Vec<usize>) -> f64 {
        let mut best = if free.is_empty() { 0.0 } else { f64::INFINITY };
        for at in 0..free.len() {
            let column = free.swap_remove(at);
            best = best.min(cost(row, column) + least(cost, row + 1, free));
            free.push(column);
            let last = free.len() - 1;
            free.swap(at, last);
        }
        best
    }
    let point = |values: &[f64], i: usize| values[i * d..(i + 1) * d].to_vec();
    let cost = |i: usize, j: usize| {
        point(x, i).iter().zip(point(y, j)).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 2.0
    };
    let n = x.len() / d;
    least(&cost, 0, &mut (0..n).collect()) / n as f64
}

/// scipy's `linear_sum_assignment` on the half squared distances of `grid(n, d, 1)` and `grid(n, d, 2)`.
#[test]
fn the_exact_cost_is_scipys() {
    assert!((exact(&grid(4, 3, 1), &grid(4, 3, 2), 3) - 0.3950850661625709).abs() < 1e-12);
    assert!((exact(&grid(6, 2, 1), &grid(6, 2, 2), 2) - 0.049149338374291106).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Nothing between equal clouds, never less than nothing, the same both ways.
    #[test]
    fn a_divergence(x in prop::collection::vec(-2.0f64..2.0, 12), y in prop::collection::vec(-2.0f64..2.0, 9)) {
        let settings = SinkhornDivergence { blur: 0.5, scaling: 0.7, rounds: 500 };
        let between = |a: &[f64], b: &[f64]| settings.between(cloud(a, 3), cloud(b, 3)).unwrap();
        let same = between(&x, &x);
        prop_assert!(same.value.abs() < 1e-12);
        prop_assert!(same.gradient.iter().all(|g| g.abs() < 1e-12));
        let (there, back) = (between(&x, &y).value, between(&y, &x).value);
        prop_assert!(there > -1e-9, "{}", there);
        prop_assert!((there - back).abs() < 1e-9);
    }
}

proptest! {
    // thousands of rounds each
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// With a small blur it is the exact cost.
    #[test]
    fn sharp_is_exact(x in prop::collection::vec(-1.0f64..1.0, 10), y in prop::collection::vec(-1.0f64..1.0, 10)) {
        let settings = SinkhornDivergence { blur: 0.01, scaling: 0.95, rounds: 4_000 };
        let found = settings.between(cloud(&x, 2), cloud(&y, 2)).unwrap().value;
        // the entropy of five points is at most ε log 5 in each of the three transports
        prop_assert!((found - exact(&x, &y, 2)).abs() < 2.0 * 1e-4 * 5.0_f64.ln() + 1e-4, "{}", found);
    }
}

#[test]
fn far_apart_and_sharp_it_stays_finite() {
    let (x, y) = ([0.0, 1e3, 2e3], [1e6, 1e6 + 1.0]);
    let settings = SinkhornDivergence { blur: 1e-4, ..SinkhornDivergence::default() };
    let found = settings.between(cloud(&x, 1), cloud(&y, 1)).unwrap();
    assert!(found.value.is_finite() && found.gradient.iter().all(|g| g.is_finite()), "{found:?}");
    let here = settings.between(cloud(&[3.0], 1), cloud(&[3.0], 1)).unwrap();
    assert_eq!((here.value, here.gradient[0]), (0.0, 0.0));
}

#[test]
fn distances_of_any_dimension() {
    for dimension in [1, 7, 8, 9, 120] {
        let (x, y) = (grid(1, dimension, 1), grid(1, dimension, 2));
        let plain: f64 = x.iter().zip(&y).map(|(a, b)| (a - b).powi(2)).sum();
        assert!((squared_distance(&x, &y) - plain).abs() < 1e-12 * (1.0 + plain), "{dimension}");
    }
}

/// Partners and distances by scipy: the loop of `SinkhornMatching` with `scipy.special.logsumexp` on `grid(6, 3, 1)` and
/// `grid(5, 3, 2)`.
#[test]
fn matching() {
    let (x, y) = (grid(6, 3, 1), grid(5, 3, 2));
    let found = SinkhornMatching::default().between(cloud(&x, 3), cloud(&y, 3)).unwrap();
    assert_eq!(found.partners, [0, 3, 4, 5, 1]);
    let expected = [1.652173913, 0.1506131137, 0.1506131137, 0.1506131137, 0.3012262274];
    assert!(found.distances.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{:?}", found.distances);
    let oneself = SinkhornMatching::default().between(cloud(&x, 3), cloud(&x, 3)).unwrap();
    assert_eq!(oneself.partners, [0, 1, 2, 3, 4, 5]);
    assert_eq!(oneself.mean_distance(), 0.0);
}

#[test]
fn refused() {
    let numbers = [0.0, 1.0, f64::NAN];
    let error = |values: &[f64], d| Cloud::new(values, d).unwrap_err().to_string();
    assert_snapshot!(error(&numbers[..2], 0), @"the dimension of points is 0; expected at least 1");
    assert_snapshot!(error(&[], 2), @"the number of points is 0; expected at least 1");
    assert_snapshot!(error(&numbers, 2), @"a cloud of points has 3 numbers; expected a multiple of the dimension 2");
    assert_snapshot!(error(&numbers, 3), @"a coordinate is NaN; expected a finite number");
    let (x, y) = (cloud(&numbers[..2], 2), cloud(&numbers[..2], 1));
    let settings = SinkhornDivergence::default();
    let error = |settings: SinkhornDivergence, y| settings.between(x, y).unwrap_err().to_string();
    assert_snapshot!(error(settings, y), @"the second cloud has points of 1 numbers; expected 2 as in the first");
    assert_snapshot!(error(SinkhornDivergence { blur: 0.0, ..settings }, x), @"the blur is 0; expected a positive number");
    assert_snapshot!(error(SinkhornDivergence { scaling: 1.0, ..settings }, x), @"the scaling is 1; expected a number between 0 and 1");
}
