//! Runs experiments one after another, judges them, and writes what they found.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use fascicle_core::write_atomically;

use crate::context::{Context, DataStore, Progress};
use crate::experiment::{Experiment, Info, Outcome, Size};
use crate::measurement::judge;
use crate::result::{ExperimentResult, Status};
use crate::{ExperimentError, Registry, report, versions};

/// How to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much work to do.
    pub size: Size,
    /// The device, as on the command line. The caller has checked that it exists.
    pub device: String,
    /// Seeds for the random parts; an empty list means the seed 0.
    pub seeds: Vec<u64>,
    /// Folder for `NAME.json` and `report.html`; made if it does not exist.
    pub out: PathBuf,
}

/// Hears how a run goes: the command draws progress bars with it.
pub trait Observer {
    /// Experiment number `index` (from 0) of `total` starts.
    fn started(&mut self, info: &Info, index: usize, total: usize) {
        let _ = (info, index, total);
    }

    /// The experiment `name` has got this far.
    fn progress(&mut self, name: &str, progress: Progress<'_>) {
        let _ = (name, progress);
    }

    /// An experiment is done and its result file is written.
    fn finished(&mut self, result: &ExperimentResult) {
        let _ = result;
    }
}

/// An observer that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}

/// An experiment that has run: what it set out to do and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// What it set out to do.
    pub info: Info,
    /// What came of it.
    pub result: ExperimentResult,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The experiments in the order in which they ran.
    pub experiments: Vec<Finished>,
    /// The result files, one an experiment.
    pub files: Vec<PathBuf>,
    /// The HTML page.
    pub report: PathBuf,
}

impl Summary {
    /// The results alone.
    pub fn results(&self) -> impl Iterator<Item = &ExperimentResult> {
        self.experiments.iter().map(|finished| &finished.result)
    }

    /// The table to print, with the path of the report under it.
    pub fn table(&self) -> String {
        crate::table(self.results(), Some(&self.report))
    }

    /// 1 when an experiment failed, else 0.
    ///
    /// A claim that is not reproduced, and data that is not there, leave it at 0: the run did what it was asked to,
    /// and its result is an honest one. Whether that result is acceptable is for `cargo xtask gate` to say, which
    /// compares the result files with the committed bands.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.results().any(|result| result.status == Status::Failed))
    }
}

/// Runs the experiments named (all of them when `names` is empty), each to its end even when one before it failed.
///
/// After each one its result file `NAME.json` and the report `report.html` are written to [`Options::out`], so that
/// an interrupted run keeps what it has.
///
/// # Errors
/// A name that no experiment has (nothing is run, nothing written), or a file that cannot be written. An error
/// inside an experiment is not one of `run`: it becomes a result with [`Status::Failed`].
pub fn run<S: AsRef<str>>(
    registry: &Registry,
    names: &[S],
    options: &Options,
    data: &dyn DataStore,
    observer: &mut dyn Observer,
) -> Result<Summary, ExperimentError> {
    let chosen = registry.select(names)?;
    // Found out now, not after an hour of computing.
    std::fs::create_dir_all(&options.out).map_err(ExperimentError::write(&options.out))?;
    let mut summary = Summary {
        experiments: Vec::with_capacity(chosen.len()),
        files: Vec::new(),
        report: options.out.join("report.html"),
    };
    write_report(&summary, options)?;
    for (index, experiment) in chosen.iter().enumerate() {
        let info = experiment.info();
        observer.started(&info, index, chosen.len());
        tracing::info!(experiment = info.name, size = %options.size, device = options.device, "started");
        let result = run_one(*experiment, &info, options, data, observer);
        tracing::info!(
            experiment = info.name,
            status = result.status.text(),
            seconds = result.seconds,
            "finished"
        );
        let file = options.out.join(format!("{}.json", info.name));
        write_atomically(&file, result.to_json()).map_err(ExperimentError::write(&file))?;
        // each figure as a picture of its own, for papers and slides
        for (number, figure) in (1..).zip(&result.figures) {
            let picture = options.out.join(format!("{}-{number}.svg", info.name));
            write_atomically(&picture, crate::svg(figure)).map_err(ExperimentError::write(&picture))?;
        }
        observer.finished(&result);
        summary.files.push(file);
        summary.experiments.push(Finished { info, result });
        write_report(&summary, options)?;
    }
    Ok(summary)
}

