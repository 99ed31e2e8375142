//! Where the elements of an array lie in a storage.
//!
//! Everything that a checkpoint does with a matrix (transposing it, fusing three into one, interleaving them by head,
//! stacking experts) is a way to count through its elements, and so is a non-contiguous PyTorch tensor. One
//! description serves for reading and, backwards, for writing.

/// One axis: how many elements, and how far apart, counted in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) len: usize,
    pub(crate) stride: usize,
}

/// An array in a storage, counted in elements. Its own order is row-major over `axes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strided {
    pub(crate) offset: usize,
    pub(crate) axes: Vec<Axis>,
}

impl Strided {
    /// A row-major array from the storage's beginning. The number of its elements must be representable.
    pub(crate) fn contiguous(shape: &[usize]) -> Self {
        let mut stride = 1usize;
        let mut axes: Vec<Axis> = shape
            .iter()
            .rev()
            .map(|&len| {
                let axis = Axis { len, stride };
                stride = stride.saturating_mul(len.max(1));
                axis
            })
            .collect();
        axes.reverse();
        Self { offset: 0, axes }
    }

    /// The axes the other way round.
    #[must_use]
    pub(crate) fn transposed(mut self) -> Self {
        self.axes.reverse();
        self
    }

    /// Elements `start` to `start + len` along an axis.
    #[must_use]
    pub(crate) fn narrow(mut self, axis: usize, start: usize, len: usize) -> Self {
        self.offset += start * self.axes[axis].stride;
        self.axes[axis].len = len;
        self
    }

    /// Number of elements, if representable.
    pub(crate) fn checked_len(&self) -> Option<usize> {
        self.axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.len))
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.len).product()
    }

    /// How many elements the storage must have, if that is representable.
    pub(crate) fn end(&self) -> Option<usize> {
        if self.axes.iter().any(|axis| axis.len == 0) {
            return Some(self.offset);
        }
        self.axes.iter().try_fold(self.offset.checked_add(1)?, |end, axis| {
            end.checked_add((axis.len - 1).checked_mul(axis.stride)?)
        })
    }

    /// How far the first element is from the one after the last.
    fn span(&self) -> usize {
        self.axes.iter().map(|axis| axis.len.saturating_sub(1) * axis.stride).sum::<usize>() + 1
    }

    /// Whether the elements follow one another.
    pub(crate) fn is_contiguous(&self) -> bool {
        matches!(self.merged().axes.as_slice(), [] | [Axis { stride: 1, .. }])
    }

    /// The same elements in the same order with as few axes as possible.
    pub(crate) fn merged(&self) -> Self {
        let mut axes: Vec<Axis> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().filter(|axis| axis.len != 1) {
            match axes.last_mut() {
                Some(outer) if outer.stride == axis.len * axis.stride => {
                    *outer = Axis { len: outer.len * axis.len, stride: axis.stride };
                }
                _ => axes.push(*axis),
            }
        }
        Self { offset: self.offset, axes }
    }

    /// The storage positions of the elements, in the array's order.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> {
        let Self { offset, axes } = self.merged();
        let count: usize = axes.iter().map(|axis| axis.len).product();
        let mut index = vec![0; axes.len()];
        let mut at = offset;
        (0..count).map(move |_| {
            let now = at;
            for (i, axis) in index.iter_mut().zip(&axes).rev() {
                *i += 1;
                at += axis.stride;
                if *i < axis.len {
                    break;
                }
                at -= axis.len * axis.stride;
                *i = 0;
            }
            now
        })
    }
}

/// A part of an array: the same elements in the storage and in the array's own row-major order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// In the storage.
    pub(crate) from: Strided,
    /// In the array.
    pub(crate) to: Strided,
}

impl Piece {
    /// The whole array.
    pub(crate) fn whole(array: &Strided) -> Self {
        let from = array.merged();
        let shape: Vec<usize> = from.axes.iter().map(|axis| axis.len).collect();
        Self { to: Strided::contiguous(&shape), from }
    }

