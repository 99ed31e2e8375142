//! A model takes another attention than the dense one.

use std::sync::Arc;

use burn::tensor::{Bool, Tensor};
use fascicle_core::testing::test_devices;
use fascicle_core::{AttentionFn, AttentionWatch, Scoring};
use fascicle_models::{Inputs, Transformer, TransformerConfig, UnembedConfig};

use crate::support::{host, random_model, worst};

/// Every position attends to itself alone.
struct Itself;

impl AttentionFn for Itself {
    fn attend(
        &self,
        _: Tensor<4>,
        _: Tensor<4>,
        v: Tensor<4>,
        _: Option<Tensor<4, Bool>>,
        _: Scoring,
        _: &mut dyn AttentionWatch,
    ) -> Tensor<4> {
        v
    }
}

#[test]
fn a_position_that_attends_to_itself_does_not_see_the_others() {
    let config = TransformerConfig {
        unembed: Some(UnembedConfig::new(false)),
        ..TransformerConfig::new(2, 4, 16, 29, 17)
    };
    for (name, device) in test_devices() {
        let last = |model: &Transformer, ids: [i64; 4]| {
            let logits = model.forward(&Inputs::new(ids.to_vec(), [1, 4]).unwrap()).unwrap().logits.unwrap();
            host(logits.narrow(1, 3, 1))
        };
        let dense = random_model(&config, &device);
        let [one, other] = [[3, 1, 4, 1], [5, 9, 2, 1]];
        assert!(worst(&last(&dense, one), &last(&dense, other)) > 1e-3, "{name}");
        let alone = dense.with_attention(Arc::new(Itself));
        assert!(worst(&last(&alone, one), &last(&alone, other)) < 1e-6, "{name}");
    }
}
