//! Quality functions: how much better a partition is than chance would make it.
//!
//! Every function here is of the form
//!
//! H = Σ_c [ W_c − Σ_k g_k · S_k(c) · T_k(c) ],
//!
//! W_c being the weight inside community c and S_k(c), T_k(c) sums over its nodes of what they would send and receive
//! under a null model. That form is kept when communities become nodes, and for a move it needs nothing but the weights
//! from the node to the communities, which is what makes Louvain and Leiden fast for all of them at once.

use crate::community::Partition;
use crate::{Adjacency, GraphError};

/// One null model: the weight expected from node i to node j is `scale` · `sends[i]` · `receives[j]`, summed over ordered
/// pairs. In undirected graphs, where it is summed over ordered pairs as well, `scale` includes the ½.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What the product is multiplied with; negative for the negative edges of a signed graph.
    pub scale: f64,
    /// What each node sends.
    pub sends: Vec<f64>,
    /// What each node receives; `None` where that is the same.
    pub receives: Option<Vec<f64>>,
}

/// What a quality function is, of one graph.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The null models, subtracted.
    pub expectations: Vec<Expectation>,
    /// What H is divided by.
    pub norm: f64,
    /// What is added to H before that: what the form above counts of a node with itself and the function does not.
    pub offset: f64,
}

/// A quality function. Implement it for a null model of your own: [`Louvain`](crate::community::Louvain) and
/// [`Leiden`](crate::community::Leiden) take any.
pub trait Quality {
    /// The null models for a graph.
    ///
    /// # Errors
    /// [`GraphError`] for graphs that the function is not defined on.
    fn terms(&self, graph: &Adjacency) -> Result<Terms, GraphError>;

    /// The quality of a partition. O(n + m).
    ///
    /// # Errors
    /// Those of [`Quality::terms`]; [`GraphError::BadArgument`] for a partition of another graph.
    fn of(&self, graph: &Adjacency, partition: &Partition) -> Result<f64, GraphError> {
        partition.check(graph.node_count())?;
        let terms = self.terms(graph)?;
        let inside: f64 = graph
            .edges()
            .filter(|&(from, to, _)| partition.label(from) == partition.label(to))
            .map(|(_, _, weight)| weight)
            .sum();
        let mut total = inside + terms.offset;
        for expectation in &terms.expectations {
            let mut sums = vec![(0.0, 0.0); partition.count()];
            for (node, &label) in partition.labels().iter().enumerate() {
                let (sends, receives) = &mut sums[label as usize];
                *sends += expectation.sends[node];
                *receives += expectation.received(node);
            }
            total -= expectation.scale * sums.iter().map(|(sends, receives)| sends * receives).sum::<f64>();
        }
        Ok(total / terms.norm)
    }
}

impl Expectation {
    /// What a node receives.
    pub(crate) fn received(&self, node: usize) -> f64 {
        self.receives.as_ref().unwrap_or(&self.sends)[node]
    }
}

/// Newman's modularity with a resolution γ (Reichardt & Bornholdt 2006); the directed one of Leicht & Newman (2008) for
/// directed graphs; and with [`Modularity::signed`] that of Gómez, Jensen & Arenas (2009), which compares positive and
/// negative edges each with a null model of their own:
///
/// Q = 1/w Σ_ij [ w_ij − γ (w⁺_i w⁺_j / w⁺ − w⁻_i w⁻_j / w⁻) ] δ(c_i, c_j), w = w⁺ + w⁻.
///
/// A graph without negative weights has the same value under both. A self-loop counts twice in an undirected degree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modularity {
    /// γ: more than 1 for smaller communities.
    pub resolution: f64,
    /// Whether negative weights are taken for repulsion; otherwise they are an error.
    pub signed: bool,
}

impl Default for Modularity {
    fn default() -> Self {
        Self { resolution: 1.0, signed: false }
    }
}

impl Modularity {
    /// For graphs that have negative weights.
    #[must_use]
    pub fn signed() -> Self {
        Self { signed: true, ..Self::default() }
    }

    /// With another γ.
    #[must_use]
    pub fn resolution(mut self, resolution: f64) -> Self {
        self.resolution = resolution;
        self
    }
}

impl Quality for Modularity {
    fn terms(&self, graph: &Adjacency) -> Result<Terms, GraphError> {
        resolution_is_sound(self.resolution)?;
        if !self.signed {
            let expected = "a weight from 0 for modularity without `signed` (look at magnitudes or use signed modularity)";
            weights_are_not_negative(graph, expected)?;
        }
        let mut expectations = Vec::new();
        let mut norm = 0.0;
        for (sign, part) in [(1.0, positive as fn(f64) -> f64), (-1.0, negative)] {
            let (sends, receives) = strengths(graph, part);
            let total: f64 = sends.iter().sum();
            if total == 0.0 {
                continue;
            }
            // Undirected: K_c² / 4m with 2m the sum of the degrees. Directed: K⁺_c K⁻_c / m with m that of the out-degrees.
            let half = if graph.is_directed() { 1.0 } else { 0.5 };
            expectations.push(Expectation { scale: sign * self.resolution * half / total, sends, receives });
            norm += total * half;
        }
        if norm == 0.0 {
            return Err(GraphError::argument(
                "the graph's total weight",
                0,
                "at least one edge with a weight",
            ));
        }
        Ok(Terms { expectations, norm, offset: 0.0 })
    }
}

