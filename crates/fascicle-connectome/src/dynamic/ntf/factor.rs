//! A factor: one mode's part of every component.

use crate::ConnectomeError;

/// One mode's part of every component of a factorisation: a column of non-negative numbers for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    size: usize,
    /// Component after component.
    values: Vec<f64>,
}

impl Factor {
    /// From its columns, one for each component.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] without columns, for columns of different lengths or none, and for a value that is
    /// negative or not finite.
    pub fn new(columns: &[Vec<f64>]) -> Result<Self, ConnectomeError> {
        let size = columns.first().map_or(0, Vec::len);
        if size == 0 {
            return Err(ConnectomeError::argument(
                "a factor",
                "empty",
                "at least one component with at least one value",
            ));
        }
        if let Some(column) = columns.iter().find(|column| column.len() != size) {
            let expected = format!("{size} (that of the first)");
            return Err(ConnectomeError::argument("the length of a factor's column", column.len(), expected));
        }
        if let Some(value) = columns.iter().flatten().find(|value| !(value.is_finite() && **value >= 0.0)) {
            return Err(ConnectomeError::argument(
                "a factor's value",
                value,
                "a finite number of at least 0",
            ));
        }
        Ok(Self { size, values: columns.concat() })
    }

    pub(super) fn from_values(size: usize, values: Vec<f64>) -> Self {
        Self { size, values }
    }

    /// How many rows it has: the size of its mode.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many components there are.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.values.len() / self.size
    }

    /// This mode's part of a component.
    ///
    /// # Panics
    /// For a component that there is not.
    #[must_use]
    pub fn component(&self, component: usize) -> &[f64] {
        &self.values[component * self.size..][..self.size]
    }

    pub(super) fn component_mut(&mut self, component: usize) -> &mut [f64] {
        &mut self.values[component * self.size..][..self.size]
    }

    /// All components, one after the other.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The euclidean length of a component.
    #[must_use]
    pub fn norm(&self, component: usize) -> f64 {
        self.component(component).iter().map(|value| value * value).sum::<f64>().sqrt()
    }

    /// The R × R products of components.
    pub(super) fn gram(&self) -> Vec<f64> {
        let rank = self.rank();
        let mut gram = vec![0.0; rank * rank];
        for a in 0..rank {
            for b in 0..=a {
                let sum: f64 = self.component(a).iter().zip(self.component(b)).map(|(x, y)| x * y).sum();
                gram[a * rank + b] = sum;
                gram[b * rank + a] = sum;
            }
        }
        gram
    }
}
