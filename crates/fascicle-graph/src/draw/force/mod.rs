//! Nodes where forces between them balance: all push each other away, edges pull.

mod simulate;
mod tree;

use maud::html;

use super::curve::{Curve, Point, distance};
use super::edges::Link;
use super::labels::{self, Box2, Labelled, Policy};
use super::page::{Area, Drawn, page};
use super::scale::extent;
use super::scene::Scene;
use super::strokes::{self, Stroke};
use crate::GraphError;

/// Where forces balance (Jacomy et al. 2014, *ForceAtlas2*): nodes push each other away the more edges they
/// have, edges pull with the square root of their magnitude, and all are drawn to the middle. Barnes and
/// Hut's tree makes a step O((n + m) log n).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Force {
    /// Where the nodes begin is drawn from this.
    pub seed: u64,
    /// How many steps; by the number of nodes, if `None`.
    pub steps: Option<usize>,
}

impl Default for Force {
    fn default() -> Self {
        Self { seed: 1, steps: None }
    }
}

pub(super) fn draw(scene: &Scene<'_>, options: &Force) -> Result<String, GraphError> {
    let steps = options.steps.unwrap_or(if scene.count() > 2000 { 250 } else { 500 });
    let bodies = level(&simulate::run(scene, options.seed, steps));
    Ok(page(&scene.options.style, "Force-directed drawing of a graph", &scene.legend(), |area| {
        drawn(scene, &bodies, area)
    }))
}

/// Turns the cloud so that it is wider than high: its principal axis becomes level.
fn level(places: &[Point]) -> Vec<Point> {
    let count = places.len() as f64;
    let mean =
        (places.iter().map(|p| p.0).sum::<f64>() / count, places.iter().map(|p| p.1).sum::<f64>() / count);
    let moment = |f: fn(Point) -> f64| places.iter().map(|p| f((p.0 - mean.0, p.1 - mean.1))).sum::<f64>();
    let (xx, xy, yy) = (moment(|p| p.0 * p.0), moment(|p| p.0 * p.1), moment(|p| p.1 * p.1));
    // The eigenvector of the greater eigenvalue of [[xx, xy], [xy, yy]].
    let half = (xx - yy) / 2.0;
    let (x, y) = (half + (half * half + xy * xy).sqrt(), xy);
    let length = (x * x + y * y).sqrt();
    let (cos, sin) = if length > 1e-12 * (xx + yy) {
        (x / length, y / length)
    } else if yy > xx {
        (0.0, 1.0)
    } else {
        (1.0, 0.0)
    };
    let turn = |&(x, y): &Point| {
        let (x, y) = (x - mean.0, y - mean.1);
        (x * cos + y * sin, y * cos - x * sin)
    };
    places.iter().map(turn).collect()
}

fn drawn(scene: &Scene<'_>, bodies: &[Point], area: Area) -> Drawn {
    let size = scene.options.style.font_size;
    let span = |axis: fn(&Point) -> f64| {
        extent(bodies.iter().map(axis)).map_or((0.0, 0.0), |(low, high)| (low, high - low))
    };
    let ((left, wide), (top, high)) = (span(|p| p.0), span(|p| p.1));
    let shape = if wide > 0.0 { (high / wide).clamp(0.45, 0.9) } else { 0.6 };
    let height = area.height.unwrap_or(area.width * shape);
    // A circle's worth of room for each node, of which it takes a part.
    let usual = ((area.width * height / scene.count() as f64).sqrt() * 0.16).clamp(1.0, size * 0.75);
    let rim = usual * 2.0 + 1.0;
    let side = if scene.options.style.labels.wanted(scene.count()).0 > 0 { size * 2.5 } else { rim };
    let (inner_wide, inner_high) = ((area.width - 2.0 * side).max(1.0), (height - 2.0 * rim).max(1.0));
    let scale = |inner: f64, span: f64| if span > 0.0 { inner / span } else { f64::INFINITY };
    let scale = scale(inner_wide, wide).min(scale(inner_high, high));
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let origin = (area.left + (area.width - wide * scale) / 2.0, area.top + (height - high * scale) / 2.0);
    let mut places: Vec<Point> =
        bodies.iter().map(|p| (origin.0 + (p.0 - left) * scale, origin.1 + (p.1 - top) * scale)).collect();
    let radii: Vec<f64> = (0..scene.count()).map(|node| scene.radius(node, usual)).collect();
    let room =
        Box2 { left: area.left, top: area.top, right: area.left + area.width, bottom: area.top + height };
    separate(&mut places, &radii, room);
    let strokes =
        scene.links.all.iter().map(|&link| Stroke { link, way: vec![way(&places, &radii, room, &link)] });
    let labelled: Vec<Labelled<'_>> = (0..scene.count())
        .map(|node| Labelled { at: places[node], radius: radii[node], text: scene.name(node) })
        .collect();
    let (wanted, skip) = scene.options.style.labels.wanted(scene.count());
    let body = html! {
        (strokes::draw(scene, strokes.collect(), |link| (radii[link.from], radii[link.to])))
        (scene.circles(&places, usual))
        (labels::beside(&labelled, &Policy { order: scene.by_degree(), wanted, skip }, room, size))
    };
    Drawn { height, body, words: scene.words("Force-directed drawing") }
}

