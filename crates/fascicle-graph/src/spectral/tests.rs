use proptest::prelude::*;

use super::*;
use crate::Adjacency;
use crate::community::{Normaliser, Partition, nmi};
use crate::karate;

/// Everything through Lanczos, even what is small.
const SPARSE: Eigen = Eigen { dense_up_to: 3, tolerance: 1e-11, seed: 5 };

fn path(nodes: usize) -> Adjacency {
    Adjacency::from_edges(nodes, false, (1..nodes).map(|node| (node - 1, node, 1.0))).unwrap()
}

fn cycle(nodes: usize) -> Adjacency {
    Adjacency::from_edges(nodes, false, (0..nodes).map(|node| (node, (node + 1) % nodes, 1.0))).unwrap()
}

/// Against known eigenvalues, by LAPACK and by Lanczos, with the residual of each pair.
#[track_caller]
fn check(matrix: &dyn Operator, end: End, expected: &[f64]) {
    for eigen in [Eigen::default(), SPARSE] {
        let pairs = eigen.of_symmetric(matrix, expected.len(), end).unwrap();
        for (pair, expected) in pairs.iter().zip(expected) {
            assert!((pair.value - expected).abs() < 1e-6, "{} is not {expected}", pair.value);
            let mut product = vec![0.0; matrix.size()];
            matrix.apply(&pair.vector, &mut product);
            let residual = product.iter().zip(&pair.vector).map(|(y, x)| (y - pair.value * x).abs());
            assert!(residual.fold(0.0, f64::max) < 1e-6);
            assert!((lanczos::norm(&pair.vector) - 1.0).abs() < 1e-9);
        }
    }
}

/// numpy 2 on `networkx.karate_club_graph()`: `numpy.linalg.eigvalsh` of the matrices.
#[test]
fn the_karate_club() {
    let club = karate::weighted();
    check(&WeightMatrix(&club), End::Leading, &[21.6875659, 17.10632008]);
    check(&WeightMatrix(&club), End::Trailing, &[-13.34491329, -11.03960224]);
    let combinatorial = Laplacian::combinatorial(&club).unwrap();
    check(&combinatorial, End::Trailing, &[0.0, 1.1871073, 2.39431926]);
    check(&combinatorial, End::Leading, &[52.06534104]);
    let normalised = Laplacian::normalised(&club).unwrap();
    check(&normalised, End::Trailing, &[0.0, 0.11007419, 0.24734888]);
    check(&normalised, End::Leading, &[1.69223919]);
    let vector = fiedler(&club).unwrap().vector;
    for (node, expected) in [(0, 0.1233171), (33, -0.12400534), (16, 0.37166422)] {
        assert!((vector[node] - expected).abs() < 1e-7);
    }
    // `networkx.algebraic_connectivity(G, weight=None)`.
    assert!((fiedler(&karate::unweighted()).unwrap().value - 0.468_525_226_701_403_6).abs() < 1e-9);
}

#[test]
fn cycles_have_double_eigenvalues_and_lanczos_finds_both() {
    let graph = cycle(40);
    let wave = |k: f64| 2.0 - 2.0 * (std::f64::consts::TAU * k / 40.0).cos();
    let laplacian = Laplacian::combinatorial(&graph).unwrap();
    check(&laplacian, End::Trailing, &[0.0, wave(1.0), wave(1.0), wave(2.0), wave(2.0)]);
    check(&laplacian, End::Leading, &[4.0, wave(19.0), wave(19.0)]);
}

#[test]
fn lower_ends_of_laplacians_are_reached_from_above() {
    let graph = path(60);
    for eigen in [Eigen::default(), SPARSE] {
        let laplacian = Laplacian::combinatorial(&graph).unwrap();
        let pairs = eigen.of_laplacian(&laplacian, 3, End::Trailing).unwrap();
        for (k, pair) in pairs.iter().enumerate() {
            let expected = 2.0 - 2.0 * (std::f64::consts::PI * k as f64 / 60.0).cos();
            assert!((pair.value - expected).abs() < 1e-9, "{} is not {expected}", pair.value);
        }
        let walk = Laplacian::random_walk(&graph).unwrap();
        let pair = &eigen.of_laplacian(&walk, 2, End::Trailing).unwrap()[1];
        let mut product = vec![0.0; 60];
        walk.apply(&pair.vector, &mut product);
        assert!(product.iter().zip(&pair.vector).all(|(y, x)| (y - pair.value * x).abs() < 1e-8));
    }
}

