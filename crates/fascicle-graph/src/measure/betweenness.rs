//! Betweenness: which nodes and edges shortest paths run through.

mod brandes;

use rand::SeedableRng;
use rand::rngs::StdRng;

use self::brandes::{ByHops, ByLength};
use super::check;
use super::sums::sum_over;
use crate::{Adjacency, GraphError, Length};

/// How betweenness is computed: c(v) = Σ over pairs s ≠ t of the fraction of shortest paths from s to t that run
/// through v, ends not counted (Freeman 1977), by accumulating dependencies (Brandes 2001).
///
/// An undirected pair counts once. Pairs without a path add nothing. Parallel edges are distinct paths; self-loops are on
/// none. Lengths are compared as they are: of 0.1 + 0.2 and 0.3, one is shorter.
///
/// O(n m) time for hops, O(n m + n² log n) for lengths, in parallel over sources; O(n) memory a part of the sources (O(m)
/// for edges).
#[derive(Clone, Debug, Default)]
pub struct Betweenness {
    length: Length,
    pivots: Option<(usize, u64)>,
    normalised: bool,
}

impl Betweenness {
    /// By hops, from every source, not normalised.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is the length of an edge.
    #[must_use]
    pub fn length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }

    /// An unbiased estimate from this many sources, drawn without replacement, times n / `pivots` (Brandes & Pich 2007).
    #[must_use]
    pub fn sampled(mut self, pivots: usize, seed: u64) -> Self {
        self.pivots = Some((pivots, seed));
        self
    }

    /// As a share of all pairs: (n − 1)(n − 2) for nodes, n(n − 1) for edges; half of it in an undirected graph.
    #[must_use]
    pub fn normalised(mut self, normalised: bool) -> Self {
        self.normalised = normalised;
        self
    }

    /// The betweenness of each node; 0 throughout where n < 3.
    ///
    /// # Errors
    /// [`GraphError::BadWeight`] for a weight that gives no positive length; [`GraphError::BadArgument`] for no pivots, or
    /// more than there are nodes.
    pub fn nodes(&self, adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
        let nodes = adjacency.node_count();
        let pairs = nodes.saturating_sub(1) * nodes.saturating_sub(2);
        let sources = self.sources(adjacency)?;
        let rows = adjacency.outgoing();
        let mut sums = match self.length {
            Length::Hops => sum_over(
                &sources,
                nodes,
                || ByHops::new(nodes),
                |search, source, sums| {
                    search.paths_from(rows, source);
                    search.dependencies(rows, |node, dependency| sums[node] += dependency);
                },
            ),
            length => {
                let lengths = length.of_rows(rows);
                sum_over(
                    &sources,
                    nodes,
                    || ByLength::new(nodes),
                    |search, source, sums| {
                        search.paths_from(rows, &lengths, source);
                        search.dependencies(
                            rows,
                            &lengths,
                            |_, _| {},
                            |node, dependency| sums[node] += dependency,
                        );
                    },
                )
            }
        };
        self.scale(&mut sums, adjacency, sources.len(), pairs);
        Ok(sums)
    }

    /// The betweenness of each edge, in the order of [`Adjacency::edges`].
    ///
    /// # Errors
    /// As [`Betweenness::nodes`].
    pub fn edges(&self, adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
        let nodes = adjacency.node_count();
        let sources = self.sources(adjacency)?;
        let rows = adjacency.outgoing();
        let entries = rows.neighbours.len();
        let sums = match self.length {
            Length::Hops => sum_over(
                &sources,
                entries,
                || ByHops::new(nodes),
                |search, source, sums| {
                    search.paths_from(rows, source);
                    search.edge_dependencies(rows, sums);
                },
            ),
            length => {
                let lengths = length.of_rows(rows);
                sum_over(
                    &sources,
                    entries,
                    || ByLength::new(nodes),
                    |search, source, sums| {
                        search.paths_from(rows, &lengths, source);
                        search.dependencies(rows, &lengths, |entry, share| sums[entry] += share, |_, _| {});
                    },
                )
            }
        };
        let mut sums = if adjacency.is_directed() { sums } else { both_ways(adjacency, &sums) };
        self.scale(&mut sums, adjacency, sources.len(), nodes * nodes.saturating_sub(1));
        Ok(sums)
    }

    fn sources(&self, adjacency: &Adjacency) -> Result<Vec<u32>, GraphError> {
        check::lengths(adjacency, self.length)?;
        let nodes = adjacency.node_count();
        let Some((pivots, seed)) = self.pivots else { return Ok((0..nodes as u32).collect()) };
        if pivots == 0 || pivots > nodes {
            return Err(GraphError::argument(
                "the number of pivots",
                pivots,
                format!("a number from 1 to {nodes}"),
            ));
        }
        let drawn = rand::seq::index::sample(&mut StdRng::seed_from_u64(seed), nodes, pivots);
        let mut sources: Vec<u32> = drawn.into_iter().map(|node| node as u32).collect();
        sources.sort_unstable();
        Ok(sources)
    }

    fn scale(&self, sums: &mut [f64], adjacency: &Adjacency, sources: usize, pairs: usize) {
        let mut factor = adjacency.node_count() as f64 / sources.max(1) as f64;
        if self.normalised {
            // Each undirected pair was counted from both ends, and there are half as many.
            factor /= pairs.max(1) as f64;
        } else if !adjacency.is_directed() {
            factor /= 2.0;
        }
        for sum in sums {
            *sum *= factor;
        }
    }
}

/// The sums of both entries of each undirected edge, in the order of its edges.
fn both_ways(adjacency: &Adjacency, sums: &[f64]) -> Vec<f64> {
    let rows = adjacency.outgoing();
    // Lower neighbours come first in a row, and rise: each row's next unused entry is the one that mirrors.
    let mut next = rows.starts.clone();
    let mut out = Vec::with_capacity(adjacency.edge_count());
    for node in 0..adjacency.node_count() {
        for entry in rows.row(node) {
            let other = rows.neighbours[entry] as usize;
            if other > node {
                out.push(sums[entry] + sums[next[other]]);
                next[other] += 1;
            } else if other == node {
                out.push(sums[entry]);
            }
        }
    }
    out
}
