//! Where neurons stand among the 300 places.

use crate::cells::canonical;

/// A place for each neuron: its own if it has a name, else the first that no name of this recording claims.
pub(super) fn of(labels: &[Option<usize>]) -> Vec<usize> {
    let mut taken = vec![false; canonical().len()];
    for at in labels.iter().flatten() {
        taken[*at] = true;
    }
    let mut free = (0..taken.len()).filter(|&at| !taken[at]);
    // invariant: there are at most 300 neurons, and names claim no place twice, so the free places suffice.
    labels.iter().map(|label| label.unwrap_or_else(|| free.next().expect("a free place"))).collect()
}

/// For each of the 300 places, whether it is one of these.
pub(super) fn mask(slots: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut mask = vec![false; canonical().len()];
    for slot in slots {
        mask[slot] = true;
    }
    mask
}

/// Frames × 300, row after row, from traces and their places; 0 in places without one.
pub(super) fn matrix<'a>(frames: usize, traces: impl Iterator<Item = (usize, &'a [f64])>) -> Vec<f64> {
    let width = canonical().len();
    let mut matrix = vec![0.0; frames * width];
    for (slot, trace) in traces {
        for (row, &value) in matrix.chunks_exact_mut(width).zip(trace) {
            row[slot] = value;
        }
    }
    matrix
}
