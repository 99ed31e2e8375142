//! The Leiden algorithm.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::moving::{Around, Moving};
use super::network::{Network, grouped, renumber};
use crate::community::{Detected, Partition, Quality};
use crate::{Adjacency, GraphError};

/// Local moving, refinement inside communities, and aggregation of what was refined (Traag, Waltman & van Eck 2019).
///
/// Communities are connected: there is a way between any two members through members, along edges (of either direction)
/// whose weight is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leiden {
    /// How often the whole is done, each time from the partition of the time before; it ends sooner when that is stable.
    pub iterations: usize,
    /// Randomness of the refinement, in units of the mean edge weight: a merge that gains ΔH has the odds exp(ΔH / θ).
    pub theta: f64,
    /// Of the order of visits and of the refinement.
    pub seed: u64,
}

impl Default for Leiden {
    fn default() -> Self {
        Self { iterations: 2, theta: 0.01, seed: 0 }
    }
}

impl Leiden {
    /// With this seed and the usual settings.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Finds communities. About O(m) a level and iteration; 12 bytes an edge and direction.
    ///
    /// # Errors
    /// Those of the quality function; [`GraphError::BadArgument`] for no iterations or θ ≤ 0.
    pub fn run(&self, graph: &Adjacency, quality: &dyn Quality) -> Result<Detected, GraphError> {
        self.from(graph, quality, &Partition::singletons(graph.node_count()))
    }

    /// As [`Leiden::run`], from a partition that is there already. The result is no worse where its communities are
    /// connected.
    ///
    /// # Errors
    /// As [`Leiden::run`]; [`GraphError::BadArgument`] for a partition of another graph.
    pub fn from(
        &self,
        graph: &Adjacency,
        quality: &dyn Quality,
        start: &Partition,
    ) -> Result<Detected, GraphError> {
        start.check(graph.node_count())?;
        if self.iterations == 0 {
            return Err(GraphError::argument("the number of iterations", 0, "at least 1"));
        }
        if !(self.theta > 0.0 && self.theta.is_finite()) {
            return Err(GraphError::argument("theta", self.theta, "a finite number above 0"));
        }
        let network = Network::new(graph, &quality.terms(graph)?)?;
        let theta = self.theta * network.mean_weight();
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut labels = start.labels().to_vec();
        for _ in 0..self.iterations {
            let mut next = iterate(&network, labels.clone(), theta, &mut rng);
            split(&network, &mut next);
            let stable = next == labels;
            labels = next;
            if stable {
                break;
            }
        }
        Detected::new(graph, quality, &labels)
    }
}

/// One run over all levels.
fn iterate(first: &Network, labels: Vec<u32>, theta: f64, rng: &mut StdRng) -> Vec<u32> {
    let mut place: Vec<u32> = (0..first.node_count() as u32).collect();
    let mut owned: Option<Network> = None;
    let mut labels = labels;
    loop {
        let network = owned.as_ref().unwrap_or(first);
        let nodes = network.node_count();
        let mut moving = Moving::new(network, labels);
        moving.run(rng);
        let mut communities = std::mem::take(&mut moving.labels);
        drop(moving);
        let count = renumber(&mut communities);
        let mut refined =
            if count < nodes { refine(network, &communities, count, theta, rng) } else { Vec::new() };
        let parts = if count < nodes { renumber(&mut refined) } else { nodes };
        if parts == nodes {
            // Nothing to merge: either each community is one node, or no refinement gains.
            return place.iter().map(|&node| communities[node as usize]).collect();
        }
        labels = vec![0; parts];
        for (node, &part) in refined.iter().enumerate() {
            labels[part as usize] = communities[node];
        }
        place.iter_mut().for_each(|node| *node = refined[*node as usize]);
        owned = Some(network.aggregated(&refined, parts));
    }
}

