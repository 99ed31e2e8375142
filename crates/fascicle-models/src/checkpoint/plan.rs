//! Which tensor of a checkpoint fills which parameter, and everything that stands in the way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::convert::{Floats, floats, is_float};
use super::files::Weights;
use super::folder::RawConfig;
use super::layout::within;
use super::problems::{Misshapen, Missing, TensorProblems, Unexpected};
use super::weights::RawTensor;
use crate::error::{ModelError, shown};
use crate::families::{Adapted, Place, adapt};
use crate::names::nearest;
use crate::transformer::Parameter;

type Tensors = BTreeMap<String, RawTensor>;

/// A folder's configuration applied to its weight files.
pub(crate) fn adapted(folder: &Path, weights: &Weights) -> Result<Adapted, ModelError> {
    let raw = RawConfig::read(folder)?;
    adapt(&raw, &|key| has(&weights.tensors, key))
}

/// Whether there is a tensor of that name, or one where it stands behind the name of a module (`bert.pooler…`).
fn has(tensors: &Tensors, key: &str) -> bool {
    let behind = |name: &String| {
        name.strip_suffix(key).is_some_and(|module| {
            module.is_empty() || module.strip_suffix('.').is_some_and(|module| !module.contains('.'))
        })
    };
    tensors.keys().any(behind)
}

/// Which tensor fills which parameter.
pub(crate) struct Plan<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) unused: Vec<(String, &'static str)>,
}

/// One parameter and the tensor that it comes from.
pub(crate) struct Step<'a> {
    pub(crate) parameter: Parameter,
    pub(crate) place: Place,
    pub(crate) tensor: &'a RawTensor,
}

impl<'a> Plan<'a> {
    pub(crate) fn make(folder: &Path, adapted: &Adapted, weights: &'a Weights) -> Result<Self, ModelError> {
        let mut problems = TensorProblems {
            folder: folder.into(),
            duplicated: weights.duplicated.clone(),
            ..TensorProblems::default()
        };
        let steps = steps(adapted, &weights.tensors, &mut problems)?;
        let unused = unused(adapted, &weights.tensors, &steps, &mut problems)?;
        // the same fused tensor is asked for by several parameters
        let (mut missing, mut misshapen) = (BTreeSet::new(), BTreeSet::new());
        problems.missing.retain(|tensor| missing.insert(tensor.key.clone()));
        problems.misshapen.retain(|tensor| misshapen.insert(tensor.key.clone()));
        suggest(&mut problems);
        if problems.is_empty() {
            Ok(Self { steps, unused })
        } else {
            Err(ModelError::Tensors(Box::new(problems)))
        }
    }
}

/// The tensor of each parameter.
fn steps<'a>(
    adapted: &Adapted,
    tensors: &'a Tensors,
    problems: &mut TensorProblems,
) -> Result<Vec<Step<'a>>, ModelError> {
    let mut steps = Vec::new();
    let parameters = adapted.config.parameters().map_err(|error| of_file(error, &problems.folder))?;
    for parameter in parameters {
        let Some(place) = (adapted.place)(&parameter.name) else { continue };
        let expected = place.shape_in_file(&parameter.shape);
        let Some(tensor) = keys(&place, adapted.prefix).find_map(|key| tensors.get(&key)) else {
            let key = usual_key(&place, adapted.prefix, tensors);
            problems.missing.push(Missing { key, shape: expected, nearest: None });
            continue;
        };
        problems.misshapen.extend(misshapen(tensor, &expected));
        steps.push(Step { parameter, place, tensor });
    }
    Ok(steps)
}

/// A configuration that makes no model, told of the file that it was read from; fields have our names there.
fn of_file(error: ModelError, folder: &Path) -> ModelError {
    match error {
        ModelError::Config { field, value, expected, .. } => {
            ModelError::NoSuchModel { path: folder.join("config.json"), field, value, expected }
        }
        error => error,
    }
}

fn misshapen(tensor: &RawTensor, expected: &[usize]) -> Option<Misshapen> {
    if tensor.shape == expected && is_float(tensor.dtype) {
        return None;
    }
    let hint = if is_float(tensor.dtype) { "" } else { " (quantised checkpoints are not supported)" };
    Some(Misshapen {
        key: tensor.name.clone(),
        got: shown(tensor.dtype, &tensor.shape),
        expected: format!("{}{hint}", shown("floating-point", expected)),
        file: tensor.path().into(),
    })
}

/// The tensors that fill nothing and may, and why.
fn unused(
    adapted: &Adapted,
    tensors: &Tensors,
    steps: &[Step<'_>],
    problems: &mut TensorProblems,
) -> Result<Vec<(String, &'static str)>, ModelError> {
    let used: BTreeSet<&str> = steps.iter().map(|step| step.tensor.name.as_str()).collect();
    let mut unused = Vec::new();
    for tensor in tensors.values().filter(|tensor| !used.contains(tensor.name.as_str())) {
        let key = tensor.name.strip_prefix(adapted.prefix).unwrap_or(&tensor.name);
        let why = match (adapted.unused)(key) {
            Some(why) => Some(why),
            // as `transformers` writes the registers of a model that has none
            None if tensor.shape.contains(&0) => Some("holds no numbers"),
            None => repeated(adapted, steps, tensor)?,
        };
        match why {
            Some(why) => unused.push((tensor.name.clone(), why)),
            None => problems.unexpected.push(Unexpected {
                key: tensor.name.clone(),
                shape: tensor.shape.clone(),
                file: tensor.path().into(),
                why: tie(adapted, &tensor.name).map(|other| {
                    let tied = steps.iter().find(|step| step.parameter.name == other);
                    format!(
                        "its values differ from `{}`, to which config.json ties it (tie_word_embeddings)",
                        tied.map_or(other, |step| step.tensor.name.as_str())
                    )
                }),
            }),
        }
    }
    Ok(unused)
}

/// Offers an extra tensor for the one missing tensor that it is most like.
fn suggest(problems: &mut TensorProblems) {
    for extra in &problems.unexpected {
        let wanted = nearest(&extra.key, problems.missing.iter().map(|missing| missing.key.as_str()));
        let missing = problems.missing.iter_mut().find(|missing| Some(&missing.key) == wanted.as_ref());
        if let Some(missing) = missing {
            missing.nearest = Some(extra.key.clone());
        }
    }
}

impl Step<'_> {
    /// The parameter's numbers in its own layout.
    pub(crate) fn values(&self) -> Result<Floats, ModelError> {
        floats(self.tensor, &within(&self.place.layout, self.tensor.array.clone()))
    }
}

/// The name that an absent tensor ought to have: with the prefix if the others of this checkpoint have it.
fn usual_key(place: &Place, prefix: &str, tensors: &Tensors) -> String {
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
pub(crate) fn tie(adapted: &Adapted, key: &str) -> Option<&'static str> {
    adapted.repeats.iter().find(|(repeating, _)| *repeating == key).map(|(_, name)| *name)
}

/// Why an extra tensor is harmless: it repeats, bit for bit, one that is used.
fn repeated(
    adapted: &Adapted,
    steps: &[Step<'_>],
    tensor: &RawTensor,
) -> Result<Option<&'static str>, ModelError> {
    let step =
        tie(adapted, &tensor.name).and_then(|name| steps.iter().find(|step| step.parameter.name == name));
    let same = step.map_or(Ok(false), |step| step.tensor.equals(tensor))?;
    Ok(same.then_some("the same as the tensor it is tied to"))
}