    /// How many elements of the storage lie between its first and its last.
    pub(crate) fn span(&self) -> usize {
        self.from.span()
    }

    /// Cuts it, along the axis that is slowest in the storage, into pieces that span at most `limit` elements there
    /// (one element where even two are further apart), in the order of the storage.
    pub(crate) fn cut(self, limit: usize, pieces: &mut Vec<Self>) {
        let slowest = (0..self.from.axes.len())
            .filter(|axis| self.from.axes[*axis].len > 1)
            .max_by_key(|axis| self.from.axes[*axis].stride);
        let Some(slowest) = slowest.filter(|_| self.span() > limit) else {
            pieces.push(self);
            return;
        };
        let Axis { len, stride } = self.from.axes[slowest];
        let rest = self.span() - (len - 1) * stride;
        let step = (limit.saturating_sub(rest) / stride.max(1) + 1).clamp(1, len);
        for start in (0..len).step_by(step) {
            let len = step.min(len - start);
            let narrow = |array: &Strided| array.clone().narrow(slowest, start, len);
            let piece = Self { from: narrow(&self.from), to: narrow(&self.to) };
            if len == 1 { piece.cut(limit, pieces) } else { pieces.push(piece) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(len: usize, stride: usize) -> Axis {
        Axis { len, stride }
    }

    #[test]
    fn merging_keeps_the_order() {
        let array = Strided::contiguous(&[2, 1, 3, 4]);
        assert_eq!(array.merged().axes, [axis(24, 1)]);
        assert!(array.is_contiguous());
        let turned = Strided::contiguous(&[2, 3]).transposed();
        assert_eq!(turned.merged().axes, [axis(3, 1), axis(2, 3)]);
        assert_eq!(turned.positions().collect::<Vec<_>>(), [0, 3, 1, 4, 2, 5]);
        assert!(!turned.is_contiguous());
        assert!(Strided::contiguous(&[]).is_contiguous());
        assert_eq!(Strided::contiguous(&[]).positions().collect::<Vec<_>>(), [0]);
        assert_eq!(Strided::contiguous(&[3, 0]).positions().count(), 0);
    }

    #[test]
    fn ends() {
        assert_eq!(Strided::contiguous(&[2, 3]).end(), Some(6));
        assert_eq!(Strided { offset: 5, axes: vec![axis(0, 9)] }.end(), Some(5));
        assert_eq!(Strided { offset: 5, axes: vec![axis(3, 9)] }.end(), Some(24));
        assert_eq!(Strided { offset: usize::MAX, axes: vec![axis(2, 1)] }.end(), None);
        assert_eq!(Strided { offset: 0, axes: vec![axis(usize::MAX, 2)] }.end(), None);
    }

    #[test]
    fn pieces_cover_everything_once() {
        let arrays = [
            Strided::contiguous(&[7, 5]),
            Strided::contiguous(&[7, 5]).transposed(),
            Strided::contiguous(&[7, 6]).narrow(1, 2, 2),
            // interleaved by head, transposed: [in, head, d_head] of [head, 3, d_head, in]
            Strided { offset: 8, axes: vec![axis(4, 1), axis(3, 24), axis(2, 4)] },
            Strided { offset: 0, axes: vec![axis(4, 0), axis(3, 1)] },
            Strided::contiguous(&[]),
            Strided::contiguous(&[0, 4]),
        ];
        for array in arrays {
            let expected: Vec<usize> = array.positions().collect();
            for limit in [1, 2, 7, 13, 1000] {
                let mut pieces = Vec::new();
                Piece::whole(&array).cut(limit, &mut pieces);
                let mut got = vec![usize::MAX; expected.len()];
                for piece in &pieces {
                    assert!(piece.span() <= limit.max(1), "{array:?} at {limit}: {piece:?}");
                    for (from, to) in piece.from.positions().zip(piece.to.positions()) {
                        assert_eq!(std::mem::replace(&mut got[to], from), usize::MAX);
                    }
                }
                assert_eq!(got, expected, "{array:?} at {limit}");
            }
        }
    }
}
