//! What inputs a model refuses.

use super::Inputs;
use crate::error::ModelError;
use crate::images::Images;

impl Inputs {
    /// The images, for a model that takes nothing else.
    pub(crate) fn only_images(&self) -> Result<&Images, ModelError> {
        match &self.images {
            Some(images) if !self.has_tokens() => Ok(images),
            _ => Err(self.instead_of("images (`pixel_values`)")),
        }
    }

    /// Refuses anything but token sequences.
    pub(crate) fn only_tokens(&self) -> Result<(), ModelError> {
        match &self.images {
            None if self.has_tokens() => Ok(()),
            _ => Err(self.instead_of("token ids (`input_ids`)")),
        }
    }

    /// The error for a model that takes something else.
    pub(crate) fn instead_of(&self, expected: &'static str) -> ModelError {
        let got = match (self.has_tokens(), &self.images) {
            (true, None) => "token ids",
            (true, Some(_)) => "token ids and images",
            (false, _) => "images",
        };
        ModelError::InputKind { got, expected }
    }

    /// Refuses ids and types that a model does not have, and rows longer than it can take.
    pub(crate) fn check(&self, vocab: usize, n_ctx: usize, token_types: usize) -> Result<(), ModelError> {
        if self.positions > n_ctx {
            return Err(ModelError::TooLong { positions: self.positions, limit: n_ctx });
        }
        let outside =
            |values: &[i64], limit: usize| values.iter().position(|id| *id < 0 || *id as usize >= limit);
        if let Some(i) = outside(&self.ids, vocab) {
            let (row, position) = (i / self.positions, i % self.positions);
            return Err(ModelError::IdOutsideVocabulary { row, position, id: self.ids[i], vocab });
        }
        if let Some(types) = &self.token_types {
            if token_types == 0 {
                if types.iter().any(|t| *t != 0) {
                    let expected = "none: this model has no token types".to_string();
                    return Err(ModelError::InputShape {
                        name: "token_type_ids".into(),
                        got: "given".into(),
                        expected,
                    });
                }
            } else if let Some(i) = outside(types, token_types) {
                return Err(self.bad_value(
                    "token_type_ids",
                    i,
                    types[i],
                    &format!("0 to {}", token_types - 1),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn bad_value(&self, name: &str, index: usize, value: i64, expected: &str) -> ModelError {
        ModelError::InputValue {
            name: name.into(),
            row: index / self.positions,
            position: index % self.positions,
            value,
            expected: expected.into(),
        }
    }
}

/// Refuses a count that does not fill the shape, and a shape without elements.
pub(super) fn check_shape(
    name: &str,
    count: usize,
    [batch, positions]: [usize; 2],
) -> Result<(), ModelError> {
    if count == 0 || count != batch * positions {
        return Err(ModelError::InputShape {
            name: name.into(),
            got: format!("{count} values"),
            expected: format!("[batch {batch}, positions {positions}], both at least 1"),
        });
    }
    Ok(())
}
