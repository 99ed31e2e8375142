use burn::tensor::{DType, Tensor};
use fascicle_core::testing::test_devices;

use super::*;
use crate::bilateral::perform::{jerk, variance};

fn still(steps: usize, count: usize) -> Vec<Vec<f64>> {
    vec![vec![0.5; 4 * count]; steps]
}

/// Antagonists that pull alike do nothing; a constant load moves the mass as the sums of the method say, and the work it does
/// exceeds the kinetic energy by half a step's worth.
#[test]
fn a_load_alone() {
    for (name, device) in test_devices() {
        let plant = Plant { friction: 0.0, mass: 2.0, steps: 20, ..Plant::default() };
        let episodes = Episodes { start: vec![0.1, -0.1], target: vec![0.0; 2], load: vec![4.0, 0.0] };
        let course = plant.run(&episodes, &still(20, 1), &device).unwrap();
        let exact = dtype::widest(&device) == DType::F64;
        let near = |found: f64, expected: f64| (found - expected).abs() < if exact { 1e-12 } else { 1e-6 };
        let (dt, acceleration) = (plant.time_step, 2.0);
        for (step, place) in course.of(0).iter().enumerate() {
            let n = (step + 1) as f64;
            let expected = 0.1 + acceleration * dt * dt * n * (n + 1.0) / 2.0;
            assert!(near(place[0], expected) && near(place[1], -0.1), "{name} {step}");
        }
        let path = course.of(0);
        let work = 4.0 * (path[19][0] - 0.1);
        let velocity = (path[19][0] - path[18][0]) / dt;
        assert!(
            // the velocity is a small difference divided by Δt
            (work - velocity * velocity - 4.0 * acceleration * dt * dt * 20.0 / 2.0).abs()
                < if exact { 1e-9 } else { 1e-3 },
            "{name}"
        );
    }
}

/// Without friction a spring's energy stays, as the method is symplectic; with friction velocity falls by a factor a step.
#[test]
fn energy() {
    let (_, device) = test_devices().swap_remove(0);
    let start = |velocity: f64| Motion {
        position: tensor(&[1.0, 0.0], [1, 2], &device, DType::F64),
        velocity: tensor(&[0.0, velocity], [1, 2], &device, DType::F64),
    };
    let plant = Plant { friction: 0.0, ..Plant::default() };
    let energy = |motion: &Motion| {
        let squares = (motion.position.clone().square() + motion.velocity.clone().square()).sum();
        read(squares, "energy").unwrap()[0] / 2.0
    };
    let mut motion = start(0.5);
    let before = energy(&motion);
    for _ in 0..2_000 {
        let spring = motion.position.clone().neg();
        motion = plant.step(motion, spring);
        // it swings by half a step's worth and does not drift
        assert!((energy(&motion) / before - 1.0).abs() < plant.time_step);
    }
    let plant = Plant { friction: 3.0, ..plant };
    let mut motion = start(2.0);
    for _ in 0..10 {
        motion = plant.step(motion, Tensor::zeros([1, 2], (&device, DType::F64)));
    }
    let velocity = read(motion.velocity, "velocity").unwrap();
    assert!((velocity[1] - 2.0 * (1.0_f64 - 3.0 * 0.02).powi(10)).abs() < 1e-12);
}

#[test]
fn activations_push_along_the_axes() {
    let (_, device) = test_devices().swap_remove(0);
    let plant = Plant { steps: 4, time_step: 0.1, ..Plant::default() };
    let episodes = Episodes { start: vec![0.0; 8], target: vec![0.0; 8], load: vec![0.0; 8] };
    let mut push = vec![0.0; 16];
    (0..4).for_each(|direction| push[direction * 4 + direction] = 1.0);
    let course = plant.run(&episodes, &vec![push; 4], &device).unwrap();
    for (direction, [x, y]) in [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]].into_iter().enumerate() {
        let [a, b] = *course.of(direction).last().unwrap();
        let length = a.hypot(b);
        assert!(
            length > 0.1 && (a / length - x).abs() < 1e-12 && (b / length - y).abs() < 1e-12,
            "{direction}"
        );
    }
}

#[test]
fn measures_of_a_path() {
    let cubic: Vec<[f64; 2]> = (0..8).map(|i| (f64::from(i) * 0.1).powi(3)).map(|x| [x, -2.0 * x]).collect();
    // the third derivative of t³ is 6: 6² + 12²
    assert!((jerk(&cubic, 0.1) - 180.0).abs() < 1e-6);
    assert!((variance(&[[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]) - 2.0).abs() < 1e-12);
}
