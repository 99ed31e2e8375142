//! Numbers drawn at random.

use rand::Rng as _;
use rand::rngs::StdRng;

/// A standard normal number (Box & Muller 1958).
pub(crate) fn normal(rng: &mut StdRng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    // 1 − u is never 0
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// One of the categories that have these probabilities.
pub(crate) fn category(probabilities: &[f64], rng: &mut StdRng) -> usize {
    let mut left: f64 = rng.random();
    for (category, probability) in probabilities.iter().enumerate() {
        left -= probability;
        if left < 0.0 {
            return category;
        }
    }
    // rounding may leave a little: the last that can be
    probabilities.iter().rposition(|probability| *probability > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn normal_numbers() {
        let mut rng = StdRng::seed_from_u64(5);
        let all: Vec<f64> = (0..20_000).map(|_| normal(&mut rng)).collect();
        let moment = |power| all.iter().map(|x| x.powi(power)).sum::<f64>() / all.len() as f64;
        // standard errors of the four: 0.007, 0.01, 0.027, 0.07
        for (power, expected, allowed) in [(1, 0.0, 0.03), (2, 1.0, 0.04), (3, 0.0, 0.11), (4, 3.0, 0.28)] {
            let found = moment(power);
            assert!((found - expected).abs() < allowed, "moment {power} is {found}");
        }
    }
}
