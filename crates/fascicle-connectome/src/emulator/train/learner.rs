//! What is trained, wherever it computes.

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{DType, Device, Tensor};

use super::drive::Drive;
use super::unrolled::{Pass, Unrolled};
use super::{Training, regroup};
use crate::adam::Adam;
use crate::emulator::{Emulator, EmulatorSize, EmulatorWeights, Sequences, hard_gumbel_softmax};
use crate::network::{NetworkError, clip_by_global_norm, read, tensor};

/// Adam's ε, as in PyTorch; burn's own would be 1e-5.
const TINY: f64 = 1e-8;

/// A network that emits a batch and then learns from what is said of it.
pub(super) trait Learner {
    /// What the network emits under this drive.
    fn emit(&mut self, drive: Drive, step: usize) -> Result<Sequences, NetworkError>;

    /// One step of the optimiser at this rate, for ∂loss/∂outputs [batch, length, outputs] of the last batch.
    fn learn(&mut self, outer: &[f64], rate: f64, step: usize) -> Result<(), NetworkError>;

    /// The weights as they are now.
    fn weights(&self) -> Result<EmulatorWeights, NetworkError>;
}

/// By burn's autodiff on a device.
pub(super) struct OnDevice {
    model: Emulator,
    optimiser: ModuleOptimizer,
    temperature: f64,
    clip: f64,
    /// The last batch: one-hot, time-major [length · batch, outputs], with its number of sequences.
    emitted: Option<(Tensor<2>, usize)>,
}

impl OnDevice {
    pub(super) fn new(weights: &EmulatorWeights, training: &Training, device: &Device) -> Self {
        let [first, second] = training.betas;
        let adam = AdamConfig::new().with_beta_1(first as f32).with_beta_2(second as f32);
        Self {
            model: Emulator::new(weights, &device.clone().without_autodiff().autodiff()),
            optimiser: adam.with_epsilon(TINY as f32).init(),
            temperature: training.temperature,
            clip: training.clip,
            emitted: None,
        }
    }
}

impl Learner for OnDevice {
    fn emit(&mut self, drive: Drive, step: usize) -> Result<Sequences, NetworkError> {
        let samples = samples(&self.model, &drive, self.temperature, DType::F32);
        self.emitted = Some((samples.clone(), drive.batch));
        sequences(samples, &drive, step)
    }

    fn learn(&mut self, outer: &[f64], rate: f64, step: usize) -> Result<(), NetworkError> {
        let Some((samples, batch)) = self.emitted.take() else { return Ok(()) };
        let surrogate = surrogate(samples, outer, batch);
        let gradients = GradientsParams::from_grads(surrogate.backward(), &self.model);
        let (gradients, length) = clip_by_global_norm(gradients, &self.model, self.clip)?;
        if !length.is_finite() {
            return Err(NetworkError::NotFinite { what: "the gradient", step });
        }
        self.model = self.optimiser.step(rate, self.model.clone(), gradients);
        Ok(())
    }

    fn weights(&self) -> Result<EmulatorWeights, NetworkError> {
        self.model.weights()
    }
}

/// Σ outer · samples, whose gradient by the weights is that of the loss.
pub(super) fn surrogate(samples: Tensor<2>, outer: &[f64], batch: usize) -> Tensor<1> {
    let [rows, outputs] = samples.dims();
    let outer = regroup(outer, batch, rows / batch, outputs);
    let outer = tensor(&outer, [rows, outputs], &samples.device(), samples.dtype());
    (samples * outer).sum()
}

/// Outputs of a network, one-hot, time-major: [length · batch, outputs].
pub(super) fn samples(model: &Emulator, drive: &Drive, temperature: f64, dtype: DType) -> Tensor<2> {
    let Drive { size, batch, length, start, noise, gumbel } = drive;
    let EmulatorSize { hidden, noise: inputs, outputs } = *size;
    let (device, rows) = (model.device(), length * batch);
    let start = tensor(start, [*batch, hidden], &device, dtype);
    let noise = regroup(noise, *batch, *length, inputs);
    let steps = noise.chunks_exact(batch * inputs);
    let noise = steps.map(|step| tensor(step, [*batch, inputs], &device, dtype)).collect();
    let gumbel = tensor(&regroup(gumbel, *batch, *length, outputs), [rows, outputs], &device, dtype);
    hard_gumbel_softmax(model.logits(model.states(start, noise)), gumbel, temperature)
}

/// One-hot outputs, time-major, as sequences.
pub(super) fn sequences(samples: Tensor<2>, drive: &Drive, step: usize) -> Result<Sequences, NetworkError> {
    let outputs = drive.size.outputs;
    let points = read(samples, "the sampled outputs")?;
    if points.iter().any(|value| !value.is_finite()) {
        return Err(NetworkError::NotFinite { what: "the network's output", step });
    }
    let chosen = |row: &[f64]| row.iter().position(|value| *value > 0.5).unwrap_or(0) as u8;
    let points = regroup(&points, drive.length, drive.batch, outputs);
    Ok(Sequences::of_symbols(points.chunks_exact(outputs).map(chosen).collect(), drive.length, outputs))
}

/// By hand on the host.
pub(super) struct OnHost {
    size: EmulatorSize,
    /// As [`EmulatorWeights::flat`] has them.
    parameters: Vec<f64>,
    network: Unrolled,
    adam: Adam,
    temperature: f64,
    clip: f64,
    emitted: Option<(Drive, Pass)>,
}

impl OnHost {
    pub(super) fn new(weights: &EmulatorWeights, training: &Training) -> Self {
        let parameters = weights.flat();
        Self {
            size: weights.size(),
            network: Unrolled::new(weights),
            adam: Adam::with_decays(training.learning_rate, training.betas, parameters.len()),
            parameters,
            temperature: training.temperature,
            clip: training.clip,
            emitted: None,
        }
    }
}

impl Learner for OnHost {
    fn emit(&mut self, drive: Drive, step: usize) -> Result<Sequences, NetworkError> {
        let pass = self.network.forward(&drive, self.temperature);
        if pass.soft.iter().any(|value| !value.is_finite()) {
            return Err(NetworkError::NotFinite { what: "the network's output", step });
        }
        let sequences = Sequences::of_symbols(pass.symbols.clone(), drive.length, self.size.outputs);
        self.emitted = Some((drive, pass));
        Ok(sequences)
    }

    fn learn(&mut self, outer: &[f64], rate: f64, step: usize) -> Result<(), NetworkError> {
        let Some((drive, pass)) = self.emitted.take() else { return Ok(()) };
        let mut gradient = self.network.gradient(&drive, &pass, outer, self.temperature);
        let length = gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        if !length.is_finite() {
            return Err(NetworkError::NotFinite { what: "the gradient", step });
        }
        if length > self.clip {
            gradient.iter_mut().for_each(|slope| *slope *= self.clip / length);
        }
        self.adam.descend_at(rate, &mut self.parameters, &gradient);
        self.network = Unrolled::new(&self.weights()?);
        Ok(())
    }

    fn weights(&self) -> Result<EmulatorWeights, NetworkError> {
        EmulatorWeights::of_flat(self.size, &self.parameters)
    }
}
