//! Data that cannot be used, and data at the edge of what can.

use std::ops::ControlFlow;

use super::super::*;
use super::{close, network, only_trials, trials};
use crate::hmm::Chain;

fn message<T>(result: Result<T, HmmGlmError>) -> String {
    match result {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn counts_that_are_none() {
    let trial = |counts: &[f64], neurons| message(Trial::new(counts.to_vec(), neurons));
    assert_eq!(trial(&[0.0, 1.0, 300.0, 0.0], 2), "fine");
    insta::assert_snapshot!(trial(&[1.0, 2.0, 3.0], 2), @"3 spike counts do not make rows of 2 neurons; give at least one bin, one count for each neuron");
    insta::assert_snapshot!(trial(&[], 2), @"0 spike counts do not make rows of 2 neurons; give at least one bin, one count for each neuron");
    insta::assert_snapshot!(trial(&[1.0], 0), @"1 spike counts do not make rows of 0 neurons; give at least one bin, one count for each neuron");
    insta::assert_snapshot!(trial(&[1.0, 2.0, 0.5, 1.0], 2), @"bin 1, neuron 0: the count is 0.5; expected a whole number from 0 to 2^53");
    insta::assert_snapshot!(trial(&[1.0, 2.0, 0.0, -1.0], 2), @"bin 1, neuron 1: the count is -1; expected a whole number from 0 to 2^53");
    insta::assert_snapshot!(trial(&[f64::NAN], 1), @"bin 0, neuron 0: the count is NaN; expected a whole number from 0 to 2^53");
    insta::assert_snapshot!(trial(&[f64::INFINITY], 1), @"bin 0, neuron 0: the count is inf; expected a whole number from 0 to 2^53");
    insta::assert_snapshot!(trial(&[1e17], 1), @"bin 0, neuron 0: the count is 100000000000000000; expected a whole number from 0 to 2^53");
}

#[test]
fn models_and_options_outside_their_domain() {
    let model = network(2, 3, Link::Sigmoid);
    let trial = |neurons: usize| Trial::new(vec![1.0; 4 * neurons], neurons).unwrap();
    let chain = || Chain::sticky(2, 0.9).unwrap();
    let made = |bias, weights| message(HmmGlm::new(Link::Sigmoid, Basis::default(), chain(), bias, weights));
    insta::assert_snapshot!(made(vec![], vec![]), @"biases: 0 values are there; expected at least one");
    insta::assert_snapshot!(made(vec![0.0; 2], vec![0.0; 4]), @"weights: 4 values are there; expected 2 × 2 × 2");
    insta::assert_snapshot!(made(vec![0.0, f64::NAN], vec![0.0; 8]), @"biases, value 1: NaN is there; expected a finite number");
    insta::assert_snapshot!(message(model.posterior(&trial(2))), @"trial 0 has 2 neurons, the others or the model 3; leave out what is not in all");
    insta::assert_snapshot!(message(model.log_likelihoods(&[])), @"no trials; expected at least one");
    insta::assert_snapshot!(message(model.reordered(&[1, 1])), @"[1, 1] is no order of 2 states; it must have each number from 0 to 1 once");
    insta::assert_snapshot!(message(model.simulate(0, 1)), @"0 spike counts do not make rows of 3 neurons; give at least one bin, one count for each neuron");
    insta::assert_snapshot!(message(Basis::new(vec![])), @"the basis is empty; expected at least one bin");
    insta::assert_snapshot!(message(Basis::exponential(0, 1.0)), @"the basis is empty; expected at least one bin");
    insta::assert_snapshot!(message(Basis::new(vec![1.0, f64::INFINITY])), @"basis, value 1: inf is there; expected a finite number");
    insta::assert_snapshot!(message(Basis::exponential(5, f64::NAN)), @"the decay of the basis is NaN; expected a finite number from 0");

    let tried = |options: Options| message(fit(&[trial(2)], &options));
    let ready = || Options { iterations: 1, steps: 1, ..Options::new(2) };
    assert_eq!(tried(ready()), "fine");
    insta::assert_snapshot!(message(fit(&[], &ready())), @"no trials; expected at least one");
    insta::assert_snapshot!(message(fit(&[trial(2), trial(3)], &ready())), @"trial 1 has 3 neurons, the others or the model 2; leave out what is not in all");
    insta::assert_snapshot!(tried(Options { states: 0, ..ready() }), @"the number of states is 0; expected at least 1");
    insta::assert_snapshot!(tried(Options { starts: 0, ..ready() }), @"the number of starts is 0; expected at least 1");
    insta::assert_snapshot!(tried(Options { rate: 0.0, ..ready() }), @"the step size is 0; expected a finite number above 0");
    insta::assert_snapshot!(tried(Options { stay: 1.2, ..ready() }), @"the probability of staying is 1.2; expected a number from 0 to 1");
    insta::assert_snapshot!(tried(Options { tolerance: -1.0, ..ready() }), @"the tolerance is -1; expected a finite number from 0");
    let gaussian = |sd, mean| ready().prior(Prior::Gaussian(Gaussian { sd, mean }));
    insta::assert_snapshot!(tried(gaussian(0.0, Mean::OfStates)), @"the standard deviation of the prior is 0; expected a finite number above 0");
    insta::assert_snapshot!(tried(gaussian(1.0, Mean::Fixed(vec![0.0; 3]))), @"prior means: 3 values are there; expected 2 × 2");
    insta::assert_snapshot!(tried(gaussian(1.0, Mean::Fixed(vec![f64::NAN; 4]))), @"prior means, value 0: NaN is there; expected a finite number");
    let one_hot = |rows: Vec<[f64; 3]>| {
        ready().prior(Prior::OneHot(OneHot { adjacency: Adjacency::Fixed(rows), ..OneHot::default() }))
    };
    insta::assert_snapshot!(tried(one_hot(vec![[0.2, 0.6, 0.2]; 3])), @"prior probabilities of connections: 3 values are there; expected 2 × 2");
    insta::assert_snapshot!(tried(one_hot(vec![[0.2, 0.6, -0.2]; 4])), @"prior probabilities of connections (inhibitory, absent, excitatory), value 2: -0.2 is there; expected a number from 0 to 1");
    insta::assert_snapshot!(tried(one_hot(vec![[0.2, 0.6, 0.3]; 4])), @"sums of prior probabilities, value 0: 1.1 is there; expected 1");
    insta::assert_snapshot!("exponential".parse::<Link>().unwrap_err().to_string(), @"`exponential` is no link; there are `sigmoid`, `softplus`");
    insta::assert_snapshot!("none".parse::<SelfHistory>().unwrap_err().to_string(), @"`none` is no treatment of a neuron's own history; there are `as-others`, `zero`, `shared`, `free`");
}

#[test]
fn excitation_without_bound_runs_away() {
    let chain = Chain::sticky(1, 1.0).unwrap();
    let model = HmmGlm::new(Link::Softplus, Basis::default(), chain, vec![1.0], vec![40.0]).unwrap();
    let error = message(model.simulate(50, 1));
    assert!(error.contains("neuron 0: the expected count has grown to"), "{error}");
    assert!(error.ends_with("make excitation weaker, or use the sigmoid link"), "{error}");
}

/// All parameters are numbers, whatever was fitted.
#[track_caller]
fn sane(fit: &Fit) {
    let model = &fit.model;
    for value in model.bias().iter().chain(model.weights()).chain(model.chain().transition()) {
        assert!(value.is_finite());
    }
    assert!(fit.log_likelihood.is_finite());
    for row in model.chain().transition().chunks_exact(model.states()) {
        close(row.iter().sum(), 1.0, 1e-12, "a row of transitions");
    }
}

fn priors() -> [Prior; 3] {
    [Prior::Flat, Prior::gaussian(), Prior::one_hot()]
}

fn short(states: usize, prior: Prior) -> Options {
    Options { iterations: 3, steps: 20, ..Options::new(states).prior(prior) }
}

#[test]
fn silent_and_busy_neurons() {
    for link in Link::ALL {
        for prior in priors() {
            // neuron 1 never fires; neuron 2 fires 1,000 times a bin
            let counts = (0..300).flat_map(|t| [f64::from(t % 3 == 0), 0.0, 1000.0]).collect();
            let options = Options { link: *link, ..short(2, prior.clone()) };
            let fit = fit(&[Trial::new(counts, 3).unwrap()], &options).unwrap();
            sane(&fit);
            assert_eq!(fit.silent, [1]);
            assert_eq!(fit.saturated, if *link == Link::Sigmoid { vec![2] } else { vec![] }, "{link}");
            if prior == Prior::Flat {
                // No spike of neuron 1 says what it does: its weights are where they started.
                let start = super::super::fit(
                    &[Trial::new(vec![0.0; 9], 3).unwrap()],
                    &Options { iterations: 0, ..options.clone() },
                );
                let start = start.unwrap().model;
                for (at, weight) in fit.model.weights().iter().enumerate().filter(|(at, _)| at % 3 == 1) {
                    assert_eq!(*weight, start.weights()[at], "weight {at}");
                }
            }
        }
    }
}

/// Neurons that rest after a spike, in every state, are told so by whatever rules their weights on themselves.
#[test]
fn own_history() {
    let model = network(2, 4, Link::Sigmoid);
    let mut weights = model.weights().to_vec();
    weights.chunks_exact_mut(16).for_each(|state| state.iter_mut().step_by(5).for_each(|own| *own = -3.0));
    let resting =
        HmmGlm::new(Link::Sigmoid, Basis::default(), model.chain().clone(), vec![0.5; 4], weights).unwrap();
    let trials = only_trials(&trials(&resting, 2, 1500, 6));
    let diagonal = |values: &[f64]| values.iter().step_by(5).copied().collect::<Vec<f64>>();
    for prior in priors() {
        for history in [SelfHistory::Zero, SelfHistory::Shared, SelfHistory::Free] {
            let what = format!("{prior:?}, {history}");
            let options = Options { self_history: history, ..short(2, prior.clone()) };
            let fit = fit(&trials, &options).unwrap();
            sane(&fit);
            let own = [0, 1].map(|state| diagonal(fit.model.weights_of(state)));
            match history {
                SelfHistory::Zero => assert_eq!(own, [[0.0; 4], [0.0; 4]], "{what}"),
                _ => assert!(own.iter().flatten().all(|weight| *weight < -0.1), "{what}: {own:?}"),
            }
            assert_eq!(own[0] == own[1], history != SelfHistory::Free, "{what}");
            if let Some(signs) = fit.signs {
                let mut states = signs.adjacency.chunks_exact(16);
                assert!(states.all(|state| state.iter().step_by(5).all(|sign| *sign == 0)), "{what}");
            }
        }
    }
}

#[test]
fn one_state_one_bin_one_neuron() {
    for prior in priors() {
        let one = Trial::new(vec![2.0], 1).unwrap();
        for states in [1, 3] {
            let fit = fit(&[one.clone(), one.clone()], &short(states, prior.clone())).unwrap();
            sane(&fit);
            // nothing was followed by anything
            assert_eq!(fit.model.chain(), &Chain::sticky(states, 0.98).unwrap());
            let posterior = fit.model.posterior(&one).unwrap();
            close(posterior.states.iter().sum(), 1.0, 1e-12, "posterior");
            assert_eq!(fit.model.viterbi(&one).unwrap().states, [0]);
        }
    }
}

#[test]
fn one_state_is_a_plain_poisson_glm() {
    let truth = network(1, 4, Link::Softplus);
    let trials = only_trials(&trials(&truth, 2, 1500, 3));
    let options = Options { link: Link::Softplus, iterations: 20, ..Options::new(1) };
    let fit = fit(&trials, &options).unwrap();
    sane(&fit);
    assert_eq!(fit.model.chain().transition(), [1.0]);
    // at the maximum the expected counts of every neuron sum to the observed ones, weighted by history too
    let prepared = trial::Prepared::all(&trials, fit.model.basis());
    let posteriors: Vec<Vec<f64>> = trials.iter().map(|trial| vec![1.0; trial.bins()]).collect();
    let weights = emission::pre_first(fit.model.weights(), 4);
    let slopes = emission::slopes(Link::Softplus, fit.model.bias(), &weights, &prepared, &posteriors);
    for slope in slopes.bias.iter().chain(&slopes.weights) {
        assert!(slope.abs() < 0.5, "{slope}, of 3,000 bins");
    }
}

#[test]
fn a_state_that_is_never_visited() {
    // No way from state to state: the one whose random weights happen to suit 3,000 bins best has them all.
    let trials = only_trials(&trials(&network(2, 3, Link::Sigmoid), 1, 3000, 5));
    let options =
        Options { stay: 1.0, floor: 0.0, start_sd: 1.0, iterations: 0, ..Options::new(4).prior(Prior::Flat) };
    let start = fit(&trials, &options).unwrap();
    assert_eq!(start.unvisited.len(), 3);
    let fit = fit(&trials, &Options { iterations: 3, ..options }).unwrap();
    sane(&fit);
    assert_eq!(fit.unvisited, start.unvisited);
    for &state in &fit.unvisited {
        assert_eq!(fit.model.weights_of(state), start.model.weights_of(state), "state {state}");
        let row = &fit.model.chain().transition()[state * 4..][..4];
        assert_eq!(row[state], 1.0, "{row:?}");
    }
    let visited = (0..4).find(|state| !fit.unvisited.contains(state)).unwrap();
    assert_ne!(fit.model.weights_of(visited), start.model.weights_of(visited));
}

#[test]
fn watching_and_ending() {
    let trials = only_trials(&trials(&network(2, 3, Link::Sigmoid), 2, 300, 5));
    let options = Options { starts: 2, tolerance: 0.0, ..short(2, Prior::Flat) };
    let mut seen = Vec::new();
    let mut watch = |iteration: &Iteration| {
        seen.push((iteration.start, iteration.number));
        ControlFlow::Continue(())
    };
    let full = fit_watched(&trials, &options, &mut watch).unwrap();
    assert_eq!(seen, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
    assert_eq!((full.stopped, full.iterations.len()), (Stopped::Iterations, 3));
    let mut watch = |iteration: &Iteration| {
        if iteration.number == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let ended = fit_watched(&trials, &options, &mut watch).unwrap();
    assert_eq!((ended.stopped, ended.iterations.len()), (Stopped::Caller, 2));
    let loose = fit(&trials, &Options { tolerance: 0.5, ..options.clone() }).unwrap();
    assert_eq!(loose.stopped, Stopped::Converged);
    // more starts never do worse, and the first is the same
    let one = fit(&trials, &Options { starts: 1, ..options }).unwrap();
    assert!(full.log_likelihood >= one.log_likelihood);
    sane(&full);
}
