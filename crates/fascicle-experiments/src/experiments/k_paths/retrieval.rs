//! Paths for some pairs of concepts, and the graph that they make up.

use std::collections::{BTreeSet, HashSet};

use fascicle_graph::knowledge::{Fact, facts_of, graph_of};
use fascicle_graph::path::{KPathMode, KPaths, RelationPath, Relations};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::K;
use crate::{Doing, ExperimentError};

/// What was fetched for some pairs.
pub(super) struct Retrieval {
    /// For each pair, how many different sequences of relations its diverse paths have.
    pub(super) diverse: Vec<f64>,
    /// The same for the shortest paths, whatever their relations.
    pub(super) unfiltered: Vec<f64>,
    /// The merged edges on diverse paths, as a share of all.
    pub(super) edge_share: f64,
    /// The facts behind them, as a share of all.
    pub(super) fact_share: f64,
    /// These facts.
    pub(super) union: Vec<Fact>,
}

impl Retrieval {
    /// Random pairs of different concepts, each once.
    pub(super) fn random_pairs(facts: &[Fact], count: usize, seed: u64) -> Result<Self, ExperimentError> {
        let graph = graph_of(facts).doing("building the graph")?;
        let names: Vec<&str> = graph.names().collect();
        let mut rng = StdRng::seed_from_u64(seed);
        let mut pairs = Vec::new();
        while pairs.len() < count.min(names.len() * (names.len() - 1)) {
            let pair = [0, 1].map(|_| names[rng.random_range(0..names.len())].to_owned());
            if pair[0] != pair[1] && !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        Self::of(facts.iter(), &pairs)
    }

    /// The paths of these pairs in the graph of these facts.
    pub(super) fn of<'f>(
        facts: impl IntoIterator<Item = &'f Fact>,
        pairs: &[[String; 2]],
    ) -> Result<Self, ExperimentError> {
        let graph = graph_of(facts).doing("building the graph")?;
        let relations = Relations::by_layer(&graph, true).doing("merging relations")?;
        let diverse = KPaths::new().k(K);
        let unfiltered = diverse.clone().mode(KPathMode::NoFilter);
        let (mut counts, mut plain_counts, mut walks) = (Vec::new(), Vec::new(), Vec::new());
        for [from, to] in pairs {
            let fetch = |query: &KPaths| {
                let found = query.between(&relations, from, to);
                found.map(|found| found.paths).doing(format!("fetching paths from `{from}` to `{to}`"))
            };
            let kept = fetch(&diverse)?;
            counts.push(different(&kept));
            plain_counts.push(different(&fetch(&unfiltered)?));
            walks.extend(kept.into_iter().map(|path| path.nodes));
        }
        let edges: HashSet<(usize, usize)> =
            walks.iter().flat_map(|nodes| nodes.windows(2).map(|pair| (pair[0], pair[1]))).collect();
        let union: Vec<Fact> = facts_of(&relations.union(walks.iter().map(Vec::as_slice))).collect();
        Ok(Self {
            diverse: counts,
            unfiltered: plain_counts,
            edge_share: edges.len() as f64 / relations.pair_count() as f64,
            fact_share: union.len() as f64 / graph.edge_count() as f64,
            union,
        })
    }
}

fn different(paths: &[RelationPath]) -> f64 {
    paths.iter().map(|path| &path.relations).collect::<HashSet<_>>().len() as f64
}

/// The pairs of some facts, each once, without those of a concept with itself.
pub(super) fn pairs_of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Vec<[String; 2]> {
    let pairs = facts.into_iter().filter(|fact| fact.head != fact.tail);
    let pairs: BTreeSet<[String; 2]> = pairs.map(|fact| [fact.head.clone(), fact.tail.clone()]).collect();
    pairs.into_iter().collect()
}

/// So many of them, drawn.
pub(super) fn sample<T: Clone>(all: &[T], count: usize, seed: u64) -> Vec<T> {
    let mut all = all.to_vec();
    all.shuffle(&mut StdRng::seed_from_u64(seed));
    all.truncate(count);
    all
}
