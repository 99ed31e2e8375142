//! How far a fetch has come.

/// One step of a fetch, for a progress bar. `done` starts again at zero with each new `item`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The data set.
    pub name: &'a str,
    /// What is going on.
    pub stage: Stage,
    /// What it is going on with: a source, an address or a file.
    pub item: &'a str,
    /// Bytes so far.
    pub done: u64,
    /// Bytes in all, where known.
    pub total: Option<u64>,
}

/// What a fetch is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Another process fetches the same data set; this one will use what it gets.
    Waiting,
    /// Turning to a source.
    Trying,
    /// Receiving bytes.
    Downloading,
    /// Taking the files out of an archive.
    Unpacking,
}

/// The caller's callback together with the name it is about.
pub(crate) struct Reporter<'a> {
    pub(crate) name: &'a str,
    pub(crate) callback: &'a mut dyn FnMut(Progress<'_>),
}

impl Reporter<'_> {
    pub(crate) fn tell(&mut self, stage: Stage, item: &str, done: u64, total: Option<u64>) {
        (self.callback)(Progress { name: self.name, stage, item, done, total });
    }
}
