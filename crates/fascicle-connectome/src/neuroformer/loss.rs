//! What training makes small.

use burn::tensor::{Int, Tensor, activation};

use super::NeuroformerError;
use super::batch::Batch;
use super::config::Temperature;
use super::model::{Neuroformer, Outputs};

/// The parts of the loss and their sum.
///
/// total = 3/5 id + 2/5 time; with a contrastive part c, ¾ of that + ¼ c; plus the behaviour's error, plus that of classes.
/// (The authors' program adds the errors of several variables; here their mean is taken.)
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
    /// Mean cross entropy of the classes, nats.
    pub classes: Option<Tensor<1>>,
}

/// Share of the id in the loss of a token; the time has the rest.
const ID: f64 = 3.0 / 5.0;
/// Share of the contrastive part.
const CONTRASTIVE: f64 = 1.0 / 4.0;

impl Losses {
    /// The loss of what `model` says of `batch`.
    ///
    /// # Errors
    /// The model is to learn behaviour or classes, or to contrast with behaviour, and the batch has none.
    pub fn of(model: &Neuroformer, outputs: &Outputs, batch: &Batch) -> Result<Self, NeuroformerError> {
        let id = cross_entropy(outputs.ids.clone(), &batch.targets.ids, batch);
        let dt = cross_entropy(outputs.dts.clone(), &batch.targets.dts, batch);
        let mut total = id.clone() * ID + dt.clone() * (1.0 - ID);
        let missing = |part, advice| NeuroformerError::Part { has: "a", part, brings: "none", advice };
        let behaviour = match (&outputs.behaviour, &batch.behaviour) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(missing("head for behaviour", "give every window its behaviour"));
            }
            (Some(predicted), Some(true_one)) => {
                let error = predicted.clone() - true_one.clone();
                Some((error.clone() * error).mean())
            }
        };
        let classes = match &batch.labels {
            _ if outputs.classes.is_empty() => None,
            None => return Err(missing("head for classes", "give every window its classes")),
            Some(labels) => Some(of_classes(&outputs.classes, labels)),
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
        if let Some(classes) = &classes {
            total = total + classes.clone();
        }
        Ok(Self { total, id, dt, contrastive, behaviour, classes })
    }
}

/// Mean of −log p(target) over the targets that are no padding. `logits`: `[window, position, token]`.
fn cross_entropy(logits: Tensor<3>, targets: &Tensor<2, Int>, batch: &Batch) -> Tensor<1> {
    let logs = activation::log_softmax(logits, 2);
    let dims = targets.dims();
    let of_targets = logs.gather(2, targets.clone().unsqueeze_dim(2)).reshape(dims);
    (of_targets * batch.real.clone()).sum() * (-1.0 / batch.count as f64)
}

/// Mean of −log p(class) over windows and variables. `logits`: `[window, class]` of each variable; `labels`: `[window,
/// variable]`.
fn of_classes(logits: &[Tensor<2>], labels: &Tensor<2, Int>) -> Tensor<1> {
    let [windows, variables] = labels.dims();
    let of_variable = |(at, logits): (usize, &Tensor<2>)| {
        let labels = labels.clone().slice([0..windows, at..at + 1]);
        activation::log_softmax(logits.clone(), 1).gather(1, labels).sum()
    };
    let sums: Vec<Tensor<1>> = logits.iter().enumerate().map(of_variable).collect();
    Tensor::cat(sums, 0).sum() * (-1.0 / (windows * variables) as f64)
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
