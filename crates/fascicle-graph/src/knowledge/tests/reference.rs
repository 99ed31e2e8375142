//! Numbers that networkx 3.6.1 gives for the same graph.
//!
//! 40 facts from the linear congruential generator below, over 12 entities and 3 relations; in Python:
//!
//! ```text
//! x = 42
//! def number(n):
//!     global x; x = (x * 1103515245 + 12345) % 2**31; return (x >> 16) % n
//! facts = [(number(12), number(3), number(12)) for _ in range(40)]
//! M = nx.MultiDiGraph([(h, t, r) for h, r, t in set(facts)]); G = nx.DiGraph(M)
//! sum(prod(M.number_of_edges(a, b) for a, b in zip(p, p[1:])) for p in nx.all_shortest_paths(G, 0, t))
//! P = nx.all_simple_paths(D, u, v, cutoff=3)     # D: G without self-loops and with every edge both ways
//! len({tuple(composite[e] for e in zip(p, p[1:])) for p in P})     # composite: the set of (relation, inverse)
//! U, S, V = np.linalg.svd(nx.to_numpy_array(G)); hubs, authorities = abs(U[:, 0]), abs(V[0])     # numpy 2
//! nx.pagerank(G, tol=1e-14, max_iter=1000)
//! ```

use super::super::{Fact, FactIndex, RankBy, Ranking, graph_of};
use crate::PathwayGraph;
use crate::measure::Iteration;
use crate::path::{KPathMode, KPaths, Relations};

fn numbers() -> impl FnMut(u64) -> u64 {
    let mut x: u64 = 42;
    move |n| {
        x = (x * 1_103_515_245 + 12_345) % (1 << 31);
        (x >> 16) % n
    }
}

/// The graph; its nodes are numbered as their names say.
fn drawn(relations: u64) -> PathwayGraph {
    let mut number = numbers();
    let facts: Vec<Fact> = (0..40)
        .map(|_| {
            let [head, relation, tail] = [12, 3, 12].map(&mut number);
            Fact::new(format!("n{head}"), format!("r{}", relation % relations), format!("n{tail}"))
        })
        .collect();
    graph_of(&facts).unwrap()
}

fn node(index: &FactIndex<'_>, number: usize) -> usize {
    index.entity(&format!("n{number}")).unwrap()
}

#[test]
fn the_same_graph() {
    let graph = drawn(3);
    let index = FactIndex::new(&graph).unwrap();
    assert_eq!((index.len(), index.pairs().edge_count(), graph.node_count()), (38, 36, 12));
}

#[test]
fn numbers_of_shortest_paths() {
    let graph = drawn(3);
    let index = FactIndex::new(&graph).unwrap();
    let counts: Vec<usize> = (0..12)
        .map(|to| index.shortest(node(&index, 0), node(&index, to), 100).unwrap().paths.len())
        .collect();
    assert_eq!(counts, [1, 1, 1, 1, 3, 1, 2, 1, 1, 2, 1, 1]);
}

#[test]
fn numbers_of_different_relation_sequences() {
    let all = KPaths::new().k(1000);
    for (relations, u, v, paths, different) in [
        (3, 0, 5, 8, 8),
        (3, 1, 7, 13, 13),
        (3, 3, 9, 14, 14),
        (3, 2, 11, 7, 7),
        (3, 4, 8, 7, 7),
        (1, 0, 5, 8, 7),
        (1, 1, 7, 13, 11),
        (1, 3, 9, 14, 13),
        (1, 2, 11, 7, 6),
        (1, 4, 8, 7, 6),
    ] {
        let graph = drawn(relations);
        let merged = Relations::by_layer(&graph, true).unwrap();
        let [u, v] = [u, v].map(|number| format!("n{number}"));
        let found = |mode| all.clone().mode(mode).between(&merged, &u, &v).unwrap().paths.len();
        assert_eq!((found(KPathMode::NoFilter), found(KPathMode::Diverse)), (paths, different), "{u} to {v}");
    }
}

#[test]
fn hops_of_the_first_paths() {
    let graph = drawn(3);
    let merged = Relations::by_layer(&graph, true).unwrap();
    let query = KPaths::new().k(12).max_hops(11).mode(KPathMode::NoFilter);
    let found = query.between(&merged, "n2", "n11").unwrap();
    let hops: Vec<usize> = found.paths.iter().map(|path| path.relations.len()).collect();
    assert_eq!(hops, [2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
}

#[track_caller]
fn ranked(by: RankBy, from: usize, count: usize, expected: &[(f64, &[usize])]) {
    let graph = drawn(3);
    let index = FactIndex::new(&graph).unwrap();
    let exact = Iteration { tolerance: 1e-13, most: 100_000 };
    let ranking = Ranking::new(&index, by, exact).unwrap();
    let found = ranking.from(node(&index, from)).unwrap();
    assert_eq!(found.len(), count);
    for (path, (score, tails)) in found.iter().zip(expected) {
        let names: Vec<String> = tails.iter().map(|tail| format!("n{tail}")).collect();
        assert_eq!(path.path.nodes[1..].iter().map(|&node| index.name(node)).collect::<Vec<_>>(), names);
        assert!((path.score - score).abs() < 1e-9, "{} of {names:?}, not {score}", path.score);
    }
}

#[test]
fn paths_ranked() {
    ranked(
        RankBy::Hits,
        0,
        7,
        &[
            (0.607_030_714_756, &[10, 5]),
            (0.578_231_166_188, &[10, 3]),
            (0.520_300_685_375, &[8, 11]),
            (0.501_179_145_412, &[10, 8]),
        ],
    );
    ranked(
        RankBy::PageRank,
        0,
        7,
        &[
            (0.184_325_866_784, &[8, 11]),
            (0.151_652_340_6, &[10, 5]),
            (0.149_562_380_417, &[10, 3]),
            (0.144_761_373_14, &[10, 8]),
        ],
    );
    ranked(
        RankBy::Hits,
        3,
        9,
        &[
            (0.762_649_672_540, &[11]),
            (0.654_904_491_311, &[10, 5]),
            (0.593_622_548_906, &[10]),
            (0.585_794_251_919, &[11, 6]),
        ],
    );
    ranked(
        RankBy::PageRank,
        3,
        9,
        &[
            (0.276_743_916_739, &[11, 9]),
            (0.273_693_239_694, &[11, 6]),
            (0.264_942_395_438, &[11]),
            (0.176_232_047_036, &[10, 5]),
        ],
    );
}

/// One hub and four authorities: a hub of length 1 and four halves. As shares of 1 the fact would count 1.25.
#[test]
fn hubs_and_authorities_have_length_one() {
    let facts: Vec<Fact> = (0..4).map(|tail| Fact::new("hub", "knows", format!("n{tail}"))).collect();
    let graph = graph_of(&facts).unwrap();
    let index = FactIndex::new(&graph).unwrap();
    let ranking = Ranking::new(&index, RankBy::Hits, Iteration::default()).unwrap();
    assert!((ranking.of_fact(0, 1) - 1.5).abs() < 1e-9, "{}", ranking.of_fact(0, 1));
}
