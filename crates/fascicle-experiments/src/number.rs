//! Numbers as people read them: few digits, no noise, never a rounding that changes the verdict.

use crate::experiment::Band;

/// `x` with `digits` significant digits, without trailing zeros; scientific when it is huge or tiny.
///
/// The minus sign is the typographic one. These texts are for people; programs read the JSON.
pub(crate) fn short(x: f64, digits: usize) -> String {
    if x.is_nan() {
        return "not a number".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞".to_string() } else { "−∞".to_string() };
    }
    if x == 0.0 {
        return "0".to_string();
    }
    let places = digits.saturating_sub(1);
    // The exponent after rounding: 9.996 with three digits is 10.0, not 9.10.
    let scientific = format!("{:.*e}", places, x.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if (-4..6).contains(&exponent) {
        let decimals = (i32::try_from(places).unwrap_or(0) - exponent).max(0);
        trimmed(&format!("{:.*}", usize::try_from(decimals).unwrap_or(0), x.abs())).to_string()
    } else {
        format!("{}e{}", trimmed(mantissa), exponent.to_string().replace('-', "−"))
    };
    if x < 0.0 { format!("−{text}") } else { text }
}

/// `x` in full when six digits can say it (a band set by hand), else to four digits (one computed, such as 1/3).
pub(crate) fn exact(x: f64) -> String {
    let full = short(x, 6);
    if parse(&full) == x { full } else { short(x, 4) }
}

/// `x` to about a thousandth of `span`, without trailing zeros: as precise as a drawing with that axis.
pub(crate) fn on_scale(x: f64, span: f64) -> String {
    if !(1e-3..1e5).contains(&span) {
        return short(x, 2);
    }
    let decimals = (3.0 - span.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = fixed(x, decimals);
    let text = trimmed(&text);
    if text == "−0" { "0".to_string() } else { text.to_string() }
}

/// `mean ± spread`, both to the decimals that the spread deserves; the mean alone when there is one value.
///
/// Digits are added until the text lies on the same side of `band` as the number: 0.9497 against "at least
/// 0.95" must not read "0.95".
pub(crate) fn measured(mean: f64, spread: f64, n: usize, band: Band) -> String {
    let faithful = |text: &String| band.contains(parse(text)) == band.contains(mean);
    let plain = |x: f64| x == 0.0 || (1e-4..1e6).contains(&x.abs());
    if n > 1 && spread > 0.0 && plain(spread) && plain(mean) {
        // Two digits of the spread; more decimals than that would be noise.
        let exponent: i32 =
            format!("{spread:.1e}").rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
        let wanted = usize::try_from(1 - exponent).unwrap_or(0);
        let decimals = (wanted..17).find(|&decimals| faithful(&fixed(mean, decimals))).unwrap_or(17);
        return format!("{} ± {}", fixed(mean, decimals), fixed(spread, wanted));
    }
    let fewest = if n > 1 && spread > 0.0 { 2 } else { 4 };
    let digits = (fewest..=17).find(|&digits| faithful(&short(mean, digits))).unwrap_or(17);
    if n > 1 { format!("{} ± {}", short(mean, digits), short(spread, 2)) } else { short(mean, digits) }
}

fn fixed(x: f64, decimals: usize) -> String {
    format!("{x:.decimals$}").replace('-', "−")
}

/// `2.3 s`, `12 s`, `4 min 05 s`, `2 h 07 min`; whole minutes and hours without the zeros.
pub(crate) fn seconds(s: f64) -> String {
    if !s.is_finite() || s < 0.0 {
        return "unknown".to_string();
    }
    if s < 9.95 {
        // An empty sum is −0 in Rust; adding 0 makes it 0.
        return format!("{:.1} s", s + 0.0);
    }
    let whole = s.round().min(1e15) as u64;
    let parts = |large: u64, unit: &str, small: u64, rest: &str| {
        if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small:02} {rest}") }
    };
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => parts(whole / 60, "min", whole % 60, "s"),
        _ => parts(whole / 3600, "h", whole % 3600 / 60, "min"),
    }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn parse(text: &str) -> f64 {
    text.replace('−', "-").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers() {
        for (x, digits, expected) in [
            (0.0, 3, "0"),
            (-0.0, 3, "0"),
            (1.0, 3, "1"),
            (0.98712, 3, "0.987"),
            (9.996, 3, "10"),
            (99_999.6, 3, "100000"),
            (1234.5, 3, "1234"),
            (1e6, 3, "1e6"),
            (-0.25, 3, "−0.25"),
            (0.000_12, 3, "0.00012"),
            (0.000_012, 3, "1.2e−5"),
            (f64::MAX, 3, "1.8e308"),
            (5e-324, 3, "4.94e−324"),
            (f64::NEG_INFINITY, 3, "−∞"),
            (f64::NAN, 3, "not a number"),
        ] {
            assert_eq!(short(x, digits), expected, "{x} with {digits} digits");
        }
    }

    #[test]
    fn rounding_never_crosses_the_band() {
        let band = Band::at_least(0.95);
        assert_eq!(measured(0.94996, 0.0, 1, band), "0.94996");
        assert_eq!(measured(0.949_999_96, 0.01, 3, band), "0.94999996 ± 0.010");
        assert_eq!(measured(0.951_234, 0.0, 1, band), "0.9512");
        assert_eq!(measured(0.95, 0.0, 5, band), "0.95 ± 0");
        assert_eq!(measured(0.031_666, 0.003_055, 3, band), "0.0317 ± 0.0031");
        assert_eq!(measured(0.94, 0.009_999_999_999_999_953, 3, band), "0.940 ± 0.010");
        assert_eq!(measured(-1234.5, 25.4, 3, band), "−1234 ± 25");
        assert_eq!(measured(1e-9, 2.5e-10, 3, band), "1e−9 ± 2.5e−10");
        assert_eq!(measured(9.427e-6, 7.7e-6, 5, Band::at_most(0.05)), "9.4e−6 ± 7.7e−6");
    }

    #[test]
    fn bands_and_drawings() {
        assert_eq!(exact(0.99999), "0.99999");
        assert_eq!(exact(0.05 + 1.0 / 12.0), "0.1333");
        for (x, span, expected) in [
            (0.009_94, 1.0, "0.01"),
            (0.9602, 1.0, "0.96"),
            (0.9617, 1.0, "0.962"),
            (1.0, 1.0, "1"),
            (-0.0001, 1.0, "0"),
            (-0.25, 1.0, "−0.25"),
            (1234.4, 2000.0, "1234"),
            (3.21e-7, 1e-6, "3.2e−7"),
        ] {
            assert_eq!(on_scale(x, span), expected, "{x} on {span}");
        }
    }

    #[test]
    fn durations() {
        for (s, expected) in [
            (0.04, "0.0 s"),
            (9.94, "9.9 s"),
            (59.4, "59 s"),
            (-0.0, "0.0 s"),
            (59.6, "1 min"),
            (245.0, "4 min 05 s"),
            (7620.0, "2 h 07 min"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(seconds(s), expected);
        }
    }
}
