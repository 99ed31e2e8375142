//! The frame around every drawing: size, title, description, style, and the pieces all drawings use.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, Render, html};

use super::text::{self, SIZE};
use super::{Figure, Plot, bars, heatmap, lines, palette};

/// A drawing without its frame.
pub(super) struct Drawn {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) body: Markup,
    /// The data in words, for those who cannot see the drawing.
    pub(super) words: String,
}

/// A coordinate: one decimal is a tenth of a pixel, and what is not finite becomes 0, so that no drawing ever holds
/// `NaN`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Px(pub(super) f64);

impl Render for Px {
    fn render_to(&self, buffer: &mut String) {
        let value = if self.0.is_finite() { self.0.clamp(-1e6, 1e6) } else { 0.0 };
        let rounded = (value * 10.0).round() / 10.0;
        // Adding 0 turns −0 into 0.
        let _ = write!(buffer, "{}", rounded + 0.0);
    }
}

/// Where a text is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Render for Anchor {
    fn render_to(&self, buffer: &mut String) {
        buffer.push_str(match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        });
    }
}

/// Text with its base line at `y`.
pub(super) fn words(x: f64, y: f64, anchor: Anchor, text: &str) -> Markup {
    html! { text class="f-t" fill=(palette::TEXT) x=(Px(x)) y=(Px(y)) text-anchor=(anchor) { (text::clean(text)) } }
}

/// Text of lesser weight: ticks, axis titles.
pub(super) fn muted(x: f64, y: f64, anchor: Anchor, text: &str) -> Markup {
    html! { text class="f-m" fill=(palette::MUTED) x=(Px(x)) y=(Px(y)) text-anchor=(anchor) { (text::clean(text)) } }
}

/// Text of lesser weight turned by `angle` degrees about its anchor, elided to `room`, whole in a tooltip.
pub(super) fn turned(x: f64, y: f64, anchor: Anchor, angle: f64, text: &str, room: f64) -> Markup {
    let clean = text::clean(text);
    let shown = text::elide(&clean, room, SIZE);
    html! {
        text class="f-m" fill=(palette::MUTED) text-anchor=(anchor)
            transform={ "translate(" (Px(x)) " " (Px(y)) ") rotate(" (Px(angle)) ")" } {
            (shown) @if shown != clean { title { (clean) } }
        }
    }
}

/// A label elided to `room`, whole in a tooltip.
pub(super) fn label(x: f64, y: f64, anchor: Anchor, text: &str, room: f64) -> Markup {
    let clean = text::clean(text);
    let shown = text::elide(&clean, room, SIZE);
    html! {
        text class="f-t" fill=(palette::TEXT) x=(Px(x)) y=(Px(y)) text-anchor=(anchor) {
            (shown) @if shown != clean { title { (clean) } }
        }
    }
}

/// A thin line of the grid.
pub(super) fn grid_line(x1: f64, y1: f64, x2: f64, y2: f64) -> Markup {
    html! { line class="f-g" stroke=(palette::GRID) x1=(Px(x1)) y1=(Px(y1)) x2=(Px(x2)) y2=(Px(y2)) {} }
}

/// Height that the title takes at the top of a drawing `width` pixels wide.
fn title_lines(figure: &Figure, width: f64) -> Vec<String> {
    text::wrap(&figure.title, width - 16.0, 15.0)
}

const TITLE_LINE: f64 = 20.0;

fn draw(plot: &Plot) -> Drawn {
    match plot {
        Plot::Heatmap(plot) => heatmap::draw(plot),
        Plot::Bars(plot) => bars::draw(plot),
        Plot::Lines(plot) => lines::draw(plot),
    }
}

/// The figure for an HTML page that includes [`figure_style`] once; `id` must differ from figure to figure.
pub(crate) fn inline(figure: &Figure, id: &str) -> Markup {
    framed(figure, id, None)
}

/// Style rules shared by all figures of a page.
pub(crate) fn figure_style() -> String {
    palette::style()
}

/// The figure as a file.
pub(super) fn standalone(figure: &Figure) -> String {
    framed(figure, "figure", Some(palette::style())).into_string()
}

fn framed(figure: &Figure, id: &str, style: Option<String>) -> Markup {
    let drawn = draw(&figure.plot);
    let alone = style.is_some();
    // On a page the heading stands outside, as text of the page; a file has to say itself what it shows.
    let lines = if alone { title_lines(figure, drawn.width) } else { Vec::new() };
    let margin = if alone { 14.0 } else { 0.0 };
    let top = margin + lines.len() as f64 * TITLE_LINE + if lines.is_empty() { 0.0 } else { 6.0 };
    let (width, height) = (drawn.width + 2.0 * margin, drawn.height + top + margin);
    let described = format!("{} {}", figure.caption, drawn.words);
    html! {
        svg xmlns=[alone.then_some("http://www.w3.org/2000/svg")] class="f" role="img"
            aria-labelledby={ (id) "-title " (id) "-desc" }
            width=(Px(width)) height=(Px(height)) viewBox={ "0 0 " (Px(width)) " " (Px(height)) }
            font-size=(Px(SIZE)) font-family="sans-serif" {
            title id={ (id) "-title" } { (text::clean(&figure.title)) }
            desc id={ (id) "-desc" } { (text::clean(described.trim())) }
            @if let Some(style) = style {
                style { (PreEscaped(style)) }
                rect class="f-bg" fill=(palette::BACKGROUND) width="100%" height="100%" rx="6" {}
            }
            @for (index, line) in lines.iter().enumerate() {
                text class="f-t" fill=(palette::TEXT) x=(Px(margin)) y=(Px(margin + 13.0 + index as f64 * TITLE_LINE))
                    font-size="15" font-weight="600" { (line) }
            }
            g transform={ "translate(" (Px(margin)) " " (Px(top)) ")" } { (drawn.body) }
        }
    }
}
