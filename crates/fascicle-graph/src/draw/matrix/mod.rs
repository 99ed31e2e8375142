//! The adjacency matrix as a heatmap: rows are sources, columns targets.

mod cells;

use maud::{Markup, html};

use self::cells::{Cells, STEPS, Strengths, colour};
use super::legend::{Key, Legend};
use super::page::{Anchor, Area, Drawn, Pt, line, page, turned, words};
use super::palette::{GRID, MUTED};
use super::scale::Axis;
use super::scene::Scene;
use super::text;
use crate::{GraphError, NodeIndex};

/// The adjacency matrix as a heatmap, `[source][target]`, with lines between groups. Blue is positive, orange
/// negative. Of more than 600 nodes, neighbours in the order share a row, and cells are means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The nodes in this order, which must name each once; group after group, if `None`.
    pub order: Option<Vec<NodeIndex>>,
    /// Colours by the logarithm of the magnitude.
    pub log: bool,
}

/// Letters smaller than this cannot be read in print, in points.
const LEGIBLE: f64 = 4.5;

/// Where the matrix is and how its margins are used.
struct Frame {
    left: f64,
    top: f64,
    side: f64,
    /// Room of one node.
    unit: f64,
    size: f64,
    /// Size of the names of nodes, where there is room for them.
    names: Option<f64>,
    /// Width of the coloured strips beside the matrix.
    strip: f64,
}

pub(super) fn draw(scene: &Scene<'_>, options: &Matrix) -> Result<String, GraphError> {
    let order = super::permutation(options.order.as_deref(), scene)?;
    let mut place = vec![0; order.len()];
    for (row, &node) in order.iter().enumerate() {
        place[node] = row;
    }
    let cells = Cells::new(&scene.links.all, &place);
    let mut legend = Legend::default();
    if scene.groups.matter() {
        legend.groups(&scene.groups.title, scene.groups.key(&scene.options.style.palette));
    }
    if cells.together > 1 {
        legend.0.push(Key::Note(format!("each cell is the mean of {0} × {0} pairs", cells.together)));
    }
    let strengths = cells.strengths(options.log);
    Ok(page(&scene.options.style, "Adjacency matrix of a graph", &legend, |area| {
        drawn(scene, &order, &cells, strengths.as_ref(), area)
    }))
}

fn drawn(
    scene: &Scene<'_>,
    order: &[usize],
    cells: &Cells,
    strengths: Option<&Strengths>,
    area: Area,
) -> Drawn {
    let frame = Frame::new(scene, order.len(), area);
    let Frame { left, top, side, .. } = frame;
    let body = html! {
        @if let Some(strengths) = strengths {
            (cells.draw(strengths, (left, top), side))
            (colour_bar(&frame, strengths, scene.graph.provenance.quantity.key()))
        }
        (blocks(scene, order, &frame))
        rect x=(Pt(left)) y=(Pt(top)) width=(Pt(side)) height=(Pt(side)) fill="none" stroke=(MUTED) stroke-width="0.5" {}
        @if let Some(size) = frame.names { (names(scene, order, &frame, size)) }
        g fill=(MUTED) {
            (turned((area.left + frame.size, top + side / 2.0), Anchor::Middle, -90.0, "source"))
            (words((left + side / 2.0, area.top + frame.size), Anchor::Middle, "target"))
        }
    };
    Drawn { height: top + side + 2.0 - area.top, body, words: scene.words("Adjacency matrix") }
}

impl Frame {
    fn new(scene: &Scene<'_>, count: usize, area: Area) -> Self {
        // What surrounds the matrix must leave it some room.
        let room = (area.width / 24.0).min(area.height.map_or(f64::INFINITY, |height| height / 10.0));
        let size = scene.options.style.font_size.min(room);
        let strip = if scene.groups.matter() { size * 0.5 } else { 0.0 };
        let bar = size * 6.0;
        let square = |margin: f64| {
            let wide = area.width - margin - bar;
            wide.min(area.height.map_or(f64::INFINITY, |height| height - margin - 2.0))
        };
        let longest = scene.graph.names().map(|name| text::width(name, 1.0)).fold(0.0, f64::max);
        let (wanted, _) = scene.options.style.labels.wanted(count);
        // Titles, then names or the names of groups, then strips.
        let margin =
            |inner: f64| size * 1.6 + inner + if strip > 0.0 { strip + size * 0.3 } else { size * 0.3 };
        let fitting = |names: f64| square(margin((longest * names).min(size * 9.0))) / count as f64;
        let names = (0..=8)
            .map(|shrunk| size - (size - LEGIBLE).max(0.0) * f64::from(shrunk) / 8.0)
            .find(|&names| wanted > 0 && fitting(names) >= names * 1.02);
        let inner = match names {
            Some(names) => (longest * names).min(size * 9.0),
            None if strip > 0.0 => size * 1.3,
            None => 0.0,
        };
        let margin = margin(inner);
        let side = square(margin).max(1.0);
        let left = area.left + margin + (area.width - margin - bar - side) / 2.0;
        Self { left, top: area.top + margin, side, unit: side / count as f64, size, names, strip }
    }
}

