//! Figures as data, and their drawings as SVG.
//!
//! A [`Figure`] holds numbers and words. It is stored in the result file, drawn into the report, or drawn alone by
//! [`svg`]. Drawings adapt to light and dark backgrounds, keep their meaning without colour vision (blue against
//! orange, keys in words, values as tooltips), and carry a title and a description for screen readers.
//!
//! Drawing never fails: gaps (NaN), missing labels, empty data and extreme values all give a well-formed picture.

mod axes;
mod bars;
mod canvas;
mod gauge;
mod heatmap;
mod lines;
mod palette;
mod scale;
mod text;

pub(crate) use canvas::{figure_style, inline};
pub(crate) use gauge::gauge;

use serde::{Deserialize, Serialize};

/// One figure: what it shows, how to read it, the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it shows, in a line; drawn above the plot.
    pub title: String,
    /// How to read it and what it says, for someone who sees it first; set under the plot.
    pub caption: String,
    /// The data.
    pub plot: Plot,
}

impl Figure {
    /// A figure of this plot.
    pub fn new(title: impl Into<String>, caption: impl Into<String>, plot: impl Into<Plot>) -> Self {
        Self { title: title.into(), caption: caption.into(), plot: plot.into() }
    }
}

/// The kinds of plot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Plot {
    /// Coloured cells.
    Heatmap(Heatmap),
    /// Upright bars in groups.
    Bars(Bars),
    /// Lines over numbers.
    Lines(Lines),
}

macro_rules! into_plot {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Plot {
            fn from(plot: $kind) -> Self {
                Self::$kind(plot)
            }
        }
    )*};
}
into_plot!(Heatmap, Bars, Lines);

/// A grid of coloured cells: layers × positions, layers × heads, …
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heatmap {
    /// Label of each row.
    pub rows: Vec<String>,
    /// What the rows are.
    pub row_title: String,
    /// Row 0 at the bottom, as layers are drawn in the field, rather than at the top.
    pub rows_upwards: bool,
    /// Label of each column.
    pub cols: Vec<String>,
    /// What the columns are.
    pub col_title: String,
    /// Row-major, rows × columns. What is not finite, or not there, is drawn as a hatched gap.
    #[serde(with = "gaps")]
    pub values: Vec<f64>,
    /// What the colours mean, in words: "1 = patching this place alone restores the clean meaning".
    pub value_label: String,
    /// How values become colours.
    pub scale: Scale,
    /// What is written into the cells.
    pub cell_text: CellText,
    /// (row, column) of the cells that get a frame.
    pub highlighted: Vec<(usize, usize)>,
    /// What the frame means, for the key.
    pub highlight_label: String,
}

impl Heatmap {
    /// Layers upwards, token positions to the right: the picture of where in a model something is carried.
    ///
    /// `values` are row-major: all positions of layer 0 first.
    pub fn layers_by_tokens(
        layers: impl IntoIterator<Item = usize>,
        tokens: &[String],
        values: Vec<f64>,
        value_label: impl Into<String>,
    ) -> Self {
        Self {
            rows: layers.into_iter().map(|layer| layer.to_string()).collect(),
            row_title: "layer, first at the bottom".to_string(),
            rows_upwards: true,
            cols: tokens.to_vec(),
            col_title: "token, in reading order".to_string(),
            values,
            value_label: value_label.into(),
            ..Self::default()
        }
    }

    /// Layers upwards, heads to the right, values written into the cells.
    pub fn layers_by_heads(
        layers: usize,
        heads: usize,
        values: Vec<f64>,
        value_label: impl Into<String>,
    ) -> Self {
        Self {
            cols: (0..heads).map(|head| head.to_string()).collect(),
            col_title: "head".to_string(),
            cell_text: CellText::Values(2),
            ..Self::layers_by_tokens(0..layers, &[], values, value_label)
        }
    }

    /// Sets how values become colours.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Frames these (row, column) cells and says in the key what the frame means.
    #[must_use]
    pub fn highlight(mut self, cells: impl Into<Vec<(usize, usize)>>, label: impl Into<String>) -> Self {
        self.highlighted = cells.into();
        self.highlight_label = label.into();
        self
    }

