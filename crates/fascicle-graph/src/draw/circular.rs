//! Nodes on a circle, group after group, edges as curves across it.

use std::f64::consts::{PI, TAU};

use maud::{Markup, html};

use super::curve::{Curve, Point};
use super::page::{Anchor, Area, Drawn, Pt, command, page, turned};
use super::scene::Scene;
use super::strokes::{self, Stroke};
use super::text;
use crate::{GraphError, NodeIndex};

/// Nodes on a circle from the top clockwise, group after group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circular {
    /// The nodes in this order, which must name each once; group after group, if `None`.
    pub order: Option<Vec<NodeIndex>>,
    /// Every second group runs backwards: of two hemispheres that list their cells in the same order, each
    /// cell then lies opposite its partner.
    pub mirrored: bool,
}

/// Letters smaller than this cannot be read in print, in points.
const LEGIBLE: f64 = 4.5;

struct Circle {
    centre: Point,
    radius: f64,
    /// The angle of each node, clockwise from the top.
    angles: Vec<f64>,
    /// From one node to the next.
    step: f64,
}

impl Circle {
    fn at(&self, angle: f64, radius: f64) -> Point {
        (self.centre.0 + radius * angle.sin(), self.centre.1 - radius * angle.cos())
    }
}

pub(super) fn draw(scene: &Scene<'_>, options: &Circular) -> Result<String, GraphError> {
    let order = arranged(scene, options)?;
    Ok(page(&scene.options.style, "Circular drawing of a graph", &scene.legend(), |area| {
        drawn(scene, &order, area)
    }))
}

fn arranged(scene: &Scene<'_>, options: &Circular) -> Result<Vec<usize>, GraphError> {
    let mut order = super::permutation(options.order.as_deref(), scene)?;
    if options.mirrored {
        for (index, group) in
            order.chunk_by_mut(|&a, &b| scene.groups.of[a] == scene.groups.of[b]).enumerate()
        {
            if index % 2 == 1 {
                group.reverse();
            }
        }
    }
    Ok(order)
}

fn drawn(scene: &Scene<'_>, order: &[usize], area: Area) -> Drawn {
    let side = area.width.min(area.height.unwrap_or(f64::INFINITY));
    // What surrounds the circle must leave it some room.
    let size = scene.options.style.font_size.min(side / 12.0);
    let (wanted, skip) = scene.options.style.labels.wanted(scene.count());
    let longest = order.iter().map(|&node| text::width(scene.name(node), size)).fold(0.0, f64::max);
    let room = if wanted == 0 { 0.0 } else { longest.min(size * 9.0) };
    let band = if scene.groups.matter() { size * 0.45 } else { 0.0 };
    let radius = (side / 2.0 - room - band - size * 1.6).max(side * 0.2);
    let height = side;
    let circle = circle(scene, order, (area.left + area.width / 2.0, area.top + height / 2.0), radius);
    // No node touches the next.
    let usual = (radius * circle.step * 0.42).clamp(0.4, size * 0.5);
    let places: Vec<Point> = circle.angles.iter().map(|&angle| circle.at(angle, radius)).collect();
    let strokes =
        scene.links.all.iter().map(|&link| Stroke { link, way: vec![chord(&circle, link.from, link.to)] });
    let gap = |node: usize| scene.radius(node, usual);
    let outside = radius + size * 0.7 + usual.min(size * 0.5);
    let body = html! {
        (strokes::draw(scene, strokes.collect(), |link| (gap(link.from), gap(link.to))))
        (scene.circles(&places, usual))
        @if band > 0.0 { (bands(scene, order, &circle, outside - size * 0.2, band)) }
        (names(scene, &circle, outside + band + size * 0.25, (size, room), (wanted, skip)))
    };
    Drawn { height, body, words: scene.words("Circular drawing") }
}

fn circle(scene: &Scene<'_>, order: &[usize], centre: Point, radius: f64) -> Circle {
    let group = |node: usize| scene.groups.of[node];
    let changes = |index: usize| group(order[index]) != group(order[(index + 1) % order.len()]);
    let breaks = (0..order.len()).filter(|&index| changes(index)).count();
    // Between groups as much as four nodes would take, but not most of the circle.
    let pause = if breaks == 0 { 0.0 } else { (0.25 * order.len() as f64 / breaks as f64).min(3.0) };
    let step = TAU / (order.len() as f64 + pause * breaks as f64);
    let mut angles = vec![0.0; scene.count()];
    let mut angle = step * (pause + 1.0) / 2.0;
    for (index, &node) in order.iter().enumerate() {
        angles[node] = angle;
        angle += step * if changes(index) { 1.0 + pause } else { 1.0 };
    }
    Circle { centre, radius, angles, step }
}

