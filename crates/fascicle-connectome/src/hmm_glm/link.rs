//! From a neuron's drive to its expected count, and what that says of the likelihood's slope.

choice! {
    /// How the drive η = bias + weighted history becomes the expected count f(η) of a bin.
    #[derive(Default)]
    pub enum Link as "link" {
        /// 1 / (1 + e^−η): at most one expected spike a bin.
        #[default]
        Sigmoid = "sigmoid",
        /// log(1 + e^η): unbounded.
        Softplus = "softplus",
    }
}

/// Below this drive log softplus(η) is η, and softplus(η) is e^η, to the last digit.
const DEEP: f64 = -40.0;

impl Link {
    /// f(η).
    #[must_use]
    pub fn rate(self, drive: f64) -> f64 {
        match self {
            Self::Sigmoid => sigmoid(drive),
            Self::Softplus => softplus(drive),
        }
    }

    /// log f(η), finite for every finite drive.
    #[must_use]
    pub fn log_rate(self, drive: f64) -> f64 {
        match self {
            Self::Sigmoid => -softplus(-drive),
            Self::Softplus if drive < DEEP => drive,
            Self::Softplus => softplus(drive).ln(),
        }
    }

    /// The drive of an expected count, held a little inside what the link can give: the start of a bias.
    #[must_use]
    pub fn drive(self, rate: f64) -> f64 {
        match self {
            Self::Sigmoid => {
                let rate = rate.clamp(1e-4, 1.0 - 1e-2);
                (rate / (1.0 - rate)).ln()
            }
            Self::Softplus => {
                let rate = rate.max(1e-4);
                // log(e^r − 1) = r + log(1 − e^−r), which does not overflow
                rate + (-(-rate).exp()).ln_1p()
            }
        }
    }

    /// The greatest expected count.
    #[must_use]
    pub fn ceiling(self) -> f64 {
        match self {
            Self::Sigmoid => 1.0,
            Self::Softplus => f64::INFINITY,
        }
    }

    /// d/dη of log Poisson(count | f(η)) for every neuron of a bin, times `weight`; `drives` become slopes.
    #[inline(always)]
    pub(super) fn slopes(self, drives: &mut [f64], counts: &[f64], weight: f64) {
        match self {
            // f' = f (1 − f), so that (x / f − 1) f' = (1 − f) (x − f)
            Self::Sigmoid => {
                for (drive, count) in drives.iter_mut().zip(counts) {
                    let rate = sigmoid(*drive);
                    *drive = weight * (1.0 - rate) * (count - rate);
                }
            }
            Self::Softplus => {
                for (drive, count) in drives.iter_mut().zip(counts) {
                    let slope = sigmoid(*drive);
                    // f' / f, which is 0 / 0 where both underflow, and 1 there
                    let ratio = if *drive < DEEP { 1.0 } else { slope / softplus(*drive) };
                    *drive = weight * (count * ratio - slope);
                }
            }
        }
    }

    /// Σ over the neurons of a bin of x log f(η) − f(η): the log-likelihood without −log x!.
    #[inline(always)]
    pub(super) fn log_likelihood(self, drives: &[f64], counts: &[f64]) -> f64 {
        let mut sum = 0.0;
        match self {
            Self::Sigmoid => {
                for (drive, count) in drives.iter().zip(counts) {
                    let small = exp_of_negative(-drive.abs());
                    let top = if *drive >= 0.0 { 1.0 } else { small };
                    sum -= top / (1.0 + small);
                    // most counts are 0, and a logarithm costs as much as all the rest
                    if *count > 0.0 {
                        sum += count * (drive.min(0.0) - small.ln_1p());
                    }
                }
            }
            Self::Softplus => {
                for (drive, count) in drives.iter().zip(counts) {
                    let rate = softplus(*drive);
                    sum -= rate;
                    if *count > 0.0 {
                        sum += count * if *drive < DEEP { *drive } else { rate.ln() };
                    }
                }
            }
        }
        sum
    }
}

/// 1 / (1 + e^−x), without overflow.
#[inline(always)]
pub(super) fn sigmoid(x: f64) -> f64 {
    let small = exp_of_negative(-x.abs());
    let top = if x >= 0.0 { 1.0 } else { small };
    top / (1.0 + small)
}

/// log(1 + e^x), without overflow.
#[inline(always)]
pub(super) fn softplus(x: f64) -> f64 {
    (if x > 0.0 { x } else { 0.0 }) + exp_of_negative(-x.abs()).ln_1p()
}

/// e^x for x ≤ 0, to two units in the last place; 0 below the smallest normal number.
///
/// 2^n e^r with |r| ≤ log 2 / 2, without branches or calls, so that a loop of it becomes vector instructions.
#[inline(always)]
fn exp_of_negative(x: f64) -> f64 {
    /// 1 / k!, from k = 13 down: what is left out is below 1e-17.
    const TAYLOR: [f64; 14] = {
        let mut terms = [1.0; 14];
        let (mut at, mut factorial) = (13, 1.0);
        while at > 0 {
            at -= 1;
            factorial *= (13 - at) as f64;
            terms[at] = 1.0 / factorial;
        }
        terms
    };
    // adding it leaves the nearest integer in the low bits of the sum
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // log 2 in two parts, the first with zeros at its end, so that n times it is exact (fdlibm)
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const LEAST: f64 = -708.0;
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut sum = TAYLOR[0];
    for term in &TAYLOR[1..] {
        sum = sum * r + term;
    }
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    if x >= LEAST { sum * power } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials() {
        for at in 0..200_000 {
            let x = -708.0 * f64::from(at) / 200_000.0;
            let (got, expected) = (exp_of_negative(x), x.exp());
            assert!((got - expected).abs() <= 6e-16 * expected, "{x}: {got} for {expected}");
        }
        assert_eq!(exp_of_negative(0.0), 1.0);
        assert_eq!((exp_of_negative(-709.0), exp_of_negative(f64::NEG_INFINITY)), (0.0, 0.0));
    }
}
