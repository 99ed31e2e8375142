use proptest::prelude::*;

use super::close;
use crate::swimmer::{Control, Init, Kind, Ncap, NcapConfig, NcapState, Policy};

/// From uniform draws, some with the wrong sign; in the order of [`NcapConfig::connections`].
const UNSHARED: [f64; 28] = [
    -0.329, 0.801, 0.348, 0.27, 1.148, 0.569, 0.863, 0.338, -0.87, -1.017, 1.181, 0.754, -0.553, -0.435,
    1.067, 0.667, 0.283, 0.63, -0.873, -1.101, 0.233, 0.546, -1.106, 0.539, 0.36, 0.66, 0.255, -1.046,
];
/// Four episodes of three joints, some beyond the limit.
const ANGLES: [f64; 12] =
    [-0.497, -0.475, -1.068, -0.851, -1.236, 0.882, -0.088, -0.969, 0.622, -0.791, -1.139, 0.256];
/// Right, left, speed; some out of range.
const CONTROLS: [[f64; 3]; 4] =
    [[1.05, -0.16, 0.93], [0.07, -0.07, -0.17], [0.21, 0.82, 0.49], [0.99, 0.1, 0.24]];

/// Torques of `SwimmerModule` of the authors' code (github.com/nikhilxb/ncap, neurobo/ncap/swimmer.py) in torch, float64, with
/// these weights and inputs at steps 0, 3, 4 and 11 of a period of 8.
#[test]
fn every_option_as_the_authors_code_has_it() {
    for (sign_constraints, expected) in [
        (
            true,
            [
                0.863,
                0.0,
                -0.171171,
                0.72781968,
                -0.13019202,
                -0.36036,
                -0.2671552,
                -0.24660846,
                -0.34918884,
                0.83951,
                0.0,
                -0.36036,
            ],
        ),
        (
            false,
            [
                0.8142191,
                0.0,
                -0.1203174,
                0.03094968,
                -0.13019202,
                -0.405,
                -0.338,
                -0.24660846,
                -0.32560542,
                0.3098888,
                0.0,
                -0.3870342,
            ],
        ),
    ] {
        let config = NcapConfig {
            turn_joints: 2,
            period: 8,
            weight_sharing: false,
            sign_constraints,
            speed_input: true,
            turn_input: true,
            ..NcapConfig::new(3)
        };
        let mut ncap = Ncap::new(config, Init::Constant, 0).unwrap();
        ncap.set_parameters(&UNSHARED).unwrap();
        let mut state = NcapState::at(vec![0, 3, 4, 11]).unwrap();
        let controls = CONTROLS.map(|[right, left, speed]| Control { right, left, speed });
        let mut torques = [0.0; 12];
        ncap.step(&mut state, &ANGLES, Some(&controls), &mut torques).unwrap();
        close(&torques, &expected, 1e-12);
    }
}

#[test]
fn shared_weights_and_the_step_counter() {
    let config = NcapConfig { period: 8, ..NcapConfig::new(3) };
    let mut ncap = Ncap::new(config, Init::Constant, 0).unwrap();
    ncap.set_parameters(&[0.9, 0.8, 0.7, -0.6]).unwrap();
    let mut state = NcapState::new(1).unwrap();
    let mut torques = [0.0; 3];
    let mut step = |state: &mut NcapState| {
        ncap.step(state, &ANGLES[..3], None, &mut torques).unwrap();
        torques
    };
    // the same code and weights as above, shared
    let dorsal = [0.56, -0.31311, -0.29925];
    let ventral = [-0.56, -0.31311, -0.29925];
    for expected in [dorsal, dorsal, dorsal, dorsal, ventral] {
        close(&step(&mut state), &expected, 1e-12);
    }
    assert_eq!(state.steps(), [5]);
    close(&step(&mut state), &ventral, 1e-12);
    state.reset();
    close(&step(&mut state), &dorsal, 1e-12);
}

#[test]
fn one_episode_is_reset_and_the_others_go_on() {
    let mut state = NcapState::at(vec![5, 7, 9]).unwrap();
    state.reset_episode(1).unwrap();
    assert_eq!(state.steps(), [5, 0, 9]);
}

