//! A metric that is ready to judge runs.

use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{DType, Int, Tensor, TensorData};
use fascicle_models::{
    Inputs, Outputs, Pooling, SitedModel, Transformer, at_positions, sentence_embeddings, unit_rows,
};

use crate::error::CausalError;
use crate::metric::{MetricKind, MetricSpec};

/// A metric made ready by [`MetricSpec::prepare`] for runs of a given number of rows, or of any multiple of it: then
/// the rows are taken to be the same batch again and again.
#[derive(Clone, Debug)]
pub struct Metric {
    kind: MetricKind,
    batch: usize,
    positions: Option<Vec<usize>>,
    compares: Compares,
}

/// With what a run is compared; token ids have one entry for each row.
#[derive(Clone, Debug)]
enum Compares {
    LogitDiff {
        answer: Vec<i32>,
        wrong: Vec<i32>,
    },
    ProbDiff {
        answer: Vec<i32>,
        wrong: Vec<i32>,
    },
    Prob {
        answer: Vec<i32>,
    },
    /// Log-probabilities of the clean run, [batch, vocab].
    Kl {
        clean: Tensor<2>,
    },
    /// Sentence embeddings of the clean run, [batch, d_model].
    Cosine {
        clean: Tensor<2>,
        pooling: Pooling,
    },
}

impl MetricSpec {
    /// Checks the metric against a model and its clean run, and makes it ready to judge runs of as many rows.
    ///
    /// `clean` are the outputs of `inputs`; only metrics that compare with the clean run read them.
    ///
    /// # Errors
    /// [`CausalError::MetricNeeds`] when token ids are missing, [`CausalError::RowCount`] when there is not one for
    /// each row, [`CausalError::MetricToken`] and [`CausalError::MetricPosition`] when one is out of range,
    /// [`CausalError::NoOutput`] when the model lacks the output that the metric reads.
    pub fn prepare(
        &self,
        model: &impl SitedModel,
        inputs: &Inputs,
        clean: &Outputs,
    ) -> Result<Metric, CausalError> {
        self.check(model, inputs)?;
        let (kind, pooling) = (self.kind, self.pooling);
        let ids = |ids: &Option<Vec<i64>>| ids.iter().flatten().map(|id| *id as i32).collect();
        let positions =
            self.position.as_ref().map(|given| given.iter().map(|p| *p as usize).collect::<Vec<_>>());
        let compares = match kind {
            MetricKind::LogitDiff => {
                Compares::LogitDiff { answer: ids(&self.answer), wrong: ids(&self.wrong) }
            }
            MetricKind::ProbDiff => Compares::ProbDiff { answer: ids(&self.answer), wrong: ids(&self.wrong) },
            MetricKind::Prob => Compares::Prob { answer: ids(&self.answer) },
            MetricKind::Kl => {
                let predictions = predictions(kind, None, clean, inputs, positions.as_deref())?;
                Compares::Kl { clean: log_softmax(predictions, 1).detach() }
            }
            MetricKind::Cosine => {
                Compares::Cosine { clean: embeddings(clean, inputs, pooling)?.detach(), pooling }
            }
        };
        Ok(Metric { kind, batch: inputs.batch(), positions, compares })
    }
}

impl Metric {
    /// Which metric this is.
    pub fn kind(&self) -> MetricKind {
        self.kind
    }

    /// The metric of each row, `[batch]`; gradients flow into `outputs`.
    ///
    /// `inputs` are those of the run.
    ///
    /// # Errors
    /// [`CausalError::NoOutput`] when the run lacks what the metric reads, [`CausalError::OtherInputs`] when `inputs`
    /// are not its own, [`CausalError::OtherRows`] when they are no multiple of those that the metric was prepared
    /// for, [`CausalError::MetricPosition`] when they are too short for a position asked for.
    pub fn per_row(&self, outputs: &Outputs, inputs: &Inputs) -> Result<Tensor<1>, CausalError> {
        self.judged(None, outputs, inputs)
    }

