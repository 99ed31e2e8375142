//! What bad input gets: a typed error that names the thing and says what to do.

use fascicle_causal::{
    Ablation, Action, Activation, Addend, Batching, Capture, CaptureOptions, CausalError, Intervention,
    InterventionProbe, MeanOf, MetricKind, MetricSpec, PatchResult, Per, Resample, Scope, Sweep, ablate,
    capture, capture_with, patch, run_with,
};
use fascicle_models::{Inputs, Outputs, Pooling, Site, SiteKind, SiteSelector, Transformer};
use insta::assert_snapshot;

use burn::tensor::Tensor;

use crate::tiny::{attention_only, build, cpu, decoder, encoder, inputs, sites};

fn model() -> Transformer {
    build(&decoder(), &cpu(), 1)
}

fn batch() -> Inputs {
    inputs(2, false)
}

fn z() -> Site {
    Site::block(1, SiteKind::Z)
}

/// The text of the error that one intervention gives.
fn text(site: Site, scope: Scope, action: Action) -> String {
    run_with(&model(), &batch(), &[Intervention::new(site, action).within(scope)]).unwrap_err().to_string()
}

fn kept<const D: usize>(shape: [usize; D]) -> Activation {
    Activation::new(Tensor::<D>::ones(shape, &cpu()))
}

#[test]
fn sites_that_the_model_lacks() {
    let zero = |site| text(site, Scope::all(), Action::Zero);
    assert_snapshot!(zero(Site::block(7, SiteKind::Z)), @"this model has no site `blocks.7.attn.hook_z`: its blocks are 0 to 2");
    assert_snapshot!(zero(Site::new(SiteKind::TokenTypeEmbed)), @"this model has no site `hook_token_type_embed` (`fascicle inspect MODEL` lists those it has)");
    assert_snapshot!(zero(z().with_head(2)), @"`blocks.1.attn.hook_z[2]`: head 2 is out of range: there are 2 (0 to 1)");
    assert_snapshot!(zero(Site::block(0, SiteKind::ResidPre).with_head(0)), @"`blocks.0.hook_resid_pre[0]` has no head axis: its axes are row, position, neuron");
    let mlp = Intervention::new(Site::block(0, SiteKind::MlpOut), Action::Zero);
    let error = run_with(&build(&attention_only(), &cpu(), 1), &batch(), &[mlp]).unwrap_err();
    assert_snapshot!(error, @"this model has no site `blocks.0.hook_mlp_out` (`fascicle inspect MODEL` lists those it has)");
    let select = |pattern| capture(&build(&encoder(), &cpu(), 1), &batch(), &sites(&[pattern])).unwrap_err();
    assert_snapshot!(select("ln_final.hook_normalized"), @"this model has no site `ln_final.hook_normalized` (`fascicle inspect MODEL` lists those it has)");
    assert_snapshot!(select("*ln_final*"), @"this model has no site `*ln_final*` (`fascicle inspect MODEL` lists those it has)");
    assert_snapshot!(select("blocks.9.hook_resid_pre"), @"this model has no site `blocks.9.hook_resid_pre`: its blocks are 0 to 1");
    assert_snapshot!(select("blocks.9.*"), @"this model has no site `blocks.9.*`: its blocks are 0 to 1");
    assert_snapshot!(capture(&model(), &batch(), &sites(&["*resid_pst"])).unwrap_err(), @"unknown site `*resid_pst`: did you mean `hook_resid_post`? (`fascicle inspect MODEL` lists a model's sites)");
}