fn write_report(summary: &Summary, options: &Options) -> Result<(), ExperimentError> {
    let page = report::reproduction(&summary.experiments, options.size, &versions::now());
    write_atomically(&summary.report, page).map_err(ExperimentError::write(&summary.report))
}

/// Runs one experiment and turns whatever happens into a result.
fn run_one(
    experiment: &dyn Experiment,
    info: &Info,
    options: &Options,
    data: &dyn DataStore,
    observer: &mut dyn Observer,
) -> ExperimentResult {
    let seeds = if options.seeds.is_empty() { vec![0] } else { options.seeds.clone() };
    let mut result = ExperimentResult {
        experiment: info.name.to_string(),
        paper: info.paper.to_string(),
        size: options.size,
        device: options.device.clone(),
        versions: versions(),
        seeds,
        seconds: 0.0,
        status: Status::Failed,
        reason: None,
        measurements: Vec::new(),
        notes: Vec::new(),
        figures: Vec::new(),
    };
    let start = Instant::now();
    let outcome = find_needs(info, data).and_then(|needs| match needs {
        Err(missing) => Ok(missing),
        Ok(needs) => {
            let mut progress = |progress: Progress<'_>| observer.progress(info.name, progress);
            let mut context = Context {
                size: options.size,
                device: &options.device,
                seeds: &result.seeds,
                needs: &needs,
                progress: &mut progress,
            };
            run_caught(experiment, &mut context)
        }
    });
    result.seconds = start.elapsed().as_secs_f64();
    match outcome {
        Ok(Outcome::Unavailable { reason, how_to_get }) => {
            result.status = Status::Unavailable;
            result.reason = Some(format!("{reason}; to get it: {how_to_get}"));
        }
        Ok(Outcome::Measured(findings)) => match judge(info, options.size, &findings) {
            Ok(measurements) => {
                result.status = Status::of(&measurements);
                result.measurements = measurements;
                result.notes = findings.notes;
                result.figures = findings.figures;
            }
            Err(error) => result.reason = Some(error.to_string()),
        },
        Err(error) => result.reason = Some(error.to_string()),
    }
    result
}

type Needs = Vec<(crate::DataNeed, PathBuf)>;

/// Finds everything that the experiment needs, or says what is missing and how to get it.
fn find_needs(info: &Info, data: &dyn DataStore) -> Result<Result<Needs, Outcome>, ExperimentError> {
    let mut found = Vec::new();
    for need in &info.needs {
        match data.find(need.name) {
            Ok(Some(path)) => found.push((*need, path)),
            Ok(None) => {
                return Ok(Err(Outcome::Unavailable {
                    reason: format!("{} is not on this machine", need.what),
                    how_to_get: need.how_to_get.to_string(),
                }));
            }
            Err(source) => {
                return Err(ExperimentError::Data { name: need.name.to_string(), source });
            }
        }
    }
    Ok(Ok(found))
}

/// Runs it, with a panic turned into an error: tensor libraries panic on shapes that do not fit and on devices that
/// run out of memory, and that must not cost the results of the experiments after this one. Nothing that the
/// experiment could have left half-changed is used again, hence `AssertUnwindSafe`.
fn run_caught(experiment: &dyn Experiment, context: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
    catch_unwind(AssertUnwindSafe(|| experiment.run(context))).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_string());
        Err(ExperimentError::Panicked { message })
    })
}

/// The path as it is best shown: absolute where that can be found out, so that it can be opened from anywhere.
pub(crate) fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}
