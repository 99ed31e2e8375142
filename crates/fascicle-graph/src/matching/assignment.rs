//! Linear assignment: rows and columns paired so that the sum of their numbers is least, or greatest.

use crate::GraphError;

/// Which column each row got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    /// For each row its column; `None` for the rows that are left over where there are more rows than columns.
    pub columns: Vec<Option<usize>>,
    /// The sum of the numbers that were chosen.
    pub total: f64,
}

impl Assignment {
    /// (row, column) of what was paired, in rising rows.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.columns.iter().enumerate().filter_map(|(row, column)| column.map(|column| (row, column)))
    }
}

/// The assignment of least cost: every row gets a column of its own, or every column a row where there are fewer of them.
///
/// `costs` are row-major, `rows` × `columns`; +∞ forbids a pair. Exact, by shortest augmenting paths with potentials
/// (Jonker & Volgenant 1987, in the rectangular form of Crouse 2016, which `scipy.optimize.linear_sum_assignment` also
/// is): O(k²·l) time for the smaller side k and the greater l, O(k + l) space beside the costs. Among equal optima the
/// choice is always the same.
///
/// # Errors
/// [`GraphError::BadArgument`] when there are not `rows` × `columns` costs, or one is NaN or −∞;
/// [`GraphError::Unsatisfiable`] when every full assignment has a forbidden pair.
///
/// ```
/// use fascicle_graph::matching::assign;
///
/// let costs = [
///     4.0, 1.0, 3.0, //
///     1.0, 0.0, 5.0,
/// ];
/// let found = assign(&costs, 2, 3)?;
/// assert_eq!(found.columns, [Some(1), Some(0)]);
/// assert_eq!(found.total, 2.0);
/// # Ok::<(), fascicle_graph::GraphError>(())
/// ```
pub fn assign(costs: &[f64], rows: usize, columns: usize) -> Result<Assignment, GraphError> {
    solve(costs, rows, columns, 1.0)
}

/// The assignment of greatest value; −∞ forbids a pair. Otherwise as [`assign`].
///
/// # Errors
/// As [`assign`], with +∞ and −∞ exchanged.
pub fn assign_max(values: &[f64], rows: usize, columns: usize) -> Result<Assignment, GraphError> {
    solve(values, rows, columns, -1.0)
}

fn solve(numbers: &[f64], rows: usize, columns: usize, sign: f64) -> Result<Assignment, GraphError> {
    if rows.checked_mul(columns) != Some(numbers.len()) {
        let expected = format!("{rows} × {columns}, one for each row and column");
        return Err(GraphError::argument("the number of costs", numbers.len(), expected));
    }
    for (place, &number) in numbers.iter().enumerate() {
        if number.is_nan() || number * sign == f64::NEG_INFINITY {
            let (row, column) = (place / columns, place % columns);
            let forbids = if sign > 0.0 { "∞" } else { "−∞" };
            return Err(GraphError::argument(
                "a number of the assignment",
                format!("{number} in row {row}, column {column}"),
                format!("a finite number, or {forbids} to forbid the pair"),
            ));
        }
    }
    let found = if rows <= columns {
        augment(|row, column| sign * numbers[row * columns + column], rows, columns)
            .map(|chosen| chosen.into_iter().map(Some).collect::<Vec<_>>())
    } else {
        augment(|row, column| sign * numbers[column * columns + row], columns, rows).map(|chosen| {
            let mut turned = vec![None; rows];
            for (column, row) in chosen.into_iter().enumerate() {
                turned[row] = Some(column);
            }
            turned
        })
    };
    let columns_of = found.ok_or_else(|| GraphError::Unsatisfiable {
        what: "an assignment",
        why: format!("too many of the {rows} × {columns} pairs are forbidden; allow more of them"),
    })?;
    let mut assignment = Assignment { columns: columns_of, total: 0.0 };
    assignment.total = assignment.pairs().map(|(row, column)| numbers[row * columns + column]).sum();
    Ok(assignment)
}

/// No row or column.
const NOBODY: usize = usize::MAX;

