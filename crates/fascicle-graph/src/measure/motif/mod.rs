//! Network motifs: which small subgraphs are there more often than in null graphs (Milo et al. 2002).

mod class;
mod enumerate;
mod undirected;

#[cfg(test)]
mod tests;

pub use class::Motif;
use class::classes;

use super::triad_census;
use crate::null::{Comparison, NullModel, Nulls};
use crate::{Adjacency, GraphError};

/// How many nodes a motif has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MotifSize {
    /// Three: 13 connected classes of directed triads, 2 undirected.
    Three,
    /// Four: 199 connected classes directed, 6 undirected.
    Four,
}

impl MotifSize {
    /// 3 or 4.
    #[must_use]
    pub fn nodes(self) -> usize {
        match self {
            Self::Three => 3,
            Self::Four => 4,
        }
    }
}

/// A motif, how often it occurs, and how often in null graphs.
#[derive(Clone, Debug, PartialEq)]
pub struct MotifScore {
    /// The motif.
    pub motif: Motif,
    /// How many sets of nodes span it.
    pub count: u64,
    /// The count beside those of null graphs: mean, z, p.
    pub nulls: Comparison,
}

/// How many sets of nodes span each motif (induced subgraphs), in rising order of [`Motif::id`], those that
/// never occur as well. Self-loops and weights do not count.
///
/// Undirected: O(m · d) for degree d, and the 4-cliques one by one. Directed: three nodes as
/// [`triad_census`]; of four, every connected set is visited once (ESU, Wernicke 2006), in parallel, O(n · d³).
///
/// # Errors
/// [`GraphError::BadArgument`] for a multigraph.
pub fn motif_counts(graph: &Adjacency, size: MotifSize) -> Result<Vec<(Motif, u64)>, GraphError> {
    if (0..graph.node_count()).any(|node| graph.out(node).windows(2).any(|pair| pair[0] == pair[1])) {
        let expected = "one edge a pair (Duplicates::Sum, Max or First)";
        return Err(GraphError::argument("the view", "a multigraph", expected));
    }
    let counts = count(graph, size);
    Ok(classes(size, graph.is_directed()).iter().cloned().zip(counts).collect())
}

/// Counts in the order of the classes.
fn count(graph: &Adjacency, size: MotifSize) -> Vec<u64> {
    match (size, graph.is_directed()) {
        (MotifSize::Three, true) => triads(graph),
        (MotifSize::Four, true) => class::by_class(size, &enumerate::patterns(graph, size)),
        (MotifSize::Three, false) => undirected::three(graph).to_vec(),
        (MotifSize::Four, false) => undirected::four(graph).to_vec(),
    }
}

/// The 13 connected directed triads, out of the census of all 16.
fn triads(graph: &Adjacency) -> Vec<u64> {
    let census = triad_census(graph);
    let count = |motif: &Motif| motif.name.and_then(|name| census.get(name));
    // invariant: every directed triad has its name in the census, and there are fewer sets of three than 2⁶⁴
    classes(MotifSize::Three, true).iter().map(|motif| count(motif).expect("a triad") as u64).collect()
}

/// Motif counts beside those of null graphs.
///
/// # Errors
/// As [`motif_counts`] and [`Nulls::each`].
pub fn motif_scores<M: NullModel>(
    graph: &Adjacency,
    size: MotifSize,
    nulls: &Nulls<M>,
) -> Result<Vec<MotifScore>, GraphError> {
    let observed = motif_counts(graph, size)?;
    let copies = nulls.each(graph, |null| Ok(count(&null.graph, size)))?;
    let score = |(at, (motif, count)): (usize, (Motif, u64))| {
        let values: Vec<f64> = copies.iter().map(|counts| counts[at] as f64).collect();
        Comparison::new(count as f64, &values).map(|nulls| MotifScore { motif, count, nulls })
    };
    Ok(observed.into_iter().enumerate().filter_map(score).collect())
}

/// The z-scores scaled to length 1, by which networks of different size are compared (Milo et al. 2004); a
/// score that is none counts as 0. Empty where all are 0.
#[must_use]
pub fn significance_profile(scores: &[MotifScore]) -> Vec<f64> {
    let z = || scores.iter().map(|score| score.nulls.z.unwrap_or_default());
    let length = z().map(|z| z * z).sum::<f64>().sqrt();
    if length > 0.0 { z().map(|z| z / length).collect() } else { Vec::new() }
}
