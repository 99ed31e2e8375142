//! What can go wrong in this crate.

use burn::tensor::TensorReadError;

use crate::DeviceSpec;

/// An error of `fascicle-core`: a device that cannot be had, a sparse matrix that is none, or arguments that
/// do not fit together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The name of no device.
    #[error(
        "unknown device `{given}`{}: a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N{}",
        nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default(),
        offers(offered)
    )]
    UnknownDevice {
        /// What was asked for.
        given: String,
        /// The name most like it.
        nearest: Option<&'static str>,
        /// The devices that are ready here.
        offered: Vec<String>,
    },

    /// A device that this build leaves out.
    #[error(
        "device `{spec}` is not in this build: compile with the cargo feature `{feature}`{}",
        offers(offered)
    )]
    DeviceNotBuilt {
        /// The device.
        spec: DeviceSpec,
        /// The feature that brings it in.
        feature: &'static str,
        /// The devices that are ready here.
        offered: Vec<String>,
    },

    /// A device that this machine lacks.
    #[error("device `{spec}` is not on this machine: {why}; {advice}{}", offers(offered))]
    DeviceMissing {
        /// The device.
        spec: DeviceSpec,
        /// What was found instead.
        why: String,
        /// What to do.
        advice: &'static str,
        /// The devices that are ready here.
        offered: Vec<String>,
    },

    /// A device that is there and computes wrongly.
    #[error("device `{spec}` ({name}) failed its start-up check: {why}; update its driver, or use `cpu`")]
    DeviceBroken {
        /// The device.
        spec: DeviceSpec,
        /// What it calls itself.
        name: String,
        /// What came out of the check.
        why: String,
    },

    /// A number format that the device cannot compute in.
    #[error("device `{device}` cannot compute in {dtype}: it has {}", supported.join(", "))]
    DType {
        /// The device.
        device: String,
        /// What was asked for.
        dtype: &'static str,
        /// What it has.
        supported: Vec<&'static str>,
    },

    /// A row pointer of the wrong length.
    #[error("row_ptr has {len} elements: a matrix of {rows} rows needs {}", rows + 1)]
    RowPtrLength {
        /// Rows of the matrix.
        rows: usize,
        /// Elements given.
        len: usize,
    },

    /// A row pointer that does not begin at zero or does not end at the number of entries.
    #[error("row_ptr[{at}] is {found}: it must be {expected}, because col_idx has {entries} elements")]
    RowPtrEnds {
        /// Which element.
        at: usize,
        /// Its value.
        found: usize,
        /// What it must be.
        expected: usize,
        /// Length of `col_idx`.
        entries: usize,
    },

    /// A row pointer that falls.
    #[error("row_ptr falls from {start} to {end} at row {row}: it must never decrease")]
    RowPtrFalls {
        /// The row.
        row: usize,
        /// Where the row begins.
        start: usize,
        /// Where it ends.
        end: usize,
    },

    /// An entry outside the matrix.
    #[error("entry [{row}, {col}] lies outside a matrix of {rows} rows and {cols} columns")]
    EntryOutside {
        /// Row of the entry.
        row: usize,
        /// Column of the entry.
        col: usize,
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
    },

    /// Columns of a row that do not rise.
    #[error("row {row} lists column {col} after column {previous}: columns must rise within a row")]
    ColumnsUnsorted {
        /// The row.
        row: usize,
        /// The column before.
        previous: usize,
        /// The column that should have come earlier.
        col: usize,
    },

    /// The same place twice.
    #[error("entry [{row}, {col}] is given twice: add the two values up, or drop one")]
    DuplicateEntry {
        /// Row of the entry.
        row: usize,
        /// Column of the entry.
        col: usize,
    },

    /// A size that 32-bit indices do not reach.
    #[error(
        "a sparse matrix with {what} = {size} is too large: indices are 32-bit, the limit is {}",
        i32::MAX
    )]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is.
        size: usize,
    },

    /// A tensor whose shape does not fit the matrix.
    #[error(
        "{what} has shape {found:?}: a sparse matrix of {rows} rows, {cols} columns and {nnz} entries needs {expected}"
    )]
    Shape {
        /// The argument.
        what: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// The shape it needs, in words.
        expected: String,
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
        /// Stored entries of the matrix.
        nnz: usize,
    },

    /// Tensors in different number formats.
    #[error("{what} is {found} and the input is {expected}: cast one of them")]
    MixedDTypes {
        /// The argument.
        what: &'static str,
        /// Its format.
        found: &'static str,
        /// The input's format.
        expected: &'static str,
    },

    /// A number format that the sparse kernels do not compute in.
    #[error("the sparse kernels compute in f32 and f64, not in {found}: cast the input")]
    KernelDType {
        /// What was asked for.
        found: &'static str,
    },

    /// Tensors on different devices.
    #[error("{what} is on device `{found}` and the input on `{expected}`: move one of them")]
    MixedDevices {
        /// The argument.
        what: &'static str,
        /// Its device.
        found: String,
        /// The input's device.
        expected: String,
    },

    /// Tensors that want to be differentiated in different ways.
    #[error("{what} and the input follow different gradient-checkpointing strategies: give both the same")]
    MixedCheckpointing {
        /// The argument.
        what: &'static str,
    },

    /// A tensor that could not be read back.
    #[error("{what} could not be read from the device")]
    Read {
        /// What was read.
        what: &'static str,
        /// What the device says.
        source: TensorReadError,
    },
}

fn offers(offered: &[String]) -> String {
    if offered.is_empty() { String::new() } else { format!(" (ready here: {})", offered.join(", ")) }
}
