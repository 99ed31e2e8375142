//! Published figures: of data sets small enough to stand here, of textbooks' examples, of formulas in papers.

mod formulas;
mod groups;
mod karate;
mod rankings;
mod textbooks;

use fascicle_graph::Adjacency;

/// As far as the figure was printed: with so many digits after the point.
#[track_caller]
fn printed(found: f64, figure: f64, digits: i32) {
    // A half of the last digit, and a little for the rounding of both.
    let unit = 10.0_f64.powi(-digits);
    assert!((found - figure).abs() <= 0.500_001 * unit, "{found}, printed as {figure}");
}

#[track_caller]
fn all_printed(found: &[f64], figures: &[f64], digits: i32) {
    assert_eq!(found.len(), figures.len());
    for (&found, &figure) in found.iter().zip(figures) {
        printed(found, figure, digits);
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// With weights of 1.
fn plain(nodes: usize, directed: bool, edges: &[(usize, usize)]) -> Adjacency {
    Adjacency::from_edges(nodes, directed, edges.iter().map(|&(from, to)| (from, to, 1.0))).unwrap()
}
