//! What is asked of the limb.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The two tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Go to a random place, without load.
    Reach,
    /// Stay where you are under a constant load that you are not told of.
    Hold,
}

/// Half of the side of the square in which starts and targets lie, m.
const REACH: f64 = 0.2;
/// The greatest load along an axis, N.
const LOAD: f64 = 10.0;

/// A batch of episodes: where each starts, where it should be, what pulls at it; row-major [count, 2].
#[derive(Clone, Debug, PartialEq)]
pub struct Episodes {
    pub(super) start: Vec<f64>,
    pub(super) target: Vec<f64>,
    pub(super) load: Vec<f64>,
}

impl Episodes {
    /// So many episodes of one task: starts and targets uniform in a square of .4 m, loads uniform within ±10 N an axis.
    #[must_use]
    pub fn of(task: Task, count: usize, seed: u64) -> Self {
        Self::draw(count, seed, |_| task)
    }

    /// Reaching and holding in turn.
    #[must_use]
    pub fn mixed(count: usize, seed: u64) -> Self {
        Self::draw(count, seed, |episode| if episode.is_multiple_of(2) { Task::Reach } else { Task::Hold })
    }

    fn draw(count: usize, seed: u64, task: impl Fn(usize) -> Task) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut episodes = Self { start: Vec::new(), target: Vec::new(), load: Vec::new() };
        for episode in 0..count {
            let mut pair = |reach: f64| [rng.random_range(-reach..=reach), rng.random_range(-reach..=reach)];
            let (start, other, load) = (pair(REACH), pair(REACH), pair(LOAD));
            let (target, load) = match task(episode) {
                Task::Reach => (other, [0.0; 2]),
                Task::Hold => (start, load),
            };
            episodes.start.extend(start);
            episodes.target.extend(target);
            episodes.load.extend(load);
        }
        episodes
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.start.len() / 2
    }

    /// Where each should be, row-major [count, 2], m.
    #[must_use]
    pub fn targets(&self) -> &[f64] {
        &self.target
    }
}
