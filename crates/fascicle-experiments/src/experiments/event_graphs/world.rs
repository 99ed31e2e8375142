//! The simulated videos: agents on a grid who walk from thing to thing and do something there.

use fascicle_graph::GraphError;
use fascicle_graph::events::{Bounds, Detection, Entity, Event, EventGraph, Interval};
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};

/// Frames in a second.
pub(super) const FRAME_RATE: f64 = 25.0;

static PEOPLE: [&str; 3] = ["man", "woman", "child"];
/// Things, and what is done at them.
const THINGS: [(&str, &str); 6] = [
    ("chair", "sit"),
    ("table", "eat"),
    ("phone", "call"),
    ("ball", "kick"),
    ("book", "read"),
    ("bench", "sit"),
];
/// What is done without a thing.
const FREE: [&str; 2] = ["wave", "dance"];
const WALK: &str = "walk";

/// How many places there are across and along, and how many cells from one to the next: far enough that who walks from one
/// to another touches neither for half of the way.
const PLACES: [usize; 2] = [5, 4];
const APART: f64 = 3.0;
/// Cells a frame.
const SPEED: f64 = 0.12;
/// Width and height of people and things, cells.
const PERSON: [f64; 2] = [0.6, 0.9];
const THING: [f64; 2] = [0.6, 0.6];
/// Where each agent stands beside a thing, touching it, so that no two stand on each other.
const SIDES: [[f64; 2]; 4] = [[-0.5, 0.0], [0.5, 0.0], [0.0, -0.65], [0.0, 0.65]];

/// What an agent does from frame `first` up to, not including, `end`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deed {
    pub(super) agent: usize,
    pub(super) action: &'static str,
    /// A thing, as an index into the world's.
    pub(super) thing: Option<usize>,
    pub(super) first: u64,
    pub(super) end: u64,
}

impl Deed {
    pub(super) fn frames(&self) -> u64 {
        self.end - self.first
    }
}

/// A scripted video.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// Labels of the agents.
    pub(super) agents: Vec<&'static str>,
    /// Labels of the things.
    pub(super) things: Vec<&'static str>,
    /// What is done, each agent's deeds in the order of time.
    pub(super) deeds: Vec<Deed>,
    thing_at: Vec<[f64; 2]>,
    /// Where each agent is in each frame.
    agent_at: Vec<Vec<[f64; 2]>>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let agents: Vec<&'static str> =
            (0..rng.random_range(2..=4)).map(|_| *PEOPLE.choose(&mut rng).unwrap_or(&PEOPLE[0])).collect();
        let mut cells: Vec<[f64; 2]> = (0..PLACES[0])
            .flat_map(|x| (0..PLACES[1]).map(move |y| [APART * x as f64, APART * y as f64]))
            .collect();
        cells.shuffle(&mut rng);
        let (thing_at, free) = cells.split_at(THINGS.len());
        let mut world = Self {
            agents: agents.clone(),
            things: THINGS.map(|(label, _)| label).to_vec(),
            deeds: Vec::new(),
            thing_at: thing_at.to_vec(),
            agent_at: Vec::new(),
        };
        for agent in 0..agents.len() {
            world.live(agent, free, &mut rng);
        }
        let frames = world.agent_at.iter().map(Vec::len).max().unwrap_or(0);
        for way in &mut world.agent_at {
            if let Some(&last) = way.last() {
                way.resize(frames, last);
            }
        }
        world
    }

    /// An agent's whole script: to a thing or a free cell, something there, perhaps something more, perhaps a rest.
    fn live(&mut self, agent: usize, free: &[[f64; 2]], rng: &mut StdRng) {
        let side = SIDES[agent];
        let beside = |at: [f64; 2]| [at[0] + side[0], at[1] + side[1]];
        let mut way = vec![beside(free[agent]); rng.random_range(0..30)];
        let mut at = beside(free[agent]);
        let mut last = None;
        for _ in 0..rng.random_range(3..=5) {
            let choices: Vec<Option<usize>> =
                (0..THINGS.len()).map(Some).chain([None]).filter(|&choice| last != Some(choice)).collect();
            let choice = choices.choose(rng).copied().flatten();
            last = Some(choice);
            let target = match choice {
                Some(thing) => beside(self.thing_at[thing]),
                // a free cell that is not where the agent is
                None => beside(free[agent + rng.random_range(0..3) + usize::from(at == beside(free[agent]))]),
            };
            let distance = (target[0] - at[0]).hypot(target[1] - at[1]);
            let steps = (distance / SPEED).ceil().max(1.0) as u64;
            let from = at;
            self.act(agent, WALK, None, steps, &mut way, |step| {
                let part = (step + 1) as f64 / steps as f64;
                [from[0] + part * (target[0] - from[0]), from[1] + part * (target[1] - from[1])]
            });
            at = target;
            let action = choice.map_or(FREE[usize::from(rng.random_bool(0.5))], |thing| THINGS[thing].1);
            self.act(agent, action, choice, rng.random_range(20..60), &mut way, |_| at);
            if choice.is_some() && rng.random_bool(0.3) {
                // still beside the thing
                let action = FREE[usize::from(rng.random_bool(0.5))];
                self.act(agent, action, choice, rng.random_range(20..40), &mut way, |_| at);
            }
            if rng.random_bool(0.3) {
                way.extend(vec![at; rng.random_range(5..20)]);
            }
        }
        self.agent_at.push(way);
    }

    fn act(
        &mut self,
        agent: usize,
        action: &'static str,
        thing: Option<usize>,
        frames: u64,
        way: &mut Vec<[f64; 2]>,
        place: impl Fn(u64) -> [f64; 2],
    ) {
        let first = way.len() as u64;
        way.extend((0..frames).map(place));
        self.deeds.push(Deed { agent, action, thing, first, end: first + frames });
    }

    /// The graph of these deeds, without edges: what a perfect observer would make of them.
    pub(super) fn graph(&self, deeds: &[Deed]) -> Result<EventGraph, GraphError> {
        let entity = |number: usize, label: &str| Entity::new(format!("{label} {}", number + 1), label);
        let events = deeds.iter().enumerate().map(|(number, deed)| {
            let seconds = |frame: u64| frame as f64 / FRAME_RATE;
            let interval = Interval::new(seconds(deed.first), seconds(deed.end))?;
            let actor = entity(deed.agent, self.agents[deed.agent]);
            let things = deed.thing.map(|thing| entity(thing, self.things[thing]));
            Ok(Event::new(format!("e{}", number + 1), [actor], deed.action, interval).with(things))
        });
        EventGraph::new(events.collect::<Result<_, GraphError>>()?)
    }
}

