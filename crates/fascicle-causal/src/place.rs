//! The places that a sweep goes over.

use std::fmt;
use std::str::FromStr;

use fascicle_models::{Axis, Site, SiteKind, Tower};
use serde::{Deserialize, Serialize};

use crate::error::CausalError;
use crate::scope::{neuron_axis, position_axis};

/// What is changed at once in a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// A whole site.
    Layer,
    /// A site at one position (of attention scores and patterns: the one that attends).
    Position,
    /// One head of a site, at every position.
    Head,
    /// One neuron or channel of a site, at every position.
    Neuron,
}

impl Per {
    const ALL: [Per; 4] = [Per::Layer, Per::Position, Per::Head, Per::Neuron];

    /// How sites of this kind are usually swept: by head where there are heads, else by position.
    pub fn natural(kind: SiteKind) -> Per {
        if kind.axis(Axis::Head).is_some() { Per::Head } else { Per::Position }
    }

    /// As written on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Per::Layer => "layer",
            Per::Position => "position",
            Per::Head => "head",
            Per::Neuron => "neuron",
        }
    }

    /// The axis that a sweep over `site` goes along: `Ok(None)` when it takes the site whole.
    pub(crate) fn axis(self, site: Site) -> Result<Option<usize>, CausalError> {
        let axis = match self {
            Per::Layer => return Ok(None),
            Per::Position => position_axis(site.kind),
            Per::Head if site.head.is_some() => None,
            Per::Head => site.kind.axis(Axis::Head),
            // channel 5 of every head is no unit of the model
            Per::Neuron if site.head.is_none() && site.kind.axis(Axis::Head).is_some() => None,
            Per::Neuron => neuron_axis(site.kind),
        };
        axis.map(Some).ok_or_else(|| CausalError::SweepAxis { per: self, sites: vec![site] })
    }

    /// What sites such a sweep can go over, for messages.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Per::Layer => "",
            Per::Position => ": it needs sites with a position axis",
            Per::Head => ": it needs whole sites with a head axis, such as `attn.hook_z`",
            Per::Neuron => {
                ": it needs sites with a neuron axis, such as `mlp.hook_post`, or one head of a site, such as \
                 `blocks.0.attn.hook_z[0]`"
            }
        }
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is not a kind of place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is none of layer, position, head, neuron")]
pub struct UnknownPlace {
    text: String,
}

impl FromStr for Per {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        Per::ALL
            .into_iter()
            .find(|per| per.name() == text)
            .ok_or_else(|| UnknownPlace { text: text.to_string() })
    }
}

/// One number for each layer and place of a kind of site.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Part of the model.
    pub tower: Tower,
    /// Kind of site.
    pub kind: SiteKind,
    /// The head, when the sweep went over one head of the site.
    pub head: Option<usize>,
    /// What the columns count.
    pub per: Per,
    /// The layer of each row; `None` for sites outside the blocks, which have one row.
    pub layers: Vec<Option<usize>>,
    /// Number of columns.
    pub cols: usize,
    /// Row after row.
    pub values: Vec<f64>,
}

impl Grid {
    /// The name of the site without its block, as tensors in result files are called: `attn.hook_z`.
    pub fn name(&self) -> String {
        Site { head: self.head, ..Site::new(self.kind) }.in_tower(self.tower).to_string()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.layers.len()
    }

    /// The value for the layer at `row` and the place at `col`.
    pub fn get(&self, row: usize, col: usize) -> Option<f64> {
        if col < self.cols { self.values.get(row * self.cols + col).copied() } else { None }
    }

    /// Row, column and value of the largest value; `None` for an empty grid.
    pub fn largest(&self) -> Option<(usize, usize, f64)> {
        let largest = self.values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        Some((largest.0 / self.cols, largest.0 % self.cols, *largest.1))
    }

    /// The same grid with every value changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self { values: self.values.iter().map(|value| change(*value)).collect(), ..self.clone() }
    }
}
