use std::collections::HashSet;

use fascicle_graph::PathwayGraph;
use fascicle_graph::path::{Fallback, KPathMode, KPaths, KPathsFound, Relation, RelationPath, Relations};
use proptest::prelude::*;

/// A little pharmacology: (source, relation, target).
const FACTS: [(&str, &str, &str); 10] = [
    ("aspirin", "inhibits", "PTGS1"),
    ("aspirin", "inhibits", "PTGS2"),
    ("aspirin", "binds", "PTGS2"),
    ("PTGS1", "causes", "pain"),
    ("PTGS2", "causes", "pain"),
    ("ibuprofen", "inhibits", "PTGS1"),
    ("ibuprofen", "inhibits", "PTGS2"),
    ("ibuprofen", "treats", "pain"),
    ("pain", "signals", "PTGS1"),
    ("caffeine", "resembles", "theophylline"),
];

fn facts() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    for (source, relation, target) in FACTS {
        let layer = graph.layer(relation, true).unwrap();
        let [source, target] = [source, target].map(|name| graph.node(name));
        graph.connect(source, target, layer, 1.0).unwrap();
    }
    graph
}

/// A path as text: `aspirin -inhibits-> PTGS1 <-inhibits- ibuprofen`, composite relations joined by `+`.
fn text(relations: &Relations<'_>, path: &RelationPath) -> String {
    let graph = relations.graph();
    let name = |node: usize| graph.names().nth(node).unwrap();
    let mut text = name(path.nodes[0]).to_owned();
    for (&relation, &node) in path.relations.iter().zip(&path.nodes[1..]) {
        let parts = relations.parts(relation).iter().map(|part| {
            let label = &graph.layers()[part.label as usize].name;
            if part.inverse { format!("{label}⁻") } else { label.clone() }
        });
        text += &format!(" -{}-> {}", parts.collect::<Vec<_>>().join("+"), name(node));
    }
    text
}

#[track_caller]
fn check(inverses: bool, query: &KPaths, ends: [&str; 2], expected: &[&str], fallback: Option<Fallback>) {
    let graph = facts();
    let relations = Relations::by_layer(&graph, inverses).unwrap();
    let found = query.between(&relations, ends[0], ends[1]).unwrap();
    assert_eq!(found.paths.iter().map(|path| text(&relations, path)).collect::<Vec<_>>(), expected);
    assert_eq!((found.fallback, found.capped), (fallback, false));
}

#[test]
fn paths_with_different_relations() {
    let usual = KPaths::new();
    check(
        false,
        &usual,
        ["aspirin", "pain"],
        &["aspirin -inhibits-> PTGS1 -causes-> pain", "aspirin -inhibits+binds-> PTGS2 -causes-> pain"],
        None,
    );
    // Both targets are inhibited by ibuprofen: one path tells as much as two.
    check(
        false,
        &usual,
        ["ibuprofen", "pain"],
        &["ibuprofen -treats-> pain", "ibuprofen -inhibits-> PTGS1 -causes-> pain"],
        None,
    );
    check(
        false,
        &usual.clone().mode(KPathMode::NoFilter),
        ["ibuprofen", "pain"],
        &[
            "ibuprofen -treats-> pain",
            "ibuprofen -inhibits-> PTGS1 -causes-> pain",
            "ibuprofen -inhibits-> PTGS2 -causes-> pain",
        ],
        None,
    );
    check(
        false,
        &usual.clone().without_direct().k(1),
        ["ibuprofen", "pain"],
        &["ibuprofen -inhibits-> PTGS1 -causes-> pain"],
        None,
    );
    check(false, &usual.clone().max_hops(1), ["ibuprofen", "pain"], &["ibuprofen -treats-> pain"], None);
}

#[test]
fn an_inverse_joins_what_goes_the_same_way() {
    // `pain -signals-> PTGS1` and the inverse of `PTGS1 -causes-> pain` are one composite.
    check(
        true,
        &KPaths::new().max_hops(2),
        ["pain", "aspirin"],
        &[
            "pain -causes⁻+signals-> PTGS1 -inhibits⁻-> aspirin",
            "pain -causes⁻-> PTGS2 -inhibits⁻+binds⁻-> aspirin",
        ],
        None,
    );
    check(true, &KPaths::new(), ["caffeine", "theophylline"], &["caffeine -resembles-> theophylline"], None);
}