#[test]
fn as_many_zeros_as_parts() {
    let mut edges = Vec::new();
    for part in 0..4 {
        edges.extend((0..9).map(|node| (10 * part + node, 10 * part + node + 1, 1.0)));
    }
    let graph = Adjacency::from_edges(41, false, edges).unwrap();
    let laplacian = Laplacian::combinatorial(&graph).unwrap();
    let values = spectrum(&laplacian).unwrap();
    assert_eq!(values.iter().filter(|value| value.abs() < 1e-9).count(), 5);
    for eigen in [Eigen::default(), SPARSE] {
        let pairs = eigen.of_laplacian(&laplacian, 6, End::Trailing).unwrap();
        assert!(pairs[4].value < 1e-8 && pairs[5].value > 0.01, "{:?}", pairs[5].value);
    }
    assert!(fiedler(&graph).unwrap().value.abs() < 1e-9);
}

#[test]
fn directed_graphs_by_lapack_and_by_arnoldi() {
    let check = |nodes: usize, edges: &[(usize, usize, f64)], re: f64, im: f64| {
        // Isolated nodes add zeros to the spectrum and send the same question to Arnoldi.
        for size in [nodes, 400] {
            let graph = Adjacency::from_edges(size, true, edges.iter().copied()).unwrap();
            let value = leading_eigenvalue(&graph).unwrap();
            let error = (value.re - re).hypot(value.im - im);
            assert!(error < 1e-7, "{size}: {value:?} is not {re} + {im}i");
        }
    };
    // A directed acyclic graph, a cycle of weight 2·3·4, one that turns round with the sign.
    check(3, &[(0, 1, 1.0), (1, 2, 1.0)], 0.0, 0.0);
    check(3, &[(0, 1, 2.0), (1, 2, 3.0), (2, 0, 4.0)], 24.0_f64.cbrt(), 0.0);
    check(2, &[(0, 1, 2.0), (1, 0, -2.0)], 0.0, 2.0);
    // The karate club's edges from the lower to the higher node, and three back: `numpy.linalg.eigvals`.
    let mut edges: Vec<_> = karate::unweighted().edges().collect();
    edges.extend([(33, 0, 1.0), (16, 2, 1.0), (20, 5, 1.0)]);
    check(34, &edges, 2.399_446_379_727_973, 0.0);
}

/// `sklearn.manifold.spectral_embedding(A, n_components=2)`, up to each column's length and sign.
#[test]
fn embeddings_are_those_of_scikit_learn() {
    let places = spectral_embedding(&karate::weighted(), 2).unwrap();
    assert!((places[0][0] / places[33][0] - 0.04446183 / -0.03759866).abs() < 1e-5);
    assert!((places[0][1] / places[33][1] - -0.01736948 / 0.01090231).abs() < 1e-4);
}

#[test]
fn groups_are_found() {
    let cliques = |nodes: usize, groups: usize| {
        let pairs = (0..nodes).flat_map(|a| (a + 1..nodes).map(move |b| (a, b)));
        let edges = pairs.map(|(a, b)| (a, b, if a % groups == b % groups { 1.0 } else { 0.05 }));
        Adjacency::from_edges(nodes, false, edges).unwrap()
    };
    for groups in [2, 3, 5] {
        let truth = Partition::new(&(0..60).map(|node| node % groups).collect::<Vec<u32>>());
        assert_eq!(spectral_partition(&cliques(60, groups as usize), groups as usize, 1).unwrap(), truth);
    }
    let halves = spectral_bisection(&cliques(20, 2)).unwrap();
    assert_eq!(halves, Partition::new(&(0..20).map(|node| node % 2).collect::<Vec<_>>()));
    // The two factions: all but the one member that joined the other for his black belt.
    let factions = spectral_partition(&karate::weighted(), 2, 0).unwrap();
    let first = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];
    let truth: Vec<u32> = (0..34).map(|node| u32::from(first.contains(&node))).collect();
    let agreement = nmi(&factions, &Partition::new(&truth), Normaliser::Max).unwrap();
    assert!(agreement > 0.8, "{agreement}");
}

