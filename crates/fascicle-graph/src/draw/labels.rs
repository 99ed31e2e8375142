//! Names beside nodes, so that they do not lie on each other.

use maud::{Markup, html};

use super::curve::Point;
use super::page::{Anchor, Pt, words};
use super::text;

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Box2 {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Box2 {
    fn overlap(&self, other: &Self) -> f64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        wide.max(0.0) * high.max(0.0)
    }

    fn inside(&self, room: &Self) -> bool {
        self.left >= room.left
            && self.right <= room.right
            && self.top >= room.top
            && self.bottom <= room.bottom
    }
}

/// What is taken already, in cells, so that thousands of names are placed quickly.
struct Taken {
    room: Box2,
    columns: usize,
    cells: Vec<Vec<Box2>>,
}

const CELL: f64 = 24.0;

impl Taken {
    fn new(room: Box2) -> Self {
        let cells = |low: f64, high: f64| ((high - low) / CELL).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(room.left, room.right), cells(room.top, room.bottom));
        Self { room, columns, cells: vec![Vec::new(); columns * rows] }
    }

    fn touched(&self, area: &Box2) -> impl Iterator<Item = usize> + use<> {
        let rows = self.cells.len() / self.columns;
        let cell =
            |value: f64, low: f64, count: usize| (((value - low) / CELL).max(0.0) as usize).min(count - 1);
        let (left, right) =
            (cell(area.left, self.room.left, self.columns), cell(area.right, self.room.left, self.columns));
        let (top, bottom) = (cell(area.top, self.room.top, rows), cell(area.bottom, self.room.top, rows));
        let columns = self.columns;
        (top..=bottom).flat_map(move |row| (left..=right).map(move |column| row * columns + column))
    }

    fn take(&mut self, area: Box2) {
        for cell in self.touched(&area) {
            self.cells[cell].push(area);
        }
    }

    /// How much of `area` is taken; what several boxes cover counts for each.
    fn overlap(&self, area: &Box2) -> f64 {
        self.touched(area).flat_map(|cell| &self.cells[cell]).map(|taken| taken.overlap(area)).sum()
    }
}

/// A node that may have its name beside it.
pub(super) struct Labelled<'a> {
    pub(super) at: Point,
    pub(super) radius: f64,
    pub(super) text: &'a str,
}

/// Which names, of how many, may be left out.
pub(super) struct Policy {
    /// The nodes in the order in which their names find a place.
    pub(super) order: Vec<usize>,
    /// How many of them.
    pub(super) wanted: usize,
    /// Whether a name that would lie on something is left out.
    pub(super) skip: bool,
}

/// The names with a place, over a white seam that keeps them legible on lines.
pub(super) fn beside(nodes: &[Labelled<'_>], policy: &Policy, room: Box2, size: f64) -> Markup {
    let mut taken = Taken::new(room);
    for node in nodes {
        let (x, y, r) = (node.at.0, node.at.1, node.radius * 0.9);
        taken.take(Box2 { left: x - r, top: y - r, right: x + r, bottom: y + r });
    }
    let mut placed: Vec<(Point, Anchor, String)> = Vec::new();
    for &node in policy.order.iter().take(policy.wanted) {
        let node = &nodes[node];
        let name = text::elide(&text::clean(node.text), (room.right - room.left) / 2.0, size);
        let best = candidates(node, &name, size)
            .into_iter()
            .filter(|(_, _, area)| area.inside(&room))
            .map(|place| (taken.overlap(&place.2), place))
            .reduce(|best, next| if next.0 < best.0 { next } else { best });
        if let Some((overlap, (at, anchor, area))) = best
            && (overlap <= 0.0 || !policy.skip)
        {
            taken.take(area);
            placed.push((at, anchor, name));
        }
    }
    seamed(&placed, size)
}

/// Texts twice: a white seam below all of them, then the letters. One text with `paint-order` would do in
/// browsers, but not in most programs that make print of SVG.
fn seamed(placed: &[(Point, Anchor, String)], size: f64) -> Markup {
    html! {
        @if !placed.is_empty() {
            g class="seams" aria-hidden="true" font-size=(Pt(size)) fill="none" stroke="#ffffff" stroke-opacity="0.85"
                stroke-width=(Pt(size * 0.22)) stroke-linejoin="round" {
                @for (at, anchor, text) in placed { (words(*at, *anchor, text)) }
            }
            g class="labels" font-size=(Pt(size)) {
                @for (at, anchor, text) in placed { (words(*at, *anchor, text)) }
            }
        }
    }
}

/// Places around a node from the best to the worst (Imhof 1975: right before left, above before below).
fn candidates(node: &Labelled<'_>, name: &str, size: f64) -> Vec<(Point, Anchor, Box2)> {
    let wide = text::width(name, size);
    let (x, y) = node.at;
    let away = node.radius + size * 0.2;
    let slant = away * 0.75;
    // Capitals are 0.72 high; descenders reach 0.2 below the line.
    let (up, down) = (size * 0.72, size * 0.2);
    let place = |x: f64, base: f64, anchor: Anchor| {
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        ((x, base), anchor, Box2 { left, right: left + wide, top: base - up, bottom: base + down })
    };
    let middle = y + up / 2.0;
    vec![
        place(x + away, middle, Anchor::Start),
        place(x + slant, y - slant, Anchor::Start),
        place(x + slant, y + slant + up, Anchor::Start),
        place(x - away, middle, Anchor::End),
        place(x - slant, y - slant, Anchor::End),
        place(x - slant, y + slant + up, Anchor::End),
        place(x, y - away - down, Anchor::Middle),
        place(x, y + away + up, Anchor::Middle),
    ]
}
