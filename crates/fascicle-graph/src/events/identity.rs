//! Which tracks are the same thing.

use std::collections::BTreeMap;

use super::tracks::Track;
use super::{Entity, Repair};

/// When tracks are one identity. All of it asks for the same label (that of most of a track's confidence).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SameIdentity {
    /// A track that starts at most so many frames after another ended may continue it.
    pub max_gap: u64,
    /// It has to start at most so far from where the other ended, in diagonals of the other's box.
    pub reach: f64,
    /// Tracks that are seen in the same frames are one if their boxes share this much there on average (intersection over
    /// union), in three frames at least.
    pub overlap: f64,
}

impl Default for SameIdentity {
    /// 30 frames, one diagonal, an overlap of 0.7.
    fn default() -> Self {
        Self { max_gap: 30, reach: 1.0, overlap: 0.7 }
    }
}

/// Someone or something that was followed, under the names of one track or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// What the graph calls it: its label and a number.
    pub entity: Entity,
    /// The tracks it was followed as.
    pub tracks: Vec<String>,
    /// The first frame it is seen in.
    pub first: u64,
    /// The last.
    pub last: u64,
}

/// The fewest frames that tell whether tracks lie on each other.
const FRAMES: usize = 3;

/// A track merged of several, and why they were.
struct Merged<'a> {
    track: Track<'a>,
    overlap: bool,
    follow: bool,
}

/// Tracks of one identity merged, in the order of their first frames, with what they are called. O(t² + shared frames).
pub(super) fn identities<'a>(
    tracks: Vec<Track<'a>>,
    same: Option<&SameIdentity>,
    repairs: &mut Vec<Repair>,
) -> Vec<(Identity, Track<'a>)> {
    let single = |track| Merged { track, overlap: false, follow: false };
    let mut merged: Vec<Merged<'a>> = tracks.into_iter().map(single).collect();
    merged.sort_by_key(|one| one.track.first().frame);
    if let Some(same) = same {
        merged = join(overlapping(merged, same), same);
    }
    merged.sort_by_key(|one| one.track.first().frame);
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let named = merged.into_iter().map(|Merged { track, overlap, follow }| {
        let label = track.label();
        let number = numbers.entry(label).or_default();
        *number += 1;
        let name = format!("{label} {number}");
        let tracks: Vec<String> = track.names.iter().map(|&name| name.to_owned()).collect();
        if overlap || follow {
            let (tracks, identity) = (tracks.clone(), name.clone());
            repairs.push(Repair::UnifiedTracks { tracks, identity, overlap, follow });
        }
        let (first, last) = (track.first().frame, track.last().frame);
        (Identity { entity: Entity::new(name, label), tracks, first, last }, track)
    });
    named.collect()
}

/// Merges tracks that lie on each other at the same time.
fn overlapping<'a>(tracks: Vec<Merged<'a>>, same: &SameIdentity) -> Vec<Merged<'a>> {
    let mut out: Vec<Merged<'a>> = Vec::new();
    for mut one in tracks {
        // taken in one by one, as a merged track may lie on more than its parts did
        while let Some(place) = out.iter().position(|other| lies_on(&other.track, &one.track, same.overlap)) {
            let mut other = out.remove(place);
            other.track.merge(one.track);
            one = Merged { overlap: true, ..other };
        }
        out.push(one);
    }
    out.sort_by_key(|one| one.track.first().frame);
    out
}

fn lies_on(one: &Track<'_>, two: &Track<'_>, least: f64) -> bool {
    if one.last().frame < two.first().frame
        || two.last().frame < one.first().frame
        || one.label() != two.label()
    {
        return false;
    }
    let shared: Vec<f64> = one
        .between(two.first().frame, two.last().frame)
        .iter()
        .filter_map(|sighting| Some(two.near(sighting.frame, 0)?.bounds.iou(&sighting.bounds)))
        .collect();
    shared.len() >= FRAMES && shared.iter().sum::<f64>() >= least * shared.len() as f64
}

/// Joins tracks that continue each other: each in the order of first frames to the nearest of those that ended before.
fn join<'a>(tracks: Vec<Merged<'a>>, same: &SameIdentity) -> Vec<Merged<'a>> {
    let mut out: Vec<Merged<'a>> = Vec::new();
    for one in tracks {
        let start = one.track.first();
        let label = one.track.label();
        let nearest = out
            .iter()
            .enumerate()
            .filter_map(|(place, other)| {
                let end = other.track.last();
                let gap = start.frame.checked_sub(end.frame.saturating_add(1))?;
                let ([x, y], [u, v]) = (start.bounds.centre(), end.bounds.centre());
                let distance = (x - u).hypot(y - v);
                let near = gap <= same.max_gap && distance <= same.reach * end.bounds.diagonal();
                (near && other.track.label() == label).then_some((place, distance))
            })
            .min_by(|one, two| one.1.total_cmp(&two.1));
        match nearest {
            Some((place, _)) => {
                out[place].track.merge(one.track);
                out[place].follow = true;
                out[place].overlap |= one.overlap;
            }
            None => out.push(one),
        }
    }
    out
}
