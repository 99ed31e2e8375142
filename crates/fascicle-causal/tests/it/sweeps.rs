//! Many patches in one pass, started where they differ, give what one full pass for each patch gives.

use fascicle_causal::{
    Ablation, Action, Batching, Direction, Grid, Intervention, MeanOf, MetricSpec, PatchResult, Per,
    Replacement, Scope, Sweep, ablate, capture, patch, run_with,
};
use fascicle_models::{Inputs, Pooling, Site, SiteKind, SiteSelector, Transformer, TransformerConfig};

use crate::tiny::{attention_only, build, close, decoder, devices, encoder, inputs, sites};

fn place(per: Per, index: usize) -> Scope {
    match per {
        Per::Layer => Scope::all(),
        Per::Position => Scope::all().positions(index),
        Per::Head => Scope::all().heads(index),
        Per::Neuron => Scope::all().neurons(index),
    }
}

/// The site of each row of a grid.
fn rows(grid: &Grid) -> Vec<Site> {
    grid.layers.iter().map(|layer| Site { layer: *layer, head: grid.head, ..Site::new(grid.kind) }).collect()
}

/// One full forward pass for each cell of `grid`.
fn one_by_one(
    grid: &Grid,
    judge: &dyn Fn(&[Intervention]) -> f64,
    action: &dyn Fn(Site) -> Action,
) -> Vec<f64> {
    let cell = |site: Site, index: usize| {
        judge(&[Intervention::new(site, action(site)).within(place(grid.per, index))])
    };
    rows(grid)
        .into_iter()
        .flat_map(|site| (0..grid.cols).map(move |i| (site, i)))
        .map(|(s, i)| cell(s, i))
        .collect()
}

fn check_patch(config: &TransformerConfig, metric: &MetricSpec, patterns: &[&str], per: Per) {
    for (name, device) in devices() {
        let model = build(config, &device, 3);
        let (clean, corrupt) = (inputs(4, true), inputs(5, false));
        for direction in [Direction::Denoise, Direction::Noise] {
            for rows_per_forward in [None, Some(1), Some(6)] {
                let batching = Batching { rows_per_forward, ..Batching::default() };
                let sweep = Sweep { direction, batching, ..Sweep::new(sites(patterns), per) };
                let found = patch(&model, &clean, &corrupt, metric, &sweep, &mut |_, _| ()).unwrap();
                let (base, source) =
                    if direction == Direction::Denoise { (&corrupt, &clean) } else { (&clean, &corrupt) };
                let selected = sites(patterns).select(&model.sites()).unwrap();
                assert_eq!(found.grids.iter().flat_map(rows).count(), selected.len());

                let judge = judge(&model, metric, &clean, base);
                let kept = capture(&model, source, &SiteSelector::sites(&selected)).unwrap();
                let action = |site: Site| Action::Interchange(kept.get(site).unwrap().clone());
                for grid in &found.grids {
                    let expected = one_by_one(grid, &judge, &action);
                    close(
                        &grid.values,
                        &expected,
                        5e-5,
                        &format!("{} {direction} per {per} on {name}", grid.name()),
                    );
                }
                let based = if direction == Direction::Denoise { found.corrupt } else { found.clean };
                close(&[based], &[judge(&[])], 1e-5, "unpatched");
            }
        }
    }
}

/// Judges full passes over `base`, one for each set of interventions.
fn judge<'a>(
    model: &'a Transformer,
    metric: &MetricSpec,
    clean: &Inputs,
    base: &'a Inputs,
) -> impl Fn(&[Intervention]) -> f64 + 'a {
    let metric = metric.prepare(model, clean, &model.forward(clean).unwrap()).unwrap();
    move |patches| metric.mean(&run_with(model, base, patches).unwrap(), base).unwrap()
}

fn logit_diff() -> MetricSpec {
    MetricSpec::logit_diff(vec![3, 10], vec![7, 0])
}

