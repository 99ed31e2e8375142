//! Runs of one action of one identity.

use super::tracks::{Sighting, Track, majority};

/// How the actions of single frames, some of them wrong, are put to a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Each sighting takes the action with the most confidence behind it in so many frames about it (the greater half
    /// after an even number's middle is not looked at). Frames in which nothing was seen stay gaps.
    Sliding(u64),
    /// All frames of each block of so many take the same action, seen or not: fills gaps, but moves starts and ends to
    /// the ends of blocks.
    Blocks(u64),
}

/// An action held from frame `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run<'a> {
    pub(super) action: &'a str,
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Run<'_> {
    pub(super) fn frames(&self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

/// The runs of a track, in the order of time, and how many were left out as shorter than `least`. Runs of the same
/// action with at most `max_gap` frames between them, and no other action, are one.
pub(super) fn runs<'a>(track: &Track<'a>, window: Window, max_gap: u64, least: u64) -> (Vec<Run<'a>>, usize) {
    let raw = match window {
        Window::Sliding(frames) => sliding(track, frames),
        Window::Blocks(frames) => blocks(track, frames),
    };
    let merged = merge(raw, max_gap);
    let all = merged.len();
    let long: Vec<Run<'a>> = merged.into_iter().filter(|run| run.frames() >= least).collect();
    let left_out = all - long.len();
    // what stood between two runs of one action may be gone
    (merge(long, max_gap), left_out)
}

fn merge(runs: Vec<Run<'_>>, max_gap: u64) -> Vec<Run<'_>> {
    let mut out: Vec<Run<'_>> = Vec::with_capacity(runs.len());
    for run in runs {
        match out.last_mut() {
            Some(last) if last.action == run.action && run.first - last.last <= max_gap.saturating_add(1) => {
                last.last = run.last;
            }
            _ => out.push(run),
        }
    }
    out
}

fn votes<'s, 'a: 's>(sightings: &'s [Sighting<'a>]) -> impl Iterator<Item = (Option<&'a str>, f64)> + 's {
    sightings.iter().map(|sighting| (sighting.action, sighting.confidence))
}

fn sliding<'a>(track: &Track<'a>, frames: u64) -> Vec<Run<'a>> {
    let reach = frames.saturating_sub(1) / 2;
    let mut out: Vec<Run<'a>> = Vec::new();
    // the run that the sighting before belongs to goes on
    let mut open = false;
    let mut before = None;
    for sighting in &track.sightings {
        let about = track.between(sighting.frame.saturating_sub(reach), sighting.frame.saturating_add(reach));
        let action = majority(votes(about), Some(sighting.action)).flatten();
        let next_frame = before.is_some_and(|before: u64| before.saturating_add(1) == sighting.frame);
        before = Some(sighting.frame);
        let Some(action) = action else {
            open = false;
            continue;
        };
        match out.last_mut() {
            Some(last) if open && next_frame && last.action == action => last.last = sighting.frame,
            _ => out.push(Run { action, first: sighting.frame, last: sighting.frame }),
        }
        open = true;
    }
    out
}

fn blocks<'a>(track: &Track<'a>, frames: u64) -> Vec<Run<'a>> {
    let frames = frames.max(1);
    let block = |sighting: &Sighting<'_>| sighting.frame / frames;
    let mut out = Vec::new();
    for seen in track.sightings.chunk_by(|one, two| block(one) == block(two)) {
        let number = block(&seen[0]);
        if let Some(action) = majority(votes(seen), None).flatten() {
            // no further than the track goes
            let start = number * frames;
            let first = start.max(track.first().frame);
            let last = start.saturating_add(frames - 1).min(track.last().frame);
            out.push(Run { action, first, last });
        }
    }
    merge(out, 0)
}
