//! Local moving: each node goes where it gains most, until none gains.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::network::Network;

/// A partition of a network under way, with what moves need to know of its communities.
pub(super) struct Moving<'a> {
    network: &'a Network,
    pub(super) labels: Vec<u32>,
    /// Each community's masses; as many communities as nodes have room.
    sums: Vec<f64>,
    sizes: Vec<u32>,
    /// Communities without nodes.
    free: Vec<u32>,
    /// What is less than that is not a gain: rounding, which would move nodes round and round.
    least: f64,
}

/// Weights from one node to the communities around it.
pub(super) struct Around {
    weights: Vec<f64>,
    pub(super) communities: Vec<u32>,
}

impl Around {
    pub(super) fn new(communities: usize) -> Self {
        Self { weights: vec![0.0; communities], communities: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        for community in self.communities.drain(..) {
            self.weights[community as usize] = 0.0;
        }
    }

    /// A community may be listed twice, where weights of both signs cancelled on the way.
    pub(super) fn add(&mut self, community: u32, weight: f64) {
        let sum = &mut self.weights[community as usize];
        if *sum == 0.0 {
            self.communities.push(community);
        }
        *sum += weight;
    }

    pub(super) fn to(&self, community: u32) -> f64 {
        self.weights[community as usize]
    }
}

impl<'a> Moving<'a> {
    /// From labels below the number of nodes.
    pub(super) fn new(network: &'a Network, labels: Vec<u32>) -> Self {
        let (nodes, stride) = (network.node_count(), network.stride());
        let mut sums = vec![0.0; nodes * stride];
        let mut sizes = vec![0; nodes];
        for (node, &label) in labels.iter().enumerate() {
            let at = label as usize * stride;
            sums[at..at + stride].iter_mut().zip(network.masses(node)).for_each(|(sum, mass)| *sum += mass);
            sizes[label as usize] += 1;
        }
        let free = (0..nodes as u32).rev().filter(|&label| sizes[label as usize] == 0).collect();
        Self { network, labels, sums, sizes, free, least: 1e-13 * network.total_weight() }
    }

    pub(super) fn sums(&self, community: u32) -> &[f64] {
        let stride = self.network.stride();
        let at = community as usize * stride;
        &self.sums[at..at + stride]
    }

    fn shift(&mut self, node: usize, community: u32, factor: f64) {
        let stride = self.network.stride();
        let at = community as usize * stride;
        let sums = &mut self.sums[at..at + stride];
        sums.iter_mut().zip(self.network.masses(node)).for_each(|(sum, mass)| *sum += factor * mass);
    }

    /// Moves nodes in random order, and again the neighbours of those that moved (Traag, Waltman & van Eck 2019,
    /// `MoveNodesFast`). Says whether any moved.
    pub(super) fn run(&mut self, rng: &mut StdRng) -> bool {
        let nodes = self.network.node_count();
        let mut order: Vec<u32> = (0..nodes as u32).collect();
        order.shuffle(rng);
        let mut queue = VecDeque::from(order);
        let mut queued = vec![true; nodes];
        let mut around = Around::new(nodes);
        let mut moved = false;
        while let Some(node) = queue.pop_front() {
            let node = node as usize;
            queued[node] = false;
            let Some(community) = self.settle(node, &mut around) else { continue };
            moved = true;
            for (neighbour, _) in self.network.edges(node) {
                if !queued[neighbour] && self.labels[neighbour] != community {
                    queued[neighbour] = true;
                    queue.push_back(neighbour as u32);
                }
            }
        }
        moved
    }

    /// Puts a node where it gains most; says where, if that is another community.
    fn settle(&mut self, node: usize, around: &mut Around) -> Option<u32> {
        let old = self.labels[node];
        around.clear();
        for (neighbour, weight) in self.network.edges(node) {
            around.add(self.labels[neighbour], weight);
        }
        self.shift(node, old, -1.0);
        self.sizes[old as usize] -= 1;
        if self.sizes[old as usize] == 0 {
            // Nothing of the rounding stays behind.
            let stride = self.network.stride();
            self.sums[old as usize * stride..(old as usize + 1) * stride].fill(0.0);
        }
        let masses = self.network.masses(node);
        let gain =
            |community: u32| around.to(community) - self.network.expected(masses, self.sums(community));
        let (mut best, mut most) = (old, gain(old));
        for &community in &around.communities {
            let gained = gain(community);
            if gained > most + self.least {
                (best, most) = (community, gained);
            }
        }
        // A community of its own gains nothing, which may be more.
        if 0.0 > most + self.least
            && self.sizes[old as usize] > 0
            && let Some(&empty) = self.free.last()
        {
            best = empty;
        }
        if best != old {
            if self.sizes[best as usize] == 0 {
                self.free.pop();
            }
            if self.sizes[old as usize] == 0 {
                self.free.push(old);
            }
        }
        self.shift(node, best, 1.0);
        self.sizes[best as usize] += 1;
        self.labels[node] = best;
        (best != old).then_some(best)
    }
}
