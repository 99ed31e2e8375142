//! How a path may leave another.

use super::Paths;
use super::to_target::Marks;

/// The edges by which a deviation may leave a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exits<'a> {
    pub(super) paths: &'a Paths<'a>,
    /// The node that is left.
    pub(super) spur: usize,
    /// Edges of `spur` that are taken already.
    pub(super) banned: &'a [u32],
    /// Nodes that the path has met already.
    pub(super) blocked: &'a Marks,
}

impl<'a> Exits<'a> {
    /// Number, target and length of each edge that is not banned, to a node that is not blocked.
    pub(super) fn open(&self) -> impl Iterator<Item = (u32, usize, f64)> + use<'a> {
        let Self { paths, spur, banned, blocked } = *self;
        paths
            .out(spur)
            .map(|(slot, to, length)| (slot, to as usize, length))
            .filter(move |&(slot, to, _)| !blocked.contains(to) && !banned.contains(&slot))
    }
}
