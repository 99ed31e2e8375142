//! Which elements of a tensor are meant, kept small: an axis that is taken whole has length 1.

use burn::tensor::{Bool, Device, Tensor, TensorData};

/// True where chosen. Each axis has the tensor's length, or 1 where all of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlaceMask {
    dims: Vec<usize>,
    chosen: Vec<bool>,
}

impl PlaceMask {
    /// Chosen where every axis chooses; `None` chooses all of an axis.
    pub(crate) fn product(axes: &[Option<Vec<bool>>]) -> Self {
        let mut chosen = vec![true];
        for axis in axes.iter().flatten() {
            chosen = chosen.iter().flat_map(|so_far| axis.iter().map(move |here| *so_far && *here)).collect();
        }
        Self { dims: axes.iter().map(|axis| axis.as_ref().map_or(1, Vec::len)).collect(), chosen }
    }

    /// One place for each group of `batch` rows: group `i` gets index `first + i` of `axis`, of length `len`.
    pub(crate) fn one_a_group(
        rank: usize,
        batch: usize,
        groups: usize,
        axis: usize,
        len: usize,
        first: usize,
    ) -> Self {
        let mut dims = vec![1; rank];
        (dims[0], dims[axis]) = (groups * batch, len);
        let chosen =
            (0..groups * batch).flat_map(|row| (0..len).map(move |i| i == first + row / batch)).collect();
        Self { dims, chosen }
    }

    /// Chosen by both; each axis has the same length in both, or 1 in one of them.
    pub(crate) fn and(self, other: &Self) -> Self {
        if other.is_everything() {
            return self;
        }
        let dims: Vec<usize> = self.dims.iter().zip(&other.dims).map(|(a, b)| *a.max(b)).collect();
        let count = dims.iter().product::<usize>();
        let chosen = (0..count).map(|i| self.at(i, &dims) && other.at(i, &dims)).collect();
        Self { dims, chosen }
    }

    /// The value at flat index `i` of a tensor of shape `dims`.
    fn at(&self, i: usize, dims: &[usize]) -> bool {
        let (mut rest, mut stride, mut own) = (i, 1, 0);
        for (axis, len) in dims.iter().enumerate().rev() {
            let index = rest % len;
            rest /= len;
            if self.dims[axis] > 1 {
                own += index * stride;
            }
            stride *= self.dims[axis];
        }
        self.chosen[own]
    }

    /// Whether nothing is left out.
    pub(crate) fn is_everything(&self) -> bool {
        self.chosen.iter().all(|chosen| *chosen)
    }

    /// On the device, with the shape of the tensor that it is for.
    pub(crate) fn tensor<const D: usize>(&self, shape: [usize; D], device: &Device) -> Tensor<D, Bool> {
        let small = TensorData::new(self.chosen.clone(), self.dims.clone());
        Tensor::<D, Bool>::from_data(small, device).expand(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_is_row_major() {
        let mask = PlaceMask::product(&[Some(vec![true, false]), None, Some(vec![false, true, true])]);
        assert_eq!(mask.dims, [2, 1, 3]);
        assert_eq!(mask.chosen, [false, true, true, false, false, false]);
        assert!(!mask.is_everything());
        assert!(PlaceMask::product(&[None, None]).is_everything());
    }

    #[test]
    fn groups_take_one_place_each() {
        let mask = PlaceMask::one_a_group(3, 2, 2, 1, 3, 1);
        assert_eq!(mask.dims, [4, 3, 1]);
        let expected = [[0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]].concat();
        assert_eq!(mask.chosen.iter().map(|c| i32::from(*c)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn both_are_broadcast_over_each_other() {
        let rows = PlaceMask::product(&[Some(vec![true, false]), None]);
        let columns = PlaceMask::product(&[None, Some(vec![false, true])]);
        assert_eq!(
            rows.and(&columns),
            PlaceMask::product(&[Some(vec![true, false]), Some(vec![false, true])])
        );
    }
}
