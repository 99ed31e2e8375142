//! Layers one after the other, edges as smooth lines between them: the picture of a circuit.

mod chains;
mod frame;
mod order;
mod place;
mod rank;

use maud::{Markup, html};

use self::chains::Chains;
use self::frame::{Content, Frame};
use super::curve::{Curve, Point};
use super::edges::Link;
use super::page::{Anchor, Area, Drawn, Pt, page, words};
use super::palette::{MUTED, tint};
use super::scene::Scene;
use super::strokes::{self, Stroke};
use super::text;
use crate::{GraphError, Slot};

/// Layers one after the other (Sugiyama, Tagawa & Toda 1981): nodes as boxes, in an order with few crossings,
/// as straight before each other as fits. Edges with a slot enter their box at q, k or v. Edges back run
/// against the flow; those within a layer bulge beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layered {
    /// Where the layers come from.
    pub ranks: Ranks,
    /// Which way edges flow.
    pub direction: Direction,
}

/// Where layers come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ranks {
    /// From the names if all of them tell, else from the longest paths.
    #[default]
    Auto,
    /// From names: `input` or `embed`, `a3.h2` or `a3` (attention of layer 3), `m3` (its MLP), `logits` or
    /// `output`.
    Names,
    /// From an attribute that every node has: by number, or in the order in which its values first appear.
    Attribute(String),
    /// One layer for each [group](super::Groups), in their order.
    Groups,
    /// Each node after all of its predecessors; of cycles, a few edges run back.
    LongestPath,
}

/// Which way edges flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// To the right; layers fill the width.
    #[default]
    Right,
    /// Downwards.
    Down,
    /// Upwards, as the residual stream is often drawn.
    Up,
}

pub(super) fn draw(scene: &Scene<'_>, options: &Layered) -> Result<String, GraphError> {
    let ranks = rank::ranks(scene, &options.ranks)?;
    let chains = Chains::new(&ranks, &scene.links.all);
    let contents = contents(scene);
    Ok(page(&scene.options.style, "Layered drawing of a graph", &scene.legend(), |area| {
        drawn(scene, options, &chains, &contents, area)
    }))
}

fn contents(scene: &Scene<'_>) -> Vec<Content> {
    let (wanted, _) = scene.options.style.labels.wanted(scene.count());
    let mut contents: Vec<Content> =
        (0..scene.count()).map(|_| Content { name: String::new(), slots: false }).collect();
    for node in scene.by_degree().into_iter().take(wanted) {
        contents[node].name = text::elide(
            &text::clean(scene.name(node)),
            scene.options.style.font_size * 14.0,
            scene.options.style.font_size,
        );
    }
    for link in &scene.links.all {
        contents[link.to].slots |= link.slot.is_some();
    }
    contents
}

fn drawn(scene: &Scene<'_>, options: &Layered, chains: &Chains, contents: &[Content], area: Area) -> Drawn {
    let frame = Frame::new(scene, options, chains, contents, area);
    let entries = frame.entries(&scene.links.all, chains);
    let links = scene.links.all.iter().zip(entries);
    let strokes =
        links.map(|(&link, entry)| Stroke { link, way: way(&frame, chains, &link, entry) }).collect();
    let body = html! {
        (strokes::draw(scene, strokes, |_| (0.0, 0.0)))
        g class="nodes" font-size=(Pt(frame.size)) stroke-width="0.75" {
            @for (node, content) in contents.iter().enumerate() { (boxed(scene, &frame, node, content, options.direction)) }
        }
    };
    let words = scene
        .words(&format!("Layered drawing in {}", text::counted(chains.levels.rows.len(), "layer", "layers")));
    Drawn { height: frame.height(), body, words }
}

/// A box with its name and the letters of its slots.
fn boxed(scene: &Scene<'_>, frame: &Frame, node: usize, content: &Content, direction: Direction) -> Markup {
    let ((left, top), wide, high) = frame.rectangle(node);
    let colour = scene.colour(node);
    let (size, small) = (frame.size, frame.small());
    let slot_room = if content.slots { size * 0.75 } else { 0.0 };
    let (mut middle, mut base) = (left + wide / 2.0, top + high / 2.0 + size * 0.36);
    match direction {
        Direction::Right => middle += slot_room / 2.0,
        Direction::Down => base += slot_room / 2.0,
        Direction::Up => base -= slot_room / 2.0,
    }
    let room = wide - if direction == Direction::Right { slot_room } else { 0.0 };
    let name = text::elide(&content.name, room, size);
    html! {
        rect class="node" x=(Pt(left)) y=(Pt(top)) width=(Pt(wide)) height=(Pt(high)) rx=(Pt((high * 0.2).min(2.0)))
            fill=(tint(colour, 0.78)) stroke=(colour) { title { (scene.described(node)) } }
        @if !name.is_empty() && high >= size { (words((middle, base), Anchor::Middle, &name)) }
        @if content.slots && high >= size * 1.5 {
            g font-size=(Pt(small)) fill=(MUTED) {
                @for slot in [Slot::Query, Slot::Key, Slot::Value] {
                    @let (x, y) = frame.at(frame.ends(node).0, frame.slot(node, slot));
                    @let (x, y) = match direction {
                        Direction::Right => (x + small * 0.55, y + small * 0.28),
                        Direction::Down => (x, y + small * 0.95),
                        Direction::Up => (x, y - small * 0.4),
                    };
                    (words((x, y), Anchor::Middle, &slot.to_string()))
                }
            }
        }
    }
}

/// The way of an edge: from box to box through its corners, level where it passes a layer.
fn way(frame: &Frame, chains: &Chains, link: &Link, entry: f64) -> Vec<Curve> {
    let (from, to) = (chains.ranks[link.from], chains.ranks[link.to]);
    if from == to {
        return vec![aside(frame, link)];
    }
    let back = from > to;
    // As if it ran forwards, and turned round at the end.
    let (first, last) = if back { (link.to, link.from) } else { (link.from, link.to) };
    let mut at = (frame.ends(first).1, frame.across(first));
    let mut way = Vec::new();
    for &corner in chains.corners(link) {
        let ((start, end), across) = (frame.column(corner), frame.across(corner));
        way.push(smooth(frame, at, (start, across)));
        way.push(smooth(frame, (start, across), (end, across)));
        at = (end, across);
    }
    way.push(smooth(frame, at, (frame.ends(last).0, entry)));
    if back {
        way.reverse();
        way.iter_mut().for_each(|curve| *curve = curve.reversed());
    }
    way
}

/// From one place (along, across) to another, level at both ends.
fn smooth(frame: &Frame, (a, p): Point, (b, q): Point) -> Curve {
    let middle = (a + b) / 2.0;
    Curve([frame.at(a, p), frame.at(middle, p), frame.at(middle, q), frame.at(b, q)])
}

/// Between nodes of one layer, or from a node to itself: out behind the layer and back.
fn aside(frame: &Frame, link: &Link) -> Curve {
    let end = |node: usize, shift: f64| (frame.ends(node).1, frame.across(node) + shift);
    let half = frame.half(link.from);
    let (a, b, spread) = if link.from == link.to {
        (end(link.from, -half * 0.3), end(link.to, half * 0.3), half * 0.5)
    } else {
        (end(link.from, 0.0), end(link.to, 0.0), 0.0)
    };
    let bulge = a.0.max(b.0) + frame.bulge;
    Curve([
        frame.at(a.0, a.1),
        frame.at(bulge, a.1 - spread),
        frame.at(bulge, b.1 + spread),
        frame.at(b.0, b.1),
    ])
}
