//! Behaviour from few labelled windows: by the network that knows the spikes, by one that does not, by a linear decoder.

use fascicle_connectome::neuroformer::baselines::LinearDecoder;
use fascicle_connectome::neuroformer::{Neuroformer, Spikes, TrainConfig, Window, Windowing, train};
use fascicle_core::seed::Seeds;
use fascicle_graph::ops::pearson;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::{Doing, ExperimentError};

/// Labelled windows: 5 s of the recording.
pub(super) const LABELLED: usize = 100;
/// How long the behaviour remembers a hub's spike, seconds.
const TAU: f64 = 0.1;
/// How much each hub's spikes add to it.
const BY_HUB: [f64; 3] = [1.0, -1.0, 0.5];
/// Steps of training on labelled windows, and windows in each.
pub(super) const STEPS: usize = 100;
const BATCH: usize = 32;
/// Strength of the linear decoder's penalty, set beforehand.
const RIDGE: f64 = 1.0;

/// Correlation of what is read with the true behaviour, in windows of the held-out part.
#[derive(Clone, Copy, Debug)]
pub(super) struct FewShot {
    pub(super) pretrained: f64,
    pub(super) fresh: f64,
    pub(super) linear: f64,
}

/// A part of the recording, cut.
pub(super) struct Part<'a> {
    pub(super) spikes: &'a Spikes,
    pub(super) windows: &'a [Window],
}

impl FewShot {
    /// `pretrained` has learned the spikes of `known`; `fresh` has the same sizes and has learned nothing.
    pub(super) fn run(
        pretrained: Neuroformer,
        fresh: Neuroformer,
        known: &Part<'_>,
        test: &Part<'_>,
        seeds: Seeds,
    ) -> Result<Self, ExperimentError> {
        let mut labelled = labelled(known);
        labelled.shuffle(&mut StdRng::seed_from_u64(seeds.named("labels")));
        labelled.truncate(LABELLED);
        let truth: Vec<f64> = labelled_values(test);
        let correlation = |read: &[f64]| pearson(read, &truth).unwrap_or(0.0);
        let training = TrainConfig {
            steps: STEPS,
            batch: BATCH,
            warmup: 10,
            seed: seeds.named("tuning"),
            ..TrainConfig::default()
        };
        let tuned = |model: Neuroformer| -> Result<f64, ExperimentError> {
            let model = model.with_behaviour(1, seeds.named("head")).doing("giving the network a head")?;
            let model = train(model, &labelled, &training, &mut |_| ()).doing("training on labels")?;
            Ok(correlation(&model.decode(test.windows, 64).doing("decoding")?))
        };
        let neurons = known.spikes.neurons();
        let inputs: Vec<f64> = labelled.iter().flat_map(|window| counts(window, neurons)).collect();
        let targets: Vec<f64> = labelled.iter().map(|window| window.behaviour[0]).collect();
        let decoder = LinearDecoder::fit(&inputs, &targets, RIDGE).doing("fitting a linear decoder")?;
        let read: Vec<f64> =
            test.windows.iter().map(|window| decoder.decode(&counts(window, neurons))).collect();
        Ok(Self { pretrained: tuned(pretrained)?, fresh: tuned(fresh)?, linear: correlation(&read) })
    }
}

/// Spikes of each neuron in the past of a window, then in the window itself.
fn counts(window: &Window, neurons: usize) -> Vec<f64> {
    let mut counts = vec![0.0; 2 * neurons];
    for (part, sequence) in [&window.past, &window.current].into_iter().enumerate() {
        for neuron in sequence.spikes() {
            counts[part * neurons + neuron] += 1.0;
        }
    }
    counts
}

/// The behaviour at each window's end: the hubs' spikes before it, each with its hub's weight, fading with TAU.
fn labelled_values(part: &Part<'_>) -> Vec<f64> {
    let length = Windowing::default().current;
    let hubs: Vec<(f64, f64)> =
        part.spikes.all().iter().filter_map(|spike| Some((spike.time, *BY_HUB.get(spike.neuron)?))).collect();
    let value = |window: &Window| {
        let end = window.start + length;
        let before = hubs.iter().filter(|(time, _)| *time < end);
        before.map(|(time, weight)| weight * ((time - end) / TAU).exp()).sum::<f64>()
    };
    part.windows.iter().map(value).collect()
}

fn labelled(part: &Part<'_>) -> Vec<Window> {
    let values = labelled_values(part);
    let with = |(window, value): (&Window, f64)| Window { behaviour: vec![value], ..window.clone() };
    part.windows.iter().zip(values).map(with).collect()
}
