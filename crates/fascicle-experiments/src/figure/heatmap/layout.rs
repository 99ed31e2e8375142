//! Where the cells of a heatmap go, and the outlines around those that are highlighted.

use std::collections::BTreeSet;

use maud::{Markup, Render, html};

use crate::figure::canvas::Px;
use crate::figure::text::{self, SIZE};
use crate::figure::{Heatmap, palette};

/// Where everything goes.
pub(super) struct Layout {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) cell: (f64, f64),
    /// Column labels: angle in degrees, room for each, every how many columns one.
    pub(super) col_angle: f64,
    pub(super) col_room: f64,
    pub(super) col_every: usize,
    pub(super) row_every: usize,
    pub(super) row_room: f64,
}

impl Layout {
    pub(super) fn of(map: &Heatmap, top: f64) -> Self {
        let (rows, cols) = (map.rows.len().max(1) as f64, map.cols.len().max(1) as f64);
        let widest =
            |labels: &[String]| labels.iter().map(|label| text::width(label, SIZE)).fold(0.0, f64::max);
        let row_room = widest(&map.rows).clamp(8.0, 150.0);
        let longest = widest(&map.cols);
        let widest_col = longest.clamp(6.0, 110.0);
        // Few columns grow with their labels, so that these can stand level.
        let most = (longest + 10.0).clamp(58.0, 150.0);
        let cell = ((640.0 / cols).clamp(12.0, most).floor(), (340.0 / rows).clamp(13.0, 32.0).floor());
        // Level if the labels fit, slanted if the cells leave room for slanted lines, upright if not.
        let col_angle = if longest + 4.0 <= cell.0 {
            0.0
        } else if cell.0 >= 20.0 {
            -45.0
        } else {
            -90.0
        };
        let slant = f64::to_radians(-col_angle);
        // The first slanted labels reach to the left of the cells.
        let overhang = if col_angle == 0.0 { 0.0 } else { widest_col * slant.cos() - cell.0 / 2.0 };
        let left = (row_room + 8.0).max(overhang + 4.0);
        Self {
            left,
            top,
            cell,
            col_angle,
            col_room: widest_col,
            col_every: (SIZE / cell.0).ceil().max(1.0) as usize,
            row_every: (SIZE / cell.1).ceil().max(1.0) as usize,
            row_room,
        }
    }

    /// Top left corner of a cell.
    pub(super) fn corner(&self, map: &Heatmap, row: usize, col: usize) -> (f64, f64) {
        let line = if map.rows_upwards { map.rows.len() - 1 - row } else { row };
        (self.left + self.cell.0 * col as f64, self.top + self.cell.1 * line as f64)
    }

    /// Height of the column labels below the cells.
    pub(super) fn below(&self) -> f64 {
        let slant = f64::to_radians(-self.col_angle);
        self.col_room * slant.sin() + SIZE * slant.cos() + if self.col_angle == 0.0 { 8.0 } else { 14.0 }
    }
}

/// One outline around each group of highlighted cells: only the edges that no other highlighted cell shares.
pub(super) fn frames(map: &Heatmap, layout: &Layout) -> Markup {
    let inside = |(row, col): &&(usize, usize)| *row < map.rows.len() && *col < map.cols.len();
    let cells: BTreeSet<(usize, usize)> = map.highlighted.iter().filter(inside).copied().collect();
    let (w, h) = layout.cell;
    let (up, down) = if map.rows_upwards { (1, -1) } else { (-1, 1) };
    let framed = |row: usize, col: usize, rows: isize, cols: isize| {
        let at = row.checked_add_signed(rows).zip(col.checked_add_signed(cols));
        at.is_some_and(|cell| cells.contains(&cell))
    };
    let mut path = String::new();
    for &(row, col) in &cells {
        let (x, y) = layout.corner(map, row, col);
        let (x, y) = (x - 0.5, y - 0.5);
        let edges = [
            (framed(row, col, up, 0), (x, y), (x + w, y)),
            (framed(row, col, down, 0), (x, y + h), (x + w, y + h)),
            (framed(row, col, 0, -1), (x, y), (x, y + h)),
            (framed(row, col, 0, 1), (x + w, y), (x + w, y + h)),
        ];
        for (_, from, to) in edges.iter().filter(|(shared, ..)| !shared) {
            for (command, (x, y)) in [('M', from), ('L', to)] {
                path.push(command);
                Px(*x).render_to(&mut path);
                path.push(' ');
                Px(*y).render_to(&mut path);
            }
        }
    }
    html! {
        @if !path.is_empty() {
            path class="f-h" stroke=(palette::FRAME) stroke-width="2.5" stroke-linecap="round" fill="none"
                pointer-events="none" d=(path) {}
        }
    }
}
