//! Progress bars: on stderr, only on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Common;

/// A bar that shows nothing in a pipe or with `-q`.
pub(crate) struct Bar(ProgressBar);

const STEPS: &str = "{msg:30!} [{bar:32}] {pos}/{len} {eta:>4}";
const WAITING: &str = "{spinner} {msg} {elapsed}";
const BYTES: &str = "{msg:30!} [{bar:32}] {bytes}/{total_bytes} {bytes_per_sec}";

impl Bar {
    /// A bar for steps.
    pub(crate) fn steps(common: &Common, message: impl Into<String>) -> Self {
        Self::new(common, STEPS, message.into())
    }

    /// A sign that something goes on, where nothing can be counted.
    pub(crate) fn waiting(common: &Common, message: impl Into<String>) -> Self {
        let bar = Self::new(common, WAITING, message.into());
        bar.tick();
        bar
    }

    /// A bar for bytes.
    pub(crate) fn bytes(common: &Common, message: impl Into<String>) -> Self {
        Self::new(common, BYTES, message.into())
    }

    fn new(common: &Common, template: &str, message: String) -> Self {
        // indicatif itself hides a bar whose stderr is no terminal
        let bar = if common.quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(message);
        Self(bar)
    }

    /// Says what is being done.
    pub(crate) fn message(&self, text: impl Into<String>) {
        self.0.set_message(text.into());
    }

    /// `done` of `total`.
    pub(crate) fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    /// What a computation on several threads calls with the number of steps done.
    pub(crate) fn counter(&self, total: usize) -> impl Fn(usize) + Send + Sync + use<> {
        let bar = self.0.clone();
        bar.set_length(total as u64);
        // threads may report out of order; a bar never goes back
        move |done| bar.set_position(bar.position().max(done as u64))
    }

    /// Keeps moving while nothing can be counted.
    pub(crate) fn tick(&self) {
        self.0.enable_steady_tick(Duration::from_millis(200));
    }
}

impl Drop for Bar {
    /// The bar goes, whatever happened: results and errors stand alone.
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
