//! A model whose weights a program made itself: built, saved, loaded, run. Needs `fascicle-models` alone.

use std::collections::BTreeMap;

use fascicle_models::{Inputs, NormKind, Transformer, TransformerConfig, UnembedConfig, load, save};

/// Attention-only, without norms and biases: the smallest thing that is still a transformer.
pub(crate) fn config() -> TransformerConfig {
    TransformerConfig {
        d_head: 3,
        norm: NormKind::None,
        norm_eps: 0.0,
        final_norm: false,
        mlp: None,
        unembed: Some(UnembedConfig::new(false)),
        ..TransformerConfig::new(2, 2, 6, 7, 5)
    }
}

/// A model of [`config`] with irregular weights.
pub(crate) fn model() -> Transformer {
    let config = config();
    let mut next = 0.0f32;
    let mut values = BTreeMap::new();
    for parameter in config.parameters().unwrap() {
        let count = parameter.shape.iter().product();
        let numbers = std::iter::repeat_with(|| {
            next += 1.7;
            next.sin()
        });
        values.insert(parameter.name, (parameter.shape, numbers.take(count).collect()));
    }
    config.build(&fascicle_core::device("cpu").unwrap(), values).unwrap()
}

pub(crate) fn inputs() -> Inputs {
    Inputs::new(vec![1, 4, 2, 6, 0, 3, 5, 1], [2, 4]).unwrap()
}

pub(crate) fn logits(model: &Transformer, inputs: &Inputs) -> Vec<f32> {
    model.forward(inputs).unwrap().logits.unwrap().try_into_vec_as::<f32>().unwrap()
}

#[test]
fn a_model_travels_as_a_folder() {
    let (folder, model) = (tempfile::tempdir().unwrap(), model());
    save(folder.path(), &model).unwrap();
    let loaded = load(folder.path(), &model.device()).unwrap();
    assert_eq!(loaded.report.family, "fascicle");
    assert_eq!(loaded.transformer().unwrap().config(), model.config());
    assert_eq!(logits(loaded.transformer().unwrap(), &inputs()), logits(&model, &inputs()));
}

#[test]
fn a_causal_model_does_not_look_ahead() {
    let (model, before) = (model(), inputs());
    let mut ids = before.ids().to_vec();
    ids[3] = 2;
    let after = Inputs::new(ids, before.shape()).unwrap();
    let row = 3 * model.config().vocab;
    let (before, after) = (logits(&model, &before), logits(&model, &after));
    assert_eq!(before[..row], after[..row], "positions before the change");
    assert_ne!(before[row..row + model.config().vocab], after[row..row + model.config().vocab]);
}
