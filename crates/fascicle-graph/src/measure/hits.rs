//! Hubs and authorities.

use super::check;
use super::power::{Iteration, Matrix, to_sum_one};
use crate::{Adjacency, GraphError};

/// Two scores a node; each sums to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// High for nodes that point to authorities.
    pub hubs: Vec<f64>,
    /// High for nodes that hubs point to.
    pub authorities: Vec<f64>,
}

/// Hubs and authorities (Kleinberg 1999): the leading left and right singular vectors of the weighted adjacency matrix, by
/// power iteration from equal scores.
///
/// Where several components share the greatest singular value, the equal start decides between them. All scores are 0 in
/// a graph without edges. O(m) a round, in parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a negative weight; [`GraphError::NotConverged`].
pub fn hits(adjacency: &Adjacency, iteration: Iteration) -> Result<Hits, GraphError> {
    check::nonnegative(adjacency)?;
    let nodes = adjacency.node_count();
    let (out, into) = (Matrix::new(adjacency.outgoing()), Matrix::new(adjacency.incoming_rows()));
    let mut authorities = vec![0.0; nodes];
    let hubs = iteration.run(
        "HITS",
        "allow more rounds, or a greater tolerance",
        vec![1.0 / nodes as f64; nodes],
        |old, new| {
            into.multiply(old, &mut authorities, |_, sum| sum);
            to_sum_one(&mut authorities);
            out.multiply(&authorities, new, |_, sum| sum);
            to_sum_one(new);
        },
    )?;
    // The last step's authorities belong to the hubs before it.
    into.multiply(&hubs, &mut authorities, |_, sum| sum);
    to_sum_one(&mut authorities);
    Ok(Hits { hubs, authorities })
}