    /// The model whose scores over the vocabulary this metric reads, at one position of each row alone.
    pub(crate) fn head<'a>(&self, model: &'a impl SitedModel) -> Option<&'a Transformer> {
        let model = model.transformer().filter(|model| model.config().unembed.is_some())?;
        (self.kind != MetricKind::Cosine).then_some(model)
    }

    /// As [`per_row`](Self::per_row), also of a run that was spared the scores over the vocabulary: then [`head`](Self::head)
    /// makes those that count.
    fn judged(
        &self,
        head: Option<&Transformer>,
        outputs: &Outputs,
        inputs: &Inputs,
    ) -> Result<Tensor<1>, CausalError> {
        let rows = inputs.batch();
        if !rows.is_multiple_of(self.batch) {
            return Err(CausalError::OtherRows { rows, batch: self.batch });
        }
        let times = rows / self.batch;
        let logits = || predictions(self.kind, head, outputs, inputs, self.positions.as_deref());
        let per_row = match &self.compares {
            Compares::LogitDiff { answer, wrong } => difference(&logits()?, answer, wrong),
            Compares::ProbDiff { answer, wrong } => difference(&softmax(logits()?, 1), answer, wrong),
            Compares::Prob { answer } => entries(&softmax(logits()?, 1), answer),
            Compares::Kl { clean } => {
                let clean = clean.clone().repeat_dim(0, times);
                (clean.clone().exp() * (clean - log_softmax(logits()?, 1))).sum_dim(1)
            }
            // both have length 1
            Compares::Cosine { clean, pooling } => {
                (clean.clone().repeat_dim(0, times) * embeddings(outputs, inputs, *pooling)?).sum_dim(1)
            }
        };
        Ok(per_row.reshape([rows]))
    }

    /// The metric of each row, on the host.
    ///
    /// # Errors
    /// As [`per_row`](Self::per_row), and [`CausalError::NonFinite`].
    pub fn values(&self, outputs: &Outputs, inputs: &Inputs) -> Result<Vec<f64>, CausalError> {
        self.values_of(None, outputs, inputs, &|_| "this run".to_string())
    }

    /// The mean over the batch.
    ///
    /// # Errors
    /// As [`values`](Self::values).
    pub fn mean(&self, outputs: &Outputs, inputs: &Inputs) -> Result<f64, CausalError> {
        Ok(mean(&self.values(outputs, inputs)?))
    }

    /// As [`values`](Self::values), also of a run that was spared the scores over the vocabulary, with the
    /// [`head`](Self::head) that makes them; `run` names the repetition of the batch in which a row is not finite.
    pub(crate) fn values_of(
        &self,
        head: Option<&Transformer>,
        outputs: &Outputs,
        inputs: &Inputs,
        run: &dyn Fn(usize) -> String,
    ) -> Result<Vec<f64>, CausalError> {
        let read = self.judged(head, outputs, inputs)?.try_into_vec_as::<f64>();
        let what = || format!("metric {}", self.kind);
        let values = read.map_err(|e| CausalError::Read { what: what(), reason: e.to_string() })?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(i) => Err(CausalError::NonFinite {
                metric: self.kind,
                row: i % self.batch,
                value: values[i],
                run: run(i / self.batch),
            }),
            None => Ok(values),
        }
    }
}

/// Scores at the position that counts, [batch, vocab]: of the run, or by the `head` that it was spared; a classifier's
/// scores have no positions, [batch, class].
fn predictions(
    metric: MetricKind,
    head: Option<&Transformer>,
    outputs: &Outputs,
    inputs: &Inputs,
    given: Option<&[usize]>,
) -> Result<Tensor<2>, CausalError> {
    if let Some(logits) = &outputs.logits {
        return Ok(at_positions(logits, &counting(logits, inputs, given)?));
    }
    if let (Some(head), Some(hidden)) = (head, &outputs.last_hidden_state)
        && let Some(scores) = head.logits_at(hidden, &counting(hidden, inputs, given)?)
    {
        return Ok(scores);
    }
    outputs.class_logits.clone().ok_or(CausalError::NoOutput { metric, output: "logits" })
}

/// The position of each row of `x` [batch, position, …] that counts: `given` (again and again) or the last unmasked one.
fn counting(x: &Tensor<3>, inputs: &Inputs, given: Option<&[usize]>) -> Result<Vec<usize>, CausalError> {
    let [rows, positions, _] = x.dims();
    same_rows([rows, positions], inputs)?;
    let counting: Vec<usize> = match given {
        Some(given) => given.iter().copied().cycle().take(rows).collect(),
        None => inputs.last_positions(),
    };
    match counting.iter().position(|p| *p >= positions) {
        Some(row) => Err(CausalError::MetricPosition { row, position: counting[row] as i64, positions }),
        None => Ok(counting),
    }
}

/// One vector of length 1 for each row: of texts as the model pools them; of images the pooler's, where it has one.
fn embeddings(outputs: &Outputs, inputs: &Inputs, pooling: Pooling) -> Result<Tensor<2>, CausalError> {
    let absent = CausalError::NoOutput { metric: MetricKind::Cosine, output: "last_hidden_state" };
    if inputs.has_tokens() && inputs.images().is_none() {
        let hidden = outputs.last_hidden_state.clone().ok_or(absent)?;
        let [rows, positions, _] = hidden.dims();
        same_rows([rows, positions], inputs)?;
        return Ok(sentence_embeddings(hidden, inputs, pooling));
    }
    let pooled = outputs.image_embeds.as_ref().or(outputs.pooler_output.as_ref()).cloned();
    let pooled = match (pooled, &outputs.last_hidden_state) {
        (Some(pooled), _) => pooled,
        (None, Some(hidden)) => hidden.clone().mean_dim(1).squeeze_dim(1),
        (None, None) => return Err(absent),
    };
    Ok(unit_rows(pooled, 1e-12))
}

/// Refuses outputs that cannot be those of the inputs.
fn same_rows(shape: [usize; 2], inputs: &Inputs) -> Result<(), CausalError> {
    if shape == inputs.shape() {
        return Ok(());
    }
    Err(CausalError::OtherInputs { outputs: shape, inputs: inputs.shape() })
}

/// One entry of each row, [batch, 1]; `ids` start again after each batch.
fn entries(scores: &Tensor<2>, ids: &[i32]) -> Tensor<2> {
    let [rows, _] = scores.dims();
    let ids: Vec<i32> = ids.iter().copied().cycle().take(rows).collect();
    let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [rows, 1]), (&scores.device(), DType::I32));
    scores.clone().gather(1, ids)
}

fn difference(scores: &Tensor<2>, answer: &[i32], wrong: &[i32]) -> Tensor<2> {
    entries(scores, answer) - entries(scores, wrong)
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
