//! Value axis, reference lines and key: what bars and lines have in common.

use maud::{Markup, html};

use super::canvas::{Anchor, Px, grid_line, muted, turned, words};
use super::scale::{Axis, apart, extent, tick_labels, ticks, to_ticks};
use super::text::{self, SIZE};
use super::{ReferenceLine, Series, palette};

/// Height of the plotting area.
const PLOT: f64 = 240.0;
const MAX_SERIES_TEXT: f64 = 200.0;

/// The plotting area and its upright axis.
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) y: Axis,
}

/// What stands along the upright axis and above it.
pub(super) struct Upright<'a> {
    pub(super) title: &'a str,
    pub(super) series: &'a [Series],
    pub(super) references: &'a [ReferenceLine],
    /// Bars, whose axis must include zero lest their lengths mislead, or lines, which the key shows with their dashes.
    pub(super) bars: bool,
}

impl Upright<'_> {
    /// Lays out a plotting area `inner` pixels wide, at least `margin` from the left, and draws grid, ticks, title
    /// and key.
    pub(super) fn frame(&self, inner: f64, margin: f64) -> (Frame, Markup) {
        let values = self.series.iter().flat_map(|series| {
            let ends = |(index, value): (usize, &f64)| {
                let error = series.error(index).unwrap_or(0.0);
                [value - error, *value, value + error]
            };
            series.values.iter().enumerate().flat_map(ends)
        });
        let zero = self.bars.then_some(0.0);
        let found = extent(values.chain(self.references.iter().map(|line| line.value)).chain(zero));
        let (low, high) = found.map_or((0.0, 1.0), ends(self.bars));
        let (low, high) = to_ticks(low, high, 5);
        let marks = ticks(low, high, 5);
        let labels = tick_labels(&marks);
        let widest = labels.iter().map(|label| text::width(label, SIZE)).fold(0.0, f64::max);
        let left = (22.0 + widest + 8.0).max(margin);
        let (key, top) = self.key(left, inner);
        let frame = Frame {
            left,
            top,
            right: left + inner,
            bottom: top + PLOT,
            y: Axis { low, high, from: top + PLOT, to: top },
        };
        let markup = html! {
            (key)
            @for (mark, text) in marks.iter().zip(&labels) {
                @let y = frame.y.at(*mark);
                (grid_line(frame.left, y, frame.right, y))
                (muted(frame.left - 7.0, y + 4.0, Anchor::End, text))
            }
            (turned(13.0, frame.top + PLOT / 2.0, Anchor::Middle, -90.0, self.title, PLOT + 20.0))
        };
        (frame, markup)
    }

    /// The names of the series, when there is more than one, and how much height they take.
    fn key(&self, left: f64, inner: f64) -> (Markup, f64) {
        if self.series.len() < 2 {
            return (html! {}, 12.0);
        }
        let mut places = Vec::new();
        let (mut x, mut y) = (left, 0.0);
        for series in self.series {
            let width = 26.0 + text::width(&series.name, SIZE).min(MAX_SERIES_TEXT) + 16.0;
            if x > left && x + width > left + inner {
                (x, y) = (left, y + 19.0);
            }
            places.push((x, y));
            x += width;
        }
        let markup = html! {
            @for (index, (series, (x, y))) in self.series.iter().zip(places).enumerate() {
                @if self.bars {
                    rect class={ "f-c" (colour_index(index)) } fill=(colour(index)) x=(Px(x)) y=(Px(y + 3.0))
                        width="18" height="11" rx="2" {}
                } @else {
                    line class={ "f-l" (colour_index(index)) } stroke=(colour(index)) stroke-width="2.5"
                        stroke-dasharray=(dash(index)) x1=(Px(x)) y1=(Px(y + 9.0)) x2=(Px(x + 19.0)) y2=(Px(y + 9.0)) {}
                }
                (super::canvas::label(x + 25.0, y + 13.0, Anchor::Start, &series.name, MAX_SERIES_TEXT))
            }
        };
        (markup, y + 32.0)
    }

    /// Reference lines with their labels, over everything else.
    pub(super) fn reference_lines(&self, frame: &Frame) -> Markup {
        let known = self.references.iter().filter(|line| line.value.is_finite());
        html! {
            @for line in known {
                @let y = frame.y.at(line.value);
                line class="f-a" stroke=(palette::MUTED) stroke-dasharray="5 4" stroke-width="1.2"
                    x1=(Px(frame.left)) y1=(Px(y)) x2=(Px(frame.right)) y2=(Px(y)) {}
                (words(frame.right + 6.0, y + 4.0, Anchor::Start, &line.label))
            }
        }
    }

    /// Room to the right of the plotting area for the labels of reference lines.
    pub(super) fn right_margin(&self) -> f64 {
        self.references.iter().map(|line| text::width(&line.label, SIZE) + 10.0).fold(12.0, f64::max)
    }
}

fn ends(bars: bool) -> impl Fn((f64, f64)) -> (f64, f64) {
    // All bars zero: an axis from 0 to 1 says so more clearly than one from −1 to 1.
    move |ends| {
        if bars && ends == (0.0, 0.0) { (0.0, 1.0) } else { apart(ends) }
    }
}

/// Colour of the series `index`, as a class number.
pub(super) fn colour_index(index: usize) -> usize {
    index % palette::SERIES[0].len()
}

/// Fallback colour of the series `index`.
pub(super) fn colour(index: usize) -> &'static str {
    palette::SERIES[0][colour_index(index)]
}

/// Dashes of the line `index`: they tell lines apart where colours do not.
pub(super) fn dash(index: usize) -> &'static str {
    ["none", "7 3", "2 3", "8 3 2 3"][index % 4]
}
