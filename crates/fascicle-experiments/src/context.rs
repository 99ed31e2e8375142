//! What an experiment is given to run with.

use std::error::Error;
use std::path::PathBuf;

use crate::experiment::DataNeed;
use crate::{ExperimentError, Size};

/// Where experiments look for data and models.
///
/// It finds, it never downloads: an experiment that silently fetches gigabytes would surprise its user.
pub trait DataStore {
    /// The verified file or folder of the data set `name`, or `None` when it is not on this machine.
    ///
    /// # Errors
    /// It is there but not what it should be.
    fn find(&self, name: &str) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>>;
}

impl<F> DataStore for F
where
    F: Fn(&str) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>>,
{
    fn find(&self, name: &str) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>> {
        self(name)
    }
}

/// How far an experiment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// What is being done.
    pub what: &'a str,
}

/// Size, device, seeds and data of one run of one experiment, and where it says how far it is.
pub struct Context<'a> {
    pub(crate) size: Size,
    pub(crate) device: &'a str,
    pub(crate) seeds: &'a [u64],
    pub(crate) needs: &'a [(DataNeed, PathBuf)],
    pub(crate) progress: &'a mut dyn FnMut(Progress<'_>),
}

impl Context<'_> {
    /// How much work to do.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether this is the quick size.
    pub fn quick(&self) -> bool {
        self.size == Size::Quick
    }

    /// The device asked for, as on the command line: `cpu`, `wgpu`, `cuda:0`.
    pub fn device(&self) -> &str {
        self.device
    }

    /// Seeds to repeat the random parts with, at least one.
    pub fn seeds(&self) -> &[u64] {
        self.seeds
    }

    /// What `run` finds with each seed; the observer is told how many are done, and `what` is being done with the next.
    ///
    /// # Errors
    /// The first that `run` gives.
    pub fn each_seed<T>(
        &mut self,
        what: &str,
        mut run: impl FnMut(u64) -> Result<T, ExperimentError>,
    ) -> Result<Vec<T>, ExperimentError> {
        self.step_by_step(usize::MAX, 1, |seed, tell| {
            tell(0, what);
            run(seed)
        })
    }

    /// What `run` finds with each seed, of which the first `most` are used, in so many steps each. Through its second argument
    /// `run` tells the observer how many of its own steps are done, and what is being done.
    ///
    /// # Errors
    /// The first that `run` gives.
    pub fn step_by_step<T>(
        &mut self,
        most: usize,
        steps: usize,
        mut run: impl FnMut(u64, &mut dyn FnMut(usize, &str)) -> Result<T, ExperimentError>,
    ) -> Result<Vec<T>, ExperimentError> {
        let all = self.seeds;
        let seeds = &all[..most.min(all.len())];
        let total = seeds.len() * steps;
        let mut found = Vec::with_capacity(seeds.len());
        for (before, &seed) in seeds.iter().enumerate() {
            let mut tell = |done: usize, what: &str| self.progress(before * steps + done, total, what);
            found.push(run(seed, &mut tell)?);
        }
        self.progress(total, total, "done");
        Ok(found)
    }

    /// Where the data set `name` lies. It is one of [`Info::needs`](crate::Info::needs), all of which were found
    /// before the experiment was started.
    ///
    /// # Errors
    /// [`ExperimentError::UndeclaredData`] for a name that is not among them.
    pub fn data(&self, name: &str) -> Result<&std::path::Path, ExperimentError> {
        let found = self.needs.iter().find(|(need, _)| need.name == name);
        found.map(|(_, path)| path.as_path()).ok_or_else(|| ExperimentError::UndeclaredData {
            name: name.to_string(),
            declared: names(self.needs.iter().map(|(need, _)| need.name)),
        })
    }

    /// Tells the observer that `done` of `total` steps are done.
    pub fn progress(&mut self, done: usize, total: usize, what: &str) {
        (self.progress)(Progress { done, total, what });
    }
}

/// Names for a message: "`a`, `b`", or "none".
pub(crate) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let list: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if list.is_empty() { "none".to_string() } else { list.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_is_told_and_the_first_error_ends_it() {
        let mut told = Vec::new();
        let mut progress = |progress: Progress<'_>| told.push((progress.done, progress.what.to_owned()));
        let mut ctx =
            Context { size: Size::Quick, device: "cpu", seeds: &[5, 7], needs: &[], progress: &mut progress };
        assert_eq!(ctx.each_seed("doubling", |seed| Ok(2 * seed)).unwrap(), [10, 14]);
        let undeclared = || ExperimentError::UndeclaredData { name: "x".into(), declared: "none".into() };
        ctx.each_seed::<u64>("failing", |_| Err(undeclared())).unwrap_err();
        let mut few = |most: usize| {
            ctx.step_by_step(most, 10, |seed, tell| {
                tell(4, "halving");
                Ok(seed / 2)
            })
        };
        assert_eq!((few(1).unwrap(), few(9).unwrap()), (vec![2], vec![2, 3]));
        let expected = [
            (0, "doubling"),
            (1, "doubling"),
            (2, "done"),
            (0, "failing"),
            (4, "halving"),
            (10, "done"),
            (4, "halving"),
            (14, "halving"),
            (20, "done"),
        ];
        assert_eq!(told, expected.map(|(done, what)| (done, what.to_owned())));
    }
}
