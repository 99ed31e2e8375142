//! The number of edges between all pairs of nodes, 256 targets at a time.
//!
//! What a node reaches within k edges is what its neighbours reach within k − 1, so a whole block of targets
//! moves on by one edge with a few bitwise operations (after Then et al. 2014, "The more the merrier:
//! efficient multi-source graph traversal", read backwards). That costs a pass over the edges for each hop,
//! so long thin graphs are finished one target at a time.

use rayon::prelude::*;

use crate::{Adjacency, GraphError};

/// How many targets go together.
const BLOCK: usize = 256;
/// A row's share of a block.
type Bits = [u64; BLOCK / 64];
/// Passes after which a block that still grows is finished one target at a time.
const PASSES: u32 = 48;

/// The number of edges on the shortest way from every node to every other: a byte for each pair, two bytes
/// where some pair is more than 254 apart.
#[derive(Clone, Debug, PartialEq)]
pub struct HopMatrix {
    nodes: usize,
    hops: Hops,
}

#[derive(Clone, Debug, PartialEq)]
enum Hops {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
}

/// A cell of the matrix; its greatest value says that there is no path.
trait Cell: Copy + Send + Sync + PartialEq + TryFrom<u32> {
    const NONE: Self;
}

impl Cell for u8 {
    const NONE: Self = Self::MAX;
}

impl Cell for u16 {
    const NONE: Self = Self::MAX;
}

impl HopMatrix {
    /// All pairs of a graph, on all threads. O(m · n/256 · diameter) where the diameter is small, else O(n
    /// m); n² cells, which exist twice while blocks are put together.
    ///
    /// # Errors
    /// [`GraphError::TooMany`] when two nodes are more than 65,534 edges apart.
    pub fn of(graph: &Adjacency) -> Result<Self, GraphError> {
        let nodes = graph.node_count();
        let hops = if let Some(cells) = matrix::<u8>(graph) {
            Hops::Narrow(cells)
        } else {
            Hops::Wide(matrix::<u16>(graph).ok_or(GraphError::TooMany {
                what: "edges between two nodes",
                count: usize::from(u16::MAX),
                limit: usize::from(u16::MAX) - 1,
            })?)
        };
        Ok(Self { nodes, hops })
    }

    /// From one node to another; none where there is no path.
    ///
    /// # Panics
    /// For a node that is not there.
    #[must_use]
    pub fn get(&self, source: usize, target: usize) -> Option<u32> {
        assert!(source < self.nodes && target < self.nodes, "a node below {}", self.nodes);
        self.cell(source * self.nodes + target)
    }

    /// From one node to all.
    ///
    /// # Panics
    /// For a node that is not there.
    pub fn row(&self, source: usize) -> impl ExactSizeIterator<Item = Option<u32>> + '_ {
        assert!(source < self.nodes, "a node below {}", self.nodes);
        (source * self.nodes..(source + 1) * self.nodes).map(|at| self.cell(at))
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes
    }

    /// How many ordered pairs are so many edges apart, for 0, 1, 2, … edges; the first number is that of the
    /// nodes.
    #[must_use]
    pub fn histogram(&self) -> Vec<usize> {
        match &self.hops {
            Hops::Narrow(cells) => tally(cells),
            Hops::Wide(cells) => tally(cells),
        }
    }

    fn cell(&self, at: usize) -> Option<u32> {
        match &self.hops {
            Hops::Narrow(cells) => (cells[at] != u8::NONE).then(|| u32::from(cells[at])),
            Hops::Wide(cells) => (cells[at] != u16::NONE).then(|| u32::from(cells[at])),
        }
    }
}

/// How many cells have each value but the last, which says that there is no path.
fn tally<T: Cell + Into<usize>>(cells: &[T]) -> Vec<usize> {
    let none: usize = T::NONE.into();
    let mut counts = vec![0; none + 1];
    for &cell in cells {
        counts[cell.into()] += 1;
    }
    counts.truncate(counts[..none].iter().rposition(|&count| count > 0).map_or(0, |last| last + 1));
    counts
}

