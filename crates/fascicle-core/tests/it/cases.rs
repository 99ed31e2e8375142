//! Sparse layers as data, their inputs on a device, and what must come out, computed on the host in f64.

use burn::tensor::{DType, Device, Tensor, TensorData};
use fascicle_core::seed::Seeds;
use fascicle_core::{Csr, Tolerance, dtype, testing};

/// How the input lies in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    Plain,
    Transposed,
    Sliced,
    Flipped,
}

/// One layer and one batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) n: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) density: f64,
    /// Every how many rows one is left empty; 0 for never.
    pub(crate) empty_every: usize,
    pub(crate) bias: bool,
    pub(crate) layout: Layout,
}

const PLAIN: Case =
    Case { n: 5, rows: 7, cols: 9, density: 0.3, empty_every: 0, bias: true, layout: Layout::Plain };

pub(crate) const CASES: &[Case] = &[
    PLAIN,
    Case { bias: false, ..PLAIN },
    Case { layout: Layout::Transposed, ..PLAIN },
    Case { layout: Layout::Sliced, ..PLAIN },
    Case { layout: Layout::Flipped, ..PLAIN },
    // one sample, one row, one column, one place
    Case { n: 1, ..PLAIN },
    Case { n: 1, layout: Layout::Sliced, ..PLAIN },
    Case { rows: 1, density: 1.0, ..PLAIN },
    Case { cols: 1, density: 1.0, ..PLAIN },
    Case { n: 1, rows: 1, cols: 1, density: 1.0, ..PLAIN },
    // nothing there
    Case { density: 0.0, ..PLAIN },
    Case { density: 0.0, bias: false, ..PLAIN },
    Case { n: 0, ..PLAIN },
    Case { empty_every: 2, ..PLAIN },
    Case { empty_every: 3, layout: Layout::Transposed, ..PLAIN },
    // dense
    Case { n: 13, rows: 17, cols: 19, density: 1.0, ..PLAIN },
    // batches on both sides of a vector and of a block
    Case { n: 2, rows: 33, cols: 31, ..PLAIN },
    Case { n: 15, rows: 33, cols: 31, ..PLAIN },
    Case { n: 17, rows: 33, cols: 31, ..PLAIN },
    Case { n: 33, rows: 33, cols: 31, layout: Layout::Transposed, ..PLAIN },
    Case { n: 65, rows: 33, cols: 31, ..PLAIN },
    Case { n: 129, rows: 33, cols: 31, layout: Layout::Sliced, ..PLAIN },
    // large enough for threads: many blocks, one block, one sample
    Case { n: 300, rows: 130, cols: 170, density: 0.1, empty_every: 7, ..PLAIN },
    Case { n: 40, rows: 190, cols: 230, density: 0.1, empty_every: 5, ..PLAIN },
    Case { n: 1, rows: 300, cols: 400, density: 0.6, ..PLAIN },
    // so many features that blocks are narrower
    Case { n: 70, rows: 12, cols: 9000, density: 0.02, ..PLAIN },
];

/// The cases whose portable body the device called `name` computes rightly.
///
/// Mesa's software Vulkan ends the loops of a shader after 65 535 turns, and burn's scatter-add loops over all
/// entries.
pub(crate) fn portable_cases(name: &str) -> Vec<Case> {
    let fits = |case: &&Case| (case.rows * case.cols) as f64 * case.density < 65_000.0;
    CASES.iter().filter(|case| !name.starts_with("wgpu") || fits(case)).copied().collect()
}

/// A case with its numbers, on the host.
pub(crate) struct Numbers {
    pub(crate) case: Case,
    pub(crate) x: Vec<f64>,
    pub(crate) dense: Vec<f64>,
    pub(crate) bias: Vec<f64>,
    /// Gradient that arrives at the output.
    pub(crate) upstream: Vec<f64>,
}

/// A case on a device.
pub(crate) struct Tensors {
    pub(crate) x: Tensor<2>,
    pub(crate) csr: Csr,
    pub(crate) values: Tensor<1>,
    pub(crate) bias: Option<Tensor<1>>,
    pub(crate) upstream: Tensor<2>,
}

/// Numbers in -1..1, the same on every machine.
pub(crate) fn uniform(name: &str, count: usize) -> Vec<f64> {
    let seeds = Seeds::new(1);
    (0..count as u64).map(|i| (seeds.numbered(name, i) >> 11) as f64 / (1u64 << 52) as f64 - 1.0).collect()
}

impl Numbers {
    pub(crate) fn new(case: Case) -> Self {
        let Case { n, rows, cols, density, empty_every, .. } = case;
        let chosen = uniform("pattern", rows * cols);
        let mut dense = uniform("weights", rows * cols);
        for (i, weight) in dense.iter_mut().enumerate() {
            let empty_row = empty_every > 0 && (i / cols).is_multiple_of(empty_every);
            if empty_row || chosen[i] >= 2.0 * density - 1.0 {
                *weight = 0.0;
            }
        }
        let (x, upstream) = (uniform("x", n * cols), uniform("upstream", n * rows));
        Self { case, x, dense, bias: uniform("bias", rows), upstream }
    }

