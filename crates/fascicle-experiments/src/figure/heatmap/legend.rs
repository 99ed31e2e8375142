//! From values to colours, and the legend that explains them.

use maud::{Markup, html};

use super::gap;
use crate::figure::canvas::{Anchor, Px, muted, words};
use crate::figure::palette::{self, Ramp, STEPS};
use crate::figure::scale::{Axis, apart, extent, ticks};
use crate::figure::text::{self, SIZE};
use crate::figure::{Heatmap, Scale};
use crate::number;

/// Length of the colour bar, pixels.
const BAR: f64 = 200.0;

/// How values become steps of a colour ramp.
pub(super) struct Colours {
    pub(super) ramp: Ramp,
    low: f64,
    high: f64,
    /// The data go beyond the low, the high end.
    beyond: (bool, bool),
}

impl Colours {
    pub(super) fn of(map: &Heatmap) -> Self {
        let found = extent(map.values.iter().copied());
        let data = found.unwrap_or((0.0, 1.0));
        let usable = |end: Option<f64>| end.filter(|end| end.is_finite());
        let (ramp, (low, high)) = match map.scale {
            Scale::Sequential { low, high } => {
                let ends = (usable(low).unwrap_or(data.0), usable(high).unwrap_or(data.1));
                (Ramp::Sequential, apart((ends.0.min(ends.1), ends.0.max(ends.1))))
            }
            Scale::Diverging { centre, reach } => {
                let centre = usable(Some(centre)).unwrap_or(0.0);
                let farthest = (data.0 - centre).abs().max((data.1 - centre).abs());
                let reach = usable(reach).unwrap_or(farthest).abs().min(f64::MAX / 4.0);
                let reach = if reach > 0.0 { reach } else { 1.0 };
                (Ramp::Diverging, apart((centre - reach, centre + reach)))
            }
        };
        // By more than a colour step: a hair's breadth below 0 is not worth a word.
        let hair = (high / 2.0 - low / 2.0) * 2.0 / STEPS as f64;
        let beyond = found.map_or((false, false), |(least, most)| (least < low - hair, most > high + hair));
        Self { ramp, low, high, beyond }
    }

    pub(super) fn step(&self, value: f64) -> usize {
        let axis = Axis { low: self.low, high: self.high, from: 0.0, to: 1.0 };
        (axis.fraction(value) * (STEPS - 1) as f64).round() as usize
    }

    /// Labels under the bar: both ends, and the round numbers between them that leave room for these.
    ///
    /// Beyond an end the colour stays the same; where the data go beyond, the label of that end says so.
    fn marks(&self, bar: &Axis) -> Vec<(f64, Anchor, String)> {
        let end = |value: f64, sign: &str, beyond: bool| {
            format!("{}{}", if beyond { sign } else { "" }, number::short(value, 3))
        };
        let low = end(self.low, "≤ ", self.beyond.0);
        let high = end(self.high, "≥ ", self.beyond.1);
        let (left, right) = (text::width(&low, SIZE), BAR - text::width(&high, SIZE));
        let mut marks = vec![(bar.from, Anchor::Start, low)];
        for tick in ticks(self.low, self.high, 4) {
            let (x, label) = (bar.at(tick), number::short(tick, 3));
            let half = text::width(&label, SIZE) / 2.0 + 4.0;
            if x - half > left && x + half < right {
                marks.push((x, Anchor::Middle, label));
            }
        }
        marks.push((bar.to, Anchor::End, high));
        marks
    }
}

/// The colour bar with its ticks, beside it what the colours mean, under it the keys of frames and gaps.
pub(super) fn legend(map: &Heatmap, colours: &Colours, width: f64) -> (Markup, f64) {
    let bar = Axis { low: colours.low, high: colours.high, from: 0.0, to: BAR };
    let marks = colours.marks(&bar);
    let lines = text::wrap(&map.value_label, width - BAR - 24.0, SIZE);
    let step_width = BAR / STEPS as f64;
    let gaps = (0..map.rows.len()).any(|row| (0..map.cols.len()).any(|col| map.value(row, col).is_nan()));
    let frames = !map.highlighted.is_empty() && !map.highlight_label.is_empty();
    let key_y = (lines.len() as f64 * 16.0 + 2.0).max(32.0) + 4.0;
    let frame_text = text::clean(&map.highlight_label);
    let gap_x = if frames { 25.0 + text::width(&frame_text, SIZE) + 24.0 } else { 0.0 };
    let markup = html! {
        @for step in 0..STEPS {
            rect class=(palette::class(colours.ramp, step)) fill=(palette::fill(colours.ramp, step))
                x=(Px(step_width * step as f64)) y="2" width=(Px(step_width + 0.5)) height="12" {}
        }
        @for (x, anchor, text) in &marks { (muted(*x, 28.0, *anchor, text)) }
        @for (index, line) in lines.iter().enumerate() {
            (words(BAR + 18.0, 13.0 + 16.0 * index as f64, Anchor::Start, line))
        }
        @if frames {
            rect class="f-h" stroke=(palette::FRAME) stroke-width="2.5" fill="none" rx="2" x="1.5" y=(Px(key_y + 1.0))
                width="15" height="11" {}
            (words(25.0, key_y + 11.0, Anchor::Start, &frame_text))
        }
        @if gaps {
            (gap(gap_x, key_y, 16.0, 13.0, None))
            (words(gap_x + 24.0, key_y + 11.0, Anchor::Start, "no value"))
        }
    };
    (markup, if frames || gaps { key_y + 18.0 } else { key_y })
}
