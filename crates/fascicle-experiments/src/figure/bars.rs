//! Bars: groups along the x axis, one bar for each series in every group, whiskers for errors.

use maud::{Markup, html};

use super::axes::{Frame, Upright, colour, colour_index};
use super::canvas::{Anchor, Drawn, Px, label, muted, turned, words};
use super::text::{self, SIZE};
use super::{Bars, palette};
use crate::number;

pub(super) fn draw(bars: &Bars) -> Drawn {
    let groups = bars.groups.len();
    let series = bars.series.len().max(1);
    let group = (560.0 / groups.max(1) as f64).clamp(10.0 * series as f64 + 6.0, 110.0);
    let inner = (group * groups as f64).max(260.0);
    let upright =
        Upright { title: &bars.value_title, series: &bars.series, references: &bars.references, bars: true };
    let names = Names::of(bars, group);
    let (frame, axes) = upright.frame(inner, names.overhang(group));
    let mut drawn = Vec::new();
    for (index, one) in bars.series.iter().enumerate() {
        for (at, value) in one.values.iter().enumerate().take(groups).filter(|(_, value)| value.is_finite()) {
            drawn.push(bar(bars, &frame, group, (index, at), *value));
        }
    }
    let body = html! {
        (axes)
        @for (bar, _) in &drawn { (bar) }
        (upright.reference_lines(&frame))
        @for (_, value) in &drawn { (value) }
        (names.draw(bars, &frame, group))
        @if groups == 0 { (words(frame.left + 8.0, frame.top + 20.0, Anchor::Start, "no data")) }
        (muted(frame.left + inner / 2.0, frame.bottom + names.height + SIZE + 4.0, Anchor::Middle, &bars.group_title))
    };
    Drawn {
        width: (frame.right + upright.right_margin()).max(460.0),
        height: frame.bottom + names.height + SIZE + 12.0,
        body,
        words: in_words(bars),
    }
}

/// The bar with its whisker, and its value in figures, which goes on top of everything.
fn bar(bars: &Bars, frame: &Frame, group: f64, (index, at): (usize, usize), value: f64) -> (Markup, Markup) {
    let series = &bars.series[index];
    let count = bars.series.len() as f64;
    let width = ((group - 6.0) / count - 2.0).min(46.0);
    let start = frame.left + group * (at as f64 + 0.5) - (width + 2.0) * count / 2.0;
    let x = start + (width + 2.0) * index as f64 + 1.0;
    let (zero, end) = (frame.y.at(0.0), frame.y.at(value));
    let error = series.error(at);
    let whisker = error.map(|error| (frame.y.at(value - error), frame.y.at(value + error)));
    let middle = x + width / 2.0;
    let written = number::on_scale(value, frame.y.high - frame.y.low);
    let room = text::width(&written, 11.0) <= width + 4.0;
    // Above the whisker of an upward bar, below that of a downward one.
    let text_y = match whisker {
        _ if value < 0.0 => whisker.map_or(end, |(low, _)| low) + 12.0,
        Some((_, high)) => high - 4.0,
        None => end - 4.0,
    };
    let spread = error.map(|error| format!(" ± {}", number::short(error, 2))).unwrap_or_default();
    let name = if series.name.is_empty() { String::new() } else { format!(", {}", series.name) };
    let markup = html! {
        rect class={ "f-c" (colour_index(index)) } fill=(colour(index)) x=(Px(x)) y=(Px(zero.min(end)))
            width=(Px(width)) height=(Px((zero - end).abs().max(1.0))) rx="1.5" {
            title { (text::clean(&format!("{}{name}: {}{spread}", bars.groups[at], number::short(value, 4)))) }
        }
        @if let Some((low, high)) = whisker {
            path class="f-w" stroke=(palette::TEXT) stroke-width="1.3" fill="none"
                d={ "M" (Px(middle)) " " (Px(low)) "V" (Px(high))
                    "M" (Px(middle - 4.0)) " " (Px(low)) "h8" "M" (Px(middle - 4.0)) " " (Px(high)) "h8" } {}
        }
    };
    let in_figures = html! {
        @if room {
            text class="f-m f-o" fill=(palette::MUTED) font-size="11" x=(Px(middle)) y=(Px(text_y)) text-anchor="middle" {
                (written)
            }
        }
    };
    (markup, in_figures)
}

/// How the names of the groups are set below the axis.
struct Names {
    angle: f64,
    room: f64,
    every: usize,
    height: f64,
}

impl Names {
    fn of(bars: &Bars, group: f64) -> Self {
        let widest = bars.groups.iter().map(|name| text::width(name, SIZE)).fold(6.0, f64::max);
        if widest + 6.0 <= group {
            return Self { angle: 0.0, room: group, every: 1, height: SIZE + 8.0 };
        }
        let room = widest.min(130.0);
        let every = (SIZE * 1.5 / group).ceil().max(1.0) as usize;
        Self { angle: -45.0, room, every, height: room * std::f64::consts::FRAC_1_SQRT_2 + SIZE + 6.0 }
    }

    /// How far the first slanted name reaches to the left of the plotting area.
    fn overhang(&self, group: f64) -> f64 {
        if self.angle == 0.0 { 0.0 } else { self.room * std::f64::consts::FRAC_1_SQRT_2 + SIZE - group / 2.0 }
    }

    fn draw(&self, bars: &Bars, frame: &Frame, group: f64) -> Markup {
        html! {
            @for (at, name) in bars.groups.iter().enumerate().step_by(self.every) {
                @let middle = frame.left + group * (at as f64 + 0.5);
                @if self.angle == 0.0 {
                    (label(middle, frame.bottom + SIZE + 5.0, Anchor::Middle, name, self.room))
                } @else {
                    (turned(middle + 4.0, frame.bottom + 11.0, Anchor::End, self.angle, name, self.room))
                }
            }
        }
    }
}

fn in_words(bars: &Bars) -> String {
    let one = |name: &str, values: &[f64]| {
        let pairs = bars.groups.iter().zip(values).filter(|(_, value)| value.is_finite()).take(40);
        let list: Vec<String> =
            pairs.map(|(group, value)| format!("{group} {}", number::short(*value, 3))).collect();
        format!(" {name}: {}.", list.join(", "))
    };
    let series: String = bars.series.iter().map(|series| one(&series.name, &series.values)).collect();
    format!("Bars of {}.{series}", bars.value_title)
}
