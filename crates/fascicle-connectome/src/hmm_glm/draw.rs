//! Draws from the distributions that the model needs.

use rand::Rng;
use rand::rngs::StdRng;

/// A count, by multiplying uniform numbers (Knuth); a large mean is split, since Poisson counts add up to one.
pub(super) fn poisson(mut mean: f64, rng: &mut StdRng) -> f64 {
    const PART: f64 = 32.0;
    let mut count = 0.0;
    while mean > 0.0 {
        let limit = (-mean.min(PART)).exp();
        mean -= PART;
        let mut product: f64 = rng.random();
        while product > limit {
            count += 1.0;
            product *= rng.random::<f64>();
        }
    }
    count
}

/// A standard Gumbel number, −log(−log u).
pub(super) fn gumbel(rng: &mut StdRng) -> f64 {
    // within (0, 1), so that both logarithms are finite
    let uniform = rng.random::<f64>().clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
    -(-uniform.ln()).ln()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::random::normal;

    /// Mean and variance of many draws against the true ones, within five standard errors of the mean.
    #[track_caller]
    fn check(mut next: impl FnMut(&mut StdRng) -> f64, mean: f64, variance: f64) {
        let mut rng = StdRng::seed_from_u64(5);
        let n = 40_000;
        let draws: Vec<f64> = (0..n).map(|_| next(&mut rng)).collect();
        let got = draws.iter().sum::<f64>() / f64::from(n);
        let spread = draws.iter().map(|draw| (draw - got).powi(2)).sum::<f64>() / f64::from(n);
        assert!((got - mean).abs() < 5.0 * (variance / f64::from(n)).sqrt(), "mean {got}, not {mean}");
        assert!((spread / variance - 1.0).abs() < 0.06, "variance {spread}, not {variance}");
    }

    #[test]
    fn moments() {
        for mean in [0.03, 1.0, 31.9, 32.1, 150.0] {
            check(|rng| poisson(mean, rng), mean, mean);
        }
        check(normal, 0.0, 1.0);
        check(gumbel, 0.577_215_664_901_532_9, std::f64::consts::PI.powi(2) / 6.0);
        assert_eq!(poisson(0.0, &mut StdRng::seed_from_u64(1)), 0.0);
    }
}
