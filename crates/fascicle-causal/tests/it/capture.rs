//! Capturing keeps what was asked for, stops when it may, and keeps to its budget.

use burn::tensor::Tensor;
use fascicle_causal::{Activation, Capture, CaptureOptions, capture, capture_only, capture_with};
use fascicle_models::{Probe, Site, SiteKind};

use crate::tiny::{attention_only, build, cpu, decoder, encoder, inputs, sites};

#[test]
fn every_site_has_the_shape_that_the_model_says() {
    for config in [decoder(), encoder(), attention_only()] {
        let (model, inputs) = (build(&config, &cpu(), 1), inputs(2, true));
        let kept = capture(&model, &inputs, &sites(&["*"])).unwrap();
        assert_eq!(kept.activations.len(), model.sites().len());
        for (site, activation) in &kept.activations {
            assert_eq!(activation.dims(), model.site_shape(*site, &inputs), "{site}");
            assert_eq!(activation.to_vec().unwrap().len(), activation.dims().iter().product::<usize>());
        }
        let last = kept.outputs.last_hidden_state.unwrap().dims();
        assert_eq!(last, [2, 5, 8]);
    }
}

#[test]
fn only_what_was_asked_for_is_kept() {
    let (model, inputs) = (build(&decoder(), &cpu(), 1), inputs(2, false));
    let kept = capture(&model, &inputs, &sites(&["*hook_resid_post", "blocks.1.attn.hook_z[1]"])).unwrap();
    let expected = [
        Site::block(0, SiteKind::ResidPost),
        Site::block(1, SiteKind::Z).with_head(1),
        Site::block(1, SiteKind::ResidPost),
        Site::block(2, SiteKind::ResidPost),
    ];
    assert_eq!(kept.activations.keys().copied().collect::<Vec<_>>(), expected);
}

/// Counts the visits to the sites after the first block.
struct Later(usize);

impl Probe for Later {
    fn wants(&self, site: Site) -> bool {
        site.layer.is_none_or(|layer| layer > 0) && site.kind > SiteKind::TokenTypeEmbed
    }

    fn at<const D: usize>(&mut self, _: Site, x: Tensor<D>) -> Tensor<D> {
        self.0 += 1;
        x
    }

    fn finished(&self) -> bool {
        true
    }
}

#[test]
fn without_outputs_the_pass_stops_after_the_last_site() {
    let (model, inputs) = (build(&decoder(), &cpu(), 1), inputs(2, false));
    let site = Site::block(0, SiteKind::MlpPost);
    let mut probes = (Capture::new(&[site]).stop_when_done(), Later(0));
    let outputs = model.forward_with(&inputs, &mut probes).unwrap();
    assert!(outputs.logits.is_none() && outputs.last_hidden_state.is_none());
    assert_eq!(probes.1.0, 0, "nothing after the first block is computed");
    let kept = probes.0.into_activations().unwrap();
    let full = capture(&model, &inputs, &sites(&["mlp.hook_post"])).unwrap();
    assert_eq!(kept[&site].to_vec().unwrap(), full.get(site).unwrap().to_vec().unwrap());
    assert_eq!(capture_only(&model, &inputs, &sites(&["*"])).unwrap().len(), model.sites().len());
}

#[test]
fn a_budget_that_suffices_is_no_hindrance() {
    let (model, inputs) = (build(&decoder(), &cpu(), 1), inputs(2, false));
    let options = |bytes| CaptureOptions { byte_budget: Some(bytes), ..CaptureOptions::default() };
    // [2, 5, 8] numbers of four bytes, and half of [2, 5, 2, 3]
    let selected = sites(&["blocks.0.hook_resid_pre", "blocks.0.attn.hook_z[0]"]);
    let exactly = 320 + 120;
    assert!(capture_with(&model, &inputs, &selected, &[], options(exactly)).is_ok());
    assert!(capture_with(&model, &inputs, &selected, &[], options(exactly - 1)).is_err());
}

#[test]
fn activations_are_read_with_their_own_rank() {
    let x = Tensor::<3>::from_data([[[1.0, 2.0], [3.0, 4.0]]], &cpu());
    let kept = Activation::new(x.swap_dims(1, 2));
    assert_eq!((kept.dims(), kept.to_vec().unwrap()), (&[1, 2, 2][..], vec![1.0, 3.0, 2.0, 4.0]));
    assert_eq!(kept.tensor::<3>().unwrap().dims(), [1, 2, 2]);
    assert!(kept.tensor::<2>().is_err());
}
