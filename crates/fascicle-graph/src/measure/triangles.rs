//! Every triangle once.

use super::neighbours::each_neighbour;
use crate::Adjacency;

/// Each pair of nodes that an edge joins, in either direction, kept with its node of lower degree; self-loops left out.
///
/// Nodes are ranked by degree. A pair stands in the row of its lower rank, so that no row is longer than √(2 m) and all
/// triangles are found in O(m^1.5) (Chiba & Nishizeki 1985; Latapy 2008, "forward").
pub(super) struct Pairs<T> {
    /// The node of each rank.
    pub(super) nodes: Vec<u32>,
    /// How many neighbours each rank has.
    pub(super) degrees: Vec<u32>,
    starts: Vec<usize>,
    later: Vec<u32>,
    loads: Vec<T>,
}

impl<T: Copy> Pairs<T> {
    /// `load` is given the weight from the lower to the higher rank, and the other way.
    pub(super) fn new(adjacency: &Adjacency, load: impl Fn(Option<f64>, Option<f64>) -> T) -> Self {
        let count = adjacency.node_count();
        let degree_of: Vec<u32> = (0..count)
            .map(|node| {
                let mut degree = 0;
                each_neighbour(adjacency, node, |_, _, _| degree += 1);
                degree
            })
            .collect();
        let mut nodes: Vec<u32> = (0..count as u32).collect();
        nodes.sort_by_key(|&node| degree_of[node as usize]);
        let mut rank = vec![0; count];
        for (place, &node) in nodes.iter().enumerate() {
            rank[node as usize] = place as u32;
        }
        let (mut starts, mut later, mut loads) = (vec![0], Vec::new(), Vec::new());
        for (place, &node) in nodes.iter().enumerate() {
            each_neighbour(adjacency, node as usize, |other, to, from| {
                if rank[other] > place as u32 {
                    later.push(rank[other]);
                    loads.push(load(to, from));
                }
            });
            starts.push(later.len());
        }
        let degrees = nodes.iter().map(|&node| degree_of[node as usize]).collect();
        Self { nodes, degrees, starts, later, loads }
    }

    /// Visits the triangles whose lowest rank this is, with the ranks (first lowest) and the loads of the pairs
    /// (first, second), (second, third), (first, third), where second ranks below third. `mark` is n zeros, and is again.
    #[inline]
    pub(super) fn triangles_of(
        &self,
        first: usize,
        mark: &mut [u32],
        mut visit: impl FnMut([usize; 3], [T; 3]),
    ) {
        let row = self.starts[first]..self.starts[first + 1];
        for (place, &other) in self.later[row.clone()].iter().enumerate() {
            mark[other as usize] = place as u32 + 1;
        }
        for at in row.clone() {
            let second = self.later[at] as usize;
            for onward in self.starts[second]..self.starts[second + 1] {
                let third = self.later[onward] as usize;
                let place = mark[third] as usize;
                if place != 0 {
                    let direct = self.loads[row.start + place - 1];
                    visit([first, second, third], [self.loads[at], self.loads[onward], direct]);
                }
            }
        }
        for &other in &self.later[row] {
            mark[other as usize] = 0;
        }
    }

    /// The same pairs with other loads.
    pub(super) fn map<U>(self, load: impl Fn(T) -> U) -> Pairs<U> {
        let Self { nodes, degrees, starts, later, loads } = self;
        Pairs { nodes, degrees, starts, later, loads: loads.into_iter().map(load).collect() }
    }

    /// Each pair's load, by ranks: (lower, higher, load).
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize, T)> + '_ {
        (0..self.nodes.len()).flat_map(move |rank| {
            (self.starts[rank]..self.starts[rank + 1])
                .map(move |at| (rank, self.later[at] as usize, self.loads[at]))
        })
    }
}
