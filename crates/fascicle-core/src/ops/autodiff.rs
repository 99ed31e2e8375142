//! The handwritten backward of the operations of [`PathwayOps`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, TensorMetadata};
use burn::tensor::{Shape, Slice};

use super::{Activation, Bias, Mask, PathwayOps, Pattern, portable};

/// y = x Wᵀ + b with the parents x, values and, when `N` is 3, bias.
#[derive(Debug)]
struct CsrLinear;

/// What the backward needs of the forward: each of the two only if the other one is differentiated.
#[derive(Clone, Debug)]
struct Saved<B: PathwayOps> {
    x: Option<FloatTensor<B>>,
    values: Option<FloatTensor<B>>,
    pattern: Pattern<B>,
}

impl<B: PathwayOps, const N: usize> Backward<B, N> for CsrLinear {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Saved<B>, N>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let Saved { x, values, pattern } = ops.state;
        let [mut x, mut values] = [x, values];
        for (which, parent) in ops.parents.into_iter().enumerate() {
            let Some(parent) = parent else { continue };
            let of_parent = match which {
                0 => values.take().map(|v| B::csr_linear_grad_x(grad.clone(), v, pattern.clone())),
                1 => x.take().map(|x| B::csr_linear_grad_values(grad.clone(), x, pattern.clone())),
                _ => Some(column_sums::<B>(grad.clone(), pattern.rows)),
            };
            if let Some(of_parent) = of_parent {
                grads.register::<B>(parent.id, of_parent);
            }
        }
    }
}

/// y = activation(x + b) with the parents x and, when `N` is 2, bias.
#[derive(Debug)]
struct BiasActivation;

impl<B: PathwayOps, const N: usize> Backward<B, N> for BiasActivation {
    /// x + b, unless the activation does nothing.
    type State = (Option<FloatTensor<B>>, Activation);

    fn backward(self, ops: Ops<Self::State, N>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let grad = match ops.state {
            (Some(x), activation) => portable::activation_grad::<B>(x, grad, activation),
            (None, _) => grad,
        };
        for (which, parent) in ops.parents.into_iter().enumerate() {
            let Some(parent) = parent else { continue };
            let of_parent = if which == 0 { grad.clone() } else { last_axis_sums::<B>(grad.clone()) };
            grads.register::<B>(parent.id, of_parent);
        }
    }
}

/// The softmax of masked scores, whose parent is the scores.
#[derive(Debug)]
struct MaskedSoftmax;

impl<B: PathwayOps> Backward<B, 1> for MaskedSoftmax {
    /// What came out, the mask and the scale.
    type State = (FloatTensor<B>, Mask<B>, f64);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (pattern, mask, scale) = ops.state;
        let [scores] = ops.parents;
        if let Some(scores) = scores {
            let of_scores = portable::masked_softmax_grad::<B>(pattern, grad, mask, scale);
            grads.register::<B>(scores.id, of_scores);
        }
    }
}

impl<B: PathwayOps, C: CheckpointStrategy> PathwayOps for Autodiff<B, C> {
    fn csr_linear(
        x: FloatTensor<Self>,
        values: FloatTensor<Self>,
        bias: Bias<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        let pattern = inner_pattern(pattern);
        let (want_x, want_values) = (x.is_tracked(), values.is_tracked());
        // the guards hold the parents in the graph until the step is registered
        let (x, x_node) = x.into_parts();
        let (values, values_node) = values.into_parts();
        let saved = || Saved {
            x: want_values.then(|| x.clone()),
            values: want_x.then(|| values.clone()),
            pattern: pattern.clone(),
        };
        let forward = |bias| B::csr_linear(x.clone(), values.clone(), bias, pattern.clone());
        match bias {
            Bias::Absent => match CsrLinear.prepare::<C>([x_node, values_node]).compute_bound().stateful() {
                OpsKind::Tracked(prep) => prep.finish(saved(), forward(Bias::Absent)),
                OpsKind::UnTracked(prep) => prep.finish(forward(Bias::Absent)),
            },
            Bias::Present(bias) => {
                let (bias, bias_node) = bias.into_parts();
                match CsrLinear.prepare::<C>([x_node, values_node, bias_node]).compute_bound().stateful() {
                    OpsKind::Tracked(prep) => prep.finish(saved(), forward(Bias::Present(bias))),
                    OpsKind::UnTracked(prep) => prep.finish(forward(Bias::Present(bias))),
                }
            }
        }
    }

