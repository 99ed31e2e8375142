//! Training an emulator by the Sinkhorn divergence of its sequences from the model's.

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{DType, Device, Tensor};
use fascicle_core::seed::Seeds;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::transport::{Cloud, SinkhornDivergence};
use super::{Emulator, EmulatorSize, EmulatorWeights, Hmm, Sequences, hard_gumbel_softmax};
use crate::network::{NetworkError, clip_by_global_norm, gumbel, normals, read, tensor};

/// Where the states of a sequence start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At 0, as for linear chains.
    Zero,
    /// At standard normal numbers.
    Normal,
}

/// How an emulator is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// Length of the sequences.
    pub length: usize,
    /// Sequences a step.
    pub batch: usize,
    /// Steps of the optimiser.
    pub steps: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Adam's β₁ and β₂.
    pub betas: [f64; 2],
    /// Greatest length of the gradient of all weights together.
    pub clip: f64,
    /// τ of the Gumbel softmax.
    pub temperature: f64,
    /// The loss.
    pub divergence: SinkhornDivergence,
    /// Where states start.
    pub start: Start,
    /// After how many steps the network is tried on held-out sequences.
    pub validate_every: usize,
}

impl Default for Training {
    /// A small training that fits a laptop: length 40, 256 sequences a step, 1,000 steps; the rest as published.
    fn default() -> Self {
        Self {
            length: 40,
            batch: 256,
            steps: 1_000,
            learning_rate: 0.001,
            betas: [0.9, 0.9],
            clip: 0.9,
            temperature: 1.0,
            divergence: SinkhornDivergence::default(),
            start: Start::Zero,
            validate_every: 25,
        }
    }
}

impl Training {
    /// As Torre et al. 2025 train for a linear chain of so many states: 500 epochs of 10,000 sequences in batches of 4,096,
    /// of length 100 for two states, 30 for three and four, 40 for five.
    ///
    /// They go through the same 10,000 sequences again and again; here every step draws new ones.
    #[must_use]
    pub fn published(states: usize) -> Self {
        let length = match states {
            ..=2 => 100,
            3 | 4 => 30,
            _ => 40,
        };
        Self { length, batch: 4_096, steps: 1_500, validate_every: 3, ..Self::default() }
    }

    fn check(&self) -> Result<(), NetworkError> {
        let positive = |name, value: f64| {
            NetworkError::unless(value.is_finite() && value > 0.0, name, value, "a positive number")
        };
        for (name, value) in [
            ("the length of a sequence", self.length),
            ("the number of sequences a step", self.batch),
            ("the number of steps", self.steps),
            ("the number of steps between validations", self.validate_every),
        ] {
            NetworkError::unless(value > 0, name, value, "at least 1")?;
        }
        positive("the learning rate", self.learning_rate)?;
        positive("the greatest length of the gradient", self.clip)?;
        positive("the temperature", self.temperature)?;
        let share = |beta: f64| (0.0..1.0).contains(&beta);
        let [first, second] = self.betas;
        NetworkError::unless(
            share(first) && share(second),
            "Adam's β",
            format!("{first} and {second}"),
            "0 to below 1",
        )
    }
}

/// A trained emulator and how it came about.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The weights with the least held-out loss, as they were then.
    pub best: EmulatorWeights,
    /// After how many steps that was.
    pub best_step: usize,
    /// The weights after the last step.
    pub last: EmulatorWeights,
    /// The loss of every step.
    pub losses: Vec<f64>,
    /// Held-out loss, with the number of steps before it.
    pub held_out: Vec<(usize, f64)>,
}

/// Trains a network of this size to emit what `hmm` emits; `watch` hears the number of steps done and the last loss.
///
/// Adam as in PyTorch (ε = 1e-8, no weight decay; burn's own ε would be 1e-5), the gradient of all weights clipped
/// together. In the authors' code the best network is a reference to the one that is trained on, so that it is the last
/// one; here the best weights are copied when they are found.
///
/// # Errors
/// [`NetworkError::BadArgument`] for settings outside their domain and a size whose outputs are not those of `hmm`;
/// [`NetworkError::NotFinite`] when training diverges; [`NetworkError::Read`] when the device fails.
pub fn train(
    hmm: &Hmm,
    size: EmulatorSize,
    training: &Training,
    seed: u64,
    device: &Device,
    watch: &mut dyn FnMut(usize, f64),
) -> Result<Trained, NetworkError> {
    training.check()?;
    let fits = size.outputs == hmm.outputs();
    NetworkError::unless(
        fits,
        "the number of outputs",
        size.outputs,
        &format!("{}, as the model has", hmm.outputs()),
    )?;
    let seeds = Seeds::new(seed);
    let untrained = EmulatorWeights::untrained(size, seeds.named("weights"))?;
    let plain = device.clone().without_autodiff();
    let model = Emulator::new(&untrained, &plain.clone().autodiff());
    let [first, second] = training.betas;
    let adam = AdamConfig::new().with_beta_1(first as f32).with_beta_2(second as f32).with_epsilon(1e-8);
    let mut run = Run { training, size, model, optimiser: adam.init() };

    let held_out = hmm.sample(training.batch, training.length, seeds.named("held out")).one_hot();
    let mut trained = Trained {
        best: untrained.clone(),
        best_step: 0,
        last: untrained,
        losses: Vec::new(),
        held_out: Vec::new(),
    };
    let mut least = f64::INFINITY;
    for step in 0..training.steps {
        let target =
            hmm.sample(training.batch, training.length, seeds.numbered("data", step as u64)).one_hot();
        let loss = run.step(&target, seeds.numbered("noise", step as u64), step)?;
        trained.losses.push(loss);
        let done = step + 1;
        if done.is_multiple_of(training.validate_every) || done == training.steps {
            let weights = run.model.weights()?;
            // the same noise each time, so that only the weights make a difference
            let loss =
                run.loss(&Emulator::new(&weights, &plain), &held_out, seeds.named("held-out noise"), step)?.0;
            trained.held_out.push((done, loss));
            if loss < least {
                least = loss;
                (trained.best, trained.best_step) = (weights.clone(), done);
            }
            trained.last = weights;
        }
        watch(done, loss);
    }
    Ok(trained)
}

