//! A plotting area with its two axes.

use maud::{Markup, html};

use crate::draw::curve::Point;
use crate::draw::page::{Anchor, Area, line, turned, words};
use crate::draw::palette::{GRID, MUTED};
use crate::draw::scale::{Axis, decades, rounded};
use crate::draw::text;

/// How values become places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Linear,
    Log,
}

/// A plotting area.
pub(super) struct Axes {
    x: Axis,
    y: Axis,
    titles: (&'static str, &'static str),
    size: f64,
    area: Area,
    bottom: f64,
}

/// Height of a plot over its width, unless one is asked for.
const SHAPE: f64 = 0.6;

impl Axes {
    /// Axes for values between these ends, with their titles.
    pub(super) fn new(
        (x_scale, x, x_title): (Scale, (f64, f64), &'static str),
        (y_scale, y, y_title): (Scale, (f64, f64), &'static str),
        size: f64,
        area: Area,
    ) -> Self {
        let ends = |scale: Scale, (low, high): (f64, f64)| match scale {
            Scale::Linear => rounded(low, high, 5),
            // A little more than a decade need not become two.
            Scale::Log if high / low > 3.0 => (low / 1.15, high * 1.15),
            Scale::Log => decades(low, high),
        };
        let axis = |scale: Scale, values: (f64, f64), from: f64, to: f64| {
            let (low, high) = ends(scale, values);
            Axis { low, high, from, to, log: scale == Scale::Log }
        };
        let height = area.height.unwrap_or(area.width * SHAPE);
        let (top, bottom) = (area.top + size * 0.7, area.top + height - size * 3.2);
        let y = axis(y_scale, y, bottom, top);
        let widest = y.ticks(5).iter().map(|(_, label)| text::width(label, size)).fold(0.0, f64::max);
        let left = area.left + size * 1.9 + widest + size * 0.7;
        let x = axis(x_scale, x, left, area.left + area.width - size * 1.2);
        Self { x, y, titles: (x_title, y_title), size, area, bottom }
    }

    /// The place of a value.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        (self.x.at(x), self.y.at(y))
    }

    /// The height that all of it takes.
    pub(super) fn height(&self) -> f64 {
        self.bottom + self.size * 3.2 - self.area.top
    }

    /// A dashed line across at a value.
    pub(super) fn reference(&self, value: f64) -> Markup {
        let y = self.y.at(value);
        html! {
            g stroke=(MUTED) stroke-width="0.8" stroke-dasharray="3 2" { (line((self.x.from, y), (self.x.to, y))) }
        }
    }

    /// Axes, ticks with their labels, titles.
    pub(super) fn draw(&self) -> Markup {
        let (left, right, bottom, top, size) = (self.x.from, self.x.to, self.y.from, self.y.to, self.size);
        let tick = size * 0.4;
        let (xs, ys) = (self.x.ticks(8), self.y.ticks(5));
        html! {
            g class="axes" {
                g stroke=(GRID) stroke-width="0.4" {
                    @for (value, _) in &ys { (line((left, self.y.at(*value)), (right, self.y.at(*value)))) }
                }
                g stroke=(MUTED) stroke-width="0.6" {
                    (line((left, top), (left, bottom)))
                    (line((left, bottom), (right, bottom)))
                    @for (value, _) in &xs { (line((self.x.at(*value), bottom), (self.x.at(*value), bottom + tick))) }
                    @for (value, _) in &ys { (line((left - tick, self.y.at(*value)), (left, self.y.at(*value)))) }
                }
                @for (value, label) in &xs {
                    (words((self.x.at(*value), bottom + tick + size), Anchor::Middle, label))
                }
                @for (value, label) in &ys {
                    (words((left - tick - size * 0.25, self.y.at(*value) + size * 0.35), Anchor::End, label))
                }
                (words(((left + right) / 2.0, bottom + size * 2.8), Anchor::Middle, self.titles.0))
                (turned((self.area.left + size, (top + bottom) / 2.0), Anchor::Middle, -90.0, self.titles.1))
            }
        }
    }
}
