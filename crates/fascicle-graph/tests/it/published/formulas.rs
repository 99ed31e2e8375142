//! What papers derive for whole families of graphs.

use fascicle_graph::Adjacency;
use fascicle_graph::measure::{self, Betweenness, Direction, Iteration, Katz, Length, PageRank};
use fascicle_graph::null::{Configuration, Nulls, gnp};
use fascicle_graph::path::Resistance;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{mean, plain, printed};

/// Each of so many nodes on a ring joined to the `reach` next.
fn ring(nodes: usize, reach: usize) -> Adjacency {
    let edges: Vec<_> =
        (0..nodes).flat_map(|node| (1..=reach).map(move |step| (node, (node + step) % nodes))).collect();
    plain(nodes, false, &edges)
}

fn complete(nodes: usize) -> Adjacency {
    plain(nodes, false, &(0..nodes).flat_map(|a| (0..a).map(move |b| (a, b))).collect::<Vec<_>>())
}

fn chain(nodes: usize) -> Adjacency {
    plain(nodes, false, &(1..nodes).map(|node| (node - 1, node)).collect::<Vec<_>>())
}

/// Weights that are uniform between 0 and 1, on the edges that there are.
fn uniform(graph: &Adjacency, seed: u64) -> Adjacency {
    let mut rng = StdRng::seed_from_u64(seed);
    let edges: Vec<_> = graph.edges().map(|(from, to, _)| (from, to, rng.random::<f64>())).collect();
    Adjacency::from_edges(graph.node_count(), graph.is_directed(), edges).unwrap()
}

/// Watts & Strogatz (1998): the ring lattice has C = 3 (k − 2) / 4 (k − 1) and L ~ n / 2k.
#[test]
fn lattices_of_watts_and_strogatz() {
    for k in [4, 6, 10] {
        let lattice = ring(241, k / 2);
        let degree = k as f64;
        let expected = 3.0 * (degree - 2.0) / (4.0 * (degree - 1.0));
        printed(mean(&measure::clustering(&lattice).unwrap()), expected, 12);
        // Among equal degrees transitivity is the same.
        printed(measure::transitivity(&lattice).unwrap(), expected, 12);
        let length = measure::characteristic_path_length(&lattice, Length::Hops).unwrap().unwrap();
        assert!((length / (241.0 / (2.0 * degree)) - 1.0).abs() < 0.05, "{length}");
    }
}

/// Random graphs have the clustering p (Watts & Strogatz 1998; with directions Fagiolo 2007), and with uniform weights
/// (3/4)³ p (Fagiolo 2007, for the measure of Onnela et al. in both kinds of graphs), as ∫ w^⅓ = 3/4. Weights that know
/// nothing of the triangles leave the measure of Barrat et al. (2004) as it is without them. Reciprocity is p, its excess
/// 0 (Garlaschelli & Loffredo 2004).
#[test]
fn random_graphs() {
    let near = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 0.04, "{found}, not {expected}");
    };
    let weighted = (0.75_f64).powi(3);
    let undirected = gnp(300, 0.2, false, 1).unwrap();
    let density = measure::density(&undirected).unwrap();
    let binary = mean(&measure::clustering(&undirected).unwrap());
    near(binary, density);
    let random = uniform(&undirected, 2);
    near(mean(&measure::clustering_onnela(&random).unwrap()), weighted * density);
    near(mean(&measure::clustering_barrat(&random).unwrap()), binary);
    let directed = gnp(300, 0.2, true, 3).unwrap();
    let density = measure::density(&directed).unwrap();
    near(mean(&measure::clustering_directed(&directed).unwrap()), density);
    let random = uniform(&directed, 4);
    near(mean(&measure::clustering_directed_weighted(&random).unwrap()), weighted * density);
    // Twenty thousand mutual pairs, give or take their root.
    let large = gnp(2000, 0.1, true, 5).unwrap();
    let density = measure::density(&large).unwrap();
    near(measure::reciprocity(&large).unwrap(), density);
    assert!(measure::reciprocity_excess(&large).unwrap().abs() < 0.005);
    // Random graphs mix without regard to degree (Newman 2002, 2003).
    for source in [Direction::In, Direction::Out] {
        for target in [Direction::In, Direction::Out] {
            let r = measure::degree_assortativity(&large, source, target).unwrap().unwrap();
            assert!(r.abs() < 0.01, "{source:?} to {target:?}: {r}");
        }
    }
    // Of a pair's two weights the smaller is 1/3 on average, and the mean weight 1/2.
    let returned = measure::weighted_reciprocity(&uniform(&large, 6)).unwrap().unwrap();
    near(returned, density * (1.0 / 3.0) / 0.5);
}

/// Klein & Randić (1993) and after them Lukovits, Nikolić & Trinajstić (1999): all resistances of a ring sum to
/// (n³ − n) / 12, of a complete graph to n − 1, of a chain, where they are distances, to (n³ − n) / 6.
#[test]
fn kirchhoff_indices() {
    for n in [3_usize, 5, 12] {
        let sum = |graph: Adjacency| -> f64 {
            let matrix = Resistance::of(&graph).unwrap().matrix().unwrap();
            (0..n).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| matrix.get(a, b)).sum()
        };
        let cube = (n * n * n - n) as f64;
        printed(sum(ring(n, 1)), cube / 12.0, 8);
        printed(sum(complete(n)), n as f64 - 1.0, 8);
        printed(sum(chain(n)), cube / 6.0, 8);
    }
}

