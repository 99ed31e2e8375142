//! Slopes against finite differences.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::super::form;
use super::super::own::Own;
use super::super::trial::Prepared;
use super::super::*;
use super::{close, network, only_trials, trials};

/// Expected log-likelihood.
fn expected(
    link: Link,
    bias: &[f64],
    weights: &[f64],
    prepared: &[Prepared<'_>],
    posteriors: &[Vec<f64>],
) -> f64 {
    let of_trial = |(prepared, posterior): (&Prepared<'_>, &Vec<f64>)| -> f64 {
        let emission = emission::log_emission(link, bias, weights, prepared);
        emission.iter().zip(posterior).map(|(emission, posterior)| emission * posterior).sum()
    };
    prepared.iter().zip(posteriors).map(of_trial).sum()
}

/// Posteriors of three states, with bins that belong to one state, and to none of the others.
fn posteriors(trials: &[Trial]) -> Vec<Vec<f64>> {
    let of_bin = |t: usize| if t.is_multiple_of(3) { [0.0, 1.0, 0.0] } else { [0.2, 0.3, 0.5] };
    trials.iter().map(|trial| (0..trial.bins()).flat_map(of_bin).collect()).collect()
}

/// Every slope, by biases and parameters, at a random point and under random posteriors.
#[track_caller]
fn check(link: Link, prior: Prior, self_history: SelfHistory) {
    let (states, neurons) = (3, 4);
    let trials = only_trials(&trials(&network(states, neurons, link), 2, 300, 7));
    let what = format!("{link}, {prior:?}");
    let options = Options { link, self_history, start_sd: 0.7, ..Options::new(states).prior(prior) };
    let prepared = Prepared::all(&trials, &options.basis);
    let mut rng = StdRng::seed_from_u64(11);
    let mut form = form::start(&options, neurons, &mut rng);
    form.redraw(&mut rng);
    let posteriors = posteriors(&trials);
    let mut bias: Vec<f64> = (0..neurons).map(|n| 0.2 * n as f64 - 0.5).collect();

    let slopes = emission::slopes(link, &bias, &form.drawn(), &prepared, &posteriors);
    let by_parameter = form.slopes(&slopes.weights);
    let step = 1e-5;
    for (neuron, slope) in slopes.bias.iter().enumerate() {
        let mut at = |value: f64| {
            let before = std::mem::replace(&mut bias[neuron], value);
            let result = expected(link, &bias, &form.drawn(), &prepared, &posteriors);
            bias[neuron] = before;
            result
        };
        let here = 0.2 * neuron as f64 - 0.5;
        let difference = (at(here + step) - at(here - step)) / (2.0 * step);
        close(*slope, difference, 2e-6, &format!("{what}: bias {neuron}"));
    }
    assert_eq!(by_parameter.len(), form.parameters().len());
    for (index, slope) in by_parameter.iter().enumerate() {
        let here = form.parameters()[index];
        let mut at = |value: f64| {
            form.parameters()[index] = value;
            expected(link, &bias, &form.drawn(), &prepared, &posteriors) + form.log_prior()
        };
        let difference = (at(here + step) - at(here - step)) / (2.0 * step);
        form.parameters()[index] = here;
        let masked = self_history != SelfHistory::AsOthers;
        let diagonal = masked && matches!(options.prior, Prior::Flat | Prior::Gaussian(_));
        if diagonal && index % (neurons * neurons) % (neurons + 1) == 0 {
            // held at 0, whatever the data say
            assert_eq!((*slope, here), (0.0, 0.0), "{what}: parameter {index}");
        } else {
            close(*slope, difference, 2e-6, &format!("{what}: parameter {index}"));
        }
    }
}

fn wiring() -> (Vec<f64>, Vec<[f64; 3]>) {
    let means = (0..16).map(|at| f64::from(at % 5) * 0.3 - 0.6).collect();
    let probabilities = (0..16)
        .map(|at| match at % 3 {
            0 => [0.1, 0.8, 0.1],
            1 => [0.05, 0.15, 0.8],
            _ => [0.0, 0.5, 0.5],
        })
        .collect();
    (means, probabilities)
}

#[test]
fn every_variant() {
    let (means, probabilities) = wiring();
    for link in Link::ALL {
        for self_history in [SelfHistory::AsOthers, SelfHistory::Zero] {
            check(*link, Prior::Flat, self_history);
            check(*link, Prior::gaussian(), self_history);
            check(
                *link,
                Prior::Gaussian(Gaussian { sd: 0.5, mean: Mean::Fixed(means.clone()) }),
                self_history,
            );
            check(*link, Prior::one_hot(), self_history);
            let fixed = OneHot {
                temperature: 0.3,
                draw_temperature: 0.5,
                adjacency: Adjacency::Fixed(probabilities.clone()),
            };
            check(*link, Prior::OneHot(fixed), self_history);
        }
    }
}

#[test]
fn own_weights() {
    let model = network(3, 4, Link::Sigmoid);
    let trials = only_trials(&trials(&model, 2, 300, 7));
    let (prepared, posteriors) = (Prepared::all(&trials, model.basis()), posteriors(&trials));
    let others = emission::pre_first(model.weights(), 4);
    for (history, count) in [
        (SelfHistory::AsOthers, 0),
        (SelfHistory::Zero, 0),
        (SelfHistory::Shared, 4),
        (SelfHistory::Free, 12),
    ] {
        let mut own = Own::start(history, 3, 4);
        own.weights().iter_mut().enumerate().for_each(|(at, weight)| *weight = (at as f64).sin());
        let with = own.with(others.clone());
        assert_eq!(with == others, count == 0, "{history}");
        let slopes = emission::slopes(Link::Sigmoid, model.bias(), &with, &prepared, &posteriors);
        let slopes = own.slopes(&slopes.weights);
        assert_eq!(slopes.len(), count, "{history}");
        for (index, slope) in slopes.iter().enumerate() {
            let mut at = |value: f64| {
                own.weights()[index] = value;
                let weights = own.with(others.clone());
                expected(Link::Sigmoid, model.bias(), &weights, &prepared, &posteriors)
            };
            let (here, step) = ((index as f64).sin(), 1e-5);
            let difference = (at(here + step) - at(here - step)) / (2.0 * step);
            at(here);
            close(*slope, difference, 2e-6, &format!("{history}: own weight {index}"));
        }
    }
}

/// The density of the Gumbel-softmax distribution as the paper prints it, on the simplex.
#[test]
fn the_one_hot_density() {
    let options = Options { start_sd: 0.6, ..Options::new(2).prior(Prior::one_hot()) };
    let mut form = form::start(&options, 2, &mut StdRng::seed_from_u64(3));
    let parameters = form.parameters().to_vec();
    let softmax = |logits: &[f64]| {
        let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
        logits.iter().map(|logit| logit.exp() / sum).collect::<Vec<f64>>()
    };
    let (tau, k) = (0.2f64, 3.0);
    let mut expected = 0.0;
    for (at, logits) in parameters[..24].chunks_exact(3).enumerate() {
        let x = softmax(logits);
        let p = softmax(&parameters[32 + at % 4 * 3..][..3]);
        let sum: f64 = p.iter().zip(&x).map(|(p, x)| p * x.powf(-tau)).sum();
        let product: f64 = p.iter().zip(&x).map(|(p, x)| p * x.powf(-tau - 1.0)).product();
        expected += (2.0 * tau.powf(k - 1.0) * sum.powf(-k) * product).ln();
    }
    close(form.log_prior(), expected, 1e-12, "log density");
    // what comes too near a corner is drawn back
    form.parameters()[..3].copy_from_slice(&[0.0, 50.0, 1.0]);
    form.settle();
    assert_eq!(form.parameters()[..3], [0.0, 25.0, 0.5]);
    assert_eq!(form.parameters()[3..], parameters[3..]);
}

#[test]
fn sums_do_not_depend_on_threads() {
    let model = network(3, 5, Link::Sigmoid);
    let trials: Vec<Trial> =
        trials(&model, 3, 700, 2).into_iter().map(|simulation| simulation.trial).collect();
    let options = Options { iterations: 2, steps: 5, ..Options::new(3).prior(Prior::one_hot()) };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&trials, &options).unwrap())
    };
    let one = with(1);
    assert_eq!(one, with(4));
    assert_ne!(one, fit(&trials, &options.clone().seed(1)).unwrap());
}
