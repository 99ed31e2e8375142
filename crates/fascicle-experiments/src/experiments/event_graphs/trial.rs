//! One seed: videos, the graphs built of them, and which graphs they are most like.

use fascicle_core::seed::Seeds;
use fascicle_graph::events::{Builder, Built, Derivation, EventGraph, Objects, Temporal, Window};

use super::score::{Counts, MEANS, compare, first_is_best, likeness};
use super::variants::{shuffled, swapped};
use super::world::{Deed, FRAME_RATE, Noise, Video, World};
use crate::{Doing, ExperimentError};

/// Share of sightings that are missed where the claims say 10 %.
pub(super) const MISSED: f64 = 0.1;
/// The shares of the figure.
pub(super) const SWEEP: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4];
/// Variants and other videos that each true graph is hidden among, of each kind.
const OTHERS: usize = 4;

/// What a graph can be mistaken for.
pub(super) const KINDS: [&str; 4] = ["true", "time-shuffled", "actor-swapped", "other video"];

/// How graphs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Merging,
    NotMerging,
    Blocks,
}

impl Way {
    pub(super) const ALL: [Self; 3] = [Self::Merging, Self::NotMerging, Self::Blocks];

    pub(super) fn builder(self) -> Builder {
        let merging = Builder {
            frame_rate: FRAME_RATE,
            objects: Objects { actors: false, ..Objects::default() },
            derivation: relations(),
            ..Builder::default()
        };
        match self {
            Self::Merging => merging,
            Self::NotMerging => Builder { max_gap: 0, ..merging },
            // a vote over each fifth of a second, which also stands for the frames that were missed
            Self::Blocks => Builder { max_gap: 0, window: Window::Blocks(5), ..merging },
        }
    }
}

/// Which edges all graphs here have: every relation in time, and who does what next.
fn relations() -> Derivation {
    Derivation { temporal: Temporal::All, near: None, logical: true }
}

/// A video with its script and true graph.
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) truth: EventGraph,
}

impl Scene {
    fn new(seed: u64) -> Result<Self, ExperimentError> {
        let world = World::new(seed);
        let truth = graph(&world, &world.deeds)?;
        Ok(Self { world, truth })
    }

    pub(super) fn build(&self, way: Way, video: &Video) -> Result<Built, ExperimentError> {
        way.builder().build(&video.detections).doing("building a graph of events")
    }
}

fn graph(world: &World, deeds: &[Deed]) -> Result<EventGraph, ExperimentError> {
    let tolerance = Builder::default().tolerance;
    let graph = world.graph(deeds).and_then(|graph| graph.with_tolerance(tolerance));
    graph.and_then(|graph| graph.derive(&relations())).doing("making a true graph")
}

/// What one seed gives.
pub(super) struct Trial {
    /// Without noise, gaps merged.
    pub(super) clean: Counts,
    /// With noise, by the share of sightings missed and the way of building.
    pub(super) noisy: Vec<[Counts; 3]>,
    /// How often each means ranks the true graph first.
    pub(super) first: [f64; MEANS.len()],
    /// The same among variants of one kind alone, [kind − 1][means].
    pub(super) first_among: [[f64; MEANS.len()]; 3],
    /// Scores of graph matching, by kind.
    pub(super) scores: [Vec<f64>; 4],
    /// How far the true graph is ahead of the best of the others, by graph matching.
    pub(super) leads: Vec<f64>,
    /// The first video, for the figures.
    pub(super) shown: Shown,
}

/// A video to look at.
pub(super) struct Shown {
    pub(super) scene: Scene,
    pub(super) built: Built,
    /// For each true event the one that hits it.
    pub(super) hits: Vec<Option<usize>>,
}