/// Directed edges bend a little; a loop leans towards the middle of the picture. Neither leaves the room.
fn way(places: &[Point], radii: &[f64], room: Box2, link: &Link) -> Curve {
    let (from, to) = (places[link.from], places[link.to]);
    let middle = ((room.left + room.right) / 2.0, (room.top + room.bottom) / 2.0);
    let length = distance(from, middle);
    let inwards =
        if length > 0.0 { ((middle.0 - from.0) / length, (middle.1 - from.1) / length) } else { (0.0, -1.0) };
    let Curve([a, b, c, d]) = if link.from == link.to {
        Curve::drop(from, inwards, radii[link.from] * 3.5)
    } else {
        Curve::bent(from, to, if link.directed { 0.08 } else { 0.0 })
    };
    // A curve lies between its control points.
    let held = |(x, y): Point| (x.clamp(room.left, room.right), y.clamp(room.top, room.bottom));
    Curve([a, held(b), held(c), d])
}

/// Moves circles that lie on each other apart, within the room.
fn separate(places: &mut [Point], radii: &[f64], room: Box2) {
    let largest = radii.iter().copied().fold(0.0, f64::max);
    for _ in 0..40 {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|&a, &b| places[a].0.total_cmp(&places[b].0));
        let mut moved = false;
        for (index, &a) in order.iter().enumerate() {
            for &b in &order[index + 1..] {
                let (x, y) = (places[b].0 - places[a].0, places[b].1 - places[a].1);
                if x > radii[a] + largest + 1.0 {
                    break;
                }
                let (length, needed) = ((x * x + y * y).sqrt(), radii[a] + radii[b] + 0.4);
                if length < needed {
                    let (x, y) = if length > 1e-9 { (x / length, y / length) } else { (0.0, 1.0) };
                    let push = (needed - length) / 2.0;
                    places[a] = (places[a].0 - x * push, places[a].1 - y * push);
                    places[b] = (places[b].0 + x * push, places[b].1 + y * push);
                    moved = true;
                }
            }
        }
        for (place, radius) in places.iter_mut().zip(radii) {
            place.0 = place.0.clamp(room.left + radius, (room.right - radius).max(room.left + radius));
            place.1 = place.1.clamp(room.top + radius, (room.bottom - radius).max(room.top + radius));
        }
        if !moved {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_axis_is_level() {
        let line: Vec<Point> = (0..10).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
        for (_, y) in level(&line) {
            assert!(y.abs() < 1e-9);
        }
        let upright: Vec<Point> = (0..10).map(|i| (0.0, f64::from(i))).collect();
        assert!(level(&upright).iter().all(|(_, y)| y.abs() < 1e-9));
        assert_eq!(level(&[(3.0, 4.0)]), [(0.0, 0.0)]);
    }

    #[test]
    fn circles_move_apart() {
        let room = Box2 { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let mut places = vec![(50.0, 50.0), (50.0, 50.0), (51.0, 50.0), (0.0, 0.0)];
        let radii = [5.0, 4.0, 3.0, 2.0];
        separate(&mut places, &radii, room);
        for a in 0..4 {
            for b in 0..a {
                let apart = distance(places[a], places[b]);
                assert!(apart >= radii[a] + radii[b], "{a} and {b}: {apart}");
            }
        }
        assert!(places[3].0 >= 2.0 && places[3].1 >= 2.0);
    }
}
