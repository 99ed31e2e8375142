//! A sparse linear layer and its dense counterpart, with the same weights.

use burn::tensor::{Device, Distribution, Tensor, TensorData};
use fascicle_core::seed::{Seeds, seed};
use fascicle_core::{Csr, csr_linear};

/// Fractions of the weights that are kept.
pub const DENSITIES: [f64; 4] = [0.01, 0.05, 0.1, 0.3];

/// Sizes of a layer and its batch: samples, inputs, outputs.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Samples in the batch.
    pub n: usize,
    /// Inputs: columns of W.
    pub cols: usize,
    /// Outputs: rows of W.
    pub rows: usize,
}

/// A batch of a small transformer's tokens through one of its square weights.
pub const SIZE: Size = Size { n: 512, cols: 1024, rows: 1024 };

/// A layer both ways, ready to run.
pub struct Layer {
    csr: Csr,
    values: Tensor<1>,
    /// `[cols, rows]`, as burn's linear layer keeps it; zero where `csr` has no entry.
    dense: Tensor<2>,
    x: Tensor<2>,
    device: Device,
}

impl Layer {
    /// A layer with uniformly random places and values.
    ///
    /// # Panics
    /// When the device fails.
    pub fn new(size: Size, density: f64, device: &Device) -> Self {
        let Size { n, cols, rows } = size;
        let seeds = Seeds::new(1);
        let uniform =
            |name: &str, i: usize| (seeds.numbered(name, i as u64) >> 11) as f64 / (1u64 << 53) as f64;
        let weight = |i: usize| {
            if uniform("place", i) < density { (uniform("weight", i) * 2.0 - 1.0) as f32 } else { 0.0 }
        };
        let weights: Vec<f32> = (0..rows * cols).map(weight).collect();
        let w = Tensor::<2>::from_data(TensorData::new(weights, [rows, cols]), device);
        let (csr, values) = Csr::from_dense(w.clone()).expect("a dense matrix has a pattern");
        seed(device, seeds.named("x"));
        let x = Tensor::random([n, cols], Distribution::Uniform(-1.0, 1.0), device);
        // laid out the way it is used
        let dense = Tensor::from_data(w.transpose().into_data(), device);
        Self { csr, values, dense, x, device: device.clone() }
    }

    /// Stored entries.
    pub fn nnz(&self) -> usize {
        self.csr.nnz()
    }

    /// y = x Wᵀ by the sparse kernel.
    pub fn sparse_forward(&self) {
        self.done(csr_linear(self.x.clone(), &self.csr, self.values.clone(), None).expect("shapes fit"));
    }

    /// y = x Wᵀ by burn's dense product.
    pub fn dense_forward(&self) {
        self.done(self.x.clone().matmul(self.dense.clone()));
    }

    /// Forward, and gradients of x and the values, by the sparse kernels.
    pub fn sparse_step(&self) {
        let x = Tensor::from_inner(self.x.clone()).require_grad();
        let values = Tensor::from_inner(self.values.clone()).require_grad();
        let y = csr_linear(x.clone(), &self.csr, values.clone(), None).expect("shapes fit");
        let grads = y.sum().backward();
        self.done(x.grad(&grads).expect("x is a leaf"));
        self.done(values.grad(&grads).expect("values are a leaf"));
    }

    /// Forward, and gradients of x and all weights, by burn's dense product.
    pub fn dense_step(&self) {
        let x = Tensor::from_inner(self.x.clone()).require_grad();
        let dense = Tensor::from_inner(self.dense.clone()).require_grad();
        let grads = x.clone().matmul(dense.clone()).sum().backward();
        self.done(x.grad(&grads).expect("x is a leaf"));
        self.done(dense.grad(&grads).expect("the weights are a leaf"));
    }

    /// Waits until the work is done: GPU devices only queue it.
    fn done<const D: usize>(&self, result: Tensor<D>) {
        std::hint::black_box(result);
        self.device.sync().expect("the device works");
    }
}
