//! The body: a chain of links in a viscous fluid, moved by torques at its joints.
//!
//! The state is (x, y, heading) of the first link and the joint angles φ. Torques u in [−1, 1] act on joints that are each a
//! spring beside a dashpot (a Kelvin–Voigt element, as the worm's body wall is modelled):
//!
//! ```text
//! τ dφ/dt = u φ_max − φ,   φ_max = 2π/(n + 1)
//! ```
//!
//! so a joint under a constant torque creeps to u φ_max with the *joint lag* τ. The dashpot is taken to be much stiffer than
//! the fluid, which therefore does not bend the body: the angles follow from the torques, and the motion of the whole from
//! the angles by resistive force theory (Gray & Hancock 1955). A half cycle much shorter than τ hardly bends a joint, and a
//! wave that joints pass on by their angles comes later by about τ at each.
//!
//! The unit of length is the body. Links do not collide: at large amplitudes a body may cross itself.

use super::drag::{Chain, Motion};
use super::error::{SwimmerError, positive};

/// Shape and fluid.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyConfig {
    /// Joints n; the body has n + 1 links of equal length, 1 in all.
    pub joints: usize,
    /// Drag along the body, c_t, for a unit of length and velocity.
    pub tangential_drag: f64,
    /// Drag across the body, c_n. Where it equals c_t nothing can swim.
    pub normal_drag: f64,
    /// Joint lag τ, seconds.
    pub lag: f64,
    /// A control step, seconds: torques are constant for that long.
    pub dt: f64,
    /// Integration steps (fourth-order Runge–Kutta) in a control step.
    pub substeps: usize,
}

impl BodyConfig {
    /// n joints with c_t = 1 and c_n = 2 (the limit of a very slender body), τ = 0.15 s (a choice: no measurement is behind
    /// it) and control steps of 0.03 s, as in the swimmer of the DeepMind Control Suite (Tassa et al. 2018), whose joint
    /// limit this is, too.
    #[must_use]
    pub fn new(joints: usize) -> Self {
        Self { joints, tangential_drag: 1.0, normal_drag: 2.0, lag: 0.15, dt: 0.03, substeps: 1 }
    }

    /// The angle to which a full torque bends a joint in the end: 2π/(n + 1), radians.
    #[must_use]
    pub fn joint_limit(&self) -> f64 {
        std::f64::consts::TAU / (self.joints + 1) as f64
    }
}

/// Where the first link is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Its centre, body lengths.
    pub x: f64,
    /// Its centre, body lengths.
    pub y: f64,
    /// Where it points, radians from the x axis.
    pub heading: f64,
}

impl Pose {
    fn moved(self, motion: Motion, time: f64) -> Self {
        Self {
            x: self.x + time * motion.velocity[0],
            y: self.y + time * motion.velocity[1],
            heading: self.heading + time * motion.spin,
        }
    }
}

/// A swimmer's body.
#[derive(Clone, Debug)]
pub struct Body {
    config: BodyConfig,
    chain: Chain,
    pose: Pose,
    /// Radians.
    angles: Vec<f64>,
    // reused in every step: angles and rates within it, and where torques pull
    within: Vec<f64>,
    rates: Vec<f64>,
    targets: Vec<f64>,
}

impl Body {
    /// A straight body at rest, its head at the origin, pointing along x.
    ///
    /// # Errors
    /// [`SwimmerError::BadSetting`] for no joints or substeps, and for drag, lag or step that is not positive.
    pub fn new(config: BodyConfig) -> Result<Self, SwimmerError> {
        for (name, count) in
            [("the body's number of joints", config.joints), ("the number of substeps", config.substeps)]
        {
            if count == 0 {
                return Err(SwimmerError::setting(name, count, "at least 1"));
            }
        }
        positive("the drag along the body", config.tangential_drag)?;
        positive("the drag across the body", config.normal_drag)?;
        positive("the joint lag in seconds", config.lag)?;
        positive("the control step in seconds", config.dt)?;
        let chain = Chain {
            tangential: config.tangential_drag,
            normal: config.normal_drag,
            link: 1.0 / (config.joints + 1) as f64,
        };
        let zeros = vec![0.0; config.joints];
        let (within, rates, targets) = (zeros.clone(), zeros.clone(), zeros.clone());
        Ok(Self { config, chain, pose: Pose::default(), angles: zeros, within, rates, targets })
    }

