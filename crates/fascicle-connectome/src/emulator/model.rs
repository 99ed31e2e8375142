//! The recurrent network on a device, differentiable.

use burn::module::{Module, Param};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{DType, Device, Tensor};

use super::{EmulatorSize, EmulatorWeights};
use crate::network::{NetworkError, read, tensor};

/// hₜ = ReLU(W hₜ₋₁ + U xₜ) with noise xₜ ~ N(0, I), logits A hₜ, no biases (Torre et al. 2025).
#[derive(Module, Debug)]
pub struct Emulator {
    /// W: [to, from].
    recurrent: Param<Tensor<2>>,
    /// U: [unit, noise input].
    input: Param<Tensor<2>>,
    /// A: [output, unit].
    readout: Param<Tensor<2>>,
}

impl Emulator {
    /// The network with these weights, in f32; differentiable where the device is.
    #[must_use]
    pub fn new(weights: &EmulatorWeights, device: &Device) -> Self {
        Self::with_dtype(weights, device, DType::F32)
    }

    /// The same in another dtype.
    #[must_use]
    pub fn with_dtype(weights: &EmulatorWeights, device: &Device, dtype: DType) -> Self {
        let EmulatorSize { hidden, noise, outputs } = weights.size();
        let param = |values: &[f64], shape| Param::from_tensor(tensor(values, shape, device, dtype));
        Self {
            recurrent: param(weights.recurrent(), [hidden, hidden]),
            input: param(weights.input(), [hidden, noise]),
            readout: param(weights.readout(), [outputs, hidden]),
        }
    }

    /// How large it is.
    #[must_use]
    pub fn size(&self) -> EmulatorSize {
        let [hidden, noise] = self.input.val().dims();
        EmulatorSize { hidden, noise, outputs: self.readout.val().dims()[0] }
    }

    pub(super) fn device(&self) -> Device {
        self.recurrent.val().device()
    }

    /// The weights as they are now.
    ///
    /// # Errors
    /// [`NetworkError::Read`] when the device does not give them, [`NetworkError::BadArgument`] when training has
    /// made one of them infinite.
    pub fn weights(&self) -> Result<EmulatorWeights, NetworkError> {
        EmulatorWeights::new(
            self.size(),
            read(self.recurrent.val(), "the recurrent matrix")?,
            read(self.input.val(), "the input matrix")?,
            read(self.readout.val(), "the readout matrix")?,
        )
    }

    /// ∂loss/∂weights, as [`EmulatorWeights::flat`] lists them.
    #[cfg(test)]
    pub(super) fn slopes(&self, loss: Tensor<1>) -> Vec<f64> {
        let gradients = loss.backward();
        let of =
            |param: &Param<Tensor<2>>| read(param.val().grad(&gradients).unwrap(), "a gradient").unwrap();
        [of(&self.recurrent), of(&self.input), of(&self.readout)].concat()
    }

    /// States after each step, from `start` [batch, hidden] under the noise of each step [batch, noise]: time-major
    /// [steps · batch, hidden].
    #[must_use]
    pub fn states(&self, start: Tensor<2>, noise: Vec<Tensor<2>>) -> Tensor<2> {
        let (recurrent, input) = (self.recurrent.val().transpose(), self.input.val().transpose());
        let mut state = start;
        let mut states = Vec::with_capacity(noise.len());
        for noise in noise {
            state = relu(state.matmul(recurrent.clone()) + noise.matmul(input.clone()));
            states.push(state.clone());
        }
        Tensor::cat(states, 0)
    }

    /// Logits of states [n, hidden]: [n, outputs].
    #[must_use]
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        states.matmul(self.readout.val().transpose())
    }
}

/// One output a row, drawn with probabilities softmax(logits): one-hot forward, and backward the gradient of
/// softmax((logits + gumbel)/τ) (Jang et al. 2017, straight-through).
///
/// `logits` and `gumbel`, which holds draws of the standard Gumbel distribution, are [n, outputs]; so is the result.
#[must_use]
pub fn hard_gumbel_softmax(logits: Tensor<2>, gumbel: Tensor<2>, temperature: f64) -> Tensor<2> {
    let soft = softmax((logits + gumbel).div_scalar(temperature), 1);
    let outputs = soft.dims()[1];
    let detached = soft.clone().detach();
    let chosen = detached.clone().argmax(1);
    let places = Tensor::<1, burn::tensor::Int>::arange(0..outputs as i64, &chosen.device());
    let hard = chosen.equal(places.unsqueeze()).float().cast(soft.dtype());
    hard - detached + soft
}

#[cfg(test)]
mod tests;
