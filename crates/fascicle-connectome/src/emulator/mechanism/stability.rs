//! Which directions grow around a state.

use fascicle_graph::spectral::{ComplexValue, Operator, eigenvalues};

use crate::emulator::EmulatorWeights;
use crate::network::NetworkError;

/// The network linearised at a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Stability {
    /// Eigenvalues λ of diag(h > 0) W, the greatest first.
    pub eigenvalues: Vec<ComplexValue>,
    /// How many of them have Re((λ − 1)/(λ + 1)) > 0: the directions that are unstable in continuous time, by the bilinear map
    /// from steps to time. The map takes the unit circle to the imaginary axis, so these are the λ with |λ| > 1.
    pub unstable: usize,
}

/// The spectrum of the network around `state` `[hidden]`. O(hidden³), by LAPACK.
///
/// # Errors
/// [`NetworkError::Shape`] for a state of another size, [`NetworkError::Graph`] when LAPACK fails.
pub fn stability(weights: &EmulatorWeights, state: &[f64]) -> Result<Stability, NetworkError> {
    let hidden = weights.size().hidden;
    NetworkError::count("the state", state.len(), hidden)?;
    let rows = weights.recurrent().chunks_exact(hidden).zip(state);
    let open =
        rows.flat_map(|(row, value)| row.iter().map(move |weight| if *value > 0.0 { *weight } else { 0.0 }));
    let mut eigenvalues = eigenvalues(&Square { values: open.collect(), size: hidden })?;
    eigenvalues.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
    let unstable = eigenvalues.iter().filter(|value| growth(**value) > 0.0).count();
    Ok(Stability { eigenvalues, unstable })
}

/// Re((λ − 1)/(λ + 1)).
fn growth(value: ComplexValue) -> f64 {
    let ComplexValue { re, im } = value;
    // at λ = −1 the map goes to infinity: on the border, neither growing nor falling
    let below = (re + 1.0).powi(2) + im * im;
    if below > 0.0 { (re * re + im * im - 1.0) / below } else { 0.0 }
}

/// A square matrix, row-major.
pub(super) struct Square {
    pub(super) values: Vec<f64>,
    pub(super) size: usize,
}

impl Operator for Square {
    fn size(&self) -> usize {
        self.size
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (y, row) in y.iter_mut().zip(self.values.chunks_exact(self.size)) {
            *y = row.iter().zip(x).map(|(a, b)| a * b).sum();
        }
    }

    fn dense(&self) -> Vec<f64> {
        self.values.clone()
    }
}
