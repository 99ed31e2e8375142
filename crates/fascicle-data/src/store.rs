//! Finding and fetching by name.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::catalogue::{self, Dataset};
use crate::check::{self, Checked, path_in};
use crate::error::{Attempt, DataError, Looked, Unobtainable};
use crate::http::Client;
use crate::install::{Lock, Staging};
use crate::memo::Memo;
use crate::places::Places;
use crate::progress::{Progress, Reporter, Stage};
use crate::source::{self, Route};

/// The data sets of a catalogue, in the places of one user.
#[derive(Clone, Debug)]
pub struct Store {
    places: Places,
    datasets: Cow<'static, [Dataset]>,
}

/// A data set that is on this machine, whole and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// Its name.
    pub name: String,
    /// Its folder. Other data sets may have files in it too.
    pub folder: PathBuf,
    /// Where it was found.
    pub origin: Origin,
    /// The alternative of the catalogue that it is; `None` for the main edition.
    pub edition: Option<String>,
}

/// Where a data set was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Under `FASCICLE_DATA`.
    Data,
    /// In the cache, from an earlier fetch.
    Cache,
    /// At this source, just now; it is in the cache from now on.
    Network(String),
}

impl Fetched {
    /// The path of one of its files, `file` being as the catalogue spells it.
    pub fn path(&self, file: &str) -> PathBuf {
        path_in(&self.folder, file)
    }
}

impl Store {
    /// The catalogue of this crate in the places that the environment names (see [`Places::from_env`]).
    pub fn from_env() -> Self {
        Self::new(Places::from_env())
    }

    /// The catalogue of this crate in these places.
    pub fn new(places: Places) -> Self {
        Self { places, datasets: Cow::Borrowed(catalogue::catalogue()) }
    }

    /// Another catalogue in these places, say for tests or for data of one's own.
    pub fn with_catalogue(places: Places, datasets: Vec<Dataset>) -> Self {
        Self { places, datasets: Cow::Owned(datasets) }
    }

    /// Where this store looks.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Everything that can be asked for.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The entry called `name`.
    ///
    /// # Errors
    /// [`DataError::Unknown`] with the nearest names.
    pub fn dataset(&self, name: &str) -> Result<&Dataset, DataError> {
        catalogue::lookup(&self.datasets, name)
    }

    /// The folder of `name` if it is on this machine, checked; the network is not asked.
    ///
    /// # Errors
    /// As [`Store::locate`].
    pub fn find(&self, name: &str) -> Result<Option<PathBuf>, DataError> {
        Ok(self.locate(name)?.map(|found| found.folder))
    }

    /// As [`Store::find`], with where it was found. A copy in the cache that is broken counts as none.
    ///
    /// # Errors
    /// [`DataError::Unknown`]; [`DataError::WrongHash`] for a file under `FASCICLE_DATA` that is not what the
    /// catalogue says; [`DataError::Io`] for one that cannot be read.
    pub fn locate(&self, name: &str) -> Result<Option<Fetched>, DataError> {
        let dataset = self.dataset(name)?;
        let mut memo = Memo::open(self.places.cache.as_deref());
        Ok(self.look(dataset, &mut memo)?.ok())
    }

