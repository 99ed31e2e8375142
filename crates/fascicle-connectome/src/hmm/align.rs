//! Which found state is which true one: a fitted model numbers its states as it likes.

use super::HmmError;

/// How found states and true ones correspond.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// The true state of each found one; a permutation.
    pub true_of: Vec<usize>,
    /// The share of bins whose found state then is the true one.
    pub accuracy: f64,
}

impl Alignment {
    /// The found state of each true one: the inverse of [`Alignment::true_of`], and the order in which
    /// [`Chain::reordered`](super::Chain::reordered) takes states.
    #[must_use]
    pub fn found_of(&self) -> Vec<usize> {
        let mut inverse = vec![0; self.true_of.len()];
        for (found, &truth) in self.true_of.iter().enumerate() {
            inverse[truth] = found;
        }
        inverse
    }

    /// Found states, called by their true numbers.
    #[must_use]
    pub fn apply(&self, found: &[usize]) -> Vec<usize> {
        found.iter().map(|&state| self.true_of[state]).collect()
    }
}

/// The permutation of `states` states under which `found` agrees with `truth` in the most bins.
///
/// Where one side has fewer states, give the greater number; what is never seen is matched with what is left.
/// O(T + S³), by [`assignment`], so any number of states will do.
///
/// # Errors
/// [`HmmError::NoStates`]; [`HmmError::Shape`] for paths that are empty or of different lengths;
/// [`HmmError::StateOutOfRange`].
pub fn align(truth: &[usize], found: &[usize], states: usize) -> Result<Alignment, HmmError> {
    if states == 0 {
        return Err(HmmError::NoStates);
    }
    if truth.is_empty() || truth.len() != found.len() {
        return Err(HmmError::Shape {
            what: "found states",
            found: found.len(),
            expected: format!("as many as true ones ({}), at least one,", truth.len()),
        });
    }
    let mut disagreement = vec![0.0; states * states];
    for (bin, (&truth, &found)) in truth.iter().zip(found).enumerate() {
        if let Some(state) = [truth, found].into_iter().find(|state| *state >= states) {
            return Err(HmmError::StateOutOfRange { bin, state, states });
        }
        disagreement[found * states + truth] -= 1.0;
    }
    let true_of = assignment(&disagreement, states)?;
    let agreed: f64 =
        true_of.iter().enumerate().map(|(row, column)| -disagreement[row * states + column]).sum();
    Ok(Alignment { true_of, accuracy: agreed / truth.len() as f64 })
}

/// The column of each row in the cheapest one-to-one assignment of `size` rows to columns; `cost` is [row][column].
///
/// The Hungarian method by shortest augmenting paths (Jonker & Volgenant 1987). O(n³).
///
/// # Errors
/// [`HmmError::Shape`] unless there are size² costs; [`HmmError::BadCost`].
pub fn assignment(cost: &[f64], size: usize) -> Result<Vec<usize>, HmmError> {
    if cost.len() != size * size {
        return Err(HmmError::Shape {
            what: "costs of assignment",
            found: cost.len(),
            expected: format!("{size} × {size}"),
        });
    }
    if let Some(at) = cost.iter().position(|value| !value.is_finite()) {
        return Err(HmmError::BadCost { row: at / size, column: at % size, value: cost[at] });
    }
    // Prices of rows and columns keep cost − row price − column price ≥ 0, and = 0 where assigned. One column more, the
    // last, stands for "not assigned yet".
    let mut row_price = vec![0.0; size];
    let mut column_price = vec![0.0; size + 1];
    let mut row_of: Vec<Option<usize>> = vec![None; size + 1];
    for row in 0..size {
        row_of[size] = Some(row);
        let mut column = size;
        let mut distance = vec![f64::INFINITY; size];
        let mut came_from = vec![size; size];
        let mut done = vec![false; size + 1];
        while let Some(here) = row_of[column] {
            done[column] = true;
            let (mut step, mut next) = (f64::INFINITY, size);
            for other in (0..size).filter(|&other| !done[other]) {
                let reduced = cost[here * size + other] - row_price[here] - column_price[other];
                if reduced < distance[other] {
                    (distance[other], came_from[other]) = (reduced, column);
                }
                if distance[other] < step {
                    (step, next) = (distance[other], other);
                }
            }
            for (other, done) in done.iter().enumerate() {
                if *done {
                    if let Some(owner) = row_of[other] {
                        row_price[owner] += step;
                    }
                    column_price[other] -= step;
                } else {
                    distance[other] -= step;
                }
            }
            column = next;
        }
        while column != size {
            row_of[column] = row_of[came_from[column]];
            column = came_from[column];
        }
    }
    let mut column_of = vec![0; size];
    for (column, row) in row_of[..size].iter().enumerate() {
        if let Some(row) = row {
            column_of[*row] = column;
        }
    }
    Ok(column_of)
}
