use proptest::prelude::*;
use rand::Rng;

use super::agglomerate::settle;
use super::counts::ln_multiset;
use super::state::{Around, State};
use super::*;
use crate::community::tests::planted;
use crate::community::{Normaliser, nmi};
use crate::karate;

fn level(kind: Kind, weights: Weights) -> Level {
    Level { kind, weights, mean: 1.5 }
}

/// Every way to put `balls` into `boxes`.
fn ways(boxes: usize, balls: u64) -> Vec<Vec<u64>> {
    if boxes == 1 {
        return vec![vec![balls]];
    }
    let first =
        |here: u64| ways(boxes - 1, balls - here).into_iter().map(move |rest| [vec![here], rest].concat());
    (0..=balls).flat_map(first).collect()
}

/// Descriptions are codes: over all graphs with three nodes and two edges and all partitions, probabilities sum to 1.
#[test]
fn probabilities_sum_to_one() {
    for directed in [false, true] {
        let pairs: Vec<(usize, usize)> =
            (0..3).flat_map(|a| (0..3).map(move |b| (a, b))).filter(|(a, b)| directed || a <= b).collect();
        for kind in [Kind::Plain, Kind::Corrected, Kind::Upper] {
            let mut sum = 0.0;
            for edges in ways(pairs.len(), 2) {
                let weighted = pairs.iter().zip(&edges).map(|(&(a, b), &count)| (a, b, count as f64));
                let graph = Adjacency::from_edges(3, directed, weighted).unwrap();
                let graph = Multigraph::of(&graph, Weights::Multiplicity).unwrap();
                for code in 0..27_u32 {
                    let labels = vec![code % 3, code / 3 % 3, code / 9];
                    let count = *labels.iter().max().unwrap() as usize + 1;
                    if (0..count as u32).any(|label| !labels.contains(&label)) {
                        continue;
                    }
                    let blocks = count as u64;
                    let boxes = if directed { blocks * blocks } else { blocks * (blocks + 1) / 2 };
                    let state = State::new(&graph, level(kind, Weights::Multiplicity), labels, count);
                    sum += (-state.total() - ln_multiset(boxes, 2)).exp();
                }
            }
            assert!((sum - 1.0).abs() < 1e-9, "{kind:?}, directed {directed}: {sum}");
        }
    }
}

/// Two edges of weights 1 and 2 between two nodes that are one block: by the formulas, with the mean of 1.5 for a scale.
#[test]
fn what_weights_cost() {
    let cell = Cell { count: 2, weight: 3.0 };
    let exponential = -(1.5 * 2.0 / 4.5_f64.powi(3)).ln();
    assert!((Weights::Exponential.cost(cell, 1.5) - exponential).abs() < 1e-12);
    let rate = 1.0 / 1.5;
    let poisson = -(rate * 6.0 / (2.0_f64 + rate).powi(4)).ln();
    assert!((Weights::Poisson.cost(cell, 1.5) - poisson).abs() < 1e-12);
    for weights in [Weights::Exponential, Weights::Poisson, Weights::Ignored] {
        assert!(weights.cost(Cell::default(), 1.5).abs() < 1e-12);
    }
    // Over all weights of one edge the probabilities sum to 1.
    let one = |weight: f64| {
        let cell = Cell { count: 1, weight };
        (-Weights::Poisson.cost(cell, 1.5) - Weights::Poisson.constant(cell)).exp()
    };
    let sum: f64 = (0..200).map(|weight| one(f64::from(weight))).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}

#[track_caller]
fn check(model: BlockModel, graph: &Adjacency, truth: &Partition) {
    let found = model.fit(graph).unwrap();
    assert_eq!(found.blocks().count(), truth.count());
    if truth.count() > 1 {
        let agreement = nmi(found.blocks(), truth, Normaliser::Max).unwrap();
        assert!(agreement > 0.95, "{agreement}");
    }
    assert_eq!(found.levels.last().unwrap().count(), 1);
    assert!(found.levels.windows(2).all(|pair| pair[1].count() < pair[0].count()));
    assert_eq!(model.fit(graph).unwrap(), found, "the same seed");
}