/// Fiedler (1973), "Algebraic connectivity of graphs": of a chain 2 (1 − cos π/n), of a ring 2 (1 − cos 2π/n), of a complete
/// graph n, of a star 1, of a cube 2.
#[cfg(feature = "lapack")]
#[test]
fn algebraic_connectivities() {
    use std::f64::consts::PI;

    use fascicle_graph::spectral::fiedler;

    let of = |graph: Adjacency| fiedler(&graph).unwrap().value;
    for n in [4_usize, 9, 30] {
        printed(of(chain(n)), 2.0 * (1.0 - (PI / n as f64).cos()), 9);
        printed(of(ring(n, 1)), 2.0 * (1.0 - (2.0 * PI / n as f64).cos()), 9);
        printed(of(complete(n)), n as f64, 9);
        printed(of(plain(n, false, &(1..n).map(|leaf| (0, leaf)).collect::<Vec<_>>())), 1.0, 9);
    }
    let cube: Vec<_> = (0..8_usize)
        .flat_map(|corner| [1, 2, 4].map(|step| (corner, corner ^ step)))
        .filter(|edge| edge.0 < edge.1)
        .collect();
    printed(of(plain(8, false, &cube)), 2.0, 9);
}

/// Bender & Canfield (1978), Bollobás (1980): half-edges of a graph of degree d, joined at random, make a simple graph with
/// probability e^−(d² − 1)/4, in the limit of many nodes; for d = 3 that is e⁻² = 0.1353.
#[test]
fn configurations_are_rarely_simple() {
    // A ring whose opposite nodes are joined.
    let nodes = 400;
    let around = (0..nodes).map(|node| (node, (node + 1) % nodes));
    let across = (0..nodes / 2).map(|node| (node, node + nodes / 2));
    let cubic = plain(nodes, false, &around.chain(across).collect::<Vec<_>>());
    let nulls = Nulls::new(Configuration::Repeated { attempts: 1 }, 4000, 1980);
    let simple = (0..nulls.count).filter(|&copy| nulls.copy(&cubic, copy).is_ok()).count();
    let share = simple as f64 / nulls.count as f64;
    // Four standard deviations of a share of 4,000.
    assert!((share - (-2.0_f64).exp()).abs() < 0.022, "{share}");
}

/// Boldi & Vigna (2014), "Axioms for centrality", the table of a clique of k nodes beside a cycle of p that runs one way: harmonic
/// centrality k − 1 and the harmonic number H(p − 1), betweenness 0 and (p − 1)(p − 2)/2, Katz's index 1/(1 − β(k − 1)) and
/// 1/(1 − β), PageRank 1/(k + p) everywhere.
#[test]
fn axioms_of_boldi_and_vigna() {
    let (k, p, beta) = (5_usize, 7_usize, 0.1);
    let clique = (0..k).flat_map(|a| (0..k).map(move |b| (a, b))).filter(|edge| edge.0 != edge.1);
    let cycle = (0..p).map(|node| (k + node, k + (node + 1) % p));
    let graph = plain(k + p, true, &clique.chain(cycle).collect::<Vec<_>>());
    let check = |found: &[f64], in_clique: f64, in_cycle: f64| {
        for (node, &found) in found.iter().enumerate() {
            printed(found, if node < k { in_clique } else { in_cycle }, 9);
        }
    };
    let harmonic_number: f64 = (1..p).map(|term| 1.0 / term as f64).sum();
    check(&measure::harmonic(&graph, Direction::In, Length::Hops).unwrap(), k as f64 - 1.0, harmonic_number);
    check(&Betweenness::new().nodes(&graph).unwrap(), 0.0, ((p - 1) * (p - 2)) as f64 / 2.0);
    let iteration = Iteration { tolerance: 1e-12, most: 10_000 };
    let katz = Katz { attenuation: beta, base: 1.0, normalised: false, iteration };
    let [in_clique, in_cycle] = [k as f64 - 1.0, 1.0].map(|degree| 1.0 / (1.0 - beta * degree));
    check(&katz.of(&graph).unwrap(), in_clique, in_cycle);
    let all = 1.0 / (k + p) as f64;
    check(&PageRank::new().iteration(iteration).of(&graph).unwrap(), all, all);
}

/// Hall (1970), Belkin & Niyogi (2003): the first eigenvectors of a ring are a sine and a cosine, so that it is a circle.
#[cfg(feature = "lapack")]
#[test]
fn a_ring_is_embedded_as_a_circle() {
    let places = fascicle_graph::spectral::spectral_embedding(&ring(12, 1), 2).unwrap();
    let radius = |place: &[f64]| place[0].hypot(place[1]);
    let step = |from: &[f64], to: &[f64]| (from[0] - to[0]).hypot(from[1] - to[1]);
    for node in 0..12 {
        printed(radius(&places[node]) / radius(&places[0]), 1.0, 9);
        // The chord of a twelfth, 2 sin π/12, in radii.
        let chord = step(&places[node], &places[(node + 1) % 12]) / radius(&places[0]);
        printed(chord, 2.0 * (std::f64::consts::PI / 12.0).sin(), 9);
    }
}
