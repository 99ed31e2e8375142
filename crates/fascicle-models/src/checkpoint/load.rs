//! Loading a model folder: everything is checked before anything is built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use burn::tensor::{Device, TensorData};
use rayon::prelude::*;

use super::convert::{columns, head_rows, to_f32, transpose};
use super::folder::{RawConfig, read_json, weight_files};
use super::problems::{Misshapen, Missing, TensorProblems, Unexpected};
use super::weights::{RawTensor, Weights};
use crate::error::{ModelError, shown};
use crate::families::{Adapted, Layout, Place, adapt};
use crate::model::{Model, SitedModel};
use crate::names::nearest;
use crate::outputs::Pooling;
use crate::transformer::{Parameter, Transformer};

/// A model with what was learnt while loading it.
#[derive(Debug)]
pub struct LoadedModel {
    /// The model.
    pub model: Model,
    /// What came from where.
    pub report: LoadReport,
    /// Names of the classes, for a model that has classes and names them.
    pub labels: Vec<String>,
    /// How token vectors become a sentence vector, by the folder's own statement if it makes one.
    pub pooling: Pooling,
    /// The folder.
    pub folder: PathBuf,
}

/// What was loaded from which file.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// Family, as `config.json` names it.
    pub family: &'static str,
    /// Files read, with their sizes in bytes.
    pub files: Vec<(PathBuf, usize)>,
    /// One entry a parameter, in the order of the forward pass.
    pub tensors: Vec<LoadedTensor>,
    /// Tensors in the file that go unused, and why.
    pub unused: Vec<(String, &'static str)>,
    /// Parameters that hold NaN or infinite values.
    pub not_finite: Vec<String>,
}

/// Where a parameter came from.
#[derive(Clone, Debug)]
pub struct LoadedTensor {
    /// Canonical name.
    pub name: String,
    /// Shape of the parameter.
    pub shape: Vec<usize>,
    /// Name in the file.
    pub key: String,
    /// Type in the file.
    pub dtype: String,
    /// The file.
    pub file: PathBuf,
}

impl LoadedModel {
    /// The transformer, if the model is one.
    ///
    /// # Errors
    /// [`ModelError::NotATransformer`] naming the folder, for a model of several parts or of another kind.
    pub fn transformer(&self) -> Result<&Transformer, ModelError> {
        let absent =
            || ModelError::NotATransformer { folder: self.folder.clone(), family: self.report.family };
        self.model.transformer().ok_or_else(absent)
    }

    /// The transformer itself.
    ///
    /// # Errors
    /// As [`LoadedModel::transformer`].
    pub fn into_transformer(self) -> Result<Transformer, ModelError> {
        match self.model {
            Model::Transformer(transformer) => Ok(transformer),
            _ => Err(ModelError::NotATransformer { folder: self.folder, family: self.report.family }),
        }
    }
}

impl LoadReport {
    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.tensors.iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum()
    }
}

/// Loads a model folder onto a device, in f32.
///
/// Strict: every tensor that the configuration asks for must be there in its shape, and nothing else may be,
/// but for tensors that the family is known to leave unused.
///
/// # Errors
/// [`ModelError`] naming the file and what is wrong; all tensors that are missing, unexpected or misshapen are
/// reported at once as [`ModelError::Tensors`].
pub fn load(folder: impl AsRef<Path>, device: &Device) -> Result<LoadedModel, ModelError> {
    let folder = folder.as_ref();
    let raw = RawConfig::read(folder)?;
    let files =
        weight_files(folder)?.iter().map(|path| Weights::open(path)).collect::<Result<Vec<_>, _>>()?;
    let tensors = all_tensors(&files)?;
    let adapted = adapt(&raw, &|key| has(&tensors, key))?;
    let plan = Plan::make(folder, &adapted, &tensors)?;
    let (model, not_finite) = plan.fill(&adapted, device)?;
    for name in &not_finite {
        tracing::warn!(folder = %folder.display(), parameter = name, "parameter holds NaN or infinite values");
    }
    let report = LoadReport {
        family: adapted.family,
        files: files.iter().map(|file| (file.path.clone(), file.bytes())).collect(),
        tensors: plan
            .steps
            .iter()
            .map(|step| LoadedTensor {
                name: step.parameter.name.clone(),
                shape: step.parameter.shape.clone(),
                key: step.tensor.name.clone(),
                dtype: step.tensor.dtype.to_string(),
                file: step.tensor.file.to_path_buf(),
            })
            .collect(),
        unused: plan.unused,
        not_finite,
    };
    Ok(LoadedModel {
        model,
        labels: adapted.labels,
        report,
        pooling: pooling(folder)?,
        folder: folder.into(),
    })
}

