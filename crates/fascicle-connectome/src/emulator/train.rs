//! Training an emulator by the Sinkhorn divergence of its sequences from the model's.

mod drive;
mod lanes;
mod learner;
#[cfg(test)]
mod tests;
mod unrolled;

use burn::tensor::{DType, Device};
use fascicle_core::seed::Seeds;

use self::drive::Drive;
use self::learner::{Learner, OnDevice, OnHost};
use super::transport::{Debias, SinkhornDivergence};
use super::{Emulator, EmulatorSize, EmulatorWeights, Hmm, Sequences};
use crate::network::NetworkError;

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
    /// The share of the steps, at the end, over which the learning rate falls linearly to 0.
    pub cooling: f64,
    /// Adam's β₁ and β₂.
    pub betas: [f64; 2],
    /// Greatest length of the gradient of all weights together.
    pub clip: f64,
    /// τ of the Gumbel softmax.
    pub temperature: f64,
    /// The loss.
    pub divergence: SinkhornDivergence,
    /// What is taken off it for the cost of pairing two samples of one law.
    pub debias: Debias,
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
            cooling: 0.0,
            betas: [0.9, 0.9],
            clip: 0.9,
            temperature: 1.0,
            divergence: SinkhornDivergence::default(),
            debias: Debias::Itself,
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
        if self.debias == Debias::OtherHalf {
            NetworkError::unless(self.batch > 1, "the number of sequences a step", self.batch, "at least 2")?;
        }
        positive("the learning rate", self.learning_rate)?;
        let share = (0.0..=1.0).contains(&self.cooling);
        NetworkError::unless(share, "the share of cooling steps", self.cooling, "0 to 1")?;
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

    /// The learning rate of a step.
    fn rate(&self, step: usize) -> f64 {
        let cooling = self.cooling * self.steps as f64;
        let left = (self.steps - step) as f64;
        self.learning_rate * if left < cooling { left / cooling } else { 1.0 }
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
/// burn's autodiff on `device`, whatever that is; [`train_on_host`] computes the same with less to do a step where there is
/// nothing but a CPU. Noise and sequences come from `seed` and are the same for both.
///
/// Adam as in PyTorch (ε = 1e-8, no weight decay), the gradient of all weights clipped together. In the authors' code the best
/// network is a reference to the one that is trained on, so that it is the last one; here the best weights are copied when they
/// are found.
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
    let learner = |weights: &EmulatorWeights| OnDevice::new(weights, training, device);
    train_with(hmm, size, training, seed, learner, watch)
}

/// [`train`] on the host, in f64, with gradients through time written by hand.
///
/// # Errors
/// Those of [`train`], less those of a device.
pub fn train_on_host(
    hmm: &Hmm,
    size: EmulatorSize,
    training: &Training,
    seed: u64,
    watch: &mut dyn FnMut(usize, f64),
) -> Result<Trained, NetworkError> {
    train_with(hmm, size, training, seed, |weights| OnHost::new(weights, training), watch)
}

fn train_with<L: Learner>(
    hmm: &Hmm,
    size: EmulatorSize,
    training: &Training,
    seed: u64,
    learner: impl FnOnce(&EmulatorWeights) -> L,
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
    let Training { length, batch, start, divergence, debias, .. } = *training;
    let seeds = Seeds::new(seed);
    let untrained = EmulatorWeights::untrained(size, seeds.named("weights"))?;
    let mut learner = learner(&untrained);
    let draw = |seed| Drive::draw(size, batch, length, start, seed);

    let held_out = hmm.sample(batch, length, seeds.named("held out"));
    let mut trained = Trained {
        best: untrained.clone(),
        best_step: 0,
        last: untrained,
        losses: Vec::new(),
        held_out: Vec::new(),
    };
    let mut least = f64::INFINITY;
    for step in 0..training.steps {
        let target = hmm.sample(batch, length, seeds.numbered("data", step as u64));
        let emitted = learner.emit(draw(seeds.numbered("noise", step as u64)), step)?;
        let found = divergence.between_sequences(&emitted, &target, debias)?;
        learner.learn(&found.gradient, training.rate(step), step)?;
        trained.losses.push(found.value);
        let done = step + 1;
        if done.is_multiple_of(training.validate_every) || done == training.steps {
            // the same noise each time, so that only the weights make a difference
            let emitted = learner.emit(draw(seeds.named("held-out noise")), step)?;
            let loss = divergence.between_sequences(&emitted, &held_out, debias)?.value;
            trained.held_out.push((done, loss));
            trained.last = learner.weights()?;
            if loss < least {
                least = loss;
                (trained.best, trained.best_step) = (trained.last.clone(), done);
            }
        }
        watch(done, found.value);
    }
    Ok(trained)
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
/// [`NetworkError::Read`] when the device fails, [`NetworkError::NotFinite`] when states grow beyond its numbers,
/// [`NetworkError::BadArgument`] for a count or length of 0.
pub fn emit(
    model: &Emulator,
    count: usize,
    length: usize,
    start: Start,
    seed: u64,
) -> Result<Sequences, NetworkError> {
    NetworkError::unless(count > 0, "the number of sequences", count, "at least 1")?;
    NetworkError::unless(length > 0, "the length of a sequence", length, "at least 1")?;
    let drive = Drive::draw(model.size(), count, length, start, seed);
    learner::sequences(learner::samples(model, &drive, 1.0, DType::F32), &drive, length)
}
