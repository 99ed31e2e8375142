//! One seed's recording, measured.

use fascicle_connectome::activity::parquet::{self, Precision, ReadOptions};
use fascicle_connectome::activity::{
    Homogenised, Limits, Normalisation, Options, Recording, Smoothing, Worm, homogenise,
};
use fascicle_core::seed::Seeds;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::synthetic::Synthetic;
use crate::{Doing, ExperimentError};

/// Standard deviation of the noise of a frame.
const NOISE: f64 = 0.8;

/// How many of the last stamps are drawn, and how many seconds of a trace.
const SHOWN_STAMPS: usize = 60;
const SHOWN_SECONDS: f64 = 60.0;

/// What came of one recording.
pub(super) struct Trial {
    pub(super) time: Time,
    /// The greatest difference after reading back, in half, single and double precision, relative to the number (or to 1).
    pub(super) lost: [f64; 3],
    pub(super) window: f64,
    pub(super) filters_leak: f64,
    pub(super) causal_leak: f64,
    pub(super) z_score_leak: f64,
    pub(super) variance_error: f64,
    pub(super) early_variance: f64,
    pub(super) slope_error: f64,
    pub(super) same_places: f64,
    pub(super) random_places: f64,
    pub(super) judged: f64,
    pub(super) shown: Shown,
}

/// Stamps in half precision.
pub(super) struct Time {
    pub(super) repeated: f64,
    pub(super) stored_error: f64,
    pub(super) rebuilt_repeats: f64,
    pub(super) rebuilt_error: f64,
    /// Frame, stored stamp, rebuilt time.
    pub(super) last: Vec<(f64, f64, f64)>,
}

/// The beginning of one neuron's trace.
pub(super) struct Shown {
    pub(super) recorded_time: Vec<f64>,
    pub(super) recorded: Vec<f64>,
    pub(super) time: Vec<f64>,
    pub(super) homogenised: Vec<f64>,
}

impl Trial {
    pub(super) fn run(seed: u64, neurons: usize) -> Result<Self, ExperimentError> {
        let seeds = Seeds::new(seed);
        let synthetic = Synthetic::new(neurons, NOISE, seeds.named("recording"));
        let recording = &synthetic.recording;
        let options = Options::default();
        let made = homogenise(recording, &options).doing("homogenising")?;
        let worm = Worm::new(recording, &made, &options);
        let (time, lost) = tables(&worm)?;
        let early = Options { normalisation: Normalisation::None, ..options };
        let scaled = Recording {
            traces: recording.traces.iter().map(|trace| z_scored(trace)).collect(),
            ..recording.clone()
        };
        let early = homogenise(&scaled, &early).doing("scaling before smoothing")?;
        let again = homogenise(recording, &options).doing("homogenising again")?;
        let mut rng = StdRng::seed_from_u64(seeds.named("random places"));
        Ok(Self {
            time,
            lost,
            window: window(),
            filters_leak: filters_leak(&recording.traces[0]),
            causal_leak: leak(&recording.traces[0], Normalisation::Causal),
            z_score_leak: leak(&recording.traces[0], Normalisation::ZScore),
            variance_error: variances(&made)
                .iter()
                .map(|variance| (variance - 1.0).abs())
                .fold(0.0, f64::max),
            early_variance: variances(&early).iter().sum::<f64>() / early.neurons.len() as f64,
            slope_error: slope_error(seeds.named("slopes"))?,
            same_places: same(&unlabelled(&made), &unlabelled(&again)),
            random_places: same(&random_places(&made, &mut rng), &random_places(&made, &mut rng)),
            judged: judged(&synthetic.recording, &mut rng)?,
            shown: shown(recording, &made),
        })
    }
}

/// Writes the table in every precision and reads it back.
fn tables(worm: &Worm) -> Result<(Time, [f64; 3]), ExperimentError> {
    let folder = tempfile::tempdir().doing("making a folder")?;
    let file = folder.path().join("worm.parquet");
    let mut lost = [0.0; 3];
    let mut halved = None;
    for (lost, precision) in lost.iter_mut().zip([Precision::Half, Precision::Single, Precision::Double]) {
        parquet::write(&file, std::slice::from_ref(worm), precision).doing("writing the table")?;
        let read = parquet::read(&file, &ReadOptions::default()).doing("reading the table")?;
        let Some(back) = read.into_iter().next() else { continue };
        let pairs = worm.traces.iter().zip(&back.traces).flat_map(|(a, b)| a.calcium.iter().zip(&b.calcium));
        *lost = pairs.map(|(a, b)| (a - b).abs() / a.abs().max(1.0)).fold(0.0, f64::max);
        if precision == Precision::Half {
            halved = Some(back);
        }
    }
    let back = halved.unwrap_or_default();
    let (truth, rebuilt): (Vec<f64>, Vec<f64>) = (worm.time().collect(), back.time().collect());
    // a second table whose only trace is the time, which shows what is stored
    let mut clock = Worm { traces: worm.traces.iter().take(1).cloned().collect(), ..worm.clone() };
    for trace in &mut clock.traces {
        trace.calcium.clone_from(&truth);
    }
    parquet::write(&file, std::slice::from_ref(&clock), Precision::Half).doing("writing the time")?;
    let read = parquet::read(&file, &ReadOptions::default()).doing("reading the time")?;
    let stored =
        read.into_iter().next().and_then(|worm| worm.traces.into_iter().next()).unwrap_or_default().calcium;
    let error = |times: &[f64]| times.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let first = truth.len().saturating_sub(SHOWN_STAMPS);
    let last = first..truth.len().min(stored.len()).min(rebuilt.len());
    let time = Time {
        repeated: back.repeated_stamps as f64 / back.frames.max(1) as f64,
        stored_error: error(&stored),
        rebuilt_repeats: rebuilt.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64
            + truth.len().abs_diff(rebuilt.len()) as f64,
        rebuilt_error: error(&rebuilt),
        last: last.map(|frame| (frame as f64, stored[frame], rebuilt[frame])).collect(),
    };
    Ok((time, lost))
}

