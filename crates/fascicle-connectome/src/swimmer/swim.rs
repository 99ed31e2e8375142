//! An episode: a policy moves a body for some time, and how far it gets.

use rayon::prelude::*;

use super::body::{Body, BodyConfig};
use super::error::{SwimmerError, positive};
use super::policy::Policy;

/// What is to be swum, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The body.
    pub body: BodyConfig,
    /// Control steps of an episode.
    pub steps: usize,
    /// The speed at which the reward of a step is 1, body lengths a second.
    pub desired_speed: f64,
}

impl Task {
    /// The `swim` task for n joints: 1,000 steps, full reward at one link length a second. (The paper's 0.1 m/s, of links
    /// of 0.1 m.)
    #[must_use]
    pub fn new(joints: usize) -> Self {
        let desired_speed = 1.0 / (joints + 1) as f64;
        Self { body: BodyConfig::new(joints), steps: 1000, desired_speed }
    }

    /// The same for another number of steps.
    #[must_use]
    pub fn steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// One episode from a straight body at rest.
    ///
    /// # Errors
    /// [`SwimmerError::Joints`] where the policy is for another body; [`SwimmerError::BadSetting`];
    /// [`SwimmerError::NotFinite`] for a policy that does not give numbers.
    pub fn swim(&self, policy: &dyn Policy) -> Result<Swim, SwimmerError> {
        self.run(policy, &mut |_, _| ())
    }

    /// One episode each, in parallel.
    ///
    /// # Errors
    /// As [`Task::swim`].
    pub fn swim_each<P: Policy>(&self, policies: &[P]) -> Result<Vec<Swim>, SwimmerError> {
        policies.par_iter().map(|policy| self.swim(policy)).collect()
    }

    /// The same as [`Task::swim`], with everything that the body did. Space O(steps × joints).
    ///
    /// # Errors
    /// As [`Task::swim`].
    pub fn record(&self, policy: &dyn Policy) -> Result<(Swim, Trace), SwimmerError> {
        let joints = self.body.joints;
        let mut trace =
            Trace { joints, angles: Vec::with_capacity(self.steps * joints), centres: Vec::new() };
        let swim = self.run(policy, &mut |body, angles| {
            trace.angles.extend_from_slice(angles);
            trace.centres.push(body.centre());
        })?;
        Ok((swim, trace))
    }

    fn run(&self, policy: &dyn Policy, seen: &mut dyn FnMut(&Body, &[f64])) -> Result<Swim, SwimmerError> {
        positive("the desired speed in body lengths a second", self.desired_speed)?;
        if self.steps == 0 {
            return Err(SwimmerError::setting("the number of steps", 0, "at least 1"));
        }
        let mut body = Body::new(self.body.clone())?;
        let joints = self.body.joints;
        if policy.joints() != joints {
            return Err(SwimmerError::Joints { policy: policy.joints(), body: joints });
        }
        let start = body.centre();
        let (mut angles, mut torques) = (vec![0.0; joints], vec![0.0; joints]);
        let mut reward = 0.0;
        for step in 0..self.steps {
            let before = body.pose();
            policy.act(step as u64, &angles, &mut torques);
            body.step(&torques)?;
            body.observe(&mut angles);
            let (sin, cos) = before.heading.sin_cos();
            let forward = (body.pose().x - before.x) * cos + (body.pose().y - before.y) * sin;
            reward += (forward / self.body.dt / self.desired_speed).clamp(0.0, 1.0);
            seen(&body, &angles);
        }
        let end = body.centre();
        let displacement = [end[0] - start[0], end[1] - start[1]];
        let time = self.steps as f64 * self.body.dt;
        let speed = displacement[0].hypot(displacement[1]) / time;
        Ok(Swim { displacement, speed, reward: reward / self.steps as f64 })
    }
}

/// How an episode went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swim {
    /// From where the body's centre began to where it ended, body lengths.
    pub displacement: [f64; 2],
    /// The length of that over the time, body lengths a second: a swimmer that circles gets nowhere.
    pub speed: f64,
    /// Mean reward of a step, from 0 to 1. That of a step is the head's velocity along its own axis over the desired speed,
    /// clipped to [0, 1] (the paper's `swim` task).
    pub reward: f64,
}

/// What a body did.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    joints: usize,
    angles: Vec<f64>,
    centres: Vec<[f64; 2]>,
}

impl Trace {
    /// Joints of the body.
    #[must_use]
    pub fn joints(&self) -> usize {
        self.joints
    }

    /// Joint angles after each step in units of the joint limit, steps × joints, row-major.
    #[must_use]
    pub fn angles(&self) -> &[f64] {
        &self.angles
    }

    /// The body's centre after each step, body lengths.
    #[must_use]
    pub fn centres(&self) -> &[[f64; 2]] {
        &self.centres
    }

    /// The bending wave over the last whole periods of the trace, the first `skip` steps left out.
    ///
    /// # Errors
    /// [`SwimmerError::BadSetting`] where no whole period is left.
    pub fn wave(&self, period: usize, skip: usize) -> Result<Wave, SwimmerError> {
        Wave::of(self, period, skip)
    }
}

/// The bending wave at the frequency of an oscillation: one complex amplitude a joint, its first Fourier coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    /// Half the swing of each joint, in units of the joint limit.
    pub amplitudes: Vec<f64>,
    /// How many steps each joint (from the second) comes after the one in front, in (−period/2, period/2]. Equal and
    /// positive lags are a wave that travels from head to tail at one speed.
    pub lags: Vec<f64>,
}

impl Wave {
    fn of(trace: &Trace, period: usize, skip: usize) -> Result<Self, SwimmerError> {
        let steps = trace.centres.len();
        let periods = steps.saturating_sub(skip).checked_div(period).unwrap_or(0);
        if periods == 0 {
            let expected = "a number of steps, at least 1, that fits into what is not skipped";
            return Err(SwimmerError::setting("the wave's period", period, expected));
        }
        let frequency = std::f64::consts::TAU / period as f64;
        let used = periods * period;
        let coefficient = |joint: usize| {
            let (mut re, mut im) = (0.0, 0.0);
            for step in steps - used..steps {
                let angle = trace.angles[step * trace.joints + joint];
                let (sin, cos) = (frequency * step as f64).sin_cos();
                re += angle * cos;
                im -= angle * sin;
            }
            (2.0 * re / used as f64, 2.0 * im / used as f64)
        };
        let all: Vec<(f64, f64)> = (0..trace.joints).map(coefficient).collect();
        let amplitudes = all.iter().map(|(re, im)| re.hypot(*im)).collect();
        let lag = |pair: &[(f64, f64)]| {
            let ((a, b), (c, d)) = (pair[0], pair[1]);
            // the angle from the second to the first: how far the second is behind
            (b * c - a * d).atan2(a * c + b * d) / frequency
        };
        Ok(Self { amplitudes, lags: all.windows(2).map(lag).collect() })
    }
}