    fn bias_activation(x: FloatTensor<Self>, bias: Bias<Self>, activation: Activation) -> FloatTensor<Self> {
        let (x, x_node) = x.into_parts();
        // the activation apart from the bias, for its slope is needed where the bias was added
        let tracked = |x, bias| {
            let x = B::bias_activation(x, bias, Activation::Identity);
            let saved = (activation != Activation::Identity).then(|| x.clone());
            ((saved, activation), B::bias_activation(x, Bias::Absent, activation))
        };
        match bias {
            Bias::Absent => match BiasActivation.prepare::<C>([x_node]).compute_bound().stateful() {
                OpsKind::Tracked(prep) => {
                    let (saved, y) = tracked(x, Bias::Absent);
                    prep.finish(saved, y)
                }
                OpsKind::UnTracked(prep) => prep.finish(B::bias_activation(x, Bias::Absent, activation)),
            },
            Bias::Present(bias) => {
                let (bias, bias_node) = bias.into_parts();
                let bias = Bias::Present(bias);
                match BiasActivation.prepare::<C>([x_node, bias_node]).compute_bound().stateful() {
                    OpsKind::Tracked(prep) => {
                        let (saved, y) = tracked(x, bias);
                        prep.finish(saved, y)
                    }
                    OpsKind::UnTracked(prep) => prep.finish(B::bias_activation(x, bias, activation)),
                }
            }
        }
    }

    fn masked_softmax(scores: FloatTensor<Self>, mask: Mask<Self>, scale: f64) -> FloatTensor<Self> {
        let mask = match mask {
            Mask::Absent => Mask::Absent,
            Mask::Present(mask) => Mask::Present(mask),
        };
        let (scores, node) = scores.into_parts();
        match MaskedSoftmax.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let pattern = B::masked_softmax(scores, mask.clone(), scale);
                prep.finish((pattern.clone(), mask, scale), pattern)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::masked_softmax(scores, mask, scale)),
        }
    }

    // A dense layer keeps its first body: burn's product, with its gradients, and `bias_activation` above. The two
    // gradients of the sparse layer keep theirs: on autodiff tensors they are themselves differentiable, and nothing in
    // the backward above runs on autodiff tensors.
}

/// The same pattern without the autodiff wrapper, which holds integers as they are.
fn inner_pattern<B: PathwayOps, C: CheckpointStrategy>(pattern: Pattern<Autodiff<B, C>>) -> Pattern<B> {
    Pattern {
        rows: pattern.rows,
        cols: pattern.cols,
        longest_row: pattern.longest_row,
        longest_col: pattern.longest_col,
        row_ptr: pattern.row_ptr,
        row: pattern.row,
        col: pattern.col,
        col_ptr: pattern.col_ptr,
        by_col_row: pattern.by_col_row,
        by_col_entry: pattern.by_col_entry,
    }
}

/// Samples that are added up at once. Mesa's software Vulkan ends the loops of a shader after 65 535 turns, and burn's sum
/// over an axis gives each thread one loop over it.
const SAMPLES: usize = 32_768;

/// Gradient of the bias.
fn column_sums<B: PathwayOps>(grad: FloatTensor<B>, rows: usize) -> FloatTensor<B> {
    let shape = Shape::from([rows]);
    let samples = grad.shape()[0];
    if samples == 0 {
        return B::float_zeros(shape, &grad.device(), grad.dtype().into());
    }
    if samples <= SAMPLES {
        return B::float_reshape(B::float_sum_dim(grad, 0), shape);
    }
    let part = |start: usize| {
        let samples = Slice::from(start..samples.min(start + SAMPLES));
        B::float_sum_dim(B::float_slice(grad.clone(), &[samples, Slice::full()]), 0)
    };
    let sum = (SAMPLES..samples).step_by(SAMPLES).fold(part(0), |sum, start| B::float_add(sum, part(start)));
    B::float_reshape(sum, shape)
}

/// Sums over all axes but the last, `[width]`.
fn last_axis_sums<B: PathwayOps>(grad: FloatTensor<B>) -> FloatTensor<B> {
    let shape = grad.shape();
    let width = shape[shape.num_dims() - 1];
    let rows = shape[..shape.num_dims() - 1].iter().product();
    column_sums::<B>(B::float_reshape(grad, Shape::from([rows, width])), width)
}