#[test]
fn decoder_by_position() {
    let patterns = [
        "hook_embed",
        "hook_pos_embed",
        "*resid*",
        "*attn_out",
        "*mlp*",
        "*hook_pattern",
        "*normalized",
        "*hook_scale",
    ];
    check_patch(&decoder(), &logit_diff(), &patterns, Per::Position);
}

#[test]
fn decoder_by_head() {
    check_patch(&decoder(), &logit_diff(), &["*attn.hook_*"], Per::Head);
    check_patch(&attention_only(), &MetricSpec::kl(), &["*hook_z", "*hook_q"], Per::Head);
}

#[test]
fn decoder_by_neuron() {
    check_patch(&decoder(), &MetricSpec::prob(vec![3, 10]), &["*mlp.hook_post", "hook_logits"], Per::Neuron);
    check_patch(
        &decoder(),
        &logit_diff(),
        &["blocks.1.attn.hook_z[1]", "blocks.2.attn.hook_z[1]"],
        Per::Neuron,
    );
}

#[test]
fn decoder_by_layer_and_single_heads() {
    check_patch(&decoder(), &logit_diff(), &["*"], Per::Layer);
    check_patch(
        &decoder(),
        &logit_diff(),
        &["blocks.1.attn.hook_z[1]", "blocks.0.attn.hook_pattern[0]"],
        Per::Position,
    );
}

#[test]
fn encoder_by_position_and_head() {
    let cosine = MetricSpec::cosine(Pooling::Mean);
    check_patch(&encoder(), &cosine, &["*resid*", "hook_token_type_embed", "*hook_mlp_out"], Per::Position);
    check_patch(&encoder(), &cosine, &["*hook_z", "*hook_result"], Per::Head);
}

#[test]
fn a_whole_site_is_what_all_its_places_are_together() {
    let model = build(&decoder(), &crate::tiny::cpu(), 3);
    let (clean, corrupt) = (inputs(4, false), inputs(5, false));
    let sweep = Sweep::new(sites(&["*hook_resid_pre"]), Per::Layer);
    let found = patch(&model, &clean, &corrupt, &logit_diff(), &sweep, &mut |_, _| ()).unwrap();
    // the whole stream of any layer carries everything
    close(&found.grids[0].values, &[found.clean; 3], 1e-5, "whole stream");
    close(&found.normalised().unwrap()[0].values, &[1.0; 3], 1e-4, "as fractions");
    let fractions =
        PatchResult { grids: vec![found.grids[0].map(|_| found.corrupt)], ..found.clone() }.normalised();
    close(&fractions.unwrap()[0].values, &[0.0; 3], 1e-6, "nothing recovered");
}

#[test]
fn grids_are_in_the_order_of_the_model() {
    let model = build(&decoder(), &crate::tiny::cpu(), 3);
    let sweep = Sweep::new(
        sites(&["ln_final.hook_normalized", "blocks.{0,2}.hook_mlp_out", "hook_embed"]),
        Per::Position,
    );
    let found =
        patch(&model, &inputs(4, false), &inputs(5, false), &logit_diff(), &sweep, &mut |_, _| ()).unwrap();
    let shown: Vec<_> =
        found.grids.iter().map(|grid| (grid.name(), grid.layers.clone(), grid.cols)).collect();
    let row = |name: &str, layers: &[Option<usize>]| (name.to_string(), layers.to_vec(), 5);
    let expected = [
        row("hook_embed", &[None]),
        row("hook_mlp_out", &[Some(0), Some(2)]),
        row("ln_final.hook_normalized", &[None]),
    ];
    assert_eq!(shown, expected);
    // the metric is read at the last position: patched there after everything, all is recovered; elsewhere nothing
    let last = &found.grids[2];
    close(
        &[last.get(0, 4).unwrap(), last.get(0, 0).unwrap()],
        &[found.clean, found.corrupt],
        1e-5,
        "final norm",
    );
    assert_eq!((last.get(0, 5), last.get(1, 0)), (None, None));
}

