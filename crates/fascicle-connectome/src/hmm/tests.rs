use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::forward_backward::log_sum;
use super::*;

#[track_caller]
fn close(got: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        let far = (got - expected).abs() > tolerance * expected.abs().max(1.0);
        assert!(!far && !got.is_nan(), "{what}, value {at}: {got} for {expected}");
    }
}

/// Every path of states, with log p(path, observations).
fn paths(chain: &Chain, log_emission: &[f64]) -> Vec<(Vec<usize>, f64)> {
    let states = chain.states();
    let bins = log_emission.len() / states;
    (0..states.pow(bins as u32))
        .map(|code| {
            let path: Vec<usize> = (0..bins).map(|bin| code / states.pow(bin as u32) % states).collect();
            let start = chain.initial()[path[0]].ln();
            let steps = path.windows(2).map(|pair| chain.transition()[pair[0] * states + pair[1]].ln());
            let emitted = path.iter().enumerate().map(|(bin, state)| log_emission[bin * states + state]);
            let probability = start + steps.sum::<f64>() + emitted.sum::<f64>();
            (path, probability)
        })
        .collect()
}

/// Holds both recursions against the sum and the best of all paths.
#[track_caller]
fn check_all_paths(chain: &Chain, log_emission: &[f64]) {
    let states = chain.states();
    let all = paths(chain, log_emission);
    let whole = log_sum(all.iter().map(|(_, probability)| *probability));
    let mut gamma = vec![0.0; log_emission.len()];
    let mut pairs = vec![0.0; states * states];
    for (path, probability) in &all {
        let share = (probability - whole).exp();
        for (bin, state) in path.iter().enumerate() {
            gamma[bin * states + state] += share;
        }
        for pair in path.windows(2) {
            pairs[pair[0] * states + pair[1]] += share;
        }
    }
    let got = forward_backward(chain, log_emission).unwrap();
    close(&[got.log_likelihood], &[whole], 1e-12, "log-likelihood");
    close(&got.states, &gamma, 1e-11, "states");
    close(&got.transitions, &pairs, 1e-11, "transitions");

    let (_, best) = all.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let path = viterbi(chain, log_emission).unwrap();
    close(&[path.log_probability], &[*best], 1e-12, "best path");
    let own = all.iter().find(|(states, _)| *states == path.states).unwrap().1;
    close(&[own], &[*best], 1e-12, "probability of the path found");
}

/// A chain with some zeros, and emissions of some orders of magnitude with some that cannot be.
fn random(states: usize, bins: usize, seed: u64) -> (Chain, Vec<f64>) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut distribution = |certain: usize| {
        let mut row: Vec<f64> = (0..states)
            .map(
                |state| {
                    if state != certain && rng.random_bool(0.25) { 0.0 } else { rng.random::<f64>() + 1e-3 }
                },
            )
            .collect();
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|value| *value /= sum);
        row
    };
    // a loop through all states keeps some path open
    let initial = distribution(0);
    let transition = (0..states).flat_map(|from| distribution((from + 1) % states)).collect();
    let mut emissions: Vec<f64> = (0..bins * states)
        .map(|_| if rng.random_bool(0.15) { f64::NEG_INFINITY } else { -rng.random::<f64>() * 30.0 })
        .collect();
    for bin in 0..bins {
        emissions[bin * states + bin % states] = -rng.random::<f64>() * 30.0;
    }
    (Chain::new(initial, transition).unwrap(), emissions)
}

#[test]
fn sums_over_all_paths() {
    for (states, bins) in [(1, 1), (1, 6), (2, 1), (2, 9), (3, 7), (4, 5), (6, 4)] {
        for seed in 0..20 {
            let (chain, log_emission) = random(states, bins, seed);
            check_all_paths(&chain, &log_emission);
            // many neurons: the probability of a bin is far below what an f64 holds
            let low: Vec<f64> = log_emission.iter().map(|value| value * 100.0 - 5000.0).collect();
            check_all_paths(&chain, &low);
        }
    }
}

#[test]
fn a_path_through_what_underflows() {
    // 0 → 0 or 1, 1 → 1 or 2, 2 → 2. Bin 0 speaks for state 0 by 2,000 nats, bin 1 allows state 2 alone: the one path
    // goes through a state whose scaled probability is 0.
    let chain = Chain::new(vec![0.5, 0.5, 0.0], vec![0.5, 0.5, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 1.0]).unwrap();
    let no = f64::NEG_INFINITY;
    let log_emission = [0.0, -2000.0, 0.0, no, no, -3.0, -1.0, -1.0, -2000.0];
    check_all_paths(&chain, &log_emission);
    let got = forward_backward(&chain, &log_emission).unwrap();
    close(&[got.log_likelihood], &[0.05f64.ln() - 4003.0], 1e-14, "log-likelihood");
    assert_eq!(got.most_probable(), [1, 2, 2]);
}

