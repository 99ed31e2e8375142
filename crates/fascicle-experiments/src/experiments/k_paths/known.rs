//! Entities and relations in numbers, and how well scores find what is known.

use std::collections::{BTreeSet, HashMap};

use burn::module::Param;
use burn::tensor::{DType, Int, Tensor, TensorData};
use fascicle_core::Device;
use fascicle_graph::knowledge::Fact;

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

    /// How many entities there are.
    pub(super) fn entities(&self) -> usize {
        self.entities.len()
    }

    /// How many relations there are, each as itself and as its inverse.
    pub(super) fn relations(&self) -> usize {
        2 * self.relations.len()
    }

    /// A fact and its inverse, in numbers.
    pub(super) fn both_ways(&self, fact: &Fact) -> [[i32; 3]; 2] {
        let [head, tail] = [&fact.head, &fact.tail].map(|name| self.entities[name]);
        let relation = self.relations[&fact.relation];
        [[head, relation, tail], [tail, relation + self.relations.len() as i32, head]]
    }

    /// The filtered mean reciprocal rank of some facts, from the scores `[fact][entity]` of what completes them: other right
    /// answers are left out, and entities with the same score share their ranks (Bordes et al. 2013; Sun et al. 2020 on
    /// ties).
    pub(super) fn mrr(&self, asked: &[[i32; 3]], scores: &[f32]) -> f64 {
        let reciprocals = asked
            .iter()
            .zip(scores.chunks(self.entities()))
            .map(|(&[head, relation, tail], row)| reciprocal_rank(row, tail, &self.tails[&(head, relation)]));
        reciprocals.sum::<f64>() / asked.len() as f64
    }
}

/// A matrix to be learnt.
pub(super) fn param(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Param<Tensor<2>> {
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), (device, DType::F32)))
}

/// One column of some facts in numbers: heads, relations or tails.
pub(super) fn column(facts: &[[i32; 3]], at: usize, device: &Device) -> Tensor<1, Int> {
    let numbers: Vec<i32> = facts.iter().map(|fact| fact[at]).collect();
    Tensor::from_data(TensorData::new(numbers, [facts.len()]), (device, DType::I32))
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
