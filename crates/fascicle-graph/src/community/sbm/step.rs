//! What a move would change.

use super::amounts::amount;
use super::level::Kind;
use super::multigraph::Cell;
use super::state::{Around, State};

/// What comes into a cell and what leaves it.
#[derive(Clone, Copy, Default)]
struct Flow {
    more: Cell,
    less: Cell,
}

impl State<'_> {
    /// How much longer the description gets when the node that was looked around goes to another block. O(d log B) for the d
    /// blocks around it; above the first level, where all cells of a block depend on its size, O(B) more.
    pub(super) fn step(&mut self, around: &Around, to: u32) -> f64 {
        if self.level.kind == Kind::Upper {
            let from = self.labels[around.node];
            let before = self.local(from, to);
            self.shift(around, to);
            let step = self.local(from, to) - before;
            self.shift(around, from);
            return step;
        }
        self.cells_step(around, to) + self.blocks_step(around, to)
    }

    fn cells_step(&self, around: &Around, to: u32) -> f64 {
        let from = self.labels[around.node];
        let directed = self.graph.directed;
        // Cells between the two blocks change for several reasons at once: [from, to] by [from, to].
        let mut between = [[Flow::default(); 2]; 2];
        let mut sum = 0.0;
        for &(t, cell) in &around.out {
            if t == from || t == to {
                let column = usize::from(t == to);
                flow(&mut between[0][column].less, cell);
                flow(&mut between[1][column].more, cell);
            } else {
                sum += self.cell_step(from, t, Flow { less: cell, ..Flow::default() });
                sum += self.cell_step(to, t, Flow { more: cell, ..Flow::default() });
            }
        }
        for &(t, cell) in &around.into {
            if t == from || t == to {
                let row = usize::from(t == to);
                flow(&mut between[row][0].less, cell);
                flow(&mut between[row][1].more, cell);
            } else {
                sum += self.cell_step(t, from, Flow { less: cell, ..Flow::default() });
                sum += self.cell_step(t, to, Flow { more: cell, ..Flow::default() });
            }
        }
        flow(&mut between[0][0].less, around.loops);
        flow(&mut between[1][1].more, around.loops);
        if !directed {
            let back = std::mem::take(&mut between[1][0]);
            flow(&mut between[0][1].more, back.more);
            flow(&mut between[0][1].less, back.less);
        }
        for (row, a) in between.iter().zip([from, to]) {
            for (change, b) in row.iter().zip([from, to]) {
                if change.more.count > 0 || change.less.count > 0 {
                    sum += self.cell_step(a, b, *change);
                }
            }
        }
        sum
    }

    fn cell_step(&self, a: u32, b: u32, flow: Flow) -> f64 {
        let old: Cell = amount(&self.out[a as usize], b);
        let count = old.count + flow.more.count - flow.less.count;
        let weight = if count == 0 { 0.0 } else { old.weight + flow.more.weight - flow.less.weight };
        // Sizes matter above the first level alone.
        let cost = |cell| self.level.cell(self.graph.directed, (1, 1), a == b, cell);
        cost(Cell { count, weight }) - cost(old)
    }

    fn blocks_step(&self, around: &Around, to: u32) -> f64 {
        let (old, new) = (&self.blocks[self.labels[around.node] as usize], &self.blocks[to as usize]);
        let (sends, receives) = around.degrees;
        let cost = |size: u64, degrees: (u64, u64)| {
            self.level.block(self.graph.directed, size, degrees, std::iter::empty())
        };
        let mut sum = cost(old.size - 1, (old.degrees.0 - sends, old.degrees.1 - receives))
            - cost(old.size, old.degrees)
            + cost(new.size + 1, (new.degrees.0 + sends, new.degrees.1 + receives))
            - cost(new.size, new.degrees);
        if self.level.kind == Kind::Corrected {
            let (first, second) = self.class_of[around.node];
            for class in std::iter::once(first).chain(second) {
                let (here, there) = (amount(&old.classes, class), amount(&new.classes, class));
                sum += (here as f64).ln() - (there as f64 + 1.0).ln();
            }
        }
        sum
    }
}

fn flow(sum: &mut Cell, cell: Cell) {
    *sum = sum.plus(cell);
}
