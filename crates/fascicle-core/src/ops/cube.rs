//! The CubeCL kernels: wgpu and CUDA.
//!
//! The product gives one unit (thread) to each output number, samples running fastest: the units of a plane
//! read the same entries of W and neighbouring samples of one feature, which lie side by side because `x` is
//! brought into feature-major order first. The output comes out feature-major as well and is handed on as a
//! transposed view. No unit writes where another does, so there are no atomics and the result is the same on
//! every run. Launches are bounds-checked: indices are data.

use burn::backend::TensorMetadata;
use burn::backend::cubecl::dtype_to_storage_type;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Shape, Slice};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::{into_contiguous, untile};
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::{Bias, PathwayOps, Pattern, portable};

/// Products that one unit adds up in a launch. More are added in further launches: one thread should not run for
/// long, and Mesa's software Vulkan lets a shader take 65 535 turns in all its loops together, nested ones
/// included, and then goes on as if they had ended.
const TERMS: usize = 32_768;

/// `output[r, s] = bias[r] + Σ values[k] · x[col[k], s]` over the first `limit` entries k of row r, and from the
/// second launch on (`resumed`) `output[r, s] += …` over the `limit` entries that follow the first `done`.
#[cube(launch, address_type = "dynamic")]
fn product_kernel<F: Float, I: Numeric>(
    x: &Tensor<F>,
    values: &Tensor<F>,
    bias: &Tensor<F>,
    row_ptr: &Tensor<I>,
    col: &Tensor<I>,
    output: &mut Tensor<F>,
    done: usize,
    #[comptime] limit: usize,
    #[comptime] resumed: bool,
    #[comptime] has_bias: bool,
    #[define(F, I)] _dtypes: [ElemType; 2],
) {
    if ABSOLUTE_POS >= output.len() {
        terminate!();
    }
    let samples = output.shape(1);
    let row = ABSOLUTE_POS / samples;
    let sample = ABSOLUTE_POS % samples;
    let start = usize::cast_from(row_ptr[row]) + done;
    let mut end = usize::cast_from(row_ptr[row + 1]);
    if end > start + limit {
        end = start + limit;
    }
    let mut sum = F::new(0.0_f32);
    if resumed {
        sum = output[ABSOLUTE_POS];
    } else if has_bias {
        sum = bias[row];
    }
    for k in start..end {
        sum += values[k] * x[usize::cast_from(col[k]) * samples + sample];
    }
    output[ABSOLUTE_POS] = sum;
}

/// `output[k] = Σ grad[s, row[k]] · x[s, col[k]]` over the samples s.
#[cube(launch, address_type = "dynamic")]
fn sampled_kernel<F: Float, I: Numeric>(
    grad: &Tensor<F>,
    x: &Tensor<F>,
    row: &Tensor<I>,
    col: &Tensor<I>,
    output: &mut Tensor<F>,
    #[define(F, I)] _dtypes: [ElemType; 2],
) {
    if ABSOLUTE_POS >= output.len() {
        terminate!();
    }
    let mut at_grad = usize::cast_from(row[ABSOLUTE_POS]) * grad.stride(1);
    let mut at_x = usize::cast_from(col[ABSOLUTE_POS]) * x.stride(1);
    let mut sum = F::new(0.0_f32);
    for _ in 0..grad.shape(0) {
        sum += grad[at_grad] * x[at_x];
        at_grad += grad.stride(0);
        at_x += x.stride(0);
    }
    output[ABSOLUTE_POS] = sum;
}

