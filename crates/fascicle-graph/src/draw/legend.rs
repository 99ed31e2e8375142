//! The key under a drawing: what colours, widths and lines mean, set in lines like words.

use maud::{Markup, html};

use super::page::{Anchor, Pt, line, words};
use super::palette::MUTED;
use super::text;

/// One thing that the key explains.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// What the next ones are.
    Heading(String),
    /// A colour of nodes or marks; of open ones only the rim has it.
    Dot { colour: String, name: String, open: bool },
    /// A line: its colour, width in points and, where it is dashed, the pattern.
    Line { colour: String, width: f64, dashes: &'static str, name: String },
    /// A shaded band.
    Band { colour: String, name: String },
    /// Words alone.
    Note(String),
}

/// All that the key explains.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Legend(pub(super) Vec<Key>);

/// Length of a sample of a line or a band, in font sizes.
const SAMPLE: f64 = 2.2;

impl Key {
    fn text(&self) -> &str {
        match self {
            Self::Heading(text) | Self::Note(text) => text,
            Self::Dot { name, .. } | Self::Line { name, .. } | Self::Band { name, .. } => name,
        }
    }

    /// Room before the words.
    fn sample(&self, size: f64) -> f64 {
        match self {
            Self::Heading(_) | Self::Note(_) => 0.0,
            Self::Dot { .. } => size * 1.1,
            Self::Line { .. } | Self::Band { .. } => size * (SAMPLE + 0.4),
        }
    }

    fn width(&self, size: f64) -> f64 {
        self.sample(size) + text::width(self.text(), size) + size * 1.2
    }

    fn draw(&self, (x, y): (f64, f64), size: f64) -> Markup {
        let middle = y - size * 0.33;
        let name = words((x + self.sample(size), y), Anchor::Start, self.text());
        html! {
            @match self {
                Self::Heading(_) => g fill=(MUTED) font-style="italic" { (name) },
                Self::Note(_) => g fill=(MUTED) { (name) },
                Self::Dot { colour, open, .. } => {
                    circle cx=(Pt(x + size * 0.4)) cy=(Pt(middle)) r=(Pt(size * 0.32)) stroke=(colour) stroke-width="0.8"
                        fill=(if *open { "#ffffff" } else { colour }) {}
                    (name)
                }
                Self::Line { colour, width, dashes, .. } => {
                    g stroke=(colour) stroke-width=(Pt(*width)) stroke-dasharray=[Some(dashes).filter(|d| !d.is_empty())] {
                        (line((x, middle), (x + size * SAMPLE, middle)))
                    }
                    (name)
                }
                Self::Band { colour, .. } => {
                    rect x=(Pt(x)) y=(Pt(middle - size * 0.4)) width=(Pt(size * SAMPLE)) height=(Pt(size * 0.8))
                        fill=(colour) {}
                    (name)
                }
            }
        }
    }
}

impl Legend {
    /// Adds what the colours of groups mean.
    pub(super) fn groups(&mut self, title: &str, key: Vec<(String, &str)>) {
        if !title.is_empty() {
            self.0.push(Key::Heading(title.to_owned()));
        }
        self.0.extend(key.into_iter().map(|(name, colour)| Key::Dot {
            colour: colour.to_owned(),
            name,
            open: false,
        }));
    }

    /// How high it is when set in lines of this width.
    pub(super) fn height(&self, width: f64, size: f64) -> f64 {
        let lines = self.lines(width, size).len();
        if lines == 0 { 0.0 } else { (lines as f64 * 1.5 + 0.6) * size }
    }

    /// The keys of each line with their places along it.
    fn lines(&self, width: f64, size: f64) -> Vec<Vec<(f64, Key)>> {
        let mut lines: Vec<Vec<(f64, Key)>> = Vec::new();
        let mut x = 0.0;
        for key in &self.0 {
            let key = key.elided(width, size);
            let wide = key.width(size);
            // A heading stays with what follows.
            let needed = if matches!(key, Key::Heading(_)) { wide + 6.0 * size } else { wide };
            if matches!(key, Key::Heading(_)) && x > 0.0 {
                x += size * 0.8;
            }
            if lines.is_empty() || (x > 0.0 && x + needed - size * 1.2 > width) {
                lines.push(Vec::new());
                x = 0.0;
            }
            if let Some(last) = lines.last_mut() {
                last.push((x, key));
            }
            x += wide;
        }
        lines
    }

    /// Draws it below the place given.
    pub(super) fn draw(&self, (left, top): (f64, f64), width: f64, size: f64) -> Markup {
        let lines = self.lines(width, size);
        html! {
            @if !lines.is_empty() {
                g class="key" {
                    @for (index, keys) in lines.iter().enumerate() {
                        @for (x, key) in keys {
                            (key.draw((left + x, top + size * (1.6 + 1.5 * index as f64)), size))
                        }
                    }
                }
            }
        }
    }
}

impl Key {
    /// The same with its words cut to one line.
    fn elided(&self, width: f64, size: f64) -> Self {
        let mut key = self.clone();
        let room = (width - self.sample(size)).max(0.0);
        match &mut key {
            Self::Heading(text) | Self::Note(text) => *text = text::elide(text, room, size),
            Self::Dot { name, .. } | Self::Line { name, .. } | Self::Band { name, .. } => {
                *name = text::elide(name, room, size);
            }
        }
        key
    }
}
