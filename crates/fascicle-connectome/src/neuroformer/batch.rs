//! Windows side by side, as tensors.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::attention::Mask;
use super::config::NeuroformerConfig;
use super::{NeuroformerError, Sequence, Vocabulary, Window};

/// The ids and times of a window's tokens.
type Ids<'a> = dyn Fn(&Window) -> (Vec<usize>, Vec<usize>) + 'a;

/// Windows side by side, padded to the longest of them. Made by [`Neuroformer::batch`](super::Neuroformer::batch).
///
/// An input is the start token and the spikes; its targets are the spikes and the end token, one place on.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Input id and time tokens, `[window, position]`.
    pub(super) inputs: Tokens,
    /// Target tokens, `[window, position]`.
    pub(super) targets: Tokens,
    /// Id and time tokens of the past, `[window, position]`.
    pub(super) past: Tokens,
    /// 1 where there is an input and hence a target, 0 where there is padding, `[window, position]`.
    pub(super) real: Tensor<2>,
    /// How many targets there are.
    pub(super) count: usize,
    pub(super) causal: Mask,
    pub(super) past_mask: Mask,
    /// `[window, step, feature]`, and a mask that forbids nothing.
    pub(super) stimulus: Option<(Tensor<3>, Mask)>,
    /// `[window, variable]`.
    pub(super) behaviour: Option<Tensor<2>>,
    /// Classes, `[window, variable]`.
    pub(super) labels: Option<Tensor<2, Int>>,
}

/// Ids and the times beside them.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    pub(super) ids: Tensor<2, Int>,
    pub(super) dts: Tensor<2, Int>,
}

/// What a batch is made for.
pub(super) struct Shape<'a> {
    pub(super) config: &'a NeuroformerConfig,
    pub(super) vocabulary: Vocabulary,
    pub(super) device: &'a Device,
    pub(super) dtype: DType,
    /// Positions at least, of the input and of the past: padding more than needed changes nothing but the work.
    pub(super) at_least: [usize; 2],
}

impl Batch {
    /// How many windows.
    pub fn windows(&self) -> usize {
        self.real.dims()[0]
    }

    /// How many positions an input has, padding included.
    pub fn positions(&self) -> usize {
        self.real.dims()[1]
    }

    pub(super) fn new(windows: &[&Window], shape: &Shape<'_>) -> Result<Self, NeuroformerError> {
        let Shape { config, vocabulary, device, dtype, at_least } = *shape;
        if windows.is_empty() {
            return Err(NeuroformerError::bad("the number of windows", 0, "at least one"));
        }
        for window in windows {
            check(&window.current, vocabulary)?;
            check(&window.past, vocabulary)?;
        }
        // the end token is a target and no input
        let lengths: Vec<usize> = windows.iter().map(|window| window.current.ids.len() - 1).collect();
        let past: Vec<usize> = windows.iter().map(|window| window.past.ids.len()).collect();
        let longest = |lengths: &[usize]| lengths.iter().copied().max().unwrap_or(0);
        let rooms =
            [("sequence", longest(&lengths), config.block), ("past", longest(&past), config.past_block)];
        for (what, found, block) in rooms {
            if found > block {
                return Err(NeuroformerError::TooLong { what, found, block });
            }
        }
        let (width, past_width) = (longest(&lengths).max(at_least[0]), longest(&past).max(at_least[1]));
        let rows = windows.len();
        let tokens = |of: &Ids<'_>, width: usize| {
            let (mut ids, mut dts) = (Vec::with_capacity(rows * width), Vec::with_capacity(rows * width));
            for (row, window) in windows.iter().enumerate() {
                let (id, dt) = of(window);
                ids.extend(id.into_iter().map(|token| token as i64));
                dts.extend(dt.into_iter().map(|token| token as i64));
                ids.resize((row + 1) * width, vocabulary.pad() as i64);
                dts.resize((row + 1) * width, vocabulary.dt_pad() as i64);
            }
            let tensor = |values| Tensor::from_data(TensorData::new(values, [rows, width]), device);
            Tokens { ids: tensor(ids), dts: tensor(dts) }
        };
        let part = |sequence: &Sequence, from: usize, to: usize| {
            (sequence.ids[from..to].to_vec(), sequence.dts[from..to].to_vec())
        };
        let real =
            lengths.iter().flat_map(|length| (0..width).map(move |at| f64::from(at < *length))).collect();
        let whole = |window: &Window| part(&window.past, 0, window.past.ids.len());
        Ok(Self {
            inputs: tokens(&|window| part(&window.current, 0, window.current.ids.len() - 1), width),
            targets: tokens(&|window| part(&window.current, 1, window.current.ids.len()), width),
            past: tokens(&whole, past_width),
            real: numbers(real, [rows, width], device, dtype),
            count: lengths.iter().sum(),
            causal: Mask::new(
                [rows, width, width],
                |row, query, key| key <= query && key < lengths[row],
                device,
            ),
            past_mask: Mask::new([rows, 1, past_width], |row, _, key| key < past[row], device),
            stimulus: stimulus(windows, shape)?,
            behaviour: behaviour(windows, shape)?,
            labels: labels(windows, shape)?,
        })
    }
}