/// Whether there is a tensor of that name, or one where it stands behind the name of a module (`bert.pooler…`).
fn has(tensors: &BTreeMap<String, RawTensor<'_>>, key: &str) -> bool {
    let behind = |name: &String| {
        name.strip_suffix(key).is_some_and(|module| {
            module.is_empty() || module.strip_suffix('.').is_some_and(|module| !module.contains('.'))
        })
    };
    tensors.keys().any(behind)
}

/// The tensors of all files by name.
fn all_tensors(files: &[Weights]) -> Result<BTreeMap<String, RawTensor<'_>>, ModelError> {
    let mut tensors: BTreeMap<String, RawTensor<'_>> = BTreeMap::new();
    for tensor in files.iter().map(Weights::tensors).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        if let Some(first) = tensors.get(&tensor.name) {
            let reason = format!("tensor `{}` is also in {}", tensor.name, first.file.display());
            return Err(ModelError::Safetensors { path: tensor.file.into(), reason });
        }
        tensors.insert(tensor.name.clone(), tensor);
    }
    Ok(tensors)
}

/// Which tensor fills which parameter.
struct Plan<'a> {
    steps: Vec<Step<'a>>,
    unused: Vec<(String, &'static str)>,
}

struct Step<'a> {
    parameter: Parameter,
    place: Place,
    tensor: &'a RawTensor<'a>,
}

impl<'a> Plan<'a> {
    fn make(
        folder: &Path,
        adapted: &Adapted,
        tensors: &'a BTreeMap<String, RawTensor<'a>>,
    ) -> Result<Self, ModelError> {
        let mut problems = TensorProblems { folder: folder.into(), ..TensorProblems::default() };
        let mut steps = Vec::new();
        let mut used = BTreeSet::new();
        for parameter in adapted.config.parameters()? {
            let Some(place) = (adapted.place)(&parameter.name) else { continue };
            let expected = place.shape_in_file(&parameter.shape);
            let found = keys(&place, adapted.prefix).find_map(|key| tensors.get(&key));
            let Some(tensor) = found else {
                let key = usual_key(&place, adapted.prefix, tensors);
                problems.missing.push(Missing { key, shape: expected, nearest: None });
                continue;
            };
            used.insert(tensor.name.as_str());
            if tensor.shape != expected || to_f32(tensor.dtype, &[]).is_none() {
                problems.misshapen.push(Misshapen {
                    key: tensor.name.clone(),
                    got: shown(tensor.dtype, &tensor.shape),
                    expected: shown("floating-point", &expected),
                    file: tensor.file.into(),
                });
            }
            steps.push(Step { parameter, place, tensor });
        }
        let mut unused = Vec::new();
        for tensor in tensors.values().filter(|tensor| !used.contains(tensor.name.as_str())) {
            let key = tensor.name.strip_prefix(adapted.prefix).unwrap_or(&tensor.name);
            match (adapted.unused)(key).or_else(|| repeated(adapted, &steps, tensor)) {
                Some(why) => unused.push((tensor.name.clone(), why)),
                None => problems.unexpected.push(Unexpected {
                    key: tensor.name.clone(),
                    shape: tensor.shape.clone(),
                    file: tensor.file.into(),
                    why: tie(adapted, tensor).map(|other| {
                        format!("its values differ from `{other}`, to which config.json ties it (tie_word_embeddings)")
                    }),
                }),
            }
        }
        // the same fused tensor is asked for by several parameters
        problems.missing.dedup_by(|a, b| a.key == b.key);
        problems.misshapen.dedup();
        // an extra tensor is offered for the one missing tensor that it is most like
        for extra in &problems.unexpected {
            let wanted = nearest(&extra.key, problems.missing.iter().map(|missing| missing.key.as_str()));
            if let Some(missing) =
                problems.missing.iter_mut().find(|missing| Some(&missing.key) == wanted.as_ref())
            {
                missing.nearest = Some(extra.key.clone());
            }
        }
        if problems.is_empty() {
            Ok(Self { steps, unused })
        } else {
            Err(ModelError::Tensors(Box::new(problems)))
        }
    }

