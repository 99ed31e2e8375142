//! A recording of many neurons as a list of spikes.

use super::NeuroformerError;

/// One spike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// When, seconds from the start of the recording.
    pub time: f64,
    /// Of which neuron.
    pub neuron: usize,
}

/// The spikes of a population, in order of time and, at one time, of neuron.
#[derive(Clone, Debug, PartialEq)]
pub struct Spikes {
    neurons: usize,
    duration: f64,
    all: Vec<Spike>,
}

impl Spikes {
    /// The spikes of `neurons` neurons over `duration` seconds, in any order. O(n log n).
    ///
    /// # Errors
    /// No neurons, a duration that is not positive, a spike of a neuron beyond the last, or at a time outside the
    /// recording.
    pub fn new(neurons: usize, duration: f64, mut all: Vec<Spike>) -> Result<Self, NeuroformerError> {
        if neurons == 0 {
            return Err(NeuroformerError::bad("the number of neurons", 0, "at least one"));
        }
        if !(duration > 0.0 && duration.is_finite()) {
            return Err(NeuroformerError::bad("the duration", duration, "a positive number of seconds"));
        }
        for (spike, &Spike { time, neuron }) in all.iter().enumerate() {
            if neuron >= neurons {
                return Err(NeuroformerError::UnknownNeuron { spike, time, neuron, neurons });
            }
            if !(0.0..duration).contains(&time) {
                return Err(NeuroformerError::BadTime { spike, neuron, time, duration });
            }
        }
        all.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.neuron.cmp(&b.neuron)));
        Ok(Self { neurons, duration, all })
    }

    /// How many neurons there are, silent ones included.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Length of the recording, seconds.
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// All spikes, in order of time, then neuron.
    pub fn all(&self) -> &[Spike] {
        &self.all
    }

    /// How many spikes each neuron has.
    pub fn totals(&self) -> Vec<usize> {
        let mut totals = vec![0; self.neurons];
        for spike in &self.all {
            totals[spike.neuron] += 1;
        }
        totals
    }

    /// The part before `time` (seconds) and the part from there on, whose times start from zero again.
    ///
    /// # Errors
    /// A time that is not inside the recording.
    pub fn split(&self, time: f64) -> Result<(Self, Self), NeuroformerError> {
        if !(time > 0.0 && time < self.duration) {
            let expected = format!("a time inside the recording of {} s", self.duration);
            return Err(NeuroformerError::bad("the time to split at", time, expected));
        }
        let at = self.all.partition_point(|spike| spike.time < time);
        let later = self.all[at..].iter().map(|spike| Spike { time: spike.time - time, ..*spike }).collect();
        Ok((
            Self { neurons: self.neurons, duration: time, all: self.all[..at].to_vec() },
            Self { neurons: self.neurons, duration: self.duration - time, all: later },
        ))
    }

    /// Counts in bins of `width` seconds; the last bin is dropped when it is not whole.
    ///
    /// # Errors
    /// A width that is not positive, or that leaves no whole bin.
    pub fn counts(&self, width: f64) -> Result<Counts, NeuroformerError> {
        let bins = ticks(self.duration, width)?;
        if bins == 0 {
            let expected = format!("at most the duration of {} s", self.duration);
            return Err(NeuroformerError::bad("the bin width", width, expected));
        }
        let mut values = vec![0.0; bins * self.neurons];
        for spike in &self.all {
            let bin = tick(spike.time, width);
            if bin < bins {
                values[bin * self.neurons + spike.neuron] += 1.0;
            }
        }
        Ok(Counts { neurons: self.neurons, bins, values })
    }
}

/// Spike counts by bin and neuron.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    neurons: usize,
    bins: usize,
    /// [bin][neuron].
    values: Vec<f64>,
}

impl Counts {
    /// How many neurons.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// How many bins.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// The counts of all neurons in one bin.
    pub fn bin(&self, bin: usize) -> &[f64] {
        &self.values[bin * self.neurons..(bin + 1) * self.neurons]
    }
}

/// How near to a whole number of steps counts as whole: far above what rounding does to a quotient of times, far below
/// any step that means something.
const SNAP: f64 = 1e-6;

