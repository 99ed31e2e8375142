//! What a new token costs: products of few rows with weights of GPT-2 small, by the kernel and by burn, and whole steps.

use burn::tensor::{Distribution, Tensor};
use divan::{Bencher, counter::BytesCount, counter::ItemsCount};
use fascicle_benches::device;
use fascicle_benches::generate::{Continuation, NEW};
use fascicle_core::dense_product;

const D_MODEL: usize = 768;
const D_MLP: usize = 3072;
const VOCAB: usize = 50_257;
const ROWS: [usize; 3] = [1, 4, 8];

fn main() {
    fascicle_core::keep_freed_memory();
    divan::main();
}

/// Times a product of `rows` rows with a weight `[inner, width]`, which may lie turned; items are bytes of the weight.
fn time(
    bencher: Bencher<'_, '_>,
    rows: usize,
    [inner, width]: [usize; 2],
    turned: bool,
    product: fn(Tensor<2>, Tensor<2>) -> Tensor<2>,
) {
    let device = device();
    let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Uniform(-1.0, 1.0), &device);
    let weight = if turned { random([width, inner]).transpose() } else { random([inner, width]) };
    let x = random([rows, inner]);
    bencher.counter(BytesCount::new(4 * inner * width)).bench_local(|| {
        let y = product(x.clone(), weight.clone());
        device.sync().expect("the device works");
        y
    });
}

#[divan::bench(args = ROWS)]
fn layer(bencher: Bencher<'_, '_>, rows: usize) {
    time(bencher, rows, [D_MODEL, D_MLP], false, dense_product);
}

#[divan::bench(args = ROWS)]
fn layer_by_burn(bencher: Bencher<'_, '_>, rows: usize) {
    time(bencher, rows, [D_MODEL, D_MLP], false, Tensor::<2>::matmul);
}

#[divan::bench(args = ROWS)]
fn tied_head(bencher: Bencher<'_, '_>, rows: usize) {
    time(bencher, rows, [D_MODEL, VOCAB], true, dense_product);
}

#[divan::bench(args = ROWS)]
fn tied_head_by_burn(bencher: Bencher<'_, '_>, rows: usize) {
    time(bencher, rows, [D_MODEL, VOCAB], true, Tensor::<2>::matmul);
}

/// All tokens of so many texts, prompts included.
#[divan::bench(args = ROWS, sample_count = 5)]
fn texts(bencher: Bencher<'_, '_>, texts: usize) {
    let continuation = Continuation::new(&device());
    bencher.counter(ItemsCount::new(texts * NEW)).bench_local(|| continuation.run(texts));
}