/// A chain whose row i is proportional to 1 + (3 i + 5 j) mod 7.
pub(crate) fn patterned(states: usize) -> Chain {
    let row = |from: usize| {
        let raw: Vec<f64> = (0..states).map(|to| 1.0 + ((3 * from + 5 * to) % 7) as f64).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(move |value| value / sum)
    };
    Chain::new(vec![1.0 / states as f64; states], (0..states).flat_map(row).collect()).unwrap()
}

/// numpy, in logarithms throughout: 500 bins of log emissions around −900, each of which is 0 when exponentiated.
#[test]
fn a_long_record_as_numpy_has_it() {
    let log_emission: Vec<f64> = (0..500 * 4)
        .map(|at| {
            let (t, s) = ((at / 4) as f64, (at % 4) as f64);
            -900.0 - 60.0 * (1.7 * t + 2.3 * s).sin() + 40.0 * (0.31 * t * (s + 1.0)).cos()
        })
        .collect();
    assert!(log_emission.iter().all(|value| value.exp() == 0.0));
    let chain = patterned(4);
    let got = forward_backward(&chain, &log_emission).unwrap();
    close(&[got.log_likelihood], &[-421_126.529_516_499_1], 1e-13, "log-likelihood");
    let transitions = [
        25.347_548_094_008_73,
        7.142_828_131_267_302_5,
        60.741_446_290_325_23,
        0.136_848_335_567_199_8,
        50.323_598_395_627_72,
        31.431_460_693_964_81,
        6.075_410_770_066_239,
        60.361_435_325_436_126,
        4.824_958_004_538_663e-8,
        105.893_373_292_531_62,
        32.973_702_633_291_04,
        18.239_555_437_181_156,
        17.697_524_313_392_123,
        3.724_243_067_446_481_7,
        57.316_071_717_005_97,
        21.594_953_368_301_166,
    ];
    close(&got.transitions, &transitions, 1e-8, "transitions");
    let path = viterbi(&chain, &log_emission).unwrap();
    close(&[path.log_probability], &[-421_132.956_772_350_3], 1e-13, "best path");
    let sum: usize = path.states.iter().enumerate().map(|(bin, state)| state * (bin % 11)).sum();
    assert_eq!(sum, 3812);
}

#[test]
fn long_run_shares() {
    let shares = |chain: Chain| chain.stationary().unwrap();
    // numpy.linalg.eig
    let expected =
        [0.251_548_539_165_707_46, 0.255_056_734_089_787_5, 0.312_667_872_608_671_9, 0.180_726_854_135_833_1];
    close(&shares(patterned(4)), &expected, 1e-13, "patterned");
    close(&shares(Chain::sticky(5, 0.98).unwrap()), &[0.2; 5], 1e-14, "sticky");
    close(&shares(Chain::sticky(1, 0.3).unwrap()), &[1.0], 0.0, "one state");
    // Rare exits: an eigenvector would be lost in rounding here.
    let (out, back) = (1e-14, 3e-14);
    let rare = Chain::new(vec![0.5; 2], vec![1.0 - out, out, back, 1.0 - back]).unwrap();
    close(&shares(rare), &[0.75, 0.25], 1e-14, "rare exits");
    // State 0 is left for good; 1 and 2 alternate.
    let transient =
        Chain::new(vec![1.0, 0.0, 0.0], vec![0.5, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]).unwrap();
    close(&shares(transient), &[0.0, 0.5, 0.5], 1e-14, "transient");
}

#[test]
fn samples_follow_the_chain() {
    let chain = patterned(4);
    let path = chain.sample(60_000, 3);
    assert_eq!(path, chain.sample(60_000, 3));
    assert_ne!(path, chain.sample(60_000, 4));
    let mut counts = [0.0; 16];
    for pair in path.windows(2) {
        counts[pair[0] * 4 + pair[1]] += 1.0;
    }
    for (from, row) in counts.chunks_exact(4).enumerate() {
        let sum: f64 = row.iter().sum();
        for (to, count) in row.iter().enumerate() {
            let p = chain.transition()[from * 4 + to];
            let error = (p * (1.0 - p) / sum).sqrt();
            assert!((count / sum - p).abs() < 5.0 * error, "{from} to {to}: {} for {p}", count / sum);
        }
    }
    // what has probability 0 never happens
    let cycle = Chain::new(vec![0.0, 1.0, 0.0], vec![0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]).unwrap();
    assert_eq!(cycle.sample(7, 9), [1, 2, 0, 1, 2, 0, 1]);
    assert_eq!(cycle.sample(0, 9), [0; 0]);
}

/// Every order of 0 … n − 1.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    permutations(n - 1)
        .into_iter()
        .flat_map(|rest| {
            (0..n).map(move |at| {
                let mut one = rest.clone();
                one.insert(at, n - 1);
                one
            })
        })
        .collect()
}

