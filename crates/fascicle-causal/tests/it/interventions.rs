//! Every action does what it says, where it says, and nowhere else.

use std::collections::BTreeMap;

use fascicle_causal::{
    Action, Activation, Addend, Capture, CaptureOptions, Intervention, InterventionProbe, MeanOf, Resample,
    Scope, capture, capture_with, run_with,
};
use fascicle_models::{Axis, Inputs, Site, SiteKind, SiteSelector, Transformer};

use crate::tiny::{build, close, cpu, decoder, devices, inputs, numbers, sites};

/// What `site` holds when `interventions` are made.
fn seen(model: &Transformer, inputs: &Inputs, site: Site, interventions: &[Intervention]) -> Vec<f32> {
    let options = CaptureOptions { outputs: false, ..CaptureOptions::default() };
    let kept = capture_with(model, inputs, &SiteSelector::sites(&[site]), interventions, options).unwrap();
    kept.get(site).unwrap().to_vec().unwrap()
}

/// The index along each axis of flat element `i`.
fn index(i: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = i;
    let mut index: Vec<usize> = shape.iter().rev().map(|len| (rest % len, rest /= len).0).collect();
    index.reverse();
    index
}

/// Checks an action against a rule for each element inside the scope; outside, nothing may change.
#[track_caller]
fn check(
    site: Site,
    scope: &Scope,
    action: &Action,
    inside: &dyn Fn(&[usize]) -> bool,
    rule: &dyn Fn(f32, usize) -> f32,
) {
    for (name, device) in devices() {
        let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, false));
        let before = seen(&model, &inputs, site, &[]);
        let shape = model.site_shape(site, &inputs);
        let after =
            seen(&model, &inputs, site, &[Intervention::new(site, action.clone()).within(scope.clone())]);
        let mut changed = 0;
        for (i, (before, after)) in before.iter().zip(&after).enumerate() {
            let at = index(i, &shape);
            if inside(&at) {
                changed += 1;
                close(&[*after], &[rule(*before, i)], 1e-5, &format!("{site} {at:?} on {name}"));
            } else {
                assert_eq!(before, after, "{site} {at:?} on {name} lies outside the scope");
            }
        }
        assert!(changed > 0 && changed < before.len());
    }
}

fn z(layer: usize) -> Site {
    Site::block(layer, SiteKind::Z)
}

/// What a site holds over other inputs.
fn other(site: Site) -> (Activation, Vec<f32>) {
    let model = build(&decoder(), &cpu(), 3);
    let kept = capture(&model, &inputs(9, false), &SiteSelector::sites(&[site])).unwrap();
    let kept = kept.get(site).unwrap().clone();
    let numbers = kept.to_vec().unwrap();
    (kept, numbers)
}

#[test]
fn scopes_narrow_every_axis() {
    let scope = Scope::all().rows(1).positions([0, 3]).heads(1).neurons(1..3);
    let inside = |at: &[usize]| at[0] == 1 && [0, 3].contains(&at[1]) && at[2] == 1 && at[3] >= 1;
    check(z(1), &scope, &Action::Zero, &inside, &|_, _| 0.0);

    let scope = Scope::all().heads(0).positions(2).keys([0, 1]);
    let inside = |at: &[usize]| at[1] == 0 && at[2] == 2 && at[3] <= 1;
    check(Site::block(0, SiteKind::Pattern), &scope, &Action::Zero, &inside, &|_, _| 0.0);

    let neurons = Scope::all().neurons([9, 0]);
    let post = Site::block(2, SiteKind::MlpPost);
    check(post, &neurons, &Action::Zero, &|at| at[2] == 9 || at[2] == 0, &|_, _| 0.0);
}

#[test]
fn a_site_narrowed_to_a_head_is_that_head() {
    check(z(0).with_head(1).whole(), &Scope::all().heads(1), &Action::Zero, &|at| at[2] == 1, &|_, _| 0.0);
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    let named = [Intervention::new(z(0).with_head(1), Action::Zero)];
    let scoped = [Intervention::new(z(0), Action::Zero).within(Scope::all().heads(1))];
    assert_eq!(seen(&model, &inputs, z(0), &named), seen(&model, &inputs, z(0), &scoped));

    // put there what was captured of the head alone, or of all heads
    let narrow = capture(&model, &inputs, &sites(&["blocks.0.attn.hook_z[1]"])).unwrap();
    let whole = capture(&model, &inputs, &sites(&["blocks.0.attn.hook_z"])).unwrap();
    let narrow = narrow.get(z(0).with_head(1)).unwrap().clone();
    assert_eq!(narrow.dims(), [2, 5, 1, 3]);
    let whole = whole.get(z(0)).unwrap().clone();
    let twice = |own| {
        [
            Intervention::new(z(0), Action::Scale(2.0)),
            Intervention::new(z(0).with_head(1), Action::Interchange(own)),
        ]
    };
    assert_eq!(seen(&model, &inputs, z(0), &twice(narrow)), seen(&model, &inputs, z(0), &twice(whole)));
}

