//! What a run is judged by: one number for each row of the batch.
//!
//! `logit-diff`, `prob` and `prob-diff` compare given tokens at one position; `kl` and `cosine` compare a run with
//! the clean run.

use std::fmt;
use std::str::FromStr;

use fascicle_models::{Inputs, Pooling, SitedModel, nearest};
use serde::{Deserialize, Serialize};

use crate::error::CausalError;

/// Which number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetricKind {
    /// Logit of the answer minus logit of the wrong token.
    LogitDiff,
    /// Probability of the answer minus that of the wrong token.
    ProbDiff,
    /// Probability of the answer.
    Prob,
    /// Kullback–Leibler divergence from the clean run's distribution, in nats: 0 when nothing changed.
    Kl,
    /// Cosine between the sentence embedding and that of the clean run: 1 when nothing changed.
    Cosine,
}

use MetricKind::{Cosine, Kl, LogitDiff, Prob, ProbDiff};

impl MetricKind {
    /// Every metric.
    pub const ALL: [MetricKind; 5] = [LogitDiff, ProbDiff, Prob, Kl, Cosine];

    /// As written on a command line.
    pub fn name(self) -> &'static str {
        match self {
            LogitDiff => "logit-diff",
            ProbDiff => "prob-diff",
            Prob => "prob",
            Kl => "kl",
            Cosine => "cosine",
        }
    }

    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// What to use on a model without logits.
    pub(crate) fn instead(self) -> &'static str {
        if self == Cosine { "" } else { ": for encoders use `cosine`" }
    }
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MetricKind {
    type Err = CausalError;

    fn from_str(text: &str) -> Result<Self, CausalError> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| CausalError::UnknownMetric {
            text: text.to_string(),
            nearest: nearest(text, Self::ALL.map(Self::name)),
        })
    }
}

/// A metric with what it compares, as a user gives it; one entry for each row of the batch.
///
/// What a metric does not use may be present and is ignored, so that everything that an input file holds can be
/// passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricSpec {
    /// Which metric.
    pub kind: MetricKind,
    /// Token that should be predicted: `logit-diff`, `prob-diff`, `prob`.
    pub answer: Option<Vec<i64>>,
    /// Token that should not be: `logit-diff`, `prob-diff`.
    pub wrong: Option<Vec<i64>>,
    /// Position whose prediction counts; by default the last unmasked one of each row. All but `cosine`.
    pub position: Option<Vec<i64>>,
    /// How token vectors become a sentence embedding: `cosine`.
    pub pooling: Pooling,
}

impl MetricSpec {
    /// A metric without anything to compare yet.
    pub fn new(kind: MetricKind) -> Self {
        Self { kind, answer: None, wrong: None, position: None, pooling: Pooling::default() }
    }

    /// Logit of `answer` minus logit of `wrong`.
    pub fn logit_diff(answer: Vec<i64>, wrong: Vec<i64>) -> Self {
        Self { answer: Some(answer), wrong: Some(wrong), ..Self::new(LogitDiff) }
    }

    /// Probability of `answer` minus probability of `wrong`.
    pub fn prob_diff(answer: Vec<i64>, wrong: Vec<i64>) -> Self {
        Self { answer: Some(answer), wrong: Some(wrong), ..Self::new(ProbDiff) }
    }

    /// Probability of `answer`.
    pub fn prob(answer: Vec<i64>) -> Self {
        Self { answer: Some(answer), ..Self::new(Prob) }
    }

    /// Divergence from the clean run's predictions.
    pub fn kl() -> Self {
        Self::new(Kl)
    }

    /// Cosine with the clean run's sentence embedding.
    pub fn cosine(pooling: Pooling) -> Self {
        Self { pooling, ..Self::new(Cosine) }
    }

    /// Judged at these positions, one for each row.
    #[must_use]
    pub fn at(self, position: Vec<i64>) -> Self {
        Self { position: Some(position), ..self }
    }

    /// Refuses what can be refused before anything is run.
    pub(crate) fn check(&self, model: &impl SitedModel, inputs: &Inputs) -> Result<(), CausalError> {
        let scores = model.scores();
        if self.kind != Cosine && scores.is_none() {
            return Err(CausalError::NoOutput { metric: self.kind, output: "logits" });
        }
        let (batch, positions) = (inputs.batch(), inputs.positions());
        let count = |what: &str, got: usize| match got == batch {
            true => Ok(()),
            false => Err(CausalError::RowCount { what: format!("`{what}`"), got, batch }),
        };
        let needed: &[(&'static str, &Option<Vec<i64>>)] = match self.kind {
            LogitDiff | ProbDiff => &[("answer", &self.answer), ("wrong", &self.wrong)],
            Prob => &[("answer", &self.answer)],
            Kl | Cosine => &[],
        };
        for (field, ids) in needed {
            let ids = ids.as_ref().ok_or(CausalError::MetricNeeds { metric: self.kind, field })?;
            count(field, ids.len())?;
            let vocab = scores.unwrap_or(0);
            if let Some(row) = ids.iter().position(|id| usize::try_from(*id).map_or(true, |id| id >= vocab)) {
                return Err(CausalError::MetricToken { field, row, id: ids[row], vocab });
            }
        }
        if let Some(given) = self.position.as_ref().filter(|_| self.kind != Cosine) {
            count("position", given.len())?;
            if let Some(row) = given.iter().position(|p| usize::try_from(*p).map_or(true, |p| p >= positions))
            {
                return Err(CausalError::MetricPosition { row, position: given[row], positions });
            }
        }
        Ok(())
    }
}
