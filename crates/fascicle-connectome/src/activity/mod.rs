//! Calcium recordings of different laboratories in one form: one time step, one scale, one place for each neuron.
//!
//! The steps, in this order, are those of Simeon, Zheng, et al. 2024 (*Homogenized C. elegans neural activity and
//! connectivity data*, arXiv 2411.12091): label, differentiate, smooth, resample, normalise, place. What is done
//! differently:
//!
//! - Time is `f64` and rebuilt from the step. Half precision, in which the published files keep it, has steps of 1 s from
//!   1,024 s on, so that time stamps repeat.
//! - Unlabelled neurons go to the free places in order, not at random: the same recording always gives the same matrix.

mod label;
mod normalise;
mod quality;
mod resample;
mod smooth;

pub use label::resolve;
pub use normalise::Normalisation;
pub use quality::{Quality, quality};
pub use smooth::Smoothing;

use std::cmp::Ordering;

use crate::ConnectomeError;
use crate::cells::canonical;

/// One worm as it was recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// A name for messages.
    pub worm: String,
    /// What the laboratory calls each neuron; anything that is no name means unlabelled.
    pub labels: Vec<String>,
    /// When each frame was taken, in seconds, rising.
    pub time: Vec<f64>,
    /// Fluorescence, a trace for each neuron, a value for each frame; NaN where there is none.
    pub traces: Vec<Vec<f64>>,
}

/// How recordings are homogenised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The fewest frames of a recording that is used.
    pub min_frames: usize,
    /// The common time step in seconds.
    pub step: f64,
    /// How traces and their derivatives are smoothed.
    pub smoothing: Smoothing,
    /// How traces are scaled, after smoothing and resampling.
    pub normalisation: Normalisation,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_frames: 600,
            step: 0.333,
            smoothing: Smoothing::default(),
            normalisation: Normalisation::default(),
        }
    }
}

/// One neuron of a homogenised recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// Its place in the recording.
    pub index: usize,
    /// Its name, if the laboratory's label resolved.
    pub label: Option<&'static str>,
    /// Its place among the 300: that of its name, or a free one.
    pub slot: usize,
    /// The normalised trace.
    pub calcium: Vec<f64>,
    /// The derivative, per second, smoothed and resampled like the trace but not scaled.
    pub residual: Vec<f64>,
}

/// A homogenised recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Homogenised {
    /// The time step in seconds.
    pub step: f64,
    /// How many frames there are; frame k is at `k · step` seconds.
    pub frames: usize,
    /// The neurons, in the order of the recording.
    pub neurons: Vec<Neuron>,
}

impl Homogenised {
    /// When the frames are, in seconds from the first.
    pub fn time(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        (0..self.frames).map(|frame| frame as f64 * self.step)
    }

    /// Frames × 300, row after row; 0 in places without a neuron.
    #[must_use]
    pub fn matrix(&self) -> Vec<f64> {
        let width = canonical().len();
        let mut matrix = vec![0.0; self.frames * width];
        for neuron in &self.neurons {
            for (row, &value) in matrix.chunks_exact_mut(width).zip(&neuron.calcium) {
                row[neuron.slot] = value;
            }
        }
        matrix
    }

    /// For each of the 300 places, whether a labelled neuron is there.
    #[must_use]
    pub fn labelled(&self) -> Vec<bool> {
        self.mask(|neuron| neuron.label.is_some())
    }

    /// For each of the 300 places, whether an unlabelled neuron is there.
    #[must_use]
    pub fn unlabelled(&self) -> Vec<bool> {
        self.mask(|neuron| neuron.label.is_none())
    }

    /// For each of the 300 places, whether any neuron is there.
    #[must_use]
    pub fn occupied(&self) -> Vec<bool> {
        self.mask(|_| true)
    }

    fn mask(&self, wanted: impl Fn(&Neuron) -> bool) -> Vec<bool> {
        let mut mask = vec![false; canonical().len()];
        for neuron in self.neurons.iter().filter(|neuron| wanted(neuron)) {
            mask[neuron.slot] = true;
        }
        mask
    }
}

