//! Heatmaps: a legend that says what the colours mean, then the cells, then the axes.

mod layout;
mod legend;

use maud::{Markup, html};

use self::layout::{Layout, frames};
use self::legend::{Colours, legend};
use super::canvas::{Anchor, Drawn, Px, label, muted, turned, words};
use super::text::{self, SIZE};
use super::{CellText, Heatmap, palette};
use crate::number;

/// Tooltips on more cells than this would make the page slow and help nobody.
const TOOLTIPS: usize = 5000;
/// Height of the title of the rows: it stands level above them, because few rows leave no room for it upright.
const ROW_TITLE: f64 = 22.0;

pub(super) fn draw(map: &Heatmap) -> Drawn {
    let colours = Colours::of(map);
    let (rows, cols) = (map.rows.len(), map.cols.len());
    let width_of = |layout: &Layout| (layout.left + layout.cell.0 * cols as f64 + 14.0).max(460.0);
    let width = width_of(&Layout::of(map, 0.0));
    let (legend, legend_height) = legend(map, &colours, width.min(720.0));
    let layout = Layout::of(map, legend_height + 8.0 + ROW_TITLE);
    let (cells_width, cells_height) = (layout.cell.0 * cols as f64, layout.cell.1 * rows as f64);
    let bottom = layout.top + cells_height;
    let empty = rows == 0 || cols == 0;
    let body = html! {
        (legend)
        @if empty { (words(layout.left, layout.top + SIZE, Anchor::Start, "no data")) }
        (row_labels(map, &layout))
        (col_labels(map, &layout, bottom))
        (cells(map, &layout, &colours))
        (frames(map, &layout))
        (muted(0.0, layout.top - 9.0, Anchor::Start, &row_title(map)))
        (muted(layout.left + cells_width / 2.0, bottom + layout.below() + SIZE, Anchor::Middle, &map.col_title))
    };
    Drawn { width, height: bottom + layout.below() + SIZE + 8.0, body, words: in_words(map) }
}

/// What the rows are, with an arrow where they go upwards.
fn row_title(map: &Heatmap) -> String {
    let title = text::clean(&map.row_title);
    let title = text::elide(&title, 420.0, SIZE);
    if map.rows_upwards && !title.is_empty() { format!("↑ {title}") } else { title.into_owned() }
}

fn cells(map: &Heatmap, layout: &Layout, colours: &Colours) -> Markup {
    let all = (0..map.rows.len()).flat_map(|row| (0..map.cols.len()).map(move |col| (row, col)));
    let tooltips = map.rows.len().saturating_mul(map.cols.len()) <= TOOLTIPS;
    // A hair of background between the cells, while they are large enough to afford it.
    let (w, h) = (layout.cell.0 - 1.0, layout.cell.1 - 1.0);
    html! {
        @for (row, col) in all {
            @let (x, y) = layout.corner(map, row, col);
            @let value = map.value(row, col);
            @if value.is_nan() {
                (gap(x, y, w, h, tooltips.then(|| tooltip(map, row, col)).as_deref()))
            } @else {
                @let step = colours.step(value);
                rect class=(palette::class(colours.ramp, step)) fill=(palette::fill(colours.ramp, step))
                    x=(Px(x)) y=(Px(y)) width=(Px(w)) height=(Px(h)) {
                    @if tooltips { title { (tooltip(map, row, col)) } }
                }
                @if let Some(text) = cell_text(map, layout, row, col, value) {
                    text class=(palette::ink_class(colours.ramp, step)) fill=(palette::ink_fill(colours.ramp, step))
                        x=(Px(x + w / 2.0)) y=(Px(y + h / 2.0 + 4.0)) text-anchor="middle" font-size="11"
                        pointer-events="none" { (text) }
                }
            }
        }
    }
}

