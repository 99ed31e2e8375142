use std::collections::BTreeSet;

use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{Fact, parse_facts};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::distmult::DistMult;
use super::known::{Known, reciprocal_rank};
use super::links::Links;
use super::retrieval::{Retrieval, pairs_of, sample};
use super::rgcn::{Rgcn, messages};
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
    let told = vec![links.told("affects").unwrap(), links.told("isa").unwrap()];
    assert!(told.iter().flatten().all(|score| (0.0..=1.0).contains(score)));
    let found = findings(&[retrieval], &[alone], &[beside], &[told]);
    let judged = judge(&KPathsOnUmls.info(), Size::Quick, &found).unwrap();
    assert_eq!(judged.len(), 12);
}

/// Facts in which `a` hears of `b` and `c` by one relation, of `c` by another, and `c` of itself.
fn heard() -> (Vec<Fact>, Known) {
    let facts = parse_facts("b\tr\ta\nc\tr\ta\nc\ts\ta\nc\ts\tc\n").unwrap();
    let known = Known::new([&facts, &Vec::new(), &Vec::new()]);
    (facts, known)
}

#[test]
fn listeners_hear_all_speakers_alike() {
    let (facts, known) = heard();
    let device = fascicle_core::device("cpu").unwrap();
    let told = messages(&facts, &known, &device).try_into_vec_as::<f32>().unwrap();
    // Entities b, a, c; relations r, s and their inverses. [relation][listener][speaker]
    let mut expected = [0.0; 4 * 9];
    for (relation, listener, speaker, share) in [
        (0, 1, 0, 0.5),
        (0, 1, 2, 0.5),
        (1, 1, 2, 1.0),
        (1, 2, 2, 1.0),
        (2, 0, 1, 1.0),
        (2, 2, 1, 1.0),
        (3, 2, 1, 0.5),
        (3, 2, 2, 0.5),
    ] {
        expected[relation * 9 + listener * 3 + speaker] = share;
    }
    assert_eq!(told, expected);
}

/// The layer as the paper writes it: for each relation the mean of the neighbours, times that relation's own matrix.
#[test]
fn a_layer_is_the_sum_over_relations() {
    let (facts, known) = heard();
    let device = fascicle_core::device("cpu").unwrap();
    let model = Rgcn::untrained(&known, &mut StdRng::seed_from_u64(1), &device);
    let told = messages(&facts, &known, &device);
    let numbers = |tensor: burn::tensor::Tensor<2>| tensor.try_into_vec_as::<f32>().unwrap();
    let states = model.entities.val();
    let found = numbers(model.heard(1, &states, &told));
    let (h, a, told) = (numbers(states), numbers(model.mixes.val()), numbers(told));
    let v = numbers(model.layers[1].bases.val());
    let (n, relations) = (3, 4);
    let d = h.len() / n;
    let bases = v.len() / (d * d);
    for listener in 0..n {
        for out in 0..d {
            let mut sum = 0.0;
            for relation in 0..relations {
                let mean = |x: usize| -> f32 {
                    (0..n).map(|s| told[(relation * n + listener) * n + s] * h[s * d + x]).sum()
                };
                let weight = |x: usize| -> f32 {
                    (0..bases).map(|b| a[(bases + b) * relations + relation] * v[(b * d + x) * d + out]).sum()
                };
                sum += (0..d).map(|x| mean(x) * weight(x)).sum::<f32>();
            }
            let got = found[listener * d + out];
            assert!((got - sum).abs() < 1e-4, "{listener} {out}: {got}, not {sum}");
        }
    }
}

#[test]
fn a_graph_network_learns_pairs() {
    let name = |at: usize| format!("p{}", at % 8);
    let ring: Vec<Fact> = (0..8).map(|at| Fact::new(name(at), "next", name(at + 1))).collect();
    let pairs: Vec<Fact> = (0..8).map(|at| Fact::new(name(at), "owns", format!("thing {at}"))).collect();
    let known = Known::new([&ring, &pairs, &Vec::new()]);
    let device = fascicle_core::device("cpu").unwrap();
    let mrr = |labels: &[Fact]| Rgcn::mrr_after([&ring, labels, &pairs], &known, 5, &device).unwrap();
    let (all, one) = (mrr(&pairs), mrr(&pairs[..1]));
    assert!(all > 0.8 && one < 0.5, "{all} from all pairs, {one} from one");
    assert_eq!(all, mrr(&pairs));
}