#[test]
fn the_planted_number_of_blocks_is_found() {
    for directed in [false, true] {
        let (graph, truth) = planted(4, 25, 0.45, 0.05, directed, 1);
        check(BlockModel::default(), &graph, &truth);
        // Nodes that avoid their like: nothing for modularity.
        let (graph, truth) = planted(3, 30, 0.02, 0.4, directed, 2);
        check(BlockModel { degrees: Degrees::Plain, ..BlockModel::default() }, &graph, &truth);
    }
}

#[test]
fn chance_is_one_block() {
    for (directed, seed) in [(false, 1), (false, 2), (true, 3)] {
        let (graph, _) = planted(1, 100, 0.1, 0.0, directed, seed);
        for degrees in [Degrees::Either, Degrees::Corrected, Degrees::Plain] {
            check(BlockModel { degrees, ..BlockModel::default() }, &graph, &Partition::whole(100));
        }
    }
}

#[test]
fn degrees_are_corrected_for_where_they_differ() {
    // Two groups, in each of which degrees differ twentyfold: what Karrer and Newman's correction is for.
    let mut rng = StdRng::seed_from_u64(4);
    let pull = |node: usize| (3.0 * (node % 100) as f64 / 100.0).exp();
    let mut edges = Vec::new();
    for a in 0..200 {
        for b in a + 1..200 {
            let odds = if a / 100 == b / 100 { 0.008 } else { 0.0008 };
            if rng.random_bool(f64::min(1.0, odds * pull(a) * pull(b))) {
                edges.push((a, b, 1.0));
            }
        }
    }
    let graph = Adjacency::from_edges(200, false, edges).unwrap();
    let truth = Partition::new(&(0..200).map(|node| node / 100).collect::<Vec<_>>());
    let found = BlockModel::default().fit(&graph).unwrap();
    assert!(found.degree_corrected, "{} nats, or {:?}", found.description_length, found.alternative);
    assert!(found.alternative.unwrap() > found.description_length);
    let agreement = nmi(found.blocks(), &truth, Normaliser::Max).unwrap();
    assert!(agreement > 0.9, "{agreement}, {} blocks", found.blocks().count());
    // Without hubs the plain model is shorter.
    let (even, _) = planted(3, 30, 0.4, 0.05, false, 5);
    assert!(!BlockModel::default().fit(&even).unwrap().degree_corrected);
}

#[test]
fn weights_alone_tell_blocks_apart() {
    let mut rng = StdRng::seed_from_u64(6);
    let truth = Partition::new(&(0..60).map(|node| node / 20).collect::<Vec<_>>());
    let mut exponential = Vec::new();
    let (mut whole, mut parallel) = (Vec::new(), Vec::new());
    for a in 0..60_usize {
        for b in a + 1..60 {
            let mean = if a / 20 == b / 20 { 8.0 } else { 1.0 };
            // A sum of coin tosses is near enough to Poisson's.
            let poisson = (0..40).filter(|_| rng.random_bool(mean / 40.0)).count() as f64;
            parallel.push((a, b, poisson));
            if rng.random_bool(0.5) {
                exponential.push((a, b, -mean * (1.0 - rng.random::<f64>()).ln() + 1e-9));
                whole.push((a, b, poisson));
            }
        }
    }
    let exponential = Adjacency::from_edges(60, false, exponential).unwrap();
    let whole = Adjacency::from_edges(60, false, whole).unwrap();
    let parallel = Adjacency::from_edges(60, false, parallel).unwrap();
    let model = |weights| BlockModel { weights, ..BlockModel::default() };
    check(model(Weights::Exponential), &exponential, &truth);
    check(model(Weights::Poisson), &whole, &truth);
    check(model(Weights::Multiplicity), &parallel, &truth);
    check(model(Weights::Ignored), &exponential, &Partition::whole(60));
}

