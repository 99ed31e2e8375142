//! Detections by track, cleaned.

use std::collections::BTreeMap;

use super::{Bounds, Detection, EventError, Repair};

/// A track's sighting in one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting<'a> {
    pub(super) frame: u64,
    pub(super) label: &'a str,
    pub(super) action: Option<&'a str>,
    pub(super) bounds: Bounds,
    pub(super) confidence: f64,
}

/// A track and its sightings, one a frame, in the order of frames.
#[derive(Clone, Debug)]
pub(super) struct Track<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) sightings: Vec<Sighting<'a>>,
}

impl<'a> Track<'a> {
    // A track has a sighting, by construction.
    pub(super) fn first(&self) -> &Sighting<'a> {
        &self.sightings[0]
    }

    pub(super) fn last(&self) -> &Sighting<'a> {
        &self.sightings[self.sightings.len() - 1]
    }

    /// The label with the most confidence behind it; of equals the first by name.
    pub(super) fn label(&self) -> &'a str {
        majority(self.sightings.iter().map(|sighting| (sighting.label, sighting.confidence)), None)
            .unwrap_or_default()
    }

    /// Sightings from frame `from` to `to`, both included.
    pub(super) fn between(&self, from: u64, to: u64) -> &[Sighting<'a>] {
        let start = self.sightings.partition_point(|sighting| sighting.frame < from);
        let end = self.sightings.partition_point(|sighting| sighting.frame <= to);
        &self.sightings[start..end.max(start)]
    }

    /// The sighting nearest to a frame, no more than `most` frames away; of two the earlier.
    pub(super) fn near(&self, frame: u64, most: u64) -> Option<&Sighting<'a>> {
        let from = frame.saturating_sub(most);
        let seen = self.between(from, frame.saturating_add(most));
        seen.iter().min_by_key(|sighting| sighting.frame.abs_diff(frame))
    }

    /// This and another as one; where both are seen in a frame, the surer sighting.
    pub(super) fn merge(&mut self, other: Self) {
        self.names.extend(other.names);
        self.sightings.extend(other.sightings);
        surest(&mut self.sightings);
    }
}

/// Sorts by frame and keeps the surest of each frame, of equals the first. Gives the frames in which there were several.
fn surest(sightings: &mut Vec<Sighting<'_>>) -> Vec<u64> {
    sightings.sort_by(|one, two| one.frame.cmp(&two.frame).then(two.confidence.total_cmp(&one.confidence)));
    let mut repeated: Vec<u64> =
        sightings.windows(2).filter(|two| two[0].frame == two[1].frame).map(|two| two[0].frame).collect();
    repeated.dedup();
    sightings.dedup_by_key(|sighting| sighting.frame);
    repeated
}

/// What has the most weight behind it; of equals `preferred`, then the least.
pub(super) fn majority<T: Ord + Copy>(
    votes: impl IntoIterator<Item = (T, f64)>,
    preferred: Option<T>,
) -> Option<T> {
    let mut weights: BTreeMap<T, f64> = BTreeMap::new();
    for (vote, weight) in votes {
        *weights.entry(vote).or_default() += weight;
    }
    let most = weights.values().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut best = weights.into_iter().filter(|(_, weight)| *weight >= most).map(|(vote, _)| vote);
    let first = best.next();
    let is_preferred = |vote: &T| preferred == Some(*vote);
    first.filter(is_preferred).or_else(|| best.find(is_preferred)).or(first)
}

/// Detections by track, in the order in which the tracks first come. What cannot be used is reported and left out, or
/// an error if `strict`; what is less sure than `least` is left out silently, as a detector's threshold does.
pub(super) fn tracks<'a>(
    detections: &'a [Detection],
    least: f64,
    strict: bool,
) -> Result<(Vec<Track<'a>>, Vec<Repair>), EventError> {
    let mut repairs = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tracks: Vec<Track<'a>> = Vec::new();
    for (row, detection) in detections.iter().enumerate() {
        let Detection { frame, track, label, action, bounds, confidence } = detection;
        if let Some((what, found, expected)) = problem(detection) {
            if strict {
                let (frame, track) = (*frame, track.clone());
                return Err(EventError::BadDetection { row, frame, track, what, found, expected });
            }
            repairs.push(Repair::Dropped { row, frame: *frame, track: track.clone(), what, found });
            continue;
        }
        if *confidence < least {
            continue;
        }
        if bounds.upright() != *bounds {
            repairs.push(Repair::TurnedBox { row, frame: *frame, track: track.clone() });
        }
        let place = *places.entry(track).or_insert_with(|| {
            tracks.push(Track { names: vec![track], sightings: Vec::new() });
            tracks.len() - 1
        });
        tracks[place].sightings.push(Sighting {
            frame: *frame,
            label,
            action: action.as_deref(),
            bounds: bounds.upright(),
            confidence: *confidence,
        });
    }
    for track in &mut tracks {
        let repeated = surest(&mut track.sightings);
        if let Some(&first) = repeated.first() {
            let frames = repeated.len();
            repairs.push(Repair::RepeatedSightings { track: track.names[0].to_owned(), frames, first });
        }
    }
    Ok((tracks, repairs))
}

/// What is wrong with a detection: of what, what it is, what it should be.
fn problem(detection: &Detection) -> Option<(&'static str, String, &'static str)> {
    let numbers = detection.bounds.numbers();
    if !numbers.iter().all(|number| number.is_finite()) {
        return Some(("the box", format!("{numbers:?}"), "four finite numbers"));
    }
    if !(0.0..=1.0).contains(&detection.confidence) {
        return Some(("the confidence", detection.confidence.to_string(), "a number from 0 to 1"));
    }
    None
}