struct Run<'a> {
    training: &'a Training,
    size: EmulatorSize,
    model: Emulator,
    optimiser: ModuleOptimizer,
}

impl Run<'_> {
    /// One step of the optimiser; the loss before it.
    fn step(&mut self, target: &[f64], seed: u64, step: usize) -> Result<f64, NetworkError> {
        let (loss, surrogate) = self.loss(&self.model, target, seed, step)?;
        let gradients = GradientsParams::from_grads(surrogate.backward(), &self.model);
        let (gradients, length) = clip_by_global_norm(gradients, &self.model, self.training.clip)?;
        if !length.is_finite() {
            return Err(NetworkError::NotFinite { what: "the gradient", step });
        }
        self.model = self.optimiser.step(self.training.learning_rate, self.model.clone(), gradients);
        Ok(loss)
    }

    /// The loss, and Σ x ∂loss/∂x with the second factor constant, whose gradient by the weights is that of the loss.
    fn loss(
        &self,
        model: &Emulator,
        target: &[f64],
        seed: u64,
        step: usize,
    ) -> Result<(f64, Tensor<1>), NetworkError> {
        let Training { length, batch, temperature, divergence, .. } = *self.training;
        let outputs = self.size.outputs;
        let samples = draw(model, self.size, length, batch, self.training.start, temperature, seed);
        let steps = read(samples.clone(), "the sampled outputs")?;
        if steps.iter().any(|value| !value.is_finite()) {
            return Err(NetworkError::NotFinite { what: "the network's output", step });
        }
        let width = length * outputs;
        let points = regroup(&steps, length, batch, outputs);
        let found = divergence.between(Cloud::new(&points, width)?, Cloud::new(target, width)?)?;
        let gradient = regroup(&found.gradient, batch, length, outputs);
        let gradient = tensor(&gradient, [length * batch, outputs], &samples.device(), samples.dtype());
        Ok((found.value, (samples * gradient).sum()))
    }
}

/// Outputs of a network under fresh noise, one-hot, time-major: [length · batch, outputs].
fn draw(
    model: &Emulator,
    size: EmulatorSize,
    length: usize,
    batch: usize,
    start: Start,
    temperature: f64,
    seed: u64,
) -> Tensor<2> {
    let device = model.device();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut numbers = |rows: usize, columns: usize| {
        tensor(&normals(rows * columns, &mut rng), [rows, columns], &device, DType::F32)
    };
    let start = match start {
        Start::Zero => Tensor::zeros([batch, size.hidden], &device),
        Start::Normal => numbers(batch, size.hidden),
    };
    let noise = (0..length).map(|_| numbers(batch, size.noise)).collect();
    let logits = model.logits(model.states(start, noise));
    let rows = length * batch;
    let draws = tensor(&gumbel(rows * size.outputs, &mut rng), [rows, size.outputs], &device, DType::F32);
    hard_gumbel_softmax(logits, draws, temperature)
}

/// Blocks of `width` numbers, [outer, inner] → [inner, outer].
fn regroup(values: &[f64], outer: usize, inner: usize, width: usize) -> Vec<f64> {
    let mut turned = Vec::with_capacity(values.len());
    for i in 0..inner {
        for o in 0..outer {
            let at = (o * inner + i) * width;
            turned.extend_from_slice(&values[at..at + width]);
        }
    }
    turned
}

/// Sequences that a network emits on a device: as [`EmulatorWeights::sample`](super::EmulatorWeights::sample), from where
/// training starts them.
///
/// # Errors
/// [`NetworkError::Read`] when the device fails, [`NetworkError::BadArgument`] for a count or length of 0.
pub fn emit(
    model: &Emulator,
    count: usize,
    length: usize,
    start: Start,
    seed: u64,
) -> Result<Sequences, NetworkError> {
    NetworkError::unless(count > 0, "the number of sequences", count, "at least 1")?;
    NetworkError::unless(length > 0, "the length of a sequence", length, "at least 1")?;
    let size = model.size();
    let outputs = read(draw(model, size, length, count, start, 1.0, seed), "the sampled outputs")?;
    let chosen = |row: &[f64]| row.iter().position(|value| *value > 0.5).unwrap_or(0) as u8;
    let points = regroup(&outputs, length, count, size.outputs);
    Ok(Sequences::of_symbols(points.chunks_exact(size.outputs).map(chosen).collect(), length, size.outputs))
}

#[cfg(test)]
mod tests;
