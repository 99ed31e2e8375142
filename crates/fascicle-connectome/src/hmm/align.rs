//! Which found state is which true one: a fitted model numbers its states as it likes.

use fascicle_graph::matching::assign_max;

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
/// O(T + S³), by [`fascicle_graph::matching::assign_max`], so any number of states will do.
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
            expected: format!("as many as true ones ({}), at least one", truth.len()),
        });
    }
    let mut agreement = vec![0.0; states * states];
    for (bin, (&truth, &found)) in truth.iter().zip(found).enumerate() {
        if let Some(state) = [truth, found].into_iter().find(|state| *state >= states) {
            return Err(HmmError::StateOutOfRange { bin, state, states });
        }
        agreement[found * states + truth] += 1.0;
    }
    // invariant: a square table of counts, in which every state finds a partner
    let best = assign_max(&agreement, states, states).expect("a square table of counts");
    let true_of = best.columns.into_iter().flatten().collect();
    Ok(Alignment { true_of, accuracy: best.total / truth.len() as f64 })
}
