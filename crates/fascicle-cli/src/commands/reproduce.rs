//! `fascicle reproduce`.

use std::path::PathBuf;

use clap::Args;
use fascicle_experiments::{
    ExperimentResult, Info, Observer, Options, Progress, Registry, Size, Summary, experiments, run,
};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// Check claims of published papers on this machine, and write a report
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reproduce {
    /// Experiments to run; all of them when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The small size: all experiments in minutes on two cores
    #[arg(long)]
    quick: bool,
    /// Name the experiments instead of running them
    #[arg(long)]
    list: bool,
    /// Folder for the report and the result files; made if it does not exist
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
A claim that is not reproduced is a result and leaves the exit code at 0; an experiment that
breaks makes it 1.

Examples:
  fascicle reproduce --list
  fascicle reproduce --quick
  fascicle reproduce induction --out my-reports";

impl Reproduce {
    pub(crate) fn run(&self, common: &Common) -> Result<u8, CliError> {
        let registry = experiments::registry();
        if self.list {
            return self.list(&registry, common).map(|()| 0);
        }
        // both are wrong arguments, so they are found out before anything is written
        registry.select(&self.names)?;
        fascicle_core::device(&common.device)?;
        let options = Options {
            size: if self.quick { Size::Quick } else { Size::Full },
            device: common.device.clone(),
            seeds: (0..5).collect(),
            out: self.out.clone(),
        };
        let summary = {
            let mut bar = Watch { bar: Bar::steps(common, "starting"), number: String::new() };
            run(
                &registry,
                &self.names,
                &options,
                &|name: &str| fascicle_data::find(name).map_err(Into::into),
                &mut bar,
            )?
        };
        if common.json {
            output::print_json(&as_json(&summary))?;
        } else {
            output::print(&summary.table())?;
        }
        Ok(summary.exit_code())
    }

    fn list(&self, registry: &Registry, common: &Common) -> Result<(), CliError> {
        if !common.json {
            return output::print(&registry.list());
        }
        output::print_json(&registry.infos().iter().map(info_json).collect())
    }
}

fn info_json(info: &Info) -> Value {
    json!({
        "name": info.name, "title": info.title, "question": info.question,
        "paper": { "title": info.paper.title, "authors": info.paper.authors, "year": info.paper.year,
                   "source": info.paper.source.to_string() },
        "claims": info.claims.len(), "needs": info.needs.iter().map(|need| need.name).collect::<Vec<_>>(),
        "quick_seconds": info.quick_seconds, "full_seconds": info.full_seconds,
    })
}

/// The results without their figures, which are in the files.
fn as_json(summary: &Summary) -> Value {
    let result = |result: &ExperimentResult| {
        let mut value = serde_json::to_value(result).unwrap_or_default();
        if let Some(fields) = value.as_object_mut() {
            fields.shift_remove("figures");
        }
        value
    };
    json!({
        "report": summary.report, "files": summary.files,
        "results": summary.results().map(result).collect::<Vec<_>>(),
    })
}

/// Shows how far a run is.
struct Watch {
    bar: Bar,
    number: String,
}

impl Observer for Watch {
    fn started(&mut self, info: &Info, index: usize, total: usize) {
        self.number = format!("{}/{total} {}", index + 1, info.name);
        self.bar.message(self.number.clone());
        self.bar.at(0, 0);
        self.bar.tick();
    }

    fn progress(&mut self, _name: &str, progress: Progress<'_>) {
        self.bar.message(format!("{}: {}", self.number, progress.what));
        self.bar.at(progress.done as u64, progress.total as u64);
    }
}
