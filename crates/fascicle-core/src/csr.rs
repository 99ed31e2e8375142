//! [`Csr`]: where a sparse weight matrix has its entries.

mod build;

use std::fmt;

use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::CoreError;
use crate::ops::Pattern;

/// The pattern of a sparse matrix W `[rows, cols]` in compressed rows, on a device.
///
/// A pattern holds no values: they are a tensor of `nnz` numbers in its order (row after row, columns rising),
/// so that they can be a parameter, be differentiated and be shared between patterns. Cloning is cheap. The
/// indices are 32-bit, those of the transposed pattern are kept beside them (six numbers an entry in all), and
/// nothing is computed about the pattern after it was built.
///
/// As with burn's and PyTorch's linear layers seen from the output, row r of W holds the weights of output r.
#[derive(Clone)]
pub struct Csr {
    rows: usize,
    cols: usize,
    nnz: usize,
    longest_row: usize,
    longest_col: usize,
    row_ptr: Tensor<1, Int>,
    row: Tensor<1, Int>,
    col: Tensor<1, Int>,
    col_ptr: Tensor<1, Int>,
    by_col_row: Tensor<1, Int>,
    by_col_entry: Tensor<1, Int>,
}

impl Csr {
    /// The pattern with `col_idx[row_ptr[r]..row_ptr[r + 1]]` as the columns of row r.
    ///
    /// O(nnz + rows + cols) time and space.
    ///
    /// # Errors
    /// When `row_ptr` does not have `rows + 1` elements that begin at 0, never fall and end at the length of
    /// `col_idx`; when a column lies outside the matrix, or does not rise within its row; when a size exceeds
    /// what 32-bit indices reach.
    pub fn new(
        rows: usize,
        cols: usize,
        row_ptr: &[usize],
        col_idx: &[usize],
        device: &Device,
    ) -> Result<Self, CoreError> {
        build::check(rows, cols, row_ptr, col_idx)?;
        Ok(Self::upload(rows, cols, row_ptr, col_idx, device))
    }

    /// The pattern and values of `(row, column, value)` triplets in any order; values are uploaded as `dtype`.
    ///
    /// # Errors
    /// When a triplet lies outside the matrix or comes twice, when a size exceeds what 32-bit indices reach, or
    /// when `dtype` is neither f32 nor f64 or not one that the device computes in.
    pub fn from_triplets(
        rows: usize,
        cols: usize,
        triplets: &[(usize, usize, f64)],
        dtype: DType,
        device: &Device,
    ) -> Result<(Self, Tensor<1>), CoreError> {
        check_dtype(dtype, device)?;
        let (row_ptr, col_idx, values) = build::from_triplets(rows, cols, triplets)?;
        let csr = Self::new(rows, cols, &row_ptr, &col_idx, device)?;
        let values = TensorData::new(values, [csr.nnz]).convert_dtype(dtype);
        Ok((csr, Tensor::from_data(values, (device, dtype))))
    }

    /// The pattern and values of the elements of `dense` `[rows, cols]` that are not zero (NaN is not), on the
    /// same device and in the same dtype. Waits for the device.
    ///
    /// # Errors
    /// When the tensor cannot be read back or is too large for 32-bit indices.
    pub fn from_dense(dense: Tensor<2>) -> Result<(Self, Tensor<1>), CoreError> {
        let [rows, cols] = dense.dims();
        let (device, dtype) = (dense.device(), dense.dtype());
        let numbers = read::<f64>("the dense matrix", dense.try_into_vec_as())?;
        let (row_ptr, col_idx, values) = build::from_dense(rows, cols, &numbers);
        let csr = Self::new(rows, cols, &row_ptr, &col_idx, &device)?;
        let values = TensorData::new(values, [csr.nnz]).convert_dtype(dtype);
        Ok((csr, Tensor::from_data(values, (&device, dtype))))
    }

    fn upload(rows: usize, cols: usize, row_ptr: &[usize], col_idx: &[usize], device: &Device) -> Self {
        let by_col = build::by_columns(cols, row_ptr, col_idx);
        // integers are constants: they need no autodiff
        let device = device.clone().without_autodiff();
        // the backends' own integers are 32-bit here and 64-bit there
        let tensor = |numbers: Vec<i32>| {
            let len = numbers.len();
            Tensor::from_data(TensorData::new(numbers, [len]), (&device, DType::I32))
        };
        let narrow = |numbers: &[usize]| tensor(numbers.iter().map(|&i| i as i32).collect());
        Self {
            rows,
            cols,
            nnz: col_idx.len(),
            longest_row: build::longest(row_ptr, |&at| at),
            longest_col: build::longest(&by_col.ptr, |&at| at as usize),
            row_ptr: narrow(row_ptr),
            row: tensor(build::rows_of_entries(row_ptr)),
            col: narrow(col_idx),
            col_ptr: tensor(by_col.ptr),
            by_col_row: tensor(by_col.row),
            by_col_entry: tensor(by_col.entry),
        }
    }

