//! From traces to the tensor time × worm × pair.

use fascicle_graph::PathwayGraph;
use rayon::prelude::*;

use super::Affinity;
use crate::ConnectomeError;
use crate::activity::Smoothing;
use crate::dynamic::stretch::{bridge, by_stretch};
use crate::dynamic::{Recordings, Tensor, Worm};

/// The layer of graphs of affinities.
const LAYER: &str = "affinity";

/// How traces are treated before and after the affinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AffinityOptions {
    /// Gaps of at most so many frames are filled with a line; what longer ones leave out is not observed.
    pub bridge: usize,
    /// How traces are smoothed, each stretch between gaps by itself.
    pub smoothing: Smoothing,
    /// So many successive values become one, the mean of those observed.
    pub bin: usize,
    /// What becomes of recordings of different lengths.
    pub lengths: Lengths,
    /// What becomes of a trace that never changes.
    pub constant: Constant,
}

impl Default for AffinityOptions {
    /// Gaps of up to 5 frames filled, a causal mean over 7 frames, no binning.
    fn default() -> Self {
        Self {
            bridge: 5,
            smoothing: Smoothing::Moving { width: 13 },
            bin: 1,
            lengths: Lengths::default(),
            constant: Constant::default(),
        }
    }
}

/// What becomes of recordings of different lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lengths {
    /// An error.
    #[default]
    Refuse,
    /// All end with the shortest.
    Shortest,
    /// All go on to the end of the longest; a worm is not observed after its own end.
    Longest,
}

/// What becomes of a trace that never changes, or has no value at all: it has no derivative to scale, and says nothing of what changes together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Constant {
    /// The neuron counts as absent in that worm.
    #[default]
    Absent,
    /// An error.
    Refuse,
}

/// Affinities over time, worms and pairs of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct AffinityTensor {
    /// Time × worm × pair.
    pub tensor: Tensor,
    /// The two neurons of each pair, the lesser first. Pairs that no worm has both neurons of are left out.
    pub pairs: Vec<(usize, usize)>,
    /// The neurons' names.
    pub neurons: Vec<String>,
    /// The worms' names.
    pub worms: Vec<String>,
    /// Worm and neuron of each trace that never changes and was left out.
    pub constant: Vec<(usize, usize)>,
}

/// The affinity of every pair of neurons, at every time and in every worm. O(worms · pairs · time) for the measures of frames.
///
/// # Errors
/// [`ConnectomeError::Recording`] for a worm with fewer than two traces, a number of traces that is not that of neurons, traces
/// of different lengths or infinite ones, and, where the options refuse them, for constant traces and recordings of
/// different lengths; [`ConnectomeError::BadArgument`] for options outside their domain, for recordings that are too
/// short for a window, and for a time, or a worm, of which no pair was observed.
pub fn affinity_tensor(
    recordings: &Recordings,
    affinity: &dyn Affinity,
    options: &AffinityOptions,
) -> Result<AffinityTensor, ConnectomeError> {
    affinity.check()?;
    options.smoothing.check()?;
    if options.bin == 0 {
        return Err(ConnectomeError::argument("the bin", 0, "at least 1 frame"));
    }
    recordings.check()?;
    let frames = frames(&recordings.worms, options.lengths)?;
    let steps = affinity.steps(frames);
    let bins = steps / options.bin;
    if bins == 0 {
        let value = format!("{frames} frames, which give {steps} values in bins of {}", options.bin);
        return Err(ConnectomeError::argument(
            "the length of the recordings",
            value,
            "enough for one window and one bin",
        ));
    }
    let mut constant = Vec::new();
    let mut prepared = Vec::new();
    for (worm, recorded) in recordings.worms.iter().enumerate() {
        let traces: Vec<Option<Vec<f64>>> = recorded
            .traces
            .par_iter()
            .map(|trace| trace.as_ref().map(|trace| prepare(trace, frames, affinity, options)))
            .collect();
        for (neuron, trace) in recorded.traces.iter().enumerate() {
            if trace.as_ref().is_some_and(|trace| never_changes(&trace[..trace.len().min(frames)])) {
                constant.push((worm, neuron));
            }
        }
        prepared.push(traces);
    }
    for &(worm, neuron) in &constant {
        if options.constant == Constant::Refuse {
            let name = &recordings.neurons[neuron];
            let problem =
                format!("the trace of {name} never changes; leave it out, or let it count as absent");
            return Err(ConnectomeError::Recording { worm: recordings.worms[worm].name.clone(), problem });
        }
        prepared[worm][neuron] = None;
    }
    let (pairs, series) = series(&prepared, affinity, steps, options.bin);
    if pairs.is_empty() {
        return Err(ConnectomeError::argument("the number of pairs that were observed", 0, "at least 1"));
    }
    let worms = recordings.worms.len();
    let values: Vec<f64> = (0..bins * worms)
        .into_par_iter()
        .flat_map_iter(|row| {
            let (bin, worm) = (row / worms, row % worms);
            series.iter().map(move |series| series[worm * bins + bin])
        })
        .collect();
    Ok(AffinityTensor {
        tensor: Tensor::with_gaps(&[bins, worms, pairs.len()], values)?,
        pairs,
        neurons: recordings.neurons.clone(),
        worms: recordings.worms.iter().map(|worm| worm.name.clone()).collect(),
        constant,
    })
}

