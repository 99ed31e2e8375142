//! What must change nothing, changes nothing; and patching everything gives the other run.

use fascicle_causal::{Action, Activation, Addend, Intervention, Scope, capture, capture_with, run_with};
use fascicle_models::{Site, SiteKind, SiteSelector, Transformer};
use proptest::prelude::*;

use crate::tiny::{attention_only, build, close, cpu, decoder, devices, encoder, inputs, numbers};

/// f32, and probes that see a site may have the model take another way to the same numbers.
const TOLERANCE: f64 = 2e-5;

fn models() -> impl Strategy<Value = (Transformer, u64)> {
    let configs = prop_oneof![Just(decoder()), Just(encoder()), Just(attention_only())];
    (configs, 0..1000u64).prop_map(|(config, seed)| (build(&config, &cpu(), seed), seed))
}

fn scope_of(kind: SiteKind, pick: usize) -> Scope {
    let scope = Scope::all().rows(pick % 2);
    if kind.axis(fascicle_models::Axis::Head).is_some() {
        scope.heads(pick % 2)
    } else {
        scope.positions(pick % 5)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_place_patched_with_itself((model, seed) in models(), site in any::<prop::sample::Index>(), pick in 0..10usize) {
        let inputs = inputs(seed, seed % 2 == 0);
        let site = *site.get(&model.sites());
        let kept = capture(&model, &inputs, &SiteSelector::sites(&[site])).unwrap();
        let own = kept.get(site).unwrap().clone();
        let plain = numbers(&model.forward(&inputs).unwrap());
        for action in [Action::Interchange(own.clone()), Action::Freeze(own)] {
            let patch = Intervention::new(site, action);
            for patch in [patch.clone(), patch.within(scope_of(site.kind, pick))] {
                close(&numbers(&run_with(&model, &inputs, &[patch]).unwrap()), &plain, TOLERANCE, &site.to_string());
            }
        }
    }

    #[test]
    fn actions_that_do_nothing((model, seed) in models(), site in any::<prop::sample::Index>()) {
        let inputs = inputs(seed, seed % 2 == 1);
        let site = *site.get(&model.sites());
        let plain = numbers(&model.forward(&inputs).unwrap());
        let width = *model.site_shape(site, &inputs).last().unwrap();
        let nothing = [
            Action::Scale(1.0),
            Action::Add(Addend::Value(0.0)),
            Action::Add(Addend::Direction(vec![0.0; width])),
            Action::Clamp { min: f32::NEG_INFINITY, max: f32::INFINITY },
            Action::Resample {
                from: capture(&model, &inputs, &SiteSelector::sites(&[site])).unwrap().get(site).unwrap().clone(),
                rows: fascicle_causal::Resample::Rows(vec![0, 1]),
            },
        ];
        let nothing = nothing.map(|action| Intervention::new(site, action));
        close(&numbers(&run_with(&model, &inputs, &nothing).unwrap()), &plain, TOLERANCE, &site.to_string());
        prop_assert_eq!(numbers(&run_with(&model, &inputs, &[]).unwrap()), plain);
    }

    #[test]
    fn the_whole_stream_patched_gives_the_other_run((model, seed) in models(), layer in 0..2usize) {
        let (clean, corrupt) = (inputs(seed, false), inputs(seed + 1, false));
        let site = Site::block(layer, SiteKind::ResidPre);
        let kept = capture(&model, &clean, &SiteSelector::sites(&[site])).unwrap();
        let patch = Intervention::new(site, Action::Interchange(kept.get(site).unwrap().clone()));
        close(&numbers(&run_with(&model, &corrupt, &[patch]).unwrap()), &numbers(&kept.outputs), TOLERANCE, "patched");
    }

    #[test]
    fn starting_at_a_block_is_the_rest_of_the_pass((model, seed) in models(), layer in 0..2usize) {
        let inputs = inputs(seed, seed % 2 == 0);
        let site = Site::block(layer, SiteKind::ResidPre);
        let kept = capture(&model, &inputs, &SiteSelector::sites(&[site])).unwrap();
        let stream = kept.get(site).unwrap().tensor().unwrap();
        let rest = model.forward_from(layer, stream, &inputs, &mut fascicle_models::NoProbe).unwrap();
        close(&numbers(&rest), &numbers(&kept.outputs), TOLERANCE, "from the stream");
    }
}

#[test]
fn on_every_device() {
    for (name, device) in devices() {
        for config in [decoder(), encoder()] {
            let (model, reference) = (build(&config, &device, 5), build(&config, &cpu(), 5));
            let (clean, corrupt) = (inputs(1, true), inputs(2, true));
            let everything = SiteSelector::parse(&["*"]).unwrap();
            let kept = capture(&model, &clean, &everything).unwrap();
            let expected = capture(&reference, &clean, &everything).unwrap();
            for (site, activation) in &kept.activations {
                let expected = expected.get(*site).unwrap().to_vec().unwrap();
                close(&activation.to_vec().unwrap(), &expected, 1e-4, &format!("{site} on {name}"));
            }
            // one place of each site, all at once
            let patches = |kept: &std::collections::BTreeMap<Site, Activation>| -> Vec<Intervention> {
                let patch = |(site, own): (&Site, &Activation)| {
                    Intervention::new(*site, Action::Interchange(own.clone())).within(scope_of(site.kind, 1))
                };
                kept.iter().map(patch).collect()
            };
            let got =
                capture_with(&model, &corrupt, &everything, &patches(&kept.activations), Default::default());
            let reference = capture_with(
                &reference,
                &corrupt,
                &everything,
                &patches(&expected.activations),
                Default::default(),
            );
            let (got, reference) = (got.unwrap(), reference.unwrap());
            close(&numbers(&got.outputs), &numbers(&reference.outputs), 1e-4, &format!("patched on {name}"));
        }
    }
}
