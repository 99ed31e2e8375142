//! Elementary functions of a vector register of f32, to within a few units in the last place.
//!
//! Not a number stays so, and infinities give what the formulas give: x·Φ(x) at −∞ is not a number, as in PyTorch.

use macerator::{Scalar, Simd, Vector};

use super::super::Activation;

type Lanes<S> = Vector<S, f32>;

/// A function of one number, for a register full of them.
///
/// A trait rather than a closure, because only what is always inlined into the function that was compiled for an
/// instruction set uses that set; a closure may stay a function of its own, which calls each instruction.
pub(super) trait Pointwise: Copy {
    fn of<S: Simd>(self, x: Lanes<S>) -> Lanes<S>;
}

macro_rules! pointwise {
    ($($(#[$doc:meta])* $name:ident = $function:path),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        impl Pointwise for $name {
            #[inline(always)]
            fn of<S: Simd>(self, x: Lanes<S>) -> Lanes<S> {
                $function(x)
            }
        }
    )*};
}

pointwise! {
    /// The number itself.
    Identity = std::convert::identity,
    /// Gaussian error linear units.
    Gelu = gelu,
    /// Their tanh approximation.
    GeluTanh = gelu_tanh,
    /// max(x, 0).
    Relu = relu,
    /// The hyperbolic tangent.
    Tanh = tanh,
}

/// x·σ(slope·x).
#[derive(Clone, Copy)]
pub(super) struct Swish {
    pub(super) slope: f32,
}

impl Pointwise for Swish {
    #[inline(always)]
    fn of<S: Simd>(self, x: Lanes<S>) -> Lanes<S> {
        x * sigmoid(x * splat(self.slope))
    }
}

/// eˣ for x ≤ 0; zero below the smallest normal number.
///
/// 2ⁿ·eʳ with |r| ≤ ln 2 / 2, eʳ by the polynomial of Cephes' `expf` (Moshier 1992).
#[inline(always)]
pub(super) fn exp_of_negative<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    const EXP: [f32; 6] = [0.5, 0.166_666_65, 0.041_665_796, 0.008_333_452, 0.001_398_2, 0.000_198_756_9];
    // adding it leaves the nearest integer in the low bits of the sum
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const SMALLEST: f32 = -87.33;
    let shifted = x.mul_add(splat(std::f32::consts::LOG2_E), splat(ROUND));
    let n = shifted - splat(ROUND);
    let r = n.mul_add(splat(-LN_2_LOW), n.mul_add(splat(-LN_2_HIGH), x));
    let power = ((shifted.reinterpret::<i32>() + 127i32.splat()) << 23).reinterpret::<f32>();
    let e = (polynomial(r, &EXP) * r).mul_add(r, r) + splat(1.0);
    x.lt(splat(SMALLEST)).select(splat(0.0), e * power)
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
fn sigmoid<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    let (e, one) = (exp_of_negative(splat(0.0) - x.abs()), splat(1.0));
    x.lt(splat(0.0)).select(e, one) / (one + e)
}

/// Φ(x), the distribution function of the standard normal.
///
/// Φ(−a) e^(a²/2) is a polynomial in 1 / (1 + 0.34 a) (the form of Abramowitz & Stegun 7.1.26) that was fitted for
/// the least relative error over 0 ≤ a ≤ 14, which is 3e-8.
#[inline(always)]
fn normal_distribution<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    const TAIL: [f32; 9] = [
        0.135_620_5,
        0.136_112_2,
        0.115_197_69,
        0.115_359_05,
        -0.044_718_22,
        0.202_182_4,
        -0.273_132_6,
        0.139_499_47,
        -0.026_120_48,
    ];
    let (a, one) = (x.abs(), splat(1.0));
    let t = one / a.mul_add(splat(0.34), one);
    let tail = polynomial(t, &TAIL) * t * exp_of_negative(a * a * splat(-0.5));
    x.lt(splat(0.0)).select(tail, one - tail)
}

/// Gaussian error linear units (Hendrycks & Gimpel 2016).
#[inline(always)]
fn gelu<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    x * normal_distribution(x)
}

/// Their tanh approximation: ½(1 + tanh u) is σ(2u).
#[inline(always)]
fn gelu_tanh<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    let twice_u = x
        * (x * x)
            .mul_add(splat(2.0 * Activation::TANH_CUBIC as f32), splat(2.0 * Activation::TANH_LINEAR as f32));
    x * sigmoid(twice_u)
}

/// tanh x: near 0 by the odd polynomial of Cephes' `tanhf` (Moshier 1992), elsewhere 1 − 2 / (1 + e^(2|x|)) with x's sign.
#[inline(always)]
fn tanh<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    const NEAR: [f32; 5] = [-0.333_332_8, 0.133_314_42, -0.053_739_756, 0.020_639_09, -0.005_704_988_6];
    const IS_NEAR: f32 = 0.625;
    let (a, one, square) = (x.abs(), splat(1.0), x * x);
    let near = (polynomial(square, &NEAR) * square).mul_add(x, x);
    let e = exp_of_negative(a * splat(-2.0));
    let far = (one - e) / (one + e);
    let far = x.lt(splat(0.0)).select(splat(0.0) - far, far);
    a.lt(splat(IS_NEAR)).select(near, far)
}

/// max(x, 0).
#[inline(always)]
fn relu<S: Simd>(x: Lanes<S>) -> Lanes<S> {
    x.le(splat(0.0)).select(splat(0.0), x)
}

/// c₀ + c₁ x + c₂ x² + …
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(x: Lanes<S>, coefficients: &[f32; N]) -> Lanes<S> {
    let mut sum: Lanes<S> = splat(coefficients[N - 1]);
    for &c in coefficients[..N - 1].iter().rev() {
        sum = sum.mul_add(x, splat(c));
    }
    sum
}

#[inline(always)]
pub(super) fn splat<S: Simd>(x: f32) -> Lanes<S> {
    x.splat::<S>()
}
