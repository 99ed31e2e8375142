//! Matrices whose rows are whole blocks of numbers, and the two sums that a network on the host consists of.
//!
//! The functions are inlined into what is compiled for each instruction set. Sums are taken in an order that does not depend
//! on it.

/// Numbers of a block.
pub(super) const LANES: usize = 8;
pub(super) type Block = [f64; LANES];

/// Rows that are added at once.
const TOGETHER: usize = 4;

/// Blocks that hold so many numbers.
pub(super) fn blocks(numbers: usize) -> usize {
    numbers.div_ceil(LANES)
}

/// Rows of so many numbers, filled up with zeros.
pub(super) fn padded(values: &[f64], columns: usize) -> Vec<Block> {
    let width = blocks(columns);
    let mut rows = vec![[0.0; LANES]; values.len() / columns * width];
    for (row, values) in rows.chunks_exact_mut(width).zip(values.chunks_exact(columns)) {
        row.as_flattened_mut()[..columns].copy_from_slice(values);
    }
    rows
}

/// The same without what they were filled up with.
pub(super) fn trimmed(rows: &[Block], columns: usize) -> Vec<f64> {
    rows.chunks_exact(blocks(columns)).flat_map(|row| row.as_flattened()[..columns].iter().copied()).collect()
}

/// `sum += Σₖ by[k] · rows[which[k]]`.
#[inline(always)]
pub(super) fn add_rows(sum: &mut [Block], rows: &[Block], which: &[usize], by: &[f64]) {
    let width = sum.len();
    let row = |at: usize| &rows[at * width..][..width];
    let (groups, last) = which.as_chunks::<TOGETHER>();
    let (factors, last_factors) = by.as_chunks::<TOGETHER>();
    for (group, factors) in groups.iter().zip(factors) {
        let group = group.map(row);
        for (at, sum) in sum.iter_mut().enumerate() {
            let mut total = *sum;
            for (row, factor) in group.iter().zip(factors) {
                for (total, value) in total.iter_mut().zip(&row[at]) {
                    *total += factor * value;
                }
            }
            *sum = total;
        }
    }
    for (at, factor) in last.iter().zip(last_factors) {
        for (sum, row) in sum.iter_mut().zip(row(*at)) {
            for (sum, value) in sum.iter_mut().zip(row) {
                *sum += factor * value;
            }
        }
    }
}

/// Σ a b.
#[inline(always)]
pub(super) fn dot(a: &[Block], b: &[Block]) -> f64 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// A list of numbers with their places, without the zeros: half of the units of a ReLU network are silent.
pub(super) struct Sparse {
    which: Vec<usize>,
    by: Vec<f64>,
    count: usize,
}

impl Sparse {
    /// Room for so many.
    pub(super) fn new(most: usize) -> Self {
        Self { which: vec![0; most], by: vec![0.0; most], count: 0 }
    }

    /// Takes up other numbers, at most as many as there is room for.
    #[inline(always)]
    pub(super) fn fill(&mut self, values: impl Iterator<Item = f64>) {
        let mut count = 0;
        // without a branch: which unit is silent is hard to foresee
        for (at, value) in values.enumerate() {
            self.which[count] = at;
            self.by[count] = value;
            count += usize::from(value != 0.0);
        }
        self.count = count;
    }

    pub(super) fn which(&self) -> &[usize] {
        &self.which[..self.count]
    }

    pub(super) fn by(&self) -> &[f64] {
        &self.by[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between −½ and ½ without a pattern, a third of them 0.
    fn numbers(count: usize) -> Vec<f64> {
        let number = |i: usize| if i % 3 == 1 { 0.0 } else { (i as f64 * 0.754_877_666).fract() - 0.5 };
        (0..count).map(number).collect()
    }

    #[test]
    fn sums_are_those_of_the_definition() {
        for (rows, columns) in [(1, 1), (3, 7), (4, 8), (9, 17), (50, 50)] {
            let (matrix, factors) = (numbers(rows * columns), numbers(rows));
            let held = padded(&matrix, columns);
            assert_eq!(trimmed(&held, columns), matrix);
            let mut sparse = Sparse::new(rows);
            sparse.fill(factors.iter().copied());
            let mut sum = padded(&numbers(columns), columns);
            let before = trimmed(&sum, columns);
            add_rows(&mut sum, &held, sparse.which(), sparse.by());
            for (column, (found, before)) in trimmed(&sum, columns).iter().zip(before).enumerate() {
                let expected: f64 = (0..rows).map(|row| factors[row] * matrix[row * columns + column]).sum();
                assert!(
                    (found - before - expected).abs() < 1e-12,
                    "{rows} rows, {columns} columns, {column}"
                );
            }
            let first = &held[..blocks(columns)];
            let expected: f64 = matrix[..columns].iter().map(|value| value * value).sum();
            assert!((dot(first, first) - expected).abs() < 1e-12);
        }
    }
}
