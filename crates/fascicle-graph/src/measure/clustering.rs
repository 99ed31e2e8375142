//! Clustering: how many of a node's neighbours are neighbours of each other.

use super::check;
use super::sums::sum_over;
use super::triangles::Pairs;
use crate::{Adjacency, GraphError};

/// How many triangles each node is in; directions, weights, self-loops and parallel edges do not count. O(m^1.5).
#[must_use]
pub fn triangles(adjacency: &Adjacency) -> Vec<f64> {
    let pairs = Pairs::new(adjacency, |_, _| ());
    triangle_sums(&pairs, |_| 1.0)
}

/// Clustering coefficient of each node of an undirected graph: its triangles over the k(k − 1)/2 pairs of its neighbours
/// (Watts & Strogatz 1998).
///
/// Binary: weights, self-loops and parallel edges do not count. 0 for a node of fewer than two neighbours. O(m^1.5).
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed graph, which [`clustering_directed`] is for.
pub fn clustering(adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
    check::undirected(adjacency)?;
    let pairs = Pairs::new(adjacency, |_, _| ());
    let sums = triangle_sums(&pairs, |_| 1.0);
    Ok(over_pairs(&pairs, sums))
}

/// Weighted clustering coefficient after Onnela et al. (2005): the mean over pairs of neighbours of (ŵᵢⱼ ŵⱼₕ ŵₕᵢ)^⅓, where ŵ is
/// the weight over the greatest weight of the graph and an absent edge has weight 0.
///
/// Self-loops do not count; parallel edges are summed. 0 for a node of fewer than two neighbours. O(m^1.5).
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed graph, which [`clustering_directed_weighted`] is for;
/// [`GraphError::BadWeight`] for a negative weight.
pub fn clustering_onnela(adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
    check::undirected(adjacency)?;
    check::nonnegative(adjacency)?;
    let pairs = Pairs::new(adjacency, |weight, _| weight.unwrap_or(0.0));
    let greatest = pairs.pairs().map(|(_, _, weight)| weight).fold(0.0, f64::max);
    let pairs = pairs.map(|weight| relative_root(weight, greatest));
    let sums = triangle_sums(&pairs, |[ab, bc, ac]| ab * bc * ac);
    Ok(over_pairs(&pairs, sums))
}

/// Weighted clustering coefficient after Barrat et al. (2004): Σ over triangles (i, j, h) of (wᵢⱼ + wᵢₕ) over
/// sᵢ(kᵢ − 1), with strength s and degree k.
///
/// Self-loops do not count; parallel edges are summed. 0 for a node of fewer than two neighbours or of strength 0.
/// O(m^1.5).
///
/// # Errors
/// As [`clustering_onnela`].
pub fn clustering_barrat(adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
    check::undirected(adjacency)?;
    check::nonnegative(adjacency)?;
    let pairs = Pairs::new(adjacency, |weight, _| weight.unwrap_or(0.0));
    let mut strengths = vec![0.0; adjacency.node_count()];
    for (low, high, weight) in pairs.pairs() {
        strengths[pairs.nodes[low] as usize] += weight;
        strengths[pairs.nodes[high] as usize] += weight;
    }
    let mut sums = corner_sums(&pairs, |[ab, bc, ac]| [ab + ac, ab + bc, ac + bc]);
    for (&node, &degree) in pairs.nodes.iter().zip(&pairs.degrees) {
        let strength = strengths[node as usize];
        let sum = &mut sums[node as usize];
        *sum = if degree > 1 && strength > 0.0 { *sum / (strength * f64::from(degree - 1)) } else { 0.0 };
    }
    Ok(sums)
}

/// Clustering coefficient of each node of a directed graph (Fagiolo 2007): its directed triangles, of all eight kinds, over
/// 2 [d(d − 1) − 2 d↔], with d its edges in and out and d↔ its mutual ones.
///
/// Binary: weights, self-loops and parallel edges do not count. 0 where no triangle is possible. O(m^1.5).
///
/// # Errors
/// [`GraphError::BadArgument`] for an undirected graph, which [`clustering`] is for.
pub fn clustering_directed(adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
    check::directed(adjacency)?;
    let there = |weight: Option<f64>| f64::from(u8::from(weight.is_some()));
    let pairs =
        Pairs::new(adjacency, |to, from| Mutual::new(there(to), there(from), to.is_some() && from.is_some()));
    Ok(fagiolo(&pairs))
}

