//! The steps towards balance.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;

use super::tree::Tree;
use crate::draw::curve::Point;
use crate::draw::scene::Scene;

/// Up to so many nodes forces are exact.
const EXACT: usize = 250;
/// What a cell of the tree may measure, of its distance, to act as one body.
const THETA: f64 = 0.9;
/// How much of the way nodes are drawn to the middle.
const GRAVITY: f64 = 1.0;

/// Where the nodes are after so many steps. Only additions, products, quotients and roots are used, which are
/// the same on every machine.
pub(super) fn run(scene: &Scene<'_>, seed: u64, steps: usize) -> Vec<Point> {
    let count = scene.count();
    let mut random = StdRng::seed_from_u64(seed);
    let spread = (count as f64).sqrt() * 10.0;
    let mut places: Vec<Point> =
        (0..count).map(|_| (random.random::<f64>() * spread, random.random::<f64>() * spread)).collect();
    let masses: Vec<f64> = scene.degrees.iter().map(|&degree| degree as f64 + 1.0).collect();
    let pulls: Vec<(usize, usize, f64)> = scene
        .links
        .all
        .iter()
        .filter(|link| link.from != link.to && link.weight != 0.0)
        .map(|link| (link.from, link.to, (link.weight.abs() / scene.greatest).sqrt()))
        .collect();
    let middle = spread / 2.0;
    let repulsion = if count < 100 { 10.0 } else { 2.0 };
    let mut last = vec![(0.0, 0.0); count];
    let mut speed = 1.0;
    for _ in 0..steps {
        let mut forces = repulse(&places, &masses, repulsion);
        for (force, (place, mass)) in forces.iter_mut().zip(places.iter().zip(&masses)) {
            let (x, y) = (middle - place.0, middle - place.1);
            let pull = GRAVITY * mass / (x * x + y * y).sqrt().max(1e-9);
            *force = (force.0 + x * pull, force.1 + y * pull);
        }
        for &(from, to, weight) in &pulls {
            let (x, y) = (places[to].0 - places[from].0, places[to].1 - places[from].1);
            forces[from] = (forces[from].0 + x * weight, forces[from].1 + y * weight);
            forces[to] = (forces[to].0 - x * weight, forces[to].1 - y * weight);
        }
        speed = advance(&mut places, &forces, &last, &masses, speed);
        last = forces;
    }
    places
}

/// All push each other away.
fn repulse(places: &[Point], masses: &[f64], strength: f64) -> Vec<Point> {
    let tree = Tree::new(places, masses);
    let theta = if places.len() <= EXACT { 0.0 } else { THETA };
    places
        .par_iter()
        .zip(masses)
        .with_min_len(64)
        .map_init(Vec::new, |stack, (&place, &mass)| {
            let (x, y) = tree.push(place, mass, theta, stack);
            (x * strength, y * strength)
        })
        .collect()
}

/// Moves every node with its force, slowly where it swings to and fro (Jacomy et al. 2014, "adapting the
/// global speed"); returns the speed of all.
fn advance(places: &mut [Point], forces: &[Point], last: &[Point], masses: &[f64], speed: f64) -> f64 {
    let swing = |node: usize| length((forces[node].0 - last[node].0, forces[node].1 - last[node].1));
    let traction = |node: usize| length((forces[node].0 + last[node].0, forces[node].1 + last[node].1)) / 2.0;
    let all = |of: &dyn Fn(usize) -> f64| (0..places.len()).map(|node| masses[node] * of(node)).sum::<f64>();
    let (swings, tractions) = (all(&swing), all(&traction));
    let wanted = if swings > 0.0 { tractions / swings } else { speed };
    let speed = wanted.min(speed * 1.5);
    for (node, place) in places.iter_mut().enumerate() {
        let own = 0.1 * speed / (1.0 + speed * swing(node).sqrt());
        let own = own.min(10.0 / length(forces[node]).max(1e-9));
        *place = (place.0 + forces[node].0 * own, place.1 + forces[node].1 * own);
    }
    speed
}

fn length((x, y): Point) -> f64 {
    (x * x + y * y).sqrt()
}
