//! Training with Adam.

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use fascicle_core::seed::{Seeds, seed};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::loss::Losses;
use super::model::Neuroformer;
use super::{NeuroformerError, Window};

/// How to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainConfig {
    /// Batches to learn from.
    pub steps: usize,
    /// Windows in a batch.
    pub batch: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Steps over which the learning rate rises to it; then it falls as half a cosine to zero.
    pub warmup: usize,
    /// Decoupled weight decay (AdamW); 0 is plain Adam. PyTorch's default, which the authors use, is 0.01.
    pub weight_decay: f64,
    /// Decides the order of windows and what dropout drops.
    pub seed: u64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self { steps: 400, batch: 64, learning_rate: 3e-3, warmup: 50, weight_decay: 0.0, seed: 0 }
    }
}

/// One step of training, done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainStep {
    /// Which, from 0.
    pub step: usize,
    /// Of how many.
    pub steps: usize,
    /// The loss of its batch.
    pub loss: f64,
}

/// Trains `model` on `windows`, each once an epoch in an order drawn anew, and tells `progress` of every step.
///
/// Adam with β = (0.9, 0.999) and ε = 1e-8. The model given back is on its plain device.
///
/// # Errors
/// No windows; windows that do not fit the model; settings out of range; a loss that is not finite any more.
pub fn train(
    model: Neuroformer,
    windows: &[Window],
    config: &TrainConfig,
    progress: &mut dyn FnMut(TrainStep),
) -> Result<Neuroformer, NeuroformerError> {
    check(windows, config)?;
    let seeds = Seeds::new(config.seed);
    let mut rng = StdRng::seed_from_u64(seeds.named("order"));
    let mut model = model.train();
    let share = model.config().dropout;
    if share > 0.0 {
        seed(&model.batch(&[&windows[0]])?.real.device(), seeds.named("dropout"));
    }
    // burn's own defaults are an epsilon of 1e-5 and a decay of 1e-4
    let adam = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(config.weight_decay as f32);
    let mut optimiser = adam.init();
    let mut order: Vec<usize> = Vec::new();
    for step in 0..config.steps {
        let mut rows = Vec::with_capacity(config.batch);
        while rows.len() < config.batch.min(windows.len()) {
            if order.is_empty() {
                order = (0..windows.len()).collect();
                order.shuffle(&mut rng);
            }
            rows.extend(order.pop().map(|at| &windows[at]));
        }
        let batch = model.batch(&rows)?;
        let outputs = model.run(&batch, share, None);
        let loss = Losses::of(&model, &outputs, &batch)?.total;
        let value = loss.clone().into_scalar::<f64>();
        let learning_rate = config.rate(step);
        if !value.is_finite() {
            return Err(NeuroformerError::Diverged { step, loss: value, learning_rate });
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimiser.step(learning_rate, model, gradients);
        progress(TrainStep { step, steps: config.steps, loss: value });
    }
    Ok(model.valid())
}

impl TrainConfig {
    /// Learning rate of a step.
    fn rate(&self, step: usize) -> f64 {
        let rising = (step + 1) as f64 / (self.warmup.max(1)) as f64;
        let left = (step.saturating_sub(self.warmup)) as f64
            / (self.steps.saturating_sub(self.warmup)).max(1) as f64;
        let falling = 0.5 * (1.0 + (std::f64::consts::PI * left).cos());
        self.learning_rate * rising.min(falling)
    }
}

fn check(windows: &[Window], config: &TrainConfig) -> Result<(), NeuroformerError> {
    if windows.is_empty() || config.batch == 0 {
        let found = format!("{} in batches of {}", windows.len(), config.batch);
        return Err(NeuroformerError::bad("the number of windows", found, "at least one each"));
    }
    if !(config.learning_rate > 0.0 && config.learning_rate.is_finite()) {
        return Err(NeuroformerError::bad("the learning rate", config.learning_rate, "a positive number"));
    }
    if !(config.weight_decay >= 0.0 && config.weight_decay.is_finite()) {
        return Err(NeuroformerError::bad("the weight decay", config.weight_decay, "zero or more"));
    }
    Ok(())
}
