//! The experiments there are, by name.

use std::fmt::Write as _;

use crate::context::names;
use crate::experiment::{Experiment, Info};
use crate::{ExperimentError, number};

/// Columns within which the list stays.
const WIDTH: usize = 100;

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

    /// The experiments with their expected durations, title and paper, ready to print within 100 columns.
    pub fn list(&self) -> String {
        let infos = self.infos();
        if infos.is_empty() {
            return "no experiments\n".to_string();
        }
        let row = |info: &Info| {
            let (quick, full) = (number::seconds(info.quick_seconds), number::seconds(info.full_seconds));
            [info.name.to_string(), quick, full, format!("{} ({})", info.title, info.paper.source)]
        };
        let heads = ["name", "quick", "full", "what is checked"].map(String::from);
        let rows: Vec<[String; 4]> = std::iter::once(heads).chain(infos.iter().map(row)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..3).map(width).collect();
        let before: usize = widths.iter().map(|width| width + 2).sum();
        // an address in two pieces could not be copied
        let options = textwrap::Options::new(WIDTH.saturating_sub(before).max(1))
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let mut text = String::new();
        for row in &rows {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(text, "{cell:width$}  ");
            }
            let lines = textwrap::wrap(&row[3], &options);
            let _ = writeln!(text, "{}", lines.join(&format!("\n{:before$}", "")));
        }
        text
    }
}