/// x Wᵀ + b `[n, rows]` for `x` `[n, cols]` in any layout and no row of more than `longest` entries.
fn product(
    x: CubeTensor,
    values: CubeTensor,
    bias: Bias<CubeBackend>,
    ptr: CubeTensor,
    col: CubeTensor,
    longest: usize,
) -> CubeTensor {
    let rows = ptr.shape()[0] - 1;
    let x = into_contiguous(CubeBackend::float_swap_dims(untile(x), 0, 1));
    let samples = x.shape()[1];
    let output = empty_device_contiguous_dtype(
        x.client.clone(),
        x.device.clone(),
        Shape::from([rows, samples]),
        x.dtype,
    );
    let [values, ptr, col] = [values, ptr, col].map(into_contiguous);
    let (bias, has_bias) = match bias {
        Bias::Absent => (values.clone(), false),
        Bias::Present(bias) => (into_contiguous(bias), true),
    };
    let units = rows * samples;
    let cube_dim = CubeDim::new(&x.client, units);
    let cube_count = calculate_cube_count_elemwise(&x.client, units, cube_dim);
    let addresses = address_type([&x, &values, &bias, &ptr, &col, &output]);
    let dtypes = [dtype_to_storage_type(x.dtype), dtype_to_storage_type(col.dtype)];
    // the first launch also writes the rows that have no entries
    for done in (0..longest.max(1)).step_by(TERMS) {
        product_kernel::launch(
            &output.client,
            cube_count.clone(),
            cube_dim,
            addresses,
            x.clone().into_tensor_arg(),
            values.clone().into_tensor_arg(),
            bias.clone().into_tensor_arg(),
            ptr.clone().into_tensor_arg(),
            col.clone().into_tensor_arg(),
            output.clone().into_tensor_arg(),
            done,
            TERMS,
            done > 0,
            has_bias,
            dtypes,
        );
    }
    CubeBackend::float_swap_dims(output, 0, 1)
}

/// gradᵀ x at the places `row`, `col`, for `grad` and `x` in any layout.
fn sampled(grad: CubeTensor, x: CubeTensor, row: CubeTensor, col: CubeTensor) -> CubeTensor {
    let units = col.shape()[0];
    let (client, device) = (x.client.clone(), x.device.clone());
    let output = empty_device_contiguous_dtype(client, device, Shape::from([units]), x.dtype);
    let cube_dim = CubeDim::new(&x.client, units);
    let cube_count = calculate_cube_count_elemwise(&x.client, units, cube_dim);
    let addresses = address_type([&grad, &x, &row, &col, &output]);
    let dtypes = [dtype_to_storage_type(x.dtype), dtype_to_storage_type(col.dtype)];
    sampled_kernel::launch(
        &output.client,
        cube_count,
        cube_dim,
        addresses,
        grad.into_tensor_arg(),
        x.into_tensor_arg(),
        row.into_tensor_arg(),
        col.into_tensor_arg(),
        output.clone().into_tensor_arg(),
        dtypes,
    );
    output
}

fn address_type<const N: usize>(tensors: [&CubeTensor; N]) -> AddressType {
    tensors.into_iter().map(CubeTensor::required_address_type).max().unwrap_or_default()
}

impl PathwayOps for CubeBackend {
    fn csr_linear(
        x: FloatTensor<Self>,
        values: FloatTensor<Self>,
        bias: Bias<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        if portable::is_empty(&pattern, x.shape()[0]) {
            return portable::csr_linear::<Self>(x, values, bias, &pattern);
        }
        product(x, values, bias, pattern.row_ptr, pattern.col, pattern.longest_row)
    }

    fn csr_linear_grad_x(
        grad: FloatTensor<Self>,
        values: FloatTensor<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        if portable::is_empty(&pattern, grad.shape()[0]) {
            return portable::csr_linear_grad_x::<Self>(grad, values, &pattern);
        }
        let by_col = Self::float_select(values, 0, pattern.by_col_entry);
        product(grad, by_col, Bias::Absent, pattern.col_ptr, pattern.by_col_row, pattern.longest_col)
    }

    fn csr_linear_grad_values(
        grad: FloatTensor<Self>,
        x: FloatTensor<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        if portable::is_empty(&pattern, grad.shape()[0]) {
            return portable::csr_linear_grad_values::<Self>(grad, x, &pattern);
        }
        let [grad, x] = [grad, x].map(untile);
        let [row, col] = [pattern.row, pattern.col].map(into_contiguous);
        let samples = grad.shape()[0];
        if samples <= TERMS {
            return sampled(grad, x, row, col);
        }
        let part = |start: usize| {
            let slice = |tensor: &CubeTensor| {
                let end = samples.min(start + TERMS);
                Self::float_slice(tensor.clone(), &[Slice::from(start..end), Slice::full()])
            };
            sampled(slice(&grad), slice(&x), row.clone(), col.clone())
        };
        let mut sum = part(0);
        for start in (TERMS..samples).step_by(TERMS) {
            sum = Self::float_add(sum, part(start));
        }
        sum
    }
}
