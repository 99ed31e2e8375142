//! What was changed in events and detections so that a graph could be made of them.

use std::fmt;

/// A change that was made to the input, and why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Repair {
    /// A detection was left out.
    Dropped {
        /// Its place in the list, from 0.
        row: usize,
        /// Its frame.
        frame: u64,
        /// Its track.
        track: String,
        /// What was wrong with it: `the box`.
        what: &'static str,
        /// What that was.
        found: String,
    },
    /// A box had its sides in the wrong order.
    TurnedBox {
        /// Its place in the list, from 0.
        row: usize,
        /// Its frame.
        frame: u64,
        /// Its track.
        track: String,
    },
    /// A track was seen more than once in one frame; the surest sighting was kept.
    RepeatedSightings {
        /// The track.
        track: String,
        /// In how many frames.
        frames: usize,
        /// The first of them.
        first: u64,
    },
    /// Tracks became one identity.
    UnifiedTracks {
        /// The tracks.
        tracks: Vec<String>,
        /// The identity.
        identity: String,
        /// Whether some of them lie on each other at the same time.
        overlap: bool,
        /// Whether some of them continue others.
        follow: bool,
    },
    /// Runs of an action that were too short to be events were left out.
    ShortRuns {
        /// The identity.
        identity: String,
        /// How many.
        runs: usize,
        /// What counts as long enough, in frames.
        least: u64,
    },
    /// An event ended before it started: the ends were exchanged.
    SwappedEnds {
        /// The event.
        event: String,
    },
    /// An event had no length: it was made longer, about its moment.
    Widened {
        /// The event.
        event: String,
        /// To this length.
        length: f64,
    },
    /// An event was left out.
    DroppedEvent {
        /// The event.
        event: String,
        /// Why.
        why: &'static str,
    },
    /// An event had the name of another and got a new one.
    Renamed {
        /// The name it had.
        event: String,
        /// The name it has.
        to: String,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped { row, frame, track, what, found } => {
                write!(f, "detection {row} (frame {frame}, track `{track}`) left out: {what} is {found}")
            }
            Self::TurnedBox { row, frame, track } => {
                write!(f, "detection {row} (frame {frame}, track `{track}`): sides of the box put in order")
            }
            Self::RepeatedSightings { track, frames, first } => {
                let frames_are = if *frames == 1 { "1 frame" } else { &format!("{frames} frames") };
                write!(
                    f,
                    "track `{track}` is seen more than once in {frames_are}, first in frame {first}; the surest kept"
                )
            }
            Self::UnifiedTracks { tracks, identity, overlap, follow } => {
                let why = match (overlap, follow) {
                    (true, true) => "lie on and continue each other",
                    (true, false) => "lie on each other",
                    (false, _) => "continue each other",
                };
                write!(f, "tracks {} {why}; they are `{identity}`", listed(tracks))
            }
            Self::ShortRuns { identity, runs, least } => {
                write!(f, "`{identity}`: {runs} runs of less than {least} frames left out")
            }
            Self::SwappedEnds { event } => {
                write!(f, "event `{event}` ended before it started; ends exchanged")
            }
            Self::Widened { event, length } => write!(f, "event `{event}` had no length; made {length} long"),
            Self::DroppedEvent { event, why } => write!(f, "event `{event}` left out: {why}"),
            Self::Renamed { event, to } => write!(f, "a second event `{event}` is now called `{to}`"),
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