#[test]
fn numbers_are_added_multiplied_and_limited() {
    let scope = || Scope::all().positions(2);
    let inside = |at: &[usize]| at[1] == 2;
    check(z(1), &scope(), &Action::Add(Addend::Value(1.5)), &inside, &|x, _| x + 1.5);
    check(z(1), &scope(), &Action::Scale(-3.0), &inside, &|x, _| x * -3.0);
    check(z(1), &scope(), &Action::Clamp { min: -0.1, max: 0.2 }, &inside, &|x, _| x.clamp(-0.1, 0.2));
    let direction = vec![1.0, -2.0, 3.0];
    check(z(1), &scope(), &Action::Add(Addend::Direction(direction.clone())), &inside, &|x, i| {
        x + direction[i % 3]
    });
    let (kept, numbers) = other(z(1));
    check(z(1), &scope(), &Action::Add(Addend::Whole(kept)), &inside, &|x, i| x + numbers[i]);
}

#[test]
fn values_of_another_run() {
    let inside = |at: &[usize]| at[0] == 0;
    for site in [
        z(1),
        Site::block(1, SiteKind::AttnScores),
        Site::block(0, SiteKind::Ln2Scale),
        Site::new(SiteKind::PosEmbed),
    ] {
        let (kept, numbers) = other(site);
        check(site, &Scope::all().rows(0), &Action::Interchange(kept.clone()), &inside, &|_, i| numbers[i]);
        check(site, &Scope::all().rows(0), &Action::Freeze(kept), &inside, &|_, i| numbers[i]);
    }
}

#[test]
fn means() {
    let (kept, numbers) = other(z(1));
    let inside = |at: &[usize]| at[2] == 0;
    // [2, 5, 2, 3]
    let at = |row: usize, position: usize, rest: usize| numbers[row * 30 + position * 6 + rest];
    let per_position = |_, i: usize| (at(0, i % 30 / 6, i % 6) + at(1, i % 30 / 6, i % 6)) / 2.0;
    check(
        z(1),
        &Scope::all().heads(0),
        &Action::Mean(MeanOf::new(kept.clone()).per_position()),
        &inside,
        &per_position,
    );

    let cells = || (0..2).flat_map(|row| (0..5).map(move |position| (row, position)));
    let overall = |_, i: usize| cells().map(|(row, position)| at(row, position, i % 6)).sum::<f32>() / 10.0;
    check(z(1), &Scope::all().heads(0), &Action::Mean(MeanOf::new(kept.clone())), &inside, &overall);

    // padding does not enter
    let padded = inputs(9, true);
    let counts = |row: usize, position: usize| row == 0 || position < 3;
    let unpadded = |_, i: usize| {
        cells().filter(|(row, p)| counts(*row, *p)).map(|(row, p)| at(row, p, i % 6)).sum::<f32>() / 8.0
    };
    let mean = MeanOf::new(kept.clone()).unpadded(&padded);
    check(z(1), &Scope::all().heads(0), &Action::Mean(mean), &inside, &unpadded);
    let last = |_, i: usize| at(0, i % 30 / 6, i % 6);
    let mean = MeanOf::new(kept).unpadded(&padded).per_position();
    let late = |at: &[usize]| at[1] >= 3;
    check(z(1), &Scope::all().positions([3, 4]), &Action::Mean(mean), &late, &last);
}

#[test]
fn the_mean_of_masked_scores_stays_masked() {
    let site = Site::block(0, SiteKind::AttnScores);
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    let kept = capture(&model, &inputs, &SiteSelector::sites(&[site])).unwrap();
    let mean = Action::Mean(MeanOf::new(kept.get(site).unwrap().clone()).per_position());
    let pattern = seen(&model, &inputs, Site::block(0, SiteKind::Pattern), &[Intervention::new(site, mean)]);
    for (i, weight) in pattern.iter().enumerate() {
        let at = index(i, &[2, 2, 5, 5]);
        assert!(weight.is_finite() && (at[3] <= at[2] || *weight == 0.0), "{at:?}: {weight}");
    }
}

