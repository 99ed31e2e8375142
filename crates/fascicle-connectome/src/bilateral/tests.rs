use burn::module::Param;
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device, Tensor};
use fascicle_core::dtype;
use fascicle_core::testing::test_devices;
use insta::assert_snapshot;

use super::network::{Dense, INPUTS};
use super::train::follow;
use super::*;
use crate::network::{read, tensor};

const SIZE: BilateralSize = BilateralSize { units: 4, layers: 3 };

fn untrained(sides: Sides, device: &Device) -> Bilateral {
    Bilateral::untrained(SIZE, sides, 3, device, dtype::widest(device)).unwrap()
}

fn plant() -> Plant {
    Plant { steps: 4, time_step: 0.1, ..Plant::default() }
}

fn training() -> BilateralTraining {
    BilateralTraining { plant: plant(), ..BilateralTraining::default() }
}

fn numbers<const D: usize>(param: &Param<Tensor<D>>) -> Vec<f64> {
    read(param.val(), "a parameter").unwrap()
}

/// The network on the host, one input at a time, from its description.
fn reference(network: &Bilateral, input: &[f64], lesion: Lesion) -> Vec<f64> {
    let dense = |layer: &Dense, x: &[f64]| -> Vec<f64> {
        let (weight, mut sum) = (numbers(&layer.weight), numbers(&layer.bias));
        let outputs = sum.len();
        for (i, x) in x.iter().enumerate() {
            (0..outputs).for_each(|o| sum[o] += weight[i * outputs + o] * x);
        }
        sum
    };
    let crossing = |x: &[f64]| -> Vec<f64> {
        let pooled = x.chunks_exact(2).map(|pair| pair[0].max(pair[1]));
        vec![0.0; x.len() / 2].into_iter().chain(pooled).collect()
    };
    let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let seen = |side| if lesion == Lesion::Input(side) { vec![0.0; INPUTS] } else { input.to_vec() };
    let (mut left, mut right) = (seen(Side::Left), seen(Side::Right));
    for layer in 0..network.left.len() {
        let tanh = |x: Vec<f64>| x.into_iter().map(f64::tanh).collect::<Vec<_>>();
        left = tanh(dense(&network.left[layer], &left));
        right = tanh(dense(&network.right[layer], &right));
        if layer > 0 && lesion != Lesion::Callosum && network.sides() == Sides::Both {
            (left, right) = (add(&left, &crossing(&right)), add(&right, &crossing(&left)));
        }
    }
    let mix = numbers(&network.mix);
    let silent =
        |side| lesion == Lesion::Last(side) || matches!(network.sides(), Sides::One(other) if other != side);
    let share = |x: &[f64], w: f64, side| {
        x.iter().map(|x| if silent(side) { 0.0 } else { w * x }).collect::<Vec<_>>()
    };
    let sum = add(&share(&left, mix[0], Side::Left), &share(&right, mix[1], Side::Right));
    dense(&network.output, &sum).into_iter().map(|x| 1.0 / (1.0 + (-x).exp())).collect()
}

const LESIONS: [Lesion; 6] = [
    Lesion::None,
    Lesion::Input(Side::Left),
    Lesion::Input(Side::Right),
    Lesion::Last(Side::Left),
    Lesion::Last(Side::Right),
    Lesion::Callosum,
];

/// Whether a device has f64 throughout: burn's ndarray device computes tanh and the sigmoid in f32 whatever the dtype.
fn is_exact(name: &str, device: &Device) -> bool {
    name != "ndarray" && dtype::widest(device) == DType::F64
}

fn rounding(name: &str, device: &Device) -> f64 {
    if is_exact(name, device) { 1e-12 } else { 1e-6 }
}

#[test]
fn answers_as_described() {
    let inputs: Vec<f64> = (0..2 * INPUTS).map(|i| ((i * 5 % 13) as f64 - 6.0) / 4.0).collect();
    for (name, device) in test_devices() {
        for sides in [Sides::Both, Sides::One(Side::Left), Sides::One(Side::Right)] {
            let network = untrained(sides, &device);
            let mut seen: Vec<Vec<f64>> = Vec::new();
            for lesion in LESIONS {
                let pass = network.pass(None, lesion, &device);
                let answer = pass.answer(tensor(&inputs, [2, INPUTS], &device, dtype::widest(&device)));
                let found = read(answer.activation, "activations").unwrap();
                let expected: Vec<f64> = inputs
                    .chunks_exact(INPUTS)
                    .flat_map(|input| reference(&network, input, lesion))
                    .collect();
                let near = found
                    .iter()
                    .zip(&expected)
                    .all(|(found, expected)| (found - expected).abs() < rounding(&name, &device));
                assert!(near, "{name} {sides:?} {lesion:?}: {found:?} {expected:?}");
                seen.push(found);
            }
            // with both sides every lesion does something
            if sides == Sides::Both {
                assert!(seen[1..].iter().all(|other| *other != seen[0]), "{name}");
            }
        }
    }
}

