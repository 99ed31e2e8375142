//! The circuit against the authors' code, the body against theory and another integrator, training, and every error.

mod body;
mod circuit;
mod drag;
mod errors;
mod graph;
mod training;

/// Whether two rows of numbers agree to `tolerance`.
#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance, "number {at}: {a} is not {b}; all: {found:?}");
    }
}
