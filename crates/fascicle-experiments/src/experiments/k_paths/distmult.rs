//! DistMult: a fact is as likely as the product of three vectors, summed.
//!
//! Yang et al. (2015), "Embedding entities and relations for learning and inference in knowledge bases",
//! arXiv 1412.6575; trained as Lacroix et al. (2018) recommend: softmax over all entities, each relation also as its
//! inverse, and a penalty on what is multiplied.

use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use fascicle_core::Device;
use fascicle_graph::knowledge::Fact;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::known::{Known, column, param};
use crate::{Doing, ExperimentError};

const DIMENSION: usize = 32;
const EPOCHS: usize = 30;
const BATCH: usize = 1024;
const LEARNING_RATE: f64 = 0.02;
/// Weight of the mean square of a head's vector times its relation's.
const PENALTY: f64 = 1e-3;

/// The model.
#[derive(Module, Debug)]
pub(super) struct DistMult {
    /// [entities, dimension]
    entities: Param<Tensor<2>>,
    /// [2 × relations, dimension], the second half for inverses
    relations: Param<Tensor<2>>,
}

impl DistMult {
    /// Learns some facts, the same from the same seed.
    pub(super) fn fit(
        facts: &[Fact],
        known: &Known,
        seed: u64,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        let device = device.clone().autodiff();
        let mut rng = StdRng::seed_from_u64(seed);
        let mut table = |rows: usize| {
            let values: Vec<f32> = (0..rows * DIMENSION).map(|_| rng.random_range(-0.5..0.5)).collect();
            param(values, [rows, DIMENSION], &device)
        };
        let mut model = Self { entities: table(known.entities()), relations: table(known.relations()) };
        let mut examples: Vec<[i32; 3]> = facts.iter().flat_map(|fact| known.both_ways(fact)).collect();
        let mut adam = AdamConfig::new().with_epsilon(1e-8).init();
        for _ in 0..EPOCHS {
            examples.shuffle(&mut rng);
            for batch in examples.chunks(BATCH) {
                let loss = model.loss(batch);
                let gradients = GradientsParams::from_grads(loss.backward(), &model);
                model = adam.step(LEARNING_RATE, model, gradients);
            }
        }
        Ok(model.valid())
    }

    fn loss(&self, batch: &[[i32; 3]]) -> Tensor<1> {
        let queries = self.queries(batch);
        let told = told(scores(queries.clone(), self.entities.val()), batch);
        let size = queries.powi_scalar(2).sum_dim(1).mean();
        size.mul_scalar(PENALTY) - told
    }

    /// Head times relation, [facts, dimension].
    fn queries(&self, facts: &[[i32; 3]]) -> Tensor<2> {
        queries(&self.entities.val(), &self.relations.val(), facts)
    }

    /// The filtered mean reciprocal rank of some facts, asked for tail and head; see [`Known::mrr`].
    pub(super) fn mrr(&self, facts: &[Fact], known: &Known) -> Result<f64, ExperimentError> {
        let asked: Vec<[i32; 3]> = facts.iter().flat_map(|fact| known.both_ways(fact)).collect();
        let scores = scores(self.queries(&asked), self.entities.val())
            .try_into_vec_as::<f32>()
            .doing("reading scores")?;
        Ok(known.mrr(&asked, &scores))
    }
}

/// Head times relation, [facts, dimension].
pub(super) fn queries(entities: &Tensor<2>, relations: &Tensor<2>, facts: &[[i32; 3]]) -> Tensor<2> {
    let device = entities.device();
    let heads = entities.clone().select(0, column(facts, 0, &device));
    heads * relations.clone().select(0, column(facts, 1, &device))
}

/// How well each entity completes each query, [queries, entities].
pub(super) fn scores(queries: Tensor<2>, entities: Tensor<2>) -> Tensor<2> {
    queries.matmul(entities.transpose())
}

/// The mean log-probability of the facts' tails by a softmax over all entities.
pub(super) fn told(scores: Tensor<2>, facts: &[[i32; 3]]) -> Tensor<1> {
    let tails = column(facts, 2, &scores.device()).unsqueeze_dim::<2>(1);
    log_softmax(scores, 1).gather(1, tails).mean()
}
