//! One simulated population, a transformer trained on it, and every estimator's scores.

use burn::tensor::DType;
use fascicle_connectome::neuroformer::baselines::{
    CouplingBasis, GlmConfig, PoissonGlm, lagged_correlation, lagged_partial_correlation,
    same_bin_correlation,
};
use fascicle_connectome::neuroformer::{
    HubNetwork, Neuroformer, NeuroformerConfig, NeuroformerError, Ranking, Spikes, TrainConfig, Windowing,
    train,
};
use fascicle_core::Device;
use fascicle_core::seed::Seeds;

use super::few_shot::{FewShot, Part};
use crate::{Doing, ExperimentError};

/// How much is simulated and trained.
pub(super) struct Plan {
    /// Length of the recording; some eighty spikes a second.
    pub(super) seconds: f64,
    /// Steps of training.
    pub(super) steps: usize,
    /// How many of the run's seeds are used.
    pub(super) seeds: usize,
}

impl Plan {
    pub(super) const QUICK: Self = Self { seconds: 150.0, steps: 300, seeds: 2 };
    pub(super) const FULL: Self = Self { seconds: 600.0, steps: 2000, seeds: 5 };
}

/// A way to score pairs of neurons.
pub(super) struct Estimator {
    pub(super) name: &'static str,
    /// Whether it is Pearson's.
    pub(super) correlation: bool,
}

const fn estimator(name: &'static str, correlation: bool) -> Estimator {
    Estimator { name, correlation }
}

/// In the order of [`Trial::scores`].
pub(super) const ESTIMATORS: [Estimator; 5] = [
    estimator("attention", false),
    estimator("correlation in 50 ms bins", true),
    estimator("correlation at the best lag", true),
    estimator("partial correlation at the best lag", false),
    estimator("Poisson model", false),
];

/// Bins of the estimators beside attention, seconds; five of them reach a little beyond the longest delay.
const BIN: f64 = 0.01;
const LAGS: usize = 5;
/// Share of the recording to learn from.
const TRAIN: f64 = 0.8;
const BATCH: usize = 64;

/// What one seed gave.
pub(super) struct Trial {
    /// Hubs first, then the followers of each hub: the order in which matrices are drawn.
    pub(super) order: Vec<usize>,
    /// The wiring, `[source][target]`.
    pub(super) truth: Vec<f64>,
    /// One matrix for each of [`ESTIMATORS`].
    pub(super) scores: Vec<Vec<f64>>,
    pub(super) areas: Vec<Areas>,
    /// (false positive rate, true positive rate) of each.
    pub(super) curves: Vec<Vec<(f64, f64)>>,
    pub(super) top1: Top1,
    pub(super) few_shot: FewShot,
    pub(super) spikes: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    pub(super) auroc: f64,
    pub(super) auprc: f64,
}

/// Share of test spikes whose neuron was named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top1 {
    pub(super) model: f64,
    /// By naming the commonest neuron of the training part.
    pub(super) commonest: f64,
    /// By naming the neuron that followed the last one most often.
    pub(super) follower: f64,
    /// By naming the neuron with the highest rate in the spike's bin.
    pub(super) poisson: f64,
    /// The model's share of all targets, the ends of windows among them.
    pub(super) with_end: f64,
}

