//! Bias with activation, and the masked softmax: against known values, their portable bodies and finite differences.

use burn::tensor::{Bool, DType, Device, Tensor, TensorData};
use fascicle_core::{
    Activation, Tolerance, bias_activation, grouped_matmul, masked_attention, masked_softmax, testing,
};

use crate::cases::{Layout, check, laid_out, on_devices, uniform, vector};

pub(crate) const ACTIVATIONS: [Activation; 7] = [
    Activation::Identity,
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::QuickGelu,
    Activation::Silu,
    Activation::Relu,
    Activation::Tanh,
];

fn host<const D: usize>(x: Tensor<D>) -> Vec<f64> {
    x.try_into_vec_as().unwrap()
}

#[test]
fn activations_have_known_values() {
    // by mpmath, with 30 digits
    const X: [f64; 10] = [-30.0, -5.0, -2.0, -0.75, -0.01, 0.0, 0.3, 1.0, 4.0, 30.0];
    let table: [(Activation, [f64; 10]); 5] = [
        (
            Activation::Gelu,
            [
                -1.472_014_178_144_456e-196,
                -1.433_257_859_395_969_5e-6,
                -0.045_500_263_896_358_42,
                -0.169_970_514_282_651_14,
                -0.004_960_106_436_853_684,
                0.0,
                0.185_373_426_656_685_8,
                0.841_344_746_068_542_9,
                3.999_873_315_032_667_5,
                30.0,
            ],
        ),
        (
            Activation::GeluTanh,
            [
                0.0,
                -2.291_796_196_629_506e-7,
                -0.045_402_305_912_224_98,
                -0.170_039_444_834_379_7,
                -0.004_960_106_440_144_427,
                0.0,
                0.185_370_923_542_759_25,
                0.841_191_990_608_276_7,
                3.999_929_754_051_807_5,
                30.0,
            ],
        ),
        (
            Activation::QuickGelu,
            [
                -2.004_679_774_500_942_6e-21,
                -0.001_007_016_267_352_368_9,
                -0.064_341_376_855_791_85,
                -0.163_609_942_465_362_17,
                -0.004_957_451_027_128_665,
                0.0,
                0.187_484_135_381_591_7,
                0.845_795_765_932_821_2,
                3.995_585_275_860_419,
                30.0,
            ],
        ),
        (
            Activation::Silu,
            [
                -2.807_286_896_651_789_4e-12,
                -0.033_464_254_621_424_28,
                -0.238_405_844_044_235_12,
                -0.240_615_975_618_455_27,
                -0.004_975_000_208_331_25,
                0.0,
                0.172_332_755_043_497_7,
                0.731_058_578_630_004_9,
                3.928_055_160_151_634,
                29.999_999_999_997_193,
            ],
        ),
        (
            Activation::Tanh,
            [
                -1.0,
                -0.999_909_204_262_595_1,
                -0.964_027_580_075_816_9,
                -0.635_148_952_387_287_3,
                -0.009_999_666_679_999_46,
                0.0,
                0.291_312_612_451_590_9,
                0.761_594_155_955_764_9,
                0.999_329_299_739_067,
                1.0,
            ],
        ),
    ];
    on_devices(|name, device, dtype| {
        for (activation, expected) in &table {
            let got = bias_activation(vector(&X, device, dtype), None, *activation);
            check(&format!("{name} {activation:?}"), dtype, got, expected);
        }
    });
}