#[test]
fn parameters_by_option() {
    let swim = NcapConfig::new(5);
    let steered = NcapConfig { speed_input: true, turn_input: true, ..swim.clone() };
    for (config, expected) in [
        (swim.clone(), 4),
        (NcapConfig { proprioception: false, ..swim.clone() }, 3),
        (NcapConfig { oscillator: false, ..swim.clone() }, 3),
        (steered.clone(), 6),
        (NcapConfig::new(1), 3),
        (NcapConfig { weight_sharing: false, ..swim }, 2 + 2 * 4 + 4 * 5),
        (NcapConfig { weight_sharing: false, turn_joints: 2, ..steered }, 2 + 2 * 4 + 4 * 5 + 2 * 5 + 2 * 2),
    ] {
        let ncap = Ncap::new(config.clone(), Init::Constant, 0).unwrap();
        assert_eq!(ncap.parameters().len(), expected, "{config:?}");
        assert_eq!(ncap.parameter_names().len(), expected);
    }
}

#[test]
fn starts() {
    let signs = [1.0, 1.0, 1.0, -1.0];
    let start = |sign_constraints, init, seed| {
        let config = NcapConfig { sign_constraints, ..NcapConfig::new(5) };
        Ncap::new(config, init, seed).unwrap().parameters().to_vec()
    };
    assert_eq!(start(true, Init::Constant, 4), signs);
    let (mut flipped, mut sum) = ([0; 4], 0.0);
    for seed in 0..200 {
        assert!(start(false, Init::Constant, seed).iter().all(|p| p.abs() == 1.0));
        for (at, sign) in signs.iter().enumerate() {
            let constrained = sign * start(true, Init::Uniform, seed)[at];
            assert!((0.0..1.0).contains(&constrained));
            sum += constrained;
            let free = sign * start(false, Init::Uniform, seed)[at];
            assert!(free.abs() < 1.0);
            flipped[at] += i32::from(free < 0.0);
        }
    }
    assert!((sum / 800.0 - 0.5).abs() < 0.05);
    assert!(flipped.iter().all(|count| (70..130).contains(count)), "{flipped:?} of 200");
    assert_ne!(start(true, Init::Uniform, 1), start(true, Init::Uniform, 2));
}

#[test]
fn a_wrong_sign_acts_as_zero_and_is_remembered() {
    let mut ncap = Ncap::new(NcapConfig::new(2), Init::Constant, 0).unwrap();
    ncap.set_parameters(&[-0.5, 1.0, 1.0, 0.5]).unwrap();
    assert_eq!(ncap.parameters(), [-0.5, 1.0, 1.0, 0.5]);
    let acting = |kind| ncap.connections().filter(move |(c, _)| c.kind == kind).map(|(_, weight)| weight);
    for kind in [Kind::Proprioceptive, Kind::Contralateral] {
        assert!(acting(kind).all(|weight| weight == 0.0), "{kind}");
    }
}

proptest! {
    /// Cutting all connections of a kind is leaving the kind out.
    #[test]
    fn a_whole_lesion_is_an_ablation(angles in proptest::collection::vec(-1.0..1.0_f64, 4), step in 0_u64..60) {
        for kind in [Kind::Proprioceptive, Kind::Oscillator] {
            let whole = NcapConfig::new(4);
            let mut lesioned = Ncap::new(whole.clone(), Init::Constant, 0).unwrap();
            lesioned.lesion(|connection| connection.kind == kind);
            let without = match kind {
                Kind::Oscillator => NcapConfig { oscillator: false, ..whole },
                _ => NcapConfig { proprioception: false, ..whole },
            };
            let ablated = Ncap::new(without, Init::Constant, 0).unwrap();
            let (mut a, mut b) = ([0.0; 4], [0.0; 4]);
            lesioned.act(step, &angles, &mut a);
            ablated.act(step, &angles, &mut b);
            prop_assert_eq!(a, b);
        }
    }

    /// Mirrored angles half a period later give mirrored torques: dorsal and ventral are alike.
    #[test]
    fn sides_are_alike(angles in proptest::collection::vec(-1.0..1.0_f64, 5), step in 0_u64..60) {
        let ncap = Ncap::new(NcapConfig::new(5), Init::Uniform, 9).unwrap();
        let mirrored: Vec<f64> = angles.iter().map(|angle| -angle).collect();
        let (mut a, mut b) = ([0.0; 5], [0.0; 5]);
        ncap.act(step, &angles, &mut a);
        ncap.act(step + 30, &mirrored, &mut b);
        prop_assert_eq!(a, b.map(|torque| -torque));
        prop_assert!(a.iter().all(|torque| torque.abs() <= 1.0));
    }
}