/// What is wrong with a detector and a tracker.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Noise {
    /// Share of sightings that are missed.
    pub(super) missed: f64,
    /// How far boxes are off at most, each way, cells.
    pub(super) jitter: f64,
    /// Share of actions that are taken for another.
    pub(super) wrong_action: f64,
    /// Share of labels that are taken for another of the kind.
    pub(super) wrong_label: f64,
    /// In which share of the frames the tracker loses a track, and goes on under a new name.
    pub(super) lost: f64,
}

impl Noise {
    /// As real detectors are, with this share of sightings missed.
    pub(super) fn missing(missed: f64) -> Self {
        Self { missed, jitter: 0.08, wrong_action: 0.05, wrong_label: 0.05, lost: 0.002 }
    }
}

/// Someone or something of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Agent(usize),
    Thing(usize),
}

/// What is seen of a world, and who is behind each track.
pub(super) struct Video {
    pub(super) detections: Vec<Detection>,
    /// By the number in the track's name.
    pub(super) behind: Vec<Who>,
}

impl World {
    /// The world as detected.
    pub(super) fn film(&self, noise: Noise, seed: u64) -> Video {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut video = Video { detections: Vec::new(), behind: Vec::new() };
        let agents = (0..self.agents.len()).map(Who::Agent);
        let all: Vec<Who> = agents.chain((0..self.things.len()).map(Who::Thing)).collect();
        for who in all {
            self.follow(who, noise, &mut rng, &mut video);
        }
        video.detections.sort_by_key(|detection| detection.frame);
        video
    }

    fn follow(&self, who: Who, noise: Noise, rng: &mut StdRng, video: &mut Video) {
        let frames = self.agent_at.first().map_or(0, Vec::len);
        let doing = self.doing(who, frames);
        video.behind.push(who);
        for (frame, deed) in doing.iter().enumerate() {
            if rng.random_bool(noise.lost) {
                video.behind.push(who);
            }
            if rng.random_bool(noise.missed) {
                continue;
            }
            let (at, [width, height], label, others) = match who {
                Who::Agent(agent) => (self.agent_at[agent][frame], PERSON, self.agents[agent], &PEOPLE[..]),
                Who::Thing(thing) => (self.thing_at[thing], THING, self.things[thing], &self.things[..]),
            };
            let mut off =
                || if noise.jitter > 0.0 { rng.random_range(-noise.jitter..noise.jitter) } else { 0.0 };
            let bounds = Bounds::around([at[0] + off(), at[1] + off()], width, height);
            let label = if rng.random_bool(noise.wrong_label) { another(label, others, rng) } else { label };
            video.detections.push(Detection {
                frame: frame as u64,
                track: format!("t{}", video.behind.len() - 1),
                label: label.to_owned(),
                action: seen_to_do(*deed, noise, rng).map(str::to_owned),
                bounds,
                confidence: rng.random_range(0.5..1.0),
            });
        }
    }

    /// What someone does in each frame.
    fn doing(&self, who: Who, frames: usize) -> Vec<Option<&'static str>> {
        let mut doing = vec![None; frames];
        for deed in self.deeds.iter().filter(|deed| Who::Agent(deed.agent) == who) {
            doing[deed.first as usize..deed.end as usize].fill(Some(deed.action));
        }
        doing
    }
}

fn seen_to_do(doing: Option<&'static str>, noise: Noise, rng: &mut StdRng) -> Option<&'static str> {
    let action = doing?;
    if !rng.random_bool(noise.wrong_action) {
        return Some(action);
    }
    let all: Vec<&str> = THINGS.iter().map(|(_, action)| *action).chain(FREE).chain([WALK]).collect();
    Some(another(action, &all, rng))
}

/// Another of these than this one.
fn another(one: &'static str, all: &[&'static str], rng: &mut StdRng) -> &'static str {
    let others: Vec<&'static str> = all.iter().copied().filter(|&other| other != one).collect();
    others.choose(rng).copied().unwrap_or(one)
}