/// The constant Potts model (Traag, Van Dooren & Nesterov 2011): H = Σ_c [ W_c − γ · pairs inside c ], not normalised.
///
/// It has no resolution limit: γ is the density that a community has at least inside and at most towards others.
/// Pairs are ordered in directed graphs. Negative weights are taken as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cpm {
    /// γ, in units of weight.
    pub resolution: f64,
}

impl Quality for Cpm {
    fn terms(&self, graph: &Adjacency) -> Result<Terms, GraphError> {
        resolution_is_sound(self.resolution)?;
        let nodes = graph.node_count();
        let scale = if graph.is_directed() { self.resolution } else { 0.5 * self.resolution };
        Ok(Terms {
            expectations: vec![Expectation { scale, sends: vec![1.0; nodes], receives: None }],
            norm: 1.0,
            offset: scale * nodes as f64,
        })
    }
}

fn positive(weight: f64) -> f64 {
    weight.max(0.0)
}

fn negative(weight: f64) -> f64 {
    (-weight).max(0.0)
}

/// What each node sends and, in a directed graph, receives, of one part of the weights; self-loops twice if undirected.
fn strengths(graph: &Adjacency, part: fn(f64) -> f64) -> (Vec<f64>, Option<Vec<f64>>) {
    let nodes = 0..graph.node_count();
    let sum = |weights: &[f64]| weights.iter().map(|&weight| part(weight)).sum::<f64>();
    if graph.is_directed() {
        let sends = nodes.clone().map(|node| sum(graph.out_weights(node))).collect();
        return (sends, Some(nodes.map(|node| sum(graph.incoming_weights(node))).collect()));
    }
    let sends = nodes.map(|node| {
        let twice: f64 =
            graph.out_edges(node).filter(|&(to, _)| to == node).map(|(_, weight)| part(weight)).sum();
        sum(graph.out_weights(node)) + twice
    });
    (sends.collect(), None)
}

fn resolution_is_sound(resolution: f64) -> Result<(), GraphError> {
    if resolution.is_finite() && resolution >= 0.0 {
        return Ok(());
    }
    Err(GraphError::argument("the resolution", resolution, "a finite number from 0"))
}

/// Refuses the first negative weight.
pub(crate) fn weights_are_not_negative(graph: &Adjacency, expected: &'static str) -> Result<(), GraphError> {
    match graph.edges().find(|edge| edge.2 < 0.0) {
        None => Ok(()),
        Some((from, to, weight)) => {
            Err(GraphError::BadWeight { from: from.to_string(), to: to.to_string(), weight, expected })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_TRIANGLES: [(usize, usize, f64); 7] =
        [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (3, 4, 1.0), (4, 5, 1.0), (5, 3, 1.0), (2, 3, 2.0)];

    #[track_caller]
    fn check(quality: &dyn Quality, directed: bool, edges: &[(usize, usize, f64)], expected: f64) {
        let graph = Adjacency::from_edges(6, directed, edges.iter().copied()).unwrap();
        let value = quality.of(&graph, &Partition::new(&[0, 0, 0, 1, 1, 1])).unwrap();
        assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
    }

    /// networkx 3.6: `nx.community.modularity(G, [{0,1,2},{3,4,5}], weight="weight", resolution=r)`; igraph 1.0's
    /// `Graph.modularity` for the self-loop; the rest by hand from the definitions.
    #[test]
    fn known_values() {
        check(&Modularity::default(), false, &TWO_TRIANGLES, 0.25);
        check(&Modularity::default().resolution(0.5), false, &TWO_TRIANGLES, 0.5);
        check(&Modularity::default(), true, &TWO_TRIANGLES, 0.28125);
        check(&Modularity::signed(), false, &TWO_TRIANGLES, 0.25);
        check(&Cpm { resolution: 0.1 }, false, &TWO_TRIANGLES, 6.0 - 0.1 * 6.0);
        check(&Cpm { resolution: 0.1 }, true, &TWO_TRIANGLES, 6.0 - 0.1 * 12.0);
        // The bridge repels: w⁺ = 6, w⁻ = 1; inside 6 − (6² + 6²)/24 + (1² + 1²)/4 = 3.5, over w⁺ + w⁻.
        let mut signed = TWO_TRIANGLES;
        signed[6].2 = -1.0;
        check(&Modularity::signed(), false, &signed, 0.5);
        let mut looped = TWO_TRIANGLES.to_vec();
        looped.push((0, 0, 1.0));
        // m = 9, degrees 10 and 8.
        check(&Modularity::default(), false, &looped, 7.0 / 9.0 - (100.0 + 64.0) / 324.0);
    }

    #[test]
    fn what_is_refused() {
        let graph = Adjacency::from_edges(2, false, [(0, 1, -1.0)]).unwrap();
        let whole = Partition::whole(2);
        let error = Modularity::default().of(&graph, &whole).unwrap_err();
        insta::assert_snapshot!(error, @"the edge 0 -> 1 has weight -1; expected a weight from 0 for modularity without `signed` (look at magnitudes or use signed modularity)");
        let error = Modularity::signed().resolution(f64::NAN).of(&graph, &whole).unwrap_err();
        insta::assert_snapshot!(error, @"the resolution is NaN; expected a finite number from 0");
        let error = Modularity::signed().of(&graph, &Partition::whole(3)).unwrap_err();
        insta::assert_snapshot!(error, @"the partition's length is 3; expected one label for each of the 2 nodes");
        let empty = Adjacency::from_edges(2, false, []).unwrap();
        let error = Modularity::default().of(&empty, &whole).unwrap_err();
        insta::assert_snapshot!(error, @"the graph's total weight is 0; expected at least one edge with a weight");
    }
}