#[test]
fn scopes_that_do_not_fit() {
    let zero = |site, scope| text(site, scope, Action::Zero);
    assert_snapshot!(zero(z(), Scope::all().positions([1, 5])), @"`blocks.1.attn.hook_z`: position 5 is out of range: there are 5 (0 to 4)");
    assert_snapshot!(zero(z(), Scope::all().rows(2)), @"`blocks.1.attn.hook_z`: row 2 is out of range: there are 2 (0 to 1)");
    assert_snapshot!(zero(z(), Scope::all().neurons(3)), @"`blocks.1.attn.hook_z`: neuron 3 is out of range: there are 3 (0 to 2)");
    assert_snapshot!(zero(Site::block(0, SiteKind::ResidPre), Scope::all().heads(0)), @"`blocks.0.hook_resid_pre` has no head axis: its axes are row, position, neuron");
    assert_snapshot!(zero(Site::block(0, SiteKind::Pattern), Scope::all().neurons(0)), @"`blocks.0.attn.hook_pattern` has no neuron axis: its axes are row, head, position (that attends), key");
    assert_snapshot!(zero(Site::block(0, SiteKind::Ln1Scale), Scope::all().neurons(0)), @"`blocks.0.ln1.hook_scale` has no neuron axis: its axes are row, position, one");
    assert_snapshot!(zero(z(), Scope::all().keys(0)), @"`blocks.1.attn.hook_z` has no key axis: its axes are row, position, head, neuron");
    assert_snapshot!(zero(z(), Scope::all().heads(vec![])), @"`blocks.1.attn.hook_z`: the list of heads is empty, so nothing would be changed: list some, or drop the intervention");
    assert_snapshot!(zero(z().with_head(0), Scope::all().heads([0, 1])), @"`blocks.1.attn.hook_z[0]` names one head and its scope lists heads [0, 1]: give one of the two");
}

#[test]
fn tensors_and_numbers_that_do_not_fit() {
    let act = |action| text(z(), Scope::all(), action);
    assert_snapshot!(act(Action::Interchange(kept([2, 5, 2, 4]))), @"`blocks.1.attn.hook_z`: the activation given has shape [2, 5, 2, 4], expected [2, 5, 2, 3]");
    assert_snapshot!(act(Action::Freeze(kept([1, 5, 2, 3]))), @"`blocks.1.attn.hook_z`: the activation given has shape [1, 5, 2, 3], expected [2, 5, 2, 3]");
    assert_snapshot!(act(Action::Interchange(kept([2, 5, 1, 3]))), @"`blocks.1.attn.hook_z`: the activation given has shape [2, 5, 1, 3], expected [2, 5, 2, 3]");
    assert_snapshot!(act(Action::Add(Addend::Whole(kept([2, 5, 6])))), @"`blocks.1.attn.hook_z`: the activation given has shape [2, 5, 6], expected [2, 5, 2, 3]");
    assert_snapshot!(act(Action::Add(Addend::Direction(vec![1.0; 4]))), @"`blocks.1.attn.hook_z`: the direction has shape [4], expected [3]");
    assert_snapshot!(act(Action::Add(Addend::Direction(vec![1.0, f32::NAN, 0.0]))), @"`blocks.1.attn.hook_z`: a component of the direction is NaN, expected a finite number");
    assert_snapshot!(act(Action::Add(Addend::Value(f32::NAN))), @"`blocks.1.attn.hook_z`: the addend is NaN, expected a number");
    assert_snapshot!(act(Action::Scale(f32::INFINITY)), @"`blocks.1.attn.hook_z`: the factor is inf, expected a finite number");
    assert_snapshot!(act(Action::Clamp { min: 1.0, max: 0.5 }), @"`blocks.1.attn.hook_z`: the upper limit is 0.5, expected a number not below the lower limit");
    assert_snapshot!(act(Action::Mean(MeanOf::new(kept([7, 4, 2, 3])).per_position())), @"`blocks.1.attn.hook_z`: the activation given has shape [7, 4, 2, 3], expected [7, 5, 2, 3]");
    assert_snapshot!(act(Action::Mean(MeanOf::new(kept([7, 4, 3, 3])))), @"`blocks.1.attn.hook_z`: the activation given has shape [7, 4, 3, 3], expected [7, 4, 2, 3]");
    assert_snapshot!(act(Action::Mean(MeanOf::new(kept([7, 5, 2, 3])).unpadded(&inputs(2, true)))), @"`blocks.1.attn.hook_z`: the attention mask of the mean has shape [10], expected [35]");
    let padded = Inputs::new(vec![1; 10], [2, 5]).unwrap();
    let padded = padded.with_attention_mask(vec![1, 1, 0, 0, 0, 1, 0, 0, 0, 0]).unwrap();
    assert_snapshot!(act(Action::Mean(MeanOf::new(kept([2, 5, 2, 3])).unpadded(&padded).per_position())), @"`blocks.1.attn.hook_z`: position 2 is padding in every row, so it has no mean: take the mean over all positions");
    let resample = |rows| Action::Resample { from: kept([3, 5, 2, 3]), rows };
    assert_snapshot!(act(resample(Resample::Rows(vec![0]))), @"`blocks.1.attn.hook_z`: the list of rows to resample has length 1, expected 2: one for each row of the batch");
    assert_snapshot!(act(resample(Resample::Rows(vec![0, 3]))), @"`blocks.1.attn.hook_z`: captured row 3 is out of range: there are 3 (0 to 2)");
}

