//! Undirected motifs from counts of triangles, without visiting every set (Ahmed et al. 2015).

use rayon::prelude::*;

use crate::Adjacency;

/// Neighbour lists without self-loops.
struct Lists(Vec<Vec<u32>>);

impl Lists {
    fn of(graph: &Adjacency) -> Self {
        let row =
            |node: usize| graph.out(node).iter().copied().filter(|&other| other as usize != node).collect();
        Self((0..graph.node_count()).map(row).collect())
    }

    fn degree(&self, node: usize) -> u64 {
        self.0[node].len() as u64
    }

    /// Neighbours of both, rising.
    fn shared(&self, a: usize, b: usize) -> impl Iterator<Item = u32> + '_ {
        let (mut left, mut right) = (self.0[a].iter().peekable(), self.0[b].iter().peekable());
        std::iter::from_fn(move || {
            loop {
                let (x, y) = (**left.peek()?, **right.peek()?);
                if x <= y {
                    left.next();
                }
                if y <= x {
                    right.next();
                }
                if x == y {
                    return Some(x);
                }
            }
        })
    }
}

/// Sums over nodes of what subgraphs, induced or not, are made from.
#[derive(Clone, Copy, Default)]
struct Sums {
    /// Pairs and triples of neighbours.
    pairs: u64,
    triples: u64,
    /// Triangles, each three times.
    triangles: u64,
    /// Triangles with an edge hanging on them.
    tailed: u64,
    /// Two triangles on one edge.
    diamonds: u64,
    /// Edges with one edge more at each end.
    chains: u64,
    /// Cycles of four, each by its four nodes.
    cycles: u64,
    /// Complete graphs of four.
    cliques: u64,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            triples: self.triples + other.triples,
            triangles: self.triangles + other.triangles,
            tailed: self.tailed + other.tailed,
            diamonds: self.diamonds + other.diamonds,
            chains: self.chains + other.chains,
            cycles: self.cycles + other.cycles,
            cliques: self.cliques + other.cliques,
        }
    }

    /// What one node adds; `paths` counts the ways of two edges to each node and is zero before and after.
    fn at(lists: &Lists, node: usize, four: bool, paths: &mut [u32]) -> Self {
        let degree = lists.degree(node);
        let mut sums = Self { pairs: degree * degree.saturating_sub(1) / 2, ..Self::default() };
        sums.triples = sums.pairs * degree.saturating_sub(2) / 3;
        let mut twice = 0;
        for &other in &lists.0[node] {
            let other = other as usize;
            let shared = lists.shared(node, other);
            if !four || other < node {
                twice += shared.count() as u64;
                continue;
            }
            // Each edge once, from its lower end.
            let shared: Vec<u32> = shared.collect();
            let triangles = shared.len() as u64;
            twice += triangles;
            sums.diamonds += triangles * triangles.saturating_sub(1) / 2;
            sums.chains += (degree - 1) * (lists.degree(other) - 1);
            let above = &shared[shared.partition_point(|&third| third as usize <= other)..];
            for (at, &third) in above.iter().enumerate() {
                let fourth = &above[at + 1..];
                sums.cliques +=
                    fourth.iter().filter(|end| lists.0[third as usize].binary_search(end).is_ok()).count()
                        as u64;
            }
        }
        sums.triangles = twice / 2;
        sums.tailed = sums.triangles * degree.saturating_sub(2);
        if four {
            let ends = || lists.0[node].iter().flat_map(|&middle| &lists.0[middle as usize]);
            for &end in ends().filter(|&&end| end as usize != node) {
                // The pairs of ways to one end are the cycles through both.
                sums.cycles += u64::from(paths[end as usize]);
                paths[end as usize] += 1;
            }
            ends().for_each(|&end| paths[end as usize] = 0);
        }
        sums
    }

    fn of(graph: &Adjacency, four: bool) -> Self {
        let lists = Lists::of(graph);
        let nodes = graph.node_count();
        let mut sums = (0..nodes)
            .into_par_iter()
            .map_init(|| vec![0; nodes], |paths, node| Self::at(&lists, node, four, paths))
            .reduce(Self::default, Self::plus);
        sums.triangles /= 3;
        sums.cycles /= 4;
        sums
    }
}

/// Paths of two edges, triangles.
pub(super) fn three(graph: &Adjacency) -> [u64; 2] {
    let sums = Sums::of(graph, false);
    [sums.pairs - 3 * sums.triangles, sums.triangles]
}

/// Stars, paths, paws, cycles, diamonds, cliques: what is there with edges to spare is taken off.
pub(super) fn four(graph: &Adjacency) -> [u64; 6] {
    let sums = Sums::of(graph, true);
    let cliques = sums.cliques;
    let diamonds = sums.diamonds - 6 * cliques;
    let cycles = sums.cycles - diamonds - 3 * cliques;
    let paws = sums.tailed - 4 * diamonds - 12 * cliques;
    let stars = sums.triples - paws - 2 * diamonds - 4 * cliques;
    let chains = sums.chains - 3 * sums.triangles;
    let paths = chains - 2 * paws - 4 * cycles - 6 * diamonds - 12 * cliques;
    [stars, paths, paws, cycles, diamonds, cliques]
}
