//! The same figures as TransformerLens and PyTorch give for the same checkpoints.

use std::path::PathBuf;

use burn::tensor::{Tensor, TensorData};
use fascicle_causal::{
    Ablation, Action, Activation, Addend, Direction, Intervention, MetricSpec, Per, Sweep, ablate, capture,
    patch, run_with,
};
use fascicle_models::{Inputs, NamedTensor, Site, SiteKind, TensorFile, Transformer, load};

use crate::tiny::{close, cpu, devices, sites};

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(path)
}

fn read(path: &str) -> TensorFile {
    TensorFile::read(fixture(path)).unwrap()
}

fn real<'a>(file: &'a TensorFile, name: &str) -> (&'a [usize], &'a [f32]) {
    match file.get(name) {
        Some(NamedTensor::F32 { shape, values }) => (shape, values),
        other => panic!("{name}: {other:?}"),
    }
}

fn ids<'a>(file: &'a TensorFile, name: &str) -> &'a [i64] {
    file.whole::<1>(name).unwrap().unwrap().1
}

fn inputs(file: &TensorFile) -> Inputs {
    let (shape, ids) = file.whole::<2>("input_ids").unwrap().unwrap();
    let inputs = Inputs::new(ids.to_vec(), shape).unwrap();
    match file.whole::<2>("attention_mask").unwrap() {
        Some((_, mask)) => inputs.with_attention_mask(mask.to_vec()).unwrap(),
        None => inputs,
    }
}

/// Clean and corrupt inputs of the induction model, and the metric on them.
fn induction() -> (Inputs, Inputs, MetricSpec) {
    let [clean, corrupt] =
        ["clean", "corrupt"].map(|name| read(&format!("causal/induction/{name}.safetensors")));
    let metric = MetricSpec::logit_diff(ids(&clean, "answer").to_vec(), ids(&clean, "wrong").to_vec());
    (inputs(&clean), inputs(&corrupt), metric)
}

fn per(name: &str) -> Per {
    name.parse().unwrap()
}

#[test]
fn patching_sweeps() {
    let (clean, corrupt, metric) = induction();
    let (tables, rows) =
        (read("causal/induction/sweeps_more.safetensors"), read("causal/induction/sweeps.safetensors"));
    for (name, device) in devices() {
        let model = load(fixture("causal/induction"), &device).unwrap().into_transformer().unwrap();
        for (table, _) in tables.iter() {
            let [direction, places, site] = table.splitn(3, '.').collect::<Vec<_>>()[..] else {
                panic!("{table}")
            };
            if places == "neuron" && name != "cpu" {
                continue; // 16 384 rows: enough on one device, and software Vulkan would take minutes
            }
            let (shape, expected) = real(&tables, table);
            let values = if direction == "zero" {
                let ablation = Ablation::zero(sites(&[site]), per(places));
                ablate(&model, &clean, &metric, &ablation, &mut |_, _| ()).unwrap().grids
            } else {
                let direction = if direction == "noise" { Direction::Noise } else { Direction::Denoise };
                let sweep = Sweep { direction, ..Sweep::new(sites(&[site]), per(places)) };
                let found = patch(&model, &clean, &corrupt, &metric, &sweep, &mut |_, _| ()).unwrap();
                for (got, name) in [(found.clean, "clean_ld"), (found.corrupt, "corrupt_ld")] {
                    let (_, rows) = real(&rows, name);
                    close(
                        &[got],
                        &[rows.iter().map(|x| f64::from(*x)).sum::<f64>() / rows.len() as f64],
                        1e-5,
                        name,
                    );
                }
                found.grids
            };
            assert_eq!((values.len(), &[values[0].rows(), values[0].cols][..]), (1, shape), "{table}");
            assert_eq!(values[0].name(), site);
            let expected: Vec<f64> = expected.iter().map(|x| f64::from(*x)).collect();
            close(&values[0].values, &expected, 1e-4, &format!("{table} on {name}"));
        }
    }
}

#[test]
fn activations_at_every_site() {
    for family in ["gpt2", "bert"] {
        let golden = read(&format!("hf/{family}/activations.safetensors"));
        let inputs = inputs(&read(&format!("hf/{family}/golden.safetensors")));
        for (name, device) in devices() {
            let model = load(fixture(&format!("hf/{family}")), &device).unwrap().into_transformer().unwrap();
            let kept = capture(&model, &inputs, &sites(&["*"])).unwrap();
            let mut compared = 0;
            for (site, activation) in &kept.activations {
                // forbidden scores are -inf in one and the lowest number in the other
                if site.kind == SiteKind::AttnScores || golden.get(&site.to_string()).is_none() {
                    continue;
                }
                let (shape, expected) = real(&golden, &site.to_string());
                assert_eq!(activation.dims(), shape, "{family} {site}");
                close(&activation.to_vec().unwrap(), expected, 1e-4, &format!("{family} {site} on {name}"));
                compared += 1;
            }
            assert!(compared > 30, "{family}: {compared}");
        }
    }
}

/// The gradient of Σ weight · output at `site`, by a leaf of zeros that is added there.
fn gradient<const D: usize>(
    model: &Transformer,
    inputs: &Inputs,
    site: Site,
    shape: [usize; D],
    weight: &Tensor<3>,
) -> Vec<f32> {
    let leaf = Tensor::<D>::zeros(shape, &model.device()).require_grad();
    let tap = Intervention::new(site, Action::Add(Addend::Whole(Activation::new(leaf.clone()))));
    let outputs = run_with(model, inputs, &[tap]).unwrap();
    let judged = outputs.logits.or(outputs.last_hidden_state).unwrap();
    let gradients = (judged * weight.clone()).sum().backward();
    leaf.grad(&gradients).unwrap().try_into_vec_as::<f32>().unwrap()
}

#[test]
fn gradients_at_every_site() {
    let device = cpu().autodiff();
    for family in ["gpt2", "bert"] {
        let golden = read(&format!("hf/{family}/gradients.safetensors"));
        let inputs = inputs(&golden);
        let model = load(fixture(&format!("hf/{family}")), &device).unwrap().into_transformer().unwrap();
        let (shape, weight) = real(&golden, "loss.weight");
        let weight = Tensor::<3>::from_data(TensorData::new(weight.to_vec(), shape.to_vec()), &device);
        let known: Vec<Site> = golden.iter().filter_map(|(name, _)| name.parse().ok()).collect();
        assert!(known.len() > 30, "{family}");
        for site in known {
            let (shape, expected) = real(&golden, &site.to_string());
            let got = match *shape {
                [a, b, c] => gradient(&model, &inputs, site, [a, b, c], &weight),
                [a, b, c, d] => gradient(&model, &inputs, site, [a, b, c, d], &weight),
                _ => panic!("{site}: {shape:?}"),
            };
            close(&got, expected, 5e-4, &format!("{family} {site}"));
        }
    }
}
