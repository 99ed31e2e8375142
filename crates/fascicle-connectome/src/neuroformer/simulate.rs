//! A population whose wiring is known: a few hubs that drive everybody else.
//!
//! A reconstruction: the paper's simulation is described in words only (hub neurons with many targets in a population
//! that else is weakly active), so rates, delays and noise are this project's own.

use fascicle_graph::PathwayGraph;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;

use super::{NeuroformerError, Spike, Spikes};
use crate::random::normal;

/// Hubs that fire by chance (Poisson), and followers that integrate and fire.
///
/// Every hub drives as many followers of its own; each connection has a delay of its own. A follower's potential leaks
/// with [`tau`](Self::tau), is shaken by noise, jumps by [`weight`](Self::weight) when a hub's spike arrives, and fires
/// and falls to zero when it reaches 1. Steps of 1 ms.
#[derive(Clone, Debug, PartialEq)]
pub struct HubNetwork {
    /// How many hubs.
    pub hubs: usize,
    /// How many followers each hub has.
    pub followers: usize,
    /// Spikes of a hub per second.
    pub hub_rate: f64,
    /// Spikes per second that a neuron other than a hub fires besides, for no reason in the network.
    pub background: f64,
    /// What a hub's spike adds to a follower's potential, in units of the threshold.
    pub weight: f64,
    /// Standard deviation that the noise alone gives the potential, in units of the threshold.
    pub noise: f64,
    /// Time constant of the leak, milliseconds.
    pub tau: f64,
    /// Delays of connections, milliseconds, both ends included.
    pub delays: (u32, u32),
    /// How long a neuron is silent after a spike, milliseconds.
    pub refractory: u32,
}

impl Default for HubNetwork {
    /// 30 neurons: 3 hubs with 9 followers each.
    fn default() -> Self {
        Self {
            hubs: 3,
            followers: 9,
            hub_rate: 4.0,
            background: 1.0,
            weight: 0.9,
            noise: 0.22,
            tau: 10.0,
            delays: (10, 30),
            refractory: 5,
        }
    }
}

/// What was simulated, and the wiring behind it.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The spikes; neuron i is node i of the graph.
    pub spikes: Spikes,
    /// Nodes `n0`, `n1`, … of kind "hub" or "follower"; one layer "synapse" with the weights. A follower has the delay
    /// of its connection as attribute `delay_ms`.
    pub graph: PathwayGraph,
}

impl Simulation {
    /// The weights as a matrix, `[source][target]` in one row.
    pub fn adjacency(&self) -> Vec<f64> {
        let n = self.graph.node_count();
        let mut matrix = vec![0.0; n * n];
        for (from, to, edge) in self.graph.edges() {
            matrix[from.index() * n + to.index()] += edge.weight;
        }
        matrix
    }
}

const STEP: f64 = 1e-3;

impl HubNetwork {
    /// How many neurons.
    pub fn neurons(&self) -> usize {
        self.hubs * (1 + self.followers)
    }

    /// Simulates `seconds`. Time and work grow with neurons × milliseconds.
    ///
    /// # Errors
    /// Numbers that make no network: no hub, no follower, negative rates, a time constant of zero, delays below 1 ms or
    /// in the wrong order.
    pub fn simulate(&self, seconds: f64, seed: u64) -> Result<Simulation, NeuroformerError> {
        self.check(seconds)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let wires = self.wire(&mut rng);
        let steps = (seconds / STEP).round() as usize;
        let spikes = self.run(&wires, steps, &mut rng);
        Ok(Simulation {
            spikes: Spikes::new(self.neurons(), steps as f64 * STEP, spikes)?,
            graph: self.graph(&wires)?,
        })
    }

