//! How far each node reaches: what closeness, efficiency and mean path length are made of.

use rayon::prelude::*;

use super::check;
use super::wave::{Dijkstra, WIDTH, Wave};
use crate::rows::Rows;
use crate::{Adjacency, GraphError, Length};

/// What is known of the shortest paths from (or to) one node.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Reach {
    /// How many other nodes are reached.
    pub(super) nodes: usize,
    /// The sum of the distances to them.
    pub(super) total: f64,
    /// The sum of the inverse distances to them.
    pub(super) inverse: f64,
}

/// The reach of every node along its outgoing (or incoming) edges. O(n m) for hops, O(n m log n) else, in parallel.
pub(super) fn reach(adjacency: &Adjacency, incoming: bool, length: Length) -> Result<Vec<Reach>, GraphError> {
    check::lengths(adjacency, length)?;
    Ok(reach_in(if incoming { adjacency.incoming_rows() } else { adjacency.outgoing() }, length))
}

/// As [`reach`], of rows whose lengths are known to be sound.
pub(super) fn reach_in(rows: &Rows, length: Length) -> Vec<Reach> {
    let nodes = rows.starts.len().saturating_sub(1);
    if length == Length::Hops {
        let parts: Vec<_> = (0..nodes.div_ceil(WIDTH))
            .into_par_iter()
            .map_init(|| Wave::new(nodes), |wave, part| by_hops(wave, rows, nodes, part))
            .collect();
        return parts.into_iter().flatten().collect();
    }
    let lengths = length.of_rows(rows);
    (0..nodes)
        .into_par_iter()
        .map_init(
            || Dijkstra::new(nodes),
            |dijkstra, source| {
                dijkstra.run(rows, &lengths, source);
                let mut reach = Reach::default();
                for &node in dijkstra.order.iter().skip(1) {
                    let distance = dijkstra.distance[node as usize];
                    reach.nodes += 1;
                    reach.total += distance;
                    reach.inverse += distance.recip();
                }
                reach
            },
        )
        .collect()
}

fn by_hops(wave: &mut Wave, rows: &Rows, nodes: usize, part: usize) -> Vec<Reach> {
    let sources = part * WIDTH..nodes.min((part + 1) * WIDTH);
    let mut reaches = vec![Reach::default(); sources.len()];
    wave.run(rows, sources, |hops, counts| {
        for (reach, &count) in reaches.iter_mut().zip(counts) {
            reach.nodes += count as usize;
            reach.total += hops as f64 * f64::from(count);
            reach.inverse += f64::from(count) / hops as f64;
        }
    });
    reaches
}