    /// Builds the model and names the parameters that are not finite.
    fn fill(&self, adapted: &Adapted, device: &Device) -> Result<(Model, Vec<String>), ModelError> {
        let steps: BTreeMap<&str, &Step<'_>> =
            self.steps.iter().map(|step| (step.parameter.name.as_str(), step)).collect();
        let mut not_finite = Vec::new();
        let model = adapted.config.fill(device, &mut |name, shape| {
            let values =
                steps.get(name).and_then(|step| step.values()).ok_or_else(|| ModelError::MissingTensor {
                    path: "model.safetensors".into(),
                    name: name.into(),
                    nearest: None,
                    held: String::new(),
                })?;
            if !values.par_iter().all(|value| value.is_finite()) {
                not_finite.push(name.to_string());
            }
            Ok(TensorData::new(values, shape.to_vec()))
        })?;
        Ok((model, not_finite))
    }
}

impl Step<'_> {
    fn values(&self) -> Option<Vec<f32>> {
        let values = to_f32(self.tensor.dtype, self.tensor.bytes)?;
        let shape = &self.tensor.shape;
        Some(match self.place.layout {
            Layout::Same | Layout::Units(_) | Layout::Scalar => values,
            Layout::Transposed => transpose(&values, shape[0], shape[1]),
            Layout::Columns { part, parts } => columns(&values, *shape.last()?, part, parts),
            Layout::Patches { .. } => transpose(&values, shape[0], shape[1..].iter().product()),
            Layout::HeadRows { part, parts, heads } => {
                let width = shape[1..].iter().product();
                let rows = head_rows(&values, part, parts, heads);
                if shape.len() == 1 { rows } else { transpose(&rows, shape[0] / parts, width) }
            }
            Layout::Expert { expert, part, parts, .. } => {
                let (rows, width) = (shape[1] / parts, shape[2]);
                let own = &values[(expert * parts + part) * rows * width..][..rows * width];
                transpose(own, rows, width)
            }
        })
    }
}

/// The name that an absent tensor ought to have: with the prefix if the others of this checkpoint have it.
fn usual_key(place: &Place, prefix: &str, tensors: &BTreeMap<String, RawTensor<'_>>) -> String {
    let prefixed =
        place.prefixed && !prefix.is_empty() && tensors.keys().any(|name| name.starts_with(prefix));
    if prefixed { format!("{prefix}{}", place.key) } else { place.key.clone() }
}

/// The names under which a tensor may be found, the usual ones first.
fn keys(place: &Place, prefix: &'static str) -> impl Iterator<Item = String> {
    let prefixes: &[&str] = if place.prefixed && !prefix.is_empty() { &[prefix, ""] } else { &[""] };
    let names = std::iter::once(&place.key).chain(&place.aliases);
    names
        .flat_map(|key| prefixes.iter().map(move |prefix| format!("{prefix}{key}")))
        .collect::<Vec<_>>()
        .into_iter()
}

/// The parameter that a tensor must repeat, if it is one of a tied pair.
fn tie(adapted: &Adapted, tensor: &RawTensor<'_>) -> Option<&'static str> {
    adapted.repeats.iter().find(|(key, _)| *key == tensor.name).map(|(_, name)| *name)
}

/// Why an extra tensor is harmless: it repeats, byte for byte, one that is used.
fn repeated(adapted: &Adapted, steps: &[Step<'_>], tensor: &RawTensor<'_>) -> Option<&'static str> {
    let name = tie(adapted, tensor)?;
    let step = steps.iter().find(|step| step.parameter.name == name)?;
    (step.tensor.bytes == tensor.bytes).then_some("the same as the tensor it is tied to")
}

/// Reads sentence-transformers' `1_Pooling/config.json`, where there is one.
fn pooling(folder: &Path) -> Result<Pooling, ModelError> {
    let path = folder.join("1_Pooling").join("config.json");
    if !path.is_file() {
        return Ok(Pooling::default());
    }
    let fields = read_json(&path)?;
    let on = |name: &str| fields.get(name).and_then(serde_json::Value::as_bool).unwrap_or(false);
    let modes: Vec<&String> = fields
        .iter()
        .filter(|(name, value)| name.starts_with("pooling_mode_") && value.as_bool() == Some(true))
        .map(|(name, _)| name)
        .collect();
    match (on("pooling_mode_mean_tokens"), on("pooling_mode_cls_token"), modes.len()) {
        (true, false, 1) => Ok(Pooling::Mean),
        (false, true, 1) => Ok(Pooling::Cls),
        _ => Err(ModelError::Config {
            path,
            field: "pooling_mode_…".into(),
            value: format!("{modes:?}"),
            expected: "pooling_mode_mean_tokens or pooling_mode_cls_token alone".into(),
        }),
    }
}
