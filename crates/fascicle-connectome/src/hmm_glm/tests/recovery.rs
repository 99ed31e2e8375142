//! Planted networks are found again.

use fascicle_graph::ops::pearson;

use super::super::*;
use super::{close, network, only_trials, trials};
use crate::hmm::align;

/// Fits, names states by the truth, and holds states, weights and transitions against it.
#[track_caller]
fn check(prior: Prior, schedule: Schedule) {
    let truth = network(2, 6, Link::Sigmoid);
    let (seen, unseen) = (trials(&truth, 4, 800, 1), trials(&truth, 2, 800, 2));
    let what = format!("{prior:?}, {schedule}");
    let one_hot = matches!(prior, Prior::OneHot(_));
    let options = Options { schedule, iterations: 15, starts: 2, ..Options::new(2).prior(prior) };
    let fit = fit(&only_trials(&seen), &options).unwrap();

    let states = |model: &HmmGlm| -> Vec<usize> {
        unseen.iter().flat_map(|one| model.posterior(&one.trial).unwrap().most_probable()).collect()
    };
    let true_states: Vec<usize> = unseen.iter().flat_map(|one| one.states.clone()).collect();
    let alignment = align(&true_states, &states(&fit.model), 2).unwrap();
    // Trial by trial the model suits the last of them best, and a prior counts anew for each: four times as much here.
    let (enough, near) = if schedule == Schedule::Pooled { (0.95, 0.95) } else { (0.9, 0.8) };
    assert!(alignment.accuracy > enough, "{what}: accuracy {}", alignment.accuracy);
    let model = fit.model.reordered(&alignment.found_of()).unwrap();
    let accuracy = states(&model).iter().zip(&true_states).filter(|(a, b)| a == b).count();
    close(accuracy as f64 / true_states.len() as f64, alignment.accuracy, 1e-12, &what);
    let weights = pearson(model.weights(), truth.weights()).unwrap();
    assert!(weights > near, "{what}: correlation of weights {weights}");
    if schedule == Schedule::Pooled {
        for (got, expected) in model.chain().transition().iter().zip(truth.chain().transition()) {
            assert!((got - expected).abs() < 0.015, "{what}: transition {got} for {expected}");
        }
    }
    if schedule == Schedule::Pooled {
        // held-out likelihood comes near that of the truth: within a hundredth of a nat a spike count
        let total =
            |model: &HmmGlm| model.log_likelihoods(&only_trials(&unseen)).unwrap().iter().sum::<f64>();
        let lost = total(&truth) - total(&model);
        assert!(lost < 0.01 * 2.0 * 800.0 * 6.0, "{what}: {lost} nats below the truth");
    }
    if let Some(signs) = fit.signs {
        assert!(one_hot);
        for (weight, sign) in fit.model.weights().iter().zip(&signs.adjacency) {
            assert_eq!(weight.partial_cmp(&0.0), f64::from(*sign).partial_cmp(&0.0));
        }
        let strong = truth.weights().iter().zip(model.weights()).filter(|(truth, _)| **truth != 0.0);
        let right =
            strong.clone().filter(|(truth, found)| truth.signum() == found.signum() && **found != 0.0);
        assert_eq!(right.count(), strong.count(), "{what}: signs of strong connections");
    } else {
        assert!(!one_hot);
    }
}

#[test]
fn pooled() {
    check(Prior::Flat, Schedule::Pooled);
    check(Prior::gaussian(), Schedule::Pooled);
    check(Prior::one_hot(), Schedule::Pooled);
}

#[test]
fn trial_by_trial() {
    check(Prior::Flat, Schedule::PerTrial);
    check(Prior::gaussian(), Schedule::PerTrial);
}

#[test]
fn the_likelihood_does_not_fall() {
    let trials = only_trials(&trials(&network(3, 5, Link::Sigmoid), 3, 500, 4));
    for (prior, seed) in [(Prior::Flat, 0), (Prior::Flat, 1), (Prior::gaussian(), 0), (Prior::gaussian(), 1)]
    {
        let options = Options { iterations: 25, tolerance: 0.0, ..Options::new(3).prior(prior).seed(seed) };
        let fit = fit(&trials, &options).unwrap();
        let total = |iteration: &Iteration| iteration.log_likelihood + iteration.log_prior;
        for pair in fit.iterations.windows(2) {
            // steps of Adam overshoot the maximum by a little once they are there
            let fall = total(&pair[0]) - total(&pair[1]);
            assert!(fall < 1e-5 * total(&pair[0]).abs(), "round {}: {fall} lower", pair[1].number);
        }
        let (first, last) = (fit.iterations[0], fit.iterations[24]);
        assert!(total(&last) > total(&first) + 50.0);
        assert!(fit.log_likelihood > last.log_likelihood - 1.0);
    }
}

#[test]
fn renaming_states_changes_nothing() {
    let model = network(3, 4, Link::Sigmoid);
    let trial = trials(&model, 1, 200, 8).remove(0).trial;
    let renamed = model.reordered(&[2, 0, 1]).unwrap();
    let (before, after) = (model.posterior(&trial).unwrap(), renamed.posterior(&trial).unwrap());
    close(after.log_likelihood, before.log_likelihood, 1e-13, "log-likelihood");
    for (before, after) in before.states.chunks_exact(3).zip(after.states.chunks_exact(3)) {
        close(after[0], before[2], 1e-10, "a posterior");
    }
}

#[test]
fn a_true_connectome_helps_where_data_are_scarce() {
    let truth = network(1, 6, Link::Sigmoid);
    let seen = only_trials(&trials(&truth, 1, 80, 6));
    let unseen = only_trials(&trials(&truth, 4, 500, 7));
    let mut graph = fascicle_graph::PathwayGraph::new();
    let names: Vec<String> = (0..6).map(|neuron| format!("N{neuron}")).collect();
    // invariant: the names and weights are fine
    let layer = graph.layer("chemical", true).unwrap();
    let nodes: Vec<_> = names.iter().map(|name| graph.node(name)).collect();
    for (at, weight) in truth.weights().iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
        graph.connect(nodes[at % 6], nodes[at / 6], layer, *weight).unwrap();
    }
    // 0.8 of them at 0.95 against 0.05: 2.5 for a wired one
    let belief = Belief { strength: 2.5 / 0.72, ..Belief::default() };
    let prior = ConnectomePrior::new(&graph, &names, &belief).unwrap();
    // the same cells under each other's names
    let wrong: Vec<String> = names.iter().rev().cloned().collect();
    let wrong = ConnectomePrior::new(&graph, &wrong, &belief).unwrap();
    let held_out = |prior: Prior| {
        let fit = fit(&seen, &Options::new(1).prior(prior)).unwrap();
        fit.model.log_likelihoods(&unseen).unwrap().iter().sum::<f64>()
    };
    let right = [prior.gaussian(1.0 / 3.0), prior.one_hot()].map(held_out);
    let wrong = [wrong.gaussian(1.0 / 3.0), wrong.one_hot()].map(held_out);
    let flat = held_out(Prior::Flat);
    assert!(right[0] > flat + 10.0, "Gaussian: {} against {flat} without a prior", right[0]);
    for (right, wrong) in right.iter().zip(wrong) {
        assert!(*right > wrong + 10.0, "{right} against {wrong} with the wrong wiring");
    }
}
