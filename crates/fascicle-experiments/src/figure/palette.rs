//! Colours: steps of the two heatmap scales and the colours of series, for light and for dark backgrounds.
//!
//! Every coloured element has a class (the style sheet knows both backgrounds) and, as a fallback for renderers
//! without style sheets, the light colour as an attribute. Blue against orange is told apart with every common
//! form of colour blindness.

use std::fmt::Write as _;

/// Colours of a scale; an odd number, so that a diverging scale has a neutral one.
pub(super) const STEPS: usize = 33;

type Rgb = [u8; 3];

/// Which scale a step belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ramp {
    Sequential,
    Diverging,
}

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

/// Pale (or, on dark, nearly black) to strong: the eye goes where there is much.
const SEQUENTIAL: [[Rgb; 5]; 2] = [
    [rgb(0xf0f3f7), rgb(0xbcd8ee), rgb(0x5fa6d6), rgb(0x1c67ae), rgb(0x08285c)],
    [rgb(0x21272f), rgb(0x1d476f), rgb(0x2f7fc0), rgb(0x82c0ef), rgb(0xeaf6ff)],
];

const DIVERGING: [[Rgb; 7]; 2] = [
    [rgb(0x7a3300), rgb(0xd26a0a), rgb(0xf8c98f), rgb(0xf1f2f4), rgb(0xa9cfea), rgb(0x2b7bba), rgb(0x08285c)],
    [rgb(0xffe2b8), rgb(0xe8923a), rgb(0x7b430f), rgb(0x262b32), rgb(0x1d4c78), rgb(0x4a9bdb), rgb(0xd6ecff)],
];

/// Colours of series (Okabe & Ito 2008, darkened or lightened for contrast with the background).
pub(super) const SERIES: [[&str; 6]; 2] = [
    ["#0067a5", "#d1570a", "#00875f", "#a8518a", "#8a6d00", "#5c6670"],
    ["#56b1e8", "#ff9448", "#35c796", "#e39aca", "#e0bd3f", "#a4aeb8"],
];

const INK: [[&str; 7]; 2] = [
    // text, muted text, grid, frame of highlighted cells, background, light ink, dark ink
    ["#1c2229", "#59636e", "#dfe3e8", "#d1005b", "#ffffff", "#ffffff", "#14181d"],
    ["#e6eaee", "#9aa5b1", "#353c45", "#ff6fa8", "#171b20", "#ffffff", "#14181d"],
];

/// Class of a step's fill.
pub(super) fn class(ramp: Ramp, step: usize) -> String {
    format!("f-{}{step}", letter(ramp))
}

/// Class of text on top of a step.
pub(super) fn ink_class(ramp: Ramp, step: usize) -> String {
    format!("f-i{}{step}", letter(ramp))
}

/// Fallback fill of a step: its colour on a light background.
pub(super) fn fill(ramp: Ramp, step: usize) -> String {
    hex(colour(ramp, step, 0))
}

/// Fallback colour of text on top of a step.
pub(super) fn ink_fill(ramp: Ramp, step: usize) -> &'static str {
    ink_on(colour(ramp, step, 0))
}

/// Fallbacks of text, muted text, grid lines, highlights and background.
pub(super) const TEXT: &str = INK[0][0];
pub(super) const MUTED: &str = INK[0][1];
pub(super) const GRID: &str = INK[0][2];
pub(super) const FRAME: &str = INK[0][3];
pub(super) const BACKGROUND: &str = INK[0][4];

/// Rules for everything that figures use: once a page, or once a file.
pub(super) fn style() -> String {
    let mut css = String::from(
        ".f{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}\
         .f-o{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}",
    );
    theme(&mut css, 0);
    css.push_str("@media (prefers-color-scheme:dark){");
    theme(&mut css, 1);
    css.push('}');
    css
}

fn theme(css: &mut String, theme: usize) {
    let ink = INK[theme];
    let _ = write!(
        css,
        ".f-t{{fill:{0}}}.f-w{{stroke:{0}}}.f-m{{fill:{1}}}.f-a{{stroke:{1}}}.f-g{{stroke:{2}}}.f-h{{stroke:{3}}}\
         .f-bg{{fill:{4}}}.f-o{{stroke:{4}}}",
        ink[0], ink[1], ink[2], ink[3], ink[4]
    );
    for (index, colour) in SERIES[theme].iter().enumerate() {
        let _ = write!(css, ".f-c{index}{{fill:{colour}}}.f-l{index}{{stroke:{colour}}}");
    }
    for ramp in [Ramp::Sequential, Ramp::Diverging] {
        for step in 0..STEPS {
            let colour = colour(ramp, step, theme);
            let (fill, ink) = (class(ramp, step), ink_class(ramp, step));
            let _ = write!(css, ".{fill}{{fill:{}}}.{ink}{{fill:{}}}", hex(colour), ink_on(colour));
        }
    }
}

fn letter(ramp: Ramp) -> char {
    match ramp {
        Ramp::Sequential => 's',
        Ramp::Diverging => 'd',
    }
}

fn colour(ramp: Ramp, step: usize, theme: usize) -> Rgb {
    let stops: &[Rgb] = match ramp {
        Ramp::Sequential => &SEQUENTIAL[theme],
        Ramp::Diverging => &DIVERGING[theme],
    };
    let place = step.min(STEPS - 1) as f64 / (STEPS - 1) as f64 * (stops.len() - 1) as f64;
    let left = (place.floor() as usize).min(stops.len() - 2);
    let part = place - left as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    std::array::from_fn(|channel| mix(stops[left][channel], stops[left + 1][channel]))
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// White or near-black, whichever stands out more.
fn ink_on(colour: Rgb) -> &'static str {
    let [light, dark] = [INK[0][5], INK[0][6]];
    let of = |ink: &str| contrast(colour, parse(ink));
    if of(light) >= of(dark) { light } else { dark }
}

fn parse(hex: &str) -> Rgb {
    rgb(u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0))
}

/// Contrast ratio of the Web Content Accessibility Guidelines, 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = colour.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_every_step_is_legible() {
        for theme in 0..2 {
            for ramp in [Ramp::Sequential, Ramp::Diverging] {
                for step in 0..STEPS {
                    let colour = colour(ramp, step, theme);
                    let ratio = contrast(colour, parse(ink_on(colour)));
                    assert!(ratio >= 4.2, "{ramp:?} {step}, theme {theme}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn words_and_series_stand_out_from_the_background() {
        for theme in 0..2 {
            let background = parse(INK[theme][4]);
            for ink in [INK[theme][0], INK[theme][1], INK[theme][3]].into_iter().chain(SERIES[theme]) {
                assert!(
                    contrast(background, parse(ink)) >= 4.0,
                    "{ink}: {:.2}",
                    contrast(background, parse(ink))
                );
            }
        }
    }

    /// More must look like more: luminance changes in one direction, by a step that can be seen.
    #[test]
    fn the_sequential_scale_is_monotone() {
        for theme in 0..2 {
            let steps: Vec<f64> =
                (0..STEPS).map(|step| luminance(colour(Ramp::Sequential, step, theme))).collect();
            let rising = steps[0] < steps[STEPS - 1];
            assert!(steps.windows(2).all(|pair| (pair[0] < pair[1]) == rising), "theme {theme}: {steps:?}");
        }
    }
}