/// Merges nodes inside each community, as far as both sides are well connected to the rest of it.
fn refine(network: &Network, communities: &[u32], count: usize, theta: f64, rng: &mut StdRng) -> Vec<u32> {
    let nodes = network.node_count();
    let stride = network.stride();
    let (starts, mut members) = grouped(communities, count);
    let mut refined: Vec<u32> = (0..nodes as u32).collect();
    let mut single = vec![true; nodes];
    // Of each refined part: its masses, and its weight to the rest of its community.
    let mut sums: Vec<f64> = (0..nodes).flat_map(|node| network.masses(node).iter().copied()).collect();
    let mut outward: Vec<f64> = (0..nodes)
        .map(|node| {
            let inside = network.edges(node).filter(|&(to, _)| communities[to] == communities[node]);
            inside.map(|(_, weight)| weight).sum()
        })
        .collect();
    let mut around = Around::new(nodes);
    let mut choices: Vec<(u32, f64)> = Vec::new();
    let mut total = vec![0.0; stride];
    let mut rest = vec![0.0; stride];
    for community in 0..count {
        let members = &mut members[starts[community]..starts[community + 1]];
        if members.len() == 1 {
            continue;
        }
        total.fill(0.0);
        for &node in &*members {
            total.iter_mut().zip(network.masses(node as usize)).for_each(|(sum, mass)| *sum += mass);
        }
        let mut well_connected = |part: usize, sums: &[f64], outward: &[f64]| {
            let own = &sums[part * stride..(part + 1) * stride];
            rest.iter_mut().zip(total.iter().zip(own)).for_each(|(rest, (all, own))| *rest = all - own);
            outward[part] >= network.expected(own, &rest)
        };
        members.shuffle(rng);
        for &node in &*members {
            let node = node as usize;
            if !single[node] || !well_connected(node, &sums, &outward) {
                continue;
            }
            around.clear();
            for (to, weight) in network.edges(node) {
                if communities[to] as usize == community {
                    around.add(refined[to], weight);
                }
            }
            choices.clear();
            choices.push((node as u32, 0.0));
            for &part in &around.communities {
                let at = part as usize;
                let weight = around.to(part);
                // Only what some positive edge joins: that keeps every part connected.
                if weight > 0.0 && well_connected(at, &sums, &outward) {
                    let gain = weight
                        - network.expected(network.masses(node), &sums[at * stride..(at + 1) * stride]);
                    if gain >= 0.0 {
                        choices.push((part, gain));
                    }
                }
            }
            let part = choose(&choices, theta, rng);
            if part as usize != node {
                refined[node] = part;
                let at = part as usize;
                single[at] = false;
                outward[at] += outward[node] - 2.0 * around.to(part);
                for (sum, mass) in sums[at * stride..].iter_mut().zip(network.masses(node)) {
                    *sum += mass;
                }
            }
        }
    }
    refined
}

/// One of the choices, with odds exp(gain / θ).
fn choose(choices: &[(u32, f64)], theta: f64, rng: &mut StdRng) -> u32 {
    let most = choices.iter().map(|choice| choice.1).fold(0.0, f64::max);
    let odds = |gain: f64| ((gain - most) / theta).exp();
    let mut ticket = rng.random::<f64>() * choices.iter().map(|choice| odds(choice.1)).sum::<f64>();
    let mut last = choices[0].0;
    for &(part, gain) in choices {
        let share = odds(gain);
        if share > 0.0 {
            last = part;
            if ticket < share {
                return part;
            }
            ticket -= share;
        }
    }
    last
}

/// Makes communities of the connected parts of each; where there were several, quality gains by it, or, with negative
/// edges, loses at most what was expected between parts without a positive edge.
fn split(network: &Network, labels: &mut Vec<u32>) {
    let nodes = network.node_count();
    let mut parts = vec![u32::MAX; nodes];
    let mut count = 0;
    let mut stack = Vec::new();
    for start in 0..nodes {
        if parts[start] != u32::MAX {
            continue;
        }
        parts[start] = count;
        stack.push(start);
        while let Some(node) = stack.pop() {
            for (to, weight) in network.edges(node) {
                if weight > 0.0 && labels[to] == labels[node] && parts[to] == u32::MAX {
                    parts[to] = count;
                    stack.push(to);
                }
            }
        }
        count += 1;
    }
    *labels = parts;
}