fn numbers<const D: usize>(values: Vec<f64>, shape: [usize; D], device: &Device, dtype: DType) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (device, dtype))
}

/// A sequence that somebody made by hand may hold anything.
fn check(sequence: &Sequence, vocabulary: Vocabulary) -> Result<(), NeuroformerError> {
    let Sequence { ids, dts } = sequence;
    if ids.len() != dts.len() || ids.len() < 2 {
        let expected = format!("as many as there are ids ({}), start and end at least", ids.len());
        return Err(NeuroformerError::Count {
            what: "a sequence's row of times",
            found: dts.len(),
            expected,
        });
    }
    let framed = ids[0] == vocabulary.sos() && ids[ids.len() - 1] == vocabulary.eos();
    if !framed {
        return Err(NeuroformerError::bad("a sequence", format!("{ids:?}"), "a start, spikes and an end"));
    }
    let spikes = ids.iter().zip(dts).enumerate().take(ids.len() - 1).skip(1);
    for (at, (neuron, dt)) in spikes {
        if *neuron >= vocabulary.neurons() {
            let (time, neurons) = (*dt as f64, vocabulary.neurons());
            return Err(NeuroformerError::UnknownNeuron { spike: at - 1, time, neuron: *neuron, neurons });
        }
        if *dt >= vocabulary.bins() {
            let expected = format!("below {}, the number of time bins", vocabulary.bins());
            return Err(NeuroformerError::bad("a spike's time bin", dt, expected));
        }
    }
    Ok(())
}

fn stimulus(windows: &[&Window], shape: &Shape<'_>) -> Result<Option<(Tensor<3>, Mask)>, NeuroformerError> {
    let Some(stimulus) = shape.config.stimulus else {
        return if windows.iter().all(|window| window.stimulus.is_empty()) {
            Ok(None)
        } else {
            Err(needless("stimulus"))
        };
    };
    let dims = [windows.len(), stimulus.steps, stimulus.features];
    let values = gather(windows, "a window's stimulus", stimulus.steps * stimulus.features, |window| {
        &window.stimulus
    })?;
    let mask = Mask::new([windows.len(), 1, stimulus.steps], |_, _, _| true, shape.device);
    Ok(Some((numbers(values, dims, shape.device, shape.dtype), mask)))
}

fn behaviour(windows: &[&Window], shape: &Shape<'_>) -> Result<Option<Tensor<2>>, NeuroformerError> {
    let variables = shape.config.behaviour;
    // generation knows no behaviour, and needs none
    let none = windows.iter().all(|window| window.behaviour.is_empty());
    match (variables, none) {
        (_, true) => Ok(None),
        (0, false) => Err(needless("head for behaviour")),
        _ => {
            let values = gather(windows, "a window's behaviour", variables, |window| &window.behaviour)?;
            Ok(Some(numbers(values, [windows.len(), variables], shape.device, shape.dtype)))
        }
    }
}

fn labels(windows: &[&Window], shape: &Shape<'_>) -> Result<Option<Tensor<2, Int>>, NeuroformerError> {
    let classes = &shape.config.classes;
    if windows.iter().all(|window| window.labels.is_empty()) {
        return Ok(None);
    }
    if classes.is_empty() {
        return Err(needless("head for classes"));
    }
    let mut values = Vec::with_capacity(windows.len() * classes.len());
    for window in windows {
        if window.labels.len() != classes.len() {
            let (found, expected) = (window.labels.len(), format!("the model's {}", classes.len()));
            return Err(NeuroformerError::Count { what: "a window's list of classes", found, expected });
        }
        for (label, classes) in window.labels.iter().zip(classes) {
            if label >= classes {
                let expected = format!("a number below {classes}");
                return Err(NeuroformerError::bad("a class", label, expected));
            }
            values.push(*label as i64);
        }
    }
    let data = TensorData::new(values, [windows.len(), classes.len()]);
    Ok(Some(Tensor::from_data(data, shape.device)))
}

fn needless(part: &'static str) -> NeuroformerError {
    NeuroformerError::Part {
        has: "no",
        part,
        brings: "one",
        advice: "build the model with it, or leave it out",
    }
}

fn gather<'a>(
    windows: &[&'a Window],
    what: &'static str,
    count: usize,
    of: impl Fn(&'a Window) -> &'a Vec<f64>,
) -> Result<Vec<f64>, NeuroformerError> {
    let mut values = Vec::with_capacity(windows.len() * count);
    for window in windows {
        let row = of(window);
        if row.len() != count {
            let expected = format!("the model's {count}");
            return Err(NeuroformerError::Count { what, found: row.len(), expected });
        }
        if let Some(value) = row.iter().find(|value| !value.is_finite()) {
            return Err(NeuroformerError::bad(what, value, "finite numbers"));
        }
        values.extend_from_slice(row);
    }
    Ok(values)
}