#[test]
fn activations_equal_their_portable_bodies() {
    let shapes = [[1, 1], [1, 7], [5, 9], [3, 16], [4, 17], [130, 515], [0, 3], [3, 0]];
    let layouts = [Layout::Plain, Layout::Transposed, Layout::Sliced, Layout::Flipped];
    on_devices(|name, device, dtype| {
        for shape in shapes {
            let wide: Vec<f64> = uniform("x", shape[0] * shape[1]).iter().map(|x| x * 12.0).collect();
            for (layout, activation) in layouts.iter().flat_map(|l| ACTIVATIONS.map(|a| (*l, a))) {
                if shape.contains(&0) && !matches!(layout, Layout::Plain) {
                    continue;
                }
                let x = laid_out(&wide, shape, layout, device, dtype);
                for bias in [None, Some(vector(&uniform("bias", shape[1]), device, dtype))] {
                    let context = format!("{name} {activation:?} {shape:?} {layout:?} {}", bias.is_some());
                    let got = bias_activation(x.clone(), bias.clone(), activation);
                    assert_eq!(got.dims(), shape, "{context}");
                    let expected = if shape.contains(&0) {
                        Vec::new()
                    } else {
                        host(testing::portable_bias_activation(x.clone(), bias, activation))
                    };
                    check(&context, dtype, got, &expected);
                }
                // the argument of an operation in place is not somebody else's
                check(&format!("{name}: x afterwards"), dtype, x, &wide);
            }
        }
    });
}

#[test]
fn activations_of_more_axes() {
    on_devices(|name, device, dtype| {
        let numbers = uniform("x", 2 * 3 * 5);
        let bias = vector(&uniform("bias", 5), device, dtype);
        let x = vector(&numbers, device, dtype);
        let deep = bias_activation(x.clone().reshape([2, 3, 5]), Some(bias.clone()), Activation::Gelu);
        let flat = bias_activation(x.reshape([6, 5]), Some(bias), Activation::Gelu);
        check(name, dtype, deep, &host(flat));
    });
}

#[test]
fn activations_of_what_is_no_number() {
    on_devices(|name, device, dtype| {
        // software shaders may take liberties with what is no number
        if name.starts_with("wgpu") {
            return;
        }
        for activation in ACTIVATIONS {
            let x = vector(&[f64::NAN, f64::INFINITY, 1e4, -1e4, 1e10, -1e10], device, dtype);
            let got = host(bias_activation(x, None, activation));
            let context = format!("{name} {activation:?} {got:?}");
            let saturates = activation == Activation::Tanh;
            assert!(got[0].is_nan(), "{context}");
            assert_eq!(got[1], if saturates { 1.0 } else { f64::INFINITY }, "{context}");
            for (x, y) in [1e4_f64, -1e4, 1e10, -1e10].into_iter().zip(&got[2..]) {
                let expected = match activation {
                    Activation::Identity => x,
                    Activation::Tanh => x.signum(),
                    _ => x.max(0.0),
                };
                assert!((y - expected).abs() <= 1e-6 * x.abs(), "{context}");
            }
        }
    });
}

/// Scores, and where they are masked: every third key, and one query whole.
fn scores(
    [batch, heads, queries, keys]: [usize; 4],
    mask: Option<[usize; 2]>,
    device: &Device,
    dtype: DType,
) -> (Tensor<4>, Option<Tensor<4, Bool>>) {
    let numbers = uniform("scores", batch * heads * queries * keys).iter().map(|x| x * 30.0).collect();
    let data = TensorData::new::<f64, _>(numbers, [batch, heads, queries, keys]).convert_dtype(dtype);
    let mask = mask.map(|[batch, heads]| {
        let blocked = (0..batch * heads * queries * keys)
            .map(|i| (i * 7 + i / keys) % 3 == 0 || (i / keys) % queries == 1)
            .collect::<Vec<bool>>();
        Tensor::from_data(TensorData::new(blocked, [batch, heads, queries, keys]), device)
    });
    (Tensor::from_data(data, (device, dtype)), mask)
}

const SHAPES: [[usize; 4]; 6] =
    [[1, 1, 1, 1], [2, 3, 4, 5], [1, 2, 3, 16], [2, 2, 5, 33], [3, 4, 64, 65], [2, 1, 0, 3]];

