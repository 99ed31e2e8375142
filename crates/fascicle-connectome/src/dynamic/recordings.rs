//! Several animals' activity over one list of neurons.

use crate::ConnectomeError;
use crate::activity::Homogenised;
use crate::cells::{self, Cell, canonical};

/// The activity of some worms (or other animals), over one list of neurons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recordings {
    /// The neurons' names.
    pub neurons: Vec<String>,
    /// The worms.
    pub worms: Vec<Worm>,
}

/// One worm of several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worm {
    /// A name for messages.
    pub name: String,
    /// For each neuron of the common list, its trace, a value a frame, NaN where there is none; `None` for a neuron that this
    /// worm lacks, or that was not recorded or not recognised in it. Frames are evenly spaced, and all worms' equally.
    pub traces: Vec<Option<Vec<f64>>>,
}

impl Recordings {
    /// The labelled neurons of homogenised recordings that `keep` says yes to (the paper keeps sensory and interneurons), in
    /// canonical order; a neuron that some worm has and another lacks is absent in the latter. The derivative of the
    /// homogenised traces is not used: affinities differentiate what they have smoothed.
    #[must_use]
    pub fn homogenised<'a>(
        worms: impl IntoIterator<Item = (&'a str, &'a Homogenised)>,
        keep: impl Fn(&Cell) -> bool,
    ) -> Self {
        let worms: Vec<(&str, &Homogenised)> = worms.into_iter().collect();
        let kept = |name: &str| cells::find(name).is_some_and(&keep);
        let seen = |name: &str| {
            let mut neurons = worms.iter().flat_map(|(_, worm)| &worm.neurons);
            neurons.any(|neuron| neuron.label == Some(name))
        };
        let neurons: Vec<&str> =
            canonical().iter().copied().filter(|name| kept(name) && seen(name)).collect();
        let trace = |worm: &Homogenised, name: &str| {
            worm.neurons.iter().find(|neuron| neuron.label == Some(name)).map(|neuron| neuron.calcium.clone())
        };
        let worm = |(name, worm): &(&str, &Homogenised)| Worm {
            name: (*name).to_owned(),
            traces: neurons.iter().map(|neuron| trace(worm, neuron)).collect(),
        };
        let worms = worms.iter().map(worm).collect();
        Self { worms, neurons: neurons.into_iter().map(str::to_owned).collect() }
    }

    /// Whether the worms are all of as many neurons as are named, at least two of them recorded, with traces of one length.
    pub(super) fn check(&self) -> Result<(), ConnectomeError> {
        if self.worms.is_empty() {
            return Err(ConnectomeError::argument("the number of worms", 0, "at least 1"));
        }
        self.worms.iter().try_for_each(|worm| worm.check(&self.neurons))
    }
}

impl Worm {
    /// How many frames its traces have; 0 without any.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.traces.iter().flatten().next().map_or(0, Vec::len)
    }

    fn check(&self, neurons: &[String]) -> Result<(), ConnectomeError> {
        let recorded = self.traces.iter().flatten().count();
        let frames = self.frames();
        let traces =
            || neurons.iter().zip(&self.traces).filter_map(|(name, trace)| Some((name, trace.as_ref()?)));
        let infinite = |(name, trace): (&String, &Vec<f64>)| {
            trace.iter().position(|value| value.is_infinite()).map(|at| (name.clone(), at))
        };
        let problem = if self.traces.len() != neurons.len() {
            format!(
                "{} traces for {} neurons; expected one for each, `None` for a neuron that it lacks",
                self.traces.len(),
                neurons.len()
            )
        } else if recorded < 2 {
            format!("{recorded} of its neurons have a trace; a pair needs 2, so leave this worm out")
        } else if frames < 2 {
            format!("its traces have {frames} frames; expected at least 2")
        } else if let Some((name, trace)) = traces().find(|(_, trace)| trace.len() != frames) {
            format!(
                "the trace of {name} has {} frames, the first trace {frames}; make them equal",
                trace.len()
            )
        } else if let Some((name, at)) = traces().find_map(infinite) {
            format!(
                "the trace of {name} is infinite at frame {}; NaN stands for what was not recorded",
                at + 1
            )
        } else {
            return Ok(());
        };
        Err(ConnectomeError::Recording { worm: self.name.clone(), problem })
    }
}
