//! Matrices where they lie in memory, and their product.

use std::mem::MaybeUninit;
use std::ops::Range;

use gemm::Parallelism;

use super::Real;

/// A matrix `[rows, columns]`, where it lies in memory.
#[derive(Clone, Copy)]
pub(in crate::ops) struct Matrix<'a, T> {
    numbers: &'a [T],
    dims: [usize; 2],
    steps: [usize; 2],
}

impl<'a, T> Matrix<'a, T> {
    /// `numbers` begin with the first element; `steps` lead to the next row and to the next column. None where the last
    /// element would lie outside.
    pub(in crate::ops) fn new(numbers: &'a [T], dims: [usize; 2], steps: [usize; 2]) -> Option<Self> {
        let last = || (dims[0] - 1) * steps[0] + (dims[1] - 1) * steps[1];
        (dims.contains(&0) || last() < numbers.len()).then_some(Self { numbers, dims, steps })
    }

    pub(super) fn numbers(&self) -> &'a [T] {
        self.numbers
    }

    pub(super) fn dims(&self) -> [usize; 2] {
        self.dims
    }

    pub(super) fn steps(&self) -> [usize; 2] {
        self.steps
    }

    pub(super) fn turned(self) -> Self {
        let ([rows, columns], [down, right]) = (self.dims, self.steps);
        Self { dims: [columns, rows], steps: [right, down], ..self }
    }

    /// Some of the rows.
    pub(super) fn rows(self, rows: Range<usize>) -> Self {
        assert!(rows.end <= self.dims[0], "rows that are there");
        let start = (rows.start * self.steps[0]).min(self.numbers.len());
        Self { numbers: &self.numbers[start..], dims: [rows.len(), self.dims[1]], ..self }
    }
}

/// `out ← a b`, row after row.
pub(super) fn product<T: Real>(a: Matrix<'_, T>, b: Matrix<'_, T>, out: &mut [T], threads: Parallelism) {
    // SAFETY: a number is as good as one that nobody wrote yet, and all that `product_into` leaves are numbers
    let out = unsafe { &mut *(std::ptr::from_mut(out) as *mut [MaybeUninit<T>]) };
    product_into(a, b, out, threads);
}

/// [`product`] where nothing was written yet.
pub(super) fn product_into<'o, T: Real>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    out: &'o mut [MaybeUninit<T>],
    threads: Parallelism,
) -> &'o mut [T] {
    let ([m, k], [inner, n]) = (a.dims, b.dims);
    assert!(k == inner && out.len() == m * n, "matrices that fit each other");
    let step = |matrix: &Matrix<'_, T>, axis: usize| matrix.steps[axis] as isize;
    // SAFETY: every element that dimensions and steps lead to lies within its slice, as `Matrix::new` has checked; `out`,
    // of m · n numbers, is borrowed for nobody else, is not read (the first flag) and is written as a whole
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr().cast::<T>(),
            1,
            n as isize,
            false,
            a.numbers.as_ptr(),
            step(&a, 1),
            step(&a, 0),
            b.numbers.as_ptr(),
            step(&b, 1),
            step(&b, 0),
            T::default(),
            T::ONE,
            false,
            false,
            false,
            threads,
        );
        &mut *(std::ptr::from_mut(out) as *mut [T])
    }
}