/// Gradients of one loss alone, through every parameter.
fn whole_gradients(network: &Bilateral, episodes: &Episodes, objective: Objective) -> GradientsParams {
    let loss = objective.of(&follow(network, &plant(), episodes, None, Lesion::None));
    GradientsParams::from_grads(loss.backward(), network)
}

/// Without specialisation every parameter has the gradient of the sum of the losses.
#[test]
fn gradients_that_are_not_routed() {
    let episodes = Episodes::mixed(6, 1);
    for (name, device) in test_devices() {
        let rounding = rounding(&name, &device);
        let device = device.autodiff();
        let network = untrained(Sides::Both, &device);
        let training = BilateralTraining { specialised: false, ..training() };
        let (found, _) = routed_gradients(&network, &training, &episodes).unwrap();
        let [left, right] = [Objective::LEFT, Objective::RIGHT]
            .map(|objective| whole_gradients(&network, &episodes, objective));
        let of = |gradients: &GradientsParams, param: &Param<Tensor<2>>| {
            read(gradients.get::<2>(param.id).unwrap(), "a gradient").unwrap()
        };
        for layer in network.left.iter().chain(&network.right).chain([&network.output]) {
            let sums = of(&left, &layer.weight).into_iter().zip(of(&right, &layer.weight));
            for (found, (left, right)) in of(&found, &layer.weight).into_iter().zip(sums) {
                assert!((found - left - right).abs() < rounding, "{name}: {found}, not {left} + {right}");
            }
        }
    }
}

/// The left column's parameters have the left loss's gradient, the right column's the right's, what they share the sum:
/// equal to the last bits to what each loss alone gives.
#[test]
fn gradients_are_routed() {
    let episodes = Episodes::mixed(6, 1);
    for (name, device) in test_devices() {
        let rounding = rounding(&name, &device);
        let device = device.autodiff();
        let network = untrained(Sides::Both, &device);
        let (routed, value) = routed_gradients(&network, &training(), &episodes).unwrap();
        let (left, right) = (
            whole_gradients(&network, &episodes, Objective::LEFT),
            whole_gradients(&network, &episodes, Objective::RIGHT),
        );
        let losses = [Objective::LEFT, Objective::RIGHT].map(|objective| {
            let loss = objective.of(&follow(&network, &plant(), &episodes, None, Lesion::None));
            read(loss, "the loss").unwrap()[0]
        });
        assert!((value - losses[0] - losses[1]).abs() < rounding, "{name}");
        let of = |gradients: &GradientsParams, param: &Param<Tensor<2>>| {
            read(gradients.get::<2>(param.id).unwrap(), "a gradient").unwrap()
        };
        let check = |param: &Param<Tensor<2>>, shares: [f64; 2]| {
            let (found, left, right) = (of(&routed, param), of(&left, param), of(&right, param));
            for ((found, left), right) in found.iter().zip(left).zip(right) {
                let expected = shares[0] * left + shares[1] * right;
                assert!((found - expected).abs() < rounding, "{name} {shares:?}: {found} {expected}");
            }
            assert!(found.iter().any(|value| *value != 0.0), "{name} {shares:?}");
        };
        for (columns, shares) in [(&network.left, [1.0, 0.0]), (&network.right, [0.0, 1.0])] {
            for layer in columns {
                check(&layer.weight, shares);
                check(&layer.bias, shares);
            }
        }
        check(&network.output.weight, [1.0, 1.0]);
        check(&network.output.bias, [1.0, 1.0]);
        let mix =
            |gradients: &GradientsParams| read(gradients.get::<1>(network.mix.id).unwrap(), "w").unwrap();
        for at in 0..2 {
            assert!((mix(&routed)[at] - mix(&left)[at] - mix(&right)[at]).abs() < rounding, "{name}");
        }
    }
}

