//! What a batch of episodes remembers from step to step, and what it may be told.

use super::error::SwimmerError;

/// The step counter of every episode of a batch: the only memory that the circuit has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NcapState {
    steps: Vec<u64>,
}

impl NcapState {
    /// So many episodes, all at step 0.
    ///
    /// # Errors
    /// [`SwimmerError::NoEpisodes`].
    pub fn new(episodes: usize) -> Result<Self, SwimmerError> {
        Self::at(vec![0; episodes])
    }

    /// One episode for each of these steps, already that far.
    ///
    /// # Errors
    /// [`SwimmerError::NoEpisodes`].
    pub fn at(steps: Vec<u64>) -> Result<Self, SwimmerError> {
        if steps.is_empty() { Err(SwimmerError::NoEpisodes) } else { Ok(Self { steps }) }
    }

    /// How far each episode is.
    #[must_use]
    pub fn steps(&self) -> &[u64] {
        &self.steps
    }

    /// Puts every episode back to step 0. Without it the oscillator goes on where the last episode stopped.
    pub fn reset(&mut self) {
        self.steps.fill(0);
    }

    /// Puts one episode back to step 0.
    ///
    /// # Errors
    /// [`SwimmerError::NoEpisode`].
    pub fn reset_episode(&mut self, episode: usize) -> Result<(), SwimmerError> {
        let episodes = self.steps.len();
        let step = self.steps.get_mut(episode).ok_or(SwimmerError::NoEpisode { episode, episodes })?;
        *step = 0;
        Ok(())
    }

    pub(super) fn advance(&mut self) {
        for step in &mut self.steps {
            *step = step.wrapping_add(1);
        }
    }
}

/// What the rest of the nervous system tells the circuit, each from 0 to 1 (clipped).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// Turn towards the dorsal side.
    pub right: f64,
    /// Turn towards the ventral side.
    pub left: f64,
    /// 0 stands still, 1 is as fast as it goes.
    pub speed: f64,
}

impl Default for Control {
    /// Straight on at full speed.
    fn default() -> Self {
        Self { right: 0.0, left: 0.0, speed: 1.0 }
    }
}

impl Control {
    pub(super) fn check(&self, episode: usize) -> Result<(), SwimmerError> {
        let all = [("right turn", self.right), ("left turn", self.left), ("speed", self.speed)];
        match all.into_iter().find(|(_, value)| !value.is_finite()) {
            None => Ok(()),
            Some((signal, value)) => Err(SwimmerError::NotFinite {
                what: format!("the {signal} signal of episode {episode}"),
                value,
            }),
        }
    }
}
