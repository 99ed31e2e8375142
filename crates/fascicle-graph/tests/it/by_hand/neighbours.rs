//! Degrees, clustering, cores, reciprocity, assortativity.

use fascicle_graph::measure::{self, Direction};

use super::{chain, kite, plain, same, weighted, weighted_kite};

#[test]
fn degrees_strengths_and_density() {
    let kite = weighted_kite();
    // Node 2 has edges to 0, 1 and 3; node 3 has one.
    assert_eq!(measure::degrees(&kite, Direction::Total), [2, 2, 3, 1]);
    assert_eq!(measure::degree_distribution(&kite, Direction::Total), [0, 1, 2, 1]);
    // 8 + 1, 8 + 1, 1 + 1 + 8, 8.
    same(&measure::strengths(&kite, Direction::Total), &[9.0, 9.0, 10.0, 8.0]);
    // 4 of 4 · 3 / 2 pairs.
    same(&[measure::density(&kite).unwrap()], &[4.0 / 6.0]);
    // 0 → 1 (3), 0 → 2 (1), 1 → 0 (2), and a self-loop of 2 (5), which is neither side of a density: 3 of 3 · 2.
    let directed = weighted(3, true, &[(0, 1, 3.0), (0, 2, 1.0), (1, 0, 2.0), (2, 2, 5.0)]);
    assert_eq!(measure::degrees(&directed, Direction::In), [1, 1, 2]);
    assert_eq!(measure::degrees(&directed, Direction::Out), [2, 1, 1]);
    assert_eq!(measure::degrees(&directed, Direction::Total), [3, 2, 3]);
    same(&measure::strengths(&directed, Direction::In), &[2.0, 3.0, 6.0]);
    same(&measure::strengths(&directed, Direction::Out), &[4.0, 2.0, 5.0]);
    same(&[measure::density(&directed).unwrap()], &[3.0 / 6.0]);
}

#[test]
fn clustering_of_a_kite() {
    let kite = weighted_kite();
    same(&measure::triangles(&kite), &[1.0, 1.0, 1.0, 0.0]);
    // Node 2 has three pairs of neighbours, and one of them is joined.
    same(&measure::clustering(&kite).unwrap(), &[1.0, 1.0, 1.0 / 3.0, 0.0]);
    // 1 + 1 + 3 connected triples, and one triangle closes three of them.
    same(&[measure::transitivity(&kite).unwrap()], &[3.0 / 5.0]);
    // Weights over the greatest are 1, 1/8, 1/8 in the triangle; their product's cube root is 1 · 1/2 · 1/2. One pair of
    // neighbours at nodes 0 and 1, three at node 2.
    same(&measure::clustering_onnela(&kite).unwrap(), &[0.25, 0.25, 0.25 / 3.0, 0.0]);
    // Nodes 0 and 1: (8 + 1) / (9 · 1). Node 2: (1 + 1) / (10 · 2).
    same(&measure::clustering_barrat(&kite).unwrap(), &[1.0, 1.0, 0.1, 0.0]);
}

#[test]
fn clustering_with_directions() {
    let directed = |edges: &[(usize, usize)]| measure::clustering_directed(&plain(3, true, edges)).unwrap();
    // A cycle: one directed triangle at each node, of the two that an edge in and an edge out allow.
    same(&directed(&[(0, 1), (1, 2), (2, 0)]), &[0.5; 3]);
    // All six edges: (2 · 2 · 2) · 2 / 2 triangles of 4 · 3 − 2 · 2.
    same(&directed(&[(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)]), &[1.0; 3]);
    // 0 → 1 → 2, 0 ⇄ 2: the sides are 1, 1 and 2, which makes 2 triangles. Nodes 0 and 2 have three edges, one pair of
    // them mutual: 3 · 2 − 2 · 1 = 4. Node 1 has two edges: 2 · 1 = 2.
    same(&directed(&[(0, 1), (1, 2), (0, 2), (2, 0)]), &[0.5, 1.0, 0.5]);
    // With weights 8, 1, 8 and 1 the cube roots of their shares are 1, 1/2, 1 and 1/2: sides of 1, 1/2 and 3/2, whose product
    // is 3/4, over the same 4, 2, 4.
    let graph = weighted(3, true, &[(0, 1, 8.0), (1, 2, 1.0), (0, 2, 8.0), (2, 0, 1.0)]);
    same(&measure::clustering_directed_weighted(&graph).unwrap(), &[3.0 / 16.0, 3.0 / 8.0, 3.0 / 16.0]);
}

