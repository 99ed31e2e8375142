//! The experiments there are, by name.

use std::fmt::Write as _;

use crate::context::names;
use crate::experiment::{Experiment, Info};
use crate::{ExperimentError, number};

/// Experiments in the order in which they run and are listed.
#[derive(Default)]
pub struct Registry {
    experiments: Vec<Box<dyn Experiment>>,
}

impl Registry {
    /// A registry of these experiments.
    pub fn new(experiments: Vec<Box<dyn Experiment>>) -> Self {
        Self { experiments }
    }

    /// What each experiment says of itself.
    pub fn infos(&self) -> Vec<Info> {
        self.experiments.iter().map(|experiment| experiment.info()).collect()
    }

    /// The experiments named, in the registry's order and each once; all of them when no name is given.
    ///
    /// # Errors
    /// [`ExperimentError::UnknownExperiment`] names the nearest known one.
    pub fn select<S: AsRef<str>>(&self, wanted: &[S]) -> Result<Vec<&dyn Experiment>, ExperimentError> {
        let infos = self.infos();
        for name in wanted {
            let name = name.as_ref();
            if !infos.iter().any(|info| info.name == name) {
                return Err(ExperimentError::UnknownExperiment {
                    name: name.to_string(),
                    nearest: fascicle_models::nearest(name, infos.iter().map(|info| info.name)),
                    known: names(infos.iter().map(|info| info.name)),
                });
            }
        }
        let chosen = |info: &Info| wanted.is_empty() || wanted.iter().any(|name| name.as_ref() == info.name);
        Ok(self
            .experiments
            .iter()
            .zip(&infos)
            .filter(|(_, info)| chosen(info))
            .map(|(e, _)| e.as_ref())
            .collect())
    }

    /// One line an experiment (name, source, expected durations, title), ready to print.
    pub fn list(&self) -> String {
        let infos = self.infos();
        if infos.is_empty() {
            return "no experiments\n".to_string();
        }
        let durations =
            |info: &Info| (number::seconds(info.quick_seconds), number::seconds(info.full_seconds));
        let rows: Vec<[String; 5]> = infos
            .iter()
            .map(|info| {
                let (quick, full) = durations(info);
                [info.name.into(), info.paper.source.to_string(), quick, full, info.title.into()]
            })
            .collect();
        let heads = ["name", "paper", "quick", "full", "title"];
        let width = |column: usize| {
            rows.iter().map(|row| row[column].chars().count()).chain([heads[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..4).map(width).collect();
        let mut text = String::new();
        for row in std::iter::once(heads).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))) {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(text, "{cell:width$}  ");
            }
            let _ = writeln!(text, "{}", row[4]);
        }
        text
    }
}
