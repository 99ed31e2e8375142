//! Edges on paper: colour by class, width by magnitude, a point or a bar at the end.

use maud::{Markup, html};

use super::curve::{Curve, Point};
use super::page::{Pt, command};
use super::scene::Scene;
use crate::draw::edges::Link;

/// An edge with its way: one or more curves, each beginning where the last ended.
pub(super) struct Stroke {
    pub(super) link: Link,
    pub(super) way: Vec<Curve>,
}

/// Thinnest and thickest line, in points.
const WIDTHS: (f64, f64) = (0.25, 1.8);
/// With more edges than this, ends have no heads: they would cover each other.
const HEADS: usize = 1500;
/// With more edges than this, they have no tooltips.
const TOOLTIPS: usize = 400;
/// How many widths are told apart.
const STEPS: f64 = 12.0;

/// The width of a line for a magnitude, when `greatest` is the greatest: it grows with the square root, so
/// that a few strong edges do not make hairs of the others.
pub(super) fn width(magnitude: f64, greatest: f64, count: usize) -> f64 {
    let thickest = if count > HEADS { WIDTHS.1 * 0.7 } else { WIDTHS.1 };
    let part = if greatest > 0.0 { (magnitude / greatest).clamp(0.0, 1.0).sqrt() } else { 0.0 };
    WIDTHS.0 + (thickest - WIDTHS.0) * (part * STEPS).round() / STEPS
}

/// How far lines let others shine through.
fn opacity(count: usize) -> f64 {
    (0.9 * (300.0 / count.max(1) as f64).sqrt()).clamp(0.12, 0.85)
}

/// A line of one width and class with its head.
struct Inked {
    width: f64,
    class: usize,
    path: String,
    head: Option<String>,
    title: Option<String>,
}

/// All edges, the weak ones first. `gaps` are the distances that lines keep from their two nodes.
pub(super) fn draw(scene: &Scene<'_>, strokes: Vec<Stroke>, gaps: impl Fn(&Link) -> (f64, f64)) -> Markup {
    let count = strokes.len();
    let heads = count <= HEADS;
    let mut inked: Vec<Inked> =
        strokes.into_iter().map(|stroke| ink(scene, &stroke, gaps(&stroke.link), heads, count)).collect();
    inked.sort_by(|a, b| a.width.total_cmp(&b.width).then(a.class.cmp(&b.class)));
    let alike = inked.chunk_by(|a, b| (a.width, a.class) == (b.width, b.class));
    html! {
        g class="edges" fill="none" stroke-opacity=(Pt(opacity(count))) stroke-linecap="round" {
            @for group in alike {
                @let class = &scene.links.classes[group[0].class];
                g stroke=(class.colour) stroke-width=(Pt(group[0].width)) {
                    @for line in group {
                        path d=(line.path) { @if let Some(title) = &line.title { title { (title) } } }
                    }
                }
            }
        }
        @for (index, class) in scene.links.classes.iter().enumerate() {
            @let data: String =
                inked.iter().filter(|line| line.class == index).filter_map(|line| line.head.as_deref()).collect();
            @if !data.is_empty() {
                @if class.bar {
                    path class="heads" d=(data) fill="none" stroke=(class.colour) stroke-width="1" {}
                } @else {
                    path class="heads" d=(data) fill=(class.colour) {}
                }
            }
        }
    }
}

fn ink(scene: &Scene<'_>, stroke: &Stroke, gaps: (f64, f64), heads: bool, count: usize) -> Inked {
    let link = &stroke.link;
    let width = width(link.weight.abs(), scene.greatest, count);
    let bar = scene.links.classes[link.class].bar;
    let length = if !(heads && link.directed) {
        0.0
    } else if bar {
        1.0
    } else {
        2.2 + 1.3 * width
    };
    let mut way = stroke.way.clone();
    if let Some(first) = way.first_mut() {
        *first = first.started(gaps.0);
    }
    let mut head = None;
    if let Some(last) = way.last_mut() {
        let whole = last.stopped(gaps.1 + 0.3);
        *last = whole.stopped(length);
        head = (length > 0.0).then(|| head_of(whole.0[3], last.direction(), length, width, bar));
    }
    let mut path = String::new();
    for curve in &way {
        curve.write(&mut path);
    }
    let title = (count <= TOOLTIPS).then(|| scene.said(link));
    Inked { width, class: link.class, path, head, title }
}

/// A triangle with its point at `tip`, or a line across.
fn head_of(tip: Point, (x, y): Point, length: f64, width: f64, bar: bool) -> String {
    let half = if bar { 1.3 + width } else { length * 0.42 };
    let base =
        if bar { (tip.0 - x * 0.5, tip.1 - y * 0.5) } else { (tip.0 - x * length, tip.1 - y * length) };
    let sides = [(base.0 - y * half, base.1 + x * half), (base.0 + y * half, base.1 - x * half)];
    let mut path = String::new();
    if bar {
        command(&mut path, 'M', &sides[..1]);
        command(&mut path, 'L', &sides[1..]);
    } else {
        command(&mut path, 'M', &[tip]);
        command(&mut path, 'L', &sides);
        path.push('Z');
    }
    path
}