/// Both losses against finite differences in f64, by one weight of each kind, where the device has f64 throughout.
#[test]
fn losses_by_finite_differences() {
    let episodes = Episodes::mixed(4, 2);
    for (name, device) in test_devices().into_iter().filter(|(name, device)| is_exact(name, device)) {
        let device = device.autodiff();
        for objective in [Objective::LEFT, Objective::RIGHT] {
            let network = untrained(Sides::Both, &device);
            let gradients = whole_gradients(&network, &episodes, objective);
            let pick: [fn(&mut Bilateral) -> &mut Param<Tensor<2>>; 4] = [
                |network| &mut network.left[0].weight,
                |network| &mut network.right[1].weight,
                |network| &mut network.left[2].bias,
                |network| &mut network.output.weight,
            ];
            for (which, pick) in pick.into_iter().enumerate() {
                let mut network = network.clone();
                let param = pick(&mut network).clone();
                let (values, shape) = (numbers(&param), param.val().dims());
                let gradient = read(gradients.get::<2>(param.id).unwrap(), "a gradient").unwrap();
                let at = values.len() - 1;
                let mut moved = |by: f64| {
                    let mut values = values.clone();
                    values[at] += by;
                    *pick(&mut network) = Param::from_tensor(tensor(&values, shape, &device, DType::F64));
                    read(objective.of(&follow(&network, &plant(), &episodes, None, Lesion::None)), "a loss")
                        .unwrap()[0]
                };
                let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!(
                    (gradient[at] - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{name} {objective:?} {which}: {} {expected}",
                    gradient[at]
                );
            }
        }
    }
}

#[test]
fn learns_on_every_device() {
    let size = BilateralSize { units: 8, layers: 2 };
    let training = BilateralTraining {
        updates: 40,
        batch: 16,
        learning_rate: 0.02,
        plant: Plant { steps: 10, time_step: 0.1, ..Plant::default() },
        ..BilateralTraining::default()
    };
    for (name, device) in test_devices() {
        for sides in [Sides::Both, Sides::One(Side::Left), Sides::One(Side::Right)] {
            let mut losses = Vec::new();
            let network =
                train_bilateral(size, sides, &training, 0, &device, &mut |_, loss| losses.push(loss))
                    .unwrap();
            let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
            assert!(mean(&losses[30..]) < 0.7 * mean(&losses[..5]), "{name} {sides:?} {losses:?}");
            assert!(network.mix().unwrap().iter().all(|w| *w >= 0.0), "{name}");
            let found = perform(&network, &training.plant, Lesion::None, 8, 1).unwrap();
            assert_eq!(found, perform(&network, &training.plant, Lesion::None, 8, 1).unwrap(), "{name}");
        }
    }
}

/// A share below 0 is put back, and goes on being trained.
#[test]
fn shares_stay_above_nothing() {
    for (name, device) in test_devices() {
        let device = device.autodiff();
        let mut network = untrained(Sides::Both, &device);
        network.mix = Param::from_tensor(tensor(&[-0.25, 0.75], [2], &device, dtype::widest(&device)));
        let network = network.with_mix_from_zero();
        assert_eq!(network.mix().unwrap(), [0.0, 0.75], "{name}");
        let gradients = whole_gradients(&network, &Episodes::mixed(4, 1), Objective::LEFT);
        assert!(gradients.get::<1>(network.mix.id).is_some(), "{name}");
    }
}

#[test]
fn refused() {
    let (_, device) = test_devices().swap_remove(0);
    let make = |units, layers| {
        let size = BilateralSize { units, layers };
        Bilateral::untrained(size, Sides::Both, 0, &device, DType::F32).unwrap_err().to_string()
    };
    assert_snapshot!(make(5, 2), @"the number of units is 5; expected an even number, at least 2");
    assert_snapshot!(make(4, 0), @"the number of layers is 0; expected at least 1");
    let train = |training: BilateralTraining| {
        train_bilateral(SIZE, Sides::Both, &training, 0, &device, &mut |_, _| ()).unwrap_err().to_string()
    };
    assert_snapshot!(train(BilateralTraining { batch: 1, ..training() }), @"the number of episodes an update is 1; expected at least 2");
    assert_snapshot!(train(BilateralTraining { clip: 0.0, ..training() }), @"the greatest length of the gradient is 0; expected a positive number");
    let friction = Plant { friction: 100.0, ..plant() };
    assert_snapshot!(train(BilateralTraining { plant: friction, ..training() }), @"the friction is 100; expected 0 to mass / time step");
    let short = plant()
        .run(&Episodes::mixed(2, 0), &[vec![0.5; 8], vec![0.5; 8], vec![0.5; 8]], &device)
        .unwrap_err();
    assert_snapshot!(short.to_string(), @"the list of activations has 3 numbers; expected 4");
}