    /// Rows of the matrix: the width of the output.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the matrix: the width of the input.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Number of stored entries.
    pub fn nnz(&self) -> usize {
        self.nnz
    }

    /// Stored entries as a fraction of all places; 0 for a matrix without places.
    pub fn density(&self) -> f64 {
        let places = self.rows as f64 * self.cols as f64;
        if places == 0.0 { 0.0 } else { self.nnz as f64 / places }
    }

    /// Where the pattern lives.
    pub fn device(&self) -> Device {
        self.col.device()
    }

    /// The same pattern on another device.
    pub fn to_device(&self, device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        let moved = |tensor: &Tensor<1, Int>| tensor.clone().to_device(&device);
        Self {
            rows: self.rows,
            cols: self.cols,
            nnz: self.nnz,
            longest_row: self.longest_row,
            longest_col: self.longest_col,
            row_ptr: moved(&self.row_ptr),
            row: moved(&self.row),
            col: moved(&self.col),
            col_ptr: moved(&self.col_ptr),
            by_col_row: moved(&self.by_col_row),
            by_col_entry: moved(&self.by_col_entry),
        }
    }

    /// Row and column of every entry, in the order of the values. Waits for the device.
    ///
    /// # Errors
    /// When the pattern cannot be read back.
    pub fn entries(&self) -> Result<Vec<(usize, usize)>, CoreError> {
        let row = read::<i64>("a sparse pattern", self.row.try_to_vec_as())?;
        let col = read::<i64>("a sparse pattern", self.col.try_to_vec_as())?;
        Ok(row.into_iter().zip(col).map(|(row, col)| (row as usize, col as usize)).collect())
    }

    /// Row, column and value of every entry, in the order of the values: what [`Csr::from_triplets`] takes. Waits for the
    /// device.
    ///
    /// # Errors
    /// When `values` does not have one element an entry, or something cannot be read back.
    pub fn triplets(&self, values: Tensor<1>) -> Result<Vec<(usize, usize, f64)>, CoreError> {
        self.fits("values", values.dims(), [self.nnz], "[entries]")?;
        let values = read::<f64>("values", values.try_into_vec_as())?;
        Ok(self.entries()?.into_iter().zip(values).map(|((row, col), value)| (row, col, value)).collect())
    }

    /// The dense matrix `[rows, cols]` with `values` at the places of the pattern and zero elsewhere.
    ///
    /// Goes through host memory, so gradients do not pass; meant for looking and for tests.
    ///
    /// # Errors
    /// When `values` does not have one element an entry, or something cannot be read back.
    pub fn to_dense(&self, values: Tensor<1>) -> Result<Tensor<2>, CoreError> {
        let (device, dtype) = (values.device(), values.dtype());
        let triplets = self.triplets(values)?;
        let mut dense = vec![0.0; self.rows * self.cols];
        for (row, col, value) in triplets {
            dense[row * self.cols + col] = value;
        }
        let dense = TensorData::new(dense, [self.rows, self.cols]).convert_dtype(dtype);
        Ok(Tensor::from_data(dense, (&device, dtype)))
    }

    /// An error unless `found` is `expected`, which is called `shape` in words.
    pub(crate) fn fits<const D: usize>(
        &self,
        what: &'static str,
        found: [usize; D],
        expected: [usize; D],
        shape: &str,
    ) -> Result<(), CoreError> {
        if found == expected {
            return Ok(());
        }
        Err(CoreError::Shape {
            what,
            found: found.to_vec(),
            expected: format!("{shape} = {expected:?}"),
            rows: self.rows,
            cols: self.cols,
            nnz: self.nnz,
        })
    }

    /// The pattern as the kernels take it.
    pub(crate) fn pattern(&self) -> Pattern<Dispatch> {
        Pattern {
            rows: self.rows,
            cols: self.cols,
            longest_row: self.longest_row,
            longest_col: self.longest_col,
            row_ptr: self.row_ptr.clone().into_dispatch(),
            row: self.row.clone().into_dispatch(),
            col: self.col.clone().into_dispatch(),
            col_ptr: self.col_ptr.clone().into_dispatch(),
            by_col_row: self.by_col_row.clone().into_dispatch(),
            by_col_entry: self.by_col_entry.clone().into_dispatch(),
        }
    }
}

impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Csr({} × {}, {} entries, {})",
            self.rows,
            self.cols,
            self.nnz,
            crate::device_name(&self.device())
        )
    }
}

/// An error unless the sparse kernels and the device compute in `dtype`.
pub(crate) fn check_dtype(dtype: DType, device: &Device) -> Result<(), CoreError> {
    match dtype {
        DType::F32 => Ok(()),
        DType::F64 => crate::dtype::require(device, DType::F64),
        _ => Err(CoreError::KernelDType { found: dtype.name() }),
    }
}

fn read<T>(
    what: &'static str,
    numbers: Result<Vec<T>, burn::tensor::TensorReadError>,
) -> Result<Vec<T>, CoreError> {
    numbers.map_err(|source| CoreError::Read { what, source })
}
