//! Everything that is wrong with a checkpoint's tensors, in one report.

use std::fmt;
use std::path::PathBuf;

/// A tensor that the model needs and the files lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name in the files of this family.
    pub key: String,
    /// Its shape there.
    pub shape: Vec<usize>,
    /// The nearest name among tensors that nothing uses.
    pub nearest: Option<String>,
}

/// A tensor that the model has no use for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// Its name.
    pub key: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// The file it is in.
    pub file: PathBuf,
    /// Why it is not simply left out, where that is not plain.
    pub why: Option<String>,
}

/// A tensor of another shape or type than the configuration asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misshapen {
    /// Its name.
    pub key: String,
    /// Its type and shape.
    pub got: String,
    /// What the configuration asks for.
    pub expected: String,
    /// The file it is in.
    pub file: PathBuf,
}

/// Everything that is wrong with a checkpoint's tensors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TensorProblems {
    /// The model folder.
    pub folder: PathBuf,
    /// Needed and absent.
    pub missing: Vec<Missing>,
    /// Present and of no use.
    pub unexpected: Vec<Unexpected>,
    /// Of another shape or type.
    pub misshapen: Vec<Misshapen>,
}

impl TensorProblems {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.misshapen.is_empty()
    }
}

impl fmt::Display for TensorProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (missing, unexpected, misshapen) =
            (self.missing.len(), self.unexpected.len(), self.misshapen.len());
        let folder = self.folder.display();
        write!(
            f,
            "{folder}: the weights do not fit config.json: {missing} missing, {unexpected} unexpected, {misshapen} misshapen"
        )?;
        for Missing { key, shape, nearest } in &self.missing {
            write!(f, "\n  missing     {key} {shape:?}")?;
            if let Some(nearest) = nearest {
                write!(f, " (nearest: {nearest})")?;
            }
        }
        for Unexpected { key, shape, file, why } in &self.unexpected {
            write!(f, "\n  unexpected  {key} {shape:?} in {}", name(file))?;
            if let Some(why) = why {
                write!(f, ": {why}")?;
            }
        }
        for Misshapen { key, got, expected, file } in &self.misshapen {
            write!(f, "\n  misshapen   {key} is {got}, expected {expected}, in {}", name(file))?;
        }
        Ok(())
    }
}

fn name(file: &std::path::Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