/// From node to node by way of the inside: near ones by the rim, far ones by the centre.
fn chord(circle: &Circle, from: usize, to: usize) -> Curve {
    let (a, b) = (circle.angles[from], circle.angles[to]);
    if from == to {
        let (sin, cos) = a.sin_cos();
        return Curve::drop(circle.at(a, circle.radius), (-sin, cos), circle.radius * 0.09);
    }
    let apart = (a - b).abs().min(TAU - (a - b).abs());
    let near = 1.0 - apart / PI;
    let between = if (a - b).abs() <= PI { (a + b) / 2.0 } else { (a + b) / 2.0 + PI };
    let control = circle.at(between, circle.radius * near * (0.35 + 0.5 * near));
    Curve::quadratic(circle.at(a, circle.radius), control, circle.at(b, circle.radius))
}

/// An arc outside the nodes of each group.
fn bands(scene: &Scene<'_>, order: &[usize], circle: &Circle, radius: f64, width: f64) -> Markup {
    html! {
        g class="groups" {
            @for group in order.chunk_by(|&a, &b| scene.groups.of[a] == scene.groups.of[b]) {
                @let (first, last) = (circle.angles[group[0]], circle.angles[group[group.len() - 1]]);
                path fill=(scene.colour(group[0]))
                    d=(sector(circle, (first - circle.step * 0.45, last + circle.step * 0.45), (radius, radius + width))) {}
            }
        }
    }
}

/// Part of a ring. Its arcs are curves of at most an eighth of a turn, which miss a circle by less than
/// 1/100,000.
fn sector(circle: &Circle, (from, to): (f64, f64), (inner, outer): (f64, f64)) -> String {
    let pieces = ((to - from) / (PI / 4.0)).ceil().max(1.0) as usize;
    let arc = |path: &mut String, from: f64, to: f64, radius: f64| {
        let part = (to - from) / pieces as f64;
        let arm = 4.0 / 3.0 * (part / 4.0).tan() * radius;
        for piece in 0..pieces {
            let (a, b) = (from + part * piece as f64, from + part * (piece + 1) as f64);
            let (p, q) = (circle.at(a, radius), circle.at(b, radius));
            let control = (p.0 + arm * a.cos(), p.1 + arm * a.sin());
            command(path, 'C', &[control, (q.0 - arm * b.cos(), q.1 - arm * b.sin()), q]);
        }
    };
    let mut path = String::new();
    command(&mut path, 'M', &[circle.at(from, inner)]);
    command(&mut path, 'L', &[circle.at(from, outer)]);
    arc(&mut path, from, to, outer);
    command(&mut path, 'L', &[circle.at(to, inner)]);
    arc(&mut path, to, from, inner);
    path.push('Z');
    path
}

/// Names along the rays, turned so that none stands on its head.
fn names(
    scene: &Scene<'_>,
    circle: &Circle,
    radius: f64,
    (size, room): (f64, f64),
    (wanted, skip): (usize, bool),
) -> Markup {
    let along = radius * circle.step;
    let size = if along >= size { size } else { along.max(if skip { LEGIBLE } else { 2.0 }).min(size) };
    let mut shown: Vec<usize> = Vec::new();
    let apart = |a: f64, b: f64| (a - b).abs().min(TAU - (a - b).abs()) * radius;
    for node in scene.by_degree().into_iter().take(wanted) {
        let free = |&other: &usize| apart(circle.angles[node], circle.angles[other]) >= size * 0.98;
        if !skip || along >= size * 0.98 || shown.iter().all(free) {
            shown.push(node);
        }
    }
    shown.sort_by(|&a, &b| circle.angles[a].total_cmp(&circle.angles[b]));
    html! {
        g class="labels" font-size=(Pt(size)) {
            @for node in shown {
                @let angle = circle.angles[node];
                @let right = angle <= PI;
                // The middle of small letters, not their base line, lies on the ray.
                @let lean = if right { 0.32 } else { -0.32 } * size / radius;
                @let degrees = angle.to_degrees() - if right { 90.0 } else { 270.0 };
                (turned(circle.at(angle + lean, radius), if right { Anchor::Start } else { Anchor::End }, degrees,
                    &text::elide(scene.name(node), room, size)))
            }
        }
    }
}
