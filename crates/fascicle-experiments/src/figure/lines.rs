//! Lines over a numeric axis, with ribbons for errors; a gap in the values is a gap in the line.

use std::fmt::Write as _;

use maud::{Markup, Render, html};

use super::axes::{Frame, Upright, colour, colour_index, dash};
use super::canvas::{Anchor, Drawn, Px, grid_line, muted, words};
use super::scale::{Axis, apart, extent, tick_labels, ticks};
use super::text::{self, SIZE};
use super::{Lines, Series};
use crate::number;

const INNER: f64 = 560.0;
/// Dots on more points than this are a smear.
const DOTS: usize = 40;

pub(super) fn draw(lines: &Lines) -> Drawn {
    let upright = Upright {
        title: &lines.value_title,
        series: &lines.series,
        references: &lines.references,
        bars: false,
    };
    let (frame, axes) = upright.frame(INNER, 0.0);
    let places = lines.series.iter().flat_map(|series| points(series).into_iter().map(|point| point.x));
    let found = extent(places);
    let (low, high) = found.map_or((0.0, 1.0), apart);
    let x = Axis { low, high, from: frame.left + 8.0, to: frame.right - 8.0 };
    let marks = ticks(low, high, 8);
    let body = html! {
        (axes)
        @for (mark, text) in marks.iter().zip(tick_labels(&marks)) {
            (grid_line(x.at(*mark), frame.bottom, x.at(*mark), frame.bottom + 4.0))
            (muted(x.at(*mark), frame.bottom + 18.0, Anchor::Middle, &text))
        }
        @for (index, series) in lines.series.iter().enumerate() {
            (line(series, index, &frame, &x))
        }
        (upright.reference_lines(&frame))
        @if found.is_none() { (words(frame.left + 8.0, frame.top + 20.0, Anchor::Start, "no data")) }
        (muted(frame.left + INNER / 2.0, frame.bottom + 18.0 + SIZE + 6.0, Anchor::Middle, &lines.x_title))
    };
    Drawn {
        width: frame.right + upright.right_margin(),
        height: frame.bottom + 18.0 + SIZE + 14.0,
        body,
        words: in_words(lines),
    }
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    error: f64,
}

impl Point {
    fn known(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

fn points(series: &Series) -> Vec<Point> {
    let x = |index: usize| {
        if series.x.is_empty() { Some(index as f64) } else { series.x.get(index).copied() }
    };
    let point = |(index, y): (usize, &f64)| Point {
        x: x(index).unwrap_or(f64::NAN),
        y: *y,
        error: series.error(index).unwrap_or(0.0),
    };
    series.values.iter().enumerate().map(point).collect()
}

fn line(series: &Series, index: usize, frame: &Frame, x: &Axis) -> Markup {
    let all = points(series);
    let stretches: Vec<&[Point]> =
        all.split(|point| !point.known()).filter(|stretch| !stretch.is_empty()).collect();
    let dots = all.len() <= DOTS;
    html! {
        g {
            title { (text::clean(&series.name)) }
            @for stretch in &stretches {
                @if stretch.iter().any(|point| point.error > 0.0) {
                    path class={ "f-c" (colour_index(index)) } fill=(colour(index)) opacity="0.18"
                        d=(ribbon(stretch, frame, x)) {}
                }
                path class={ "f-l" (colour_index(index)) } stroke=(colour(index)) stroke-width="2" fill="none"
                    stroke-linejoin="round" stroke-dasharray=(dash(index))
                    d=(path(stretch.iter().map(|point| (x.at(point.x), frame.y.at(point.y))))) {}
                // A point without neighbours has no line to show it.
                @if dots || stretch.len() == 1 {
                    @for point in *stretch {
                        circle class={ "f-c" (colour_index(index)) } fill=(colour(index)) r="3"
                            cx=(Px(x.at(point.x))) cy=(Px(frame.y.at(point.y))) {
                            title { (text::clean(&tooltip(series, point))) }
                        }
                    }
                }
            }
        }
    }
}

fn tooltip(series: &Series, point: &Point) -> String {
    let spread =
        if point.error > 0.0 { format!(" ± {}", number::short(point.error, 2)) } else { String::new() };
    format!("{} at {}: {}{spread}", series.name, number::short(point.x, 4), number::short(point.y, 4))
}

/// There along the upper edge and back along the lower one.
fn ribbon(stretch: &[Point], frame: &Frame, x: &Axis) -> String {
    let edge = |point: &Point, sign: f64| (x.at(point.x), frame.y.at(point.y + sign * point.error));
    let there = stretch.iter().map(|point| edge(point, 1.0));
    let back = stretch.iter().rev().map(|point| edge(point, -1.0));
    path(there.chain(back)) + "Z"
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    points.enumerate().fold(String::new(), |mut path, (index, (x, y))| {
        path.push(if index == 0 { 'M' } else { 'L' });
        Px(x).render_to(&mut path);
        path.push(' ');
        Px(y).render_to(&mut path);
        path
    })
}

fn in_words(lines: &Lines) -> String {
    let mut text = format!("{} over {}.", lines.value_title, lines.x_title);
    for series in &lines.series {
        let known: Vec<Point> = points(series).into_iter().filter(Point::known).collect();
        if let (Some(first), Some(last)) = (known.first(), known.last()) {
            let at =
                |point: &Point| format!("{} at {}", number::short(point.y, 3), number::short(point.x, 4));
            let _ = write!(text, " {}: from {} to {}.", series.name, at(first), at(last));
        }
    }
    text
}
