//! Places for nodes, and groups of them, from a Laplacian's eigenvectors.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::operator::Laplacian;
use super::{Eigen, End, fiedler};
use crate::community::Partition;
use crate::{Adjacency, GraphError};

/// How often k-means begins anew, and how long it goes on.
const STARTS: usize = 10;
const ROUNDS: usize = 300;

/// Each node's coordinates in the eigenvectors of the random-walk Laplacian after the first (Laplacian eigenmaps, Belkin &
/// Niyogi 2003): nodes that walks mix soon are near each other.
///
/// # Errors
/// [`GraphError::BadArgument`] when there are not more nodes than dimensions, for a directed graph or a negative weight.
pub fn spectral_embedding(graph: &Adjacency, dimensions: usize) -> Result<Vec<Vec<f64>>, GraphError> {
    let nodes = graph.node_count();
    let laplacian = Laplacian::random_walk(graph)?;
    if dimensions == 0 || dimensions >= nodes {
        let expected = format!("at least 1 and fewer than the {nodes} nodes");
        return Err(GraphError::argument("the number of dimensions", dimensions, expected));
    }
    let pairs = Eigen::default().of_laplacian(&laplacian, dimensions + 1, End::Trailing)?;
    Ok((0..nodes).map(|node| pairs[1..].iter().map(|pair| pair.vector[node]).collect()).collect())
}

/// Two groups, by the sign of the Fiedler vector.
///
/// # Errors
/// Those of [`fiedler`].
pub fn spectral_bisection(graph: &Adjacency) -> Result<Partition, GraphError> {
    let labels: Vec<u32> = fiedler(graph)?.vector.iter().map(|&value| u32::from(value >= 0.0)).collect();
    Ok(Partition::new(&labels))
}

/// So many groups, by k-means on the rows of the normalised Laplacian's trailing eigenvectors, each row brought to
/// length 1 (Ng, Jordan & Weiss 2001). Of ten starts by k-means++ (Arthur & Vassilvitskii 2007) the best is taken.
///
/// # Errors
/// [`GraphError::BadArgument`] when there are not as many nodes as groups, for a directed graph or a negative weight.
pub fn spectral_partition(graph: &Adjacency, groups: usize, seed: u64) -> Result<Partition, GraphError> {
    let nodes = graph.node_count();
    let laplacian = Laplacian::normalised(graph)?;
    if groups == 0 || groups > nodes {
        return Err(GraphError::argument("the number of groups", groups, format!("1 to {nodes}")));
    }
    let pairs = Eigen::default().of_laplacian(&laplacian, groups, End::Trailing)?;
    let rows: Vec<Vec<f64>> = (0..nodes)
        .map(|node| {
            let row: Vec<f64> = pairs.iter().map(|pair| pair.vector[node]).collect();
            let length = super::lanczos::norm(&row);
            if length > 0.0 { row.iter().map(|value| value / length).collect() } else { row }
        })
        .collect();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut best: Option<(f64, Vec<u32>)> = None;
    for _ in 0..STARTS {
        let (spread, labels) = k_means(&rows, groups, &mut rng);
        if best.as_ref().is_none_or(|(least, _)| spread < *least) {
            best = Some((spread, labels));
        }
    }
    Ok(Partition::new(&best.map(|(_, labels)| labels).unwrap_or_default()))
}

/// Lloyd's algorithm: the sum of squared distances and the labels.
fn k_means(rows: &[Vec<f64>], groups: usize, rng: &mut StdRng) -> (f64, Vec<u32>) {
    let mut centres = first_centres(rows, groups, rng);
    let mut labels = vec![0; rows.len()];
    let mut spread = f64::INFINITY;
    for _ in 0..ROUNDS {
        let mut sum = 0.0;
        for (row, label) in rows.iter().zip(&mut labels) {
            let distances = centres.iter().map(|centre| distance(row, centre)).enumerate();
            let (nearest, far) = distances.fold((0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
            *label = nearest as u32;
            sum += far;
        }
        if sum >= spread {
            break;
        }
        spread = sum;
        let mut counts = vec![0.0; groups];
        let mut sums = vec![vec![0.0; rows[0].len()]; groups];
        for (row, &label) in rows.iter().zip(&labels) {
            counts[label as usize] += 1.0;
            sums[label as usize].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        for (centre, (sum, count)) in centres.iter_mut().zip(sums.into_iter().zip(counts)) {
            if count > 0.0 {
                *centre = sum.into_iter().map(|value| value / count).collect();
            }
        }
    }
    (spread, labels)
}

/// Centres among the rows, each far from those before with odds of its squared distance.
fn first_centres(rows: &[Vec<f64>], groups: usize, rng: &mut StdRng) -> Vec<Vec<f64>> {
    let mut centres = vec![rows[rng.random_range(0..rows.len())].clone()];
    let mut distances = vec![f64::INFINITY; rows.len()];
    while centres.len() < groups {
        let last = &centres[centres.len() - 1];
        for (far, row) in distances.iter_mut().zip(rows) {
            *far = far.min(distance(row, last));
        }
        let mut ticket = rng.random::<f64>() * distances.iter().sum::<f64>();
        let chosen = distances.iter().position(|far| {
            ticket -= far;
            ticket < 0.0
        });
        centres.push(rows[chosen.unwrap_or_else(|| rng.random_range(0..rows.len()))].clone());
    }
    centres
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