/// In which step of `width` a time lies: 0.3 s is in step 30 of 0.01 s, although 0.3 / 0.01 comes out below 30.
pub(super) fn tick(time: f64, width: f64) -> usize {
    let steps = time / width;
    let near = steps.round();
    let snapped = if (steps - near).abs() < SNAP { near } else { steps.floor() };
    snapped.max(0.0) as usize
}

/// Whole steps of `width` in `time`.
pub(super) fn ticks(time: f64, width: f64) -> Result<usize, NeuroformerError> {
    if !(width > 0.0 && width.is_finite()) {
        return Err(NeuroformerError::bad("the bin width", width, "a positive number of seconds"));
    }
    Ok(tick(time, width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spikes(list: &[(f64, usize)]) -> Vec<Spike> {
        list.iter().map(|&(time, neuron)| Spike { time, neuron }).collect()
    }

    #[test]
    fn steps_are_not_lost_to_rounding() {
        for (time, width, expected) in [
            (0.3, 0.01, 30),
            (0.29, 0.01, 29),
            (0.15, 0.05, 3),
            (0.07, 0.01, 7),
            (0.0999, 0.01, 9),
            (1.0 - 0.9, 0.1, 1),
            (0.0, 0.01, 0),
            (4294.31, 0.01, 429_431),
        ] {
            assert_eq!(tick(time, width), expected, "{time} / {width}");
        }
    }

    proptest! {
        #[test]
        fn multiples_of_a_step_lie_in_it(n in 0usize..1_000_000, thousandths in 1u32..200) {
            let width = f64::from(thousandths) / 1000.0;
            prop_assert_eq!(tick(n as f64 * width, width), n);
        }

        #[test]
        fn counts_keep_every_spike(list in prop::collection::vec((0.0f64..2.0, 0usize..4), 0..60)) {
            let recording = Spikes::new(4, 2.0, spikes(&list)).unwrap();
            let counts = recording.counts(0.05).unwrap();
            let total: f64 = (0..counts.bins()).flat_map(|bin| counts.bin(bin).to_vec()).sum();
            prop_assert_eq!(total as usize, list.len());
            let (before, after) = recording.split(0.7).unwrap();
            prop_assert_eq!(before.all().len() + after.all().len(), list.len());
        }
    }

    #[test]
    fn order_is_by_time_then_neuron() {
        let recording = Spikes::new(3, 1.0, spikes(&[(0.5, 1), (0.2, 2), (0.2, 0)])).unwrap();
        assert_eq!(recording.all(), spikes(&[(0.2, 0), (0.2, 2), (0.5, 1)]));
        assert_eq!(recording.totals(), [1, 1, 1]);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let refusal = |neurons, duration, list: &[(f64, usize)]| {
            Spikes::new(neurons, duration, spikes(list)).unwrap_err().to_string()
        };
        insta::assert_snapshot!(refusal(3, 1.0, &[(0.1, 0), (0.25, 7)]), @"spike 1 at 0.25 s is of neuron 7: neurons are numbered 0 to 2; leave it out, or build the vocabulary for more neurons");
        insta::assert_snapshot!(refusal(3, 1.0, &[(1.0, 2)]), @"spike 0 of neuron 2 is at 1 s: times lie from 0 to below the duration, 1 s");
        insta::assert_snapshot!(refusal(3, 1.0, &[(f64::NAN, 2)]), @"spike 0 of neuron 2 is at NaN s: times lie from 0 to below the duration, 1 s");
        insta::assert_snapshot!(refusal(0, 1.0, &[]), @"the number of neurons is 0; expected at least one");
        let recording = Spikes::new(1, 1.0, Vec::new()).unwrap();
        insta::assert_snapshot!(recording.counts(0.0).unwrap_err(), @"the bin width is 0; expected a positive number of seconds");
        insta::assert_snapshot!(recording.counts(3.0).unwrap_err(), @"the bin width is 3; expected at most the duration of 1 s");
        insta::assert_snapshot!(recording.split(1.0).unwrap_err(), @"the time to split at is 1; expected a time inside the recording of 1 s");
    }
}