fn masks([batch, heads, ..]: [usize; 4]) -> [Option<[usize; 2]>; 5] {
    [None, Some([1, 1]), Some([batch, 1]), Some([1, heads]), Some([batch, heads])]
}

#[test]
fn softmax_equals_its_portable_body() {
    on_devices(|name, device, dtype| {
        for (shape, mask) in SHAPES.iter().flat_map(|&shape| masks(shape).map(|mask| (shape, mask))) {
            let (scores, blocked) = scores(shape, mask, device, dtype);
            let context = format!("{name} {shape:?} {mask:?}");
            let got = masked_softmax(scores.clone(), blocked.clone(), 0.3);
            assert_eq!(got.dims(), shape, "{context}");
            if shape.contains(&0) {
                continue;
            }
            let expected = host(testing::portable_masked_softmax(scores.clone(), blocked.clone(), 0.3));
            check(&context, dtype, got.clone(), &expected);
            let sums = vec![1.0; shape[..3].iter().product()];
            check(&format!("{context} sums"), dtype, got.sum_dim(3), &sums);
            // queries and keys swapped in memory
            let turned = scores.swap_dims(2, 3);
            let copied = Tensor::from_data(turned.clone().into_data(), (device, dtype));
            let expected = host(testing::portable_masked_softmax(copied, None, 0.3));
            check(&format!("{context} turned"), dtype, masked_softmax(turned, None, 0.3), &expected);
        }
    });
}

#[test]
fn softmax_of_masked_and_of_odd_rows() {
    on_devices(|name, device, dtype| {
        let row = |numbers: [f64; 4], blocked: [bool; 4]| {
            let blocked = Tensor::from_data(TensorData::new(blocked.to_vec(), [1, 1, 1, 4]), device);
            let scores = vector(&numbers, device, dtype).reshape([1, 1, 1, 4]);
            host(masked_softmax(scores, Some(blocked), 1.0))
        };
        let half = row([1.0, 5.0, 1.0, -3.0], [false, true, false, true]);
        assert_eq!(half, [0.5, 0.0, 0.5, 0.0], "{name}");
        let none = row([1.0, 5.0, 1.0, -3.0], [true; 4]);
        assert_eq!(none, [0.25; 4], "{name}");
        let large = row([1e30, -1e30, 0.0, 1.0], [false; 4]);
        assert_eq!(large, [1.0, 0.0, 0.0, 0.0], "{name}");
        if !name.starts_with("wgpu") {
            let nan = row([1.0, f64::NAN, 1.0, 2.0], [false; 4]);
            assert!(nan.iter().all(|y| y.is_nan()), "{name}: {nan:?}");
        }
    });
}

/// Queries, keys and values as views of projections `[batch, position, head, channel]`.
fn heads(
    [batch, heads, kv_heads, queries, keys, d_head, width]: [usize; 7],
    device: &Device,
    dtype: DType,
) -> [Tensor<4>; 3] {
    let view = |name: &str, [batch, head, position, channel]: [usize; 4]| {
        let numbers = uniform(name, batch * head * position * channel);
        vector(&numbers, device, dtype).reshape([batch, position, head, channel]).swap_dims(1, 2)
    };
    [
        view("q", [batch, heads, queries, d_head]),
        view("k", [batch, kv_heads, keys, d_head]),
        view("v", [batch, kv_heads, keys, width]),
    ]
}

/// What `shared` heads have in common, copied for each of them.
fn each(x: Tensor<4>, shared: usize) -> Tensor<4> {
    let [batch, heads, rows, width] = x.dims();
    let x = x.reshape([batch, heads, 1, rows * width]).repeat_dim(2, shared);
    x.reshape([batch, heads * shared, rows, width])
}

/// Attention with its pattern in the open.
fn by_pattern([q, k, v]: [Tensor<4>; 3], blocked: Option<Tensor<4, Bool>>, scale: f64) -> Tensor<4> {
    let shared = q.dims()[1] / k.dims()[1];
    let scores = q.matmul(each(k, shared).swap_dims(2, 3));
    testing::portable_masked_softmax(scores, blocked, scale).matmul(each(v, shared))
}

