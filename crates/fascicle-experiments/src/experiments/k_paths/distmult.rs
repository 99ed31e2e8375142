//! DistMult: a fact is as likely as the product of three vectors, summed.
//!
//! Yang et al. (2015), "Embedding entities and relations for learning and inference in knowledge bases",
//! arXiv 1412.6575; trained as Lacroix et al. (2018) recommend: softmax over all entities, each relation also as its
//! inverse, and a penalty on what is multiplied.

use std::collections::{BTreeSet, HashMap};

use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Int, Tensor, TensorData};
use fascicle_core::Device;
use fascicle_graph::knowledge::Fact;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::{Doing, ExperimentError};

const DIMENSION: usize = 32;
const EPOCHS: usize = 30;
const BATCH: usize = 1024;
const LEARNING_RATE: f64 = 0.02;
/// Weight of the mean square of a head's vector times its relation's.
const PENALTY: f64 = 1e-3;

/// Entities and relations by number, and all facts that are known to be true.
pub(super) struct Known {
    entities: HashMap<String, i32>,
    relations: HashMap<String, i32>,
    /// Whatever completes a head and a relation; relations above the last are inverses.
    tails: HashMap<(i32, i32), BTreeSet<i32>>,
}

impl Known {
    pub(super) fn new(splits: [&Vec<Fact>; 3]) -> Self {
        let mut known = Self { entities: HashMap::new(), relations: HashMap::new(), tails: HashMap::new() };
        let facts = || splits.iter().flat_map(|split| split.iter());
        for fact in facts() {
            for name in [&fact.head, &fact.tail] {
                let next = known.entities.len() as i32;
                known.entities.entry(name.clone()).or_insert(next);
            }
            let next = known.relations.len() as i32;
            known.relations.entry(fact.relation.clone()).or_insert(next);
        }
        for [head, relation, tail] in facts().flat_map(|fact| known.both_ways(fact)).collect::<Vec<_>>() {
            known.tails.entry((head, relation)).or_default().insert(tail);
        }
        known
    }

    /// A fact and its inverse, in numbers.
    fn both_ways(&self, fact: &Fact) -> [[i32; 3]; 2] {
        let [head, tail] = [&fact.head, &fact.tail].map(|name| self.entities[name]);
        let relation = self.relations[&fact.relation];
        [[head, relation, tail], [tail, relation + self.relations.len() as i32, head]]
    }
}

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
            Param::from_tensor(Tensor::from_data(
                TensorData::new(values, [rows, DIMENSION]),
                (&device, DType::F32),
            ))
        };
        let mut model =
            Self { entities: table(known.entities.len()), relations: table(2 * known.relations.len()) };
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
        let tails = self.column(batch, 2).unsqueeze_dim::<2>(1);
        let told = log_softmax(self.scores(queries.clone()), 1).gather(1, tails).mean();
        let size = queries.powi_scalar(2).sum_dim(1).mean();
        size.mul_scalar(PENALTY) - told
    }

    /// Head times relation, [facts, dimension].
    fn queries(&self, facts: &[[i32; 3]]) -> Tensor<2> {
        self.entities.val().select(0, self.column(facts, 0))
            * self.relations.val().select(0, self.column(facts, 1))
    }

    /// How well each entity completes each query, [queries, entities].
    fn scores(&self, queries: Tensor<2>) -> Tensor<2> {
        queries.matmul(self.entities.val().transpose())
    }

    fn column(&self, facts: &[[i32; 3]], at: usize) -> Tensor<1, Int> {
        let numbers: Vec<i32> = facts.iter().map(|fact| fact[at]).collect();
        let device = self.entities.val().device();
        Tensor::from_data(TensorData::new(numbers, [facts.len()]), (&device, DType::I32))
    }

    /// The filtered mean reciprocal rank of some facts, asked for tail and head: other right answers are left out, and
    /// entities with the same score share their ranks (Bordes et al. 2013; Sun et al. 2020 on ties).
    pub(super) fn mrr(&self, facts: &[Fact], known: &Known) -> Result<f64, ExperimentError> {
        let asked: Vec<[i32; 3]> = facts.iter().flat_map(|fact| known.both_ways(fact)).collect();
        let scores = self.scores(self.queries(&asked)).try_into_vec_as::<f32>().doing("reading scores")?;
        let reciprocals =
            asked.iter().zip(scores.chunks(known.entities.len())).map(|(&[head, relation, tail], row)| {
                let right = &known.tails[&(head, relation)];
                reciprocal_rank(row, tail, right)
            });
        Ok(reciprocals.sum::<f64>() / asked.len() as f64)
    }
}

/// 1 over the rank of an entity's score among those of all that are not right.
pub(super) fn reciprocal_rank(scores: &[f32], asked: i32, right: &BTreeSet<i32>) -> f64 {
    let own = scores[asked as usize];
    let others = (0..).zip(scores).filter(|(entity, _)| !right.contains(entity));
    let (better, alike) = others.fold((0, 0), |(better, alike), (_, &score)| {
        (better + usize::from(score > own), alike + usize::from(score == own))
    });
    1.0 / (1.0 + better as f64 + alike as f64 / 2.0)
}
