use insta::assert_snapshot;

use super::*;
use crate::emulator::Hmm;
use crate::emulator::transport::{Cloud, Cost, Debias, SinkhornDivergence};

/// Sequences that need no generator: many equal places, some equal sequences.
fn grid(count: usize, length: usize, outputs: usize, s: usize) -> Sequences {
    let symbol = |i: usize, t: usize| ((i % 7 * 5 + t / 3 * (s + i % 3) + s) % 11 % outputs) as u8;
    let symbols = (0..count).flat_map(|i| (0..length).map(move |t| symbol(i, t))).collect();
    Sequences::new(symbols, length, outputs).unwrap()
}

/// As points one by one, without a table.
#[track_caller]
fn check([n, m]: [usize; 2], length: usize, outputs: usize, blur: f64) {
    let (x, y) = (grid(n, length, outputs, 1), grid(m, length, outputs, 2));
    let settings = SinkhornDivergence { blur, ..SinkhornDivergence::default() };
    let (points, others, width) = (x.one_hot(), y.one_hot(), length * outputs);
    let (cloud, other) = (Cloud::new(&points, width).unwrap(), Cloud::new(&others, width).unwrap());
    for debias in [Debias::Itself, Debias::OtherHalf] {
        let found = settings.between_sequences(&x, &y, debias).unwrap();
        let expected = settings.measure(cloud, other, debias);
        assert!((found.value - expected.value).abs() < 1e-9, "{} and {}", found.value, expected.value);
        assert_eq!(found.gradient.len(), expected.gradient.len());
        for (found, expected) in found.gradient.iter().zip(&expected.gradient) {
            assert!((found - expected).abs() < 1e-9, "{found} and {expected}");
        }
    }
}

#[test]
fn as_one_hot_points() {
    check([5, 4], 6, 3, 0.2);
    check([40, 33], 40, 3, 0.2);
    check([16, 16], 100, 2, 0.5);
    check([9, 12], 7, 5, 2.0);
    check([2, 2], 1, 1, 0.2);
    // the longest that fit a byte, and longer ones
    check([6, 7], 255, 3, 0.2);
    check([4, 3], 256, 3, 0.2);
    // exp(−1/ε) alone is less than the smallest number
    check([20, 24], 40, 3, 0.03);
}

/// Where the table's numbers fall below the smallest one, rows are summed as other costs are.
#[test]
fn potentials_far_apart() {
    let (x, y) = (grid(9, 30, 3, 1), grid(13, 30, 3, 2));
    let (one, other) = (x.one_hot(), y.one_hot());
    let plain =
        Cost::new(Cloud::new(&one, 90).unwrap(), Cloud::new(&other, 90).unwrap(), |square| square / 2.0);
    // invariant: 30 outputs fit a byte.
    let counted = Symbols::new(&x).expect("short").costs(Symbols::new(&y).expect("short"));
    for row in 0..9 {
        for column in 0..13 {
            assert_eq!(counted.at(row, column), plain.at(row, column));
            assert_eq!(counted.transposed().at(column, row), plain.at(row, column));
        }
    }
    for (epsilon, slope) in [(400.0, 1.0), (0.04, 0.1), (0.04, 3.0), (0.001, 3.0), (1e-5, 10.0)] {
        let potential: Vec<f64> = (0..13).map(|at| slope * (at * 5 % 13) as f64).collect();
        let pairs = counted.soft_minimum(epsilon, &potential).into_iter();
        for (found, expected) in pairs.zip(plain.soft_minimum(epsilon, &potential)) {
            assert!(
                (found - expected).abs() < 1e-9 * (1.0 + expected.abs()),
                "{epsilon}: {found}, {expected}"
            );
        }
    }
}

/// Between batches of one law the other half leaves nothing, and one's own batch leaves the cost of pairing samples, which is
/// less for a law that varies less.
#[test]
fn bias_of_small_batches() {
    let law = |stay: f64, rare: f64| {
        let transition = vec![vec![stay, 1.0 - stay], vec![1.0 - stay, stay]];
        Hmm::new(transition, vec![vec![1.0 - rare, rare, 0.0], vec![0.0, rare, 1.0 - rare]]).unwrap()
    };
    let (law, duller, settings) = (law(0.95, 0.01), law(0.97, 0.0), SinkhornDivergence::default());
    let measured = |from: &Hmm, debias: Debias| {
        let value = |seed: u64| {
            let (x, y) = (from.sample(64, 30, 2 * seed), law.sample(64, 30, 2 * seed + 1));
            settings.between_sequences(&x, &y, debias).unwrap().value
        };
        let values: Vec<f64> = (0..60).map(value).collect();
        let mean = values.iter().sum::<f64>() / 60.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 59.0;
        (mean, (variance / 60.0).sqrt())
    };
    let (own, error) = measured(&law, Debias::OtherHalf);
    assert!(own.abs() < 4.0 * error, "{own} ± {error}");
    let ((own, error), (dull, other)) = (measured(&law, Debias::Itself), measured(&duller, Debias::Itself));
    assert!(own > 10.0 * error, "{own} ± {error}");
    // four standard errors of the difference
    assert!(dull + 4.0 * error.hypot(other) < own, "{dull} ± {other}, {own} ± {error}");
}

/// The gradient is that of the value where the potentials have converged, halved or not.
#[test]
fn gradients_by_finite_differences() {
    let settings = SinkhornDivergence { blur: 0.4, scaling: 0.7, rounds: 3_000 };
    let numbers = |count: usize, s: usize| -> Vec<f64> {
        (0..count).map(|i| ((i * 17 + s * 29) % 23) as f64 / 11.5).collect()
    };
    let (x, y) = (numbers(12, 1), numbers(9, 2));
    let other = Cloud::new(&y, 3).unwrap();
    let found = |x: &[f64]| settings.measure(Cloud::new(x, 3).unwrap(), other, Debias::OtherHalf);
    for (at, slope) in found(&x).gradient.iter().enumerate() {
        let moved = |by: f64| {
            let mut x = x.clone();
            x[at] += by;
            found(&x).value
        };
        let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((slope - expected).abs() < 1e-7, "{at}: {slope} and {expected}");
    }
}

#[test]
fn refused() {
    let settings = SinkhornDivergence::default();
    let error = |x: &Sequences, y: &Sequences, debias| {
        settings.between_sequences(x, y, debias).unwrap_err().to_string()
    };
    let (some, one) = (grid(3, 4, 2, 1), grid(1, 4, 2, 1));
    assert_snapshot!(error(&some, &grid(3, 5, 2, 1), Debias::Itself), @"the second batch of sequences has length 5 and 2 outputs; expected length 4 and 2 outputs as in the first");
    assert_snapshot!(error(&some, &one, Debias::OtherHalf), @"the number of sequences is 1; expected at least 2");
    let none = Sequences::new(Vec::new(), 4, 2).unwrap();
    assert_snapshot!(error(&none, &some, Debias::Itself), @"the number of sequences is 0; expected at least 1");
}
