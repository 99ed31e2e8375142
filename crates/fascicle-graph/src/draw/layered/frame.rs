//! Boxes and columns: how large, and where.

use super::chains::Chains;
use super::place::places;
use super::{Direction, Layered};
use crate::Slot;
use crate::draw::curve::Point;
use crate::draw::edges::Link;
use crate::draw::page::Area;
use crate::draw::scene::Scene;
use crate::draw::text;

/// Letters smaller than this cannot be read in print, in points.
const LEGIBLE: f64 = 4.5;
/// Least and greatest room between two layers, in font sizes.
const GAPS: (f64, f64) = (1.8, 13.0);
/// How much further apart nodes may stand than they need to.
const STRETCH: f64 = 1.7;
/// Room that an edge takes where it passes a layer, in font sizes.
const LANE: f64 = 0.45;

/// Everything has a place: along the flow of the layers (`along`) and across it (`across`), in points from
/// the corner of the area where the first layer begins.
pub(super) struct Frame {
    direction: Direction,
    area: Area,
    /// Size of the letters in the boxes.
    pub(super) size: f64,
    /// Where the middle of each node or corner is, across the flow.
    across: Vec<f64>,
    /// Where each layer begins and ends, along the flow.
    columns: Vec<(f64, f64)>,
    ranks: Vec<usize>,
    /// How large each node's box is, along and across.
    boxes: Vec<(f64, f64)>,
    /// How far edges within a layer reach out behind it.
    pub(super) bulge: f64,
    /// Whole length, along and across.
    pub(super) whole: (f64, f64),
}

/// What a box needs to know of its node.
pub(super) struct Content {
    pub(super) name: String,
    /// Whether edges enter at queries, keys and values.
    pub(super) slots: bool,
}

impl Frame {
    pub(super) fn new(
        scene: &Scene<'_>,
        options: &Layered,
        chains: &Chains,
        contents: &[Content],
        area: Area,
    ) -> Self {
        let usual = scene.options.style.font_size;
        let level = options.direction == Direction::Right;
        let (along_room, across_room) =
            if level { (Some(area.width), area.height) } else { (area.height, Some(area.width)) };
        let beside = if scene.links.all.iter().any(|link| chains.ranks[link.from] == chains.ranks[link.to]) {
            usual * 2.2
        } else {
            0.0
        };
        // Smaller letters, while they can be read, before boxes are squeezed.
        let mut size = usual;
        loop {
            let boxes: Vec<(f64, f64)> = contents.iter().map(|content| content.size(size, level)).collect();
            let mut widths = vec![0.0f64; chains.levels.rows.len()];
            for (node, &(along, _)) in boxes.iter().enumerate() {
                widths[chains.ranks[node]] = widths[chains.ranks[node]].max(along);
            }
            let half: Vec<f64> = (0..chains.ranks.len())
                .map(|node| {
                    boxes.get(node).map_or(size * LANE / 2.0, |(_, across)| (across + size * 0.7) / 2.0)
                })
                .collect();
            // Corners joined to corners make the longest lines, which are to be the straightest (Gansner et
            // al. 1993).
            let count = contents.len();
            let straight =
                |a: usize, b: usize| [1.0, 2.0, 8.0][usize::from(a >= count) + usize::from(b >= count)];
            let across = places(&chains.levels, &half, straight);
            let spans = || across.iter().zip(&half);
            let low = spans().map(|(at, half)| at - half).fold(f64::INFINITY, f64::min);
            let high = spans().map(|(at, half)| at + half).fold(f64::NEG_INFINITY, f64::max);
            let gaps = widths.len().saturating_sub(1) as f64;
            let boxed: f64 = widths.iter().sum::<f64>() + beside;
            let fits = boxed + gaps * GAPS.0 * size <= along_room.unwrap_or(f64::INFINITY)
                && high - low <= across_room.unwrap_or(f64::INFINITY);
            if !fits && size > LEGIBLE {
                size = (size * 0.93).max(LEGIBLE);
                continue;
            }
            let gap = along_room.map_or(size * 3.6, |room| {
                ((room - boxed) / gaps.max(1.0)).clamp(GAPS.0 * size, GAPS.1 * size)
            });
            let mut frame = Self {
                direction: options.direction,
                area,
                size,
                across: across.iter().map(|at| at - low).collect(),
                columns: columns(&widths, gap),
                ranks: chains.ranks.clone(),
                boxes,
                bulge: size * 2.0,
                whole: (boxed + gaps * gap, high - low),
            };
            frame.squeeze(along_room, across_room);
            return frame;
        }
    }