impl Trial {
    pub(super) fn run(seeds: Seeds, videos: usize) -> Result<Self, ExperimentError> {
        let numbers = 0..videos as u64;
        let scenes: Vec<Scene> =
            numbers.map(|number| Scene::new(seeds.numbered("script", number))).collect::<Result<_, _>>()?;
        let mut clean = Counts::default();
        let mut noisy = vec![[Counts::default(); 3]; SWEEP.len()];
        let mut graphs = Vec::new();
        let mut shown = None;
        for (number, scene) in scenes.iter().enumerate() {
            let seed = seeds.numbered("camera", number as u64);
            let video = scene.world.film(Noise::default(), seed);
            let built = scene.build(Way::Merging, &video)?;
            clean.add(&compare(&built, &video, &scene.truth)?.0);
            for (counts, &missed) in noisy.iter_mut().zip(&SWEEP) {
                let video = scene.world.film(Noise::missing(missed), seed);
                for (counts, way) in counts.iter_mut().zip(Way::ALL) {
                    let built = scene.build(way, &video)?;
                    let (more, hits) = compare(&built, &video, &scene.truth)?;
                    counts.add(&more);
                    if way == Way::Merging && missed == MISSED {
                        graphs.push(built.graph.clone());
                        shown.get_or_insert((built, hits));
                    }
                }
            }
        }
        let mut trial = Self {
            clean,
            noisy,
            first: [0.0; MEANS.len()],
            first_among: [[0.0; MEANS.len()]; 3],
            scores: Default::default(),
            leads: Vec::new(),
            shown: {
                let (built, hits) = shown.ok_or("there are no videos").doing("choosing a video to show")?;
                Shown { scene: Scene::new(seeds.numbered("script", 0))?, built, hits }
            },
        };
        for (number, found) in graphs.iter().enumerate() {
            trial.rank(found, &scenes, number, &seeds)?;
        }
        Ok(trial)
    }

    /// Adds how one graph, built under noise, compares with its true one and with others.
    fn rank(
        &mut self,
        found: &EventGraph,
        scenes: &[Scene],
        number: usize,
        seeds: &Seeds,
    ) -> Result<(), ExperimentError> {
        let own = &scenes[number];
        let mut rows = vec![(0, compared(found, &own.truth)?)];
        for other in 0..OTHERS {
            let seed = seeds.numbered("variant", (number * OTHERS + other) as u64);
            // the harder half changes one agent alone, or from some moment on
            let (easy, world) = (other % 2 == 0, &own.world);
            let variants = [shuffled(world, !easy, seed), swapped(world, easy, seed)];
            for (kind, variant) in variants.into_iter().enumerate() {
                if let Some(deeds) = variant {
                    rows.push((kind + 1, compared(found, &graph(world, &deeds)?)?));
                }
            }
            let stranger = &scenes[(number + other + 1) % scenes.len()];
            if scenes.len() > OTHERS {
                rows.push((3, compared(found, &stranger.truth)?));
            }
        }
        for (kind, row) in &rows {
            self.scores[*kind].push(row[0]);
        }
        let best = rows[1..].iter().map(|(_, row)| row[0]).fold(0.0, f64::max);
        self.leads.push(rows[0].1[0] - best);
        let share = 1.0 / scenes.len() as f64;
        for means in 0..MEANS.len() {
            let among = |wanted: &dyn Fn(usize) -> bool| {
                let scores = rows.iter().filter(|(kind, _)| *kind == 0 || wanted(*kind));
                first_is_best(scores.map(|(_, row)| row[means]))
            };
            self.first[means] += share * among(&|_| true);
            for kind in 1..KINDS.len() {
                self.first_among[kind - 1][means] += share * among(&|other| other == kind);
            }
        }
        Ok(())
    }

    /// Counts at the share of missed sightings that the claims are about.
    pub(super) fn at_claim(&self, way: Way) -> Counts {
        let place = SWEEP.iter().position(|&missed| missed == MISSED).unwrap_or(0);
        let way = Way::ALL.iter().position(|&other| other == way).unwrap_or(0);
        self.noisy[place][way]
    }
}

fn compared(one: &EventGraph, two: &EventGraph) -> Result<[f64; MEANS.len()], ExperimentError> {
    likeness(one, two).doing("comparing graphs of events")
}
