//! How well a network does, whole and lesioned.

use fascicle_core::seed::Seeds;

use super::train::course;
use super::{Bilateral, Episodes, Lesion, Plant, Task};
use crate::network::NetworkError;

/// How well reaching and holding go, the mean over episodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Performance {
    /// Distance from the target in the last fifth of a reach, m.
    pub reach_error: f64,
    /// Root of the mean squared jerk, the third derivative of position, in a reach, m/s³: the lower, the smoother.
    pub reach_jerk: f64,
    /// Variance of the position in the second half of holding, both axes together, m².
    pub hold_variance: f64,
    /// Squared distance from where it should be held, over the whole of holding, m².
    pub hold_deviation: f64,
}

/// Tries a network, perhaps lesioned, on `episodes` episodes of each task, the same for the same seed.
///
/// # Errors
/// [`NetworkError::BadArgument`] for no episodes, or a plant outside its domain or of fewer than 5 steps;
/// [`NetworkError::NotFinite`] when the limb flies off; [`NetworkError::Read`] when the device fails.
pub fn perform(
    network: &Bilateral,
    plant: &Plant,
    lesion: Lesion,
    episodes: usize,
    seed: u64,
) -> Result<Performance, NetworkError> {
    plant.check()?;
    NetworkError::unless(plant.steps >= 5, "the number of steps", plant.steps, "at least 5")?;
    NetworkError::unless(episodes > 0, "the number of episodes", episodes, "at least 1")?;
    let seeds = Seeds::new(seed);
    let go = |task: Task, name: &str| {
        let batch = Episodes::of(task, episodes, seeds.named(name));
        let course = course(network, plant, &batch, lesion)?;
        if course.positions.iter().any(|value| !value.is_finite()) {
            return Err(NetworkError::NotFinite { what: "the position of the limb", step: plant.steps });
        }
        Ok((batch, course))
    };
    let ((reaches, reached), (holds, held)) = (go(Task::Reach, "reach")?, go(Task::Hold, "hold")?);
    let mut sum = Performance { reach_error: 0.0, reach_jerk: 0.0, hold_variance: 0.0, hold_deviation: 0.0 };
    for episode in 0..episodes {
        let at = |batch: &Episodes| [batch.target[2 * episode], batch.target[2 * episode + 1]];
        let path = reached.of(episode);
        sum.reach_error +=
            mean(path[path.len() * 4 / 5..].iter().map(|place| squared(*place, at(&reaches)).sqrt()));
        sum.reach_jerk += jerk(&path, plant.time_step);
        let path = held.of(episode);
        sum.hold_variance += variance(&path[path.len() / 2..]);
        sum.hold_deviation += mean(path.iter().map(|place| squared(*place, at(&holds))));
    }
    let n = episodes as f64;
    Ok(Performance {
        reach_error: sum.reach_error / n,
        reach_jerk: (sum.reach_jerk / n).sqrt(),
        hold_variance: sum.hold_variance / n,
        hold_deviation: sum.hold_deviation / n,
    })
}

fn squared(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// The mean squared jerk, by third differences.
pub(super) fn jerk(path: &[[f64; 2]], time_step: f64) -> f64 {
    let third = |p: &[[f64; 2]], axis: usize| {
        (p[3][axis] - 3.0 * p[2][axis] + 3.0 * p[1][axis] - p[0][axis]) / time_step.powi(3)
    };
    mean(path.windows(4).map(|places| third(places, 0).powi(2) + third(places, 1).powi(2)))
}

/// Mean squared distance from the mean place.
pub(super) fn variance(path: &[[f64; 2]]) -> f64 {
    let centre = [0, 1].map(|axis| mean(path.iter().map(|place| place[axis])));
    mean(path.iter().map(|place| squared(*place, centre)))
}
