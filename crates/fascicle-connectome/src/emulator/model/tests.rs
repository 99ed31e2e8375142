use fascicle_core::testing::test_devices;
use fascicle_core::{Tolerance, dtype};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::network::{gumbel, normals};

const SIZE: EmulatorSize = EmulatorSize { hidden: 5, noise: 2, outputs: 3 };

fn weights() -> EmulatorWeights {
    EmulatorWeights::untrained(SIZE, 4).unwrap()
}

/// Noise of each step for a batch of two.
fn noise(steps: usize, device: &Device, dtype: DType) -> (Vec<f64>, Vec<Tensor<2>>) {
    let values = normals(steps * 2 * SIZE.noise, &mut StdRng::seed_from_u64(9));
    let tensors =
        values.chunks_exact(2 * SIZE.noise).map(|step| tensor(step, [2, SIZE.noise], device, dtype));
    let tensors = tensors.collect();
    (values, tensors)
}

/// On every device the same as step by step on the host.
#[test]
fn states_as_on_the_host() {
    let weights = weights();
    for (name, device) in test_devices() {
        let model = Emulator::new(&weights, &device);
        let (values, noise) = noise(6, &device, DType::F32);
        let states = model.states(Tensor::zeros([2, 5], &device), noise);
        let logits = read(model.logits(states.clone()), "logits").unwrap();
        let states = read(states, "states").unwrap();
        for member in 0..2 {
            let (mut state, mut next, mut expected) = (vec![0.0; 5], vec![0.0; 5], vec![0.0; 3]);
            for step in 0..6 {
                let at = step * 2 + member;
                weights.step(&state, &values[at * 2..at * 2 + 2], &mut next);
                std::mem::swap(&mut state, &mut next);
                weights.logits(&state, &mut expected);
                let near = |found: &[f64], expected: &[f64]| {
                    found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5)
                };
                assert!(near(&states[at * 5..at * 5 + 5], &state), "{name} {step}");
                assert!(near(&logits[at * 3..at * 3 + 3], &expected), "{name} {step}");
            }
        }
        let back = model.weights().unwrap();
        let pairs = back.recurrent().iter().zip(weights.recurrent());
        assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-7), "{name}");
    }
}

/// Σ c · logits over five steps, differentiated by each of the weights, in f64.
#[test]
fn gradients_by_finite_differences() {
    let weights = weights();
    let (values, _) = noise(5, &test_devices()[0].1, DType::F64);
    let factors: Vec<f64> = (0..5 * 2 * 3).map(|i| ((i * 7 % 11) as f64 - 5.0) / 5.0).collect();
    let loss = |weights: &EmulatorWeights| -> f64 {
        let mut sum = 0.0;
        for member in 0..2 {
            let (mut state, mut next, mut logits) = (vec![0.0; 5], vec![0.0; 5], vec![0.0; 3]);
            for step in 0..5 {
                let at = step * 2 + member;
                weights.step(&state, &values[at * 2..at * 2 + 2], &mut next);
                std::mem::swap(&mut state, &mut next);
                weights.logits(&state, &mut logits);
                sum += logits.iter().zip(&factors[at * 3..]).map(|(l, c)| l * c).sum::<f64>();
            }
        }
        sum
    };
    for (name, device) in test_devices() {
        let device = device.autodiff();
        let model = Emulator::with_dtype(&weights, &device, DType::F64);
        let (_, noise) = noise(5, &device, DType::F64);
        let start = tensor(&[0.0; 10], [2, 5], &device, DType::F64);
        let logits = model.logits(model.states(start, noise));
        let gradients = (logits * tensor(&factors, [10, 3], &device, DType::F64)).sum().backward();
        let of =
            |param: &Param<Tensor<2>>| read(param.val().grad(&gradients).unwrap(), "a gradient").unwrap();
        for (which, found) in [of(&model.recurrent), of(&model.input), of(&model.readout)].iter().enumerate()
        {
            for (at, found) in found.iter().enumerate() {
                let moved = |by: f64| {
                    let mut matrices =
                        [weights.recurrent().to_vec(), weights.input().to_vec(), weights.readout().to_vec()];
                    matrices[which][at] += by;
                    let [recurrent, input, readout] = matrices;
                    loss(&EmulatorWeights::new(SIZE, recurrent, input, readout).unwrap())
                };
                let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!((found - expected).abs() < 1e-7, "{name} matrix {which}, {at}: {found}, {expected}");
            }
        }
    }
}

/// One-hot forward, the soft one's gradient backward.
#[test]
fn straight_through() {
    for (name, device) in test_devices() {
        let device = device.autodiff();
        let dtype = dtype::widest(&device);
        let logits = || tensor(&[0.3, -1.0, 0.2, 2.0, 0.1, -0.4], [2, 3], &device, dtype).require_grad();
        let draws = tensor(&gumbel(6, &mut StdRng::seed_from_u64(2)), [2, 3], &device, dtype);
        let factors = tensor(&[1.0, -2.0, 0.5, 0.25, 3.0, -1.0], [2, 3], &device, dtype);
        let (one, other) = (logits(), logits());
        let hard = hard_gumbel_softmax(one.clone(), draws.clone(), 0.7);
        let perturbed = read(one.clone() + draws.clone(), "sums").unwrap();
        for (row, sums) in
            read(hard.clone(), "outputs").unwrap().chunks_exact(3).zip(perturbed.chunks_exact(3))
        {
            let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for (value, sum) in row.iter().zip(sums) {
                assert!(
                    (value - f64::from(*sum == most)).abs() < Tolerance::for_dtype(dtype).abs,
                    "{name} {row:?}"
                );
            }
        }
        let soft = softmax((other.clone() + draws).div_scalar(0.7), 1);
        let gradient = |loss: Tensor<2>, leaf: &Tensor<2>| {
            read(leaf.grad(&(loss * factors.clone()).sum().backward()).unwrap(), "a gradient").unwrap()
        };
        assert_eq!(gradient(hard, &one), gradient(soft, &other), "{name}");
    }
}

/// Each output is drawn as often as the softmax says.
#[test]
fn draws_follow_the_softmax() {
    let (_, device) = test_devices().swap_remove(0);
    let row = [0.5, -0.5, 1.0];
    let n = 20_000;
    let logits = tensor(&row.repeat(n), [n, 3], &device, DType::F32);
    let draws = tensor(&gumbel(3 * n, &mut StdRng::seed_from_u64(5)), [n, 3], &device, DType::F32);
    let counts = read(hard_gumbel_softmax(logits, draws, 1.0).sum_dim(0), "counts").unwrap();
    let total: f64 = row.iter().map(|logit: &f64| logit.exp()).sum();
    for (count, logit) in counts.iter().zip(row) {
        let p = logit.exp() / total;
        let error = (p * (1.0 - p) / n as f64).sqrt();
        assert!((count / n as f64 - p).abs() < 5.0 * error, "{count} of {n}, expected {p}");
    }
}
