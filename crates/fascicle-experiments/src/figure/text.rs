//! How wide a text will be, and what to do when that is too wide.
//!
//! Without a font at hand widths are estimates: averages over the usual sans-serif faces, rounded up, so that
//! labels rather end early than run into each other.

use std::borrow::Cow;

/// Height of one line of figure text, pixels.
pub(super) const SIZE: f64 = 12.0;

/// Estimated width of `text` in pixels at a font size of `size` pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.30,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '-' | '/' => 0.39,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.93,
        'A'..='Z' | '&' | '#' | '=' | '+' | '−' | '≥' | '≤' => 0.70,
        c if c.is_ascii() => 0.60,
        c if (c as u32) >= 0x1100 => 1.05,
        _ => 0.64,
    }
}

/// `text` as it may stand in a label: line feeds and other control characters made visible, because XML forbids
/// some of them and tokens of real models contain them.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if !text.contains(forbidden) {
        return Cow::Borrowed(text);
    }
    let visible = |c: char| match c {
        '\n' => '⏎',
        '\t' => '⇥',
        c if forbidden(c) => '�',
        c => c,
    };
    Cow::Owned(text.chars().map(visible).collect())
}

/// `text`, or its beginning and `…`, so that it is at most `room` pixels wide.
pub(super) fn elide(text: &str, room: f64, size: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room - width("…", size);
    let fits = |c: &char| {
        left -= advance(*c) * size;
        left >= 0.0
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    Cow::Owned(short)
}

/// Lines of at most `room` pixels, broken at spaces.
pub(super) fn wrap(text: &str, room: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in clean(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(elide(word, room, size).into_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eliding() {
        assert_eq!(elide("dog", 60.0, 12.0), "dog");
        assert_eq!(elide("a rather long label", 60.0, 12.0), "a rather…");
        assert_eq!(elide("anything", 0.0, 12.0), "…");
        assert_eq!(elide("", 0.0, 12.0), "");
    }

    #[test]
    fn cleaning() {
        assert_eq!(clean("a\n\tb\u{0}"), "a⏎⇥b�");
        assert!(matches!(clean("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn wrapping() {
        assert_eq!(wrap("one two three", 56.0, 12.0), ["one two", "three"]);
        assert!(wrap("   ", 48.0, 12.0).is_empty());
    }
}