/// Homogenises one recording. O(n T) for n neurons and T frames (times the window of the smoothing).
///
/// # Errors
/// [`ConnectomeError::Recording`] when it is too short, no label resolves, times do not rise, lengths differ, or there are
/// more than 300 neurons; [`ConnectomeError::BadArgument`] for options outside their domain.
pub fn homogenise(recording: &Recording, options: &Options) -> Result<Homogenised, ConnectomeError> {
    options.smoothing.check()?;
    if !(options.step.is_finite() && options.step > 0.0) {
        return Err(ConnectomeError::BadArgument {
            name: "the time step",
            value: options.step.to_string(),
            expected: "a positive number of seconds".to_owned(),
        });
    }
    check(recording, options)?;
    let labels = resolve(&recording.labels);
    if labels.iter().all(Option::is_none) {
        return Err(refused(recording, "no label is the name of a neuron".to_owned()));
    }
    let slots = places(&labels);
    let grid = resample::Grid::new(&recording.time, options.step);
    let neurons: Vec<Neuron> = recording
        .traces
        .iter()
        .zip(labels.iter().zip(slots))
        .enumerate()
        .map(|(index, (trace, (label, slot)))| {
            let residual = derivative(&recording.time, trace);
            let [mut calcium, residual] =
                [trace, &residual].map(|values| grid.resample(&options.smoothing.apply(values)));
            options.normalisation.apply(&mut calcium);
            Neuron { index, label: label.map(|at| canonical()[at]), slot, calcium, residual }
        })
        .collect();
    Ok(Homogenised { step: options.step, frames: grid.frames(), neurons })
}

fn refused(recording: &Recording, problem: String) -> ConnectomeError {
    ConnectomeError::Recording { worm: recording.worm.clone(), problem }
}

fn check(recording: &Recording, options: &Options) -> Result<(), ConnectomeError> {
    let Recording { labels, time, traces, .. } = recording;
    let least = options.min_frames.max(2);
    let problem = if time.len() < least {
        format!("it has {} frames; at least {least} are needed", time.len())
    } else if labels.len() != traces.len() {
        format!("{} labels for {} traces", labels.len(), traces.len())
    } else if traces.len() > canonical().len() {
        format!("{} traces; at most {} have a place", traces.len(), canonical().len())
    } else if let Some(at) = traces.iter().position(|trace| trace.len() != time.len()) {
        format!("trace {} has {} frames, time has {}", at + 1, traces[at].len(), time.len())
    } else if let Some(at) =
        time.windows(2).position(|pair| pair[0].partial_cmp(&pair[1]) != Some(Ordering::Less))
    {
        format!("time does not rise from frame {} ({} s) to the next ({} s)", at + 1, time[at], time[at + 1])
    } else if let Some(at) = time.iter().position(|seconds| !seconds.is_finite()) {
        format!("frame {} is at {} s", at + 1, time[at])
    } else {
        return Ok(());
    };
    Err(refused(recording, problem))
}

/// A place for each neuron: its own if it has a name, else the first that no name of this recording claims.
fn places(labels: &[Option<usize>]) -> Vec<usize> {
    let mut taken = vec![false; canonical().len()];
    for at in labels.iter().flatten() {
        taken[*at] = true;
    }
    let mut free = (0..taken.len()).filter(|&at| !taken[at]);
    // invariant: there are at most 300 neurons, and names claim no place twice, so the free places suffice.
    labels.iter().map(|label| label.unwrap_or_else(|| free.next().expect("a free place"))).collect()
}

/// dx/dt over uneven steps: second-order central differences inside, one-sided ones at the ends.
pub(crate) fn derivative(time: &[f64], values: &[f64]) -> Vec<f64> {
    let last = values.len() - 1;
    let slope = |i: usize| (values[i + 1] - values[i]) / (time[i + 1] - time[i]);
    (0..=last)
        .map(|i| match i {
            0 => slope(0),
            i if i == last => slope(last - 1),
            i => {
                let (before, after) = (time[i] - time[i - 1], time[i + 1] - time[i]);
                (before * slope(i) + after * slope(i - 1)) / (before + after)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
