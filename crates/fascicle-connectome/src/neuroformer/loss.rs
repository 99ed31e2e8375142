//! What training makes small.

use burn::tensor::{Int, Tensor, activation};

use super::NeuroformerError;
use super::batch::Batch;
use super::config::Temperature;
use super::model::{Neuroformer, Outputs};

/// The parts of the loss and their sum.
///
/// total = 3/5 id + 2/5 time; with a contrastive part c, ¾ of that + ¼ c; plus the behaviour's error.
#[derive(Clone, Debug)]
pub struct Losses {
    /// What is minimised.
    pub total: Tensor<1>,
    /// Mean cross entropy of the next id, nats; padding does not count, the end token does.
    pub id: Tensor<1>,
    /// The same of its time.
    pub dt: Tensor<1>,
    /// Symmetric cross entropy of which state belongs to which partner.
    pub contrastive: Option<Tensor<1>>,
    /// Mean squared error of the behaviour.
    pub behaviour: Option<Tensor<1>>,
}

/// Share of the id in the loss of a token; the time has the rest.
const ID: f64 = 3.0 / 5.0;
/// Share of the contrastive part.
const CONTRASTIVE: f64 = 1.0 / 4.0;

impl Losses {
    /// The loss of what `model` says of `batch`.
    ///
    /// # Errors
    /// The model is to learn behaviour, or to contrast with it, and the batch has none.
    pub fn of(model: &Neuroformer, outputs: &Outputs, batch: &Batch) -> Result<Self, NeuroformerError> {
        let id = cross_entropy(outputs.ids.clone(), &batch.targets.ids, batch);
        let dt = cross_entropy(outputs.dts.clone(), &batch.targets.dts, batch);
        let mut total = id.clone() * ID + dt.clone() * (1.0 - ID);
        let missing = NeuroformerError::Part {
            has: "a",
            part: "head for behaviour",
            brings: "none",
            advice: "give every window its behaviour",
        };
        let behaviour = match (&outputs.behaviour, &batch.behaviour) {
            (None, _) => None,
            (Some(_), None) => return Err(missing),
            (Some(predicted), Some(true_one)) => {
                let error = predicted.clone() - true_one.clone();
                Some((error.clone() * error).mean())
            }
        };
        let contrastive = match (model.config().contrastive, &outputs.contrast) {
            (Some(config), Some([state, partner])) => {
                Some(contrast(state.clone(), partner.clone(), config.temperature))
            }
            _ => None,
        };
        if let Some(contrastive) = &contrastive {
            total = total * (1.0 - CONTRASTIVE) + contrastive.clone() * CONTRASTIVE;
        }
        if let Some(behaviour) = &behaviour {
            total = total + behaviour.clone();
        }
        Ok(Self { total, id, dt, contrastive, behaviour })
    }
}

/// Mean of −log p(target) over the targets that are no padding. `logits`: `[window, position, token]`.
fn cross_entropy(logits: Tensor<3>, targets: &Tensor<2, Int>, batch: &Batch) -> Tensor<1> {
    let logs = activation::log_softmax(logits, 2);
    let dims = targets.dims();
    let of_targets = logs.gather(2, targets.clone().unsqueeze_dim(2)).reshape(dims);
    (of_targets * batch.real.clone()).sum() * (-1.0 / batch.count as f64)
}

/// Which row of `right` belongs to which of `left`, and the other way round, from their cosines (Radford et al. 2021).
fn contrast(left: Tensor<2>, right: Tensor<2>, temperature: Temperature) -> Tensor<1> {
    // a state of zeros is like nothing, rather than NaN
    let unit = |x: Tensor<2>| x.clone() / ((x.clone() * x).sum_dim(1) + 1e-12).sqrt();
    let factor = match temperature {
        Temperature::Multiply(by) => by,
        Temperature::Divide(by) => 1.0 / by,
    };
    let logits = unit(left).matmul(unit(right).transpose()) * factor;
    let [rows, _] = logits.dims();
    let own = Tensor::<2>::eye(rows, &logits.device()).cast(logits.dtype());
    let right = [0, 1].map(|axis| (activation::log_softmax(logits.clone(), axis) * own.clone()).sum());
    let [columns, rows_of] = right;
    (columns + rows_of) * (-0.5 / rows as f64)
}
