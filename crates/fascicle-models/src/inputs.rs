//! A batch of token sequences, of images, or of both, kept on the host until a model takes it.

mod check;
mod file;

use crate::error::ModelError;
use crate::images::Images;
use check::check_shape;

/// Token ids `[batch, position]` with an optional attention mask and token types of the same shape; or images; or, for
/// models that compare the two (CLIP), texts and images, which may differ in number.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    ids: Vec<i64>,
    batch: usize,
    positions: usize,
    attention_mask: Option<Vec<i64>>,
    token_types: Option<Vec<i64>>,
    images: Option<Images>,
}

impl Inputs {
    /// Token ids, row after row; `shape` is `[batch, positions]`.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when the count does not fit the shape or a side is zero.
    pub fn new(ids: Vec<i64>, shape: [usize; 2]) -> Result<Self, ModelError> {
        check_shape("input_ids", ids.len(), shape)?;
        Ok(Self { ids, batch: shape[0], positions: shape[1], ..Self::empty() })
    }

    /// Images alone.
    pub fn from_images(images: Images) -> Self {
        Self { images: Some(images), ..Self::empty() }
    }

    /// One row of one token, the first of every vocabulary.
    pub(crate) fn blank_token() -> Self {
        Self { ids: vec![0], batch: 1, positions: 1, ..Self::empty() }
    }

    fn empty() -> Self {
        Self {
            ids: Vec::new(),
            batch: 0,
            positions: 0,
            attention_mask: None,
            token_types: None,
            images: None,
        }
    }

    /// Adds images.
    #[must_use]
    pub fn with_images(self, images: Images) -> Self {
        Self { images: Some(images), ..self }
    }

    /// Rows of different lengths, padded on the right with `pad` and masked there.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when there is no row or all are empty.
    pub fn padded(rows: &[Vec<i64>], pad: i64) -> Result<Self, ModelError> {
        let positions = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = || rows.iter().flat_map(|row| (0..positions).map(move |i| row.get(i)));
        let ids = cells().map(|id| id.copied().unwrap_or(pad)).collect();
        let mask = cells().map(|id| i64::from(id.is_some())).collect();
        Self::new(ids, [rows.len(), positions])?.with_attention_mask(mask)
    }

    /// Adds a mask: 1 where a token counts, 0 where it is padding.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when the count differs from that of the ids, [`ModelError::InputValue`] for a
    /// value other than 0 and 1 or a row that masks everything.
    pub fn with_attention_mask(mut self, mask: Vec<i64>) -> Result<Self, ModelError> {
        check_shape("attention_mask", mask.len(), self.shape())?;
        if let Some(i) = mask.iter().position(|v| *v != 0 && *v != 1) {
            return Err(self.bad_value("attention_mask", i, mask[i], "0 or 1"));
        }
        if let Some(row) = mask.chunks(self.positions).position(|row| row.iter().all(|v| *v == 0)) {
            return Err(self.bad_value(
                "attention_mask",
                row * self.positions,
                0,
                "at least one 1 in each row",
            ));
        }
        self.attention_mask = Some(mask);
        Ok(self)
    }

    /// Adds token types (BERT's segments); without them all are 0.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when the count differs from that of the ids.
    pub fn with_token_types(mut self, types: Vec<i64>) -> Result<Self, ModelError> {
        check_shape("token_type_ids", types.len(), self.shape())?;
        self.token_types = Some(types);
        Ok(self)
    }

    /// Number of rows: of token sequences, or of images where there are no sequences.
    pub fn batch(&self) -> usize {
        match &self.images {
            Some(images) if !self.has_tokens() => images.batch(),
            _ => self.batch,
        }
    }

    /// Whether there are token sequences.
    pub fn has_tokens(&self) -> bool {
        !self.ids.is_empty()
    }

    /// The images, if there are any.
    pub fn images(&self) -> Option<&Images> {
        self.images.as_ref()
    }

    /// The images alone, the token sequences alone: what each tower of a model of both takes in.
    pub(crate) fn split(&self) -> (Option<Self>, Option<Self>) {
        let tokens = self.has_tokens().then(|| Self { images: None, ..self.clone() });
        (tokens, self.images.clone().map(Self::from_images))
    }

    /// Length of each token sequence; 0 where there are none.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// `[batch, positions]` of the token sequences.
    pub fn shape(&self) -> [usize; 2] {
        [self.batch, self.positions]
    }