/// How many frames of an impulse's answer are not 0.
fn window() -> f64 {
    let mut impulse = vec![0.0; 40];
    impulse[10] = 1.0;
    Smoothing::default().apply(&impulse).iter().filter(|&&value| value > 0.0).count() as f64
}

/// The greatest change of the first half when the second half is another.
fn change(trace: &[f64], apply: impl Fn(&[f64]) -> Vec<f64>) -> f64 {
    let half = trace.len() / 2;
    let mut other = trace.to_vec();
    for value in &mut other[half..] {
        *value = 10.0 - 3.0 * *value;
    }
    let (before, after) = (apply(trace), apply(&other));
    before[..half].iter().zip(&after[..half]).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn filters_leak(trace: &[f64]) -> f64 {
    let filters = [
        Smoothing::default(),
        Smoothing::Gaussian { sigma: 5.0 },
        Smoothing::Exponential { alpha: 0.5 },
        Smoothing::None,
    ];
    filters.map(|filter| change(trace, |values| filter.apply(values))).into_iter().fold(0.0, f64::max)
}

fn leak(trace: &[f64], normalisation: Normalisation) -> f64 {
    change(trace, |values| {
        let mut values = values.to_vec();
        normalisation.apply(&mut values);
        values
    })
}

fn z_scored(trace: &[f64]) -> Vec<f64> {
    let mut values = trace.to_vec();
    Normalisation::ZScore.apply(&mut values);
    values
}

fn variances(made: &Homogenised) -> Vec<f64> {
    let variance = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
    };
    made.neurons.iter().map(|neuron| variance(&neuron.calcium)).collect()
}

/// Derivatives of a recording without noise and smoothing, against the truth at the middle of each block of frames.
fn slope_error(seed: u64) -> Result<f64, ExperimentError> {
    let synthetic = Synthetic::new(3, 0.0, seed);
    let options = Options { smoothing: Smoothing::None, step: 0.1, ..Options::default() };
    let made = homogenise(&synthetic.recording, &options).doing("differentiating")?;
    let (mut worst, mut steepest) = (0.0_f64, 0.0_f64);
    for neuron in &made.neurons {
        // the first and last derivatives are one-sided
        for (time, slope) in made.time().zip(&neuron.residual).skip(20).take(made.frames.saturating_sub(40)) {
            let truth = synthetic.slope(neuron.index, time);
            worst = worst.max((slope - truth).abs());
            steepest = steepest.max(truth.abs());
        }
    }
    Ok(worst / steepest)
}

fn unlabelled(made: &Homogenised) -> Vec<usize> {
    made.neurons.iter().filter(|neuron| neuron.label.is_none()).map(|neuron| neuron.slot).collect()
}

/// Free places drawn for the neurons without a name, as the published code does.
fn random_places(made: &Homogenised, rng: &mut StdRng) -> Vec<usize> {
    let named = made.labelled();
    let mut free: Vec<usize> = (0..named.len()).filter(|&at| !named[at]).collect();
    free.shuffle(rng);
    free.truncate(unlabelled(made).len());
    free
}

fn same(a: &[usize], b: &[usize]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / a.len().max(1) as f64
}

/// The part of traces that the limits judge rightly: a third gets a gap of 8 %, a third a line of 8 %.
fn judged(recording: &Recording, rng: &mut StdRng) -> Result<f64, ExperimentError> {
    let mut spoilt = recording.clone();
    let frames = spoilt.time.len();
    let length = frames * 8 / 100;
    for (at, trace) in spoilt.traces.iter_mut().enumerate() {
        let start = rng.random_range(0..frames - length);
        let stretch = &mut trace[start..start + length];
        match at % 3 {
            0 => stretch.fill(f64::NAN),
            1 => stretch.iter_mut().enumerate().for_each(|(k, value)| *value = 0.5 + 0.125 * k as f64),
            _ => {}
        }
    }
    // the good third must have names, or nothing would be left
    for (at, label) in spoilt.labels.iter_mut().enumerate() {
        *label = if at % 3 == 2 { recording.labels[at - 1].clone() } else { String::new() };
    }
    let options = Options { limits: Some(Limits::default()), ..Options::default() };
    let made = homogenise(&spoilt, &options).doing("leaving bad traces out")?;
    let kept: Vec<usize> = made.neurons.iter().map(|neuron| neuron.index).collect();
    let right = (0..spoilt.traces.len()).filter(|at| kept.contains(at) == (at % 3 == 2)).count();
    Ok(right as f64 / spoilt.traces.len() as f64)
}

fn shown(recording: &Recording, made: &Homogenised) -> Shown {
    let recorded = z_scored(&recording.traces[0]);
    let until = recording.time.iter().take_while(|&&time| time < SHOWN_SECONDS).count();
    let frames = made.time().take_while(|&time| time < SHOWN_SECONDS).count();
    Shown {
        recorded_time: recording.time[..until].to_vec(),
        recorded: recorded[..until].to_vec(),
        time: made.time().take(frames).collect(),
        homogenised: made.neurons[0].calcium[..frames].to_vec(),
    }
}
