//! Spikes as tokens: one token a spike, its time as a second token beside it, and windows of both.
//!
//! Two things differ from the authors' program on purpose. A time belongs to the bin that it lies in, with forgiveness
//! for the last digits (0.3 s is in bin 30 of 0.01 s), where the program takes the nearest bin; for recordings that are
//! binned already the two are the same. And the token that ends a sequence is never an input, because nothing is
//! predicted from it. As there, the time of the first token is bin 0.

use serde::{Deserialize, Serialize};

use super::spikes::{tick, ticks};
use super::{NeuroformerError, Spikes};

/// What the numbers of tokens mean: neurons, then start, end and padding; bins of time, then end and padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    neurons: usize,
    bins: usize,
}

impl Vocabulary {
    /// How many neurons have a token: their numbers are those of the tokens.
    pub fn neurons(self) -> usize {
        self.neurons
    }

    /// How many time bins have a token.
    pub fn bins(self) -> usize {
        self.bins
    }

    /// The token that every sequence begins with.
    pub fn sos(self) -> usize {
        self.neurons
    }

    /// The token that follows the last spike.
    pub fn eos(self) -> usize {
        self.neurons + 1
    }

    /// The token that fills up a batch.
    pub fn pad(self) -> usize {
        self.neurons + 2
    }

    /// How many id tokens there are.
    pub fn ids(self) -> usize {
        self.neurons + 3
    }

    /// The time token beside [`eos`](Self::eos).
    pub fn dt_eos(self) -> usize {
        self.bins
    }

    /// The time token beside [`pad`](Self::pad).
    pub fn dt_pad(self) -> usize {
        self.bins + 1
    }

    /// How many time tokens there are.
    pub fn dts(self) -> usize {
        self.bins + 2
    }
}

/// How a recording is cut: times in seconds, blocks in tokens. The default is that of the authors' V1 recordings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Windowing {
    /// Width of a time bin.
    pub dt: f64,
    /// Length of the window whose spikes are predicted.
    pub current: f64,
    /// Length of the window before it, whose spikes are known.
    pub past: f64,
    /// Longest current sequence, start and end included: of more spikes the last `block` − 2 are kept.
    pub block: usize,
    /// The same for the past.
    pub past_block: usize,
}

impl Default for Windowing {
    fn default() -> Self {
        Self { dt: 0.01, current: 0.05, past: 0.15, block: 100, past_block: 100 }
    }
}

/// A start token, spikes in order of time bin and then neuron, an end token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Id tokens.
    pub ids: Vec<usize>,
    /// Time tokens, one beside each: bins from the window's start.
    pub dts: Vec<usize>,
}

impl Sequence {
    /// A sequence of these (neuron, bin) pairs, in the order given.
    pub fn of(vocabulary: Vocabulary, spikes: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let (mut ids, mut dts) = (vec![vocabulary.sos()], vec![0]);
        for (neuron, bin) in spikes {
            ids.push(neuron);
            dts.push(bin);
        }
        ids.push(vocabulary.eos());
        dts.push(vocabulary.dt_eos());
        Self { ids, dts }
    }

    /// The neurons that spike, in order.
    pub fn spikes(&self) -> &[usize] {
        &self.ids[1..self.ids.len() - 1]
    }
}

/// One example: the spikes of a window, and those before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Where the current window begins, seconds.
    pub start: f64,
    /// What is predicted.
    pub current: Sequence,
    /// What is known.
    pub past: Sequence,
    /// Spikes that did not fit into the two blocks.
    pub dropped: usize,
    /// Behaviour in this window, one number a variable; empty when there is none.
    pub behaviour: Vec<f64>,
    /// The class of each classified variable, from 0; empty when there is none.
    pub labels: Vec<usize>,
    /// Stimulus features, `[step][feature]` in one row; empty when there is none.
    pub stimulus: Vec<f64>,
}

impl Windowing {
    /// The tokens of a population of `neurons`.
    ///
    /// # Errors
    /// A window that is not a whole number of bins, or a block without room for a spike.
    pub fn vocabulary(&self, neurons: usize) -> Result<Vocabulary, NeuroformerError> {
        let current = self.whole("the current window", self.current)?;
        let past = self.whole("the past window", self.past)?;
        for (name, block) in [("the block", self.block), ("the past block", self.past_block)] {
            if block < 3 {
                return Err(NeuroformerError::bad(
                    name,
                    block,
                    "room for a start, a spike and an end, 3 or more",
                ));
            }
        }
        Ok(Vocabulary { neurons, bins: current.max(past) })
    }

    fn whole(&self, name: &'static str, length: f64) -> Result<usize, NeuroformerError> {
        let bins = ticks(length, self.dt)?;
        if bins == 0 || (length - bins as f64 * self.dt).abs() > 1e-6 * length {
            let expected = format!("a positive multiple of the bin, {} s", self.dt);
            return Err(NeuroformerError::bad(name, length, expected));
        }
        Ok(bins)
    }

