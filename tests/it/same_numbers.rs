//! What one crate computes in its way, another reaches in another way.

use fascicle_causal::{Action, Intervention, MetricSpec, Per, Scope, Sweep, capture, patch, run_with};
use fascicle_models::{Inputs, Site, SiteKind, SiteSelector, load, save};

use crate::hand_built::{inputs, model};

fn pair() -> (Inputs, Inputs) {
    let clean = inputs();
    let mut ids = clean.ids().to_vec();
    (ids[1], ids[5]) = (0, 2);
    (clean.clone(), Inputs::new(ids, clean.shape()).unwrap())
}

fn metric() -> MetricSpec {
    MetricSpec::logit_diff(vec![2, 3], vec![5, 6])
}

#[test]
fn a_sweep_is_the_same_before_and_after_the_model_was_saved() {
    let (folder, model) = (tempfile::tempdir().unwrap(), model());
    save(folder.path(), &model).unwrap();
    let loaded = load(folder.path(), &model.device()).unwrap().into_transformer().unwrap();
    let (clean, corrupt) = pair();
    let sweep = Sweep::new(SiteSelector::parse(&["*hook_resid_pre"]).unwrap(), Per::Position);
    let found = [&model, &loaded]
        .map(|model| patch(model, &clean, &corrupt, &metric(), &sweep, &mut |_, _| ()).unwrap());
    assert_eq!(found[0], found[1]);
}

#[test]
fn a_sweep_is_its_interventions_one_by_one() {
    let (model, (clean, corrupt)) = (model(), pair());
    let sweep = Sweep::new(SiteSelector::parse(&["attn.hook_z"]).unwrap(), Per::Head);
    let found = patch(&model, &clean, &corrupt, &metric(), &sweep, &mut |_, _| ()).unwrap();
    let kept = capture(&model, &clean, &sweep.sites).unwrap();
    let judge = metric().prepare(&model, &clean, &model.forward(&clean).unwrap()).unwrap();
    for layer in 0..2 {
        for head in 0..2 {
            let site = Site::block(layer, SiteKind::Z);
            let action = Action::Interchange(kept.get(site).unwrap().clone());
            let one = Intervention::new(site, action).within(Scope::all().heads(head));
            let outputs = run_with(&model, &corrupt, &[one]).unwrap();
            let expected = judge.mean(&outputs, &corrupt).unwrap();
            let got = found.grids[0].get(layer, head).unwrap();
            assert!((got - expected).abs() < 1e-5, "layer {layer}, head {head}: {got} and {expected}");
        }
    }
}