#[test]
fn cores_of_a_clique_with_a_tail() {
    let clique = plain(6, false, &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5)]);
    assert_eq!(measure::core_numbers(&clique, Direction::Total), [3, 3, 3, 3, 1, 1]);
    // A cycle with a way out. Every node has an edge in; node 3 has none out, and the others keep theirs without it; both
    // ways, the cycle's nodes have two and node 3 has one.
    let cycle = plain(4, true, &[(0, 1), (1, 2), (2, 0), (2, 3)]);
    assert_eq!(measure::core_numbers(&cycle, Direction::In), [1, 1, 1, 1]);
    assert_eq!(measure::core_numbers(&cycle, Direction::Out), [1, 1, 1, 0]);
    assert_eq!(measure::core_numbers(&cycle, Direction::Total), [2, 2, 2, 1]);
}

#[test]
fn reciprocity_of_four_edges() {
    let graph = weighted(4, true, &[(0, 1, 3.0), (1, 0, 1.0), (1, 2, 2.0), (2, 3, 2.0)]);
    // Two of four edges are returned; 4 of 12 would be by chance: (1/2 − 1/3) / (1 − 1/3).
    same(&[measure::reciprocity(&graph).unwrap()], &[0.5]);
    same(&[measure::reciprocity_excess(&graph).unwrap()], &[0.25]);
    // min(3, 1) in both directions, of 8.
    same(&[measure::weighted_reciprocity(&graph).unwrap().unwrap()], &[0.25]);
}

#[test]
fn assortativity_of_chains_and_stars() {
    // Ends of a chain's edges, from both sides: (1,2) (2,2) (2,1) and back. Mean 10/6; Σxy/6 = 16/6 and Σx²/6 = 18/6, so
    // (96 − 100) / (108 − 100).
    let chain = chain(4, false);
    same(&[measure::undirected_degree_assortativity(&chain).unwrap().unwrap()], &[-0.5]);
    // Values 1 to 4: mean 5/2; Σxy/6 = 40/6, Σx²/6 = 43/6; (80 − 75) / (86 − 75).
    let values = [1.0, 2.0, 3.0, 4.0];
    same(&[measure::numeric_assortativity(&chain, &values).unwrap().unwrap()], &[5.0 / 11.0]);
    // Two thirds of the edges within, one half by chance: (2/3 − 1/2) / (1 − 1/2).
    let halves = [0, 0, 1, 1];
    same(&[measure::attribute_assortativity(&chain, &halves).unwrap().unwrap()], &[1.0 / 3.0]);
    let star = plain(4, false, &[(0, 1), (0, 2), (0, 3)]);
    same(&[measure::undirected_degree_assortativity(&star).unwrap().unwrap()], &[-1.0]);
}

#[test]
fn assortativity_with_directions() {
    use Direction::{In, Out, Total};

    // 0 → 1, 0 → 2, 1 → 2: out-degrees 2, 1, 0 and in-degrees 0, 1, 2.
    let graph = plain(3, true, &[(0, 1), (0, 2), (1, 2)]);
    let of = |source, target| measure::degree_assortativity(&graph, source, target).unwrap();
    // (2,1) (2,2) (1,2): covariance 8/3 − 25/9 = −1/9, both variances 3 − 25/9 = 2/9.
    same(&[of(Out, In).unwrap()], &[-0.5]);
    // (2,1) (2,0) (1,0): 2/3 − 5/9 = 1/9; variances 2/9 and 1/3 − 1/9 = 2/9.
    same(&[of(Out, Out).unwrap()], &[0.5]);
    // (0,1) (0,2) (1,2): 2/3 − 5/9 = 1/9.
    same(&[of(In, In).unwrap()], &[0.5]);
    // (0,1) (0,0) (1,0): 0 − 1/9.
    same(&[of(In, Out).unwrap()], &[-0.5]);
    // Every node has two edges: nothing varies.
    assert_eq!(of(Total, Total), None);
}

#[test]
fn self_loops_are_no_neighbours() {
    let kite = kite();
    let looped: Vec<_> = kite.edges().chain([(2, 2, 1.0), (3, 3, 1.0)]).collect();
    let looped = weighted(4, false, &looped);
    same(&measure::clustering(&looped).unwrap(), &measure::clustering(&kite).unwrap());
    assert_eq!(measure::core_numbers(&looped, Direction::Total), [2, 2, 2, 1]);
    // A self-loop has two ends at its node.
    assert_eq!(measure::degrees(&looped, Direction::Total), [2, 2, 5, 3]);
}
