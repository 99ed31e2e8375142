//! The page that a drawing stands on: its size in millimetres, title, description, key; and how coordinates
//! are written.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, Render, html};

use super::legend::Legend;
use super::palette::INK;
use super::style::Style;
use super::text;

/// Where a drawing goes, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    /// As much as the drawing needs, if `None`.
    pub(super) height: Option<f64>,
}

/// A drawing without its page.
pub(super) struct Drawn {
    /// How much height it took.
    pub(super) height: f64,
    pub(super) body: Markup,
    /// What it shows, in words, for those who cannot see it.
    pub(super) words: String,
}

/// White around everything.
const MARGIN: f64 = 4.0;
/// Families with the widths that texts are measured with.
const FONTS: &str = "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif";

/// A coordinate in points, to a hundredth; what is not finite becomes 0, so that no drawing holds `NaN`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pt(pub(super) f64);

impl Render for Pt {
    fn render_to(&self, buffer: &mut String) {
        let value = if self.0.is_finite() { self.0.clamp(-1e6, 1e6) } else { 0.0 };
        // Adding 0 turns −0 into 0.
        let _ = write!(buffer, "{}", (value * 100.0).round() / 100.0 + 0.0);
    }
}

/// Appends a command and its points to the data of a path.
pub(super) fn command(path: &mut String, letter: char, points: &[(f64, f64)]) {
    path.push(letter);
    for (index, &(x, y)) in points.iter().enumerate() {
        if index > 0 {
            path.push(' ');
        }
        Pt(x).render_to(path);
        path.push(' ');
        Pt(y).render_to(path);
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

/// Text with its base line at `y`, in the letters of what it stands in.
pub(super) fn words((x, y): (f64, f64), anchor: Anchor, text: &str) -> Markup {
    html! { text x=(Pt(x)) y=(Pt(y)) text-anchor=(anchor) { (text::clean(text)) } }
}

/// The same turned by `angle` degrees about its anchor.
pub(super) fn turned((x, y): (f64, f64), anchor: Anchor, angle: f64, text: &str) -> Markup {
    html! {
        text x=(Pt(x)) y=(Pt(y)) text-anchor=(anchor)
            transform={ "rotate(" (Pt(angle)) " " (Pt(x)) " " (Pt(y)) ")" } { (text::clean(text)) }
    }
}

/// A straight line in the stroke of what it stands in.
pub(super) fn line((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Markup {
    html! { line x1=(Pt(x1)) y1=(Pt(y1)) x2=(Pt(x2)) y2=(Pt(y2)) {} }
}

/// A whole picture: `draw` fills the area that heading and key leave.
pub(super) fn page(style: &Style, title: &str, legend: &Legend, draw: impl FnOnce(Area) -> Drawn) -> String {
    let width = style.points();
    let inner = width - 2.0 * MARGIN;
    let heading_size = style.font_size * 1.2;
    let heading = style.title.as_deref().map(|title| text::elide(&text::clean(title), inner, heading_size));
    let top = MARGIN + heading.as_ref().map_or(0.0, |_| style.font_size * 2.0);
    let none = Legend::default();
    let legend = if style.legend { legend } else { &none };
    let key_height = legend.height(inner, style.font_size);
    let height = style.points_high().map(|height| (height - top - key_height - MARGIN).max(20.0));
    let drawn = draw(Area { left: MARGIN, top, width: inner, height });
    let bottom = top + height.unwrap_or(0.0).max(drawn.height);
    let total = bottom + key_height + MARGIN;
    let size = |points: f64| format!("{}mm", (Style::millimetres(points) * 100.0).round() / 100.0);
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc"
            width=(size(width)) height=(size(total)) viewBox={ "0 0 " (Pt(width)) " " (Pt(total)) }
            font-family=(FONTS) font-size=(Pt(style.font_size)) fill=(INK) {
            title id="title" { (text::clean(style.title.as_deref().unwrap_or(title))) }
            desc id="desc" { (text::clean(&drawn.words)) }
            rect x="0" y="0" width=(Pt(width)) height=(Pt(total)) fill="#ffffff" {}
            @if let Some(heading) = heading {
                text x=(Pt(MARGIN)) y=(Pt(MARGIN + style.font_size)) font-size=(Pt(heading_size))
                    font-weight="bold" { (heading) }
            }
            (drawn.body)
            (legend.draw((MARGIN, bottom), inner, style.font_size))
        }
    };
    html! { (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) (picture) "\n" }.into_string()
}
