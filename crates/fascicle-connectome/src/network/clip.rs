//! The gradient of all parameters shortened to a greatest length.
//!
//! burn's own `GradientClippingConfig::Norm` shortens each parameter's gradient for itself; PyTorch's `clip_grad_norm_`, with
//! which the published networks were trained, shortens them together and so keeps the direction.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

use super::{NetworkError, read};

/// The gradients times min(1, `most` / length), and the length before: the root of the sum of the squares of all of them.
pub(crate) fn clip_by_global_norm<M: Module>(
    mut gradients: GradientsParams,
    module: &M,
    most: f64,
) -> Result<(GradientsParams, f64), NetworkError> {
    let mut length = Length { gradients: &gradients, squares: Vec::new() };
    module.visit(&mut length);
    let squares = length.squares;
    if squares.is_empty() {
        return Ok((gradients, 0.0));
    }
    // one reading for all of them
    let norm = read(Tensor::cat(squares, 0), "the gradients")?.iter().sum::<f64>().sqrt();
    if norm > most {
        module.visit(&mut Shorten { gradients: &mut gradients, factor: most / norm });
    }
    Ok((gradients, norm))
}

struct Length<'a> {
    gradients: &'a GradientsParams,
    squares: Vec<Tensor<1>>,
}

impl ModuleVisitor for Length<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.squares.push(gradient.square().sum());
        }
    }
}

struct Shorten<'a> {
    gradients: &'a mut GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Shorten<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            self.gradients.register(param.id, gradient.mul_scalar(self.factor));
        }
    }
}