/// For each row its column, where there are at least as many columns; none if infinite costs forbid it.
fn augment(cost: impl Fn(usize, usize) -> f64, rows: usize, columns: usize) -> Option<Vec<usize>> {
    let mut row_price = vec![0.0; rows];
    let mut column_price = vec![0.0; columns];
    let mut column_of = vec![NOBODY; rows];
    let mut row_of = vec![NOBODY; columns];
    let mut way = vec![NOBODY; columns];
    for newcomer in 0..rows {
        // Dijkstra over reduced costs, from the new row to the nearest free column
        let mut nearest = vec![f64::INFINITY; columns];
        let mut unseen: Vec<usize> = (0..columns).collect();
        let (mut seen_rows, mut seen_columns) = (Vec::new(), Vec::new());
        let (mut row, mut walked) = (newcomer, 0.0);
        let free = loop {
            seen_rows.push(row);
            let (mut best, mut lowest) = (NOBODY, f64::INFINITY);
            for (place, &column) in unseen.iter().enumerate() {
                let through = walked + cost(row, column) - row_price[row] - column_price[column];
                if through < nearest[column] {
                    nearest[column] = through;
                    way[column] = row;
                }
                // of columns equally near, a free one ends the search
                if nearest[column] < lowest || (nearest[column] == lowest && row_of[column] == NOBODY) {
                    (best, lowest) = (place, nearest[column]);
                }
            }
            if lowest == f64::INFINITY {
                return None;
            }
            walked = lowest;
            let column = unseen.swap_remove(best);
            seen_columns.push(column);
            if row_of[column] == NOBODY {
                break column;
            }
            row = row_of[column];
        };
        row_price[newcomer] += walked;
        for &row in &seen_rows[1..] {
            row_price[row] += walked - nearest[column_of[row]];
        }
        for &column in &seen_columns {
            column_price[column] -= walked - nearest[column];
        }
        let mut column = free;
        loop {
            let row = way[column];
            row_of[column] = row;
            std::mem::swap(&mut column_of[row], &mut column);
            if row == newcomer {
                break;
            }
        }
    }
    Some(column_of)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least total over all assignments of the smaller side, tried one by one.
    fn brute(costs: &[f64], rows: usize, columns: usize) -> f64 {
        fn from(row: usize, used: &mut Vec<bool>, cost: &dyn Fn(usize, usize) -> f64, rows: usize) -> f64 {
            if row == rows {
                return 0.0;
            }
            let mut least = f64::INFINITY;
            for column in 0..used.len() {
                if !used[column] {
                    used[column] = true;
                    least = least.min(cost(row, column) + from(row + 1, used, cost, rows));
                    used[column] = false;
                }
            }
            least
        }
        if rows <= columns {
            from(0, &mut vec![false; columns], &|row, column| costs[row * columns + column], rows)
        } else {
            from(0, &mut vec![false; rows], &|row, column| costs[column * columns + row], columns)
        }
    }

    #[track_caller]
    fn check(costs: &[f64], rows: usize, columns: usize, expected: &[Option<usize>], total: f64) {
        let found = assign(costs, rows, columns).unwrap();
        assert_eq!(found.columns, expected);
        assert_eq!(found.total, total);
    }

    #[test]
    fn small_ones() {
        check(&[], 0, 0, &[], 0.0);
        check(&[], 0, 3, &[], 0.0);
        check(&[], 3, 0, &[None, None, None], 0.0);
        check(&[7.0], 1, 1, &[Some(0)], 7.0);
        // greedy would take 1 and pay 10
        check(&[1.0, 2.0, 3.0, 9.0], 2, 2, &[Some(1), Some(0)], 5.0);
        check(&[5.0, 1.0, 3.0], 3, 1, &[None, Some(0), None], 1.0);
        check(&[f64::INFINITY, -2.0, 4.0, f64::INFINITY], 2, 2, &[Some(1), Some(0)], 2.0);
    }

    #[test]
    fn as_scipy() {
        // scipy.optimize.linear_sum_assignment([[4, 1, 3], [2, 0, 5], [3, 2, 2]]): columns 1, 0, 2
        check(&[4.0, 1.0, 3.0, 2.0, 0.0, 5.0, 3.0, 2.0, 2.0], 3, 3, &[Some(1), Some(0), Some(2)], 5.0);
    }

    #[test]
    fn errors() {
        let text = |result: Result<Assignment, GraphError>| result.unwrap_err().to_string();
        insta::assert_snapshot!(text(assign(&[1.0; 5], 2, 3)), @"the number of costs is 5; expected 2 × 3, one for each row and column");
        insta::assert_snapshot!(text(assign(&[1.0, 2.0, f64::NAN, 0.0], 2, 2)), @"a number of the assignment is NaN in row 1, column 0; expected a finite number, or ∞ to forbid the pair");
        insta::assert_snapshot!(text(assign_max(&[f64::INFINITY], 1, 1)), @"a number of the assignment is inf in row 0, column 0; expected a finite number, or −∞ to forbid the pair");
        let wall = [f64::INFINITY, f64::INFINITY, 1.0, 1.0];
        insta::assert_snapshot!(text(assign(&wall, 2, 2)), @"an assignment cannot be made: too many of the 2 × 2 pairs are forbidden; allow more of them");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn as_good_as_trying_all(
            rows in 1_usize..6,
            columns in 1_usize..6,
            numbers in prop::collection::vec(prop_oneof![3 => -9_i32..10, 1 => Just(i32::MAX)], 25),
        ) {
            let cost = |number: i32| if number == i32::MAX { f64::INFINITY } else { f64::from(number) };
            let costs: Vec<f64> = numbers[..rows * columns].iter().map(|&number| cost(number)).collect();
            let least = brute(&costs, rows, columns);
            let values: Vec<f64> = costs.iter().map(|cost| -cost).collect();
            match assign(&costs, rows, columns) {
                Err(_) => {
                    prop_assert_eq!(least, f64::INFINITY);
                    prop_assert!(assign_max(&values, rows, columns).is_err());
                }
                Ok(found) => {
                    // whole numbers: sums are exact
                    prop_assert_eq!(found.total, least);
                    prop_assert_eq!(found.pairs().count(), rows.min(columns));
                    let mut columns_used: Vec<usize> = found.pairs().map(|(_, column)| column).collect();
                    columns_used.sort_unstable();
                    columns_used.dedup();
                    prop_assert_eq!(columns_used.len(), rows.min(columns));
                    prop_assert_eq!(assign_max(&values, rows, columns).unwrap().total, -least);
                }
            }
        }
    }
}
