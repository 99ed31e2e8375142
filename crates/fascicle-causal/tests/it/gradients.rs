//! Gradients pass through what is not patched, and stop where they should.

use burn::tensor::{Tensor, TensorData};
use fascicle_causal::{Action, Activation, Addend, Intervention, Scope, capture_with, run_with};
use fascicle_models::{Inputs, Site, SiteKind, Transformer};

use crate::tiny::{build, close, cpu, decoder, devices, inputs, sites};

/// A leaf of zeros that is added at `site`, where it changes nothing: its gradient is the site's.
fn tap(model: &Transformer, site: Site) -> (Tensor<3>, Intervention) {
    let leaf = Tensor::<3>::zeros([2, 5, 8], &model.device()).require_grad();
    let tap = Intervention::new(site, Action::Add(Addend::Whole(Activation::new(leaf.clone()))));
    (leaf, tap)
}

/// The gradient of Σ weight · logits at `leaf`, with unequal weights; `None` when none reaches it.
fn gradient(
    model: &Transformer,
    inputs: &Inputs,
    leaf: &Tensor<3>,
    interventions: &[Intervention],
) -> Option<Vec<f32>> {
    let logits = run_with(model, inputs, interventions).unwrap().logits.unwrap();
    let shape = logits.dims();
    let weights: Vec<f32> = (0..shape.iter().product()).map(|i: usize| (i % 7) as f32 - 3.0).collect();
    let weights = Tensor::<3>::from_data(TensorData::new(weights, shape), &logits.device());
    let gradients = (logits * weights).sum().backward();
    leaf.grad(&gradients).map(|gradient| gradient.try_into_vec_as::<f32>().unwrap())
}

#[test]
fn stops_at_the_patched_place_and_nowhere_else() {
    for (name, device) in devices() {
        let device = device.autodiff();
        let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, false));
        // after the last block, positions no longer meet: what is patched at position 1 concerns no other
        let (before, after) = (Site::block(2, SiteKind::MlpOut), Site::block(2, SiteKind::ResidPost));
        let (leaf, tap) = tap(&model, before);
        let plain = gradient(&model, &inputs, &leaf, std::slice::from_ref(&tap)).unwrap();
        let actions = [
            Action::Zero,
            Action::Freeze(Activation::new(Tensor::<3>::ones([2, 5, 8], &device))),
            Action::Interchange(Activation::new(Tensor::<3>::ones([2, 5, 8], &cpu()))),
        ];
        for action in actions {
            let what = format!("{action:?} on {name}").chars().take(30).collect::<String>();
            let patch = Intervention::new(after, action).within(Scope::all().positions(1));
            let patched = gradient(&model, &inputs, &leaf, &[tap.clone(), patch]).unwrap();
            for (i, (plain, patched)) in plain.iter().zip(&patched).enumerate() {
                let position = i / 8 % 5;
                let expected = if position == 1 { 0.0 } else { *plain };
                close(&[*patched], &[expected], 1e-5, &format!("{what}, position {position}"));
            }
        }
        assert!(plain.iter().filter(|x| x.abs() > 1e-3).count() > plain.len() / 2);
    }
}

#[test]
fn actions_pass_their_own_derivative_on() {
    let device = cpu().autodiff();
    let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, false));
    let (before, after) = (Site::block(2, SiteKind::MlpOut), Site::block(2, SiteKind::MlpOut));
    let (leaf, tap) = tap(&model, before);
    let plain = gradient(&model, &inputs, &leaf, std::slice::from_ref(&tap)).unwrap();
    // held where it is, so that the logits, and with them the gradient behind the site, stay the same
    let wide = Intervention::new(after, Action::Clamp { min: -100.0, max: 100.0 });
    close(
        &gradient(&model, &inputs, &leaf, &[tap.clone(), wide]).unwrap(),
        &plain,
        1e-5,
        "clamp that limits nothing",
    );
    let twice = [0.5, 2.0].map(|factor| Intervention::new(after, Action::Scale(factor)));
    let halves = gradient(&model, &inputs, &leaf, &[tap, twice[0].clone(), twice[1].clone()]).unwrap();
    close(&halves, &plain, 1e-5, "halved and doubled");
}

#[test]
fn interchange_lets_gradients_into_the_other_run_and_freeze_does_not() {
    let device = cpu().autodiff();
    let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, false));
    let site = Site::block(1, SiteKind::AttnOut);
    let other = Tensor::<3>::ones([2, 5, 8], &device).require_grad();
    // something behind the site that gradients reach in any case
    let (_, tap) = tap(&model, Site::block(2, SiteKind::MlpOut));
    let into = |action| gradient(&model, &inputs, &other, &[Intervention::new(site, action), tap.clone()]);
    let through = into(Action::Interchange(Activation::new(other.clone()))).unwrap();
    assert!(through.iter().any(|x| x.abs() > 1e-3));
    assert!(into(Action::Freeze(Activation::new(other.clone()))).is_none());
}

#[test]
fn a_captured_activation_passes_gradients_to_its_own_run() {
    let device = cpu().autodiff();
    let (model, clean, corrupt) = (build(&decoder(), &device, 3), inputs(4, false), inputs(5, false));
    let (leaf, tap) = tap(&model, Site::block(0, SiteKind::MlpOut));
    for pattern in ["blocks.1.attn.hook_z", "blocks.1.attn.hook_z[1]"] {
        let source =
            capture_with(&model, &clean, &sites(&[pattern]), std::slice::from_ref(&tap), Default::default());
        let (site, kept) = source.unwrap().activations.into_iter().next().unwrap();
        let patch = Intervention::new(site, Action::Interchange(kept));
        let through = gradient(&model, &corrupt, &leaf, &[patch]).unwrap();
        assert!(through.iter().any(|x| x.abs() > 1e-3), "{pattern}");
    }
}
