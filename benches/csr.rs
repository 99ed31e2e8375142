//! `csr_linear` against burn's dense product, forward and as a training step.

use divan::{Bencher, counter::ItemsCount};
use fascicle_benches::csr::{DENSITIES, Layer, SIZE};
use fascicle_benches::device;

fn main() {
    divan::main();
}

/// Times `work` on a layer of this density; items are multiply-adds of the sparse product.
fn time(bencher: Bencher<'_, '_>, density: f64, work: fn(&Layer)) {
    let layer = Layer::new(SIZE, density, &device());
    work(&layer);
    bencher.counter(ItemsCount::new(SIZE.n * layer.nnz())).bench_local(|| work(&layer));
}

#[divan::bench(args = DENSITIES)]
fn forward_sparse(bencher: Bencher<'_, '_>, density: f64) {
    time(bencher, density, Layer::sparse_forward);
}

#[divan::bench(args = [1.0])]
fn forward_dense(bencher: Bencher<'_, '_>, density: f64) {
    time(bencher, density, Layer::dense_forward);
}

#[divan::bench(args = DENSITIES)]
fn step_sparse(bencher: Bencher<'_, '_>, density: f64) {
    time(bencher, density, Layer::sparse_step);
}

#[divan::bench(args = [1.0])]
fn step_dense(bencher: Bencher<'_, '_>, density: f64) {
    time(bencher, density, Layer::dense_step);
}
