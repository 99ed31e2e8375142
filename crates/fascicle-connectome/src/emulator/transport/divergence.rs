//! The debiased Sinkhorn divergence and its gradient.

use rayon::prelude::*;

use super::{Cloud, Cost, NEGLIGIBLE, log_sum_exp};
use crate::network::NetworkError;

/// S(x, y) = OT(x, y) − ½ OT(x, x) − ½ OT(y, y) with the cost |x − y|²/2 and entropic regularisation ε = blur²
/// (Feydy et al. 2019): 0 for equal clouds, the cost of the best assignment as blur → 0.
///
/// The iterations are those of geomloss 0.3's `SamplesLoss("sinkhorn", p=2)`: ε falls from the squared diameter of the
/// two clouds' common box by `scaling`² a round to blur², each round moves the potentials half-way, and a last round gives the
/// value and the gradient. Like there, the gradient holds the potentials still, which is exact where they have converged; after
/// the geometric fall they nearly have, and [`rounds`](Self::rounds) goes on as long as one likes.
///
/// O(n m (d + rounds)) time and O(n m) space for clouds of n and m points of dimension d.
///
/// ```
/// use fascicle_connectome::emulator::transport::{Cloud, SinkhornDivergence};
///
/// # fn main() -> Result<(), fascicle_connectome::NetworkError> {
/// let x = [0.0, 0.0, 1.0, 0.0]; // two points of the plane
/// let y = [0.0, 1.0, 1.0, 1.0]; // one step up
/// let found = SinkhornDivergence::default().between(Cloud::new(&x, 2)?, Cloud::new(&y, 2)?)?;
/// assert!((found.value - 0.5).abs() < 1e-9);
/// // each point is pulled up, with the weight 1/2 that it has
/// assert!((found.gradient[1] + 0.5).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SinkhornDivergence {
    /// ε^½, a distance: differences below it are not seen.
    pub blur: f64,
    /// By how much ε^½ falls a round, between 0 and 1.
    pub scaling: f64,
    /// Further rounds at the last ε.
    pub rounds: usize,
}

impl Default for SinkhornDivergence {
    /// As Torre et al. 2025 train: blur .2; the rest as geomloss has it.
    fn default() -> Self {
        Self { blur: 0.2, scaling: 0.5, rounds: 0 }
    }
}

/// How far two clouds are apart and where the first would have to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// S(x, y).
    pub value: f64,
    /// ∂S/∂x, row-major as the points of x.
    pub gradient: Vec<f64>,
}

impl SinkhornDivergence {
    /// The divergence of `x` from `y` and its gradient by the points of `x`.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for clouds of different dimensions; [`NetworkError::BadArgument`] for a blur that is not
    /// positive or a scaling that is not between 0 and 1.
    pub fn between(&self, x: Cloud<'_>, y: Cloud<'_>) -> Result<Divergence, NetworkError> {
        x.same_dimension(y)?;
        let positive = self.blur.is_finite() && self.blur > 0.0;
        NetworkError::unless(positive, "the blur", self.blur, "a positive number")?;
        let falling = self.scaling > 0.0 && self.scaling < 1.0;
        NetworkError::unless(falling, "the scaling", self.scaling, "a number between 0 and 1")?;
        let half = |square: f64| square / 2.0;
        let to = Cost::new(x, y, half);
        let problem =
            Problem { back: to.transposed(), to, xx: Cost::new(x, x, half), yy: Cost::new(y, y, half) };
        let potentials = problem.solve(&self.schedule(diameter(x, y)));
        Ok(problem.finish(&potentials, self.blur * self.blur, x, y))
    }

    /// ε of every round.
    fn schedule(&self, diameter: f64) -> Vec<f64> {
        let last = self.blur * self.blur;
        let mut epsilons = Vec::new();
        // clouds in one place have no diameter to fall from
        if diameter > 0.0 {
            epsilons.push(diameter * diameter);
            let mut log = 2.0 * diameter.ln();
            while log > 2.0 * self.blur.ln() {
                epsilons.push(log.exp());
                log += 2.0 * self.scaling.ln();
            }
        }
        epsilons.extend(std::iter::repeat_n(last, 1 + self.rounds));
        epsilons
    }
}