    /// Shape and fluid.
    #[must_use]
    pub fn config(&self) -> &BodyConfig {
        &self.config
    }

    /// Where the first link is.
    #[must_use]
    pub fn pose(&self) -> Pose {
        self.pose
    }

    /// Puts the first link somewhere else, the rest of the body with it.
    pub fn set_pose(&mut self, pose: Pose) {
        self.pose = pose;
    }

    /// Joint angles, radians, from the head.
    #[must_use]
    pub fn angles(&self) -> &[f64] {
        &self.angles
    }

    /// Bends the joints.
    ///
    /// # Errors
    /// [`SwimmerError::Shape`], [`SwimmerError::NotFinite`].
    pub fn set_angles(&mut self, angles: &[f64]) -> Result<(), SwimmerError> {
        self.check("joint angles", "angle", angles)?;
        self.angles.copy_from_slice(angles);
        Ok(())
    }

    /// Writes the joint angles in units of the joint limit, as policies see them.
    pub fn observe(&self, normalised: &mut [f64]) {
        let limit = self.config.joint_limit();
        for (value, angle) in normalised.iter_mut().zip(&self.angles) {
            *value = angle / limit;
        }
    }

    /// The centres of the links, from the head.
    #[must_use]
    pub fn links(&self) -> Vec<[f64; 2]> {
        let Pose { x, y, heading } = self.pose;
        let links = self.chain.links(heading, &self.angles, &self.rates);
        links.map(|link| [x + link.offset[0], y + link.offset[1]]).collect()
    }

    /// The centre of the body.
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        let links = self.links();
        let mean = |axis: usize| links.iter().map(|link| link[axis]).sum::<f64>() / links.len() as f64;
        [mean(0), mean(1)]
    }

    /// One control step under these torques, which are clipped to [−1, 1]. Joints move exactly, the rest by `substeps`
    /// steps of the fourth-order Runge–Kutta method. O(joints · substeps).
    ///
    /// # Errors
    /// [`SwimmerError::Shape`], [`SwimmerError::NotFinite`]; the body stays as it was then.
    pub fn step(&mut self, torques: &[f64]) -> Result<(), SwimmerError> {
        self.check("joint torques", "torque", torques)?;
        let limit = self.config.joint_limit();
        for (target, torque) in self.targets.iter_mut().zip(torques) {
            *target = torque.clamp(-1.0, 1.0) * limit;
        }
        let h = self.config.dt / self.config.substeps as f64;
        for _ in 0..self.config.substeps {
            let start = self.pose;
            let k1 = self.motion(0.0, start);
            let k2 = self.motion(h / 2.0, start.moved(k1, h / 2.0));
            let k3 = self.motion(h / 2.0, start.moved(k2, h / 2.0));
            let k4 = self.motion(h, start.moved(k3, h));
            let thirds = [(k1, 6.0), (k2, 3.0), (k3, 3.0), (k4, 6.0)];
            self.pose = thirds.into_iter().fold(start, |pose, (k, part)| pose.moved(k, h / part));
            // the last stage has left the angles of the end there
            self.angles.copy_from_slice(&self.within);
        }
        Ok(())
    }

    /// The motion at `time` after the start of a step, at `pose`; leaves the angles of that time in `within`.
    fn motion(&mut self, time: f64, pose: Pose) -> Motion {
        let decay = (-time / self.config.lag).exp();
        let joints = self.within.iter_mut().zip(&mut self.rates).zip(self.angles.iter().zip(&self.targets));
        for ((angle, rate), (&before, &target)) in joints {
            *angle = target + (before - target) * decay;
            *rate = (target - *angle) / self.config.lag;
        }
        self.chain.free_motion(pose.heading, &self.within, &self.rates)
    }

    #[cfg(test)]
    pub(super) fn chain(&self) -> Chain {
        self.chain
    }

    fn check(&self, what: &'static str, one: &'static str, values: &[f64]) -> Result<(), SwimmerError> {
        if values.len() != self.config.joints {
            let (found, columns) = (values.len(), self.config.joints);
            return Err(SwimmerError::Shape { what, found, rows: 1, columns, axes: "body × joints" });
        }
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(joint) => {
                let what = format!("the {one} at joint {joint}");
                Err(SwimmerError::NotFinite { what, value: values[joint] })
            }
        }
    }
}
