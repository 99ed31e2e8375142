//! What many runs agree on.

use crate::community::{Detected, Leiden, Modularity, Partition, Quality};
use crate::{Adjacency, GraphError};

/// How often the runs are repeated on what the runs before agreed on.
const ROUNDS: usize = 50;

/// Consensus clustering (Lancichinetti & Fortunato 2012): Leiden runs many times; how often two joined nodes came together
/// is the weight of their edge in a new graph, without weights below the threshold; and so on until all runs say the
/// same. As in the fast variant of Tandon et al. (2019), only nodes joined in the graph are ever joined in the new one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consensus {
    /// How many runs are compared.
    pub runs: usize,
    /// In which share of the runs two nodes must be together to count.
    pub threshold: f64,
    /// Settings of each run; its seed is the first of theirs.
    pub leiden: Leiden,
}

impl Default for Consensus {
    fn default() -> Self {
        Self { runs: 20, threshold: 0.5, leiden: Leiden::default() }
    }
}

impl Consensus {
    /// Finds communities. As many times Leiden's time as there are runs, for each of a few rounds. Runs that never agree
    /// end after 50 rounds with the best of the last ones. Later rounds maximise modularity, whatever the quality function.
    ///
    /// # Errors
    /// Those of [`Leiden::run`]; [`GraphError::BadArgument`] for no runs or a threshold outside of 0 to 1.
    pub fn run(&self, graph: &Adjacency, quality: &dyn Quality) -> Result<Detected, GraphError> {
        if self.runs == 0 {
            return Err(GraphError::argument("the number of runs", 0, "at least 1"));
        }
        if !(0.0..=1.0).contains(&self.threshold) {
            return Err(GraphError::argument("the threshold", self.threshold, "a number from 0 to 1"));
        }
        let mut seed = self.leiden.seed;
        let mut agreement: Option<Adjacency> = None;
        let mut best: Option<Detected> = None;
        for _ in 0..ROUNDS {
            let mut found = Vec::with_capacity(self.runs);
            for _ in 0..self.runs {
                let leiden = Leiden { seed, ..self.leiden };
                seed = seed.wrapping_add(1);
                let run = match &agreement {
                    None => leiden.run(graph, quality)?,
                    Some(agreement) => leiden.run(agreement, &Modularity::default())?,
                };
                found.push(run.partition);
            }
            best = None;
            for partition in &found {
                let quality = quality.of(graph, partition)?;
                if best.as_ref().is_none_or(|best| quality > best.quality) {
                    best = Some(Detected { partition: partition.clone(), quality });
                }
            }
            if found.windows(2).all(|pair| pair[0] == pair[1]) {
                break;
            }
            let next = self.agreement(agreement.as_ref().unwrap_or(graph), &found)?;
            if next.edge_count() == 0 {
                break;
            }
            agreement = Some(next);
        }
        best.ok_or_else(|| GraphError::argument("the number of runs", self.runs, "at least 1"))
    }

    /// How often the ends of each edge were together. Where nothing reaches the threshold, a node keeps its best edge.
    fn agreement(&self, graph: &Adjacency, found: &[Partition]) -> Result<Adjacency, GraphError> {
        let share = |a: usize, b: usize| {
            let together = found.iter().filter(|partition| partition.label(a) == partition.label(b)).count();
            together as f64 / found.len() as f64
        };
        let mut edges = Vec::new();
        for node in 0..graph.node_count() {
            let neighbours = || {
                let both = graph.out(node).iter().chain(if graph.is_directed() {
                    graph.incoming(node)
                } else {
                    &[]
                });
                both.map(|&other| other as usize).filter(|&other| other != node)
            };
            let mut best: Option<(usize, f64)> = None;
            let mut reached = false;
            for other in neighbours() {
                let weight = share(node, other);
                if weight > 0.0 && weight >= self.threshold {
                    reached = true;
                    edges.push((node.min(other), node.max(other), weight));
                } else if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
                    best = Some((other, weight));
                }
            }
            if let (false, Some((other, weight))) = (reached, best) {
                edges.push((node.min(other), node.max(other), weight));
            }
        }
        // Each edge was met from both ends, that of a node without others perhaps once.
        edges.sort_unstable_by_key(|edge| (edge.0, edge.1));
        edges.dedup_by_key(|edge| (edge.0, edge.1));
        Adjacency::from_edges(graph.node_count(), false, edges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::tests::planted;
    use crate::community::{Normaliser, nmi};
    use crate::karate;

    #[test]
    fn runs_agree() {
        for directed in [false, true] {
            let (graph, truth) = planted(5, 24, 0.5, 0.06, directed, 8);
            let found = Consensus::default().run(&graph, &Modularity::default()).unwrap();
            assert!(nmi(&found.partition, &truth, Normaliser::Max).unwrap() > 0.95);
        }
        // Single runs differ there; their consensus does not depend on the seed.
        let club = karate::unweighted();
        let of = |seed| {
            let consensus = Consensus { leiden: Leiden::seeded(seed), ..Consensus::default() };
            consensus.run(&club, &Modularity::default()).unwrap().partition
        };
        assert_eq!(of(0), of(1_000));
    }

    #[test]
    fn settings_that_make_no_sense() {
        let run =
            |consensus: Consensus| consensus.run(&karate::unweighted(), &Modularity::default()).unwrap_err();
        insta::assert_snapshot!(run(Consensus { runs: 0, ..Consensus::default() }),
            @"the number of runs is 0; expected at least 1");
        insta::assert_snapshot!(run(Consensus { threshold: 1.5, ..Consensus::default() }),
            @"the threshold is 1.5; expected a number from 0 to 1");
    }
}
