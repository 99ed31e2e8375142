//! The handwritten backward of [`PathwayOps::csr_linear`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, TensorMetadata};
use burn::tensor::Shape;

use super::{Bias, PathwayOps, Pattern};

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

    // The two gradients keep their portable bodies here: on autodiff tensors they are themselves
    // differentiable, and nothing in the backward above runs on autodiff tensors.
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

/// Gradient of the bias.
fn column_sums<B: PathwayOps>(grad: FloatTensor<B>, rows: usize) -> FloatTensor<B> {
    let shape = Shape::from([rows]);
    if grad.shape()[0] == 0 {
        return B::float_zeros(shape, &grad.device(), grad.dtype().into());
    }
    B::float_reshape(B::float_sum_dim(grad, 0), shape)
}