#[test]
fn shared_matrices_are_those_of_each_head() {
    on_devices(|name, device, dtype| {
        for (count, groups) in [(1, 1), (3, 3), (4, 2), (6, 1)] {
            let [x, y, _] = heads([2, count, groups, 5, 7, 3, 3], device, dtype);
            let y = y.swap_dims(2, 3);
            let expected = host(x.clone().matmul(each(y.clone(), count / groups)));
            check(&format!("{name} {count} {groups}"), dtype, grouped_matmul(x, y), &expected);
        }
    });
}

#[test]
fn attention_equals_softmax_between_products() {
    // [batch, heads, kv_heads, queries, keys, d_head, value]; the last one does not fit the cache whole
    const CASES: [[usize; 7]; 6] = [
        [1, 1, 1, 1, 1, 1, 1],
        [2, 3, 3, 4, 5, 7, 6],
        [2, 4, 2, 17, 33, 16, 16],
        [1, 6, 1, 5, 5, 3, 4],
        [3, 2, 2, 40, 65, 32, 32],
        [1, 2, 1, 140, 1000, 8, 8],
    ];
    on_devices(|name, device, dtype| {
        for case in CASES {
            let [batch, heads_count, _, queries, keys, ..] = case;
            for mask in masks([batch, heads_count, queries, keys]) {
                let inputs = heads(case, device, dtype);
                let (_, blocked) = scores([batch, heads_count, queries, keys], mask, device, dtype);
                let [q, k, v] = inputs.clone();
                let got = masked_attention(q, k, v, blocked.clone(), 0.7);
                let expected = host(by_pattern(inputs, blocked, 0.7));
                check(&format!("{name} {case:?} {mask:?}"), dtype, got, &expected);
            }
        }
    });
}

#[test]
fn attention_of_odd_views_and_of_nothing() {
    on_devices(|name, device, dtype| {
        let [q, k, v] = heads([2, 4, 2, 5, 6, 3, 3], device, dtype);
        let odd = |x: Tensor<4>| x.flip([2]).narrow(3, 1, 2);
        let inputs = [odd(q), odd(k), odd(v)];
        let [q, k, v] = inputs.clone();
        check(name, dtype, masked_attention(q, k, v, None, 0.5), &host(by_pattern(inputs, None, 0.5)));
        let [_, k, v] = heads([2, 4, 2, 5, 6, 3, 3], device, dtype);
        let nothing = Tensor::zeros([2, 4, 0, 3], (device, dtype));
        assert_eq!(masked_attention(nothing, k, v, None, 0.5).dims(), [2, 4, 0, 3], "{name}");
    });
}

/// Σ upstream · y², so that the gradient that arrives depends on the inputs.
fn loss(y: Tensor<1>, device: &Device) -> Tensor<1> {
    let upstream = vector(&uniform("upstream", y.dims()[0]), device, DType::F64);
    (y.clone() * y * upstream).sum()
}

/// Central differences of every input in f64.
#[track_caller]
pub(crate) fn check_gradients<const N: usize>(
    context: &str,
    inputs: [Vec<f64>; N],
    function: impl Fn([Tensor<1>; N]) -> Tensor<1>,
    device: &Device,
) {
    const STEP: f64 = 1e-6;
    let tracked = &device.clone().autodiff();
    let leaves = inputs.clone().map(|numbers| vector(&numbers, tracked, DType::F64).require_grad());
    let grads = loss(function(leaves.clone()), tracked).backward();
    for (which, leaf) in leaves.into_iter().enumerate() {
        let gradient = host(leaf.grad(&grads).unwrap());
        let slope = |i: usize| {
            let at = |step: f64| {
                let mut moved = inputs.clone();
                moved[which][i] += step;
                let y = function(moved.map(|numbers| vector(&numbers, device, DType::F64)));
                loss(y, device).into_scalar::<f64>()
            };
            (at(STEP) - at(-STEP)) / (2.0 * STEP)
        };
        let slopes: Vec<f64> = (0..gradient.len()).map(slope).collect();
        let tolerance = Tolerance { abs: 1e-8, rel: 1e-6 };
        if let Err(mismatch) = tolerance.check(&gradient, &slopes) {
            panic!("{context}, argument {which}: {mismatch}");
        }
    }
}