#[test]
fn what_is_never_reached() {
    let (model, batch) = (model(), batch());
    let zero = Intervention::new(Site::block(0, SiteKind::ResidPre), Action::Zero);
    let stream = || Tensor::<3>::ones([2, 5, 8], &cpu());
    let mut probe = InterventionProbe::new(&model, &batch, std::slice::from_ref(&zero)).unwrap();
    model.forward_from(1, stream(), &batch, &mut probe).unwrap();
    assert_snapshot!(probe.finish().unwrap_err(), @"never reached: `blocks.0.hook_resid_pre`: the pass started after these sites or stopped before them");

    let mut probe = Capture::new(&[z(), z().with_head(9), Site::new(SiteKind::Embed)]);
    model.forward_from(1, stream(), &batch, &mut probe).unwrap();
    assert_snapshot!(probe.into_activations().unwrap_err(), @"never reached: `blocks.1.attn.hook_z[9]`, `hook_embed`: the pass started after these sites or stopped before them");

    // made for other inputs
    let mut probe = InterventionProbe::new(&model, &batch, &[zero]).unwrap();
    model.forward_with(&batch.repeat(2), &mut probe).unwrap();
    assert_snapshot!(probe.finish().unwrap_err(), @"`blocks.0.hook_resid_pre`: the tensor of this run has shape [4, 5, 8], expected [2, 5, 8]");

    let kept = capture(&model, &batch, &sites(&["*hook_resid_mid"])).unwrap();
    assert_snapshot!(kept.get(z()).unwrap_err(), @"`blocks.1.attn.hook_z` was not captured (captured: `blocks.0.hook_resid_mid`, `blocks.1.hook_resid_mid`, `blocks.2.hook_resid_mid`)");
}

#[test]
fn more_than_the_budget_allows() {
    let options = |bytes| CaptureOptions { byte_budget: Some(bytes), ..CaptureOptions::default() };
    let over = |bytes| capture_with(&model(), &batch(), &sites(&["*"]), &[], options(bytes)).unwrap_err();
    assert_snapshot!(over(1000), @"keeping 59 sites takes 17.6 KiB and the budget is 1000 B; largest: `blocks.0.attn.hook_result` 640 B, `blocks.1.attn.hook_result` 640 B, `blocks.2.attn.hook_result` 640 B; select fewer sites, fewer rows, or raise the budget");
    let rank = kept([2, 5, 8]).tensor::<4>().unwrap_err();
    assert_snapshot!(rank, @"the activation has 3 axes [2, 5, 8], it was read as a tensor with 4");
}