/// None where the cells are too small.
fn matrix<T: Cell>(graph: &Adjacency) -> Option<Vec<T>> {
    let nodes = graph.node_count();
    let blocks: Vec<Vec<T>> = (0..nodes.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| Block::new(graph, block * BLOCK).fill())
        .collect::<Option<_>>()?;
    let mut cells = vec![T::NONE; nodes * nodes];
    cells.par_chunks_mut(nodes.max(1)).enumerate().for_each(|(source, row)| {
        for (block, part) in blocks.iter().zip(row.chunks_mut(BLOCK)) {
            part.copy_from_slice(&block[source * BLOCK..][..part.len()]);
        }
    });
    Some(cells)
}

/// Up to [`BLOCK`] targets from `first` on.
struct Block<'a, T> {
    graph: &'a Adjacency,
    first: usize,
    width: usize,
    /// For each node, the targets that it is known to reach.
    reached: Vec<Bits>,
    /// [`BLOCK`] cells for each node.
    cells: Vec<T>,
}

impl<'a, T: Cell> Block<'a, T> {
    fn new(graph: &'a Adjacency, first: usize) -> Self {
        let nodes = graph.node_count();
        let width = BLOCK.min(nodes - first);
        Self {
            graph,
            first,
            width,
            reached: vec![Bits::default(); nodes],
            cells: vec![T::NONE; nodes * BLOCK],
        }
    }

    fn fill(mut self) -> Option<Vec<T>> {
        let nodes = self.graph.node_count();
        let (mut frontier, mut next) = (vec![Bits::default(); nodes], vec![Bits::default(); nodes]);
        for at in 0..self.width {
            frontier[self.first + at][at / 64] |= 1 << (at % 64);
            self.note(self.first + at, frontier[self.first + at], T::try_from(0).ok()?);
        }
        let everything = full(self.width);
        let mut grows = true;
        for hop in 1..=PASSES {
            let cell = T::try_from(hop).ok().filter(|&cell| cell != T::NONE)?;
            grows = false;
            for (node, next) in next.iter_mut().enumerate() {
                let mut new = Bits::default();
                if self.reached[node] != everything {
                    for &to in self.graph.out(node) {
                        let there = &frontier[to as usize];
                        new.iter_mut().zip(there).for_each(|(new, there)| *new |= there);
                    }
                    new.iter_mut().zip(&self.reached[node]).for_each(|(new, old)| *new &= !old);
                    if new != Bits::default() {
                        grows = true;
                        self.note(node, new, cell);
                    }
                }
                *next = new;
            }
            std::mem::swap(&mut frontier, &mut next);
            if !grows {
                break;
            }
        }
        if grows {
            for at in 0..self.width {
                self.finish(at, &frontier)?;
            }
        }
        Some(self.cells)
    }

    /// Writes the cells of new bits.
    fn note(&mut self, node: usize, new: Bits, cell: T) {
        let row = &mut self.cells[node * BLOCK..(node + 1) * BLOCK];
        for (word, part) in new.into_iter().zip(row.chunks_mut(64)) {
            if word == u64::MAX {
                part.fill(cell);
            } else if word.count_ones() > 12 {
                for (bit, there) in part.iter_mut().enumerate() {
                    *there = if word >> bit & 1 == 1 { cell } else { *there };
                }
            } else {
                let mut rest = word;
                while rest != 0 {
                    part[rest.trailing_zeros() as usize] = cell;
                    rest &= rest - 1;
                }
            }
        }
        self.reached[node].iter_mut().zip(new).for_each(|(reached, new)| *reached |= new);
    }

    /// Goes on breadth-first, backwards from one target, from where the passes stopped.
    fn finish(&mut self, at: usize, frontier: &[Bits]) -> Option<()> {
        let mut level: Vec<u32> = (0..frontier.len() as u32)
            .filter(|&node| frontier[node as usize][at / 64] >> (at % 64) & 1 == 1)
            .collect();
        let mut next = Vec::new();
        for hop in PASSES + 1.. {
            for &node in &level {
                for &from in self.graph.incoming(node as usize) {
                    let there = &mut self.cells[from as usize * BLOCK + at];
                    if *there == T::NONE {
                        *there = T::try_from(hop).ok().filter(|&cell| cell != T::NONE)?;
                        next.push(from);
                    }
                }
            }
            level.clear();
            std::mem::swap(&mut level, &mut next);
            if level.is_empty() {
                break;
            }
        }
        Some(())
    }
}

/// The first `width` bits.
fn full(width: usize) -> Bits {
    std::array::from_fn(|word| match width.saturating_sub(word * 64) {
        0 => 0,
        64.. => u64::MAX,
        some => (1 << some) - 1,
    })
}
