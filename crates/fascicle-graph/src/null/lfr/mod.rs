//! Benchmark graphs with known communities.

mod draw;
mod strength;
mod wire;

#[cfg(test)]
mod tests;

use crate::null::rng::generator;
use crate::{Adjacency, GraphError};

/// How often degrees and communities are drawn before the nearest is taken.
const DRAWS: usize = 200;

/// The benchmark of Lancichinetti, Fortunato & Radicchi (2008), weighted as in Lancichinetti & Fortunato
/// (2009): undirected, degrees and community sizes follow power laws, and a set part of every node's edges,
/// and of its strength, leaves its community.
///
/// As in the authors' program, the least degree is the integer whose mean comes nearest to `degree`;
/// communities lie, unless told otherwise, between the least and the greatest degree, the first of them just
/// large enough for the node with the most internal edges. Unlike there, graphs start from Havel's and
/// Hakimi's construction and are then shuffled by swaps, so that degrees are exact; and weights are scaled
/// until strengths fit (iterative proportional fitting), which keeps each above zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Lfr {
    /// How many nodes (N).
    pub nodes: usize,
    /// The mean degree (k).
    pub degree: f64,
    /// The greatest degree (maxk).
    pub max_degree: usize,
    /// The part of a node's edges that leaves its community (μt).
    pub mixing: f64,
    /// How edges are weighted; 1 each without.
    pub weights: Option<LfrWeights>,
    /// The exponent of degrees (τ1, a positive number: p(k) ∝ k^−τ1).
    pub degree_exponent: f64,
    /// The exponent of community sizes (τ2).
    pub community_exponent: f64,
    /// The smallest and the largest community.
    pub community_sizes: Option<(usize, usize)>,
    /// By how much the mixing of the graph may differ from the one asked for.
    pub tolerance: f64,
}

/// The weights of an [`Lfr`] benchmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LfrWeights {
    /// The part of a node's strength that leaves its community (μw).
    pub mixing: f64,
    /// A node of degree k has strength k^β.
    pub exponent: f64,
}

/// A graph and its communities.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// The graph; undirected, simple.
    pub graph: Adjacency,
    /// The community of each node, from 0.
    pub communities: Vec<usize>,
}

impl Lfr {
    /// Unweighted, exponents 2 and 1, sizes of communities as the degrees say, mixing within 0.05.
    #[must_use]
    pub fn new(nodes: usize, degree: f64, max_degree: usize, mixing: f64) -> Self {
        Self {
            nodes,
            degree,
            max_degree,
            mixing,
            weights: None,
            degree_exponent: 2.0,
            community_exponent: 1.0,
            community_sizes: None,
            tolerance: 0.05,
        }
    }

    /// The benchmark of a seed. About O(N + m log m) time.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a value outside its domain, [`GraphError::Unsatisfiable`] when the
    /// values do not go together.
    pub fn generate(&self, seed: u64) -> Result<Benchmark, GraphError> {
        self.check()?;
        let mut rng = generator(seed);
        let plan = draw::plan(self, DRAWS, &mut rng)?;
        let mut source = wire::wire(&plan, &mut rng);
        if let Some(weights) = &self.weights {
            strength::weigh(&mut source, &plan.communities, weights);
        }
        let benchmark = Benchmark { graph: source.finish()?, communities: plan.communities };
        let mixing = benchmark.mixing();
        if mixing == 0.0 && self.mixing > 0.0 {
            let why = "these degrees need a community of all nodes, and no edge leaves it; lower the greatest degree";
            return Err(GraphError::Unsatisfiable { what: WHAT, why: why.to_owned() });
        }
        if (mixing - self.mixing).abs() > self.tolerance {
            let why = format!(
                "with communities as large as these degrees need, the nearest has mixing {mixing:.3}, not {}; lower \
                 the greatest degree, or allow a tolerance of more than {}",
                self.mixing, self.tolerance
            );
            return Err(GraphError::Unsatisfiable { what: WHAT, why });
        }
        Ok(benchmark)
    }

    fn check(&self) -> Result<(), GraphError> {
        let part = |name, value: f64| {
            if (0.0..=1.0).contains(&value) {
                return Ok(());
            }
            Err(GraphError::argument(name, value, "a number within 0..=1"))
        };
        let positive = |name, value: f64| {
            if value.is_finite() && value >= 0.0 {
                return Ok(());
            }
            Err(GraphError::argument(name, value, "a finite number of at least 0"))
        };
        part("the mixing of edges", self.mixing)?;
        if let Some(weights) = &self.weights {
            part("the mixing of weights", weights.mixing)?;
            positive("the exponent of strengths", weights.exponent)?;
        }
        positive("the exponent of degrees", self.degree_exponent)?;
        positive("the exponent of community sizes", self.community_exponent)?;
        positive("the tolerance of the mixing", self.tolerance)?;
        if self.max_degree == 0 || self.max_degree >= self.nodes {
            let expected =
                format!("a degree within 1..={} (one less than the nodes)", self.nodes.saturating_sub(1));
            return Err(GraphError::argument("the greatest degree", self.max_degree, expected));
        }
        match self.community_sizes {
            Some((least, most)) if least == 0 || least > most || least > self.nodes => {
                let expected =
                    format!("a range with 1 <= least <= greatest and least <= {} (the nodes)", self.nodes);
                Err(GraphError::argument(
                    "the range of community sizes",
                    format!("{least}..={most}"),
                    expected,
                ))
            }
            _ => Ok(()),
        }
    }
}

/// What an error says could not be made.
const WHAT: &str = "an LFR benchmark with these values";

impl Benchmark {
    /// The part of edges that join two communities (μt as it came out); 0 without edges.
    #[must_use]
    pub fn mixing(&self) -> f64 {
        self.part(|_| 1.0)
    }

    /// The part of the weight that lies between communities (μw as it came out).
    #[must_use]
    pub fn weight_mixing(&self) -> f64 {
        self.part(|weight| weight)
    }

    fn part(&self, of: impl Fn(f64) -> f64) -> f64 {
        let (mut outside, mut all) = (0.0, 0.0);
        for (from, to, weight) in self.graph.edges() {
            all += of(weight);
            if self.communities[from] != self.communities[to] {
                outside += of(weight);
            }
        }
        if all > 0.0 { outside / all } else { 0.0 }
    }
}
