//! The assignment problem: partners for all with the greatest sum.

/// For each row of a square table the column it is given, each column once, so that the sum is greatest (Kuhn 1955; by
/// shortest augmenting paths with potentials, Jonker & Volgenant 1987). O(n³).
///
/// `gain` is row-major; its values are finite.
pub(super) fn assign(gain: &[f64], n: usize) -> Vec<usize> {
    // shortest paths want costs; row and column 0 are a start that is nowhere in the table
    let cost = |row: usize, col: usize| -gain[(row - 1) * n + col - 1];
    let (mut row_price, mut col_price) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    let mut row_of = vec![0_usize; n + 1];
    for row in 1..=n {
        row_of[0] = row;
        let mut least = vec![f64::INFINITY; n + 1];
        let mut from = vec![0_usize; n + 1];
        let mut done = vec![false; n + 1];
        let mut col = 0;
        while row_of[col] != 0 {
            done[col] = true;
            let here = row_of[col];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for other in (1..=n).filter(|&other| !done[other]) {
                let reduced = cost(here, other) - row_price[here] - col_price[other];
                if reduced < least[other] {
                    least[other] = reduced;
                    from[other] = col;
                }
                if least[other] < step {
                    step = least[other];
                    next = other;
                }
            }
            for (other, &done) in done.iter().enumerate() {
                if done {
                    row_price[row_of[other]] += step;
                    col_price[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            col = next;
        }
        while col != 0 {
            row_of[col] = row_of[from[col]];
            col = from[col];
        }
    }
    let mut column = vec![0; n];
    for (col, &row) in row_of.iter().enumerate().skip(1) {
        column[row - 1] = col - 1;
    }
    column
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::assign;

    #[track_caller]
    fn check(gain: &[f64], expected: &[usize]) {
        assert_eq!(assign(gain, expected.len()), expected);
    }

    /// scipy 1.17: `linear_sum_assignment(…, maximize=True)`.
    #[test]
    fn small_tables() {
        check(&[], &[]);
        check(&[3.0], &[0]);
        check(&[1.0, 2.0, 2.0, 4.0], &[0, 1]);
        // greedy would take 0.9 first and end at 1.0
        check(&[0.9, 0.8, 0.7, 0.1], &[1, 0]);
        check(&[4.0, 1.0, 3.0, 2.0, 0.0, 5.0, 3.0, 2.0, 2.0], &[0, 2, 1]);
    }

    fn best(gain: &[f64], n: usize, row: usize, free: u32) -> f64 {
        let take = |col: usize| gain[row * n + col] + best(gain, n, row + 1, free & !(1 << col));
        let free_cols = (0..n).filter(|col| free >> col & 1 == 1);
        if row == n { 0.0 } else { free_cols.map(take).fold(f64::NEG_INFINITY, f64::max) }
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_better(n in 1_usize..7, numbers in proptest::collection::vec(-9_i8..9, 36)) {
            let gain: Vec<f64> = numbers[..n * n].iter().map(|&number| f64::from(number)).collect();
            let columns = assign(&gain, n);
            let mut sorted = columns.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..n).collect::<Vec<_>>());
            let sum: f64 = columns.iter().enumerate().map(|(row, col)| gain[row * n + col]).sum();
            prop_assert_eq!(sum, best(&gain, n, 0, (1 << n) - 1));
        }
    }
}
