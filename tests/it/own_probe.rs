//! A probe that a program wrote itself, alone and together with those of `fascicle-causal`.

use burn::tensor::Tensor;
use fascicle_causal::{Capture, capture};
use fascicle_models::{Probe, Site, SiteKind, SiteSelector};

use crate::hand_built::{inputs, logits, model};

/// Counts visits and silences what the first block's attention adds.
#[derive(Default)]
struct Silence {
    visits: Vec<Site>,
}

impl Probe for Silence {
    fn wants(&self, site: Site) -> bool {
        site == Site::block(0, SiteKind::AttnOut)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        self.visits.push(site);
        x.zeros_like()
    }
}

#[test]
fn it_visits_changes_and_composes() {
    let (model, inputs) = (model(), inputs());
    let (before, after) = (Site::block(0, SiteKind::ResidPre), Site::block(0, SiteKind::ResidPost));
    let mut probes = (Silence::default(), Capture::new(&[before, after]));
    let outputs = model.forward_with(&inputs, &mut probes).unwrap();
    let (silence, kept) = (probes.0, probes.1.into_activations().unwrap());
    assert_eq!(silence.visits, [Site::block(0, SiteKind::AttnOut)]);
    // an attention-only block that adds nothing leaves the stream as it is
    assert_eq!(kept[&before].to_vec().unwrap(), kept[&after].to_vec().unwrap());
    assert_ne!(outputs.logits.unwrap().try_into_vec_as::<f32>().unwrap(), logits(&model, &inputs));
}

#[test]
fn starting_at_a_block_gives_what_the_whole_pass_gives() {
    let (model, inputs) = (model(), inputs());
    let site = Site::block(1, SiteKind::ResidPre);
    let kept = capture(&model, &inputs, &SiteSelector::sites(&[site])).unwrap();
    let stream = kept.get(site).unwrap().tensor::<3>().unwrap();
    let outputs = model.forward_from(1, stream, &inputs, &mut Silence::default()).unwrap();
    assert_eq!(outputs.logits.unwrap().try_into_vec_as::<f32>().unwrap(), logits(&model, &inputs));
}