/// As [`clustering_directed`], each triangle with the geometric mean of its weights over the graph's greatest (Fagiolo
/// 2007, eq. 9).
///
/// # Errors
/// As [`clustering_directed`], and [`GraphError::BadWeight`] for a negative weight.
pub fn clustering_directed_weighted(adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
    check::directed(adjacency)?;
    check::nonnegative(adjacency)?;
    let pairs = Pairs::new(adjacency, |to, from| {
        Mutual::new(to.unwrap_or(0.0), from.unwrap_or(0.0), to.is_some() && from.is_some())
    });
    let greatest = pairs.pairs().map(|(_, _, pair)| pair.to.max(pair.from)).fold(0.0, f64::max);
    let root = |weight| relative_root(weight, greatest);
    Ok(fagiolo(&pairs.map(|pair| Mutual { to: root(pair.to), from: root(pair.from), ..pair })))
}

/// Transitivity, the global clustering coefficient: three times the triangles over the connected triples (Newman, Watts &
/// Strogatz 2002).
///
/// Directions, weights, self-loops and parallel edges do not count. `None` where no node has two neighbours. O(m^1.5).
#[must_use]
pub fn transitivity(adjacency: &Adjacency) -> Option<f64> {
    let pairs = Pairs::new(adjacency, |_, _| ());
    let closed: f64 = triangle_sums(&pairs, |_| 1.0).iter().sum();
    let triples: f64 = pairs.degrees.iter().map(|&degree| possible(degree)).sum();
    (triples > 0.0).then(|| closed / triples)
}

/// The edges of a pair of nodes, either way.
#[derive(Clone, Copy)]
struct Mutual {
    to: f64,
    from: f64,
    both: bool,
}

impl Mutual {
    fn new(to: f64, from: f64, both: bool) -> Self {
        Self { to, from, both }
    }
}

/// With S the sum of the matrix and its transpose: (S³)ᵢᵢ / 2 [d(d − 1) − 2 d↔].
fn fagiolo(pairs: &Pairs<Mutual>) -> Vec<f64> {
    let nodes = pairs.nodes.len();
    let (mut degrees, mut mutual) = (vec![0.0; nodes], vec![0.0; nodes]);
    for (low, high, pair) in pairs.pairs() {
        for rank in [low, high] {
            let node = pairs.nodes[rank] as usize;
            degrees[node] += if pair.both { 2.0 } else { 1.0 };
            mutual[node] += if pair.both { 1.0 } else { 0.0 };
        }
    }
    let mut sums = triangle_sums(pairs, |sides| sides.iter().map(|side| side.to + side.from).product());
    for ((sum, degree), mutual) in sums.iter_mut().zip(degrees).zip(mutual) {
        let possible = degree * (degree - 1.0) - 2.0 * mutual;
        *sum = if possible > 0.0 { *sum / possible } else { 0.0 };
    }
    sums
}

/// The cube root of a weight's share of the greatest.
fn relative_root(weight: f64, greatest: f64) -> f64 {
    if greatest > 0.0 { (weight / greatest).cbrt() } else { 0.0 }
}

/// How many pairs so many neighbours make.
fn possible(degree: u32) -> f64 {
    f64::from(degree) * (f64::from(degree) - 1.0) / 2.0
}

fn over_pairs<T: Copy>(pairs: &Pairs<T>, mut sums: Vec<f64>) -> Vec<f64> {
    for (&node, &degree) in pairs.nodes.iter().zip(&pairs.degrees) {
        if degree > 1 {
            sums[node as usize] /= possible(degree);
        }
    }
    sums
}

/// For each node the sum of its triangles' values.
fn triangle_sums<T: Copy + Sync>(pairs: &Pairs<T>, value: impl Fn([T; 3]) -> f64 + Sync) -> Vec<f64> {
    corner_sums(pairs, |sides| [value(sides); 3])
}

/// For each node the sum of what its triangles, given their sides ab, bc and ac, are worth to corners a, b and c.
fn corner_sums<T: Copy + Sync>(pairs: &Pairs<T>, value: impl Fn([T; 3]) -> [f64; 3] + Sync) -> Vec<f64> {
    let nodes = pairs.nodes.len();
    let ranks: Vec<u32> = (0..nodes as u32).collect();
    sum_over(
        &ranks,
        nodes,
        || vec![0; nodes],
        |mark, rank, sums| {
            pairs.triangles_of(rank, mark, |corners, sides| {
                for (corner, value) in corners.into_iter().zip(value(sides)) {
                    sums[pairs.nodes[corner] as usize] += value;
                }
            });
        },
    )
}