    /// Fits everything into the room, and into its middle where that is larger.
    fn squeeze(&mut self, along: Option<f64>, across: Option<f64>) {
        let fit = |room: Option<f64>, whole: f64| room.map_or(1.0, |room| (room / whole).min(1.0));
        let (long, wide) = (fit(along, self.whole.0), fit(across, self.whole.1));
        let rest = |room: Option<f64>, whole: f64| room.map_or(0.0, |room| ((room - whole) / 2.0).max(0.0));
        // Where the width is fixed and not needed, nodes stand further apart.
        let stretch = if self.direction == Direction::Right {
            wide
        } else {
            across.map_or(1.0, |room| room / self.whole.1).min(STRETCH).max(wide)
        };
        self.whole = (self.whole.0 * long, self.whole.1 * stretch);
        let (before, aside) = (rest(along, self.whole.0), rest(across, self.whole.1));
        for (start, end) in &mut self.columns {
            (*start, *end) = (*start * long + before, *end * long + before);
        }
        for at in &mut self.across {
            *at = *at * stretch + aside;
        }
        self.bulge *= long;
        for size in &mut self.boxes {
            *size = (size.0 * long, size.1 * wide);
        }
        self.whole = (
            along.unwrap_or(self.whole.0).max(self.whole.0),
            across.unwrap_or(self.whole.1).max(self.whole.1),
        );
    }

    /// The height that the drawing takes.
    pub(super) fn height(&self) -> f64 {
        if self.direction == Direction::Right { self.whole.1 } else { self.whole.0 }
    }

    /// A point on the page.
    pub(super) fn at(&self, along: f64, across: f64) -> Point {
        let (left, top) = (self.area.left, self.area.top);
        match self.direction {
            Direction::Right => (left + along, top + across),
            Direction::Down => (left + across, top + along),
            Direction::Up => (left + across, top + self.whole.0 - along),
        }
    }

    pub(super) fn across(&self, node: usize) -> f64 {
        self.across[node]
    }

    /// Where a node's layer begins and ends.
    pub(super) fn column(&self, node: usize) -> (f64, f64) {
        self.columns[self.ranks[node]]
    }

    /// Where a node's box begins and ends, along the flow.
    pub(super) fn ends(&self, node: usize) -> (f64, f64) {
        let (start, end) = self.column(node);
        let (middle, half) = ((start + end) / 2.0, self.boxes[node].0 / 2.0);
        (middle - half, middle + half)
    }

    /// Where edges enter a node at a slot, across the flow.
    pub(super) fn slot(&self, node: usize, slot: Slot) -> f64 {
        let third = self.boxes[node].1 / 3.1;
        self.across[node]
            + match slot {
                Slot::Query => -third,
                Slot::Key => 0.0,
                Slot::Value => third,
            }
    }

    /// Where each edge enters the later of its nodes, across the flow: at its slot, or beside the others in
    /// the order in which they come, so that their heads do not cover each other.
    pub(super) fn entries(&self, links: &[Link], chains: &Chains) -> Vec<f64> {
        let mut entries = vec![0.0; links.len()];
        // By node: where an edge comes from, which edge.
        let mut coming: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.boxes.len()];
        for (index, link) in links.iter().enumerate() {
            if self.ranks[link.from] == self.ranks[link.to] {
                continue;
            }
            let back = self.ranks[link.from] > self.ranks[link.to];
            let (first, last) = if back { (link.to, link.from) } else { (link.from, link.to) };
            match link.slot.filter(|_| !back) {
                Some(slot) => entries[index] = self.slot(last, slot),
                None => {
                    let before = chains.corners(link).last().copied().unwrap_or(first);
                    coming[last].push((self.across[before], index));
                }
            }
        }
        for (node, mut coming) in coming.into_iter().enumerate() {
            coming.sort_by(|a, b| a.0.total_cmp(&b.0));
            let count = coming.len() as f64;
            for (place, (_, index)) in coming.into_iter().enumerate() {
                let part = (place as f64 + 0.5) / count - 0.5;
                entries[index] = self.across[node] + part * self.boxes[node].1 * 0.85;
            }
        }
        entries
    }

    /// Half of a node's box, across the flow.
    pub(super) fn half(&self, node: usize) -> f64 {
        self.boxes[node].1 / 2.0
    }

    /// A box's left, top, width and height on the page.
    pub(super) fn rectangle(&self, node: usize) -> (Point, f64, f64) {
        let ((start, end), half) = (self.ends(node), self.half(node));
        let (a, b) = (self.at(start, self.across[node] - half), self.at(end, self.across[node] + half));
        ((a.0.min(b.0), a.1.min(b.1)), (a.0 - b.0).abs(), (a.1 - b.1).abs())
    }

    /// Size of the letters at slots.
    pub(super) fn small(&self) -> f64 {
        self.size * 0.66
    }
}

impl Content {
    /// How large a box is, along and across the flow.
    fn size(&self, size: f64, level: bool) -> (f64, f64) {
        let wide = if self.name.is_empty() { size * 1.2 } else { text::width(&self.name, size) + size * 0.8 };
        let slots = if self.slots { size * 0.75 } else { 0.0 };
        match level {
            true => (wide + slots, if self.slots { size * 2.3 } else { size * 1.6 }),
            false => (size * 1.6 + slots, if self.slots { wide.max(size * 2.6) } else { wide }),
        }
    }
}

fn columns(widths: &[f64], gap: f64) -> Vec<(f64, f64)> {
    let mut at = 0.0;
    widths
        .iter()
        .map(|width| {
            let start = at;
            at += width + gap;
            (start, start + width)
        })
        .collect()
}
