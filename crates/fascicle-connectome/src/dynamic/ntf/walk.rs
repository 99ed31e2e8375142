//! Every place of a few modes, with the product of the factors' rows there.

use super::Factor;

/// Calls `each` with the flat (row-major) index, the indices and the product over the modes, but for `skip`, of the factors'
/// rows. O(places · modes · R).
pub(super) fn walk(
    shape: &[usize],
    factors: &[Factor],
    skip: Option<usize>,
    mut each: impl FnMut(usize, &[usize], &[f64]),
) {
    let rank = factors.first().map_or(0, Factor::rank);
    let mut index = vec![0; shape.len()];
    let mut product = vec![1.0; rank];
    let places: usize = shape.iter().product();
    for flat in 0..places {
        product.fill(1.0);
        for (mode, factor) in factors.iter().enumerate().filter(|(mode, _)| Some(*mode) != skip) {
            for (c, product) in product.iter_mut().enumerate() {
                *product *= factor.component(c)[index[mode]];
            }
        }
        each(flat, &index, &product);
        for (index, &size) in index.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < size {
                break;
            }
            *index = 0;
        }
    }
}
