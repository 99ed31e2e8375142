//! One worm of the published table: a homogenised recording beside the original one.

use super::{Homogenised, Options, Recording, places};
use crate::ConnectomeError;
use crate::cells::canonical;

/// How traces are interpolated, as the published table calls it.
const LINEAR: &str = "linear";

/// One neuron of a worm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Its name; what the laboratory calls it where it is unlabelled.
    pub neuron: String,
    /// Its place among the 300.
    pub slot: usize,
    /// Whether the name is that of a neuron.
    pub labelled: bool,
    /// The trace as recorded, a value for each of [`Worm::original_time`]; NaN where there is none.
    pub original: Vec<f64>,
    /// The homogenised trace, a value for each of [`Worm::frames`].
    pub calcium: Vec<f64>,
}

/// A worm: what the published table holds, with the columns that are the same for all of its neurons held once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worm {
    /// The data set it belongs to: `Kato2015`.
    pub source_dataset: String,
    /// The laboratory's file.
    pub raw_data_file: String,
    /// Its name in the data set: `worm0`.
    pub worm: String,
    /// How traces were smoothed.
    pub smooth_method: String,
    /// How they were interpolated.
    pub interpolate_method: String,
    /// How they were scaled.
    pub normalization_method: String,
    /// When the frames of the recording were taken, in seconds.
    pub original_time: Vec<f64>,
    /// When the first homogenised frame is, in seconds.
    pub start: f64,
    /// The time step in seconds.
    pub step: f64,
    /// How many homogenised frames there are.
    pub frames: usize,
    /// Its neurons.
    pub traces: Vec<Trace>,
    /// Neurons that a file has and that were not good enough for the limits given.
    pub left_out: Vec<String>,
    /// How many time stamps of a file repeat the one before, as they do in half precision; [`Worm::time`] has none.
    pub repeated_stamps: usize,
}

impl Worm {
    /// A recording and what was made of it, with these options. Data set and file are left empty.
    #[must_use]
    pub fn new(recording: &Recording, homogenised: &Homogenised, options: &Options) -> Self {
        let traces = homogenised
            .neurons
            .iter()
            .map(|neuron| {
                let raw = recording.labels.get(neuron.index).filter(|label| !label.is_empty());
                let unlabelled = || raw.cloned().unwrap_or_else(|| neuron.index.to_string());
                Trace {
                    neuron: neuron.label.map_or_else(unlabelled, str::to_owned),
                    slot: neuron.slot,
                    labelled: neuron.label.is_some(),
                    original: recording.traces.get(neuron.index).cloned().unwrap_or_default(),
                    calcium: neuron.calcium.clone(),
                }
            })
            .collect();
        Self {
            worm: recording.worm.clone(),
            smooth_method: options.smoothing.name().to_owned(),
            interpolate_method: LINEAR.to_owned(),
            normalization_method: options.normalisation.name().to_owned(),
            original_time: recording.time.clone(),
            step: homogenised.step,
            frames: homogenised.frames,
            traces,
            ..Self::default()
        }
    }

    /// When the homogenised frames are, in seconds.
    pub fn time(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        (0..self.frames).map(|frame| self.start + frame as f64 * self.step)
    }

    /// Frames × 300, row after row; 0 in places without a neuron.
    #[must_use]
    pub fn matrix(&self) -> Vec<f64> {
        places::matrix(self.frames, self.traces.iter().map(|trace| (trace.slot, trace.calcium.as_slice())))
    }

    /// For each of the 300 places, whether a labelled neuron is there.
    #[must_use]
    pub fn labelled(&self) -> Vec<bool> {
        self.mask(|trace| trace.labelled)
    }

    /// For each of the 300 places, whether an unlabelled neuron is there.
    #[must_use]
    pub fn unlabelled(&self) -> Vec<bool> {
        self.mask(|trace| !trace.labelled)
    }

    /// For each of the 300 places, whether any neuron is there.
    #[must_use]
    pub fn occupied(&self) -> Vec<bool> {
        self.mask(|_| true)
    }

    fn mask(&self, wanted: impl Fn(&Trace) -> bool) -> Vec<bool> {
        places::mask(self.traces.iter().filter(|trace| wanted(trace)).map(|trace| trace.slot))
    }

    /// Whether lengths and places fit together.
    pub(super) fn check(&self) -> Result<(), ConnectomeError> {
        let refused = |problem| Err(ConnectomeError::Recording { worm: self.worm.clone(), problem });
        if !(self.step.is_finite() && self.step > 0.0 && self.start.is_finite()) {
            return refused(format!("time starts at {} s with a step of {} s", self.start, self.step));
        }
        let mut taken = vec![None; canonical().len()];
        for trace in &self.traces {
            let Trace { neuron, slot, original, calcium, .. } = trace;
            let lengths = [
                ("frames", calcium.len(), self.frames),
                ("original frames", original.len(), self.original_time.len()),
            ];
            if let Some((what, found, expected)) =
                lengths.into_iter().find(|(_, found, expected)| found != expected)
            {
                return refused(format!("neuron `{neuron}` has {found} {what}, time has {expected}"));
            }
            match taken.get_mut(*slot) {
                None => {
                    return refused(format!(
                        "neuron `{neuron}` is in place {slot}; there are 0 to {}",
                        taken.len() - 1
                    ));
                }
                Some(Some(other)) => {
                    return refused(format!("neurons `{other}` and `{neuron}` are both in place {slot}"));
                }
                Some(free) => *free = Some(neuron),
            }
        }
        Ok(())
    }
}
