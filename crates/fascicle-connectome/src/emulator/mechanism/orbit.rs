//! The plane in which states go round.

use fascicle_graph::spectral::{Eigen, End};

use super::stability::Square;
use crate::network::NetworkError;

/// States in the plane of their first two principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct Orbit {
    /// The mean state.
    pub centre: Vec<f64>,
    /// The two principal axes, each of length 1.
    pub axes: [Vec<f64>; 2],
    /// The share of the variance that lies in the plane.
    pub planar: f64,
    /// Root of the mean squared distance from the centre, in the plane.
    pub radius: f64,
    /// Σ of the signed areas that each step sweeps around the centre, over Σ of their sizes: ±1 where the states always go
    /// round the same way, 0 for a process that runs backwards as it runs forwards.
    pub circulation: f64,
}

impl Orbit {
    /// A state in the plane, from the centre.
    #[must_use]
    pub fn place(&self, state: &[f64]) -> [f64; 2] {
        let along = |axis: &[f64]| -> f64 {
            state.iter().zip(&self.centre).zip(axis).map(|((value, mean), axis)| (value - mean) * axis).sum()
        };
        [along(&self.axes[0]), along(&self.axes[1])]
    }
}

/// The orbit of trajectories, each row-major [steps, hidden]; steps from one trajectory to the next do not count.
///
/// O(steps · hidden² + hidden³).
///
/// # Errors
/// [`NetworkError::BadArgument`] for fewer than two units or states, [`NetworkError::Shape`] for a trajectory that does not
/// hold whole states.
pub fn orbit<'a>(
    trajectories: impl IntoIterator<Item = &'a [f64]>,
    hidden: usize,
) -> Result<Orbit, NetworkError> {
    NetworkError::unless(hidden >= 2, "the number of hidden units", hidden, "at least 2")?;
    let trajectories: Vec<&[f64]> = trajectories.into_iter().collect();
    for trajectory in &trajectories {
        NetworkError::count("a trajectory", trajectory.len(), trajectory.len() / hidden * hidden)?;
    }
    let states = || trajectories.iter().flat_map(|trajectory| trajectory.chunks_exact(hidden));
    let count = states().count();
    NetworkError::unless(count >= 2, "the number of states", count, "at least 2")?;
    let mut centre = vec![0.0; hidden];
    for state in states() {
        centre.iter_mut().zip(state).for_each(|(mean, value)| *mean += value / count as f64);
    }
    let mut covariance = vec![0.0; hidden * hidden];
    let mut apart = vec![0.0; hidden];
    for state in states() {
        apart
            .iter_mut()
            .zip(state.iter().zip(&centre))
            .for_each(|(apart, (value, mean))| *apart = value - mean);
        for (row, left) in covariance.chunks_exact_mut(hidden).zip(&apart) {
            row.iter_mut().zip(&apart).for_each(|(sum, right)| *sum += left * right / count as f64);
        }
    }
    let total: f64 = (0..hidden).map(|unit| covariance[unit * hidden + unit]).sum();
    let pairs =
        Eigen::default().of_symmetric(&Square { values: covariance, size: hidden }, 2, End::Leading)?;
    let planar = if total > 0.0 { pairs.iter().map(|pair| pair.value).sum::<f64>() / total } else { 0.0 };
    let [first, second] = [pairs[0].vector.clone(), pairs[1].vector.clone()];
    let mut orbit = Orbit { centre, axes: [first, second], planar, radius: 0.0, circulation: 0.0 };
    let (mut squares, mut signed, mut swept) = (0.0, 0.0, 0.0);
    for trajectory in &trajectories {
        let places: Vec<[f64; 2]> = trajectory.chunks_exact(hidden).map(|state| orbit.place(state)).collect();
        squares += places.iter().map(|[x, y]| x * x + y * y).sum::<f64>();
        for pair in places.windows(2) {
            let area = pair[0][0] * pair[1][1] - pair[0][1] * pair[1][0];
            signed += area;
            swept += area.abs();
        }
    }
    orbit.radius = (squares / count as f64).sqrt();
    orbit.circulation = if swept > 0.0 { signed / swept } else { 0.0 };
    Ok(orbit)
}
