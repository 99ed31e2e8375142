//! Small worlds: as clustered as a lattice, as short of paths as a random graph.

use std::collections::VecDeque;

use crate::null::{Lattice, NullModel, Nulls};
use crate::{Adjacency, GraphError};

/// How clustering is summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clustering {
    /// The mean over nodes of the density among their neighbours; 0 for nodes with less than two (Watts & Strogatz 1998).
    #[default]
    Mean,
    /// Three times the triangles over the connected triples (transitivity).
    Transitivity,
}

/// Clustering and paths of a graph, of random graphs and of lattices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmallWorld {
    /// C.
    pub clustering: f64,
    /// L, the mean number of edges on a shortest path between two nodes that are connected.
    pub path: f64,
    /// The mean C of random graphs.
    pub random_clustering: f64,
    /// The mean L of random graphs.
    pub random_path: f64,
    /// The mean C of lattices.
    pub lattice_clustering: f64,
    /// The mean L of lattices.
    pub lattice_path: f64,
}

impl SmallWorld {
    /// σ = (C / C_random) / (L / L_random) (Humphries & Gurney 2008): above 1 in a small world. None where the random graphs have
    /// no triangle.
    #[must_use]
    pub fn sigma(&self) -> Option<f64> {
        let gamma = ratio(self.clustering, self.random_clustering)?;
        ratio(gamma, ratio(self.path, self.random_path)?)
    }

    /// ω = L_random / L − C / C_lattice (Telesford et al. 2011): near 0 in a small world, towards −1 like a lattice,
    /// towards 1 like a random graph. None where the lattices have no triangle.
    #[must_use]
    pub fn omega(&self) -> Option<f64> {
        Some(ratio(self.random_path, self.path)? - ratio(self.clustering, self.lattice_clustering)?)
    }

    /// The small-world index (L − L_lattice) / (L_random − L_lattice) · (C − C_random) / (C_lattice − C_random) (Neal 2017): 1
    /// at the best of both. None where random graphs and lattices do not differ.
    #[must_use]
    pub fn index(&self) -> Option<f64> {
        let paths = ratio(self.path - self.lattice_path, self.random_path - self.lattice_path)?;
        let clustering = self.clustering - self.random_clustering;
        Some(paths * ratio(clustering, self.lattice_clustering - self.random_clustering)?)
    }
}

fn ratio(over: f64, under: f64) -> Option<f64> {
    (under != 0.0).then(|| over / under)
}

/// Clustering and path length of an undirected graph beside as many random graphs and lattices. Weights do not count.
///
/// O((1 + 2 · nulls) · n · m) time.
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed view; as [`Nulls::each`].
pub fn small_world<M: NullModel>(
    graph: &Adjacency,
    clustering: Clustering,
    random: &Nulls<M>,
    lattice: Lattice,
) -> Result<SmallWorld, GraphError> {
    if graph.is_directed() {
        return Err(GraphError::argument("the view", "directed", "an undirected one (View::undirected)"));
    }
    let measure = |graph: &Adjacency| (clustering.of(graph), mean_path(graph));
    let mean = |values: Vec<(f64, f64)>| {
        let count = values.len() as f64;
        let sums = values.iter().fold((0.0, 0.0), |sum, value| (sum.0 + value.0, sum.1 + value.1));
        (sums.0 / count, sums.1 / count)
    };
    let (random_clustering, random_path) = mean(random.each(graph, |null| Ok(measure(&null.graph)))?);
    let lattices = Nulls::new(lattice, random.count, random.seed);
    let (lattice_clustering, lattice_path) = mean(lattices.each(graph, |null| Ok(measure(&null.graph)))?);
    let (clustering, path) = measure(graph);
    Ok(SmallWorld { clustering, path, random_clustering, random_path, lattice_clustering, lattice_path })
}

impl Clustering {
    fn of(self, graph: &Adjacency) -> f64 {
        let nodes = graph.node_count();
        let (mut densities, mut closed, mut triples) = (0.0, 0, 0);
        let mut marked = vec![false; nodes];
        for node in 0..nodes {
            let others =
                || graph.out(node).iter().map(|&other| other as usize).filter(|&other| other != node);
            others().for_each(|other| marked[other] = true);
            let degree = others().count();
            let linked: usize = others()
                .map(|other| {
                    graph
                        .out(other)
                        .iter()
                        .filter(|&&end| end as usize != other && marked[end as usize])
                        .count()
                })
                .sum();
            others().for_each(|other| marked[other] = false);
            let pairs = degree * degree.saturating_sub(1);
            closed += linked;
            triples += pairs;
            if pairs > 0 {
                densities += linked as f64 / pairs as f64;
            }
        }
        match self {
            Self::Mean => densities / nodes as f64,
            Self::Transitivity if triples == 0 => 0.0,
            Self::Transitivity => closed as f64 / triples as f64,
        }
    }
}

/// The mean hops between different nodes that are connected.
fn mean_path(graph: &Adjacency) -> f64 {
    let nodes = graph.node_count();
    let (mut sum, mut pairs) = (0_u64, 0_u64);
    let mut distance = vec![u32::MAX; nodes];
    let mut queue = VecDeque::new();
    for start in 0..nodes {
        distance.fill(u32::MAX);
        distance[start] = 0;
        queue.push_back(start);
        while let Some(node) = queue.pop_front() {
            for &next in graph.out(node) {
                let next = next as usize;
                if distance[next] == u32::MAX {
                    distance[next] = distance[node] + 1;
                    sum += u64::from(distance[next]);
                    pairs += 1;
                    queue.push_back(next);
                }
            }
        }
    }
    if pairs > 0 { sum as f64 / pairs as f64 } else { 0.0 }
}