#[test]
fn gradients_equal_finite_differences() {
    on_devices(|name, device, dtype| {
        if dtype != DType::F64 {
            return;
        }
        for activation in ACTIVATIONS {
            let x: Vec<f64> = uniform("x", 12).iter().map(|x| x * 3.0).collect();
            let with_bias = |[x, bias]: [Tensor<1>; 2]| {
                bias_activation(x.reshape([2, 2, 3]), Some(bias), activation).reshape([12])
            };
            let context = format!("{name} {activation:?}");
            check_gradients(&context, [x.clone(), uniform("bias", 3)], with_bias, device);
            check_gradients(&context, [x], |[x]| bias_activation(x, None, activation), device);
        }
        let shape = [2, 2, 3, 4];
        for mask in masks(shape) {
            let (_, blocked) = scores(shape, mask, device, dtype);
            let softmax = |[scores]: [Tensor<1>; 1]| {
                masked_softmax(scores.reshape(shape), blocked.clone(), 0.7).reshape([48])
            };
            check_gradients(&format!("{name} {mask:?}"), [uniform("s", 48)], softmax, device);
            let attention = |[q, k, v]: [Tensor<1>; 3]| {
                let kv = |x: Tensor<1>| x.reshape([2, 1, 4, 2]);
                let z = masked_attention(q.reshape([2, 2, 3, 2]), kv(k), kv(v), blocked.clone(), 0.7);
                z.reshape([24])
            };
            let inputs = [uniform("q", 24), uniform("k", 16), uniform("v", 16)];
            check_gradients(&format!("{name} {mask:?} attention"), inputs, attention, device);
        }
    });
}

#[test]
fn gradients_equal_those_of_the_portable_bodies() {
    on_devices(|name, device, dtype| {
        let device = &device.clone().autodiff();
        for activation in ACTIVATIONS {
            let gradients = |of: fn(Tensor<2>, Option<Tensor<1>>, Activation) -> Tensor<2>| {
                let x = vector(&uniform("x", 45), device, dtype).reshape([5, 9]) * 4.0;
                let x = x.detach().require_grad();
                let bias = vector(&uniform("bias", 9), device, dtype).require_grad();
                let grads = of(x.clone(), Some(bias.clone()), activation).powi_scalar(2).sum().backward();
                (x.grad(&grads).unwrap(), bias.grad(&grads).unwrap())
            };
            let (x, bias) = gradients(bias_activation);
            let (expected_x, expected_bias) = gradients(testing::portable_bias_activation);
            check(&format!("{name} x {activation:?}"), dtype, x, &host(expected_x));
            check(&format!("{name} bias {activation:?}"), dtype, bias, &host(expected_bias));
        }
    });
}

/// What is not tracked gets no gradient; what is, gets the right one.
#[test]
fn gradient_of_a_bias_alone() {
    on_devices(|name, device, dtype| {
        let x = vector(&uniform("x", 12), device, dtype).reshape([4, 3]);
        let tracked = &device.clone().autodiff();
        let bias = vector(&uniform("bias", 3), tracked, dtype).require_grad();
        let y = bias_activation(x, Some(bias.clone()), Activation::Identity);
        let grads = y.sum().backward();
        check(name, dtype, bias.grad(&grads).unwrap(), &[4.0; 3]);
    });
}
