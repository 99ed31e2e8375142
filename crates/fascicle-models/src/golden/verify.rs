//! A run of a model on a golden file's inputs, compared with what else the file holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::Tensor;

use super::{GoldenReport, compare_golden, golden_site};
use crate::checkpoint::{NamedTensor, TensorFile};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::model::{Model, SitedModel};
use crate::probe::Probe;
use crate::site::{Site, SiteKind};

/// What a golden file holds beside the numbers that a model has to give.
const GIVEN: [&str; 4] = ["pixel_values", "noise", "loss", "loss.weight"];

/// Runs the model on a golden file's inputs and compares every number in it: outputs, hidden states `h.i`, patterns
/// `attn.i` and router scores `router.i` as `transformers` names them, and sites under their own names.
///
/// A golden file is a safetensors file with what [`Inputs::from_file`] reads, and tensors to compare with.
///
/// # Errors
/// [`ModelError`] for inputs that are absent or that the model refuses; what differs is in the report.
pub fn verify(model: &Model, golden: &TensorFile, tolerance: f32) -> Result<GoldenReport, ModelError> {
    let inputs = Inputs::from_file(golden)?;
    let config = model.config();
    let site = |name: &str, shape: &[usize]| golden_site(name, shape, &config);
    let sites = golden.iter().filter_map(|(name, tensor)| site(name, tensor.shape())).collect();
    let mut keep = Keep { sites, kept: BTreeMap::new(), failed: None };
    let outputs = model.forward_with(&inputs, &mut keep)?.named()?;
    if let Some(error) = keep.failed {
        return Err(error);
    }
    let kept = keep.kept;
    let shape_of = |name: &str| golden.get(name).map_or(Vec::new(), |tensor| tensor.shape().to_vec());
    Ok(compare_golden(
        golden,
        tolerance,
        |name| GIVEN.contains(&name),
        |name| {
            let expected = shape_of(name);
            let output = outputs.iter().find(|(output, _)| *output == name).map(|(_, tensor)| tensor);
            let (found, at) = match (output, site(name, &expected)) {
                (Some(output), _) => (output, None),
                (None, Some(site)) => (kept.get(&site)?, Some(site)),
                (None, None) => return None,
            };
            let NamedTensor::F32 { shape, values } = found else { return None };
            let shape = as_there(name, shape, &expected);
            Some((shape, readable(at, values, golden.get(name)?)))
        },
    ))
}

/// The shape under which `transformers` has the same numbers: it counts a router's rows without their batch, and leaves
/// sides of length 1 behind what a residual network pools.
fn as_there(name: &str, shape: &[usize], expected: &[usize]) -> Vec<usize> {
    match (name, shape, expected) {
        ("pooler_output", [batch, channels], [_, _, 1, 1]) => vec![*batch, *channels, 1, 1],
        (_, [batch, positions, experts], [_, _]) if name.starts_with("router.") => {
            vec![batch * positions, *experts]
        }
        _ => shape.to_vec(),
    }
}

/// The numbers as they compare: a forbidden score is the lowest finite number here and may be −∞ there.
fn readable<'a>(at: Option<Site>, values: &'a [f32], golden: &NamedTensor) -> Cow<'a, [f32]> {
    match (at.map(|site| site.kind), golden) {
        (Some(SiteKind::AttnScores), NamedTensor::F32 { values: expected, .. }) => values
            .iter()
            .zip(expected)
            .map(|(got, expected)| {
                let forbidden = *got == f32::MIN && *expected == f32::NEG_INFINITY;
                if forbidden { *expected } else { *got }
            })
            .collect(),
        _ => Cow::Borrowed(values),
    }
}

/// Keeps the numbers at some sites.
struct Keep {
    sites: BTreeSet<Site>,
    kept: BTreeMap<Site, NamedTensor>,
    failed: Option<ModelError>,
}

impl Probe for Keep {
    fn wants(&self, site: Site) -> bool {
        self.sites.contains(&site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        match NamedTensor::read(site, x.clone()) {
            Ok(tensor) => {
                self.kept.insert(site, tensor);
            }
            Err(error) => self.failed = Some(error),
        }
        x
    }
}
