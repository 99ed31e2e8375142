//! How pictures look, whatever they show.

use super::palette::Palette;
use crate::GraphError;

/// Points in a millimetre. Pictures are laid out in points, so that a font size of 7 is 7 pt in print.
const POINTS: f64 = 72.0 / 25.4;

/// Size, colours, letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Width of the whole picture in millimetres: 180 fills two columns of a paper, 85 one.
    pub width: f64,
    /// Height of the whole picture in millimetres; what the layout needs, if `None`. Square drawings shrink
    /// to fit.
    pub height: Option<f64>,
    /// Size of letters in points.
    pub font_size: f64,
    /// Colours of groups.
    pub palette: Palette,
    /// Which nodes have their names beside them.
    pub labels: Labels,
    /// Whether a key explains colours and widths.
    pub legend: bool,
    /// A heading above the picture, which is also its title for screen readers.
    pub title: Option<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            width: 180.0,
            height: None,
            font_size: 7.0,
            palette: Palette::default(),
            labels: Labels::default(),
            legend: true,
            title: None,
        }
    }
}

/// Which nodes have their names beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Labels {
    /// As many as fit without lying on each other, those with the most edges first.
    #[default]
    Fitting,
    /// Every one, in smaller letters where they are many.
    All,
    /// The so many with the most edges.
    Top(usize),
    /// No one.
    None,
}

impl Labels {
    /// How many nodes of `count` are to have a label, and whether one that lies on another may be left out.
    pub(super) fn wanted(self, count: usize) -> (usize, bool) {
        match self {
            Self::Fitting => (count, true),
            Self::All => (count, false),
            Self::Top(most) => (most.min(count), false),
            Self::None => (0, true),
        }
    }
}

impl Style {
    /// Checks that something can be drawn at this size.
    pub(super) fn check(&self) -> Result<(), GraphError> {
        let sizes = [
            ("the picture's width", Some(self.width), 20.0, 5000.0, "millimetres"),
            ("the picture's height", self.height, 20.0, 5000.0, "millimetres"),
            ("the font size", Some(self.font_size), 2.0, 72.0, "points"),
        ];
        for (name, size, low, high, unit) in sizes {
            if let Some(size) = size.filter(|size| !(low..=high).contains(size)) {
                return Err(GraphError::argument(
                    name,
                    size,
                    format!("a number of {unit} from {low} to {high}"),
                ));
            }
        }
        self.palette.check()
    }

    /// Width in points.
    pub(super) fn points(&self) -> f64 {
        self.width * POINTS
    }

    /// Height in points, if one is asked for.
    pub(super) fn points_high(&self) -> Option<f64> {
        self.height.map(|height| height * POINTS)
    }

    /// A length in points as millimetres.
    pub(super) fn millimetres(points: f64) -> f64 {
        points / POINTS
    }
}