impl Trial {
    pub(super) fn run(
        plan: &Plan,
        seed: u64,
        device: &Device,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Self, ExperimentError> {
        let seeds = Seeds::new(seed);
        let network = HubNetwork::default();
        let simulation = network.simulate(plan.seconds, seeds.named("network")).doing("simulating")?;
        let (known, test) = simulation.spikes.split(plan.seconds * TRAIN).doing("splitting the recording")?;
        let windowing = Windowing { block: 64, ..Windowing::default() };
        let vocabulary = windowing.vocabulary(network.neurons()).doing("naming tokens")?;
        let windows = |spikes: &Spikes| windowing.windows(spikes, vocabulary).doing("cutting windows");
        let (windows, test_windows) = (windows(&known)?, windows(&test)?);

        let fresh = || {
            let config = NeuroformerConfig { block: windowing.block, ..NeuroformerConfig::small() };
            Neuroformer::new(config, vocabulary, seeds.named("weights"), device, DType::F32)
                .doing("building the model")
        };
        let training = TrainConfig {
            steps: plan.steps,
            batch: BATCH,
            seed: seeds.named("training"),
            ..TrainConfig::default()
        };
        let model = train(fresh()?, &windows, &training, &mut |step| progress(step.step));
        let model = model.doing("training")?;
        let attention = model.attention_mass(&windows, BATCH).doing("reading attention")?;
        let seen = model.evaluate(&test_windows, BATCH).doing("predicting")?;
        let parts = [(&known, &windows), (&test, &test_windows)]
            .map(|(spikes, windows)| Part { spikes, windows: windows.as_slice() });
        let few_shot = FewShot::run(model, fresh()?, &parts[0], &parts[1], seeds.child("few labels"))?;

        let (scores, poisson) = rivals(&known).doing("estimating connectivity from counts")?;
        let scores: Vec<Vec<f64>> = std::iter::once(attention.lift()).chain(scores).collect();
        let truth = simulation.adjacency();
        let rankings = scores.iter().map(|scores| Ranking::of_matrix(scores, &truth));
        let rankings = rankings.collect::<Result<Vec<_>, _>>().doing("ranking pairs of neurons")?;
        Ok(Self {
            order: order(&truth, &network),
            areas: rankings.iter().map(|r| Areas { auroc: r.auroc(), auprc: r.auprc() }).collect(),
            curves: rankings.iter().map(Ranking::roc).collect(),
            top1: Top1 {
                model: seen.top1_neuron,
                with_end: seen.top1_token,
                ..simple_guesses(&known, &test, &poisson).doing("guessing without a transformer")?
            },
            few_shot,
            spikes: simulation.spikes.all().len(),
            truth,
            scores,
        })
    }
}

/// The scores of all estimators but attention, in order, and the Poisson model.
fn rivals(spikes: &Spikes) -> Result<(Vec<Vec<f64>>, PoissonGlm), NeuroformerError> {
    let (fine, coarse) = (spikes.counts(BIN)?, spikes.counts(Windowing::default().current)?);
    let config = GlmConfig { basis: CouplingBasis::raised_cosine(LAGS, 3)?, ridge: 1.0, steps: 20 };
    let model = PoissonGlm::fit(&fine, &config)?;
    let scores = vec![
        same_bin_correlation(&coarse)?,
        lagged_correlation(&fine, LAGS)?,
        lagged_partial_correlation(&fine, LAGS, 0.02)?,
        model.coupling(),
    ];
    Ok((scores, model))
}

/// What is right without a transformer, over the spikes that it is tested on: all but those of the first past.
fn simple_guesses(known: &Spikes, test: &Spikes, poisson: &PoissonGlm) -> Result<Top1, NeuroformerError> {
    let neurons = known.neurons();
    let commonest = largest(&known.totals().iter().map(|total| *total as f64).collect::<Vec<_>>());
    let mut pairs = vec![vec![0.0; neurons]; neurons];
    for two in as_tokens(known).windows(2) {
        pairs[two[0].1][two[1].1] += 1.0;
    }
    let followers: Vec<usize> = pairs.iter().map(|row| largest(row)).collect();
    let counts = test.counts(BIN)?;
    let past = (Windowing::default().past / BIN).round() as usize;
    let (mut hits, mut total) = ([0.0; 3], 0.0);
    let mut loudest: Option<(usize, usize)> = None;
    for two in as_tokens(test).windows(2).filter(|two| (past..counts.bins()).contains(&two[1].0)) {
        let ((_, last), (bin, neuron)) = (two[0], two[1]);
        // the spikes of a bin share its rates
        let rates = match loudest {
            Some((known, neuron)) if known == bin => neuron,
            _ => largest(&poisson.rates(&counts, bin)),
        };
        loudest = Some((bin, rates));
        total += 1.0;
        for (hits, guess) in hits.iter_mut().zip([commonest, followers[last], rates]) {
            *hits += f64::from(guess == neuron);
        }
    }
    let [commonest, follower, poisson] = hits.map(|hits| hits / f64::max(total, 1.0));
    Ok(Top1 { model: 0.0, commonest, follower, poisson, with_end: 0.0 })
}

/// (bin, neuron) of each spike in the order that the transformer sees: by bin, then by neuron.
fn as_tokens(spikes: &Spikes) -> Vec<(usize, usize)> {
    let mut tokens: Vec<(usize, usize)> =
        spikes.all().iter().map(|spike| ((spike.time / BIN + 1e-6) as usize, spike.neuron)).collect();
    tokens.sort_unstable();
    tokens
}

/// Where the largest number is; the first of equals.
fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

/// Hubs, then each hub's followers.
fn order(truth: &[f64], network: &HubNetwork) -> Vec<usize> {
    let n = network.neurons();
    let followers =
        (0..network.hubs).flat_map(|hub| (0..n).filter(move |target| truth[hub * n + target] > 0.0));
    (0..network.hubs).chain(followers).collect()
}