    /// The shape of what enters: `[batch, positions]` of token sequences, then `[batch, channel, height, width]` of
    /// images, of what there is.
    pub fn dims(&self) -> Vec<usize> {
        let tokens = if self.has_tokens() { self.shape().to_vec() } else { Vec::new() };
        tokens.into_iter().chain(self.images.iter().flat_map(Images::shape)).collect()
    }

    /// The ids, row after row.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// The mask, row after row, if there is one.
    pub fn attention_mask(&self) -> Option<&[i64]> {
        self.attention_mask.as_deref()
    }

    /// The token types, row after row, if given.
    pub fn token_types(&self) -> Option<&[i64]> {
        self.token_types.as_deref()
    }

    /// The whole batch `times` times over, one copy after another.
    pub fn repeat(&self, times: usize) -> Self {
        Self {
            ids: self.ids.repeat(times),
            batch: self.batch * times,
            positions: self.positions,
            attention_mask: self.attention_mask.as_ref().map(|mask| mask.repeat(times)),
            token_types: self.token_types.as_ref().map(|types| types.repeat(times)),
            images: self.images.as_ref().map(|images| images.repeat(times)),
        }
    }

    /// The rows `rows`, in that order.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when no row is asked for or one is out of range.
    pub fn rows(&self, rows: &[usize]) -> Result<Self, ModelError> {
        let batch = self.batch();
        // texts and images that differ in number have no rows in common
        let mixed = self.images.as_ref().is_some_and(|images| images.batch() != batch);
        if mixed || rows.is_empty() || rows.iter().any(|row| *row >= batch) {
            let expected = format!("rows from 0 to {}, of texts and images alike", batch.saturating_sub(1));
            return Err(ModelError::InputShape { name: "rows".into(), got: format!("{rows:?}"), expected });
        }
        let pick = |values: &Vec<i64>| -> Vec<i64> {
            rows.iter()
                .flat_map(|row| values[row * self.positions..][..self.positions].iter().copied())
                .collect()
        };
        Ok(Self {
            ids: pick(&self.ids),
            batch: if self.has_tokens() { rows.len() } else { 0 },
            positions: self.positions,
            attention_mask: self.attention_mask.as_ref().map(pick),
            token_types: self.token_types.as_ref().map(pick),
            images: self.images.as_ref().map(|images| images.rows(rows)),
        })
    }

    /// The last unmasked position of each row.
    pub fn last_positions(&self) -> Vec<usize> {
        let last = |row: &[i64]| row.iter().rposition(|v| *v == 1).unwrap_or(0);
        match &self.attention_mask {
            Some(mask) => mask.chunks(self.positions).map(last).collect(),
            None => vec![self.positions.saturating_sub(1); self.batch],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_padded_on_the_right_and_masked() {
        let inputs = Inputs::padded(&[vec![5, 6, 7], vec![8]], 0).unwrap();
        assert_eq!(inputs.ids(), [5, 6, 7, 8, 0, 0]);
        assert_eq!(inputs.attention_mask().unwrap(), [1, 1, 1, 1, 0, 0]);
        assert_eq!(inputs.last_positions(), [2, 0]);
        assert_eq!(inputs.repeat(2).ids(), [5, 6, 7, 8, 0, 0, 5, 6, 7, 8, 0, 0]);
        assert_eq!(inputs.rows(&[1]).unwrap().ids(), [8, 0, 0]);
    }

    #[test]
    fn bad_batches_are_refused() {
        let snap = |result: Result<Inputs, ModelError>| result.unwrap_err().to_string();
        let two = || Inputs::new(vec![1, 2], [1, 2]).unwrap();
        insta::assert_snapshot!(snap(Inputs::new(vec![1, 2, 3], [2, 2])), @"input_ids: got 3 values, expected [batch 2, positions 2], both at least 1");
        insta::assert_snapshot!(snap(Inputs::new(vec![], [0, 2])), @"input_ids: got 0 values, expected [batch 0, positions 2], both at least 1");
        insta::assert_snapshot!(snap(two().with_attention_mask(vec![1, 7])), @"attention_mask: value 7 at row 0, position 1, expected 0 or 1");
        insta::assert_snapshot!(snap(two().with_attention_mask(vec![0, 0])), @"attention_mask: value 0 at row 0, position 0, expected at least one 1 in each row");
        insta::assert_snapshot!(two().check(2, 8, 0).unwrap_err(), @"token id 2 at row 0, position 1 is outside the vocabulary of 2 (ids 0 to 1)");
        insta::assert_snapshot!(two().check(9, 1, 0).unwrap_err(), @"the sequence has 2 positions, the model takes at most 1: shorten or truncate it");
    }
}
