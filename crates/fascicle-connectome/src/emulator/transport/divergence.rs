//! The debiased Sinkhorn divergence and its gradient.

use super::mismatches::Symbols;
use super::{Cloud, Points, solve};
use crate::emulator::Sequences;
use crate::network::NetworkError;

/// What is taken off the cost of moving one batch to another, so that batches of one law are 0 apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debias {
    /// Half the cost of moving each batch to itself: the Sinkhorn divergence, as Torre et al. 2025 train.
    ///
    /// Among few points of many dimensions each is by far the nearest to itself, so that next to nothing is taken off. What is
    /// left is the cost of pairing two samples, and it is least for a first one that varies *less* than the second: with 256
    /// sequences of length 40, one with fewer changes and without outputs of 1 in 100.
    Itself,
    /// Both batches are halved, first half is moved to first and second to second, and half the cost of moving the halves of each
    /// batch to each other is taken off: the minibatch energy distance of Salimans et al. 2018 (arXiv 1803.05573, algorithm 1), with
    /// two of its four transports between batches.
    ///
    /// For batches of one law and one even size the halves can be exchanged, so that value and gradient are 0 in expectation,
    /// however small the batches are. A single value may be negative.
    OtherHalf,
}

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
        self.check()?;
        Ok(self.measure(x, y, Debias::Itself))
    }

    /// The divergence of one-hot sequences, and its gradient by the outputs of `x`, row-major `[count, length · outputs]`.
    ///
    /// The same as [`between`](Self::between) of [`Sequences::one_hot`] where `debias` is [`Debias::Itself`]. For
    /// sequences of up to 255 outputs O(n m (length + rounds)) time with nothing but look-ups and sums inside.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for sequences of different lengths or outputs; [`NetworkError::BadArgument`] for settings as in
    /// [`between`](Self::between), for no sequences, and for fewer than two where batches are halved.
    pub fn between_sequences(
        &self,
        x: &Sequences,
        y: &Sequences,
        debias: Debias,
    ) -> Result<Divergence, NetworkError> {
        let kind = |of: &Sequences| (of.length(), of.outputs());
        if kind(x) != kind(y) {
            let words = |(length, outputs)| format!("length {length} and {outputs} outputs");
            return Err(NetworkError::Shape {
                what: "the second batch of sequences",
                found: words(kind(y)),
                expected: format!("{} as in the first", words(kind(x))),
            });
        }
        self.check()?;
        let least = if debias == Debias::OtherHalf { 2 } else { 1 };
        for batch in [x, y] {
            let enough = batch.count() >= least;
            let expected = format!("at least {least}");
            NetworkError::unless(enough, "the number of sequences", batch.count(), &expected)?;
        }
        if let (Some(x), Some(y)) = (Symbols::new(x), Symbols::new(y)) {
            return Ok(self.measure(x, y, debias));
        }
        let width = x.length() * x.outputs();
        let (x, y) = (x.one_hot(), y.one_hot());
        Ok(self.measure(Cloud::new(&x, width)?, Cloud::new(&y, width)?, debias))
    }

    fn check(&self) -> Result<(), NetworkError> {
        let positive = self.blur.is_finite() && self.blur > 0.0;
        NetworkError::unless(positive, "the blur", self.blur, "a positive number")?;
        let falling = self.scaling > 0.0 && self.scaling < 1.0;
        NetworkError::unless(falling, "the scaling", self.scaling, "a number between 0 and 1")
    }

    pub(super) fn measure<P: Points>(&self, x: P, y: P, debias: Debias) -> Divergence {
        match debias {
            Debias::Itself => self.against_itself(x, y),
            Debias::OtherHalf => self.against_other_half(x.halves(), y.halves()),
        }
    }

    /// OT(x, y) − ½ OT(x, x) − ½ OT(y, y).
    fn against_itself<P: Points>(&self, x: P, y: P) -> Divergence {
        let epsilons = self.schedule(P::diameter(&[x, y]));
        let (across, ((own_x, plan), (own_y, _))) = rayon::join(
            || solve::between(x.costs(y), &epsilons),
            || rayon::join(|| solve::within(x.costs(x), &epsilons), || solve::within(y.costs(y), &epsilons)),
        );
        let mut gradient = vec![0.0; x.size() * x.width()];
        let weight = 1.0 / x.size() as f64;
        // ∂f(x)/∂x = x − the mean of y as the plan weighs it, and the same of x itself, so that x cancels
        plan.add_means(x, weight, &mut gradient);
        across.there.add_means(y, -weight, &mut gradient);
        Divergence { value: across.value - (own_x + own_y) / 2.0, gradient }
    }

    /// ½ (OT(x, y) + OT(x', y') − OT(x, x') − OT(y, y')) of the halves.
    fn against_other_half<P: Points>(&self, [x, x_rest]: [P; 2], [y, y_rest]: [P; 2]) -> Divergence {
        let epsilons = self.schedule(P::diameter(&[x, x_rest, y, y_rest]));
        let transport = |from: P, to: P| solve::between(from.costs(to), &epsilons);
        let ((first, rest), (own_x, own_y)) = rayon::join(
            || rayon::join(|| transport(x, y), || transport(x_rest, y_rest)),
            || rayon::join(|| transport(x, x_rest), || transport(y, y_rest).value),
        );
        let mut gradient = vec![0.0; (x.size() + x_rest.size()) * x.width()];
        let (of_x, of_rest) = gradient.split_at_mut(x.size() * x.width());
        let (weight, weight_rest) = (0.5 / x.size() as f64, 0.5 / x_rest.size() as f64);
        own_x.there.add_means(x_rest, weight, of_x);
        first.there.add_means(y, -weight, of_x);
        own_x.back.add_means(x, weight_rest, of_rest);
        rest.there.add_means(y_rest, -weight_rest, of_rest);
        Divergence { value: (first.value + rest.value - own_x.value - own_y) / 2.0, gradient }
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