#[test]
fn metrics_that_cannot_be_judged() {
    let (model, batch) = (model(), batch());
    let outputs = model.forward(&batch).unwrap();
    let prepare = |spec: MetricSpec| spec.prepare(&model, &batch, &outputs).unwrap_err().to_string();
    assert_snapshot!("logitdiff".parse::<MetricKind>().unwrap_err(), @"unknown metric `logitdiff`: did you mean `logit-diff`? (metrics: logit-diff, prob-diff, prob, kl, cosine)");
    assert_snapshot!("accuracy".parse::<MetricKind>().unwrap_err(), @"unknown metric `accuracy` (metrics: logit-diff, prob-diff, prob, kl, cosine)");
    assert_snapshot!(prepare(MetricSpec::new(MetricKind::LogitDiff)), @"metric logit-diff needs `answer`: one token id for each row of the batch");
    assert_snapshot!(prepare(MetricSpec { wrong: None, ..MetricSpec::prob_diff(vec![1, 2], vec![]) }), @"metric prob-diff needs `wrong`: one token id for each row of the batch");
    assert_snapshot!(prepare(MetricSpec::prob(vec![1, 2, 3])), @"`answer` has length 3, expected 2: one for each row of the batch");
    assert_snapshot!(prepare(MetricSpec::logit_diff(vec![1, 2], vec![0, 11])), @"`wrong` of row 1 is token 11, outside the vocabulary of 11 (ids 0 to 10)");
    assert_snapshot!(prepare(MetricSpec::prob(vec![-1, 2])), @"`answer` of row 0 is token -1, outside the vocabulary of 11 (ids 0 to 10)");
    assert_snapshot!(prepare(MetricSpec::kl().at(vec![0, 5])), @"`position` of row 1 is 5, expected 0 to 4");
    assert_snapshot!(prepare(MetricSpec::kl().at(vec![-1, 0])), @"`position` of row 0 is -1, expected 0 to 4");
    assert_snapshot!(prepare(MetricSpec::kl().at(vec![1])), @"`position` has length 1, expected 2: one for each row of the batch");

    let headless = build(&encoder(), &cpu(), 1);
    let error =
        MetricSpec::logit_diff(vec![1, 2], vec![3, 4]).prepare(&headless, &batch, &outputs).unwrap_err();
    assert_snapshot!(error, @"metric logit-diff reads logits, which this model does not give: for encoders use `cosine`");
    let error =
        MetricSpec::cosine(Pooling::Mean).prepare(&headless, &batch, &Outputs::default()).unwrap_err();
    assert_snapshot!(error, @"metric cosine reads last_hidden_state, which this model does not give");

    let metric = MetricSpec::prob(vec![1, 2]).prepare(&model, &batch, &outputs).unwrap();
    let three = batch.rows(&[0, 1, 0]).unwrap();
    assert_snapshot!(metric.values(&model.forward(&three).unwrap(), &three).unwrap_err(), @"the run has 3 rows, expected 2 or a multiple of it: those that the metric was prepared for");
    assert_snapshot!(metric.values(&outputs, &batch.repeat(2)).unwrap_err(), @"outputs are [2, 5] and inputs [4, 5] ([batch, positions]): judge a run with its own inputs");
}

#[test]
fn numbers_that_are_not_finite() {
    let (model, batch) = (model(), batch());
    let outputs = model.forward(&batch).unwrap();
    let metric = MetricSpec::logit_diff(vec![1, 2], vec![3, 4]);
    let prepared = metric.prepare(&model, &batch, &outputs).unwrap();
    let broken =
        Intervention::new(Site::new(SiteKind::Logits), Action::Add(Addend::Value(f32::NEG_INFINITY)))
            .within(Scope::all().rows(1));
    let broken = run_with(&model, &batch, &[broken]).unwrap();
    assert_snapshot!(prepared.values(&broken, &batch).unwrap_err(), @"metric logit-diff is NaN for row 1 of this run");

    // a model whose norms divide by nothing when a norm scale is put to zero
    let ablation = Ablation::zero(sites(&["ln_final.hook_scale"]), Per::Position);
    assert_snapshot!(ablate(&model, &batch, &metric, &ablation, &mut |_, _| ()).unwrap_err(), @"metric logit-diff is NaN for row 0 of the run changed at `ln_final.hook_scale`, position 4");
}

