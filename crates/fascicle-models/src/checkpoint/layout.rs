//! The layouts of parameters in files, as ways to count through the file's tensor.
//!
//! Reading follows the count, writing follows it backwards; a new layout needs its line here and nothing else.

use super::strided::{Axis, Strided};
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
        Layout::HeadRows { part, parts, heads } => {
            let (rows, inputs) = (tensor.axes[0], &tensor.axes[1..]);
            let size = rows.len / (parts * heads).max(1);
            let by_head = [
                Axis { len: heads, stride: parts * size * rows.stride },
                Axis { len: size, stride: rows.stride },
            ];
            Strided {
                offset: tensor.offset + part * size * rows.stride,
                axes: inputs.iter().copied().chain(by_head).collect(),
            }
        }
        Layout::Units(_) | Layout::Scalar => tensor,
        Layout::Patches { .. } => {
            let mut tensor = tensor;
            tensor.axes.rotate_left(1);
            tensor
        }
        Layout::Expert { expert, part, parts, .. } => {
            let rows = tensor.axes[1].len / parts;
            let mut own = tensor.narrow(0, expert, 1).narrow(1, part * rows, rows);
            own.axes.remove(0);
            own.transposed()
        }
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
        // two heads of two rows a part, three parts: rows 2, 3 and 8, 9 of the file
        let keys = Layout::HeadRows { part: 1, parts: 3, heads: 2 };
        check(keys, &[12], &[2, 3, 8, 9]);
        check(keys, &[12, 2], &[4, 6, 16, 18, 5, 7, 17, 19]);
        check(Layout::Units(2), &[1, 1, 3], &[0, 1, 2]);
        check(Layout::Scalar, &[], &[0]);
        check(Layout::Patches { channels: 1, side: 2 }, &[2, 1, 2, 2], &[0, 4, 1, 5, 2, 6, 3, 7]);
        let up = Layout::Expert { expert: 1, experts: 2, part: 1, parts: 2 };
        check(up, &[2, 4, 2], &[12, 14, 13, 15]);
    }
}
