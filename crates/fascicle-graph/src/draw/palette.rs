//! Colours: of groups, of signs, of heatmaps.

use crate::GraphError;

/// Colours of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// Seven colours that stay apart with every common form of colour blindness (Okabe & Ito 2008, *Color
    /// universal design*). Those that also mark the signs of edges come last.
    #[default]
    OkabeIto,
    /// These, as `#rrggbb`.
    Own(Vec<String>),
}

const OKABE_ITO: [&str; 7] = ["#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00"];

/// Excitatory or positive.
pub(super) const POSITIVE: &str = "#0072b2";
/// Inhibitory or negative.
pub(super) const NEGATIVE: &str = "#d55e00";
/// Nodes and edges of which nothing more is known.
pub(super) const NEUTRAL: &str = "#8a8f98";
/// Edges without sign, which must not hide what lies on them.
pub(super) const EDGE: &str = "#6b717b";
/// Letters.
pub(super) const INK: &str = "#1a1a1a";
/// Letters of lesser weight, axes.
pub(super) const MUTED: &str = "#555b63";
/// Lines of a grid, borders.
pub(super) const GRID: &str = "#d5d9de";

impl Palette {
    /// How many groups can be told apart.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::OkabeIto => OKABE_ITO.len(),
            Self::Own(colours) => colours.len(),
        }
    }

    /// The colour `index`; neutral beyond the last.
    pub(super) fn colour(&self, index: usize) -> &str {
        match self {
            Self::OkabeIto => OKABE_ITO.get(index).copied(),
            Self::Own(colours) => colours.get(index).map(String::as_str),
        }
        .unwrap_or(NEUTRAL)
    }

    /// The colour of line or marks `index`: strong ones first, and round again beyond the last.
    pub(super) fn line(&self, index: usize) -> &str {
        match self {
            Self::OkabeIto => OKABE_ITO[[5, 6, 2, 3, 0, 1][index % 6]],
            Self::Own(_) => self.colour(index % self.len().max(1)),
        }
    }

    pub(super) fn check(&self) -> Result<(), GraphError> {
        let Self::Own(colours) = self else { return Ok(()) };
        match colours.iter().find(|colour| parse(colour).is_none()) {
            Some(colour) => {
                Err(GraphError::argument("a colour", format!("`{colour}`"), "a code such as `#e69f00`"))
            }
            None => Ok(()),
        }
    }
}

type Rgb = [u8; 3];

fn parse(hex: &str) -> Option<Rgb> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some([(number >> 16) as u8, (number >> 8) as u8, number as u8])
}

fn mix(a: Rgb, b: Rgb, part: f64) -> String {
    let channel = |index: usize| {
        (f64::from(a[index]) + (f64::from(b[index]) - f64::from(a[index])) * part.clamp(0.0, 1.0)).round()
            as u8
    };
    format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
}

/// A colour mixed with white: 0 leaves it, 1 makes it white.
pub(super) fn tint(colour: &str, white: f64) -> String {
    mix(parse(colour).unwrap_or([0x8a, 0x8f, 0x98]), [255; 3], white)
}

/// Colours of a heatmap from weak to strong; the weakest can still be told from white.
const SEQUENTIAL: [Rgb; 5] =
    [[0xde, 0xe9, 0xf4], [0x9c, 0xc6, 0xe3], [0x4a, 0x98, 0xc9], [0x17, 0x5f, 0xa3], [0x08, 0x25, 0x55]];
/// The same for negative values.
const NEGATIVES: [Rgb; 5] =
    [[0xfb, 0xe6, 0xd2], [0xf5, 0xbd, 0x87], [0xe4, 0x86, 0x35], [0xb4, 0x52, 0x0b], [0x66, 0x28, 0x00]];

/// The colour of a strength from −1 to 1.
pub(super) fn heat(strength: f64) -> String {
    let stops = if strength < 0.0 { &NEGATIVES } else { &SEQUENTIAL };
    let place = strength.abs().clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let left = (place as usize).min(stops.len() - 2);
    mix(stops[left], stops[left + 1], place - left as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(tint("#000000", 0.5), "#808080");
        assert_eq!(heat(1.0), "#082555");
        assert_eq!(heat(-1.0), "#662800");
        assert_eq!(Palette::OkabeIto.colour(99), NEUTRAL);
    }

    /// More must look like more.
    #[test]
    fn stronger_is_darker() {
        let luminance = |hex: String| {
            let [r, g, b] = parse(&hex).unwrap();
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        for sign in [1.0, -1.0] {
            let steps: Vec<f64> =
                (0..=20).map(|step| luminance(heat(sign * (f64::from(step) + 1e-6) / 20.0))).collect();
            assert!(steps.windows(2).all(|pair| pair[1] < pair[0]), "{steps:?}");
        }
    }
}
