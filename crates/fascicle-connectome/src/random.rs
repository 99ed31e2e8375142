//! Numbers drawn at random, as simulated recordings and first weights need them.
//!
//! ```
//! use fascicle_connectome::random::{category, normal};
//! use rand::SeedableRng;
//! use rand::rngs::StdRng;
//!
//! let mut rng = StdRng::seed_from_u64(7);
//! assert!(normal(&mut rng).is_finite());
//! assert_eq!(category(&[0.0, 3.0, 0.0], &mut rng), 1);
//! ```

use rand::Rng;

/// A standard normal number (Box & Muller 1958).
pub fn normal(rng: &mut impl Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    // 1 − u is never 0
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// One of the categories, each with a chance in proportion to its weight; the first when no weight is above 0. O(n).
pub fn category(weights: &[f64], rng: &mut impl Rng) -> usize {
    let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (category, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return category;
        }
    }
    // rounding may leave a little: the last that can be
    weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

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

    #[test]
    fn categories_by_weight() {
        let mut rng = StdRng::seed_from_u64(5);
        let mut counts = [0; 4];
        for _ in 0..20_000 {
            counts[category(&[1.0, 0.0, 2.0, 5.0], &mut rng)] += 1;
        }
        for (count, share) in counts.into_iter().zip([0.125_f64, 0.0, 0.25, 0.625]) {
            let error = (20_000.0 * share * (1.0 - share)).sqrt();
            assert!((f64::from(count) - 20_000.0 * share).abs() <= 4.0 * error, "{counts:?}");
        }
        assert_eq!(category(&[0.0, 0.0], &mut rng), 0);
    }
}
