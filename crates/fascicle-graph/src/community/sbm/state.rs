//! A partition into blocks under way, and what it costs to describe the graph by it.

use std::collections::BTreeMap;

use super::amounts::{change, join};
use super::counts::{ln_binomial, ln_factorial};
use super::level::{Kind, Level};
use super::multigraph::{Cell, Multigraph};

/// A block's share of what the description needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) size: u64,
    /// Edges that leave and enter; in undirected graphs ends, and 0.
    pub(super) degrees: (u64, u64),
    /// How many nodes of each degree; rising, no zeros.
    pub(super) classes: Vec<(u32, u64)>,
}

impl Block {
    /// One node more or less of these classes.
    fn count(&mut self, (first, second): (u32, Option<u32>), more: bool) {
        for class in std::iter::once(first).chain(second) {
            change(&mut self.classes, class, |number| if more { *number += 1 } else { *number -= 1 });
        }
    }
}

type Row = Vec<(u32, Cell)>;

/// The edges of one node by the block at their other end.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) node: usize,
    pub(super) out: Row,
    pub(super) into: Row,
    pub(super) loops: Cell,
    pub(super) degrees: (u64, u64),
}

/// A partition of a graph's nodes.
pub(super) struct State<'a> {
    pub(super) graph: &'a Multigraph,
    pub(super) level: Level,
    pub(super) labels: Vec<u32>,
    pub(super) blocks: Vec<Block>,
    pub(super) out: Vec<Row>,
    into: Vec<Row>,
    /// A node's degree as a class; in directed graphs the degree out and that in.
    pub(super) class_of: Vec<(u32, Option<u32>)>,
}

impl<'a> State<'a> {
    /// From labels 0…count−1, all in use.
    pub(super) fn new(graph: &'a Multigraph, level: Level, labels: Vec<u32>, count: usize) -> Self {
        let mut names: BTreeMap<(bool, u64), u32> = BTreeMap::new();
        let degrees: Vec<(u64, u64)> = (0..graph.node_count()).map(|node| graph.degrees(node)).collect();
        let mut class = |into: bool, degree: u64| {
            let next = names.len() as u32;
            *names.entry((into, degree)).or_insert(next)
        };
        let class_of: Vec<(u32, Option<u32>)> = degrees
            .iter()
            .map(|&(sends, receives)| (class(false, sends), graph.directed.then(|| class(true, receives))))
            .collect();
        let mut blocks = vec![Block::default(); count];
        for (node, &label) in labels.iter().enumerate() {
            let block = &mut blocks[label as usize];
            block.size += 1;
            block.degrees.0 += degrees[node].0;
            block.degrees.1 += degrees[node].1;
            block.count(class_of[node], true);
        }
        let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
        for (from, to, cell) in graph.cells() {
            let (mut a, mut b) = (labels[from], labels[to]);
            if !graph.directed && a > b {
                (a, b) = (b, a);
            }
            let sum = cells.entry((a, b)).or_default();
            *sum = sum.plus(cell);
        }
        let (mut out, mut into) = (vec![Row::new(); count], vec![Row::new(); count]);
        for (&(a, b), &cell) in &cells {
            if graph.directed {
                out[a as usize].push((b, cell));
                into[b as usize].push((a, cell));
            } else {
                out[a as usize].push((b, cell));
                if a != b {
                    out[b as usize].push((a, cell));
                }
            }
        }
        for row in &mut out {
            row.sort_unstable_by_key(|entry| entry.0);
        }
        Self { graph, level, labels, blocks, out, into, class_of }
    }

    fn block_of(&self, r: u32) -> f64 {
        let block = &self.blocks[r as usize];
        self.level.block(
            self.graph.directed,
            block.size,
            block.degrees,
            block.classes.iter().map(|class| class.1),
        )
    }

    fn cell_of(&self, r: u32, t: u32, cell: Cell) -> f64 {
        self.level.cell(
            self.graph.directed,
            (self.blocks[r as usize].size, self.blocks[t as usize].size),
            r == t,
            cell,
        )
    }

    /// All that two different blocks and their edges cost.
    pub(super) fn local(&self, r: u32, s: u32) -> f64 {
        let mut sum = self.block_of(r) + self.block_of(s);
        for (row, other) in [(r, s), (s, r)] {
            for &(t, cell) in &self.out[row as usize] {
                // Undirected, the cell between the two is in both rows.
                if self.graph.directed || row == r || t != other {
                    sum += self.cell_of(row, t, cell);
                }
            }
            if self.graph.directed {
                let outer = self.into[row as usize].iter().filter(|(t, _)| *t != r && *t != s);
                sum += outer.map(|&(t, cell)| self.cell_of(t, row, cell)).sum::<f64>();
            }
        }
        sum
    }

