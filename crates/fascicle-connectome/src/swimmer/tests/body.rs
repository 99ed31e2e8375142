use std::f64::consts::TAU;

use proptest::prelude::*;

use super::close;
use crate::swimmer::{Body, BodyConfig, Init, Ncap, NcapConfig, Policy, Pose, Task};

fn body(joints: usize, substeps: usize) -> Body {
    Body::new(BodyConfig { substeps, ..BodyConfig::new(joints) }).unwrap()
}

fn place(body: &Body) -> [f64; 3] {
    let Pose { x, y, heading } = body.pose();
    [x, y, heading]
}

/// Torques that keep every joint busy, five steps over and over.
const TORQUES: [[f64; 3]; 5] =
    [[0.9, -0.4, 0.2], [1.0, 0.6, -0.3], [-0.8, 1.0, 0.1], [-1.0, -0.2, 0.7], [0.3, -1.0, -0.9]];

fn driven(substeps: usize) -> Body {
    let mut body = body(3, substeps);
    for step in 0..40 {
        body.step(&TORQUES[step % 5]).unwrap();
    }
    body
}

/// An independent program in numpy: the centre of the body for reference point, resistance matrices summed by einsum and
/// solved by LAPACK, 64 substeps.
#[test]
fn agrees_with_another_program() {
    let body = driven(64);
    close(
        body.angles(),
        &[-0.045_830_745_857_008_59, -0.154_843_707_631_619_06, -0.150_684_526_801_525_72],
        1e-12,
    );
    close(
        &place(&body),
        &[0.409_492_858_987_401_1 - 0.375, 0.008_177_404_742_087_044, 0.126_631_582_877_552_94],
        1e-9,
    );
}

