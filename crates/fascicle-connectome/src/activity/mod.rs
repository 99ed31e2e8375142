//! Calcium recordings of different laboratories in one form: one time step, one scale, one place for each neuron.
//!
//! The steps, in this order, are those of Simeon, Zheng, et al. 2024 (*Homogenized C. elegans neural activity and
//! connectivity data*, arXiv 2411.12091): label, differentiate, smooth, resample, normalise, place. What is done
//! differently:
//!
//! - Time is `f64` and rebuilt from the step. Half precision, in which the published files keep it, has steps of 1 s from
//!   1,024 s on, so that time stamps repeat.
//! - Unlabelled neurons go to the free places in order, not at random: the same recording always gives the same matrix.
//!
//! [`parquet`](mod@parquet) reads and writes the table in which the recordings are published, a row for each neuron of each
//! [`Worm`].
//!
//! ```
//! use fascicle_connectome::activity::{Options, Recording, Worm, homogenise, parquet};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let time: Vec<f64> = (0..900).map(|frame| f64::from(frame) / 3.0).collect();
//! let trace = |phase: f64| time.iter().map(|t| (0.1 * t + phase).sin()).collect();
//! let recording = Recording {
//!     worm: "worm0".to_owned(),
//!     labels: ["AVAL", "VB01", "?"].map(str::to_owned).to_vec(),
//!     traces: vec![trace(0.0), trace(1.0), trace(2.0)],
//!     time: time.clone(),
//! };
//! let options = Options::default();
//! let worm = Worm::new(&recording, &homogenise(&recording, &options)?, &options);
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("worms.parquet");
//! parquet::write(&file, std::slice::from_ref(&worm), parquet::Precision::Double)?;
//! assert_eq!(parquet::read(&file, &parquet::ReadOptions::default())?, [worm]);
//! # Ok(())
//! # }
//! ```

mod label;
mod normalise;
pub mod parquet;
mod places;
mod quality;
mod resample;
mod smooth;
mod worm;

pub use label::resolve;
pub use normalise::Normalisation;
pub use quality::{Limits, Quality, quality};
pub use smooth::Smoothing;
pub use worm::{Trace, Worm};

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
    /// Traces that are worse than this, as recorded, are left out; none, if `None`.
    pub limits: Option<Limits>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_frames: 600,
            step: 0.333,
            smoothing: Smoothing::default(),
            normalisation: Normalisation::default(),
            limits: None,
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
        let traces = self.neurons.iter().map(|neuron| (neuron.slot, neuron.calcium.as_slice()));
        places::matrix(self.frames, traces)
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
        places::mask(self.neurons.iter().filter(|neuron| wanted(neuron)).map(|neuron| neuron.slot))
    }
}

/// Homogenises one recording. O(n T) for n neurons and T frames (times the window of the smoothing).
///
/// # Errors
/// [`ConnectomeError::Recording`] when it is too short, no label resolves (of the traces that are good enough), times do not
/// rise, lengths differ, or there are more than 300 neurons; [`ConnectomeError::BadArgument`] for options outside their domain.
pub fn homogenise(recording: &Recording, options: &Options) -> Result<Homogenised, ConnectomeError> {
    options.smoothing.check()?;
    check_step(options.step)?;
    check(recording, options)?;
    let good: Vec<usize> = (0..recording.traces.len())
        .filter(|&index| options.limits.is_none_or(|limits| limits.allow(&quality(&recording.traces[index]))))
        .collect();
    let labels: Vec<String> = good.iter().map(|&index| recording.labels[index].clone()).collect();
    let labels = resolve(&labels);
    if labels.iter().all(Option::is_none) {
        let of =
            if good.len() < recording.traces.len() { " of a trace within the limits of quality" } else { "" };
        return Err(refused(recording, format!("no label{of} is the name of a neuron")));
    }
    let slots = places::of(&labels);
    let grid = resample::Grid::new(&recording.time, options.step);
    let neurons: Vec<Neuron> = good
        .into_iter()
        .zip(labels.iter().zip(slots))
        .map(|(index, (label, slot))| {
            let trace = &recording.traces[index];
            let residual = derivative(&recording.time, trace);
            let [mut calcium, residual] =
                [trace, &residual].map(|values| grid.resample(&options.smoothing.apply(values)));
            options.normalisation.apply(&mut calcium);
            Neuron { index, label: label.map(|at| canonical()[at]), slot, calcium, residual }
        })
        .collect();
    Ok(Homogenised { step: options.step, frames: grid.frames(), neurons })
}

/// A time step in seconds.
pub(crate) fn check_step(step: f64) -> Result<(), ConnectomeError> {
    if step.is_finite() && step > 0.0 {
        return Ok(());
    }
    Err(ConnectomeError::argument("the time step", step, "a positive number of seconds"))
}

fn refused(recording: &Recording, problem: String) -> ConnectomeError {
    ConnectomeError::Recording { worm: recording.worm.clone(), problem }
}

fn check(recording: &Recording, options: &Options) -> Result<(), ConnectomeError> {
    let Recording { labels, time, traces, .. } = recording;
    let least = options.min_frames.max(2);
    let problem = if time.len() < least {
        format!("it has {} frames; expected at least {least}", time.len())
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