/// Those of a ring that runs one way are the roots of one.
#[test]
fn eigenvalues_of_what_is_not_symmetric() {
    let ring = Adjacency::from_edges(5, true, (0..5).map(|node| (node, (node + 1) % 5, 2.0))).unwrap();
    let mut angles: Vec<f64> = Vec::new();
    for value in eigenvalues(&WeightMatrix(&ring)).unwrap() {
        assert!((value.abs() - 2.0).abs() < 1e-12, "{value:?}");
        angles.push(value.im.atan2(value.re));
    }
    angles.sort_by(f64::total_cmp);
    for (step, angle) in (-2..=2).zip(angles) {
        assert!((angle - f64::from(step) * std::f64::consts::TAU / 5.0).abs() < 1e-9, "{angle}");
    }
}

#[test]
fn what_is_refused() {
    let directed = Adjacency::from_edges(2, true, [(0, 1, 1.0)]).unwrap();
    insta::assert_snapshot!(fiedler(&directed).unwrap_err(), @"the graph is directed; expected an undirected view");
    let negative = Adjacency::from_edges(2, false, [(0, 1, -1.0)]).unwrap();
    insta::assert_snapshot!(fiedler(&negative).unwrap_err(),
        @"an edge's weight is -1; expected a weight from 0 for a Laplacian (the edge from node 0 to node 1)");
    insta::assert_snapshot!(fiedler(&path(1)).unwrap_err(), @"the number of nodes is 1; expected at least 2");
    insta::assert_snapshot!(eigenpairs(&path(3), 4, End::Leading).unwrap_err(),
        @"the number of eigenpairs is 4; expected 1 to 3");
    insta::assert_snapshot!(spectral_embedding(&path(3), 3).unwrap_err(),
        @"the number of dimensions is 3; expected at least 1 and fewer than the 3 nodes");
    insta::assert_snapshot!(spectral_partition(&path(3), 4, 0).unwrap_err(),
        @"the number of groups is 4; expected 1 to 3");
    let nothing = Adjacency::from_edges(0, true, []).unwrap();
    insta::assert_snapshot!(leading_eigenvalue(&nothing).unwrap_err(),
        @"the number of nodes is 0; expected at least 1");
    let eigen = Eigen { tolerance: 0.0, ..Eigen::default() };
    insta::assert_snapshot!(eigen.of_symmetric(&WeightMatrix(&path(3)), 1, End::Leading).unwrap_err(),
        @"the tolerance is 0; expected a number between 0 and 1");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lanczos_agrees_with_lapack(
        edges in proptest::collection::vec((0_usize..70, 0_usize..70, 0.1_f64..2.0), 40..400), seed: u64,
    ) {
        let graph = Adjacency::from_edges(70, false, edges).unwrap();
        let laplacian = Laplacian::normalised(&graph).unwrap();
        for end in [End::Leading, End::Trailing] {
            let dense = Eigen::default().of_laplacian(&laplacian, 4, end).unwrap();
            let sparse = Eigen { seed, ..SPARSE }.of_laplacian(&laplacian, 4, end).unwrap();
            for (dense, sparse) in dense.iter().zip(&sparse) {
                prop_assert!((dense.value - sparse.value).abs() < 1e-8);
                prop_assert!((-1e-9..=2.0 + 1e-9).contains(&sparse.value));
            }
        }
        // The trace is the sum of the eigenvalues.
        let trace: f64 = (0..70).map(|node| laplacian.dense()[node * 71]).sum();
        prop_assert!((spectrum(&laplacian).unwrap().iter().sum::<f64>() - trace).abs() < 1e-8);
    }
}
