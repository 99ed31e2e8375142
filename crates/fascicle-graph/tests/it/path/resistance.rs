use fascicle_graph::path::Resistance;
use fascicle_graph::{Adjacency, GraphError};
use proptest::prelude::*;

use crate::support::{assert_close, karate};

#[test]
fn known_resistances() {
    // networkx: resistance_distance(karate_club_graph(), a, b, weight, invert_weight=False)
    for (a, b, plain, weighted) in [
        (0, 33, 0.25380229833673906, 0.10050136052889233),
        (11, 16, 1.8333333333333348, 0.6183086731625177),
        (0, 1, 0.19306451722866697, 0.06347587754660804),
    ] {
        assert_close(Resistance::of(&karate(false)).unwrap().between(a, b).unwrap(), plain, 1e-11);
        assert_close(Resistance::of(&karate(true)).unwrap().between(b, a).unwrap(), weighted, 1e-11);
    }
    let club = karate(false);
    let matrix = Resistance::of(&club).unwrap().matrix().unwrap();
    let pairs = (0..34).flat_map(|a| (a + 1..34).map(move |b| (a, b)));
    assert_close(pairs.map(|(a, b)| matrix.get(a, b)).sum(), 470.268184984814, 1e-11);
}

#[test]
fn series_and_parallel() {
    // Two ways of 2 and 2 ohms side by side, and a node apart.
    let square = [(0, 1, 1.0), (1, 2, 1.0), (0, 3, 1.0), (3, 2, 1.0), (1, 1, 9.0), (4, 2, 0.0)];
    let graph = Adjacency::from_edges(5, false, square).unwrap();
    let resistance = Resistance::of(&graph).unwrap();
    assert_close(resistance.between(0, 2).unwrap(), 1.0, 1e-12);
    assert_close(resistance.between(0, 1).unwrap(), 0.75, 1e-12);
    assert_eq!(resistance.between(0, 4).unwrap(), f64::INFINITY);
    assert_eq!(resistance.between(4, 4).unwrap(), 0.0);
    assert_eq!(resistance.matrix().unwrap().get(4, 0), f64::INFINITY);
    // A chain of 500 resistors of 2 ohms.
    let chain = Adjacency::from_edges(501, false, (0..500).map(|node| (node, node + 1, 0.5))).unwrap();
    assert_close(Resistance::of(&chain).unwrap().between(0, 500).unwrap(), 1000.0, 1e-9);
}

#[test]
fn bad_networks() {
    let of = |directed, weight| -> GraphError {
        let graph = Adjacency::from_edges(2, directed, [(0, 1, weight)]).unwrap();
        Resistance::of(&graph).unwrap_err()
    };
    insta::assert_snapshot!(of(true, 1.0), @"the view is directed; expected an undirected one");
    insta::assert_snapshot!(of(false, -1.0), @"the edge 0 -> 1 has weight -1; expected a conductance of at least 0");
    let club = karate(false);
    insta::assert_snapshot!(Resistance::of(&club).unwrap().between(0, 50).unwrap_err(), @"target is 50; expected a node below 34");
}

/// The potential of a unit current, by elimination on the Laplacian without its last row and column.
fn by_elimination(nodes: usize, edges: &[(usize, usize, f64)], a: usize, b: usize) -> f64 {
    let ground = nodes - 1;
    let mut rows = vec![vec![0.0; nodes]; ground];
    for &(from, to, weight) in edges.iter().filter(|edge| edge.0 != edge.1) {
        for (i, j) in [(from, to), (to, from)] {
            if i < ground {
                rows[i][i] += weight;
                if j < ground {
                    rows[i][j] -= weight;
                }
            }
        }
    }
    for (node, current) in [(a, 1.0), (b, -1.0)] {
        if node < ground {
            rows[node][ground] += current;
        }
    }
    for column in 0..ground {
        let pivot = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != column) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(cell, pivot)| *cell -= factor * pivot);
        }
    }
    let potential = |node: usize| if node < ground { rows[node][ground] / rows[node][node] } else { 0.0 };
    potential(a) - potential(b)
}

proptest! {
    #[test]
    fn a_metric_that_elimination_confirms(
        mut edges in proptest::collection::vec((0_usize..9, 0_usize..9, 0.1_f64..5.0), 0..25),
        links in proptest::collection::vec(0.1_f64..5.0, 8),
    ) {
        // A chain through all nodes makes it one component.
        edges.extend(links.into_iter().enumerate().map(|(node, weight)| (node, node + 1, weight)));
        let graph = Adjacency::from_edges(9, false, edges.iter().copied()).unwrap();
        let resistance = Resistance::of(&graph).unwrap();
        let matrix = resistance.matrix().unwrap();
        for a in 0..9 {
            for b in 0..9 {
                let one = resistance.between(a, b).unwrap();
                assert_close(one, if a == b { 0.0 } else { by_elimination(9, &edges, a, b) }, 1e-9);
                assert_close(matrix.get(a, b), one, 1e-9);
                prop_assert_eq!(one, resistance.between(b, a).unwrap());
                prop_assert_eq!(matrix.get(a, b), matrix.get(b, a));
                for c in 0..9 {
                    prop_assert!(matrix.get(a, c) <= matrix.get(a, b) + matrix.get(b, c) + 1e-9);
                }
            }
        }
        // Foster (1949): conductance times resistance, over all edges, is the number of nodes less one.
        let foster: f64 = graph.edges().map(|(a, b, weight)| weight * matrix.get(a, b)).sum();
        assert_close(foster, 8.0, 1e-9);
    }
}