/// The diagonal of the box around both clouds.
fn diameter(x: Cloud<'_>, y: Cloud<'_>) -> f64 {
    let (mut low, mut high) = (vec![f64::INFINITY; x.dimension], vec![f64::NEG_INFINITY; x.dimension]);
    for point in x.points().chain(y.points()) {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(point) {
            *low = low.min(*value);
            *high = high.max(*value);
        }
    }
    low.iter().zip(&high).map(|(low, high)| (high - low).powi(2)).sum::<f64>().sqrt()
}

/// The costs of the three transports.
struct Problem {
    to: Cost,
    back: Cost,
    xx: Cost,
    yy: Cost,
}

/// Dual potentials, with the logarithm of the points' weights times ε still to be added: f of x against y, g of y against x,
/// and those of each cloud against itself.
struct Potentials {
    f: Vec<f64>,
    g: Vec<f64>,
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Problem {
    fn counts(&self) -> (usize, usize) {
        (self.back.columns, self.to.columns)
    }

    /// One step of all four potentials.
    fn step(&self, epsilon: f64, old: &Potentials) -> Potentials {
        let (n, m) = self.counts();
        let weigh = |potential: &[f64], count: usize| -> Vec<f64> {
            let weight = epsilon * (count as f64).ln();
            potential.iter().map(|value| value - weight).collect()
        };
        Potentials {
            f: self.to.soft_minimum(epsilon, &weigh(&old.g, m)),
            g: self.back.soft_minimum(epsilon, &weigh(&old.f, n)),
            a: self.xx.soft_minimum(epsilon, &weigh(&old.a, n)),
            b: self.yy.soft_minimum(epsilon, &weigh(&old.b, m)),
        }
    }

    fn solve(&self, epsilons: &[f64]) -> Potentials {
        let (n, m) = self.counts();
        let nothing = Potentials { f: vec![0.0; n], g: vec![0.0; m], a: vec![0.0; n], b: vec![0.0; m] };
        let mut potentials = self.step(epsilons[0], &nothing);
        for epsilon in epsilons {
            let next = self.step(*epsilon, &potentials);
            let meet = |old: &mut [f64], new: &[f64]| {
                old.iter_mut().zip(new).for_each(|(old, new)| *old = (*old + new) / 2.0);
            };
            meet(&mut potentials.f, &next.f);
            meet(&mut potentials.g, &next.g);
            meet(&mut potentials.a, &next.a);
            meet(&mut potentials.b, &next.b);
        }
        potentials
    }

    /// The last round: value and gradient.
    fn finish(&self, potentials: &Potentials, epsilon: f64, x: Cloud<'_>, y: Cloud<'_>) -> Divergence {
        let last = self.step(epsilon, potentials);
        let mean = |more: &[f64], less: &[f64]| {
            more.iter().zip(less).map(|(more, less)| more - less).sum::<f64>() / more.len() as f64
        };
        let value = mean(&last.f, &last.a) + mean(&last.g, &last.b);
        let (there, here) = (scaled(&potentials.g, epsilon), scaled(&potentials.a, epsilon));
        let n = x.count() as f64;
        let mut gradient = vec![0.0; x.values.len()];
        // ∂f(x)/∂x = x − the mean of y as the plan weighs it, and the same of x itself, so that x cancels
        gradient.par_chunks_exact_mut(x.dimension).enumerate().for_each(|(i, gradient)| {
            barycentre(&self.xx, i, &here, epsilon, x, 1.0 / n, gradient);
            barycentre(&self.to, i, &there, epsilon, y, -1.0 / n, gradient);
        });
        Divergence { value, gradient }
    }
}

fn scaled(potential: &[f64], epsilon: f64) -> Vec<f64> {
    potential.iter().map(|value| value / epsilon).collect()
}

/// Adds `share` of the mean of the points, weighed by row i of the plan. The points' own weights are equal and cancel.
fn barycentre(
    cost: &Cost,
    i: usize,
    potential: &[f64],
    epsilon: f64,
    points: Cloud<'_>,
    share: f64,
    into: &mut [f64],
) {
    let row = &cost.values[i * cost.columns..(i + 1) * cost.columns];
    let total = log_sum_exp(row, potential, 1.0 / epsilon);
    for ((cost, potential), point) in row.iter().zip(potential).zip(points.points()) {
        let exponent = potential - cost / epsilon - total;
        if exponent > NEGLIGIBLE {
            let weight = share * exponent.exp();
            into.iter_mut().zip(point).for_each(|(sum, value)| *sum += weight * value);
        }
    }
}
