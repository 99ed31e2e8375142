//! The parts of one MiniLM block on a batch of 32 × 128 tokens: matrix products, what stands between them, and copies
//! into another layout.

use burn::tensor::module::layer_norm;
use burn::tensor::{Device, Distribution, Tensor};
use divan::{Bencher, counter::ItemsCount};
use fascicle_benches::device;
use fascicle_core::{Activation, bias_activation, dense_layer, masked_attention, masked_softmax};

const BATCH: usize = 32;
const POSITIONS: usize = 128;
const HEADS: usize = 12;
const D_HEAD: usize = 32;
const D_MODEL: usize = HEADS * D_HEAD;
const D_MLP: usize = 4 * D_MODEL;
const TOKENS: usize = BATCH * POSITIONS;

fn main() {
    fascicle_core::keep_freed_memory();
    divan::main();
}

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

/// Times `work`; items are multiply-adds, or numbers that come out where there are none.
fn time<I, const D: usize>(
    bencher: Bencher<'_, '_>,
    items: usize,
    inputs: impl Fn(&Device) -> I,
    work: impl Fn(I) -> Tensor<D>,
) where
    I: Clone,
{
    let device = device();
    let inputs = inputs(&device);
    bencher.counter(ItemsCount::new(items)).bench_local(|| {
        let output = work(inputs.clone());
        device.sync().expect("the device works");
        output
    });
}

#[divan::bench(args = [[D_MODEL, D_MODEL], [D_MODEL, D_MLP], [D_MLP, D_MODEL]])]
fn dense_product(bencher: Bencher<'_, '_>, [width_in, width]: [usize; 2]) {
    let inputs = |device: &Device| (random([TOKENS, width_in], device), random([width_in, width], device));
    time(bencher, TOKENS * width_in * width, inputs, |(x, weight)| x.matmul(weight));
}

/// The product with bias and activation.
#[divan::bench(args = [(D_MODEL, D_MODEL, Activation::Identity), (D_MODEL, D_MLP, Activation::Identity), (D_MODEL, D_MLP, Activation::Gelu), (D_MLP, D_MODEL, Activation::Identity)])]
fn layer(bencher: Bencher<'_, '_>, (width_in, width, activation): (usize, usize, Activation)) {
    let inputs = |device: &Device| {
        (random([TOKENS, width_in], device), random([width_in, width], device), random([width], device))
    };
    time(bencher, TOKENS * width_in * width, inputs, |(x, weight, bias)| {
        dense_layer(x, weight, Some(bias), activation)
    });
}

#[divan::bench]
fn scores(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| {
        let heads = || random([BATCH, POSITIONS, HEADS, D_HEAD], device).swap_dims(1, 2);
        (heads(), heads())
    };
    time(bencher, TOKENS * POSITIONS * D_MODEL, inputs, |(q, k)| q.matmul(k.swap_dims(2, 3)));
}

#[divan::bench]
fn attended_values(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| {
        let values = random([BATCH, POSITIONS, HEADS, D_HEAD], device).swap_dims(1, 2);
        (random([BATCH, HEADS, POSITIONS, POSITIONS], device), values)
    };
    time(bencher, TOKENS * POSITIONS * D_MODEL, inputs, |(pattern, v)| pattern.matmul(v));
}

#[divan::bench]
fn attention(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| {
        let heads = || random([BATCH, POSITIONS, HEADS, D_HEAD], device).swap_dims(1, 2);
        (heads(), heads(), heads())
    };
    time(bencher, 2 * TOKENS * POSITIONS * D_MODEL, inputs, |(q, k, v)| {
        masked_attention(q, k, v, None, 0.18)
    });
}

#[divan::bench]
fn softmax(bencher: Bencher<'_, '_>) {
    let shape = [BATCH, HEADS, POSITIONS, POSITIONS];
    let inputs = |device: &Device| random(shape, device);
    time(bencher, shape.iter().product(), inputs, |scores| masked_softmax(scores, None, 0.18));
}

#[divan::bench(args = [Activation::Identity, Activation::Gelu, Activation::GeluTanh, Activation::Silu])]
fn bias_and(bencher: Bencher<'_, '_>, activation: Activation) {
    let inputs = |device: &Device| (random([TOKENS, D_MLP], device), random([D_MLP], device));
    time(bencher, TOKENS * D_MLP, inputs, |(x, bias)| bias_activation(x, Some(bias), activation));
}

#[divan::bench]
fn norm(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| {
        (random([TOKENS, D_MODEL], device), random([D_MODEL], device), random([D_MODEL], device))
    };
    time(bencher, TOKENS * D_MODEL, inputs, |(x, gain, bias)| layer_norm(x, gain, Some(bias), 1e-12));
}

#[divan::bench]
fn residual_sum(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| (random([TOKENS, D_MODEL], device), random([TOKENS, D_MODEL], device));
    time(bencher, TOKENS * D_MODEL, inputs, |(x, y)| x + y);
}

#[divan::bench]
fn heads_side_by_side(bencher: Bencher<'_, '_>) {
    let inputs = |device: &Device| random([BATCH, HEADS, POSITIONS, D_HEAD], device);
    time(bencher, TOKENS * D_MODEL, inputs, |z| z.swap_dims(1, 2).reshape([TOKENS, D_MODEL]));
}
