//! A connectome as the prior: what is wired is believed to be connected, with the sign that is known of it.

use std::collections::HashSet;

use fascicle_graph::{LayerId, PathwayGraph, Sign};

use super::prior::{Adjacency, Gaussian, Mean, OneHot, positive};
use super::{HmmGlmError, Prior};

/// How far wiring is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    /// Probability that two neurons joined by an edge act on each other.
    pub wired: f64,
    /// The same without an edge.
    pub unwired: f64,
    /// Probability that an action has the sign of its edge. An edge without one, and two neurons without an edge, are
    /// excitatory as often as inhibitory.
    pub sign: f64,
    /// Expected absolute weight of an action.
    pub strength: f64,
    /// The layers to believe; all when `None`.
    pub layers: Option<Vec<LayerId>>,
}

impl Default for Belief {
    fn default() -> Self {
        Self { wired: 0.8, unwired: 0.05, sign: 0.95, strength: 1.0, layers: None }
    }
}

/// What a connectome says of the weights between some neurons, before any spike.
///
/// The mapping from edges to probabilities is this crate's own; the paper learns its priors.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectomePrior {
    /// Probabilities of being inhibitory, absent, excitatory, `[post][pre]`.
    pub adjacency: Vec<[f64; 3]>,
    /// Expected weights, `[post][pre]`.
    pub mean: Vec<f64>,
}

impl ConnectomePrior {
    /// What `graph` says of the neurons `names`, which are the columns of the counts in order.
    ///
    /// Edges run from pre to post. Parallel edges count by absolute weight: their signs' shares are the belief in each. An
    /// edge's sign is its own, else that of a negative weight, else unknown. O(N² + edges).
    ///
    /// # Errors
    /// [`HmmGlmError::Graph`] for an unknown name, with those like it; [`HmmGlmError::DuplicateName`];
    /// [`HmmGlmError::BadOption`] for probabilities outside 0 to 1 or a strength that is not positive.
    pub fn new<S: AsRef<str>>(
        graph: &PathwayGraph,
        names: &[S],
        belief: &Belief,
    ) -> Result<Self, HmmGlmError> {
        for (name, value) in [
            ("the belief in wired actions", belief.wired),
            ("the belief in unwired actions", belief.unwired),
            ("the belief in signs", belief.sign),
        ] {
            if !(0.0..=1.0).contains(&value) {
                let expected = "a probability from 0 to 1";
                return Err(HmmGlmError::BadOption { name, value: value.to_string(), expected });
            }
        }
        positive("the expected strength", belief.strength)?;
        let neurons = names.len();
        let mut seen = HashSet::new();
        let mut column = vec![None; graph.node_count()];
        for (at, name) in names.iter().map(S::as_ref).enumerate() {
            if !seen.insert(name) {
                return Err(HmmGlmError::DuplicateName { name: name.to_owned() });
            }
            column[graph.find(name)?.index()] = Some(at);
        }
        // Absolute weight of excitatory, inhibitory and unsigned edges, [post][pre].
        let mut wiring = vec![None::<[f64; 3]>; neurons * neurons];
        for (from, to, edge) in graph.edges() {
            let believed = belief.layers.as_ref().is_none_or(|layers| layers.contains(&edge.layer));
            if let (true, Some(pre), Some(post)) = (believed, column[from.index()], column[to.index()]) {
                let kind = match edge.sign.or((edge.weight < 0.0).then_some(Sign::Negative)) {
                    Some(Sign::Positive) => 0,
                    Some(Sign::Negative) => 1,
                    None => 2,
                };
                wiring[post * neurons + pre].get_or_insert_default()[kind] += edge.weight.abs();
            }
        }
        let adjacency: Vec<[f64; 3]> = wiring.into_iter().map(|edges| belief.of(edges)).collect();
        let mean = adjacency
            .iter()
            .map(|[inhibitory, _, excitatory]| belief.strength * (excitatory - inhibitory))
            .collect();
        Ok(Self { adjacency, mean })
    }

    /// The Gaussian prior around the expected weights.
    #[must_use]
    pub fn gaussian(&self, sd: f64) -> Prior {
        Prior::Gaussian(Gaussian { sd, mean: Mean::Fixed(self.mean.clone()) })
    }

