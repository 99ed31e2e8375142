use std::collections::BTreeSet;

use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{Fact, parse_facts};

use super::distmult::{DistMult, Known, reciprocal_rank};
use super::retrieval::{Retrieval, pairs_of, sample};

/// Two relations over a ring of people: `next`, and `after` two steps on.
fn ring(people: usize) -> Vec<Fact> {
    let name = |at: usize| format!("p{}", at % people);
    let facts =
        |at: usize| [Fact::new(name(at), "next", name(at + 1)), Fact::new(name(at), "after", name(at + 2))];
    (0..people).flat_map(facts).collect()
}

#[test]
fn ranks_are_filtered_and_shared() {
    let scores = [0.1, 0.9, 0.5, 0.5, 0.7];
    for (asked, right, expected) in [
        (1, &[1][..], 1.0),
        (0, &[0], 1.0 / 5.0),
        (0, &[0, 1, 4], 1.0 / 3.0),
        // Below two others, and level with one.
        (2, &[2], 1.0 / 3.5),
    ] {
        let right: BTreeSet<i32> = right.iter().copied().collect();
        assert!((reciprocal_rank(&scores, asked, &right) - expected).abs() < 1e-12);
    }
}

#[test]
fn facts_are_learnt() {
    let facts = ring(12);
    let known = Known::new([&facts, &Vec::new(), &Vec::new()]);
    let device = fascicle_core::device("cpu").unwrap();
    let fit =
        |facts: &[Fact]| DistMult::fit(facts, &known, 3, &device).unwrap().mrr(&ring(12), &known).unwrap();
    // Symmetric products cannot tell a direction, but the inverse's own vector can.
    let (all, none) = (fit(&facts), fit(&facts[..2]));
    assert!(all > 0.9 && none < 0.5, "{all} from all facts, {none} from two");
    assert_eq!(all, fit(&facts));
}

#[test]
fn unions_hold_what_is_on_paths() {
    let facts = parse_facts("a\tr\tb\nb\tr\tc\nc\tr\td\nb\ts\tc\nx\tr\ty\n").unwrap();
    let found = Retrieval::of(&facts, &[["a".to_owned(), "c".to_owned()]]).unwrap();
    assert_eq!((found.diverse, found.unfiltered), (vec![1.0], vec![1.0]));
    assert_eq!(found.union, [0, 1, 3].map(|at| facts[at].clone()));
    // Of four related pairs, eight merged edges with the inverses, the path has two.
    assert_eq!((found.edge_share, found.fact_share), (0.25, 0.6));
    assert_eq!(pairs_of(&facts).len(), 4);
    let pairs = Retrieval::random_pairs(&ring(9), 20, Seeds::new(1).named("pairs")).unwrap();
    assert_eq!(pairs.diverse.len(), 20);
    let drawn = sample(&facts, 3, 5);
    assert_eq!((drawn.len(), &drawn), (3, &sample(&facts, 3, 5)));
}
