//! Training of one column or both, each side for its own end.

use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{DType, Device, Tensor};
use fascicle_core::seed::Seeds;

use super::loss::Record;
use super::network::Pass;
use super::{Bilateral, BilateralSize, Course, Episodes, Lesion, Objective, Plant, Side, Sides};
use crate::network::{NetworkError, clip_by_global_norm, read, tensor};

/// How a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BilateralTraining {
    /// Updates of the weights.
    pub updates: usize,
    /// Episodes an update, reaching and holding in turn.
    pub batch: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Greatest length of the gradient of all weights together.
    pub clip: f64,
    /// What the left column is trained for.
    pub left: Objective,
    /// What the right column is trained for.
    pub right: Objective,
    /// Whether each column of a network of both gets the gradient of its own loss alone. If not, both get that of the sum: the
    /// same network and losses without specialisation, against which it is to be held.
    pub specialised: bool,
    /// What is moved.
    pub plant: Plant,
}

impl Default for BilateralTraining {
    /// As published, with 2,000 updates.
    fn default() -> Self {
        Self {
            updates: 2_000,
            batch: 64,
            learning_rate: 1e-3,
            clip: 1.0,
            left: Objective::LEFT,
            right: Objective::RIGHT,
            specialised: true,
            plant: Plant::default(),
        }
    }
}

/// Trains a network; `watch` hears the number of updates done and the last loss (of both sides together).
///
/// Adam as in PyTorch (ε = 1e-8, no weight decay). A single column is trained by its own objective alone.
///
/// # Errors
/// [`NetworkError::BadArgument`] for settings outside their domain; [`NetworkError::NotFinite`] when training diverges;
/// [`NetworkError::Read`] when the device fails.
pub fn train_bilateral(
    size: BilateralSize,
    sides: Sides,
    training: &BilateralTraining,
    seed: u64,
    device: &Device,
    watch: &mut dyn FnMut(usize, f64),
) -> Result<Bilateral, NetworkError> {
    training.plant.check()?;
    NetworkError::unless(
        training.batch > 1,
        "the number of episodes an update",
        training.batch,
        "at least 2",
    )?;
    let positive = |value: f64| value.is_finite() && value > 0.0;
    NetworkError::unless(
        positive(training.learning_rate),
        "the learning rate",
        training.learning_rate,
        "a positive number",
    )?;
    NetworkError::unless(
        positive(training.clip),
        "the greatest length of the gradient",
        training.clip,
        "a positive number",
    )?;
    let (seeds, device) = (Seeds::new(seed), device.clone().without_autodiff().autodiff());
    let mut network = Bilateral::untrained(size, sides, seeds.named("weights"), &device, DType::F32)?;
    let mut adam = AdamConfig::new().with_epsilon(1e-8).init();
    for update in 0..training.updates {
        let episodes = Episodes::mixed(training.batch, seeds.numbered("episodes", update as u64));
        let (gradients, loss) = routed_gradients(&network, training, &episodes)?;
        let (gradients, length) = clip_by_global_norm(gradients, &network, training.clip)?;
        if !(length.is_finite() && loss.is_finite()) {
            return Err(NetworkError::NotFinite { what: "the gradient", step: update });
        }
        network = adam.step(training.learning_rate, network, gradients).with_mix_from_zero();
        watch(update + 1, loss);
    }
    Ok(network)
}

/// Gradients of the two losses, each where it belongs: the left column's parameters get that of the left loss alone, the
/// right column's that of the right loss alone, the output and w₁, w₂ the sum of both. And the sum of the losses. Where
/// columns are not [specialised](BilateralTraining::specialised) all parameters get the sum.
///
/// Both losses are of the same course. burn gives up a graph after one pass backward, so the course is computed once for each
/// loss, with the other column's parameters as constants: the same numbers both times, and one pass backward over their
/// sum. A network of one column has its own loss alone.
///
/// # Errors
/// [`NetworkError::Read`] when the device fails.
pub fn routed_gradients(
    network: &Bilateral,
    training: &BilateralTraining,
    episodes: &Episodes,
) -> Result<(GradientsParams, f64), NetworkError> {
    let loss_of = |side: Side| {
        let objective = match side {
            Side::Left => &training.left,
            Side::Right => &training.right,
        };
        let trained = training.specialised.then_some(side);
        objective.of(&follow(network, &training.plant, episodes, trained, Lesion::None))
    };
    let loss = match network.sides() {
        Sides::One(side) => loss_of(side),
        Sides::Both => loss_of(Side::Left) + loss_of(Side::Right),
    };
    let value = read(loss.clone(), "the loss")?[0];
    Ok((GradientsParams::from_grads(loss.backward(), network), value))
}

/// The course of a batch under a network, as tensors.
pub(super) fn follow(
    network: &Bilateral,
    plant: &Plant,
    episodes: &Episodes,
    trained: Option<Side>,
    lesion: Lesion,
) -> Record {
    let device = network.device();
    let pass = network.pass(trained, lesion, &device);
    let steps = run(&pass, plant, episodes, &device, network.dtype());
    let target = tensor(episodes.targets(), [episodes.count(), 2], &device, network.dtype());
    let apart = steps.iter().map(|step| step.position.clone() - target.clone()).collect();
    let changes = steps.windows(2).map(|pair| pair[1].hidden.clone() - pair[0].hidden.clone()).collect();
    let activations = steps.iter().map(|step| step.activation.clone()).collect();
    Record {
        apart: Tensor::cat(apart, 0),
        activations: Tensor::cat(activations, 0),
        changes: Tensor::cat(changes, 0),
    }
}

/// The course of a batch under a network, as numbers.
pub(super) fn course(
    network: &Bilateral,
    plant: &Plant,
    episodes: &Episodes,
    lesion: Lesion,
) -> Result<Course, NetworkError> {
    let device = network.device();
    let pass = network.pass(None, lesion, &device);
    let steps = run(&pass, plant, episodes, &device, network.dtype());
    let positions = steps.into_iter().map(|step| step.position).collect();
    Ok(Course { positions: read(Tensor::cat(positions, 0), "positions")?, count: episodes.count() })
}

/// One step of a course.
struct Step {
    position: Tensor<2>,
    activation: Tensor<2>,
    /// The last layers of all columns, side by side.
    hidden: Tensor<2>,
}

/// Scales of the inputs: targets and positions are tenths of a metre, velocities metres a second.
const PLACES: f64 = 5.0;

fn run(pass: &Pass<'_>, plant: &Plant, episodes: &Episodes, device: &Device, dtype: DType) -> Vec<Step> {
    let shape = [episodes.count(), 2];
    let target = tensor(&episodes.target, shape, device, dtype).mul_scalar(PLACES);
    let load = tensor(&episodes.load, shape, device, dtype);
    let actuators = plant.actuators(device, dtype);
    let mut motion = plant.rest(episodes, device, dtype);
    let mut steps = Vec::with_capacity(plant.steps);
    for _ in 0..plant.steps {
        let place = motion.position.clone().mul_scalar(PLACES);
        let answer = pass.answer(Tensor::cat(vec![target.clone(), place, motion.velocity.clone()], 1));
        motion = plant.step(motion, answer.activation.clone().matmul(actuators.clone()) + load.clone());
        let hidden = Tensor::cat(answer.hidden, 1);
        steps.push(Step { position: motion.position.clone(), activation: answer.activation, hidden });
    }
    steps
}
