//! The dense product: against sums on the host, in every layout, and against finite differences.

use burn::tensor::{DType, Tensor};
use fascicle_core::{Activation, dense_layer, dense_product, testing};

use crate::cases::{Layout, check, laid_out, matrix, on_devices, uniform, vector};
use crate::nonlinear::{ACTIVATIONS, check_gradients};

/// Rows of x on both sides of what counts as few and of what meets a tile at a time.
const ROWS: [usize; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Weights that are less than a register, a tile, or several tiles high and wide, few enough for one thread or not.
const WEIGHTS: [[usize; 2]; 9] =
    [[1, 1], [1, 7], [5, 1], [3, 33], [65, 17], [70, 1030], [1100, 67], [2, 2100], [40_001, 2]];

const LAYOUTS: [Layout; 4] = [Layout::Plain, Layout::Transposed, Layout::Sliced, Layout::Flipped];

/// x · weight on the host.
fn expected(x: &[f64], weight: &[f64], [n, rows, columns]: [usize; 3]) -> Vec<f64> {
    let mut y = vec![0.0; n * columns];
    for (sums, x) in y.chunks_mut(columns).zip(x.chunks(rows)) {
        for (weights, x) in weight.chunks(columns).zip(x) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
        }
    }
    y
}

/// Numbers that keep sums of so many products of order one.
fn numbers(name: &str, shape: [usize; 2], summed: usize) -> Vec<f64> {
    let scale = 1.0 / (summed as f64).sqrt();
    uniform(name, shape[0] * shape[1]).iter().map(|number| number * scale).collect()
}

#[test]
fn equals_sums_on_the_host() {
    on_devices(|name, device, dtype| {
        for ([rows, columns], n) in WEIGHTS.iter().flat_map(|shape| ROWS.map(|n| (*shape, n))) {
            // long columns are slow to lay out in every way
            if rows > 40_000 && n > 3 {
                continue;
            }
            let (x, weight) = (numbers("x", [n, rows], 1), numbers("weight", [rows, columns], rows));
            let expected = expected(&x, &weight, [n, rows, columns]);
            for layout in LAYOUTS {
                let weight = laid_out(&weight, [rows, columns], layout, device, dtype);
                let x =
                    laid_out(&x, [n, rows], if n % 2 == 0 { layout } else { Layout::Plain }, device, dtype);
                let y = dense_product(x, weight);
                assert_eq!(y.dims(), [n, columns]);
                check(&format!("{name} {n} × {rows} × {columns} {layout:?}"), dtype, y, &expected);
            }
        }
    });
}

/// Rows on both sides of what a thread takes at a time, and of what makes such panels worth while.
const MANY_ROWS: [usize; 6] = [10, 255, 257, 511, 513, 1300];

#[test]
fn layers_equal_product_bias_and_activation() {
    on_devices(|name, device, dtype| {
        for (i, n) in ROWS.into_iter().chain(MANY_ROWS).enumerate() {
            let (rows, columns) = ([3, 33, 70][i % 3], [5, 64, 131][i / 3 % 3]);
            let (x, weight) = (numbers("x", [n, rows], 1), numbers("weight", [rows, columns], rows));
            let bias = uniform("bias", columns);
            let product = expected(&x, &weight, [n, rows, columns]);
            for (layout, biased) in LAYOUTS.iter().flat_map(|layout| [(layout, false), (layout, true)]) {
                let activation = ACTIVATIONS[i % ACTIVATIONS.len()];
                let sums =
                    product.iter().enumerate().map(|(j, y)| if biased { y + bias[j % columns] } else { *y });
                let y = dense_layer(
                    laid_out(&x, [n, rows], *layout, device, dtype),
                    laid_out(&weight, [rows, columns], *layout, device, dtype),
                    biased.then(|| vector(&bias, device, dtype)),
                    activation,
                );
                assert_eq!(y.dims(), [n, columns]);
                let what =
                    format!("{name} {n} × {rows} × {columns} {layout:?} {activation:?}, bias {biased}");
                // the activation as burn has it, of sums that were made on the host
                let sums: Vec<f64> = sums.collect();
                let after = testing::portable_bias_activation(
                    matrix(&sums, [n, columns], device, dtype),
                    None,
                    activation,
                );
                check(&what, dtype, y, &after.try_into_vec_as::<f64>().unwrap());
            }
        }
    });
}

#[test]
fn of_nothing() {
    on_devices(|name, device, dtype| {
        for [n, rows, columns] in [[0, 3, 2], [2, 0, 3], [2, 3, 0], [0, 0, 0]] {
            let zeros = |shape: [usize; 2]| Tensor::<2>::zeros(shape, (device, dtype));
            let y = dense_product(zeros([n, rows]), zeros([rows, columns]));
            assert_eq!(y.dims(), [n, columns], "{name}");
            check(name, dtype, y, &vec![0.0; n * columns]);
            let bias = Tensor::<1>::ones([columns], (device, dtype));
            let y = dense_layer(zeros([n, rows]), zeros([rows, columns]), Some(bias), Activation::Relu);
            check(name, dtype, y, &vec![1.0; n * columns]);
        }
    });
}

/// On CPUs the numbers of a row are the same to the last bit, whatever rows stand beside it.
#[test]
fn rows_do_not_change_each_other() {
    on_devices(|name, device, dtype| {
        if name.starts_with("wgpu") || name.starts_with("cuda") {
            return;
        }
        for ([rows, columns], layout) in WEIGHTS
            .iter()
            .flat_map(|shape| [Layout::Plain, Layout::Transposed].map(|layout| (*shape, layout)))
        {
            let weight =
                laid_out(&numbers("weight", [rows, columns], rows), [rows, columns], layout, device, dtype);
            let x = matrix(&numbers("x", [8, rows], 1), [8, rows], device, dtype);
            let host = |y: Tensor<2>| -> Vec<f64> { y.try_into_vec_as().unwrap() };
            for n in 1..=8 {
                let together = host(dense_product(x.clone().narrow(0, 0, n), weight.clone()));
                let alone =
                    (0..n).flat_map(|row| host(dense_product(x.clone().narrow(0, row, 1), weight.clone())));
                let alone: Vec<f64> = alone.collect();
                assert!(together == alone, "{name} {n} × {rows} × {columns} {layout:?}");
            }
        }
    });
}

#[test]
fn gradients_equal_finite_differences() {
    on_devices(|name, device, dtype| {
        if dtype != DType::F64 {
            return;
        }
        for n in [1, 2, 9] {
            let layer = |[x, weight, bias]: [Tensor<1>; 3]| {
                let (x, weight) = (x.reshape([n, 3]), weight.reshape([3, 5]));
                dense_layer(x, weight, Some(bias), Activation::Gelu).reshape([n * 5])
            };
            let inputs = [uniform("x", n * 3), uniform("weight", 15), uniform("bias", 5)];
            check_gradients(&format!("{name} layer of {n} rows"), inputs, layer, device);
            let product = |[x, weight]: [Tensor<1>; 2]| {
                dense_product(x.reshape([n, 3]), weight.reshape([3, 5])).reshape([n * 5])
            };
            let inputs = [uniform("x", n * 3), uniform("weight", 15)];
            check_gradients(&format!("{name} {n} rows"), inputs, product, device);
        }
    });
}