    /// y = x Wᵀ + b.
    pub(crate) fn output(&self) -> Vec<f64> {
        let Case { n, rows, cols, bias, .. } = self.case;
        let mut y = Vec::with_capacity(n * rows);
        for s in 0..n {
            for r in 0..rows {
                let products = (0..cols).map(|c| self.x[s * cols + c] * self.dense[r * cols + c]);
                y.push(products.sum::<f64>() + if bias { self.bias[r] } else { 0.0 });
            }
        }
        y
    }

    /// dx = dy W.
    pub(crate) fn grad_x(&self) -> Vec<f64> {
        let Case { n, rows, cols, .. } = self.case;
        let mut dx = vec![0.0; n * cols];
        for s in 0..n {
            for r in 0..rows {
                for c in 0..cols {
                    dx[s * cols + c] += self.upstream[s * rows + r] * self.dense[r * cols + c];
                }
            }
        }
        dx
    }

    /// dv = dyᵀ x at the entries.
    pub(crate) fn grad_values(&self) -> Vec<f64> {
        let Case { n, rows, cols, .. } = self.case;
        let entries = (0..rows * cols).filter(|&i| self.dense[i] != 0.0);
        entries
            .map(|i| (0..n).map(|s| self.upstream[s * rows + i / cols] * self.x[s * cols + i % cols]).sum())
            .collect()
    }

    /// db = column sums of dy.
    pub(crate) fn grad_bias(&self) -> Vec<f64> {
        let Case { n, rows, .. } = self.case;
        (0..rows).map(|r| (0..n).map(|s| self.upstream[s * rows + r]).sum()).collect()
    }

    pub(crate) fn on(&self, device: &Device, dtype: DType) -> Tensors {
        let Case { n, rows, cols, bias, layout, .. } = self.case;
        let (csr, values) = Csr::from_dense(matrix(&self.dense, [rows, cols], device, dtype)).unwrap();
        Tensors {
            x: laid_out(&self.x, [n, cols], layout, device, dtype),
            csr,
            values,
            bias: bias.then(|| vector(&self.bias, device, dtype)),
            upstream: matrix(&self.upstream, [n, rows], device, dtype),
        }
    }
}

pub(crate) fn matrix(numbers: &[f64], shape: [usize; 2], device: &Device, dtype: DType) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape).convert_dtype(dtype), (device, dtype))
}

pub(crate) fn vector(numbers: &[f64], device: &Device, dtype: DType) -> Tensor<1> {
    Tensor::from_data(
        TensorData::new(numbers.to_vec(), [numbers.len()]).convert_dtype(dtype),
        (device, dtype),
    )
}

/// A matrix of these numbers that lies in memory as `layout` says.
pub(crate) fn laid_out(
    numbers: &[f64],
    [n, cols]: [usize; 2],
    layout: Layout,
    device: &Device,
    dtype: DType,
) -> Tensor<2> {
    match layout {
        Layout::Plain => matrix(numbers, [n, cols], device, dtype),
        Layout::Transposed => {
            let turned: Vec<f64> =
                (0..cols).flat_map(|c| (0..n).map(move |s| numbers[s * cols + c])).collect();
            matrix(&turned, [cols, n], device, dtype).transpose()
        }
        Layout::Sliced => {
            let mut larger = vec![f64::NAN; (n + 2) * (cols + 3)];
            for s in 0..n {
                for c in 0..cols {
                    larger[(s + 1) * (cols + 3) + c + 2] = numbers[s * cols + c];
                }
            }
            matrix(&larger, [n + 2, cols + 3], device, dtype).slice([1..n + 1, 2..cols + 2])
        }
        Layout::Flipped => {
            let turned: Vec<f64> =
                (0..n).flat_map(|s| (0..cols).rev().map(move |c| numbers[s * cols + c])).collect();
            matrix(&turned, [n, cols], device, dtype).flip([1])
        }
    }
}

/// Runs `test` on every device, in every dtype that the sparse kernels and the device have.
pub(crate) fn on_devices(test: impl Fn(&str, &Device, DType)) {
    for (name, device) in testing::test_devices() {
        for dtype in [DType::F32, DType::F64] {
            if dtype::supported(&device).contains(&dtype) {
                test(&format!("{name} {}", dtype.name()), &device, dtype);
            }
        }
    }
}

/// Compares within the tolerance of `dtype`.
#[track_caller]
pub(crate) fn check<const D: usize>(context: &str, dtype: DType, got: Tensor<D>, expected: &[f64]) {
    let got: Vec<f64> = got.try_into_vec_as().unwrap_or_else(|error| panic!("{context}: {error}"));
    // sums of up to some thousands of products
    let Tolerance { abs, rel } = Tolerance::for_dtype(dtype);
    if let Err(mismatch) = (Tolerance { abs: 4.0 * abs, rel }).check(&got, expected) {
        panic!("{context}: {mismatch}");
    }
}