    /// The folder of `name`, from this machine or else from the network; what is fetched is kept in the
    /// cache.
    ///
    /// `progress` is told of every step. Several processes may do this at once.
    ///
    /// # Errors
    /// As [`Store::locate`]; [`DataError::Unobtainable`] when no source gives it, with the reason of each and
    /// the commands that get it by hand; [`DataError::NoCache`] when there is no folder to keep it in.
    pub fn fetch(&self, name: &str, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Fetched, DataError> {
        let dataset = self.dataset(name)?;
        let mut memo = Memo::open(self.places.cache.as_deref());
        let looked = match self.look(dataset, &mut memo)? {
            Ok(found) => return Ok(found),
            Err(looked) => looked,
        };
        let cache = self.places.cache.as_deref().ok_or(DataError::NoCache)?;
        let folder = path_in(cache, &dataset.folder);
        let unobtainable = |looked, tried| {
            let by_hand = source::by_hand(dataset, &folder);
            let (name, folder) = (dataset.name.clone(), folder.clone());
            DataError::Unobtainable(Box::new(Unobtainable { name, looked, tried, by_hand, folder }))
        };
        if self.places.network.offline && !dataset.sources.is_empty() {
            let tried = vec![Attempt { source: "network".to_owned(), error: DataError::Offline }];
            return Err(unobtainable(looked, tried));
        }
        if dataset.sources.is_empty() {
            return Err(unobtainable(looked, Vec::new()));
        }

        let mut report = Reporter { name: &dataset.name, callback: progress };
        let lock = Lock::take(cache, &mut report)?;
        // another process may have fetched it while this one waited
        if let Ok(found) = self.look(dataset, &mut memo)? {
            return Ok(found);
        }
        match self.download(dataset, (cache, &folder), &lock, &mut memo, &mut report)? {
            Ok(fetched) => Ok(fetched),
            Err(tried) => Err(unobtainable(looked, tried)),
        }
    }

    /// The data set on this machine, or else what was found in its places.
    fn look(&self, dataset: &Dataset, memo: &mut Memo) -> Result<Result<Fetched, Vec<Looked>>, DataError> {
        let mut looked = Vec::new();
        match &self.places.data {
            None => looked.push(Looked { place: "FASCICLE_DATA".to_owned(), why: "not set".to_owned() }),
            Some(data) => {
                let folder = path_in(data, &dataset.folder);
                let checked = check::check(&folder, dataset, memo)?;
                if checked.whole() {
                    return Ok(Ok(found(dataset, folder, Origin::Data, &checked)));
                }
                if let (true, Some(wrong)) = (checked.missing.is_empty(), checked.wrong.first()) {
                    return Err(not_ours(&folder, wrong));
                }
                let place = format!("FASCICLE_DATA, {}", folder.display());
                looked.push(Looked { place, why: amiss(data, &folder, &checked) });
            }
        }
        if let Some(cache) = &self.places.cache {
            let folder = path_in(cache, &dataset.folder);
            let checked = check::check(&folder, dataset, memo)?;
            if checked.whole() {
                return Ok(Ok(found(dataset, folder, Origin::Cache, &checked)));
            }
            for (file, got) in &checked.wrong {
                let path = path_in(&folder, &file.path);
                tracing::warn!(file = %path.display(), sha256 = got.sha256, "broken file in the cache");
            }
            let place = format!("cache, {}", folder.display());
            looked.push(Looked { place, why: amiss(cache, &folder, &checked) });
        }
        Ok(Err(looked))
    }

    /// Tries every source in turn; what one of them gave need not come from the next.
    fn download(
        &self,
        dataset: &Dataset,
        (cache, folder): (&Path, &Path),
        lock: &Lock,
        memo: &mut Memo,
        report: &mut Reporter<'_>,
    ) -> Result<Result<Fetched, Vec<Attempt>>, DataError> {
        let client = Client::new(&self.places.network);
        let mut staging = Staging::open(cache, &dataset.name, lock)?;
        let mut tried = Vec::new();
        for source in &dataset.sources {
            staging.turn_to(source.edition())?;
            let needed = check::needed(folder, dataset.files_at(source), memo)?;
            for route in Route::all(source, &self.places.network) {
                let wanted: Vec<_> = needed.iter().copied().filter(|file| !staging.has(file)).collect();
                let label = route.label();
                report.tell(Stage::Trying, &label, 0, None);
                match route.follow(&client, &wanted, &mut staging, report) {
                    Ok(()) => {
                        staging.install(folder)?;
                        return Ok(Ok(Fetched {
                            name: dataset.name.clone(),
                            folder: folder.to_owned(),
                            origin: Origin::Network(label),
                            edition: source.edition().map(str::to_owned),
                        }));
                    }
                    // a full disk or a missing permission would stop every other source as well
                    Err(error @ DataError::Io { .. }) => return Err(error),
                    Err(error) => {
                        tracing::info!(source = label, %error, "this source did not serve");
                        tried.push(Attempt { source: label, error });
                    }
                }
            }
        }
        Ok(Err(tried))
    }
}

fn found(dataset: &Dataset, folder: PathBuf, origin: Origin, checked: &Checked<'_>) -> Fetched {
    Fetched { name: dataset.name.clone(), folder, origin, edition: checked.edition.map(str::to_owned) }
}

/// Why a data set is not in `folder` below `top`, in words.
fn amiss(top: &Path, folder: &Path, checked: &Checked<'_>) -> String {
    if top.exists() && !top.is_dir() {
        format!("{} is not a folder", top.display())
    } else if !folder.is_dir() {
        "no such folder".to_owned()
    } else {
        checked.amiss()
    }
}

/// The error for a wrong file in the user's own folder, which is not ours to mend.
fn not_ours(folder: &Path, (file, got): &(&catalogue::FileEntry, crate::Digest)) -> DataError {
    DataError::WrongHash {
        file: path_in(folder, &file.path).display().to_string(),
        expected: file.sha256.clone(),
        expected_size: file.size,
        got: got.sha256.clone(),
        got_size: got.size,
        remedy: "replace it or remove it, or unset FASCICLE_DATA to fetch it into the cache",
    }
}
