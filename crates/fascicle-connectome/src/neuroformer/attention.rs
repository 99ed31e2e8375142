//! Multi-head attention whose patterns can be read, and the masks that it obeys.

use burn::module::Module;
use burn::tensor::{Bool, Device, Tensor, TensorData};
use fascicle_core::{masked_attention, masked_softmax};

use super::NeuroformerError;
use super::layers::{Linear, dropout};
use super::params::Params;

/// Which positions may be attended to. A query that may attend to nothing gets zeros, not a mean and never NaN.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    /// `[batch, 1, query or 1, key]`, true where forbidden.
    blocked: Tensor<4, Bool>,
    /// `[batch, 1, query or 1, 1]`, true where everything is; `None` when that is nowhere.
    shut: Option<Tensor<4, Bool>>,
}

impl Mask {
    /// The mask of `batch` rows: `allowed(row, query, key)` for every combination.
    pub(super) fn new(
        [batch, queries, keys]: [usize; 3],
        allowed: impl Fn(usize, usize, usize) -> bool,
        device: &Device,
    ) -> Self {
        let mut blocked = Vec::with_capacity(batch * queries * keys);
        let mut shut = Vec::with_capacity(batch * queries);
        for (row, query) in (0..batch).flat_map(|row| (0..queries).map(move |query| (row, query))) {
            let start = blocked.len();
            blocked.extend((0..keys).map(|key| !allowed(row, query, key)));
            shut.push(blocked[start..].iter().all(|blocked| *blocked));
        }
        let tensor =
            |values, last| Tensor::from_data(TensorData::new(values, [batch, 1, queries, last]), device);
        let any = shut.iter().any(|shut| *shut);
        Self { blocked: tensor(blocked, keys), shut: any.then(|| tensor(shut, 1)) }
    }

    /// The same for every query.
    fn blocked(&self, queries: usize) -> Tensor<4, Bool> {
        let [batch, _, own, keys] = self.blocked.dims();
        if own == queries {
            self.blocked.clone()
        } else {
            self.blocked.clone().expand([batch, 1, queries, keys])
        }
    }

    /// Zeros where a query may attend to nothing.
    fn silence(&self, x: Tensor<4>) -> Tensor<4> {
        let Some(shut) = &self.shut else { return x };
        let dims = x.dims();
        x.mask_fill(shut.clone().expand(dims), 0.0)
    }
}

/// What happens on the way through the network besides the computation itself.
pub(super) struct Pass<'a> {
    /// Share of numbers dropped; 0 outside training.
    pub(super) dropout: f64,
    /// Where attention patterns `[batch, head, query, key]` are kept, block by block, when somebody wants them.
    pub(super) patterns: Option<&'a mut Vec<Tensor<4>>>,
}

/// Softmax attention (Vaswani et al. 2017).
#[derive(Module, Debug)]
pub(super) struct Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    #[module(skip)]
    heads: usize,
}

impl Attention {
    pub(super) fn build(
        params: &mut Params<'_>,
        width: usize,
        heads: usize,
    ) -> Result<Self, NeuroformerError> {
        params.part("attention", |params| {
            let mut dense = |name| Linear::build(params, name, [width, width], true);
            Ok(Self { q: dense("q")?, k: dense("k")?, v: dense("v")?, o: dense("o")?, heads })
        })
    }

    /// `x`: `[batch, query, width]`; `source`: `[batch, key, width]`; what is attended to, of the shape of `x`.
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        source: Tensor<3>,
        mask: &Mask,
        pass: &mut Pass<'_>,
    ) -> Tensor<3> {
        let [batch, queries, width] = x.dims();
        let d_head = width / self.heads;
        let split = |dense: &Linear, x: Tensor<3>| {
            let [batch, positions, _] = x.dims();
            dense.forward(x).reshape([batch, positions, self.heads, d_head]).swap_dims(1, 2)
        };
        let (q, k, v) = (split(&self.q, x), split(&self.k, source.clone()), split(&self.v, source));
        let scale = (d_head as f64).sqrt().recip();
        let blocked = Some(mask.blocked(queries));
        let attended = if pass.patterns.is_none() && pass.dropout == 0.0 {
            mask.silence(masked_attention(q, k, v, blocked, scale))
        } else {
            let pattern = mask.silence(masked_softmax(q.matmul(k.swap_dims(2, 3)), blocked, scale));
            if let Some(patterns) = &mut pass.patterns {
                patterns.push(pattern.clone());
            }
            dropout(pattern, pass.dropout).matmul(v)
        };
        let attended = attended.swap_dims(1, 2).reshape([batch, queries, width]);
        dropout(self.o.forward(attended), pass.dropout)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{DType, Distribution};
    use fascicle_core::testing::test_devices;

    use super::*;

    fn run(
        watch: bool,
        allowed: impl Fn(usize, usize, usize) -> bool,
        device: &Device,
    ) -> (Vec<f32>, Vec<f32>) {
        let mut params = Params::random(0.5, 3, device, DType::F32);
        let attention = Attention::build(&mut params, 8, 2).unwrap();
        let x = Tensor::<3>::from_data(
            TensorData::new((0..48).map(|i| (i as f32 * 0.7).sin()).collect(), [2, 3, 8]),
            device,
        );
        let mask = Mask::new([2, 3, 3], allowed, device);
        let mut patterns = Vec::new();
        let mut pass = Pass { dropout: 0.0, patterns: watch.then_some(&mut patterns) };
        let y = attention.forward(x.clone(), x, &mask, &mut pass).try_into_vec_as::<f32>().unwrap();
        (y, patterns.pop().map(|pattern| pattern.try_into_vec_as().unwrap()).unwrap_or_default())
    }

    #[test]
    fn a_query_that_may_attend_to_nothing_gets_zeros() {
        for (name, device) in test_devices() {
            // row 1 has no keys at all
            let allowed = |row, query, key| row == 0 && key <= query;
            let (seen, pattern) = run(true, allowed, &device);
            let (fused, _) = run(false, allowed, &device);
            for (a, b) in seen.iter().zip(&fused) {
                assert!((a - b).abs() < 1e-5, "{name}: {a} {b}");
            }
            // nothing but the output's bias, which is zero here
            assert_eq!(seen[24..], [0.0; 24], "{name}");
            assert_eq!(pattern[18..], [0.0; 18], "{name}");
            assert!(
                (pattern[..3].iter().sum::<f32>() - 1.0).abs() < 1e-6 && pattern[0] == 1.0,
                "{name}: {pattern:?}"
            );
        }
    }

    #[test]
    fn gradients_of_a_shut_row_are_zero_and_not_nan() {
        for (name, device) in test_devices() {
            let device = device.autodiff();
            let attention = Attention::build(&mut Params::random(0.5, 3, &device, DType::F32), 8, 2).unwrap();
            let x = Tensor::<3>::random([1, 2, 8], Distribution::Normal(0.0, 1.0), &device).require_grad();
            let mask = Mask::new([1, 2, 2], |_, query, _| query == 0, &device);
            let y =
                attention.forward(x.clone(), x.clone(), &mask, &mut Pass { dropout: 0.0, patterns: None });
            let grads = y.powi_scalar(2).sum().backward();
            let values = x.grad(&grads).unwrap().try_into_vec_as::<f32>().unwrap();
            assert!(values.iter().all(|value| value.is_finite()), "{name}: {values:?}");
        }
    }
}
