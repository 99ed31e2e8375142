//! What all blocks of one forward pass share, and what one pass leaves for the next.

use std::ops::Range;

use burn::tensor::{Bool, DType, Device, Int, Tensor, TensorData};

use super::attention::AttentionChoice;
use super::places::Places;
use super::rotary::Rotation;
use crate::config::TransformerConfig;
use crate::error::ModelError;

/// What all blocks of one forward pass share.
pub(crate) struct Pass<'a> {
    pub(super) attention: &'a AttentionChoice,
    pub(super) rotation: Option<Rotation>,
    pub(super) places: Places,
    /// Where attention is forbidden in blocks that see everything, and in those with a sliding window.
    everywhere: Option<Tensor<4, Bool>>,
    sliding: Option<Tensor<4, Bool>>,
    config: &'a TransformerConfig,
}

impl<'a> Pass<'a> {
    /// `padding`, [batch, position], is 0 where nobody may attend to; without earlier positions only.
    pub(super) fn new(
        config: &'a TransformerConfig,
        attention: &'a AttentionChoice,
        rotation: Option<Rotation>,
        padding: Option<&[i64]>,
        places: Places,
        device: &Device,
    ) -> Self {
        let window = config.attention.sliding.as_ref().map(|sliding| sliding.window);
        let any = |sliding: bool| (0..config.n_layers).any(|layer| config.window(layer).is_some() == sliding);
        let blocked = |window| blocked(config.attention.causal, window, padding, &places, device);
        Self {
            attention,
            rotation,
            everywhere: if any(false) { blocked(None) } else { None },
            sliding: if any(true) { blocked(window) } else { None },
            places,
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
    padding: Option<&[i64]>,
    places: &Places,
    device: &Device,
) -> Option<Tensor<4, Bool>> {
    let (queries, keys) = (places.count(), places.end());
    let hidden = |query: usize, key: usize| {
        (causal && key > query) || window.is_some_and(|window| query.abs_diff(key) >= window)
    };
    // one new position sees all that came before it; in a row shorter than others there is more behind it
    let later = queries > 1 || places.common_start().is_none();
    let any_hidden = (causal && later) || window.is_some_and(|window| keys > window);
    if !any_hidden && padding.is_none() {
        return None;
    }
    let rows = padding.map_or(places.starts().len(), |mask| mask.len() / keys);
    let mut blocked = Vec::with_capacity(rows * queries * keys);
    for row in 0..rows {
        let first = places.start(row);
        for query in first..first + queries {
            blocked
                .extend((0..keys).map(|key| {
                    hidden(query, key) || padding.is_some_and(|mask| mask[row * keys + key] == 0)
                }));
        }
    }
    Some(Tensor::from_data(TensorData::new(blocked, [rows, 1, queries, keys]), device))
}

/// Keys and values of the positions that a causal model has already read, so that the next pass need not read them
/// again: [batch, kv_head, position, d_head] for each block. Rows may be of different lengths.
#[derive(Clone, Debug, Default)]
pub struct Past {
    pub(super) layers: Vec<LayerPast>,
    /// Positions read of each row; none before anything was read.
    pub(super) lengths: Vec<usize>,
}

/// One block's part of [`Past`].
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerPast {
    /// Keys and values with room behind them; what a row has behind its own positions is never attended to.
    held: Option<(Tensor<4>, Tensor<4>)>,
}

/// Positions that there is room for at first; the room doubles when it is full, so that adding a position moves the
/// others now and then only.
const ROOM: usize = 64;

impl Past {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of positions read, in the longest row.
    pub fn positions(&self) -> usize {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    /// Number of positions read of each row; empty before anything was read.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// Goes on with these rows alone, in this order: what is not to be continued costs nothing any more.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when no row is asked for or one is out of range.
    pub fn keep_rows(&mut self, rows: &[usize]) -> Result<(), ModelError> {
        let batch = self.lengths.len();
        if rows.is_empty() || rows.iter().any(|row| *row >= batch) {
            let expected = format!("some of the {batch} rows that were read, the first of which is 0");
            return Err(ModelError::InputShape { name: "rows".into(), got: format!("{rows:?}"), expected });
        }
        self.lengths = rows.iter().map(|row| self.lengths[*row]).collect();
        self.layers.iter_mut().for_each(|layer| layer.keep_rows(rows));
        Ok(())
    }
}

impl LayerPast {
    /// Rows, heads and their width; zeros before anything was read.
    pub(super) fn dims(&self) -> [usize; 3] {
        self.held.as_ref().map_or([0; 3], |(keys, _)| {
            let [batch, heads, _, d_head] = keys.dims();
            [batch, heads, d_head]
        })
    }

    /// Adds the new positions and gives back as many as the longest row has.
    pub(super) fn extend(&mut self, k: Tensor<4>, v: Tensor<4>, places: &Places) -> (Tensor<4>, Tensor<4>) {
        let (keys, values) = self.held.take().unzip();
        let (keys, values) = (appended(keys, k, places), appended(values, v, places));
        let end = places.end();
        let all = (keys.clone().narrow(2, 0, end), values.clone().narrow(2, 0, end));
        self.held = Some((keys, values));
        all
    }

    fn keep_rows(&mut self, rows: &[usize]) {
        self.held = self.held.take().map(|(keys, values)| {
            let rows: Vec<i32> = rows.iter().map(|row| *row as i32).collect();
            let count = rows.len();
            let rows: Tensor<1, Int> =
                Tensor::from_data(TensorData::new(rows, [count]), (&keys.device(), DType::I32));
            (keys.select(0, rows.clone()), values.select(0, rows))
        });
    }
}

/// Writes `new` behind the earlier positions of each row of `room`, into a larger room where that one is full.
fn appended(room: Option<Tensor<4>>, new: Tensor<4>, places: &Places) -> Tensor<4> {
    let [batch, heads, count, width] = new.dims();
    let end = places.end();
    let room = match room {
        Some(room) if room.dims()[2] >= end => room,
        full => {
            let positions = end.next_power_of_two().max(ROOM);
            let empty = Tensor::zeros([batch, heads, positions, width], (&new.device(), new.dtype()));
            match full {
                Some(full) => {
                    let filled = end - count;
                    let old = full.narrow(2, 0, filled);
                    empty.slice_assign([0..batch, 0..heads, 0..filled, 0..width], old)
                }
                None => empty,
            }
        }
    };
    let written = |room: Tensor<4>, rows: Range<usize>, start: usize, new: Tensor<4>| {
        room.slice_assign([rows, 0..heads, start..start + count, 0..width], new)
    };
    match places.common_start() {
        Some(start) => written(room, 0..batch, start, new),
        None => places.starts().iter().enumerate().fold(room, |room, (row, start)| {
            written(room, row..row + 1, *start, new.clone().narrow(0, row, 1))
        }),
    }
}
