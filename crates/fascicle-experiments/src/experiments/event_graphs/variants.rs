//! The same video with its deeds in another order, or done by others.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::{SliceRandom, index};

use super::world::{Deed, World};

/// How often another draw is tried before a video is left without a variant (agents who are all alike, say).
const DRAWS: usize = 50;

/// The deeds of some agents in another order, each as long as it was, with the pauses where they were. Every agent's, or one
/// agent's alone; `None` where no order differs.
pub(super) fn shuffled(world: &World, only_one: bool, seed: u64) -> Option<Vec<Deed>> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..DRAWS).find_map(|_| {
        let chosen = index::sample(&mut rng, world.agents.len(), 1).index(0);
        let mut deeds = world.deeds.clone();
        for agent in 0..world.agents.len() {
            if only_one && agent != chosen {
                continue;
            }
            let slots: Vec<usize> = (0..deeds.len()).filter(|&deed| deeds[deed].agent == agent).collect();
            let mut order = slots.clone();
            order.shuffle(&mut rng);
            let mut now = slots.first().map_or(0, |&slot| deeds[slot].first);
            for (place, (&slot, &old)) in slots.iter().zip(&order).enumerate() {
                let deed = &world.deeds[old];
                deeds[slot] = Deed { first: now, end: now + deed.frames(), ..deed.clone() };
                let pause =
                    slots.get(place + 1).map_or(0, |&next| world.deeds[next].first - world.deeds[slot].end);
                now = deeds[slot].end + pause;
            }
        }
        differs(world, &deeds).then_some(deeds)
    })
}

/// Two agents exchange what they do, from the start or from some moment on; `None` where it changes nothing.
pub(super) fn swapped(world: &World, from_the_start: bool, seed: u64) -> Option<Vec<Deed>> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..DRAWS).find_map(|_| {
        let two = index::sample(&mut rng, world.agents.len(), 2);
        let (one, two) = (two.index(0), two.index(1));
        let mut deeds = world.deeds.clone();
        // at a moment when neither does anything, or begins to
        let moments: Vec<u64> = deeds
            .iter()
            .map(|deed| deed.first)
            .filter(|moment| {
                let during = |deed: &Deed| deed.first < *moment && *moment < deed.end;
                !world.deeds.iter().any(|deed| [one, two].contains(&deed.agent) && during(deed))
            })
            .collect();
        let pick = index::sample(&mut rng, moments.len().max(1), 1).index(0);
        let moment = if from_the_start { 0 } else { *moments.get(pick)? };
        for deed in deeds.iter_mut().filter(|deed| deed.first >= moment) {
            if deed.agent == one {
                deed.agent = two;
            } else if deed.agent == two {
                deed.agent = one;
            }
        }
        differs(world, &deeds).then_some(deeds)
    })
}

/// Whether deeds differ from the world's in more than the names of their agents.
fn differs(world: &World, deeds: &[Deed]) -> bool {
    // an agent is its label and all that it does; two worlds are the same if they have the same agents
    let agents = |deeds: &[Deed]| {
        let of = |agent: usize| {
            let mut own: Vec<_> = deeds
                .iter()
                .filter(|deed| deed.agent == agent)
                .map(|deed| (deed.first, deed.action, deed.thing))
                .collect();
            own.sort_unstable();
            // how long each lasts moves the next one's start: only the order counts
            let order: Vec<_> = own.into_iter().map(|(_, action, thing)| (action, thing)).collect();
            (world.agents[agent], order)
        };
        let mut all: Vec<_> = (0..world.agents.len()).map(of).collect();
        all.sort_unstable();
        all
    };
    agents(deeds) != agents(&world.deeds)
}
