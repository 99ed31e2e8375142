//! Which part of a site an intervention changes.

use std::ops::Range;

use fascicle_models::{Axis, Site, SiteKind};

use crate::error::CausalError;
use crate::mask::PlaceMask;

/// All of an axis, or some of its indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// Every index.
    #[default]
    All,
    /// These indices, in any order; naming one twice does nothing more.
    Only(Vec<usize>),
}

impl From<usize> for Pick {
    fn from(index: usize) -> Self {
        Self::Only(vec![index])
    }
}

impl From<Range<usize>> for Pick {
    fn from(range: Range<usize>) -> Self {
        Self::Only(range.collect())
    }
}

impl From<Vec<usize>> for Pick {
    fn from(indices: Vec<usize>) -> Self {
        Self::Only(indices)
    }
}

impl<const N: usize> From<[usize; N]> for Pick {
    fn from(indices: [usize; N]) -> Self {
        Self::Only(indices.to_vec())
    }
}

/// The part of a site's tensor that lies in every one of these picks.
///
/// An axis that is not narrowed is taken whole; narrowing one that the site does not have is an error.
///
/// ```
/// use fascicle_causal::Scope;
/// let last_two_positions_of_head_3 = Scope::all().positions(8..10).heads(3);
/// # assert_eq!(last_two_positions_of_head_3, Scope { positions: [8, 9].into(), heads: 3.into(), ..Scope::all() });
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Rows of the batch.
    pub rows: Pick,
    /// Token positions; in attention scores and patterns the position that attends.
    pub positions: Pick,
    /// Attention heads.
    pub heads: Pick,
    /// Channels of the last axis: MLP neurons, residual channels, channels within a head, vocabulary entries.
    pub neurons: Pick,
    /// In attention scores and patterns, the position attended to.
    pub keys: Pick,
}

impl Scope {
    /// The whole site.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these rows of the batch.
    #[must_use]
    pub fn rows(self, rows: impl Into<Pick>) -> Self {
        Self { rows: rows.into(), ..self }
    }

    /// Only these positions.
    #[must_use]
    pub fn positions(self, positions: impl Into<Pick>) -> Self {
        Self { positions: positions.into(), ..self }
    }

    /// Only these heads.
    #[must_use]
    pub fn heads(self, heads: impl Into<Pick>) -> Self {
        Self { heads: heads.into(), ..self }
    }

    /// Only these channels of the last axis.
    #[must_use]
    pub fn neurons(self, neurons: impl Into<Pick>) -> Self {
        Self { neurons: neurons.into(), ..self }
    }

    /// Only these positions attended to.
    #[must_use]
    pub fn keys(self, keys: impl Into<Pick>) -> Self {
        Self { keys: keys.into(), ..self }
    }

    /// Where the scope is true in a tensor of `shape`.
    pub(crate) fn mask(&self, site: Site, shape: &[usize]) -> Result<PlaceMask, CausalError> {
        let mut axes: Vec<Option<Vec<bool>>> = vec![None; shape.len()];
        let heads = match (site.head, &self.heads) {
            (Some(_), Pick::Only(heads)) => {
                return Err(CausalError::HeadTwice { site, heads: heads.clone() });
            }
            (Some(head), Pick::All) => &Pick::from(head),
            (None, heads) => heads,
        };
        let picks = [
            (&self.rows, "row", row_axis(site.kind)),
            (&self.positions, "position", position_axis(site.kind)),
            (heads, "head", site.kind.axis(Axis::Head)),
            (&self.neurons, "neuron", neuron_axis(site.kind)),
            (&self.keys, "key", site.kind.axis(Axis::Key)),
        ];
        for (pick, name, axis) in picks {
            let Pick::Only(indices) = pick else { continue };
            let axis =
                axis.ok_or_else(|| CausalError::NoSuchAxis { site, axis: name, axes: axes_of(site.kind) })?;
            if indices.is_empty() {
                return Err(CausalError::EmptyScope { site, axis: name });
            }
            let len = shape[axis];
            let mut chosen = vec![false; len];
            for &index in indices {
                *chosen.get_mut(index).ok_or(CausalError::OutOfRange { site, axis: name, index, len })? =
                    true;
            }
            axes[axis] = Some(chosen);
        }
        Ok(PlaceMask::product(&axes))
    }
}

fn row_axis(kind: SiteKind) -> Option<usize> {
    kind.axis(Axis::Batch)
}

/// The axis that counts positions: those that attend, where there are two.
pub(crate) fn position_axis(kind: SiteKind) -> Option<usize> {
    kind.axis(Axis::Position).or_else(|| kind.axis(Axis::Query))
}

/// The axis that counts channels.
pub(crate) fn neuron_axis(kind: SiteKind) -> Option<usize> {
    [Axis::DMlp, Axis::DModel, Axis::DHead, Axis::Vocab, Axis::Expert, Axis::Class, Axis::Channel]
        .into_iter()
        .find_map(|axis| kind.axis(axis))
}

/// `batch, position, head, channel`.
pub(crate) fn axes_of(kind: SiteKind) -> String {
    let name = |axis: &Axis| match axis {
        Axis::Batch => "row",
        Axis::Position => "position",
        Axis::Head => "head",
        Axis::DHead | Axis::DModel | Axis::DMlp | Axis::Vocab => "neuron",
        Axis::Query => "position (that attends)",
        Axis::Key => "key",
        Axis::Expert => "expert",
        Axis::Class => "class",
        Axis::Channel => "channel",
        Axis::Height => "map row",
        Axis::Width => "map column",
        Axis::One => "one",
    };
    kind.axes().iter().map(name).collect::<Vec<_>>().join(", ")
}
