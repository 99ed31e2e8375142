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

/// A tensor that is there more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicated {
    /// Its name.
    pub key: String,
    /// The files it is in; one that holds it twice is named twice.
    pub files: Vec<PathBuf>,
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
    /// There more than once.
    pub duplicated: Vec<Duplicated>,
}

impl TensorProblems {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty()
            && self.unexpected.is_empty()
            && self.misshapen.is_empty()
            && self.duplicated.is_empty()
    }
}

impl fmt::Display for TensorProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (missing, unexpected, misshapen, duplicated) =
            (self.missing.len(), self.unexpected.len(), self.misshapen.len(), self.duplicated.len());
        let folder = self.folder.display();
        write!(
            f,
            "{folder}: the weights do not fit config.json: {missing} missing, {unexpected} unexpected, {misshapen} misshapen, {duplicated} duplicated"
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
        for Duplicated { key, files } in &self.duplicated {
            let files: Vec<String> = files.iter().map(|file| name(file)).collect();
            write!(f, "\n  duplicated  {key} in {}", files.join(" and "))?;
        }
        Ok(())
    }
}

/// A tensor that is not in the file where the index has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInShard {
    /// Its name.
    pub key: String,
    /// The file that the index names.
    pub expected: PathBuf,
    /// The file where it is instead.
    pub found: Option<PathBuf>,
}

/// A tensor that the index does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInIndex {
    /// Its name.
    pub key: String,
    /// The file it is in.
    pub file: PathBuf,
}

/// Everything in which an index and its shards disagree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexProblems {
    /// The index.
    pub index: PathBuf,
    /// Listed, and not where the index says.
    pub absent: Vec<NotInShard>,
    /// In a shard, and not listed.
    pub unlisted: Vec<NotInIndex>,
}

impl IndexProblems {
    /// Whether they agree.
    pub fn is_empty(&self) -> bool {
        self.absent.is_empty() && self.unlisted.is_empty()
    }
}

impl fmt::Display for IndexProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (absent, unlisted) = (self.absent.len(), self.unlisted.len());
        write!(
            f,
            "{}: the shards do not hold what it says: {absent} tensors absent, {unlisted} not listed (are index and shards of one download?)",
            self.index.display()
        )?;
        for NotInShard { key, expected, found } in &self.absent {
            write!(f, "\n  absent      {key} from {}", name(expected))?;
            if let Some(found) = found {
                write!(f, " (it is in {})", name(found))?;
            }
        }
        for NotInIndex { key, file } in &self.unlisted {
            write!(f, "\n  not listed  {key} in {}", name(file))?;
        }
        Ok(())
    }
}

fn name(file: &std::path::Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