proptest! {
    #[test]
    fn the_best_of_all_permutations(
        states in 1..6usize,
        bins in proptest::collection::vec((0..6usize, 0..6usize), 1..40),
    ) {
        let (truth, found): (Vec<_>, Vec<_>) = bins.iter().map(|(a, b)| (a % states, b % states)).unzip();
        let accuracy = |order: &Vec<usize>| {
            truth.iter().zip(&found).filter(|(truth, found)| **truth == order[**found]).count() as f64
                / truth.len() as f64
        };
        let best = permutations(states).iter().map(accuracy).fold(0.0, f64::max);
        let got = align(&truth, &found, states).unwrap();
        prop_assert_eq!(got.accuracy, best);
        prop_assert_eq!(accuracy(&got.true_of), best);
        let agreed = got.apply(&found).iter().zip(&truth).filter(|(a, b)| a == b).count();
        prop_assert_eq!(agreed as f64 / truth.len() as f64, best);
        for (found, truth) in got.true_of.iter().enumerate() {
            prop_assert_eq!(got.found_of()[*truth], found);
        }
    }
}

#[test]
fn many_states_find_their_own() {
    let mut rng = StdRng::seed_from_u64(2);
    let mut hidden: Vec<usize> = (0..40).collect();
    hidden.shuffle(&mut rng);
    let truth: Vec<usize> = (0..2000).map(|_| rng.random_range(0..40)).collect();
    let found: Vec<usize> = truth.iter().map(|&state| hidden[state]).collect();
    let alignment = align(&truth, &found, 40).unwrap();
    assert_eq!(alignment.accuracy, 1.0);
    assert_eq!(alignment.found_of(), hidden);
    // reordering by it gives the true chain back
    let chain = patterned(40);
    let shuffled = chain.reordered(&alignment.true_of).unwrap();
    assert_eq!(shuffled.reordered(&alignment.found_of()).unwrap(), chain);
    assert_eq!(
        shuffled.transition()[1],
        chain.transition()[alignment.true_of[0] * 40 + alignment.true_of[1]]
    );
}

#[test]
fn what_is_refused() {
    fn message<T: std::fmt::Debug>(result: Result<T, HmmError>) -> String {
        result.unwrap_err().to_string()
    }
    let two = Chain::sticky(2, 0.9).unwrap();
    let stuck = Chain::sticky(2, 1.0).unwrap();
    let no = f64::NEG_INFINITY;
    insta::assert_snapshot!(message(Chain::sticky(0, 0.9)), @"a chain without states; expected at least one");
    insta::assert_snapshot!(message(Chain::sticky(2, f64::NAN)), @"transitions from state 0: number 0 is NaN; expected a probability from 0 to 1");
    insta::assert_snapshot!(message(Chain::new(vec![1.0], vec![0.5, 0.5])), @"transition probabilities: 2 values are there; expected 1 × 1");
    insta::assert_snapshot!(message(Chain::new(vec![1.5, -0.5], vec![0.5; 4])), @"initial probabilities: number 0 is 1.5; expected a probability from 0 to 1");
    insta::assert_snapshot!(message(Chain::new(vec![0.5; 2], vec![0.5, 0.5, 0.5, 0.4])), @"transitions from state 1: the probabilities sum to 0.9; divide them by it to make it 1");
    insta::assert_snapshot!(message(forward_backward(&two, &[])), @"log emission probabilities: 0 values are there; expected one for each of 2 states in each of at least one bin");
    insta::assert_snapshot!(message(forward_backward(&two, &[-1.0; 3])), @"log emission probabilities: 3 values are there; expected one for each of 2 states in each of at least one bin");
    insta::assert_snapshot!(message(viterbi(&two, &[-1.0, -1.0, -1.0, f64::NAN])), @"bin 1, state 1: the log emission probability is NaN; expected a number, or −∞ for what cannot be");
    insta::assert_snapshot!(message(forward_backward(&two, &[f64::INFINITY, 0.0])), @"bin 0, state 0: the log emission probability is inf; expected a number, or −∞ for what cannot be");
    insta::assert_snapshot!(message(forward_backward(&stuck, &[0.0, no, 0.0, no, no, 0.0])), @"no path of states explains bins 0 to 2: each has probability 0; allow the transitions or emissions that occur");
    insta::assert_snapshot!(message(viterbi(&stuck, &[0.0, no, no, 0.0])), @"no path of states explains bins 0 to 1: each has probability 0; allow the transitions or emissions that occur");
    insta::assert_snapshot!(message(viterbi(&two, &[no, no])), @"no path of states explains bins 0 to 0: each has probability 0; allow the transitions or emissions that occur");
    insta::assert_snapshot!(message(stuck.stationary()), @"the chain ends in one of 2 groups of states that it never leaves, so its stationary distribution depends on where it starts; use a part of the chain with one such group");
    insta::assert_snapshot!(message(align(&[0, 1], &[0], 2)), @"found states: 1 values are there; expected as many as true ones (2), at least one");
    insta::assert_snapshot!(message(align(&[0, 1], &[0, 2], 2)), @"bin 1: state 2 is there; states are numbered from 0 to 1");
    insta::assert_snapshot!(message(align(&[], &[], 0)), @"a chain without states; expected at least one");
    insta::assert_snapshot!(message(two.reordered(&[0, 0])), @"[0, 0] is no order of 2 states; it must have each number from 0 to 1 once");
    insta::assert_snapshot!(message(two.reordered(&[0])), @"[0] is no order of 2 states; it must have each number from 0 to 1 once");
}