#[test]
fn rows_of_another_batch() {
    let (kept, numbers) = other(z(1));
    let inside = |at: &[usize]| at[1] != 4;
    let resample = |rows| Action::Resample { from: kept.clone(), rows };
    let scope = || Scope::all().positions(0..4);
    check(z(1), &scope(), &resample(Resample::Rows(vec![1, 1])), &inside, &|_, i| numbers[30 + i % 30]);
    // of two rows, the seeded draw can only take the other one
    check(z(1), &scope(), &resample(Resample::Seeded(7)), &inside, &|_, i| numbers[(i + 30) % 60]);
}

#[test]
fn interventions_at_one_site_follow_each_other() {
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    let [double, add] =
        [Action::Scale(2.0), Action::Add(Addend::Value(1.0))].map(|action| Intervention::new(z(0), action));
    let plain = seen(&model, &inputs, z(0), &[]);
    let rule = |rule: &dyn Fn(f32) -> f32| plain.iter().map(|x| rule(*x)).collect::<Vec<f32>>();
    close(
        &seen(&model, &inputs, z(0), &[double.clone(), add.clone()]),
        &rule(&|x| x * 2.0 + 1.0),
        1e-6,
        "double, add",
    );
    close(&seen(&model, &inputs, z(0), &[add, double]), &rule(&|x| (x + 1.0) * 2.0), 1e-6, "add, double");
}

#[test]
fn attention_from_one_position_to_another_is_cut() {
    for (name, device) in devices() {
        let (model, inputs) = (build(&decoder(), &device, 3), inputs(4, false));
        let cut = Intervention::new(
            Site::block(1, SiteKind::AttnScores),
            Action::Add(Addend::Value(f32::NEG_INFINITY)),
        )
        .within(Scope::all().positions(3).keys([1, 2]));
        let pattern = seen(&model, &inputs, Site::block(1, SiteKind::Pattern), &[cut]);
        for (row, weights) in pattern.chunks(5).enumerate() {
            close(&[weights.iter().sum::<f32>()], &[1.0], 1e-5, &name);
            assert_eq!(row % 5 == 3, weights[1] == 0.0 && row % 5 > 0, "{name}, row {row}: {weights:?}");
        }
    }
}

#[test]
fn what_is_changed_is_what_flows_on() {
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    // without its second block, the model goes from the first to the third
    let silent = [SiteKind::AttnOut, SiteKind::MlpOut]
        .map(|kind| Intervention::new(Site::block(1, kind), Action::Zero));
    let pre = seen(&model, &inputs, Site::block(1, SiteKind::ResidPre), &silent);
    assert_eq!(seen(&model, &inputs, Site::block(1, SiteKind::ResidPost), &silent), pre);
    // and what comes out of it is what the third makes of the stream that enters the second
    let stream = capture(&model, &inputs, &sites(&["blocks.1.hook_resid_pre"])).unwrap();
    let stream = stream.get(Site::block(1, SiteKind::ResidPre)).unwrap().tensor().unwrap();
    let rest = model.forward_from(2, stream, &inputs, &mut fascicle_models::NoProbe).unwrap();
    close(
        &numbers(&run_with(&model, &inputs, &silent).unwrap()),
        &numbers(&rest),
        1e-6,
        "without the second block",
    );
}

#[test]
fn composes_with_other_probes() {
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    let before = Capture::new(&[z(0)]);
    let change = InterventionProbe::new(&model, &inputs, &[Intervention::new(z(0), Action::Zero)]).unwrap();
    let mut probes = ((before, change), Capture::new(&[z(0)]));
    model.forward_with(&inputs, &mut probes).unwrap();
    let ((before, change), after) = probes;
    change.finish().unwrap();
    let of = |capture: Capture| -> BTreeMap<Site, Activation> { capture.into_activations().unwrap() };
    assert!(of(before)[&z(0)].to_vec().unwrap().iter().all(|x| *x != 0.0));
    assert!(of(after)[&z(0)].to_vec().unwrap().iter().all(|x| *x == 0.0));
}

#[test]
fn every_site_of_the_model_can_be_silenced() {
    let (model, inputs) = (build(&decoder(), &cpu(), 3), inputs(4, false));
    let plain = numbers(&model.forward(&inputs).unwrap());
    for site in model.sites() {
        // zero scale divides by nothing; zero scores are even attention
        let action = if site.kind.axis(Axis::One).is_some() { Action::Scale(2.0) } else { Action::Zero };
        let outputs = run_with(&model, &inputs, &[Intervention::new(site, action)]).unwrap();
        assert_ne!(numbers(&outputs), plain, "{site}");
    }
}