    fn check(&self, seconds: f64) -> Result<(), NeuroformerError> {
        if self.hubs == 0 || self.followers == 0 {
            let found = format!("{} hubs of {} followers", self.hubs, self.followers);
            return Err(NeuroformerError::bad("the network", found, "at least one of each"));
        }
        if !(seconds >= STEP && seconds.is_finite()) {
            return Err(NeuroformerError::bad("the duration", seconds, "a millisecond or more"));
        }
        if !(self.tau > 0.0 && self.tau.is_finite()) {
            return Err(NeuroformerError::bad(
                "the time constant",
                self.tau,
                "a positive number of milliseconds",
            ));
        }
        let (shortest, longest) = self.delays;
        if shortest == 0 || shortest > longest {
            return Err(NeuroformerError::bad(
                "the range of delays",
                format!("{shortest} to {longest}"),
                "1 ms or more, in rising order",
            ));
        }
        let numbers = [
            ("the hub rate", self.hub_rate),
            ("the background rate", self.background),
            ("the noise", self.noise),
            ("the weight", self.weight),
        ];
        match numbers.into_iter().find(|(_, number)| !(*number >= 0.0 && number.is_finite())) {
            Some((name, number)) => Err(NeuroformerError::bad(name, number, "zero or more")),
            None => Ok(()),
        }
    }

    /// For each follower, in order of its number: its hub and its delay. Followers are dealt out at random, so that a
    /// neuron's number says nothing of its hub.
    fn wire(&self, rng: &mut StdRng) -> Vec<(usize, u32)> {
        let mut owners: Vec<usize> = (0..self.hubs * self.followers).map(|i| i / self.followers).collect();
        owners.shuffle(rng);
        let (shortest, longest) = self.delays;
        owners.into_iter().map(|hub| (hub, rng.random_range(shortest..=longest))).collect()
    }

    fn run(&self, wires: &[(usize, u32)], steps: usize, rng: &mut StdRng) -> Vec<Spike> {
        let n = self.neurons();
        let keep = (-1.0 / self.tau).exp();
        let shake = self.noise * (1.0 - keep * keep).sqrt();
        let (hub_chance, chance) = (self.hub_rate * STEP, self.background * STEP);
        // a ring of what arrives at each follower in the next steps
        let ring = self.delays.1 as usize + 1;
        let mut arriving = vec![0.0; ring * wires.len()];
        let mut potential = vec![0.0; n];
        let mut silent = vec![0u32; n];
        let mut spikes = Vec::new();
        for step in 0..steps {
            let slot = step % ring * wires.len();
            for neuron in 0..n {
                let by_chance = rng.random::<f64>() < if neuron < self.hubs { hub_chance } else { chance };
                let pushed = if let Some(follower) = neuron.checked_sub(self.hubs) {
                    let arrived = std::mem::take(&mut arriving[slot + follower]);
                    potential[neuron] = potential[neuron] * keep + arrived + shake * normal(rng);
                    potential[neuron] >= 1.0
                } else {
                    false
                };
                if silent[neuron] > 0 {
                    silent[neuron] -= 1;
                    continue;
                }
                if !(by_chance || pushed) {
                    continue;
                }
                spikes.push(Spike { time: step as f64 * STEP, neuron });
                potential[neuron] = 0.0;
                silent[neuron] = self.refractory;
                for (follower, (_, delay)) in wires.iter().enumerate().filter(|(_, (hub, _))| *hub == neuron)
                {
                    arriving[(step + *delay as usize) % ring * wires.len() + follower] += self.weight;
                }
            }
        }
        spikes
    }

