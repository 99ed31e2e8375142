//! K-Paths: a few short paths between two entities that differ in their relations.
//!
//! Abdullahi et al. (2025), "K-Paths: reasoning over graph paths for drug repurposing and drug interaction
//! prediction" (arXiv 2502.13344). Paths come shortest first; one is kept if its *sequence* of relations is
//! new (a relation may come twice inside a path). Unlike the authors' code, an inverse edge does not
//! overwrite an edge that goes the same way, and there are never more than k results.

use std::collections::HashSet;

use super::{Paths, Relations};
use crate::{GraphError, NodeIndex};

/// What to look for between two entities. The defaults are the paper's: 10 paths of at most 3 edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KPaths {
    k: usize,
    max_hops: usize,
    mode: KPathMode,
    direct: bool,
    cap: usize,
}

/// Which paths are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KPathMode {
    /// Those with a new sequence of relations.
    #[default]
    Diverse,
    /// All.
    NoFilter,
    /// None: only neighbours of both ends, whatever their relations, k/2 on each side (rounded down; at least one).
    NeighboursOnly,
}

/// What there was instead of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Neither entity is in the graph; there is nothing.
    BothAbsent,
    /// One entity is not in the graph: neighbours of the other.
    OneAbsent,
    /// No way leads from one to the other: neighbours of both.
    NoPath,
    /// There are ways, none of which is short enough; there is nothing.
    TooLong,
}

/// A path, with a relation for each edge; a neighbour is a path of one edge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RelationPath {
    /// The nodes, one more than there are relations.
    pub nodes: Vec<usize>,
    /// Composite relations, see [`Relations::parts`].
    pub relations: Vec<u32>,
}

/// At most k paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KPathsFound {
    /// The paths, shortest first.
    pub paths: Vec<RelationPath>,
    /// What they are, if not paths between the two.
    pub fallback: Option<Fallback>,
    /// Whether the search was given up, so that there may be others.
    pub capped: bool,
}

impl Default for KPaths {
    fn default() -> Self {
        Self { k: 10, max_hops: 3, mode: KPathMode::default(), direct: true, cap: 100_000 }
    }
}

impl KPaths {
    /// The paper's settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many paths; with 0 there are none.
    #[must_use]
    pub fn k(mut self, k: usize) -> Self {
        self.k = k;
        self
    }

    /// At most so many edges in a path.
    #[must_use]
    pub fn max_hops(mut self, hops: usize) -> Self {
        self.max_hops = hops;
        self
    }

    /// Which paths are kept.
    #[must_use]
    pub fn mode(mut self, mode: KPathMode) -> Self {
        self.mode = mode;
        self
    }

    /// Leaves out the edges between the two entities themselves, which would tell what is to be predicted.
    #[must_use]
    pub fn without_direct(mut self) -> Self {
        self.direct = false;
        self
    }

    /// How many deviations are looked into before the search is given up (see
    /// [`KShortest::cap`](super::KShortest::cap)): between hubs there are many paths with the same relations.
    /// 100,000 unless said.
    #[must_use]
    pub fn cap(mut self, deviations: usize) -> Self {
        self.cap = deviations;
        self
    }

