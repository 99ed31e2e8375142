//! Probes: observation changes nothing, optional sites are consistent, a pass can start in the middle.

use burn::tensor::Tensor;
use fascicle_core::testing::test_devices;
use fascicle_models::{Inputs, NoProbe, Probe, Site, SiteKind, Transformer};

use crate::support::{KeepAll, host, odd_config, random_model, worst};

fn batch() -> Inputs {
    Inputs::new(vec![1, 2, 3, 4, 5, 10, 9, 0, 7, 6], [2, 5])
        .unwrap()
        .with_attention_mask(vec![1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
        .unwrap()
}

fn logits(model: &Transformer, probe: &mut impl Probe) -> Vec<f32> {
    host(model.forward_with(&batch(), probe).unwrap().logits.unwrap())
}

#[test]
fn observing_every_site_changes_nothing() {
    for (name, device) in test_devices() {
        let model = random_model(&odd_config(), &device);
        let plain = logits(&model, &mut NoProbe);
        let mut seen = KeepAll::default();
        let observed = logits(&model, &mut seen);
        // the norm's scale and the heads' results take other routes to the same numbers
        assert!(worst(&observed, &plain) < 1e-5, "{name}");

        let at = |layer, kind| &seen.0[&Site::block(layer, kind)].1;
        let bias_free: Vec<f32> = at(0, SiteKind::Result)
            .chunks(30)
            .flat_map(|heads| (0..10).map(|c| heads[c] + heads[10 + c] + heads[20 + c]))
            .collect();
        let bias = crate::support::random_values(&odd_config())["blocks.0.attn.o.bias"].1.clone();
        let sum: Vec<f32> =
            bias_free.chunks(10).flat_map(|row| row.iter().zip(&bias).map(|(a, b)| a + b)).collect();
        assert!(
            worst(at(0, SiteKind::AttnOut), &sum) < 1e-5,
            "{name}: heads do not add up to attention's output"
        );
        for row in at(1, SiteKind::Pattern).chunks(5) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{name}: a pattern row does not sum to 1");
        }
    }
}

#[test]
fn a_pass_that_starts_in_the_middle_ends_alike() {
    for (name, device) in test_devices() {
        let model = random_model(&odd_config(), &device);
        let mut seen = KeepAll::default();
        let whole = logits(&model, &mut seen);
        for layer in 0..2 {
            let (shape, values) = seen.0[&Site::block(layer, SiteKind::ResidPre)].clone();
            let stream = Tensor::<3>::from_data(burn::tensor::TensorData::new(values, shape), &device);
            let outputs = model.forward_from(layer, stream, &batch(), &mut NoProbe).unwrap();
            assert!(worst(&host(outputs.logits.unwrap()), &whole) < 1e-5, "{name} from {layer}");
        }
    }
}

#[test]
fn a_stream_that_does_not_fit_is_refused() {
    let device = fascicle_core::device("cpu").unwrap();
    let model = random_model(&odd_config(), &device);
    let from = |layer, shape: [usize; 3]| {
        model
            .forward_from(layer, Tensor::zeros(shape, &device), &batch(), &mut NoProbe)
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(from(3, [2, 5, 10]), @"there is no block 3: the model has 2 (0 to 1)");
    insta::assert_snapshot!(from(1, [2, 4, 10]), @"resid_pre: got [2, 4, 10], expected [2, 5, 10]");
}

/// A probe that has seen enough.
struct StopAfter(usize, usize);

impl Probe for StopAfter {
    fn wants(&self, site: Site) -> bool {
        site.kind == SiteKind::ResidPost
    }

    fn at<const D: usize>(&mut self, _site: Site, x: Tensor<D>) -> Tensor<D> {
        self.1 += 1;
        x
    }

    fn finished(&self) -> bool {
        self.1 >= self.0
    }
}

#[test]
fn a_probe_can_stop_the_pass() {
    let model = random_model(&odd_config(), &fascicle_core::device("cpu").unwrap());
    let mut probe = StopAfter(1, 0);
    let outputs = model.forward_with(&batch(), &mut probe).unwrap();
    assert!(outputs.logits.is_none() && probe.1 == 1);
}

/// A probe that does without scores, and may look at them all the same.
struct Spare {
    looks: bool,
}

impl Probe for Spare {
    fn wants(&self, site: Site) -> bool {
        self.looks && site.kind == SiteKind::Logits
    }

    fn at<const D: usize>(&mut self, _site: Site, x: Tensor<D>) -> Tensor<D> {
        x
    }

    fn spares_logits(&self) -> bool {
        true
    }
}

#[test]
fn scores_at_single_positions_are_those_of_the_whole_pass() {
    for (name, device) in test_devices() {
        let model = random_model(&odd_config(), &device);
        let whole = logits(&model, &mut NoProbe);
        let spared = model.forward_with(&batch(), &mut (NoProbe, &mut Spare { looks: false })).unwrap();
        assert!(spared.logits.is_none(), "{name}");
        let scores = model.logits_at(&spared.last_hidden_state.unwrap(), &[4, 1]).unwrap();
        // eleven tokens, five positions a row
        let expected = [&whole[4 * 11..][..11], &whole[6 * 11..][..11]].concat();
        assert!(worst(&host(scores), &expected) < 1e-5, "{name}");
        let seen = logits(&model, &mut Spare { looks: true });
        assert!(worst(&seen, &whole) < 1e-5, "{name}");
    }
}
