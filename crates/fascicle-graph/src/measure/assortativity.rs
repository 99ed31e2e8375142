//! Assortativity: do like nodes connect to like?

use super::check;
use super::degree::{Direction, degrees};
use crate::{Adjacency, GraphError};

/// The correlation, over directed edges, of a degree of the source with a degree of the target: in to in, in to out, out to
/// in, out to out, or total (Newman 2003, eq. 26; Foster et al. 2010).
///
/// Each edge counts once, weights do not count. `None` where a degree does not vary over the edges. O(n + m).
///
/// # Errors
/// [`GraphError::BadArgument`] for an undirected graph, which [`undirected_degree_assortativity`] is for.
pub fn degree_assortativity(
    adjacency: &Adjacency,
    source: Direction,
    target: Direction,
) -> Result<Option<f64>, GraphError> {
    check::directed(adjacency)?;
    Ok(correlation(adjacency, &numbers(adjacency, source), &numbers(adjacency, target)))
}

/// The correlation, over edges, of the degrees of both ends (Newman 2002); each edge is looked at from both ends.
///
/// Weights do not count. `None` where the degree does not vary over the ends. O(n + m).
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed graph, which [`degree_assortativity`] is for.
pub fn undirected_degree_assortativity(adjacency: &Adjacency) -> Result<Option<f64>, GraphError> {
    check::undirected(adjacency)?;
    let degrees = numbers(adjacency, Direction::Total);
    Ok(correlation(adjacency, &degrees, &degrees))
}

/// The correlation, over edges, of a number of the source with that of the target (Newman 2003, eq. 21); an undirected edge
/// is looked at from both ends.
///
/// `None` where the number does not vary over the edges. O(n + m).
///
/// # Errors
/// [`GraphError::BadArgument`] when there is not one finite value for each node.
pub fn numeric_assortativity(adjacency: &Adjacency, values: &[f64]) -> Result<Option<f64>, GraphError> {
    check::per_node("the number of values", values.len(), adjacency)?;
    if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
        return Err(GraphError::argument("a node's value", bad, "a finite number"));
    }
    Ok(correlation(adjacency, values, values))
}

/// How much more often than by chance edges join nodes of one category: (Σ eᵢᵢ − Σ aᵢbᵢ) / (1 − Σ aᵢbᵢ), with e the shares of
/// edges between categories and a, b its margins (Newman 2003, eq. 2); an undirected edge is looked at from both ends.
///
/// `None` without edges, and where all edges are within one category. O(n + m).
///
/// # Errors
/// [`GraphError::BadArgument`] when there is not one category for each node.
pub fn attribute_assortativity(
    adjacency: &Adjacency,
    categories: &[usize],
) -> Result<Option<f64>, GraphError> {
    check::per_node("the number of categories", categories.len(), adjacency)?;
    let mut known = categories.to_vec();
    known.sort_unstable();
    known.dedup();
    // invariant: `known` has every category
    let of: Vec<usize> =
        categories.iter().map(|category| known.binary_search(category).expect("a known category")).collect();
    let (mut sources, mut targets) = (vec![0.0; known.len()], vec![0.0; known.len()]);
    let (mut edges, mut within) = (0.0, 0.0);
    for (from, to) in ends(adjacency) {
        edges += 1.0;
        within += if of[from] == of[to] { 1.0 } else { 0.0 };
        sources[of[from]] += 1.0;
        targets[of[to]] += 1.0;
    }
    // All in units of edges squared, where they are exact.
    let chance: f64 = sources.iter().zip(&targets).map(|(source, target)| source * target).sum();
    let all = edges * edges;
    Ok((all > chance).then(|| (within * edges - chance) / (all - chance)))
}

fn numbers(adjacency: &Adjacency, direction: Direction) -> Vec<f64> {
    degrees(adjacency, direction).into_iter().map(|degree| degree as f64).collect()
}

/// Source and target of each edge; of an undirected one both ways, of a self-loop once.
fn ends(adjacency: &Adjacency) -> impl Iterator<Item = (usize, usize)> + '_ {
    (0..adjacency.node_count())
        .flat_map(move |from| adjacency.out(from).iter().map(move |&to| (from, to as usize)))
}

/// Pearson's correlation over edges, with the means taken off first.
fn correlation(adjacency: &Adjacency, source: &[f64], target: &[f64]) -> Option<f64> {
    let (mut edges, mut sum_source, mut sum_target) = (0.0, 0.0, 0.0);
    let (mut same_source, mut same_target) = (true, true);
    let first = ends(adjacency).next()?;
    for (from, to) in ends(adjacency) {
        edges += 1.0;
        sum_source += source[from];
        sum_target += target[to];
        same_source &= source[from] == source[first.0];
        same_target &= target[to] == target[first.1];
    }
    // Asked exactly: rounding would leave a variance where there is none.
    if same_source || same_target {
        return None;
    }
    let (mean_source, mean_target) = (sum_source / edges, sum_target / edges);
    let (mut both, mut squares_source, mut squares_target) = (0.0, 0.0, 0.0);
    for (from, to) in ends(adjacency) {
        let (x, y) = (source[from] - mean_source, target[to] - mean_target);
        both += x * y;
        squares_source += x * x;
        squares_target += y * y;
    }
    Some(both / (squares_source.sqrt() * squares_target.sqrt()))
}