    /// The paths between two entities, named; one that the graph does not have is absent.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when both are the same.
    pub fn between(
        &self,
        relations: &Relations<'_>,
        source: &str,
        target: &str,
    ) -> Result<KPathsFound, GraphError> {
        if source == target {
            return Err(GraphError::argument(
                "the target",
                format!("the source, `{source}`"),
                "another node",
            ));
        }
        let [source_node, target_node] =
            [source, target].map(|name| relations.graph().get(name).map(NodeIndex::index));
        let (Some(u), Some(v)) = (source_node, target_node) else {
            let known = source_node.or(target_node);
            return Ok(KPathsFound {
                paths: known.map_or_else(Vec::new, |node| self.neighbours(relations, node, None, self.k)),
                fallback: Some(if known.is_some() { Fallback::OneAbsent } else { Fallback::BothAbsent }),
                capped: false,
            });
        };
        if self.mode == KPathMode::NeighboursOnly {
            let each = (self.k / 2).max(1);
            let mut paths = self.neighbours(relations, u, Some(v), each);
            paths.extend(self.neighbours(relations, v, Some(u), each));
            paths.truncate(self.k);
            return Ok(KPathsFound { paths, fallback: None, capped: false });
        }
        if self.k == 0 {
            return Ok(KPathsFound { paths: Vec::new(), fallback: None, capped: false });
        }
        let (paths, capped) = self.search(relations, u, v)?;
        if !paths.is_empty() || capped {
            return Ok(KPathsFound { paths, fallback: None, capped });
        }
        let (paths, fallback) = if self.leads(relations, u, v) {
            (paths, Fallback::TooLong)
        } else {
            (self.around(relations, u, v), Fallback::NoPath)
        };
        Ok(KPathsFound { paths, fallback: Some(fallback), capped })
    }

    /// Whether any way at all leads from one node to another.
    fn leads(&self, relations: &Relations<'_>, u: usize, v: usize) -> bool {
        let pairs = relations.pairs();
        let mut seen = vec![false; pairs.node_count()];
        let mut open = vec![u];
        seen[u] = true;
        while let Some(node) = open.pop() {
            for &next in pairs.out(node) {
                let next = next as usize;
                if node == u && next == v && !self.direct {
                    continue;
                }
                if next == v {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    open.push(next);
                }
            }
        }
        false
    }

    fn search(
        &self,
        relations: &Relations<'_>,
        u: usize,
        v: usize,
    ) -> Result<(Vec<RelationPath>, bool), GraphError> {
        let mut shortest =
            Paths::hops(relations.pairs()).k_shortest(u, v)?.at_most(self.max_hops as f64).cap(self.cap);
        let (mut kept, mut seen) = (Vec::new(), HashSet::new());
        while kept.len() < self.k
            && let Some(path) = shortest.next()
        {
            if !self.direct && path.hops() == 1 {
                continue;
            }
            let steps =
                path.nodes.windows(2).filter_map(|pair| relations.between(pair[0], pair[1])).collect();
            if self.mode == KPathMode::NoFilter || seen.insert(Vec::clone(&steps)) {
                kept.push(RelationPath { nodes: path.nodes, relations: steps });
            }
        }
        let capped = kept.len() < self.k && shortest.is_capped();
        Ok((kept, capped))
    }

    /// Neighbours of both ends with new relations, also where paths are not filtered: half of k each, and more on one side
    /// where the other has fewer.
    fn around(&self, relations: &Relations<'_>, u: usize, v: usize) -> Vec<RelationPath> {
        let filtered = Self { mode: KPathMode::Diverse, ..self.clone() };
        let mut paths = filtered.neighbours(relations, u, Some(v), self.k);
        let other = filtered.neighbours(relations, v, Some(u), self.k);
        let of_other = other.len().min((self.k / 2).max(self.k - paths.len()));
        paths.truncate(self.k - of_other);
        paths.extend(other.into_iter().take(of_other));
        paths
    }

    /// The first neighbours, by index, along edges that leave a node; each with a new relation where paths are to be diverse.
    fn neighbours(
        &self,
        relations: &Relations<'_>,
        node: usize,
        other: Option<usize>,
        count: usize,
    ) -> Vec<RelationPath> {
        let mut seen = HashSet::new();
        let next = relations.pairs().out(node).iter().map(|&to| to as usize);
        next.filter(|&to| self.direct || other != Some(to))
            .filter_map(|to| {
                let relation = relations.between(node, to)?;
                (seen.insert(relation) || self.mode != KPathMode::Diverse)
                    .then(|| RelationPath { nodes: vec![node, to], relations: vec![relation] })
            })
            .take(count)
            .collect()
    }
}