/// What is written into a cell, if anything is and it fits.
fn cell_text(map: &Heatmap, layout: &Layout, row: usize, col: usize, value: f64) -> Option<String> {
    let text = match &map.cell_text {
        CellText::None => return None,
        CellText::Values(decimals) => {
            let plain = format!("{:.*}", (*decimals).min(6), value);
            // A number too long to be written out says more as "1e9" than as nothing.
            if plain.len() > 7 {
                number::short(value, 2)
            } else if plain.contains(|c: char| c.is_ascii_digit() && c != '0') {
                plain.replace('-', "−")
            } else {
                // Never "−0.00".
                plain.replace('-', "")
            }
        }
        CellText::Given(texts) => text::clean(texts.get(row * map.cols.len() + col)?).into_owned(),
    };
    let fits = text::width(&text, 11.0) + 2.0 <= layout.cell.0 && layout.cell.1 >= 13.0;
    (fits && !text.is_empty()).then_some(text)
}

fn tooltip(map: &Heatmap, row: usize, col: usize) -> String {
    let value = map.value(row, col);
    let value = if value.is_nan() { "no value".to_string() } else { number::short(value, 4) };
    let axis = |title: &str| title.split([',', '(']).next().unwrap_or("").trim().to_string();
    let place =
        format!("{} {}, {} {}", axis(&map.row_title), map.rows[row], axis(&map.col_title), map.cols[col]);
    text::clean(&format!("{}: {value}", place.trim())).into_owned()
}

/// A cell without a value: outlined and crossed, so that it cannot be taken for a small value.
pub(super) fn gap(x: f64, y: f64, w: f64, h: f64, tooltip: Option<&str>) -> Markup {
    html! {
        g {
            rect class="f-g" stroke=(palette::GRID) fill="none" x=(Px(x + 0.5)) y=(Px(y + 0.5))
                width=(Px(w - 1.0)) height=(Px(h - 1.0)) pointer-events="all" {}
            line class="f-g" stroke=(palette::GRID) x1=(Px(x + 0.5)) y1=(Px(y + h - 0.5)) x2=(Px(x + w - 0.5)) y2=(Px(y + 0.5)) {}
            @if let Some(tooltip) = tooltip { title { (tooltip) } }
        }
    }
}

fn row_labels(map: &Heatmap, layout: &Layout) -> Markup {
    html! {
        @for (row, text) in map.rows.iter().enumerate().step_by(layout.row_every) {
            @let (_, y) = layout.corner(map, row, 0);
            (label(layout.left - 6.0, y + layout.cell.1 / 2.0 + 4.0, Anchor::End, text, layout.row_room))
        }
    }
}

fn col_labels(map: &Heatmap, layout: &Layout, bottom: f64) -> Markup {
    html! {
        @for (col, text) in map.cols.iter().enumerate().step_by(layout.col_every) {
            @let middle = layout.left + layout.cell.0 * (col as f64 + 0.5);
            @if layout.col_angle == 0.0 {
                (label(middle, bottom + SIZE + 3.0, Anchor::Middle, text, layout.col_room.max(layout.cell.0 - 2.0)))
            } @else {
                (turned(middle + 4.0, bottom + 9.0, Anchor::End, layout.col_angle, text, layout.col_room))
            }
        }
    }
}

/// Size, range and the largest cell, for those who cannot see the drawing.
fn in_words(map: &Heatmap) -> String {
    let all = (0..map.rows.len()).flat_map(|row| (0..map.cols.len()).map(move |col| (row, col)));
    let known = all.filter(|(row, col)| !map.value(*row, *col).is_nan());
    let value = |place: &(usize, usize)| map.value(place.0, place.1);
    let size = format!("Heatmap of {} rows by {} columns.", map.rows.len(), map.cols.len());
    let Some(most) = known.clone().max_by(|a, b| value(a).total_cmp(&value(b))) else {
        return format!("{size} No values.");
    };
    let least = known.min_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or(most);
    let place = |(row, col)| tooltip(map, row, col);
    format!("{size} Colours: {}. Largest: {}. Smallest: {}.", map.value_label, place(most), place(least))
}