#[test]
fn instead_of_paths() {
    let usual = KPaths::new();
    check(false, &usual, ["morphine", "codeine"], &[], Some(Fallback::BothAbsent));
    let of_aspirin = ["aspirin -inhibits-> PTGS1", "aspirin -inhibits+binds-> PTGS2"];
    check(false, &usual, ["aspirin", "codeine"], &of_aspirin, Some(Fallback::OneAbsent));
    check(false, &usual.clone().k(1), ["codeine", "aspirin"], &of_aspirin[..1], Some(Fallback::OneAbsent));
    let none = ["aspirin", "caffeine"];
    let both = [of_aspirin[0], of_aspirin[1], "caffeine -resembles-> theophylline"];
    check(false, &usual, none, &both, Some(Fallback::NoPath));
    check(false, &usual.clone().k(2), none, &[both[0], both[2]], Some(Fallback::NoPath));
    check(false, &usual.clone().k(1), none, &both[..1], Some(Fallback::NoPath));
    check(false, &usual.clone().k(0), none, &[], None);
    // One more for the first, where the other has no neighbours at all.
    check(false, &usual.clone().k(2), ["aspirin", "theophylline"], &of_aspirin, Some(Fallback::NoPath));
    // Without a way the neighbours are filtered, whatever is done to paths.
    let same =
        ["ibuprofen -inhibits-> PTGS1", "ibuprofen -treats-> pain", "caffeine -resembles-> theophylline"];
    check(
        false,
        &usual.clone().mode(KPathMode::NoFilter),
        ["ibuprofen", "caffeine"],
        &same,
        Some(Fallback::NoPath),
    );
    let alike = ["ibuprofen -inhibits-> PTGS1", "ibuprofen -inhibits-> PTGS2", "ibuprofen -treats-> pain"];
    check(
        false,
        &usual.clone().mode(KPathMode::NoFilter),
        ["ibuprofen", "codeine"],
        &alike,
        Some(Fallback::OneAbsent),
    );
    // A way that is too long is none to tell of, and neither are neighbours.
    check(false, &usual.clone().max_hops(1), ["aspirin", "pain"], &[], Some(Fallback::TooLong));
    let without = usual.clone().max_hops(1).without_direct();
    check(false, &without, ["ibuprofen", "pain"], &[], Some(Fallback::TooLong));
    check(false, &without, ["caffeine", "theophylline"], &[], Some(Fallback::NoPath));
    let neighbours = usual.clone().mode(KPathMode::NeighboursOnly);
    // Half of k on each side, rounded down, whatever the relations; one each at least, and never more than k.
    for (k, expected) in [
        (5, &["ibuprofen -inhibits-> PTGS1", "ibuprofen -inhibits-> PTGS2", "pain -signals-> PTGS1"][..]),
        (3, &["ibuprofen -inhibits-> PTGS1", "pain -signals-> PTGS1"]),
        (1, &["ibuprofen -inhibits-> PTGS1"]),
        (0, &[]),
    ] {
        check(false, &neighbours.clone().k(k), ["ibuprofen", "pain"], expected, None);
    }
    check(false, &neighbours, ["ibuprofen", "codeine"], &alike, Some(Fallback::OneAbsent));
    check(
        false,
        &neighbours.clone().k(2),
        ["ibuprofen", "pain"],
        &["ibuprofen -inhibits-> PTGS1", "pain -signals-> PTGS1"],
        None,
    );
    check(
        false,
        &neighbours.without_direct(),
        ["ibuprofen", "pain"],
        &["ibuprofen -inhibits-> PTGS1", "ibuprofen -inhibits-> PTGS2", "pain -signals-> PTGS1"],
        None,
    );
}

