//! Gradients at every site: against finite differences in f64, and against PyTorch's where a golden file holds them.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Device, Tensor, TensorData};
use fascicle_core::testing::test_devices;
use fascicle_models::{Inputs, NamedTensor, Probe, Site, SitedModel, TensorFile, load};

use crate::support::{fixtures, folders, host, inputs, name, odd_config, random_model, worst};

/// Adds a zero to a site, so that the gradient of the zero is the gradient of the site; or a small nudge.
#[derive(Default)]
struct Tap {
    leaves: BTreeMap<Site, Tensor<1>>,
    nudge: Option<(Site, usize, f64)>,
}

impl Probe for Tap {
    fn wants(&self, site: Site) -> bool {
        self.nudge.is_none_or(|(nudged, ..)| nudged == site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        let shape = x.dims();
        let count = shape.iter().product();
        let mut values = vec![0.0f64; count];
        let leaf = |values: Vec<f64>| {
            Tensor::<1>::from_data(TensorData::new(values, [count]), (&x.device(), x.dtype()))
        };
        match self.nudge {
            Some((_, element, step)) => {
                values[element] = step;
                let step = leaf(values);
                x + step.reshape(shape)
            }
            None => {
                let zero = leaf(values).require_grad();
                self.leaves.insert(site, zero.clone());
                x + zero.reshape(shape)
            }
        }
    }
}

/// A fixed, irregular weighting of all outputs: a scalar that depends on everything.
fn scalar(model: &impl SitedModel, inputs: &Inputs, probe: &mut Tap) -> Tensor<1> {
    fn weighted<const D: usize>(x: Tensor<D>) -> Tensor<1> {
        let count = x.dims().iter().product();
        let weights: Vec<f64> = (0..count).map(|i| ((i * 7919) % 101) as f64 / 50.0 - 1.0).collect();
        let weights = Tensor::<1>::from_data(TensorData::new(weights, [count]), (&x.device(), x.dtype()));
        (x.reshape([count]) * weights).sum()
    }
    let outputs = model.forward_with(inputs, probe).unwrap();
    let all = [
        outputs.logits.map(weighted),
        outputs.class_logits.map(weighted),
        outputs.last_hidden_state.map(weighted),
        outputs.pooler_output.map(weighted),
        outputs.text_embeds.map(weighted),
        outputs.image_embeds.map(weighted),
        outputs.logits_per_image.map(weighted),
    ];
    all.into_iter().flatten().reduce(|a, b| a + b).expect("at least one output")
}

struct ToF64;

impl ModuleMapper for ToF64 {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|x| x.cast(DType::F64).set_require_grad(false))
    }
}

fn check_against_differences(name: &str, model: &impl SitedModel, inputs: &Inputs) {
    let mut tap = Tap::default();
    let gradients = scalar(model, inputs, &mut tap).backward();
    assert_eq!(tap.leaves.keys().count(), model.sites().len(), "{name}");
    for (site, leaf) in &tap.leaves {
        let gradient: Vec<f64> = leaf
            .grad(&gradients)
            .unwrap_or_else(|| panic!("{name}: no gradient at {site}"))
            .into_data()
            .try_into_vec_as()
            .unwrap();
        let largest =
            (0..gradient.len()).max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs())).unwrap();
        // the largest entry and two others; all of them would take minutes
        for element in [largest, gradient.len() / 2, gradient.len() - 1] {
            let step = 1e-5;
            let at = |step| {
                let value =
                    scalar(model, inputs, &mut Tap { nudge: Some((*site, element, step)), ..Tap::default() });
                value.into_data().try_into_vec_as::<f64>().unwrap()[0]
            };
            let difference = (at(step) - at(-step)) / (2.0 * step);
            let error = (difference - gradient[element]).abs() / difference.abs().max(1.0);
            assert!(
                error < 1e-6,
                "{name} {site}[{element}]: {} by autodiff, {difference} by differences",
                gradient[element]
            );
        }
    }
}

#[test]
fn gradients_agree_with_finite_differences_at_every_site() {
    let device = Device::flex().autodiff();
    let inputs = Inputs::new(vec![1, 2, 3, 4, 10, 9, 0, 7], [2, 4]).unwrap();
    let odd = random_model(&odd_config(), &device).map(&mut ToF64);
    check_against_differences("odd", &odd, &inputs);
    let masked = inputs.with_attention_mask(vec![1, 1, 1, 1, 1, 1, 1, 0]).unwrap();
    for folder in [
        "gpt2",
        "bert",
        "bert-mlm",
        "llama",
        "gpt_neox",
        "neox-serial",
        "qwen2",
        "qwen3",
        "gemma2",
        "gemma2-window",
        "olmoe",
    ] {
        let model = load(fixtures("hf").join(folder), &device).unwrap().model.map(&mut ToF64);
        check_against_differences(folder, &model, &masked);
    }
}

/// Of models that take images, each with the inputs of its golden file.
#[test]
fn gradients_agree_with_finite_differences_at_every_site_of_vision_models() {
    let device = Device::flex().autodiff();
    for folder in [
        "vit",
        "deit",
        "dinov2-registers",
        "dinov2-swiglu",
        "dinov3_vit",
        "dinov3-gated",
        "clip",
        "vit_mae",
        "mae-stretched",
        "resnet",
    ] {
        let folder = fixtures("hf").join(folder);
        let inputs = inputs(&TensorFile::read(folder.join("golden.safetensors")).unwrap());
        // one image is enough, where texts do not come in another number
        let inputs = inputs.rows(&[0]).unwrap_or(inputs);
        let model = load(&folder, &device).unwrap().model.map(&mut ToF64);
        check_against_differences(&name(&folder), &model, &inputs);
    }
}

#[test]
fn gradients_agree_with_pytorch() {
    let folders = folders("gradients.safetensors");
    assert!(folders.len() >= 2, "no gradients found");
    for (device_name, device) in test_devices() {
        for folder in &folders {
            let golden = TensorFile::read(folder.join("gradients.safetensors")).unwrap();
            let (batch, name) = (inputs(&golden), name(folder));
            let model = load(folder, &device.clone().autodiff()).unwrap().model;
            let mut tap = Tap::default();
            let outputs = model.forward_with(&batch, &mut tap).unwrap();
            let Some(NamedTensor::F32 { values, .. }) = golden.get("loss.weight") else {
                panic!("{name}: no loss.weight")
            };
            let flat = |x: Tensor<3>| x.flatten::<1>(0, 2);
            let scores = outputs.class_logits.or(outputs.logits_per_image).map(|x| x.flatten::<1>(0, 1));
            let hidden = || outputs.last_hidden_state.map(flat).unwrap();
            let x = outputs.logits.map(flat).or(scores).unwrap_or_else(hidden);
            let weights = TensorData::new(values.clone(), [values.len()]);
            let weights = Tensor::<1>::from_data(weights, &x.device());
            let gradients = (x * weights).sum().backward();
            let mut compared = 0;
            for (key, tensor) in golden.iter() {
                let (NamedTensor::F32 { values, .. }, Ok(site)) = (tensor, key.parse::<Site>()) else {
                    continue;
                };
                let got = host(tap.leaves[&site].grad(&gradients).unwrap());
                let worst = worst(&got, values);
                assert!(worst <= 1e-4, "{name} on {device_name}: gradient at {key} differs by {worst:.2e}");
                compared += 1;
            }
            assert!(compared >= 8, "{name}: only {compared} gradients compared");
        }
    }
}