#[test]
fn small_graphs() {
    let model = BlockModel::default();
    let single = Adjacency::from_edges(1, false, []).unwrap();
    assert_eq!(model.fit(&single).unwrap().levels, [Partition::whole(1)]);
    let edgeless = Adjacency::from_edges(5, true, []).unwrap();
    assert_eq!(model.fit(&edgeless).unwrap().levels, [Partition::whole(5)]);
    let club = model.fit(&karate::unweighted()).unwrap();
    assert!(club.blocks().count() <= 3, "{}", club.blocks().count());
}

#[test]
fn what_is_refused() {
    let fit = |weights, weight| {
        let graph = Adjacency::from_edges(2, false, [(0, 1, weight)]).unwrap();
        BlockModel { weights, ..BlockModel::default() }.fit(&graph).unwrap_err()
    };
    insta::assert_snapshot!(fit(Weights::Exponential, 0.0),
        @"an edge's weight is 0; expected a weight above 0 (the edge from node 0 to node 1)");
    insta::assert_snapshot!(fit(Weights::Poisson, 0.5),
        @"an edge's weight is 0.5; expected a whole number from 0 (the edge from node 0 to node 1)");
    insta::assert_snapshot!(fit(Weights::Multiplicity, -1.0),
        @"an edge's weight is -1; expected a whole number from 0 (the edge from node 0 to node 1)");
    let empty = Adjacency::from_edges(0, false, []).unwrap();
    insta::assert_snapshot!(BlockModel::default().fit(&empty).unwrap_err(),
        @"the number of nodes is 0; expected at least 1");
}

proptest! {
    #[test]
    fn differences_are_those_of_the_whole(
        directed: bool,
        edges in proptest::collection::vec((0_usize..12, 0_usize..12, 1_u32..5), 1..60),
        labels in proptest::collection::vec(0_u32..4, 8),
        (node, to) in (0_usize..12, 0_u32..4),
        seed: u64,
    ) {
        let edges = edges.iter().map(|&(a, b, weight)| (a, b, f64::from(weight)));
        let graph = Adjacency::from_edges(12, directed, edges).unwrap();
        // All four blocks are in use.
        let labels = [vec![0, 1, 2, 3], labels].concat();
        for weights in [Weights::Multiplicity, Weights::Poisson, Weights::Exponential] {
            let graph = Multigraph::of(&graph, weights).unwrap();
            for kind in [Kind::Plain, Kind::Corrected, Kind::Upper] {
                let mut state = State::new(&graph, level(kind, weights), labels.clone(), 4);
                let from = state.labels[node];
                let whole = state.total();
                // Two blocks as one, but for what depends on their number alone.
                let other = (from + 1) % 4;
                let joined: Vec<u32> = labels.iter().map(|&label| if label == other { from } else { label }).collect();
                let numbers: Vec<u32> =
                    joined.iter().map(|&label| label - u32::from(label > other)).collect();
                let few = State::new(&graph, state.level, numbers, 3);
                let by_number = counts::ln_binomial(11, 2) - counts::ln_binomial(11, 3);
                let step = state.merged(from, other) - state.local(from, other) + by_number;
                prop_assert!((few.total() - whole - step).abs() < 1e-8, "{kind:?} merge");

                if from == to || state.blocks[from as usize].size == 1 {
                    continue;
                }
                let mut around = Around::default();
                state.look_around(node, &mut around);
                let told = state.step(&around, to);
                let before = state.local(from, to);
                state.shift(&around, to);
                let step = state.local(from, to) - before;
                let fresh = State::new(&graph, state.level, state.labels.clone(), 4).total();
                prop_assert!((state.total() - fresh).abs() < 1e-8, "{kind:?} kept up");
                prop_assert!((fresh - whole - step).abs() < 1e-8, "{kind:?} move");
                prop_assert!((told - step).abs() < 1e-8, "{kind:?} {told} is not {step}");

                let gained = settle(&mut state, 10, &mut StdRng::seed_from_u64(seed));
                prop_assert!(gained >= 0.0);
                prop_assert!((fresh - gained - state.total()).abs() < 1e-7);
            }
        }
    }
}