    /// The one-hot prior with these probabilities, at the paper's temperatures.
    #[must_use]
    pub fn one_hot(&self) -> Prior {
        Prior::OneHot(OneHot { adjacency: Adjacency::Fixed(self.adjacency.clone()), ..OneHot::default() })
    }
}

impl Belief {
    /// Probabilities of inhibition, nothing and excitation, from the weights of excitatory, inhibitory and unsigned edges.
    fn of(&self, edges: Option<[f64; 3]>) -> [f64; 3] {
        let (acts, excites) = match edges {
            None => (self.unwired, 0.5),
            Some([excitatory, inhibitory, unsigned]) => {
                let all = excitatory + inhibitory + unsigned;
                // edges of weight 0 are there, and say nothing of the sign
                let balance = if all > 0.0 { (excitatory - inhibitory) / all } else { 0.0 };
                (self.wired, 0.5 + (self.sign - 0.5) * balance)
            }
        };
        [acts * (1.0 - excites), 1.0 - acts, acts * excites]
    }
}

#[cfg(test)]
mod tests {
    use fascicle_graph::{Edge, GraphError};

    use super::*;

    fn wired() -> Result<PathwayGraph, GraphError> {
        let mut graph = PathwayGraph::new();
        let chemical = graph.layer("chemical", true)?;
        let gap = graph.layer("gap", false)?;
        let [a, b, c, d] = ["A", "B", "C", "D"].map(|name| graph.node(name));
        let signed = |weight, sign| Edge { sign: Some(sign), ..Edge::new(weight, chemical) };
        graph.add_edge(a, b, signed(3.0, Sign::Positive))?;
        graph.add_edge(b, a, signed(3.0, Sign::Negative))?;
        graph.connect(a, c, chemical, -2.0)?;
        graph.add_edge(c, b, signed(3.0, Sign::Positive))?;
        graph.add_edge(c, b, signed(1.0, Sign::Negative))?;
        graph.connect(b, c, gap, 1.0)?;
        graph.connect(d, a, chemical, 5.0)?;
        Ok(graph)
    }

    #[test]
    fn edges_and_signs_become_probabilities() -> Result<(), HmmGlmError> {
        let graph = wired()?;
        let belief = Belief { wired: 0.8, unwired: 0.1, sign: 0.9, strength: 2.0, layers: None };
        // D is left out; columns are in another order than nodes.
        let prior = ConnectomePrior::new(&graph, &["B", "A", "C"], &belief)?;
        let (excites, inhibits) = ([0.08, 0.2, 0.72], [0.72, 0.2, 0.08]);
        let (nothing, unsigned) = ([0.05, 0.9, 0.05], [0.4, 0.2, 0.4]);
        // 3 + 1 against 1 inhibitory among five parts: 0.5 + 0.4 · 2/5
        let mixed = [0.8 * 0.34, 0.2, 0.8 * 0.66];
        // [post][pre] of B, A, C
        let expected = [nothing, excites, mixed, inhibits, nothing, nothing, unsigned, inhibits, nothing];
        for (at, (got, expected)) in prior.adjacency.iter().zip(&expected).enumerate() {
            assert!((got.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 1e-12, "connection {at}: {got} for {expected}");
            }
            assert!((prior.mean[at] - 2.0 * (expected[2] - expected[0])).abs() < 1e-12);
        }
        let chemical = Belief { layers: Some(vec![graph.find_layer("chemical")?]), ..belief };
        let without_gap = ConnectomePrior::new(&graph, &["B", "C"], &chemical)?;
        assert_eq!(without_gap.adjacency[2], nothing);
        Ok(())
    }

    #[test]
    fn what_is_refused() -> Result<(), GraphError> {
        let graph = wired()?;
        let message = |names: &[&str], belief: &Belief| match ConnectomePrior::new(&graph, names, belief) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        let belief = Belief::default();
        insta::assert_snapshot!(message(&["A", "AB"], &belief), @"no node is called `AB`; did you mean `A`?");
        insta::assert_snapshot!(message(&["A", "A"], &belief), @"the neuron `A` is named twice; name each column of the counts once");
        insta::assert_snapshot!(message(&["A"], &Belief { wired: 1.5, ..belief.clone() }), @"the belief in wired actions is 1.5; expected a probability from 0 to 1");
        insta::assert_snapshot!(message(&["A"], &Belief { strength: f64::NAN, ..belief }), @"the expected strength is NaN; expected a finite number above 0");
        Ok(())
    }
}
