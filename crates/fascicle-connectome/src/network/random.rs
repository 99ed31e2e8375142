//! Draws that `rand` alone does not have.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Standard normal numbers into every place (Box & Muller 1958, in Marsaglia's polar form, two at a time).
pub(crate) fn fill_normal(places: &mut [f64], rng: &mut StdRng) {
    for pair in places.chunks_mut(2) {
        let (u, v, factor) = loop {
            let (u, v) = (rng.random_range(-1.0..1.0_f64), rng.random_range(-1.0..1.0_f64));
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                break (u, v, (-2.0 * square.ln() / square).sqrt());
            }
        };
        pair[0] = u * factor;
        if let Some(second) = pair.get_mut(1) {
            *second = v * factor;
        }
    }
}

/// So many standard normal numbers.
#[cfg(test)]
pub(crate) fn normals(count: usize, rng: &mut StdRng) -> Vec<f64> {
    let mut numbers = vec![0.0; count];
    fill_normal(&mut numbers, rng);
    numbers
}

/// So many draws of the standard Gumbel distribution.
pub(crate) fn gumbel(count: usize, rng: &mut StdRng) -> Vec<f64> {
    // 1 − u is never 0, and ln 1 = 0 would be an infinite draw: the smallest normal number is as far as it goes
    let one = |rng: &mut StdRng| -(-(1.0 - rng.random::<f64>()).ln()).max(f64::MIN_POSITIVE).ln();
    (0..count).map(|_| one(rng)).collect()
}

/// So many numbers, uniform between −`reach` and `reach`.
pub(crate) fn uniform(count: usize, reach: f64, seed: u64) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| rng.random_range(-reach..=reach)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance, within five standard errors of those of the distribution.
    #[track_caller]
    fn check(draws: &[f64], mean: f64, variance: f64, fourth: f64) {
        let n = draws.len() as f64;
        let found = draws.iter().sum::<f64>() / n;
        let spread = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        assert!((found - mean).abs() < 5.0 * (variance / n).sqrt(), "mean {found}");
        assert!(
            (spread - variance).abs() < 5.0 * ((fourth - variance * variance) / n).sqrt(),
            "variance {spread}"
        );
    }

    #[test]
    fn moments() {
        let mut rng = StdRng::seed_from_u64(3);
        check(&normals(40_000, &mut rng), 0.0, 1.0, 3.0);
        // Euler's constant, π²/6, and 27/5 times the variance squared
        let variance = std::f64::consts::PI.powi(2) / 6.0;
        check(&gumbel(40_000, &mut rng), 0.577_215_664_9, variance, 5.4 * variance * variance);
        check(&uniform(40_000, 2.0, 3), 0.0, 4.0 / 3.0, 16.0 / 5.0);
    }
}
