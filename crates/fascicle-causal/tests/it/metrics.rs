//! Metrics against the same sums done by hand.

use fascicle_causal::{MetricKind, MetricSpec};
use fascicle_models::{Inputs, Outputs, Pooling};

use crate::tiny::{build, close, decoder, devices, encoder, inputs};

/// The logits of one row at one position.
fn row(outputs: &Outputs, row: usize, position: usize) -> Vec<f64> {
    let logits = outputs.logits.clone().unwrap();
    let [_, positions, vocab] = logits.dims();
    let numbers = logits.try_into_vec_as::<f64>().unwrap();
    numbers[(row * positions + position) * vocab..][..vocab].to_vec()
}

fn probabilities(logits: &[f64]) -> Vec<f64> {
    let top = logits.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = logits.iter().map(|x| (x - top).exp()).sum();
    logits.iter().map(|x| (x - top).exp() / sum).collect()
}

#[test]
fn token_metrics_at_the_last_unmasked_position() {
    for (name, device) in devices() {
        let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, true));
        let outputs = model.forward(&inputs).unwrap();
        // the second row is padded from position 3
        let (first, second) = (row(&outputs, 0, 4), row(&outputs, 1, 2));
        let (answer, wrong) = (vec![3, 10], vec![7, 0]);
        let expected =
            |score: &dyn Fn(&[f64], usize, usize) -> f64| [score(&first, 3, 7), score(&second, 10, 0)];
        let check = |spec: MetricSpec, expected: [f64; 2]| {
            let metric = spec.prepare(&model, &inputs, &outputs).unwrap();
            close(
                &metric.values(&outputs, &inputs).unwrap(),
                &expected,
                1e-5,
                &format!("{} on {name}", spec.kind),
            );
            close(
                &[metric.mean(&outputs, &inputs).unwrap()],
                &[(expected[0] + expected[1]) / 2.0],
                1e-5,
                "mean",
            );
            // a repeated batch is judged as the batch again and again
            let twice = inputs.repeat(2);
            let again = model.forward(&twice).unwrap();
            let again = metric.values(&again, &twice).unwrap();
            close(&again, &[expected, expected].concat(), 1e-5, &format!("{} twice on {name}", spec.kind));
        };
        let logit = |x: &[f64], a: usize, w: usize| x[a] - x[w];
        check(MetricSpec::logit_diff(answer.clone(), wrong.clone()), expected(&logit));
        let prob = |x: &[f64], a: usize, _: usize| probabilities(x)[a];
        check(MetricSpec::prob(answer.clone()), expected(&prob));
        let prob_diff = |x: &[f64], a: usize, w: usize| probabilities(x)[a] - probabilities(x)[w];
        check(MetricSpec::prob_diff(answer.clone(), wrong.clone()), expected(&prob_diff));

        let (first, second) = (row(&outputs, 0, 1), row(&outputs, 1, 4));
        let given = MetricSpec::logit_diff(answer, wrong).at(vec![1, 4]);
        check(given, [logit(&first, 3, 7), logit(&second, 10, 0)]);
    }
}

#[test]
fn divergence_from_the_clean_run() {
    let (clean, corrupt): (Inputs, Inputs) = (inputs(4, true), inputs(5, false));
    for (name, device) in devices() {
        let model = build(&decoder(), &device, 3);
        let [clean_outputs, corrupt_outputs] =
            [&clean, &corrupt].map(|inputs| model.forward(inputs).unwrap());
        let metric = MetricSpec::kl().prepare(&model, &clean, &clean_outputs).unwrap();
        close(&metric.values(&clean_outputs, &clean).unwrap(), &[0.0, 0.0], 1e-6, &name);
        // each run is judged at its own last position
        let expected = [(0, 4, 4), (1, 2, 4)].map(|(r, of_clean, of_corrupt)| {
            let p = probabilities(&row(&clean_outputs, r, of_clean));
            let q = probabilities(&row(&corrupt_outputs, r, of_corrupt));
            p.iter().zip(&q).map(|(p, q)| p * (p / q).ln()).sum::<f64>()
        });
        close(&metric.values(&corrupt_outputs, &corrupt).unwrap(), &expected, 1e-5, &name);
    }
}

#[test]
fn cosine_with_the_clean_run() {
    let (clean, corrupt) = (inputs(4, true), inputs(5, false));
    for (name, device) in devices() {
        let model = build(&encoder(), &device, 3);
        let [clean_outputs, corrupt_outputs] =
            [&clean, &corrupt].map(|inputs| model.forward(inputs).unwrap());
        let pooled = |outputs: &Outputs, row: usize, counted: usize| -> Vec<f64> {
            let numbers = outputs.last_hidden_state.clone().unwrap().try_into_vec_as::<f64>().unwrap();
            let at = |position: usize, i: usize| numbers[(row * 5 + position) * 8 + i];
            (0..8)
                .map(|i| (0..counted).map(|position| at(position, i)).sum::<f64>() / counted as f64)
                .collect()
        };
        let cosine = |a: Vec<f64>, b: Vec<f64>| {
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
        };
        let check = |pooling, counted: [usize; 2]| {
            let metric = MetricSpec::cosine(pooling).prepare(&model, &clean, &clean_outputs).unwrap();
            close(&metric.values(&clean_outputs, &clean).unwrap(), &[1.0, 1.0], 1e-5, &name);
            let expected = [0, 1].map(|row| {
                let of_corrupt = if counted[row] == 1 { 1 } else { 5 };
                cosine(pooled(&clean_outputs, row, counted[row]), pooled(&corrupt_outputs, row, of_corrupt))
            });
            close(&metric.values(&corrupt_outputs, &corrupt).unwrap(), &expected, 1e-5, &name);
        };
        check(Pooling::Mean, [5, 3]);
        check(Pooling::Cls, [1, 1]);
    }
}

#[test]
fn what_a_metric_does_not_use_may_be_present() {
    let (model, inputs) = (build(&encoder(), &crate::tiny::cpu(), 3), inputs(4, false));
    let outputs = model.forward(&inputs).unwrap();
    let odd = MetricSpec { answer: Some(vec![99]), ..MetricSpec::cosine(Pooling::Mean) }.at(vec![-1]);
    assert!(odd.prepare(&model, &inputs, &outputs).is_ok());
}

#[test]
fn names_are_read_as_they_are_written() {
    for kind in MetricKind::ALL {
        assert_eq!(kind.to_string().parse::<MetricKind>().unwrap(), kind);
    }
}