/// Strips in the colours of the groups, their names, and lines between them.
fn blocks(scene: &Scene<'_>, order: &[usize], frame: &Frame) -> Markup {
    let Frame { left, top, side, unit, size, strip, .. } = *frame;
    let mut at = 0;
    let groups: Vec<(usize, f64, f64)> = order
        .chunk_by(|&a, &b| scene.groups.of[a] == scene.groups.of[b])
        .map(|group| {
            let start = at;
            at += group.len();
            (group[0], unit * start as f64, unit * at as f64)
        })
        .collect();
    let near = strip + size * 0.25;
    html! {
        @if strip > 0.0 {
            g class="groups" {
                @for &(node, start, end) in &groups {
                    @let colour = scene.colour(node);
                    rect x=(Pt(left - near)) y=(Pt(top + start)) width=(Pt(strip)) height=(Pt(end - start)) fill=(colour) {}
                    rect x=(Pt(left + start)) y=(Pt(top - near)) width=(Pt(end - start)) height=(Pt(strip)) fill=(colour) {}
                    @let name = &scene.groups.names[scene.groups.of[node]];
                    @let short = text::elide(&text::clean(name), end - start, size);
                    @if frame.names.is_none() && short.chars().count() > 1 {
                        (turned((left - near - size * 0.4, top + (start + end) / 2.0), Anchor::Middle, -90.0, &short))
                        (words((left + (start + end) / 2.0, top - near - size * 0.4), Anchor::Middle, &short))
                    }
                }
            }
            g class="blocks" stroke=(MUTED) stroke-width="0.35" {
                @for &(_, start, _) in groups.iter().skip(1) {
                    (line((left, top + start), (left + side, top + start)))
                    (line((left + start, top), (left + start, top + side)))
                }
            }
        }
    }
}

fn names(scene: &Scene<'_>, order: &[usize], frame: &Frame, size: f64) -> Markup {
    let near = if frame.strip > 0.0 { frame.strip + frame.size * 0.5 } else { frame.size * 0.3 };
    html! {
        g class="labels" font-size=(Pt(size)) {
            @for (row, &node) in order.iter().enumerate() {
                @let middle = frame.unit * (row as f64 + 0.5) + size * 0.34;
                @let name = text::elide(&text::clean(scene.name(node)), frame.size * 9.0, size);
                (words((frame.left - near, frame.top + middle), Anchor::End, &name))
                (turned((frame.left + middle, frame.top - near), Anchor::Start, -90.0, &name))
            }
        }
    }
}

/// The colours and their values, to the right of the matrix.
fn colour_bar(frame: &Frame, strengths: &Strengths, quantity: &str) -> Markup {
    let size = frame.size;
    let (x, wide) = (frame.left + frame.side + size * 0.9, size * 0.9);
    let (bottom, top) = (frame.top + frame.side, frame.top + frame.side - frame.side.min(size * 16.0));
    let both = strengths.negative && strengths.positive;
    let zero = if both { (bottom + top) / 2.0 } else { bottom };
    let mut halves: Vec<(i32, Axis)> = Vec::new();
    if strengths.positive {
        halves.push((1, Axis { from: zero, to: top, ..strengths.axis }));
    }
    if strengths.negative {
        halves.push((-1, Axis { from: zero, to: if both { bottom } else { top }, ..strengths.axis }));
    }
    html! {
        g class="colours" {
            @for &(sign, axis) in &halves {
                @let step = (axis.to - axis.from) / f64::from(STEPS);
                @for index in 0..STEPS {
                    @let (a, b) = (axis.from + step * f64::from(index), axis.from + step * f64::from(index + 1));
                    rect x=(Pt(x)) y=(Pt(a.min(b))) width=(Pt(wide)) height=(Pt((a - b).abs()))
                        fill=(colour(sign * (index + 1))) shape-rendering="crispEdges" {}
                }
                g stroke=(GRID) stroke-width="0.5" {
                    (line((x, axis.from), (x + wide, axis.from)))
                }
                @for (value, label) in axis.ticks(if both { 2 } else { 5 }) {
                    @let y = axis.at(value);
                    @if !(sign < 0 && both && value == 0.0) {
                        g stroke=(MUTED) stroke-width="0.5" { (line((x + wide, y), (x + wide + size * 0.25, y))) }
                        @let label = if sign < 0 && value != 0.0 { format!("−{label}") } else { label };
                        (words((x + wide + size * 0.4, y + size * 0.35), Anchor::Start, &label))
                    }
                }
            }
            g fill=(MUTED) { (words((x, top - size * 0.6), Anchor::Start, quantity)) }
        }
    }
}
