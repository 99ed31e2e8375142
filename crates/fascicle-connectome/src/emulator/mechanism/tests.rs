use fascicle_graph::spectral::ComplexValue;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::NetworkError;
use crate::emulator::{EmulatorSize, EmulatorWeights};

/// Units that hand on to each other in a ring, times `gain`; each is an output of its own. Noise does nothing.
fn ring(units: usize, gain: f64) -> EmulatorWeights {
    let size = EmulatorSize { hidden: units, noise: 1, outputs: units };
    let matrix = |of: &dyn Fn(usize, usize) -> bool, value: f64| {
        (0..units * units).map(|at| if of(at / units, at % units) { value } else { 0.0 }).collect()
    };
    let recurrent = matrix(&|to, from| to == (from + 1) % units, gain);
    let readout = matrix(&|to, from| to == from, 1.0);
    EmulatorWeights::new(size, recurrent, vec![0.0; units], readout).unwrap()
}

fn untrained(seed: u64) -> EmulatorWeights {
    EmulatorWeights::untrained(EmulatorSize { hidden: 12, noise: 3, outputs: 3 }, seed).unwrap()
}

fn at(unit: usize, units: usize) -> Vec<f64> {
    (0..units).map(|i| f64::from(i == unit)).collect()
}

const SILENT: Rollout = Rollout { burn_in: 0, steps: 10, noise: 0.0, seed: 0 };

