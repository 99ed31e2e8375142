//! Link prediction from a whole graph, from the union of K-Paths, and from a random part of the same size.

use std::collections::HashSet;

use fascicle_core::Device;
use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{Fact, Leak, without};
use rayon::prelude::*;

use super::distmult::DistMult;
use super::known::Known;
use super::retrieval::{Retrieval, pairs_of, sample};
use super::rgcn::Rgcn;
use super::{Scores, Splits};
use crate::ExperimentError;

/// What is learnt from, in the order of [`Scores`].
pub(super) const GRAPHS: [&str; 4] = ["whole graph", "union of paths", "random, same size", "no background"];
/// The relations that are predicted beside their known pairs: the three most frequent of UMLS.
pub(super) const TARGETS: [&str; 3] = ["affects", "result_of", "isa"];

/// UMLS and a seed.
pub(super) struct Links<'a> {
    data: &'a Splits,
    known: Known,
    seeds: Seeds,
    device: &'a Device,
}

/// Learnt from a graph alone.
pub(super) struct Alone {
    /// MRR of the facts of the pairs that were asked about; not a number without background.
    pub(super) scores: Scores,
    /// MRR of all other held-out facts.
    pub(super) elsewhere: [f64; 3],
}

/// Learnt from the known pairs of one relation and a graph.
pub(super) struct Beside {
    /// MRR of the held-out facts of that relation.
    pub(super) scores: Scores,
    /// How much of the background is in the union.
    pub(super) fact_share: f64,
}

/// One relation that is to be predicted beside its known pairs.
struct Task {
    asked: Vec<Fact>,
    /// The known pairs.
    labels: Vec<Fact>,
    /// All facts of other relations.
    background: Vec<Fact>,
    union: Vec<Fact>,
    random: Vec<Fact>,
    fact_share: f64,
}

impl<'a> Links<'a> {
    pub(super) fn new(data: &'a Splits, seeds: Seeds, device: &'a Device) -> Self {
        Self { data, known: Known::new([&data.train, &data.valid, &data.test]), seeds, device }
    }

    /// The union of the paths of so many held-out pairs, instead of the graph.
    pub(super) fn alone(&self, pairs: usize) -> Result<Alone, ExperimentError> {
        let seeds = self.seeds.child("alone");
        let asked = sample(&pairs_of(&self.data.test), pairs, seeds.named("pairs"));
        let set: HashSet<[&str; 2]> = asked.iter().map(|[from, to]| [from.as_str(), to.as_str()]).collect();
        let (own, others): (Vec<Fact>, Vec<Fact>) =
            self.data.test.iter().cloned().partition(|fact| set.contains(&[&*fact.head, &*fact.tail]));
        let graph: Vec<Fact> = without(&self.data.train, &own, Leak::Pair).into_iter().cloned().collect();
        let union = Retrieval::of(&graph, &asked)?.union;
        let random = sample(&graph, union.len(), seeds.named("random part"));
        let learnt = [&graph, &union, &random].into_par_iter().map(
            |facts: &Vec<Fact>| -> Result<[f64; 2], ExperimentError> {
                let model = self.fit(facts)?;
                Ok([model.mrr(&own, &self.known)?, model.mrr(&others, &self.known)?])
            },
        );
        let learnt: Vec<[f64; 2]> = learnt.collect::<Result<_, ExperimentError>>()?;
        let [of_own, elsewhere] = [0, 1].map(|which| [0, 1, 2].map(|graph| learnt[graph][which]));
        Ok(Alone { scores: [of_own[0], of_own[1], of_own[2], f64::NAN], elsewhere })
    }

    /// One relation after the other.
    pub(super) fn beside(&self) -> Result<Vec<Beside>, ExperimentError> {
        // Known pairs and the whole background are all facts, whichever relation is predicted.
        let whole = self.fit(&self.data.train)?;
        TARGETS.par_iter().map(|target| self.beside_known(target, &whole)).collect()
    }

    /// With the union of the paths of all pairs of one relation as background beside its known pairs.
    fn beside_known(&self, target: &str, whole: &DistMult) -> Result<Beside, ExperimentError> {
        let task = self.task(target)?;
        let nothing = Vec::new();
        let scores = [&task.union, &task.random, &nothing].into_par_iter().map(
            |graph: &Vec<Fact>| -> Result<f64, ExperimentError> {
                let facts: Vec<Fact> = task.labels.iter().chain(graph).cloned().collect();
                self.fit(&facts)?.mrr(&task.asked, &self.known)
            },
        );
        let scores: Vec<f64> = scores.collect::<Result<_, ExperimentError>>()?;
        let whole = whole.mrr(&task.asked, &self.known)?;
        Ok(Beside { scores: [whole, scores[0], scores[1], scores[2]], fact_share: task.fact_share })
    }

    /// The same with an R-GCN: the background is what entities tell each other along, the known pairs are what is learnt.
    pub(super) fn told(&self, target: &str) -> Result<Scores, ExperimentError> {
        let task = self.task(target)?;
        let nothing = Vec::new();
        let graphs = [&task.background, &task.union, &task.random, &nothing];
        let scores = graphs.into_par_iter().map(|graph: &Vec<Fact>| -> Result<f64, ExperimentError> {
            let seed = self.seeds.named("model");
            Rgcn::mrr_after([graph, &task.labels, &task.asked], &self.known, seed, self.device)
        });
        let scores: Vec<f64> = scores.collect::<Result<_, ExperimentError>>()?;
        Ok([scores[0], scores[1], scores[2], scores[3]])
    }

    fn task(&self, target: &str) -> Result<Task, ExperimentError> {
        let seeds = self.seeds.child(target);
        let of_target = |fact: &&Fact| fact.relation == target;
        let asked: Vec<Fact> = self.data.test.iter().filter(of_target).cloned().collect();
        let (labels, background): (Vec<Fact>, Vec<Fact>) =
            self.data.train.iter().cloned().partition(|fact| fact.relation == target);
        let found = Retrieval::of(&background, &pairs_of(labels.iter().chain(&asked)))?;
        let random = sample(&background, found.union.len(), seeds.named("random part"));
        Ok(Task { asked, labels, background, union: found.union, random, fact_share: found.fact_share })
    }

    /// The same seed whatever is learnt from, so that models differ by that alone.
    fn fit(&self, facts: &[Fact]) -> Result<DistMult, ExperimentError> {
        DistMult::fit(facts, &self.known, self.seeds.named("model"), self.device)
    }
}
