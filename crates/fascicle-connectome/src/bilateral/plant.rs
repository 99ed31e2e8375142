//! A point mass in the plane, moved by two pairs of antagonists.

use burn::tensor::{DType, Device, Tensor};
use fascicle_core::dtype;

use super::task::Episodes;
use crate::network::{NetworkError, read, tensor};

/// m v' = F (a₊ − a₋) − c v + load, p' = v, with activations a of 0 to 1 for each direction of both axes.
///
/// Steps are those of the semi-implicit Euler method, first v and then p with the new v: v ← v + Δt/m (F (a₊ − a₋) − c v + load),
/// p ← p + Δt v. Every operation is a tensor's, so that losses of a course can be differentiated by what controlled it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plant {
    /// m, kg.
    pub mass: f64,
    /// c, N s/m.
    pub friction: f64,
    /// F, N: the greatest force of one actuator.
    pub force: f64,
    /// Δt, s.
    pub time_step: f64,
    /// Steps of a course.
    pub steps: usize,
}

impl Default for Plant {
    /// One second in 50 steps, as many as in the paper; 1 kg, 1 N s/m, 20 N, twice the greatest load.
    fn default() -> Self {
        Self { mass: 1.0, friction: 1.0, force: 20.0, time_step: 0.02, steps: 50 }
    }
}

/// Positions and velocities of a batch, [batch, 2] each, in m and m/s.
#[derive(Clone, Debug)]
pub(super) struct Motion {
    pub(super) position: Tensor<2>,
    pub(super) velocity: Tensor<2>,
}

impl Plant {
    pub(super) fn check(&self) -> Result<(), NetworkError> {
        for (name, value) in
            [("the mass", self.mass), ("the force", self.force), ("the time step", self.time_step)]
        {
            NetworkError::unless(value.is_finite() && value > 0.0, name, value, "a positive number")?;
        }
        // beyond, friction alone would turn the velocity round within a step
        let slow = self.friction >= 0.0 && self.friction * self.time_step <= self.mass;
        NetworkError::unless(slow, "the friction", self.friction, "0 to mass / time step")?;
        NetworkError::unless(self.steps > 1, "the number of steps", self.steps, "at least 2")
    }

    /// At rest at the episodes' start.
    pub(super) fn rest(&self, episodes: &Episodes, device: &Device, dtype: DType) -> Motion {
        let position = tensor(&episodes.start, [episodes.count(), 2], device, dtype);
        Motion { velocity: position.zeros_like(), position }
    }

    /// From activations [batch, 4] (right, left, up, down) to forces [batch, 2]: the matrix F [[1, −1, 0, 0], [0, 0, 1, −1]]ᵀ.
    pub(super) fn actuators(&self, device: &Device, dtype: DType) -> Tensor<2> {
        let f = self.force;
        tensor(&[f, 0.0, -f, 0.0, 0.0, f, 0.0, -f], [4, 2], device, dtype)
    }

    /// One step under these forces [batch, 2], loads included.
    pub(super) fn step(&self, motion: Motion, force: Tensor<2>) -> Motion {
        let rate = self.time_step / self.mass;
        let velocity = motion.velocity.mul_scalar(1.0 - self.friction * rate) + force.mul_scalar(rate);
        let position = motion.position + velocity.clone().mul_scalar(self.time_step);
        Motion { position, velocity }
    }

    /// The course under given activations, one [batch, 4] a step: positions after each.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for a plant outside its domain, [`NetworkError::Shape`] for activations of another
    /// number of steps, [`NetworkError::Read`] when the device fails.
    pub fn run(
        &self,
        episodes: &Episodes,
        activations: &[Vec<f64>],
        device: &Device,
    ) -> Result<Course, NetworkError> {
        self.check()?;
        NetworkError::count("the list of activations", activations.len(), self.steps)?;
        let (count, dtype) = (episodes.count(), dtype::widest(device));
        let (mut motion, actuators) = (self.rest(episodes, device, dtype), self.actuators(device, dtype));
        let load = tensor(&episodes.load, [count, 2], device, dtype);
        let mut positions = Vec::new();
        for activation in activations {
            NetworkError::count("the activations of a step", activation.len(), count * 4)?;
            let force =
                tensor(activation, [count, 4], device, dtype).matmul(actuators.clone()) + load.clone();
            motion = self.step(motion, force);
            positions.extend(read(motion.position.clone(), "positions")?);
        }
        Ok(Course { positions, count })
    }
}

/// Where a batch went.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Row-major [steps, batch, 2], m.
    pub positions: Vec<f64>,
    /// Episodes in the batch.
    pub count: usize,
}

impl Course {
    /// The positions of one episode.
    pub(super) fn of(&self, episode: usize) -> Vec<[f64; 2]> {
        let steps = self.positions.chunks_exact(2 * self.count);
        steps.map(|step| [step[2 * episode], step[2 * episode + 1]]).collect()
    }
}

#[cfg(test)]
mod tests;