#[test]
fn sweeps_that_cannot_be_run() {
    let (model, clean) = (model(), batch());
    let metric = MetricSpec::logit_diff(vec![1, 2], vec![3, 4]);
    let run = |corrupt: &Inputs, sweep: &Sweep| {
        let mut heard = 0;
        let error = patch(&model, &clean, corrupt, &metric, sweep, &mut |_, _| heard += 1).unwrap_err();
        assert_eq!(heard, 0, "nothing was run");
        error.to_string()
    };
    let sweep = |patterns: &[&str], per| Sweep::new(sites(patterns), per);
    let corrupt = inputs(3, false);
    let longer = Inputs::new(vec![1; 12], [2, 6]).unwrap();
    assert_snapshot!(run(&longer, &sweep(&["*resid_pre"], Per::Position)), @"clean inputs are [2, 5] and corrupt inputs [2, 6] ([batch, positions] of texts, [batch, channel, height, width] of images): patching puts one in the other's place, so both need the same shape (pad the shorter)");
    assert_snapshot!(run(&corrupt, &sweep(&["*hook_z", "*resid_p*", "*hook_mlp_out"], Per::Head)), @"a sweep per head cannot go over `blocks.0.hook_resid_pre`, `blocks.0.hook_mlp_out`, `blocks.0.hook_resid_post`, `blocks.1.hook_resid_pre`, `blocks.1.hook_mlp_out`, `blocks.1.hook_resid_post` and 3 more: it needs whole sites with a head axis, such as `attn.hook_z`");
    assert_snapshot!(run(&corrupt, &sweep(&["blocks.0.attn.hook_z[1]"], Per::Head)), @"a sweep per head cannot go over `blocks.0.attn.hook_z[1]`: it needs whole sites with a head axis, such as `attn.hook_z`");
    assert_snapshot!(run(&corrupt, &sweep(&["*hook_z"], Per::Neuron)), @"a sweep per neuron cannot go over `blocks.0.attn.hook_z`, `blocks.1.attn.hook_z`, `blocks.2.attn.hook_z`: it needs sites with a neuron axis, such as `mlp.hook_post`, or one head of a site, such as `blocks.0.attn.hook_z[0]`");
    assert_snapshot!(run(&corrupt, &sweep(&["blocks.0.attn.hook_z[4]"], Per::Position)), @"`blocks.0.attn.hook_z[4]`: head 4 is out of range: there are 2 (0 to 1)");
    assert_snapshot!(run(&corrupt, &Sweep::new(SiteSelector::sites(&[]), Per::Head)), @"no site is selected: name at least one, such as `*hook_resid_pre`");
    assert_snapshot!(run(&corrupt, &sweep(&["*resid_pre"], Per::Position).rows_per_forward(0)), @"rows_per_forward is 0, expected at least 1");
    let tight = Sweep { byte_budget: Some(100), ..sweep(&["*resid_pre"], Per::Position) };
    assert_snapshot!(run(&corrupt, &tight), @"keeping 3 sites takes 960 B and the budget is 100 B; largest: `blocks.0.hook_resid_pre` 320 B, `blocks.1.hook_resid_pre` 320 B, `blocks.2.hook_resid_pre` 320 B; select fewer sites, fewer rows, or raise the budget");
    assert_snapshot!("positions".parse::<Per>().unwrap_err(), @"`positions` is none of layer, position, head, neuron");
    assert_eq!(Batching::rows(3).rows_per_forward, Some(3));
}

#[test]
fn nothing_to_normalise_by() {
    let (model, clean) = (model(), batch());
    let metric = MetricSpec::logit_diff(vec![1, 2], vec![3, 4]);
    let sweep = Sweep::new(sites(&["*resid_pre"]), Per::Layer);
    let found: PatchResult = patch(&model, &clean, &clean, &metric, &sweep, &mut |_, _| ()).unwrap();
    let error = found.normalised().unwrap_err();
    assert!(matches!(error, CausalError::NoDifference { .. }));
    let rounded = PatchResult { clean: 0.5, corrupt: 0.5, ..found };
    assert_snapshot!(rounded.normalised().unwrap_err(), @"the metric is 0.5 on the clean and 0.5 on the corrupt inputs: too close to normalise by their difference");
}
