//! What all blocks of one forward pass share, and what one pass leaves for the next.

use burn::tensor::{Bool, Device, Tensor, TensorData};

use super::attention::AttentionChoice;
use super::rotary::Rotation;
use crate::config::TransformerConfig;
use crate::inputs::Inputs;

/// What all blocks of one forward pass share.
pub(crate) struct Pass<'a> {
    pub(super) attention: &'a AttentionChoice,
    pub(super) rotation: Option<Rotation>,
    /// Where attention is forbidden in blocks that see everything, and in those with a sliding window.
    everywhere: Option<Tensor<4, Bool>>,
    sliding: Option<Tensor<4, Bool>>,
    config: &'a TransformerConfig,
}

impl<'a> Pass<'a> {
    /// For `positions` positions that follow `offset` earlier ones; `inputs` gives the padding.
    pub(super) fn new(
        config: &'a TransformerConfig,
        attention: &'a AttentionChoice,
        rotation: Option<Rotation>,
        inputs: &Inputs,
        [offset, positions]: [usize; 2],
        device: &Device,
    ) -> Self {
        let window = config.attention.sliding.as_ref().map(|sliding| sliding.window);
        let any = |sliding: bool| (0..config.n_layers).any(|layer| config.window(layer).is_some() == sliding);
        let blocked = |window| blocked(config.attention.causal, window, inputs, [offset, positions], device);
        Self {
            attention,
            rotation,
            everywhere: if any(false) { blocked(None) } else { None },
            sliding: if any(true) { blocked(window) } else { None },
            config,
        }
    }

    /// True where attention is forbidden in block `layer`, [batch or 1, 1, query, key]; `None` when nothing is.
    pub(super) fn blocked(&self, layer: usize) -> Option<Tensor<4, Bool>> {
        if self.config.window(layer).is_some() { self.sliding.clone() } else { self.everywhere.clone() }
    }
}

fn blocked(
    causal: bool,
    window: Option<usize>,
    inputs: &Inputs,
    [offset, queries]: [usize; 2],
    device: &Device,
) -> Option<Tensor<4, Bool>> {
    let keys = offset + queries;
    // a mask speaks of token positions, and covers the earlier ones too where there are any
    let padding =
        inputs.attention_mask().filter(|mask| mask.contains(&0) && mask.len() == inputs.batch() * keys);
    // one new position sees all that came before it
    let hidden = |query: usize, key: usize| {
        (causal && key > query) || window.is_some_and(|window| query.abs_diff(key) >= window)
    };
    let any_hidden = (causal && queries > 1) || window.is_some_and(|window| keys > window);
    if !any_hidden && padding.is_none() {
        return None;
    }
    let rows = if padding.is_some() { inputs.batch() } else { 1 };
    let mut blocked = Vec::with_capacity(rows * queries * keys);
    for row in 0..rows {
        for query in offset..keys {
            blocked
                .extend((0..keys).map(|key| {
                    hidden(query, key) || padding.is_some_and(|mask| mask[row * keys + key] == 0)
                }));
        }
    }
    Some(Tensor::from_data(TensorData::new(blocked, [rows, 1, queries, keys]), device))
}

/// Keys and values of the positions that a causal model has already read, so that the next pass need not read them
/// again: [batch, kv_head, position, d_head] for each block.
#[derive(Clone, Debug, Default)]
pub struct Past {
    pub(super) layers: Vec<LayerPast>,
    /// Rows and positions read.
    pub(super) read: Option<[usize; 2]>,
}

/// One block's part of [`Past`].
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerPast {
    /// Keys and values with room behind them.
    held: Option<(Tensor<4>, Tensor<4>)>,
    positions: usize,
}

/// Positions that there is room for at first; the room doubles when it is full, so that adding a position moves the
/// others now and then only.
const ROOM: usize = 64;

impl Past {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of positions read.
    pub fn positions(&self) -> usize {
        self.read.map_or(0, |[_, positions]| positions)
    }
}

impl LayerPast {
    /// [batch, kv_head, position, d_head]; zeros before anything was read.
    pub(super) fn dims(&self) -> [usize; 4] {
        self.held.as_ref().map_or([0; 4], |(keys, _)| {
            let [batch, heads, _, d_head] = keys.dims();
            [batch, heads, self.positions, d_head]
        })
    }

    /// Adds the new positions and gives back all of them.
    pub(super) fn extend(&mut self, k: Tensor<4>, v: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let (keys, values) = self.held.take().unzip();
        let positions = self.positions + k.dims()[2];
        let (keys, values) = (appended(keys, self.positions, k), appended(values, self.positions, v));
        self.positions = positions;
        let all = (keys.clone().narrow(2, 0, positions), values.clone().narrow(2, 0, positions));
        self.held = Some((keys, values));
        all
    }
}

/// Writes `new` behind the first `filled` positions of `room`, into a larger room where that one is full.
fn appended(room: Option<Tensor<4>>, filled: usize, new: Tensor<4>) -> Tensor<4> {
    let [batch, heads, count, width] = new.dims();
    let end = filled + count;
    let room = match room {
        Some(room) if room.dims()[2] >= end => room,
        full => {
            let positions = end.next_power_of_two().max(ROOM);
            let empty = Tensor::zeros([batch, heads, positions, width], (&new.device(), new.dtype()));
            match full {
                Some(full) => {
                    let old = full.narrow(2, 0, filled);
                    empty.slice_assign([0..batch, 0..heads, 0..filled, 0..width], old)
                }
                None => empty,
            }
        }
    };
    room.slice_assign([0..batch, 0..heads, filled..end, 0..width], new)
}