/// Euler's method with tiny steps, on the same equations, comes to the same place; and the error of ours falls with the
/// fourth power of its step.
#[test]
fn smaller_steps_converge() {
    let fine = place(&driven(64));
    let error = |substeps| {
        let off = place(&driven(substeps));
        off.iter().zip(&fine).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    let (one, two, four) = (error(1), error(2), error(4));
    assert!(one < 1e-4, "{one:e}");
    for ratio in [one / two, two / four] {
        assert!((8.0..32.0).contains(&ratio), "errors {one:e}, {two:e}, {four:e}");
    }

    let mut gaps = Vec::new();
    for parts in [100, 200] {
        let mut euler = body(3, 1);
        let h = euler.config().dt / f64::from(parts);
        for step in 0..40 {
            for _ in 0..parts {
                let (limit, lag) = (euler.config().joint_limit(), euler.config().lag);
                let targets = TORQUES[step % 5].map(|torque| torque * limit);
                let rates: Vec<f64> = euler
                    .angles()
                    .iter()
                    .zip(targets)
                    .map(|(angle, target)| (target - angle) / lag)
                    .collect();
                let motion = euler.chain().free_motion(euler.pose().heading, euler.angles(), &rates);
                let next: Vec<f64> =
                    euler.angles().iter().zip(&rates).map(|(a, rate)| a + h * rate).collect();
                let Pose { x, y, heading } = euler.pose();
                euler.set_pose(Pose {
                    x: x + h * motion.velocity[0],
                    y: y + h * motion.velocity[1],
                    heading: heading + h * motion.spin,
                });
                euler.set_angles(&next).unwrap();
            }
        }
        let gap = place(&euler).iter().zip(&fine).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        gaps.push(gap);
    }
    assert!(gaps[0] < 5e-3, "{gaps:?}");
    assert!((1.8..2.2).contains(&(gaps[0] / gaps[1])), "first order: {gaps:?}");
}

#[test]
fn without_torque_all_comes_to_rest() {
    let mut body = body(4, 1);
    body.step(&[0.0; 4]).unwrap();
    close(&place(&body), &[0.0; 3], 0.0);
    body.set_angles(&[0.5, -0.3, 0.2, 0.9]).unwrap();
    for _ in 0..400 {
        body.step(&[0.0; 4]).unwrap();
    }
    close(body.angles(), &[0.0; 4], 1e-15);
    let rest = place(&body);
    body.step(&[0.0; 4]).unwrap();
    close(&place(&body), &rest, 1e-15);
}

/// τ dφ/dt = u φ_max − φ, solved exactly: after τ a joint has gone 1 − 1/e of its way.
#[test]
fn the_joint_lag() {
    let mut body = body(1, 1);
    for _ in 0..5 {
        body.step(&[1.0]).unwrap();
    }
    close(body.angles(), &[(1.0 - (-1.0_f64).exp()) * TAU / 2.0], 1e-14);
    let mut seen = [0.0];
    body.observe(&mut seen);
    close(&seen, &[1.0 - (-1.0_f64).exp()], 1e-15);
    // torques beyond 1 are clipped
    let mut pulled = self::body(1, 1);
    for _ in 0..5 {
        pulled.step(&[7.0]).unwrap();
    }
    close(pulled.angles(), body.angles(), 0.0);
}

/// One joint makes reciprocal strokes only, and where drag is the same in all directions nothing swims.
#[test]
fn what_cannot_swim() {
    let period = |body: &mut Body| {
        let joints = body.config().joints;
        for step in 0..60 {
            let torque = |joint| if (step + 15 * joint) % 60 < 30 { 1.0 } else { -1.0 };
            body.step(&(0..joints).map(torque).collect::<Vec<_>>()).unwrap();
        }
        body.centre()
    };
    let drift = |config: BodyConfig| {
        let mut body = Body::new(config).unwrap();
        for _ in 0..10 {
            period(&mut body);
        }
        let (before, after) = (body.centre(), period(&mut body));
        (after[0] - before[0]).hypot(after[1] - before[1])
    };
    let fine = |joints| BodyConfig { substeps: 32, ..BodyConfig::new(joints) };
    let swims = drift(fine(2));
    assert!(swims > 5e-3, "{swims:e}");
    let flapping = drift(fine(1));
    assert!(flapping < 1e-8, "{flapping:e}");
    let isotropic = drift(BodyConfig { normal_drag: 1.0, ..fine(2) });
    assert!(isotropic < 1e-8, "{isotropic:e}");
}

proptest! {
    /// Turned and moved, a body does the same, turned and moved.
    #[test]
    fn space_is_the_same_everywhere(x in -9.0..9.0_f64, y in -9.0..9.0_f64, turn in -3.0..3.0_f64) {
        let (mut here, mut there) = (body(3, 1), body(3, 1));
        there.set_pose(Pose { x, y, heading: turn });
        for step in 0..30 {
            here.step(&TORQUES[step % 5]).unwrap();
            there.step(&TORQUES[step % 5]).unwrap();
        }
        let [a, b, heading] = place(&here);
        let (sin, cos) = turn.sin_cos();
        let expected = [x + cos * a - sin * b, y + sin * a + cos * b, turn + heading];
        close(&place(&there), &expected, 1e-12);
    }
}

#[test]
fn links_hang_together() {
    let mut body = driven(1);
    body.set_pose(Pose { x: 1.0, y: 2.0, heading: 0.4 });
    let links = body.links();
    close(&links[0], &[1.0, 2.0], 0.0);
    let mut direction: f64 = 0.4;
    for (pair, angle) in links.windows(2).zip(body.angles()) {
        let next = direction + angle;
        let half = 0.125;
        let expected = [
            pair[0][0] - half * (direction.cos() + next.cos()),
            pair[0][1] - half * (direction.sin() + next.sin()),
        ];
        close(&pair[1], &expected, 1e-14);
        direction = next;
    }
}

#[test]
fn the_circuit_swims_head_first_by_a_wave_to_the_tail() {
    let ncap = Ncap::new(NcapConfig::new(5), Init::Constant, 0).unwrap();
    let (swim, trace) = Task::new(5).record(&ncap).unwrap();
    let wave = trace.wave(60, 240).unwrap();
    assert!(wave.lags.iter().all(|lag| (3.0..7.0).contains(lag)), "{wave:?}");
    assert!(wave.amplitudes.windows(2).all(|pair| pair[1] < pair[0]), "{wave:?}");
    assert!(swim.displacement[0] > 1.0, "{swim:?}");
    assert!(swim.reward > 0.5, "{swim:?}");
    assert_eq!(trace.angles().len(), 1000 * trace.joints());
    let end = trace.centres()[999];
    // the straight body's centre begins 5/12 behind the first link's
    close(&[end[0] + 5.0 / 12.0, end[1]], &swim.displacement, 1e-12);
    assert_eq!(Task::new(5).swim(&ncap).unwrap(), swim);
}

/// A pure sine at joint j, delayed by 2.5 j steps, has lags of 2.5 steps.
#[test]
fn lags_of_a_known_wave() {
    struct Delayed;
    impl Policy for Delayed {
        fn joints(&self) -> usize {
            3
        }
        fn parameters(&self) -> &[f64] {
            &[]
        }
        fn set_parameters(&mut self, _: &[f64]) -> Result<(), crate::swimmer::SwimmerError> {
            Ok(())
        }
        fn act(&self, step: u64, _: &[f64], torques: &mut [f64]) {
            for (joint, torque) in torques.iter_mut().enumerate() {
                *torque = (TAU * (step as f64 - 2.5 * joint as f64) / 40.0).sin();
            }
        }
    }
    let (_, trace) = Task::new(3).steps(600).record(&Delayed).unwrap();
    let wave = trace.wave(40, 200).unwrap();
    close(&wave.lags, &[2.5, 2.5], 1e-6);
    assert!(wave.amplitudes.iter().all(|a| (a - wave.amplitudes[0]).abs() < 1e-6), "{wave:?}");
}
