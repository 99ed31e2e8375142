//! Loading a model folder: everything is checked before anything is built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, TensorData};

use super::cache::resolve;
use super::files::{WeightFormat, Weights};
use super::folder::has_config;
use super::plan::{Plan, Step, adapted};
use super::sentence::sentence;
use crate::error::ModelError;
use crate::families::Adapted;
use crate::model::{Model, SitedModel};
use crate::outputs::Pooling;
use crate::transformer::Transformer;

/// What is to be loaded of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The revision of a Hugging Face cache: a branch such as `main` (which is taken when none is given) or
    /// `step3000`, a tag, or a commit.
    pub revision: Option<String>,
}

/// A model with what was learnt while loading it.
#[derive(Debug)]
pub struct LoadedModel {
    /// The model.
    pub model: Model,
    /// What came from where.
    pub report: LoadReport,
    /// Names of the classes, for a model that has classes and names them.
    pub labels: Vec<String>,
    /// How token vectors become a sentence vector, by the folder's own statement (`modules.json`, `1_Pooling`) if it makes
    /// one.
    pub pooling: Pooling,
    /// Whether the folder states that.
    pub pooling_stated: bool,
    /// Modules of sentence-transformers behind the pooling that are not run here, such as `Dense`.
    pub further_modules: Vec<String>,
    /// The folder that was read: of a Hugging Face cache, the snapshot.
    pub folder: PathBuf,
}

/// What was loaded from which file.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// Family, as `config.json` names it.
    pub family: &'static str,
    /// Format of the weight files.
    pub format: WeightFormat,
    /// Weight files of other formats that the folder holds too, and that were not read.
    pub passed_over: Vec<PathBuf>,
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
/// The folder holds `config.json` and weights (`model.safetensors` or `pytorch_model.bin`, single or in shards with
/// an index; safetensors first), or it is a repository of a Hugging Face cache (`…/hub/models--OWNER--NAME`), whose
/// snapshot of `main` is read.
///
/// Strict: every tensor that the configuration asks for must be there in its shape, and nothing else may be,
/// but for tensors that the family is known to leave unused.
///
/// Memory: the model and no more; each tensor is read into its place, converted on the way.
///
/// # Errors
/// [`ModelError`] naming the file and what is wrong; all tensors that are missing, unexpected, misshapen or
/// duplicated are reported at once as [`ModelError::Tensors`], all disagreements of an index with its shards as
/// [`ModelError::Index`].
pub fn load(folder: impl AsRef<Path>, device: &Device) -> Result<LoadedModel, ModelError> {
    load_with(folder, &LoadOptions::default(), device)
}

/// Loads a model folder with options, see [`load`].
///
/// # Errors
/// As [`load`]; [`CacheError::UnknownRevision`](crate::CacheError::UnknownRevision) when a cache does not hold the revision.
pub fn load_with(
    folder: impl AsRef<Path>,
    options: &LoadOptions,
    device: &Device,
) -> Result<LoadedModel, ModelError> {
    let folder = resolve(folder.as_ref(), options.revision.as_deref())?;
    has_config(&folder)?;
    let weights = Weights::open(&folder)?;
    let adapted = adapted(&folder, &weights)?;
    let plan = Plan::make(&folder, &adapted, &weights)?;
    let (model, not_finite) = plan.fill(&adapted, device)?;
    for name in &not_finite {
        tracing::warn!(folder = %folder.display(), parameter = name, "parameter holds NaN or infinite values");
    }
    let report = report(&adapted, &weights, plan, not_finite);
    let said = sentence(&folder)?;
    Ok(LoadedModel {
        model,
        report,
        labels: adapted.labels,
        pooling: said.pooling.unwrap_or_default(),
        pooling_stated: said.pooling.is_some(),
        further_modules: said.further,
        folder,
    })
}

fn report(adapted: &Adapted, weights: &Weights, plan: Plan<'_>, not_finite: Vec<String>) -> LoadReport {
    let loaded = |step: &Step<'_>| LoadedTensor {
        name: step.parameter.name.clone(),
        shape: step.parameter.shape.clone(),
        key: step.tensor.name.clone(),
        dtype: step.tensor.dtype.to_string(),
        file: step.tensor.path().to_path_buf(),
    };
    LoadReport {
        family: adapted.family,
        format: weights.format,
        passed_over: weights.passed_over.clone(),
        files: weights.files.iter().map(|(file, _)| (file.path.clone(), file.size as usize)).collect(),
        tensors: plan.steps.iter().map(loaded).collect(),
        unused: plan.unused,
        not_finite,
    }
}

impl Plan<'_> {
    /// Builds the model and names the parameters that are not finite.
    fn fill(&self, adapted: &Adapted, device: &Device) -> Result<(Model, Vec<String>), ModelError> {
        let steps: BTreeMap<&str, &Step<'_>> =
            self.steps.iter().map(|step| (step.parameter.name.as_str(), step)).collect();
        let mut not_finite = Vec::new();
        let model = adapted.config.fill(device, &mut |name, shape| {
            let step = steps.get(name).ok_or_else(|| ModelError::MissingTensor {
                path: "weights".into(),
                name: name.into(),
                nearest: None,
                held: String::new(),
            })?;
            let read = step.values()?;
            if !read.finite {
                not_finite.push(name.to_string());
            }
            Ok(TensorData::new(read.values, shape.to_vec()))
        })?;
        Ok((model, not_finite))
    }
}
