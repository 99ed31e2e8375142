//! How wide a text will be, what may stand in one, and numbers as people read them.

/// Widths of the printable ASCII characters in thousandths of the font size: Helvetica's, which Arial,
/// Liberation Sans and Nimbus Sans share (Adobe's `Helvetica.afm`).
#[rustfmt::skip]
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // space to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,      // p to ~
];

/// Room for fonts that run wider than Helvetica.
const ALLOWANCE: f64 = 1.08;

/// Width of `text` in the unit of `size`, rather too wide than too narrow.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size * ALLOWANCE
}

fn advance(c: char) -> f64 {
    match (c as usize).checked_sub(0x20).and_then(|index| HELVETICA.get(index)) {
        Some(&thousandths) => f64::from(thousandths) / 1000.0,
        None if c as u32 >= 0x1100 => 1.0,
        None => 0.65,
    }
}

/// `text` without what XML forbids or a line cannot hold: control characters become the replacement
/// character, line feeds and tabs a space.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// `text`, or its beginning and `…`, so that it is at most `room` wide.
pub(super) fn elide(text: &str, room: f64, size: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", size);
    let mut short: String = text
        .chars()
        .take_while(|&c| {
            left -= advance(c) * size * ALLOWANCE;
            left >= 0.0
        })
        .collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// A number with three significant digits and no trailing zeros; scientific when it is huge or tiny.
pub(super) fn number(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return if x == 0.0 { "0".to_owned() } else { x.to_string() };
    }
    // The exponent after rounding: 9.996 is 10.0, not 9.10.
    let scientific = format!("{:.2e}", x.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if (-4..6).contains(&exponent) {
        trimmed(&format!("{:.*}", (2 - exponent).max(0) as usize, x.abs())).to_owned()
    } else {
        format!("{}e{}", trimmed(mantissa), exponent.to_string().replace('-', "−"))
    };
    if x < 0.0 { format!("−{text}") } else { text }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// `1 edge`, `2 edges`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (x, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (9.996, "10"),
            (0.123_456, "0.123"),
            (-1234.5, "−1234"),
            (1e6, "1e6"),
            (0.000_012, "1.2e−5"),
            (100.0, "100"),
        ] {
            assert_eq!(number(x), expected, "{x}");
        }
    }

    #[test]
    fn texts() {
        assert_eq!(clean("a\nb\u{0}"), "a b\u{FFFD}");
        assert_eq!(elide("AVAL", 60.0, 7.0), "AVAL");
        assert_eq!(elide("a rather long label", 30.0, 7.0), "a rath…");
        assert_eq!(elide("anything", 0.0, 7.0), "…");
        assert!((width("AVAL", 10.0) - 25.57 * ALLOWANCE).abs() < 1e-9);
    }
}