/// The pairs of which something was observed, and for each its values, worm after worm.
fn series(
    prepared: &[Vec<Option<Vec<f64>>>],
    affinity: &dyn Affinity,
    steps: usize,
    bin: usize,
) -> (Vec<(usize, usize)>, Vec<Vec<f64>>) {
    let neurons = prepared.first().map_or(0, Vec::len);
    let bins = steps / bin;
    let of = |(i, j): (usize, usize)| {
        let mut series = vec![f64::NAN; prepared.len() * bins];
        let mut buffer = vec![f64::NAN; steps];
        for (traces, out) in prepared.iter().zip(series.chunks_exact_mut(bins)) {
            if let (Some(a), Some(b)) = (&traces[i], &traces[j]) {
                affinity.pair(a, b, &mut buffer);
                for (bin, out) in buffer.chunks_exact(bin).zip(out) {
                    *out = mean(bin.iter().copied());
                }
            }
        }
        series.iter().any(|value| !value.is_nan()).then_some(((i, j), series))
    };
    let pairs: Vec<(usize, usize)> =
        (0..neurons).flat_map(|i| (i + 1..neurons).map(move |j| (i, j))).collect();
    pairs.into_par_iter().filter_map(of).unzip()
}

fn prepare(trace: &[f64], frames: usize, affinity: &dyn Affinity, options: &AffinityOptions) -> Vec<f64> {
    let mut trace = trace.to_vec();
    bridge(&mut trace, options.bridge);
    trace.resize(frames, f64::NAN);
    affinity.prepare(&by_stretch(&trace, |run| options.smoothing.apply(run)))
}

fn never_changes(trace: &[f64]) -> bool {
    let mut known = trace.iter().filter(|value| !value.is_nan());
    let first = known.next();
    known.all(|value| Some(value) == first)
}

/// The mean of what is not NaN; NaN of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values
        .filter(|value| !value.is_nan())
        .fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    sum / count as f64
}

fn frames(worms: &[Worm], lengths: Lengths) -> Result<usize, ConnectomeError> {
    let all = || worms.iter().map(Worm::frames);
    let (shortest, longest) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
    match lengths {
        Lengths::Shortest => Ok(shortest),
        Lengths::Longest => Ok(longest),
        Lengths::Refuse => match worms.iter().find(|worm| worm.frames() != longest) {
            None => Ok(longest),
            Some(worm) => Err(ConnectomeError::Recording {
                worm: worm.name.clone(),
                problem: format!(
                    "it has {} frames and the longest {longest}; cut them, or choose what becomes of different lengths",
                    worm.frames()
                ),
            }),
        },
    }
}

impl AffinityTensor {
    /// The mean over time and worms of what was observed of each pair: the static functional connectome.
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let width = self.pairs.len();
        let rows = self.tensor.values().len() / width;
        let observed = |pair: usize| {
            let flat = (0..rows).map(move |row| row * width + pair);
            flat.filter(|&flat| self.tensor.is_observed(flat)).map(|flat| self.tensor.values()[flat])
        };
        (0..width).map(|pair| mean(observed(pair))).collect()
    }

    /// The symmetric matrix, row after row, of one value for each pair; NaN on the diagonal and for pairs that were never
    /// observed.
    ///
    /// # Panics
    /// When the values are not as many as the pairs.
    #[must_use]
    pub fn matrix(&self, values: &[f64]) -> Vec<f64> {
        assert_eq!(values.len(), self.pairs.len(), "a value for each pair");
        let n = self.neurons.len();
        let mut matrix = vec![f64::NAN; n * n];
        for (&(i, j), &value) in self.pairs.iter().zip(values) {
            matrix[i * n + j] = value;
            matrix[j * n + i] = value;
        }
        matrix
    }

    /// The undirected graph of one value for each pair (a component's weights): all neurons as nodes, and an edge in the layer
    /// `affinity` where the value is above `least` times the greatest.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] when the values are not as many as the pairs, or `least` is not from 0 to below 1;
    /// [`ConnectomeError::Graph`] for two neurons of one name, or a value that is not finite.
    pub fn graph(&self, values: &[f64], least: f64) -> Result<PathwayGraph, ConnectomeError> {
        if values.len() != self.pairs.len() {
            let expected = format!("one for each of the {} pairs", self.pairs.len());
            return Err(ConnectomeError::argument("the number of values", values.len(), expected));
        }
        if !(0.0..1.0).contains(&least) {
            return Err(ConnectomeError::argument(
                "the least share of the greatest weight",
                least,
                "a number from 0 to below 1",
            ));
        }
        let mut graph = PathwayGraph::with_capacity(self.neurons.len(), 2 * values.len());
        let nodes = self
            .neurons
            .iter()
            .map(|name| graph.add_node(fascicle_graph::Node { name: name.clone(), ..Default::default() }))
            .collect::<Result<Vec<_>, _>>()?;
        let layer = graph.layer(LAYER, false)?;
        let floor = least * values.iter().copied().fold(0.0, f64::max);
        for (&(i, j), &value) in self.pairs.iter().zip(values) {
            // NaN goes on, to be refused
            if value > floor || value.is_nan() {
                graph.connect(nodes[i], nodes[j], layer, value)?;
            }
        }
        Ok(graph)
    }
}
