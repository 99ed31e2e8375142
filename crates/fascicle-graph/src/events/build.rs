//! From detections to a graph of events.

use super::identity::identities;
use super::runs::{Run, runs};
use super::tracks::{Track, majority, tracks};
use super::{
    Bounds, Derivation, Detection, Entity, Event, EventGraph, Identity, Interval, Location, Repair,
    SameIdentity, Window,
};
use crate::GraphError;

/// Which other identities are the objects of an event: those within reach for long enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objects {
    /// How far away an object may be, edge to edge, in diagonals of the actor's box; 0 asks for boxes that touch.
    pub reach: f64,
    /// In which share of the event's sightings of the actor, at least.
    pub share: f64,
    /// Whether other actors can be objects.
    pub actors: bool,
}

impl Default for Objects {
    /// Touching in half of the sightings; actors too.
    fn default() -> Self {
        Self { reach: 0.0, share: 0.5, actors: true }
    }
}

/// Builds graphs of events from what was detected frame by frame.
///
/// In this order: detections that cannot be used are left out; tracks of one identity are unified; each identity that ever
/// acts has its actions put to a vote over windows, and runs of one action merged across small gaps; what is within reach
/// becomes the objects; edges are [derived](EventGraph::derive).
///
/// A reconstruction of what the papers describe in words: their thresholds are not known, these are this project's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Builder {
    /// Frames in a second.
    pub frame_rate: f64,
    /// How single frames are put to a vote.
    pub window: Window,
    /// Runs of one action with at most so many frames between them are one event; 0 merges none.
    pub max_gap: u64,
    /// Events of fewer frames are left out.
    pub least_frames: u64,
    /// Detections less sure than this are not looked at.
    pub least_confidence: f64,
    /// When tracks are one identity; `None` takes each track as one.
    pub identity: Option<SameIdentity>,
    /// What objects are.
    pub objects: Objects,
    /// Places with names, by where they are; of those that overlap the first counts.
    pub places: Vec<(String, Bounds)>,
    /// How far apart two ends may be that still count as the same moment, seconds.
    pub tolerance: f64,
    /// Which edges are derived.
    pub derivation: Derivation,
    /// Whether a detection that cannot be used is an error rather than left out.
    pub strict: bool,
}

impl Default for Builder {
    /// 25 frames a second, votes over 5 frames, gaps of up to 10 frames, events of 5 frames at least, ends within 0.2 s.
    fn default() -> Self {
        Self {
            frame_rate: 25.0,
            window: Window::Sliding(5),
            max_gap: 10,
            least_frames: 5,
            least_confidence: 0.0,
            identity: Some(SameIdentity::default()),
            objects: Objects::default(),
            places: Vec::new(),
            tolerance: 0.2,
            derivation: Derivation::default(),
            strict: false,
        }
    }
}

/// A graph, and how it came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Built {
    /// Events called `e1`, `e2`, … in the order of time, with their edges.
    pub graph: EventGraph,
    /// Who and what was followed, in the order of first frames.
    pub identities: Vec<Identity>,
    /// What was left out or unified.
    pub repairs: Vec<Repair>,
}

