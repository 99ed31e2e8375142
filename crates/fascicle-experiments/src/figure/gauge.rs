//! A figure against its band at a glance: the band as a bar, the mean as a dot, the spread as a whisker.

use maud::{Markup, html};

use super::canvas::Px;
use super::palette;
use super::scale::{Axis, extent};
use crate::experiment::Band;
use crate::measurement::Measurement;
use crate::number;

const WIDTH: f64 = 130.0;
const HEIGHT: f64 = 20.0;

/// The measurement on an axis that shows its band and a little room on both sides. An open end of the band runs off
/// the edge.
pub(crate) fn gauge(m: &Measurement) -> Markup {
    let band = m.band();
    let axis = axis(m, band);
    let (left, right) =
        (band.low.map_or(0.0, |low| axis.at(low)), band.high.map_or(WIDTH, |high| axis.at(high)));
    let middle = HEIGHT / 2.0;
    let words = format!("measured {}, expected {band}", number::measured(m.mean, m.spread, m.n, band));
    html! {
        svg class="gauge" role="img" aria-label=(words) width=(Px(WIDTH)) height=(Px(HEIGHT))
            viewBox={ "0 0 " (Px(WIDTH)) " " (Px(HEIGHT)) } {
            title { (words) }
            line class="f-g" stroke=(palette::GRID) x1="0" y1=(Px(middle)) x2=(Px(WIDTH)) y2=(Px(middle)) {}
            rect class="band" x=(Px(left)) y="4" width=(Px((right - left).max(3.0))) height=(Px(HEIGHT - 8.0)) rx="2" {}
            @for end in [band.low, band.high].into_iter().flatten() {
                line class="f-a" stroke=(palette::MUTED) x1=(Px(axis.at(end))) y1="2" x2=(Px(axis.at(end))) y2=(Px(HEIGHT - 2.0)) {}
            }
            @if m.spread > 0.0 {
                line class="whisker" x1=(Px(axis.at(m.mean - m.spread))) y1=(Px(middle))
                    x2=(Px(axis.at(m.mean + m.spread))) y2=(Px(middle)) {}
            }
            circle class=(if band.contains(m.mean) { "dot in" } else { "dot out" }) r="4.5"
                cx=(Px(axis.at(m.mean))) cy=(Px(middle)) {}
        }
    }
}

/// Wide enough for the band and the measurement, with a tenth of room on both sides.
fn axis(m: &Measurement, band: Band) -> Axis {
    let points = [band.low, band.high, Some(m.mean - m.spread), Some(m.mean + m.spread)];
    let (low, high) = extent(points.into_iter().flatten()).unwrap_or((0.0, 1.0));
    let span = (high / 2.0 - low / 2.0) * 2.0;
    let scale = low.abs().max(high.abs());
    // One number alone, or hardly different from the end of its band: show a tenth of its size around it.
    let room = if span > scale * 1e-9 { span * 0.25 } else { (scale * 0.1).max(0.1) };
    Axis { low: (low - room).max(-f64::MAX), high: (high + room).min(f64::MAX), from: 7.0, to: WIDTH - 7.0 }
}