#[test]
fn transitions_and_gains() {
    let ring = ring(3, 1.0);
    let rate = |gains: &[Gain]| ring.transition_rate(&SILENT, &[at(0, 3)], gains).unwrap();
    assert_eq!(rate(&[]), 1.0);
    // the activity stops at the silenced unit: one change is left, from unit 1 to nothing, whose leading output is the first
    assert_eq!(rate(&Gain::silence(&[2])), 1.0 / 9.0);
    assert_eq!(rate(&Gain::all(&[0, 1, 2], 2.0)), 1.0);
    let run = ring.trajectories(&Rollout { burn_in: 1, steps: 3, ..SILENT }, &[at(0, 3)], &[]).unwrap();
    assert_eq!(run[0].leading, [2, 0, 1]);
    assert_eq!(run[0].states, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn the_noise_is_the_same_with_and_without_gains() {
    let weights = untrained(1);
    let rollout = Rollout { steps: 30, seed: 4, ..Rollout::default() };
    let run = |gains: &[Gain]| weights.trajectories(&rollout, &weights.zeros(3), gains).unwrap();
    assert_eq!(run(&[]), run(&Gain::all(&[0, 5], 1.0)));
    assert_ne!(run(&[]), run(&Gain::silence(&[0, 5])));
    let runs = run(&[]);
    assert_ne!(runs[0], runs[1]);
    let ends = weights.ends(&rollout, 3).unwrap();
    for (end, run) in ends.iter().zip(&runs) {
        assert_eq!(end[..], run.states[29 * 12..]);
    }
}

#[test]
fn fixed_points_of_known_networks() {
    let starts = [at(0, 3), at(1, 3), at(0, 3)];
    // a shrinking ring: 0 alone
    let found = fixed_points(&ring(3, 0.5), &starts, 200, 1e-9).unwrap();
    assert_eq!((found.points.len(), found.points[0].reached, found.unsettled), (1, 3, 0));
    assert!(found.points[0].state.iter().all(|value| *value < 1e-9));
    // a ring goes round, and a growing one away
    assert_eq!(fixed_points(&ring(3, 1.0), &starts, 200, 1e-9).unwrap().unsettled, 3);
    assert_eq!(fixed_points(&ring(3, 1e9), &starts, 200, 1e-9).unwrap().unsettled, 3);
    // a ring of one holds what it has
    let found = fixed_points(&ring(1, 1.0), &[vec![2.0], vec![3.0], vec![2.0]], 50, 1e-9).unwrap();
    assert_eq!(
        found.points.iter().map(|point| (point.state[0], point.reached)).collect::<Vec<_>>(),
        [(2.0, 2), (3.0, 1)]
    );
}

#[test]
fn silence_of_known_networks() {
    let starts = [at(0, 3), at(1, 3)];
    let shrinking = silence(&ring(3, 0.5), &starts, 20).unwrap();
    assert_eq!(shrinking.variance[0], 0.5);
    // both states halve in every step, their variance falls to a quarter
    assert!((shrinking.left() - 0.25_f64.powi(20)).abs() < 1e-18);
    assert_eq!(shrinking.restless, 1.0);
    let going = silence(&ring(3, 1.0), &starts, 20).unwrap();
    assert_eq!((going.left(), going.restless), (1.0, 1.0));
    let holding = silence(&ring(1, 0.5), &[vec![1.0], vec![3.0]], 4).unwrap();
    assert_eq!((holding.left(), holding.restless), (0.25_f64.powi(4), 0.0));
}

#[test]
fn stability_of_known_networks() {
    let all = vec![1.0; 4];
    let check = |gain: f64, state: &[f64], unstable: usize, most: f64| {
        let found = stability(&ring(4, gain), state).unwrap();
        assert_eq!(found.eigenvalues.len(), 4);
        assert_eq!(found.unstable, unstable, "{gain}: {:?}", found.eigenvalues);
        // of a closed chain LAPACK's zeros are some 1e-4 away, being the fourth root of rounding
        assert!((found.eigenvalues[0].abs() - most).abs() < 1e-3, "{gain}: {:?}", found.eigenvalues);
    };
    // the fourth roots of one, times the gain
    check(1.1, &all, 4, 1.1);
    check(0.9, &all, 0, 0.9);
    // one silent unit cuts the ring
    check(1.1, &at(0, 4), 0, 0.0);
    let found = stability(&ring(4, 2.0), &all).unwrap();
    let sum = found.eigenvalues.iter().fold((0.0, 0.0), |sum, value| (sum.0 + value.re, sum.1 + value.im));
    assert!(sum.0.abs() < 1e-9 && sum.1.abs() < 1e-9);
    let imaginary = |value: &ComplexValue| value.re.abs() < 1e-9 && (value.im.abs() - 2.0).abs() < 1e-9;
    assert_eq!(found.eigenvalues.iter().filter(|value| imaginary(value)).count(), 2);
}

#[test]
fn orbits() {
    // round a square in the plane of the first two of three units, at 5 in the third
    let turn = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
    let round = |steps: usize| -> Vec<f64> {
        (0..steps).flat_map(|i| [turn[i % 4][0], turn[i % 4][1], 5.0]).collect()
    };
    let found = orbit([round(8).as_slice(), round(4).as_slice()], 3).unwrap();
    assert!((found.radius - 1.0).abs() < 1e-12 && (found.planar - 1.0).abs() < 1e-12, "{found:?}");
    assert!((found.circulation.abs() - 1.0).abs() < 1e-12);
    assert!((found.centre[2] - 5.0).abs() < 1e-12);
    // there and back: no circulation
    let mut both = round(5);
    both.extend(round(5).chunks_exact(3).rev().skip(1).flatten());
    assert!(orbit([both.as_slice()], 3).unwrap().circulation.abs() < 1e-12);
}

#[test]
fn residencies_and_zones() {
    let rollout = Rollout { steps: 12, ..SILENT };
    // one that hands on at once, and one that holds for ever
    assert_eq!(residency(&ring(3, 1.0), &[at(0, 3), at(2, 3)], &rollout, 3).unwrap(), [1.0, 1.0]);
    assert_eq!(residency(&ring(1, 1.0), &[vec![1.0]], &rollout, 2).unwrap(), [12.0]);
    for (steps, zone) in [(1.9, Zone::Transition), (2.0, Zone::Kick), (8.0, Zone::Kick), (8.1, Zone::Cluster)]
    {
        assert_eq!(Zone::of(steps), zone, "{steps}");
    }
}

#[test]
fn kicks_are_found() {
    // unit 2 speaks up before 0 → 1, unit 3 before 1 → 0; units 0 and 1 are the outputs themselves
    let mut run = Trajectory { states: Vec::new(), leading: Vec::new() };
    for step in 0..40 {
        let (output, last) = (step / 5 % 2, step % 5 == 4);
        run.leading.push(output);
        let kick = |of: usize| f64::from(output == of && last);
        run.states.extend([f64::from(output == 0), f64::from(output == 1), kick(0), kick(1)]);
    }
    let weights = ring(4, 1.0);
    let found = kick_units(&weights, &[run], 1, 1).unwrap();
    assert_eq!(
        found.iter().map(|kind| (kind.from, kind.to, kind.seen)).collect::<Vec<_>>(),
        [(0, 1, 4), (1, 0, 3)]
    );
    assert_eq!((&found[0].units[..], &found[1].units[..]), (&[2][..], &[3][..]));
    // on in 4 of 40 steps: (1 − .1) / √(.1 · .9) = 3
    assert!((found[0].lift[0] - 3.0).abs() < 1e-12);
}

#[test]
fn couplings() {
    let size = EmulatorSize { hidden: 4, noise: 1, outputs: 1 };
    let recurrent =
        vec![9.0, 1.0, -1.0, -2.0, 3.0, 9.0, -3.0, -4.0, -5.0, -6.0, 9.0, 5.0, -7.0, -8.0, 7.0, 9.0];
    let weights = EmulatorWeights::new(size, recurrent, vec![0.0; 4], vec![0.0; 4]).unwrap();
    assert_eq!(Coupling::of(&weights, &[0, 1], &[2, 3]), Coupling { within: 4.0, between: -4.5 });
}

#[test]
fn ablations_find_what_matters() {
    // Two units that hand on to each other under noise, and ten that do nothing.
    let size = EmulatorSize { hidden: 12, noise: 2, outputs: 2 };
    let (mut recurrent, mut input, mut readout) = (vec![0.0; 144], vec![0.0; 24], vec![0.0; 24]);
    (input[0], input[3]) = (1.0, 1.0);
    (recurrent[1], recurrent[12]) = (0.3, 0.3);
    (readout[0], readout[13]) = (1.0, 1.0);
    let weights = EmulatorWeights::new(size, recurrent, input, readout).unwrap();
    let rollout = Rollout { steps: 100, ..Rollout::default() };
    let effects = unit_effects(&weights, &rollout, 8).unwrap();
    assert!(effects[1] < 0.9, "{effects:?}");
    assert!(effects[2..].iter().all(|effect| *effect == 1.0), "{effects:?}");
    let found = ablate_triplets(&weights, &effects, 1, 6, &rollout, 8).unwrap();
    assert_eq!((&found.units[..], found.without), (&[1][..], 0.0));
    // the others, of which unit 0 alone does something: without it the output follows unit 1
    assert!(found.random.len() == 6 && found.random.iter().all(|rate| *rate > 0.9), "{:?}", found.random);
}

#[test]
fn refused() {
    let weights = untrained(0);
    let error = |rollout: Rollout, starts: &[Vec<f64>], gains: &[Gain]| {
        weights.trajectories(&rollout, starts, gains).unwrap_err().to_string()
    };
    let zero = weights.zeros(1);
    assert_snapshot!(error(Rollout { steps: 0, ..SILENT }, &zero, &[]), @"the number of steps is 0; expected at least 1");
    assert_snapshot!(error(Rollout { noise: -1.0, ..SILENT }, &zero, &[]), @"the size of the noise is -1; expected 0 or a positive number");
    assert_snapshot!(error(SILENT, &[], &[]), @"the number of starting states is 0; expected at least 1");
    assert_snapshot!(error(SILENT, &[vec![0.0; 2]], &[]), @"a starting state has 2 numbers; expected 12");
    assert_snapshot!(error(SILENT, &zero, &Gain::silence(&[12])), @"a unit is 12; expected less than 12");
    let grows = ring(2, 1e200).trajectories(&SILENT, &[vec![1.0, 1.0]], &[]).unwrap_err();
    assert!(matches!(grows, NetworkError::NotFinite { step: 1, .. }), "{grows}");
    let still = unit_effects(&ring(1, 1.0), &SILENT, 1).unwrap_err().to_string();
    assert_snapshot!(still, @"the transition rate with all units is 0; expected some transition; run longer");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Without biases, noise of `factor` times the size gives states of `factor` times the size and the same outputs.
    #[test]
    fn homogeneous(seed in 0_u64..100, factor in 0.1f64..10.0) {
        let weights = untrained(seed);
        let run = |noise: f64| {
            let rollout = Rollout { steps: 40, noise, seed, ..Rollout::default() };
            weights.trajectories(&rollout, &weights.zeros(2), &[]).unwrap()
        };
        let (once, times) = (run(1.0), run(factor));
        for (a, b) in once.iter().zip(&times) {
            prop_assert!(a.states.iter().zip(&b.states).all(|(a, b)| (a * factor - b).abs() < 1e-9 * (1.0 + b.abs())));
        }
        let radius = |runs: &[Trajectory]| orbit(runs.iter().map(|run| run.states.as_slice()), 12).unwrap().radius;
        prop_assert!((radius(&once) * factor - radius(&times)).abs() < 1e-6 * radius(&times));
    }
}