    /// The value of a cell; NaN where there is none.
    pub(crate) fn value(&self, row: usize, col: usize) -> f64 {
        let index = row.checked_mul(self.cols.len()).and_then(|start| start.checked_add(col));
        let value = index.and_then(|index| self.values.get(index)).copied().unwrap_or(f64::NAN);
        if value.is_finite() { value } else { f64::NAN }
    }
}

/// How values become colours. Values beyond an end get the colour of that end, and the colour bar says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Scale {
    /// More is more: pale to strong. An end that is `None` is taken from the data.
    Sequential {
        /// Value of the palest colour.
        low: Option<f64>,
        /// Value of the strongest colour.
        high: Option<f64>,
    },
    /// Two directions from a neutral centre: orange below, blue above, equally far on both sides.
    Diverging {
        /// The neutral value.
        #[serde(with = "gap")]
        centre: f64,
        /// Distance from the centre to the strongest colours; taken from the data when `None`.
        reach: Option<f64>,
    },
}

impl Default for Scale {
    /// Sequential over the range of the data.
    fn default() -> Self {
        Self::Sequential { low: None, high: None }
    }
}

impl Scale {
    /// From 0 (nothing) to 1 (all), for fractions.
    pub const UNIT: Self = Self::Sequential { low: Some(0.0), high: Some(1.0) };
}

/// What is written into the cells of a heatmap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellText {
    /// Nothing; the values are tooltips.
    #[default]
    None,
    /// The values with this many decimals, where the cells are wide enough.
    Values(usize),
    /// These texts, row-major, where they fit.
    Given(Vec<String>),
}

/// Upright bars from zero: one group for each label, in it one bar for each series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// Label of each group.
    pub groups: Vec<String>,
    /// What the groups are.
    pub group_title: String,
    /// What the heights are.
    pub value_title: String,
    /// One bar of each in every group.
    pub series: Vec<Series>,
    /// Dashed lines across: chance level, the paper's figure.
    pub references: Vec<ReferenceLine>,
}

/// A named row of values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Name, for the key.
    pub name: String,
    /// For lines: where the values lie on the x axis. Ignored by bars; 0, 1, 2, … when empty.
    #[serde(with = "gaps", default)]
    pub x: Vec<f64>,
    /// The values; what is not finite is left out.
    #[serde(with = "gaps")]
    pub values: Vec<f64>,
    /// Half the height of the error bar (or of the ribbon around a line) at each value; may be empty.
    #[serde(with = "gaps", default)]
    pub errors: Vec<f64>,
}

impl Series {
    /// Values without errors, at 0, 1, 2, … where an x axis is needed.
    pub fn new(name: impl Into<String>, values: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), values: values.into(), ..Self::default() }
    }

    /// Adds where the values lie on the x axis.
    #[must_use]
    pub fn at(mut self, x: impl Into<Vec<f64>>) -> Self {
        self.x = x.into();
        self
    }

    /// Adds errors.
    #[must_use]
    pub fn errors(mut self, errors: impl Into<Vec<f64>>) -> Self {
        self.errors = errors.into();
        self
    }

    /// The error at `index`, when there is a usable one.
    pub(crate) fn error(&self, index: usize) -> Option<f64> {
        self.errors.get(index).copied().filter(|error| error.is_finite() && *error > 0.0)
    }
}

/// A dashed line at a value, with its meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceLine {
    /// Where.
    #[serde(with = "gap")]
    pub value: f64,
    /// What it means: "chance".
    pub label: String,
}

/// Lines through values over a numeric x axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// The lines. A gap (NaN) breaks a line.
    pub series: Vec<Series>,
    /// What x is.
    pub x_title: String,
    /// What the values are.
    pub value_title: String,
    /// Dashed lines across.
    pub references: Vec<ReferenceLine>,
}

/// The figure as an SVG file of its own, with its title drawn in and the caption as its description.
pub fn svg(figure: &Figure) -> String {
    canvas::standalone(figure)
}

/// JSON has no NaN: a gap is `null`.
mod gaps {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        let options: Vec<Option<f64>> = values.iter().map(|x| x.is_finite().then_some(*x)).collect();
        options.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        let options = Vec::<Option<f64>>::deserialize(deserializer)?;
        Ok(options.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
    }
}

/// The same for one number.
mod gap {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}