#[test]
fn the_union_has_facts_as_they_were() {
    let graph = facts();
    let relations = Relations::by_layer(&graph, true).unwrap();
    let found = KPaths::new().max_hops(2).between(&relations, "pain", "aspirin").unwrap();
    let union = relations.union(found.paths.iter().map(|path| &path.nodes[..]));
    let edges: Vec<_> = union
        .edges()
        .map(|(from, to, edge)| {
            (
                union.name(from).to_owned(),
                union.layers()[edge.layer.index()].name.clone(),
                union.name(to).to_owned(),
            )
        })
        .collect();
    let expected = [0, 1, 2, 3, 4, 8].map(|at| FACTS[at]);
    assert_eq!(edges, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    assert_eq!(union.names().collect::<Vec<_>>(), ["aspirin", "PTGS1", "PTGS2", "pain"]);
}

#[test]
fn undirected_layers_are_their_own_inverses() {
    let mut graph = PathwayGraph::new();
    let gap = graph.layer("gap", false).unwrap();
    let [a, b] = ["AVAL", "AVBL"].map(|name| graph.node(name));
    graph.connect(a, b, gap, 2.0).unwrap();
    let relations = Relations::by_layer(&graph, true).unwrap();
    for (from, to) in [(0, 1), (1, 0)] {
        let parts = relations.parts(relations.between(from, to).unwrap());
        assert_eq!(parts, [Relation { label: 0, inverse: false }]);
        assert_eq!(relations.union([&[from, to][..]]).edge_count(), 2);
    }
}

#[test]
fn bad_arguments() {
    let graph = facts();
    let relations = Relations::by_layer(&graph, false).unwrap();
    insta::assert_snapshot!(KPaths::new().between(&relations, "pain", "pain").unwrap_err(), @"the target is the source, `pain`; expected another node");
    insta::assert_snapshot!(Relations::labelled(&graph, vec![1, 2], false).unwrap_err(), @"the number of labels is 2; expected one for each of 10 edges");
}

proptest! {
    /// As by trying everything: all paths, shortest first, those with a new sequence of relations.
    #[test]
    fn as_defined(
        triples in proptest::collection::vec((0_usize..7, 0_u32..3, 0_usize..7), 0..22),
        inverses: bool,
        k in 0_usize..6,
    ) {
        let mut graph = crate::support::graph(7, &[]);
        let edges = graph.find_layer("edges").unwrap();
        for &(from, _, to) in &triples {
            let [from, to] = [from, to].map(|node| graph.find(&format!("n{node}")).unwrap());
            graph.connect(from, to, edges, 1.0).unwrap();
        }
        let labels = triples.iter().map(|triple| triple.1).collect();
        let relations = Relations::labelled(&graph, labels, inverses).unwrap();

        let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
        for &(from, _, to) in &triples {
            pairs.push((from, to, 1.0));
            if inverses {
                pairs.push((to, from, 1.0));
            }
        }
        pairs.sort_by_key(|pair| (pair.0, pair.1));
        pairs.dedup();
        let set = |from: usize, to: usize| -> Vec<(u32, bool)> {
            let mut set: Vec<_> = triples.iter().filter(|t| (t.0, t.2) == (from, to)).map(|t| (t.1, false)).collect();
            set.extend(triples.iter().filter(|t| inverses && (t.2, t.0) == (from, to)).map(|t| (t.1, true)));
            set.sort_unstable();
            set.dedup();
            set
        };
        let mut seen = HashSet::new();
        let expected: Vec<Vec<usize>> = crate::support::all_paths(&pairs, true, 0, 6)
            .into_iter()
            .filter(|path| path.1.len() <= 3)
            .map(|path| std::iter::once(0).chain(path.1.into_iter().map(|step| step.0)).collect::<Vec<_>>())
            .filter(|nodes| seen.insert(nodes.windows(2).map(|pair| set(pair[0], pair[1])).collect::<Vec<_>>()))
            .take(k)
            .collect();
        let KPathsFound { paths, fallback, capped } = KPaths::new().k(k).between(&relations, "n0", "n6").unwrap();
        prop_assert!(paths.len() <= k && !capped);
        if fallback.is_none() {
            prop_assert_eq!(paths.into_iter().map(|path| path.nodes).collect::<Vec<_>>(), expected);
        } else {
            prop_assert_eq!(expected.len(), 0);
        }
    }
}