    /// What the two would cost as one block.
    pub(super) fn merged(&self, r: u32, s: u32) -> f64 {
        let (a, b) = (&self.blocks[r as usize], &self.blocks[s as usize]);
        let size = a.size + b.size;
        let mut inside = Cell::default();
        let mut sum = 0.0;
        join(&self.out[r as usize], &self.out[s as usize], Cell::plus, |t, from_r, both| {
            if t == r || t == s {
                // Undirected, what is between the two is in both rows and counts in the first alone.
                let once = !self.graph.directed && t == r;
                inside = inside.plus(if once { from_r } else { both });
            } else {
                sum +=
                    self.level.cell(self.graph.directed, (size, self.blocks[t as usize].size), false, both);
            }
        });
        if self.graph.directed {
            join(&self.into[r as usize], &self.into[s as usize], Cell::plus, |t, _, both| {
                if t != r && t != s {
                    sum += self.level.cell(
                        self.graph.directed,
                        (self.blocks[t as usize].size, size),
                        false,
                        both,
                    );
                }
            });
        }
        if inside.count > 0 {
            sum += self.level.cell(self.graph.directed, (size, size), true, inside);
        }
        let mut classes = Vec::new();
        join(&a.classes, &b.classes, |x, y| x + y, |_, _, both| classes.push(both));
        let degrees = (a.degrees.0 + b.degrees.0, a.degrees.1 + b.degrees.1);
        sum + self.level.block(self.graph.directed, size, degrees, classes.into_iter())
    }

    /// Collects the edges of a node; its neighbours' blocks stay as they are while it is tried here and there.
    pub(super) fn look_around(&self, node: usize, around: &mut Around) {
        around.node = node;
        around.loops = Cell::default();
        around.degrees = self.graph.degrees(node);
        let collect = |edges: &Row, row: &mut Row, loops: &mut Cell| {
            row.clear();
            for &(to, cell) in edges {
                if to as usize == node {
                    *loops = loops.plus(cell);
                } else {
                    row.push((self.labels[to as usize], cell));
                }
            }
            row.sort_unstable_by_key(|entry| entry.0);
            row.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 = kept.1.plus(next.1);
                }
                same
            });
        };
        collect(&self.graph.out[node], &mut around.out, &mut around.loops);
        if self.graph.directed {
            // Loops are in both rows.
            collect(&self.graph.into[node], &mut around.into, &mut Cell::default());
        }
    }

    /// Moves the node that was looked around from its block to another.
    pub(super) fn shift(&mut self, around: &Around, to: u32) {
        let from = std::mem::replace(&mut self.labels[around.node], to);
        let classes = self.class_of[around.node];
        let old = &mut self.blocks[from as usize];
        old.size -= 1;
        old.degrees = (old.degrees.0 - around.degrees.0, old.degrees.1 - around.degrees.1);
        old.count(classes, false);
        let new = &mut self.blocks[to as usize];
        new.size += 1;
        new.degrees = (new.degrees.0 + around.degrees.0, new.degrees.1 + around.degrees.1);
        new.count(classes, true);
        for &(t, cell) in &around.out {
            self.add(from, t, cell, false);
            self.add(to, t, cell, true);
        }
        for &(t, cell) in &around.into {
            self.add(t, from, cell, false);
            self.add(t, to, cell, true);
        }
        if around.loops.count > 0 {
            self.add(from, from, around.loops, false);
            self.add(to, to, around.loops, true);
        }
    }

    fn add(&mut self, a: u32, b: u32, cell: Cell, more: bool) {
        let alter = |sum: &mut Cell| {
            if more {
                *sum = sum.plus(cell);
            } else {
                sum.count -= cell.count;
                sum.weight -= cell.weight;
            }
        };
        change(&mut self.out[a as usize], b, alter);
        if self.graph.directed {
            change(&mut self.into[b as usize], a, alter);
        } else if a != b {
            change(&mut self.out[b as usize], a, alter);
        }
    }

    /// The description length of this level: of the edges and of the partition, but not of how many edges there are between
    /// blocks, which is the next level's.
    pub(super) fn total(&self) -> f64 {
        let (nodes, count) = (self.graph.node_count() as u64, self.blocks.len() as u64);
        if nodes == 0 {
            return 0.0;
        }
        let mut sum: f64 = (0..count as u32).map(|r| self.block_of(r)).sum();
        for (r, row) in self.out.iter().enumerate() {
            let own = row.iter().filter(|(t, _)| self.graph.directed || r <= *t as usize);
            sum += own.map(|&(t, cell)| self.cell_of(r as u32, t, cell)).sum::<f64>();
        }
        sum + ln_binomial(nodes - 1, count - 1) + ln_factorial(nodes) + (nodes as f64).ln() + self.constant()
    }

    /// What no partition changes.
    fn constant(&self) -> f64 {
        if self.level.kind == Kind::Upper {
            return 0.0;
        }
        let cells = self.graph.cells().map(|(from, to, cell)| {
            let twice = from == to && !self.graph.directed;
            ln_factorial(cell.count) + if twice { cell.count as f64 * std::f64::consts::LN_2 } else { 0.0 }
        });
        let mut sum: f64 = cells.sum();
        if self.level.kind == Kind::Corrected {
            for node in 0..self.graph.node_count() {
                let (sends, receives) = self.graph.degrees(node);
                sum -= ln_factorial(sends) + ln_factorial(receives);
            }
        }
        sum + self.graph.cells().map(|(_, _, cell)| self.level.weights.constant(cell)).sum::<f64>()
    }

    /// The blocks as the graph of the next level.
    pub(super) fn contracted(&self) -> Multigraph {
        Multigraph::new(
            self.graph.directed,
            self.out.clone(),
            if self.graph.directed { self.into.clone() } else { Vec::new() },
        )
    }
}