    fn graph(&self, wires: &[(usize, u32)]) -> Result<PathwayGraph, NeuroformerError> {
        let mut graph = PathwayGraph::with_capacity(self.neurons(), wires.len());
        let nodes: Vec<_> = (0..self.neurons()).map(|neuron| graph.node(&format!("n{neuron}"))).collect();
        let layer = graph.layer("synapse", true)?;
        for (neuron, node) in nodes.iter().enumerate() {
            graph.set_kind(*node, if neuron < self.hubs { "hub" } else { "follower" });
        }
        for (follower, (hub, delay)) in wires.iter().enumerate() {
            let node = nodes[self.hubs + follower];
            graph.attributes_mut(node).insert("delay_ms".to_owned(), json!(delay));
            graph.connect(nodes[*hub], node, layer, self.weight)?;
        }
        Ok(graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean spikes of followers within `delay ± 6` ms after their hub's spikes, against the same at a distance of 200
    /// ms.
    fn responses(network: &HubNetwork, seed: u64) -> (f64, f64) {
        let simulation = network.simulate(60.0, seed).unwrap();
        let (mut near, mut far, mut spikes) = (0.0, 0.0, 0.0);
        for (hub, follower, _) in simulation.graph.edges() {
            let delay = &simulation.graph.petgraph()[follower].attributes["delay_ms"];
            let delay = delay.as_f64().unwrap() / 1000.0;
            let times = |neuron: usize| {
                let of = simulation.spikes.all().iter().filter(move |spike| spike.neuron == neuron);
                of.map(|spike| spike.time).collect::<Vec<_>>()
            };
            let theirs = times(follower.index());
            for time in times(hub.index()) {
                let around = |centre: f64| {
                    theirs.iter().filter(|t| (**t - time - centre).abs() < 0.006).count() as f64
                };
                spikes += 1.0;
                near += around(delay);
                far += around(0.2);
            }
        }
        (near / spikes, far / spikes)
    }

    #[test]
    fn followers_answer_their_hub_after_their_delay() {
        let (near, far) = responses(&HubNetwork::default(), 1);
        assert!(near > 0.25, "{near}");
        assert!(far < 0.1, "{far}");
        // nothing passes through connections without weight
        let (near, far) = responses(&HubNetwork { weight: 0.0, ..HubNetwork::default() }, 1);
        assert!((near - far).abs() < 0.02, "{near} {far}");
    }

    #[test]
    fn the_wiring_is_as_said() {
        let simulation = HubNetwork::default().simulate(1.0, 3).unwrap();
        let graph = &simulation.graph;
        assert_eq!((graph.node_count(), graph.edge_count(), simulation.spikes.neurons()), (30, 27, 30));
        let kinds = graph.petgraph().node_weights().filter(|node| node.kind == "hub").count();
        assert_eq!(kinds, 3);
        let matrix = simulation.adjacency();
        for node in 0..30 {
            let out = matrix[node * 30..][..30].iter().filter(|weight| **weight > 0.0).count();
            let incoming = (0..30).filter(|from| matrix[from * 30 + node] > 0.0).count();
            assert_eq!((out, incoming), if node < 3 { (9, 0) } else { (0, 1) });
        }
        let again = HubNetwork::default().simulate(1.0, 3).unwrap();
        assert_eq!(again.spikes, simulation.spikes);
        assert_ne!(HubNetwork::default().simulate(1.0, 4).unwrap().spikes, simulation.spikes);
    }

    #[test]
    fn rates_are_as_asked() {
        let quiet = HubNetwork { weight: 0.0, noise: 0.0, refractory: 0, ..HubNetwork::default() };
        let simulation = quiet.simulate(200.0, 5).unwrap();
        let totals = simulation.spikes.totals();
        let mean = |totals: &[usize]| totals.iter().sum::<usize>() as f64 / totals.len() as f64 / 200.0;
        // five standard deviations of the mean of Poisson counts
        assert!((mean(&totals[..3]) - 4.0).abs() < 5.0 * (4.0f64 / 600.0).sqrt(), "{totals:?}");
        assert!((mean(&totals[3..]) - 1.0).abs() < 5.0 * (1.0f64 / 5400.0).sqrt(), "{totals:?}");
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let refusal = |network: HubNetwork| network.simulate(1.0, 0).unwrap_err().to_string();
        let network = HubNetwork::default;
        insta::assert_snapshot!(refusal(HubNetwork { hubs: 0, ..network() }), @"the network is 0 hubs of 9 followers; expected at least one of each");
        insta::assert_snapshot!(refusal(HubNetwork { delays: (30, 10), ..network() }), @"the range of delays is 30 to 10; expected 1 ms or more, in rising order");
        insta::assert_snapshot!(refusal(HubNetwork { noise: f64::NAN, ..network() }), @"the noise is NaN; expected zero or more");
        insta::assert_snapshot!(network().simulate(-1.0, 0).unwrap_err(), @"the duration is -1; expected a millisecond or more");
    }
}
