//! Small worlds: as clustered as a lattice, as short of paths as a random graph.

use super::{clustering, hop_counts, transitivity};
use crate::null::{Lattice, NullModel, Nulls};
use crate::{Adjacency, GraphError};

/// How clustering is summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clustering {
    /// The mean over nodes of the density among their neighbours; 0 for nodes with less than two (Watts &
    /// Strogatz 1998).
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
    /// σ = (C / C_random) / (L / L_random) (Humphries & Gurney 2008): above 1 in a small world. None where
    /// the random graphs have no triangle.
    #[must_use]
    pub fn sigma(&self) -> Option<f64> {
        let gamma = ratio(self.clustering, self.random_clustering)?;
        ratio(gamma, ratio(self.path, self.random_path)?)
    }

    /// ω = L_random / L − C / C_lattice (Telesford et al. 2011): near 0 in a small world, towards −1 like a
    /// lattice, towards 1 like a random graph. None where the lattices have no triangle.
    #[must_use]
    pub fn omega(&self) -> Option<f64> {
        Some(ratio(self.random_path, self.path)? - ratio(self.clustering, self.lattice_clustering)?)
    }

    /// The small-world index (L − L_lattice) / (L_random − L_lattice) · (C − C_random) / (C_lattice −
    /// C_random) (Neal 2017): 1 at the best of both. None where random graphs and lattices do not differ.
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

/// Clustering and path length of an undirected graph beside as many random graphs and lattices. Weights do
/// not count.
///
/// O((1 + 2 · nulls) · n · m) time.
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed view; as [`Nulls::each`].
pub fn small_world<M: NullModel>(
    graph: &Adjacency,
    summary: Clustering,
    random: &Nulls<M>,
    lattice: Lattice,
) -> Result<SmallWorld, GraphError> {
    if graph.is_directed() {
        return Err(GraphError::argument("the view", "directed", "an undirected one (View::undirected)"));
    }
    let measure = |graph: &Adjacency| Ok((summary.of(graph)?, mean_path(graph)));
    let mean = |values: Vec<(f64, f64)>| {
        let count = values.len() as f64;
        let sums = values.iter().fold((0.0, 0.0), |sum, value| (sum.0 + value.0, sum.1 + value.1));
        (sums.0 / count, sums.1 / count)
    };
    let (random_clustering, random_path) = mean(random.each(graph, |null| measure(&null.graph))?);
    let lattices = Nulls::new(lattice, random.count, random.seed);
    let (lattice_clustering, lattice_path) = mean(lattices.each(graph, |null| measure(&null.graph))?);
    let (clustering, path) = measure(graph)?;
    Ok(SmallWorld { clustering, path, random_clustering, random_path, lattice_clustering, lattice_path })
}

impl Clustering {
    fn of(self, graph: &Adjacency) -> Result<f64, GraphError> {
        Ok(match self {
            Self::Mean => clustering(graph)?.iter().sum::<f64>() / graph.node_count() as f64,
            Self::Transitivity => transitivity(graph).unwrap_or(0.0),
        })
    }
}

/// The mean hops between different nodes that are connected; 0 where none are.
fn mean_path(graph: &Adjacency) -> f64 {
    hop_counts(graph).mean().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::karate;
    use crate::null::{ErdosRenyi, Rewire, gnm};

    #[track_caller]
    fn check(graph: &Adjacency, mean: f64, transitivity: f64, path: f64) {
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        close(Clustering::Mean.of(graph).unwrap(), mean);
        close(Clustering::Transitivity.of(graph).unwrap(), transitivity);
        close(mean_path(graph), path);
    }

    /// Each of `nodes` joined to the `reach` next; every `jump`th edge goes elsewhere instead.
    fn ring(nodes: usize, reach: usize, jump: usize) -> Adjacency {
        let edges = (0..nodes).flat_map(|node| (1..=reach).map(move |step| (node, step)));
        let edges = edges.enumerate().map(|(at, (node, step))| {
            let far = if at % jump == jump - 1 { nodes / 3 + 7 * (at % 13) } else { step };
            (node, (node + far) % nodes, 1.0)
        });
        Adjacency::from_edges(nodes, false, edges.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn clustering_and_paths_as_networkx() {
        // networkx 3.6.1: average_clustering, transitivity, average_shortest_path_length.
        check(&karate::weighted(), 0.5706384782076823, 0.2556818181818182, 2.408199643493761);
        // A triangle with a tail, another component, an isolated node and a self-loop: paths between what is
        // connected.
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (4, 5), (4, 4)].map(|(from, to)| (from, to, 1.0));
        let graph = Adjacency::from_edges(7, false, edges).unwrap();
        check(&graph, (1.0 + 1.0 + 1.0 / 3.0) / 7.0, 3.0 / 5.0, (4.0 + 2.0 * 2.0 + 1.0) / 7.0);
        check(&ring(50, 2, 1000), 0.5, 0.5, 325.0 / 49.0);
    }

    #[test]
    fn small_worlds_lattices_and_random_graphs() {
        let measure = |graph: &Adjacency| {
            let nulls = Nulls::new(Rewire::default(), 10, 3);
            small_world(graph, Clustering::Mean, &nulls, Lattice::default()).unwrap()
        };
        let small = measure(&ring(200, 4, 12));
        assert!(small.sigma().unwrap() > 3.0 && small.omega().unwrap().abs() < 0.5, "{small:?}");
        assert!(small.index().unwrap() > 0.5, "{small:?}");
        let lattice = measure(&ring(200, 4, 100_000));
        assert!(lattice.omega().unwrap() < -0.5, "{lattice:?}");
        let random = measure(&gnm(200, 800, false, 5).unwrap());
        assert!(random.omega().unwrap() > 0.7 && (random.sigma().unwrap() - 1.0).abs() < 0.4, "{random:?}");
        assert!(random.index().unwrap().abs() < 0.2, "{random:?}");
    }

    #[test]
    fn what_cannot_be_said() {
        // Trees have no triangles, and neither have graphs of a tree's degrees that are trees.
        let star = Adjacency::from_edges(5, false, (1..5).map(|leaf| (0, leaf, 1.0))).unwrap();
        let nulls = Nulls::new(Rewire::default(), 3, 0);
        let tree = small_world(&star, Clustering::Transitivity, &nulls, Lattice::default()).unwrap();
        assert_eq!((tree.sigma(), tree.omega(), tree.index()), (None, None, None));
        let directed = gnm(5, 6, true, 0).unwrap();
        let error = small_world(&directed, Clustering::Mean, &nulls, Lattice::default()).unwrap_err();
        insta::assert_snapshot!(error, @"the view is directed; expected an undirected one (View::undirected)");
        let none = Nulls::new(ErdosRenyi::Edges, 0, 0);
        let error = small_world(&star, Clustering::Mean, &none, Lattice::default()).unwrap_err();
        insta::assert_snapshot!(error, @"the number of null graphs is 0; expected at least one");
    }
}
