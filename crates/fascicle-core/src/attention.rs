//! The seam between a model and what turns queries, keys and values into attended values.
//!
//! A model calls an [`AttentionFn`] without knowing whether it is dense or subsampled, and an
//! [`AttentionWatch`] lets whoever runs the model see or change scores and pattern on the way. An
//! implementation that never forms one of the two does not call the watch for it.

use burn::tensor::{Bool, Tensor};

/// What happens to scores between the product of queries and keys and the softmax.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// They are multiplied by this (`1/√d_head` in most models).
    pub scale: f64,
    /// Then, before the mask, scores s become c·tanh(s/c) (Gemma 2).
    pub softcap: Option<f64>,
}

/// Turns queries, keys and values into attended values.
pub trait AttentionFn {
    /// Attended values `[batch, head, query, d_head]`.
    ///
    /// # Shapes
    /// - `q`: `[batch, head, query, d_head]`
    /// - `k`, `v`: `[batch, kv_head, key, d_head]`; the number of `kv_head`s divides that of the heads, and head `h`
    ///   reads `kv_head` number `h / (heads / kv_heads)`
    /// - `blocked`: `[batch or 1, 1 or head, query, key]`, true where attention is forbidden
    fn attend(
        &self,
        q: Tensor<4>,
        k: Tensor<4>,
        v: Tensor<4>,
        blocked: Option<Tensor<4, Bool>>,
        scoring: Scoring,
        watch: &mut dyn AttentionWatch,
    ) -> Tensor<4>;
}

/// What a caller wants to see or change inside attention.
pub trait AttentionWatch {
    /// Whether [`scores`](Self::scores) is to be called; an implementation may skip building them otherwise.
    fn wants_scores(&self) -> bool;

    /// Whether [`pattern`](Self::pattern) is to be called; an implementation may skip building it otherwise.
    fn wants_pattern(&self) -> bool;

    /// Scaled and masked scores `[batch, head, query, key]`, before the softmax. What is returned flows on.
    fn scores(&mut self, x: Tensor<4>) -> Tensor<4>;

    /// Attention pattern `[batch, head, query, key]`, after the softmax. What is returned flows on.
    fn pattern(&mut self, x: Tensor<4>) -> Tensor<4>;
}

/// The watch that wants nothing and changes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl AttentionWatch for Unwatched {
    fn wants_scores(&self) -> bool {
        false
    }

    fn wants_pattern(&self) -> bool {
        false
    }

    fn scores(&mut self, x: Tensor<4>) -> Tensor<4> {
        x
    }

    fn pattern(&mut self, x: Tensor<4>) -> Tensor<4> {
        x
    }
}