    /// Every window of `spikes` that has a whole past, one after the other; silent ones too, which hold a start and an
    /// end.
    ///
    /// # Errors
    /// As [`vocabulary`](Self::vocabulary); a spike of a neuron that `vocabulary` does not have.
    pub fn windows(&self, spikes: &Spikes, vocabulary: Vocabulary) -> Result<Vec<Window>, NeuroformerError> {
        let known = self.vocabulary(vocabulary.neurons)?;
        if known.bins > vocabulary.bins {
            let expected = format!("at least the {} bins of the windows", known.bins);
            return Err(NeuroformerError::bad(
                "the vocabulary's number of time bins",
                vocabulary.bins,
                expected,
            ));
        }
        let mut binned = Vec::with_capacity(spikes.all().len());
        for (spike, one) in spikes.all().iter().enumerate() {
            if one.neuron >= vocabulary.neurons {
                let (time, neuron, neurons) = (one.time, one.neuron, vocabulary.neurons);
                return Err(NeuroformerError::UnknownNeuron { spike, time, neuron, neurons });
            }
            binned.push((tick(one.time, self.dt), one.neuron));
        }
        // times are sorted already; within a bin the neuron decides, whatever the time was
        binned.sort_unstable();
        let (past, current) = (tick(self.past, self.dt), tick(self.current, self.dt));
        let end = tick(spikes.duration(), self.dt);
        let part = |from: usize, to: usize, block: usize| {
            let low = binned.partition_point(|&(bin, _)| bin < from);
            let high = binned.partition_point(|&(bin, _)| bin < to);
            let kept = low.max(high.saturating_sub(block - 2));
            let spikes = binned[kept..high].iter().map(|&(bin, neuron)| (neuron, bin - from));
            (Sequence::of(vocabulary, spikes), kept - low)
        };
        let starts = (past..(end + 1).saturating_sub(current)).step_by(current);
        let window = |start: usize| {
            let (past, before) = part(start - past, start, self.past_block);
            let (current, now) = part(start, start + current, self.block);
            let (behaviour, stimulus) = (Vec::new(), Vec::new());
            Window {
                start: start as f64 * self.dt,
                current,
                past,
                dropped: before + now,
                behaviour,
                labels: Vec::new(),
                stimulus,
            }
        };
        Ok(starts.map(window).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Spike;
    use super::*;

    fn recording(neurons: usize, list: &[(f64, usize)]) -> Spikes {
        let spikes = list.iter().map(|&(time, neuron)| Spike { time, neuron }).collect();
        Spikes::new(neurons, 0.5, spikes).unwrap()
    }

    fn cut(windowing: Windowing, list: &[(f64, usize)]) -> Vec<Window> {
        let vocabulary = windowing.vocabulary(5).unwrap();
        windowing.windows(&recording(5, list), vocabulary).unwrap()
    }

    #[test]
    fn windows_hold_what_their_times_say() {
        // SOS 5, EOS 6; the past has 15 bins, so the end of time is 15
        let windows = cut(Windowing::default(), &[(0.149, 4), (0.3, 3), (0.302, 1), (0.34, 0), (0.35, 2)]);
        assert_eq!(windows.len(), 7);
        let at = |start: f64| windows.iter().find(|window| (window.start - start).abs() < 1e-9).unwrap();
        // 0.3 / 0.01 is a little below 30; within the bin, the neuron decides
        assert_eq!(at(0.3).current, Sequence { ids: vec![5, 1, 3, 0, 6], dts: vec![0, 0, 0, 4, 15] });
        assert_eq!(at(0.15).past, Sequence { ids: vec![5, 4, 6], dts: vec![0, 14, 15] });
        assert_eq!(at(0.45).past.ids, [5, 1, 3, 0, 2, 6]);
        // nothing there
        assert_eq!(at(0.2).current, Sequence { ids: vec![5, 6], dts: vec![0, 15] });
        assert!(at(0.2).current.spikes().is_empty());
    }

    #[test]
    fn the_last_spikes_are_kept() {
        let windowing = Windowing { block: 4, past_block: 3, ..Windowing::default() };
        let windows = cut(windowing, &[(0.15, 0), (0.16, 1), (0.17, 2), (0.18, 3)]);
        assert_eq!((windows[0].current.spikes(), windows[0].dropped), (&[2, 3][..], 2));
        assert_eq!((windows[1].past.spikes(), windows[1].dropped), (&[3][..], 3));
    }

    proptest! {
        #[test]
        fn every_spike_after_the_first_past_is_predicted_once(list in prop::collection::vec((0.0f64..0.5, 0usize..5), 0..40)) {
            let windows = cut(Windowing::default(), &list);
            let predicted: usize = windows.iter().map(|window| window.current.spikes().len()).sum();
            let late = list.iter().filter(|(time, _)| tick(*time, 0.01) >= 15).count();
            prop_assert_eq!(predicted, late);
            for window in &windows {
                for sequence in [&window.current, &window.past] {
                    let pairs: Vec<_> = sequence.dts.iter().zip(&sequence.ids).skip(1).collect();
                    prop_assert!(pairs[..pairs.len() - 1].is_sorted());
                }
            }
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let vocabulary = Windowing::default().vocabulary(2).unwrap();
        let stranger = Windowing::default().windows(&recording(5, &[(0.2, 1), (0.21, 4)]), vocabulary);
        insta::assert_snapshot!(stranger.unwrap_err(), @"spike 1 at 0.21 s is of neuron 4: neurons are numbered 0 to 1; leave it out, or build the vocabulary for more neurons");
        let refusal = |windowing: Windowing| windowing.vocabulary(2).unwrap_err().to_string();
        insta::assert_snapshot!(refusal(Windowing { current: 0.055, ..Windowing::default() }), @"the current window is 0.055; expected a positive multiple of the bin, 0.01 s");
        insta::assert_snapshot!(refusal(Windowing { block: 2, ..Windowing::default() }), @"the block is 2; expected room for a start, a spike and an end, 3 or more");
        insta::assert_snapshot!(refusal(Windowing { dt: -1.0, ..Windowing::default() }), @"the bin width is -1; expected a positive number of seconds");
        let long = Windowing { past: 0.3, ..Windowing::default() }.windows(&recording(2, &[]), vocabulary);
        insta::assert_snapshot!(long.unwrap_err(), @"the vocabulary's number of time bins is 15; expected at least the 30 bins of the windows");
    }
}
