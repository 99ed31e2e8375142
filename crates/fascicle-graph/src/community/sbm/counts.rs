//! Logarithms of numbers of ways.

use std::sync::OnceLock;

/// Factorials up to here come from a table.
const TABLE: usize = 1 << 16;
/// Restricted partitions of numbers up to here are counted, others approximated.
const EXACT: usize = 400;

/// ln n!.
pub(super) fn ln_factorial(n: u64) -> f64 {
    static FACTORIALS: OnceLock<Vec<f64>> = OnceLock::new();
    let table = FACTORIALS.get_or_init(|| super::super::compare::log_factorials(TABLE));
    table.get(n as usize).copied().unwrap_or_else(|| {
        // Stirling's series; what is left out is below 1e-25 here.
        let n = n as f64;
        n * n.ln() - n + 0.5 * (std::f64::consts::TAU * n).ln() + 1.0 / (12.0 * n) - 1.0 / (360.0 * n * n * n)
    })
}

/// ln of the number of ways to choose `k` of `n`.
pub(super) fn ln_binomial(n: u64, k: u64) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// ln of the number of ways to put `k` like things into `n` boxes: ln binomial(n + k − 1, k).
pub(super) fn ln_multiset(n: u64, k: u64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    if n == 0 {
        return f64::NEG_INFINITY;
    }
    if k <= 8 {
        // Differences of great logarithms would lose digits.
        return (0..k).map(|i| ((n + i) as f64 / (i + 1) as f64).ln()).sum();
    }
    ln_binomial(n + k - 1, k)
}

/// ln q(m, n), q being the number of ways to write m as a sum of at most n positive numbers. Counted up to 400; for greater
/// m the asymptotic form of Szekeres, as in Peixoto (2017), and for few parts a polynomial.
pub(super) fn ln_partitions(m: u64, n: u64) -> f64 {
    let n = n.min(m);
    if m == 0 || n == 1 {
        return 0.0;
    }
    if n == 0 {
        return f64::NEG_INFINITY;
    }
    if m as usize <= EXACT {
        return exact()[m as usize * (m as usize + 1) / 2 + n as usize];
    }
    let (m, few) = (m as f64, n as f64);
    if few < m.powf(0.25) {
        // Few parts: the leading terms of a polynomial in m, exact to rounding for two and three.
        return (few - 1.0) * (m + few * (few + 1.0) / 4.0).ln() - ln_factorial(n) - ln_factorial(n - 1);
    }
    let (shift, slope) = szekeres(few / m.sqrt());
    shift - m.ln() + m.sqrt() * slope
}

/// ln q(m, n) for n ≤ m, at m (m + 1) / 2 + n.
fn exact() -> &'static [f64] {
    static PARTITIONS: OnceLock<Vec<f64>> = OnceLock::new();
    PARTITIONS.get_or_init(|| {
        let at = |m: usize, n: usize| m * (m + 1) / 2 + n.min(m);
        // p(400) is 7e18: exact enough in f64, and no overflow.
        let mut counts = vec![0.0_f64; (EXACT + 1) * (EXACT + 2) / 2];
        counts[0] = 1.0;
        for m in 1..=EXACT {
            for n in 1..=m {
                counts[at(m, n)] = counts[at(m, n - 1)] + counts[at(m - n, n)];
            }
        }
        counts.into_iter().map(f64::ln).collect()
    })
}

/// ln f(u) and g(u) of the asymptotic form, between points of a table that is fine enough for six digits of ln q.
fn szekeres(u: f64) -> (f64, f64) {
    const POINTS: usize = 1 << 13;
    const LEAST: f64 = -7.0;
    const STEP: f64 = 14.0 / POINTS as f64;
    static POINTS_OF: OnceLock<Vec<(f64, f64)>> = OnceLock::new();
    let table = POINTS_OF
        .get_or_init(|| (0..=POINTS + 1).map(|i| szekeres_at((LEAST + STEP * i as f64).exp())).collect());
    let place = (u.ln() - LEAST) / STEP;
    if !(0.0..POINTS as f64).contains(&place) {
        return szekeres_at(u);
    }
    let (low, share) = (place as usize, place.fract());
    let between = |a: f64, b: f64| a + share * (b - a);
    (between(table[low].0, table[low + 1].0), between(table[low].1, table[low + 1].1))
}

fn szekeres_at(u: f64) -> (f64, f64) {
    let mut v = u;
    for _ in 0..200 {
        let next = u * dilogarithm(-(-v).exp_m1()).sqrt();
        let change = (next - v).abs();
        v = next;
        if change < 1e-13 * v {
            break;
        }
    }
    let below = (-v).exp();
    let shift = v.ln()
        - 0.5 * (-below * (1.0 + 0.5 * u * u)).ln_1p()
        - 1.5 * std::f64::consts::LN_2
        - u.ln()
        - std::f64::consts::PI.ln();
    (shift, 2.0 * v / u - u * (-below).ln_1p())
}

/// Li₂(x) for x from 0 to 1.
fn dilogarithm(x: f64) -> f64 {
    if x > 0.5 {
        let limit = std::f64::consts::PI * std::f64::consts::PI / 6.0;
        if x >= 1.0 {
            return limit;
        }
        return limit - x.ln() * (-x).ln_1p() - dilogarithm(1.0 - x);
    }
    let (mut sum, mut power) = (0.0, 1.0);
    for k in 1..60 {
        power *= x;
        sum += power / f64::from(k * k);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn counts() {
        check(ln_factorial(5), 120.0_f64.ln(), 1e-14);
        // math.lgamma(1000001)
        check(ln_factorial(1_000_000), 12_815_518.384_658_16, 1e-14);
        check(ln_binomial(10, 3), 120.0_f64.ln(), 1e-13);
        check(ln_multiset(4, 3), 20.0_f64.ln(), 1e-13);
        check(ln_multiset(4, 30), 5456.0_f64.ln(), 1e-13);
        assert_eq!((ln_multiset(0, 0), ln_multiset(0, 1)), (0.0, f64::NEG_INFINITY));
    }

    #[test]
    fn partitions() {
        // p(5, ≤2) = 3, p(10) = 42, p(10, ≤3) = 14, p(100) = 190,569,292.
        check(ln_partitions(5, 2), 3.0_f64.ln(), 1e-13);
        check(ln_partitions(10, 10), 42.0_f64.ln(), 1e-13);
        check(ln_partitions(10, 3), 14.0_f64.ln(), 1e-13);
        check(ln_partitions(100, 1_000), 190_569_292.0_f64.ln(), 1e-13);
        // p(1000) = 24,061,467,864,032,622,473,692,149,727,991.
        check(ln_partitions(1_000, 1_000), 2.406_146_786_403_262e31_f64.ln(), 1e-3);
    }

    #[test]
    fn the_approximation_continues_what_is_counted() {
        for few in [2, 3, 4, 10, 40, 150, 399] {
            let (last, next) = (ln_partitions(400, few), ln_partitions(401, few));
            assert!(next > last - 0.02 && next - last < 0.12, "{few}: {last} then {next}");
        }
    }

    #[test]
    fn the_dilogarithm() {
        check(dilogarithm(1.0), 1.644_934_066_848_226_4, 1e-14);
        check(dilogarithm(0.5), 0.582_240_526_465_012_5, 1e-14);
    }
}