#[test]
fn progress_counts_every_patch() {
    let model = build(&decoder(), &crate::tiny::cpu(), 3);
    for (rows, calls) in [(1, 7), (4, 4), (1000, 4)] {
        let sweep = Sweep::new(sites(&["*hook_z"]), Per::Head).rows_per_forward(rows);
        let mut heard = Vec::new();
        patch(&model, &inputs(4, false), &inputs(5, false), &logit_diff(), &sweep, &mut |done, total| {
            heard.push((done, total));
        })
        .unwrap();
        assert_eq!((heard[0], heard[heard.len() - 1]), ((0, 6), (6, 6)));
        assert!(heard.is_sorted(), "{heard:?}");
        assert_eq!(heard.len(), calls, "one call before, one after each pass");
    }
}

#[test]
fn ablations() {
    for (name, device) in devices() {
        let (model, inputs, others) = (build(&decoder(), &device, 3), inputs(4, true), inputs(8, true));
        let (per, patterns) = (Per::Head, ["*hook_z", "*hook_pattern"]);
        let selected = sites(&patterns);
        let kept = capture(&model, &others, &selected).unwrap();
        let of = |site: Site| kept.get(site).unwrap().clone();
        let mean = |per_position| Replacement::Mean { over: others.clone(), per_position };
        type Rule<'a> = &'a dyn Fn(Site) -> Action;
        let cases: [(Replacement, Rule<'_>); 4] = [
            (Replacement::Zero, &|_| Action::Zero),
            (mean(true), &|site| Action::Mean(MeanOf::new(of(site)).per_position().unpadded(&others))),
            (mean(false), &|site| Action::Mean(MeanOf::new(of(site)).unpadded(&others))),
            (Replacement::Resample { from: others.clone(), seed: 3 }, &|site| Action::Resample {
                from: of(site),
                rows: fascicle_causal::Resample::Seeded(3),
            }),
        ];
        for (with, action) in cases {
            let what = format!("{with:?}").chars().take(12).collect::<String>();
            let ablation = Ablation { with, ..Ablation::zero(selected.clone(), per) };
            let found = ablate(&model, &inputs, &logit_diff(), &ablation, &mut |_, _| ()).unwrap();
            let judge = judge(&model, &logit_diff(), &inputs, &inputs);
            close(&[found.intact], &[judge(&[])], 1e-5, "intact");
            for grid in &found.grids {
                let expected = one_by_one(grid, &judge, action);
                close(&grid.values, &expected, 5e-5, &format!("{} by {what} on {name}", grid.name()));
            }
        }
    }
}

#[test]
fn ablating_whole_mlps() {
    let (model, inputs) = (build(&decoder(), &crate::tiny::cpu(), 3), inputs(4, false));
    let ablation = Ablation::mean(sites(&["*hook_mlp_out"]), Per::Layer, inputs.clone());
    let found = ablate(&model, &inputs, &MetricSpec::kl(), &ablation, &mut |_, _| ()).unwrap();
    assert_eq!((found.grids.len(), found.grids[0].rows(), found.grids[0].cols), (1, 3, 1));
    close(&[found.intact], &[0.0], 1e-6, "no divergence from itself");
    assert!(found.grids[0].values.iter().all(|divergence| *divergence > 1e-4), "{:?}", found.grids[0].values);
    let (row, _, largest) = found.grids[0].largest().unwrap();
    assert!(
        found.grids[0].values.iter().all(|value| *value <= largest)
            && found.grids[0].get(row, 0) == Some(largest)
    );
}

#[test]
fn the_natural_place_of_a_site() {
    assert_eq!(
        [SiteKind::Z, SiteKind::ResidPre, SiteKind::MlpPost].map(Per::natural),
        [Per::Head, Per::Position, Per::Position]
    );
    for per in [Per::Layer, Per::Position, Per::Head, Per::Neuron] {
        assert_eq!(per.to_string().parse::<Per>().unwrap(), per);
    }
}
