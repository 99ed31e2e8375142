//! Learned positions of a grid of patches, for a grid of another size.
//!
//! The same numbers as PyTorch's `interpolate(mode="bicubic", align_corners=False)` with and without `antialias`,
//! written as a matrix from the old grid to the new one, so that it is exact, cheap, and differentiable.

use crate::config::PositionResize;

/// Weights [new rows · new cols, old rows · old cols]; `None` when the sizes agree.
pub(crate) fn resize_matrix(kind: PositionResize, old: [usize; 2], new: [usize; 2]) -> Option<Vec<f64>> {
    if old == new {
        return None;
    }
    let antialias = kind == PositionResize::BicubicAntialias;
    let [by_row, by_col] = [0, 1].map(|axis| weights(old[axis], new[axis], antialias));
    let mut matrix = Vec::with_capacity(new[0] * new[1] * old[0] * old[1]);
    for row in by_row.chunks(old[0]) {
        for col in by_col.chunks(old[1]) {
            matrix.extend(row.iter().flat_map(|r| col.iter().map(move |c| r * c)));
        }
    }
    Some(matrix)
}

/// Weights [new, old] along one axis.
fn weights(old: usize, new: usize, antialias: bool) -> Vec<f64> {
    let scale = old as f64 / new as f64;
    let mut matrix = vec![0.0; old * new];
    for (to, row) in matrix.chunks_mut(old).enumerate() {
        let centre = (to as f64 + 0.5) * scale;
        if antialias {
            // Pillow's way: the kernel widens when shrinking, and what falls outside is left out and made up for
            let widen = scale.max(1.0);
            let support = 2.0 * widen;
            let first = ((centre - support + 0.5).max(0.0)) as usize;
            let last = ((centre + support + 0.5) as usize).min(old);
            for (from, weight) in row.iter_mut().enumerate().take(last).skip(first) {
                *weight = cubic((from as f64 + 0.5 - centre) / widen, -0.5);
            }
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|weight| *weight /= sum);
        } else {
            // what falls outside is the border's
            let left = (centre - 0.5).floor();
            for tap in -1..=2 {
                let from = left + f64::from(tap);
                let inside = from.clamp(0.0, (old - 1) as f64) as usize;
                row[inside] += cubic(centre - 0.5 - from, -0.75);
            }
        }
    }
    matrix
}

/// Keys' cubic convolution kernel.
fn cubic(x: f64, a: f64) -> f64 {
    let x = x.abs();
    if x <= 1.0 {
        ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * a
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up_to_one_and_a_constant_stays() {
        for (old, new) in [(4, 7), (7, 4), (3, 1), (1, 5), (5, 5)] {
            for antialias in [false, true] {
                for row in weights(old, new, antialias).chunks(old) {
                    assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{old} to {new}: {row:?}");
                }
            }
        }
        assert_eq!(resize_matrix(PositionResize::Bicubic, [3, 2], [3, 2]), None);
    }

    /// At the middle between two cells the kernel of a = −0.75 weighs −3/32, 19/32, 19/32, −3/32.
    #[test]
    fn between_two_cells() {
        let doubled = weights(4, 8, false);
        // the new cell 3 lies a quarter before the middle of the old cells 1 and 2
        let expected = [cubic(1.25, -0.75), cubic(0.25, -0.75), cubic(0.75, -0.75), cubic(1.75, -0.75)];
        for (got, expected) in doubled[3 * 4..][..4].iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12);
        }
        let middle: Vec<f64> = [1.5, 0.5, 0.5, 1.5].map(|x| cubic(x, -0.75)).to_vec();
        assert_eq!(middle, [-3.0 / 32.0, 19.0 / 32.0, 19.0 / 32.0, -3.0 / 32.0]);
    }
}
