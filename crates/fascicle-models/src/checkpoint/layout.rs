//! The layouts of parameters in files, as ways to count through the file's tensor.
//!
//! Reading follows the count, writing follows it backwards; a new layout needs its line here and nothing else.

use super::strided::Strided;
use crate::families::Layout;

/// The elements of a parameter, in its own row-major order, within the tensor that holds it.
///
/// `tensor` has the shape that [`Place::shape_in_file`](crate::families::Place::shape_in_file) asks for.
pub(crate) fn within(layout: &Layout, tensor: Strided) -> Strided {
    match *layout {
        Layout::Same => tensor,
        Layout::Transposed => tensor.transposed(),
        Layout::Columns { part, parts } => match tensor.axes.last() {
            Some(last) => {
                let (axis, width) = (tensor.axes.len() - 1, last.len / parts);
                tensor.narrow(axis, part * width, width)
            }
            None => tensor,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(layout: Layout, shape: &[usize], expected: &[usize]) {
        let found: Vec<usize> = within(&layout, Strided::contiguous(shape)).positions().collect();
        assert_eq!(found, expected, "{layout:?}");
    }

    #[test]
    fn layouts() {
        check(Layout::Same, &[2, 2], &[0, 1, 2, 3]);
        check(Layout::Transposed, &[2, 3], &[0, 3, 1, 4, 2, 5]);
        check(Layout::Columns { part: 1, parts: 3 }, &[2, 6], &[2, 3, 8, 9]);
        check(Layout::Columns { part: 2, parts: 3 }, &[6], &[4, 5]);
    }
}
