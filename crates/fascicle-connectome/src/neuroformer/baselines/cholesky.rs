//! Symmetric positive definite systems, of a few hundred unknowns at most.

use super::super::NeuroformerError;

/// L of A = L Lᵀ, in place of the lower triangle of a row-major matrix. O(n³ / 3).
pub(super) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors `matrix`, of which only the lower triangle is read; `what` names it in the error.
    pub(super) fn new(
        mut matrix: Vec<f64>,
        size: usize,
        what: &'static str,
    ) -> Result<Self, NeuroformerError> {
        for row in 0..size {
            let (above, here) = matrix.split_at_mut(row * size);
            for col in 0..=row {
                let other = if col < row { &above[col * size..col * size + col] } else { &[][..] };
                let dot: f64 = if col < row {
                    here[..col].iter().zip(other).map(|(a, b)| a * b).sum()
                } else {
                    here[..col].iter().map(|a| a * a).sum()
                };
                let rest = here[col] - dot;
                if col < row {
                    here[col] = rest / above[col * size + col];
                } else if rest > 0.0 && rest.is_finite() {
                    here[col] = rest.sqrt();
                } else {
                    return Err(NeuroformerError::NotPositive { what, pivot: row, size });
                }
            }
        }
        Ok(Self { size, lower: matrix })
    }

    /// x of A x = b. O(n²).
    pub(super) fn solve(&self, b: &mut [f64]) {
        let (n, lower) = (self.size, &self.lower);
        for row in 0..n {
            let dot: f64 = lower[row * n..][..row].iter().zip(&*b).map(|(l, x)| l * x).sum();
            b[row] = (b[row] - dot) / lower[row * n + row];
        }
        for row in (0..n).rev() {
            let x = b[row] / lower[row * n + row];
            b[row] = x;
            for (b, l) in b[..row].iter_mut().zip(&lower[row * n..]) {
                *b -= l * x;
            }
        }
    }

    /// A⁻¹, row-major. O(n³).
    pub(super) fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        let mut inverse = vec![0.0; n * n];
        for row in 0..n {
            // the inverse is symmetric, so its columns are its rows
            let column = &mut inverse[row * n..(row + 1) * n];
            column[row] = 1.0;
            self.solve(column);
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn solves_what_it_factors(numbers in prop::collection::vec(-1.0f64..1.0, 36), b in prop::collection::vec(-3.0f64..3.0, 6)) {
            let n = 6;
            let at = |i: usize, j: usize| (0..n).map(|k| numbers[i * n + k] * numbers[j * n + k]).sum::<f64>() + f64::from(i == j);
            let matrix: Vec<f64> = (0..n * n).map(|k| at(k / n, k % n)).collect();
            let factored = Cholesky::new(matrix.clone(), n, "a matrix").unwrap();
            let mut x = b.clone();
            factored.solve(&mut x);
            let inverse = factored.inverse();
            for i in 0..n {
                let product: f64 = (0..n).map(|j| matrix[i * n + j] * x[j]).sum();
                prop_assert!((product - b[i]).abs() < 1e-8);
                let by_inverse: f64 = (0..n).map(|j| inverse[i * n + j] * b[j]).sum();
                prop_assert!((by_inverse - x[i]).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn refuses_what_has_no_root() {
        let refusal =
            |matrix: Vec<f64>| Cholesky::new(matrix, 2, "the covariance").err().unwrap().to_string();
        insta::assert_snapshot!(refusal(vec![1.0, 2.0, 2.0, 1.0]), @"the covariance is not positive definite (pivot 1 of 2): raise the ridge");
        insta::assert_snapshot!(refusal(vec![f64::NAN, 0.0, 0.0, 1.0]), @"the covariance is not positive definite (pivot 0 of 2): raise the ridge");
    }
}
