use std::collections::BTreeSet;

use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{Fact, parse_facts};

use super::distmult::{DistMult, Known, reciprocal_rank};
use super::links::Links;
use super::retrieval::{Retrieval, pairs_of, sample};
use super::{KPathsOnUmls, Splits, findings};
use crate::measurement::judge;
use crate::{Experiment, Size};

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
    assert!(all > 0.65 && none < 0.45, "{all} from all facts, {none} from two");
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

/// A few hundred facts in four relations of which three are predicted.
fn splits() -> Splits {
    let mut number = 7_u64;
    let mut next = |below: u64| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (number >> 33) % below
    };
    let relations = ["affects", "result_of", "isa", "part_of"];
    let mut facts: Vec<Fact> = (0..240)
        .map(|_| {
            let (head, relation, step) = (next(24), next(4), next(3));
            // Mostly regular, so that there is something to learn.
            let tail = (head + 3 * relation + 1 + u64::from(step == 0)) % 24;
            Fact::new(format!("c{head}"), relations[relation as usize], format!("c{tail}"))
        })
        .collect();
    facts.sort();
    facts.dedup();
    let (test, train) = facts.into_iter().enumerate().partition::<Vec<_>, _>(|(at, _)| at % 5 == 0);
    let plain = |facts: Vec<(usize, Fact)>| facts.into_iter().map(|(_, fact)| fact).collect();
    Splits { train: plain(train), valid: Vec::new(), test: plain(test) }
}

#[test]
fn every_claim_is_measured() {
    let (data, device) = (splits(), fascicle_core::device("cpu").unwrap());
    let retrieval = Retrieval::random_pairs(&data.train, 10, 1).unwrap();
    let links = Links::new(&data, Seeds::new(1), &device);
    let (alone, beside) = (links.alone(10).unwrap(), links.beside().unwrap());
    assert!(beside.iter().all(|one| one.scores.iter().all(|score| (0.0..=1.0).contains(score))));
    let found = findings(&[retrieval], &[alone], &[beside]);
    let judged = judge(&KPathsOnUmls.info(), Size::Quick, &found).unwrap();
    assert_eq!(judged.len(), 9);
}