impl Builder {
    /// Builds the graph of a video; that of an empty one is empty.
    ///
    /// O(d log d + t² + e·t·f) for d detections, t tracks and e events of f frames.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for settings outside their range; [`super::EventError::BadDetection`] if `strict`.
    pub fn build(&self, detections: &[Detection]) -> Result<Built, GraphError> {
        self.check()?;
        let (tracks, mut repairs) = tracks(detections, self.least_confidence, self.strict)?;
        let all = identities(tracks, self.identity.as_ref(), &mut repairs);
        let mut found: Vec<(Run<'_>, usize)> = Vec::new();
        for (who, (identity, track)) in all.iter().enumerate() {
            let (runs, left_out) = runs(track, self.window, self.max_gap, self.least_frames);
            if left_out > 0 {
                let identity = identity.entity.name.clone();
                repairs.push(Repair::ShortRuns { identity, runs: left_out, least: self.least_frames });
            }
            found.extend(runs.into_iter().map(|run| (run, who)));
        }
        found.sort_by_key(|(run, who)| (run.first, run.last, *who));
        let acts = |who: usize| all[who].1.sightings.iter().any(|sighting| sighting.action.is_some());
        let actors: Vec<bool> = (0..all.len()).map(acts).collect();
        let events = found.iter().enumerate().map(|(number, (run, who))| {
            let objects = self.objects_of(run, *who, &all, &actors);
            self.event(format!("e{}", number + 1), run, &all[*who], objects)
        });
        let graph = EventGraph::new(events.collect::<Result<_, _>>()?)?;
        let graph = graph.with_tolerance(self.tolerance)?.derive(&self.derivation)?;
        let identities = all.into_iter().map(|(identity, _)| identity).collect();
        Ok(Built { graph, identities, repairs })
    }

    fn event(
        &self,
        id: String,
        run: &Run<'_>,
        (identity, track): &(Identity, Track<'_>),
        objects: Vec<Entity>,
    ) -> Result<Event, GraphError> {
        let seconds = |frame: u64| frame as f64 / self.frame_rate;
        let interval = Interval::new(seconds(run.first), seconds(run.last.saturating_add(1)))?;
        let seen = track.between(run.first, run.last);
        let mean =
            |of: &dyn Fn(usize) -> f64| (0..seen.len()).map(of).sum::<f64>() / seen.len().max(1) as f64;
        let centres: Vec<[f64; 2]> = seen.iter().map(|sighting| sighting.bounds.centre()).collect();
        let place = |centre: &[f64; 2]| self.places.iter().position(|(_, bounds)| bounds.contains(*centre));
        let place = majority(centres.iter().map(|centre| (place(centre), 1.0)), None).flatten();
        let mut event = Event::new(id, [identity.entity.clone()], run.action, interval).with(objects);
        event.location = Location {
            place: place.map(|place| self.places[place].0.clone()),
            at: Some([mean(&|at| centres[at][0]), mean(&|at| centres[at][1])]),
        };
        // the mean of numbers up to 1 can be a rounding error above it
        event.confidence = mean(&|at| seen[at].confidence).min(1.0);
        Ok(event)
    }

    fn objects_of(
        &self,
        run: &Run<'_>,
        who: usize,
        all: &[(Identity, Track<'_>)],
        actors: &[bool],
    ) -> Vec<Entity> {
        let seen = all[who].1.between(run.first, run.last);
        let others = all.iter().enumerate().filter(|(other, _)| *other != who);
        let wanted = others.filter(|(other, _)| self.objects.actors || !actors[*other]);
        let within = wanted.filter(|(_, (_, track))| {
            let touches = seen.iter().filter(|sighting| {
                // an object that was missed in a frame is where it was nearby in time
                let other = track.near(sighting.frame, self.max_gap);
                let reach = self.objects.reach * sighting.bounds.diagonal();
                other.is_some_and(|other| other.bounds.gap(&sighting.bounds) <= reach)
            });
            touches.count() as f64 >= self.objects.share * seen.len() as f64
        });
        within.map(|(_, (identity, _))| identity.entity.clone()).collect()
    }

    fn check(&self) -> Result<(), GraphError> {
        let positive = |name, value: f64| {
            let fine = value.is_finite() && value > 0.0;
            if fine { Ok(()) } else { Err(GraphError::argument(name, value, "a positive number")) }
        };
        positive("the frame rate", self.frame_rate)?;
        positive("the share of an event in reach of an object", self.objects.share)?;
        let (Window::Sliding(frames) | Window::Blocks(frames)) = self.window;
        positive("the number of frames in a window", frames as f64)?;
        for (name, value) in [
            ("the least confidence", self.least_confidence),
            ("the reach of objects", self.objects.reach),
            ("the reach of an identity", self.identity.map_or(0.0, |same| same.reach)),
            ("the overlap of an identity", self.identity.map_or(0.0, |same| same.overlap)),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(GraphError::argument(name, value, "a finite number from 0 up"));
            }
        }
        Ok(())
    }
}
