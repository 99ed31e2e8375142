//! The handwritten gradients: against their formulas, against burn's gradients of the portable body, and
//! against central finite differences.

use burn::tensor::{DType, Device, Tensor};
use fascicle_core::{Csr, Tolerance, csr_linear, testing};

use crate::cases::{CASES, Case, Numbers, Tensors, check, matrix, on_devices, portable_cases, vector};

/// Gradients of Σ upstream · y for x, values and bias.
struct Gradients {
    x: Tensor<2>,
    values: Tensor<1>,
    bias: Option<Tensor<1>>,
}

type Layer = fn(Tensor<2>, &Csr, Tensor<1>, Option<Tensor<1>>) -> Tensor<2>;

fn kernel(x: Tensor<2>, w: &Csr, values: Tensor<1>, bias: Option<Tensor<1>>) -> Tensor<2> {
    csr_linear(x, w, values, bias).unwrap()
}

fn gradients(layer: Layer, tensors: Tensors) -> Gradients {
    let Tensors { x, csr, values, bias, upstream } = tensors;
    // detaching keeps the memory layout
    let x = x.detach().require_grad();
    let values = values.require_grad();
    let bias = bias.map(Tensor::require_grad);
    let y = layer(x.clone(), &csr, values.clone(), bias.clone());
    let grads = (y * upstream).sum().backward();
    Gradients {
        x: x.grad(&grads).unwrap(),
        values: values.grad(&grads).unwrap(),
        bias: bias.map(|bias| bias.grad(&grads).unwrap()),
    }
}

#[test]
fn equal_their_formulas() {
    on_devices(|name, device, dtype| {
        for &case in CASES {
            let numbers = Numbers::new(case);
            let got = gradients(kernel, numbers.on(&device.clone().autodiff(), dtype));
            let context = |what| format!("{name} {what} {case:?}");
            assert_eq!(got.x.dims(), [case.n, case.cols]);
            check(&context("x"), dtype, got.x, &numbers.grad_x());
            check(&context("values"), dtype, got.values, &numbers.grad_values());
            if let Some(bias) = got.bias {
                check(&context("bias"), dtype, bias, &numbers.grad_bias());
            }
        }
    });
}

#[test]
fn equal_the_gradients_of_the_portable_body() {
    on_devices(|name, device, dtype| {
        let device = device.clone().autodiff();
        for case in portable_cases(name).into_iter().filter(|case| case.n > 0 && case.density > 0.0) {
            let numbers = Numbers::new(case);
            let got = gradients(kernel, numbers.on(&device, dtype));
            let expected = gradients(testing::portable_linear, numbers.on(&device, dtype));
            let host = |tensor: Tensor<1>| -> Vec<f64> { tensor.try_into_vec_as().unwrap() };
            let flat = |tensor: Tensor<2>| host(tensor.flatten(0, 1));
            check(&format!("{name} x {case:?}"), dtype, got.x, &flat(expected.x));
            check(&format!("{name} values {case:?}"), dtype, got.values, &host(expected.values));
            if let (Some(got), Some(expected)) = (got.bias, expected.bias) {
                check(&format!("{name} bias {case:?}"), dtype, got, &host(expected));
            }
        }
    });
}

/// A gradient that lies transposed in memory, and one that is a single number expanded.
#[test]
fn take_an_upstream_gradient_in_any_layout() {
    on_devices(|name, device, dtype| {
        let device = device.clone().autodiff();
        let mut numbers = Numbers::new(CASES[0]);
        let Tensors { x, csr, values, bias, upstream } = numbers.on(&device, dtype);
        let (x, values) = (x.require_grad(), values.require_grad());
        let y = csr_linear(x.clone(), &csr, values.clone(), bias.clone()).unwrap();
        let grads = (y.transpose() * upstream.transpose()).sum().backward();
        check(&format!("{name} x"), dtype, x.grad(&grads).unwrap(), &numbers.grad_x());
        check(&format!("{name} values"), dtype, values.grad(&grads).unwrap(), &numbers.grad_values());

        numbers.upstream.fill(1.0);
        let grads = csr_linear(x.clone(), &csr, values.clone(), bias).unwrap().sum().backward();
        check(&format!("{name} x, expanded"), dtype, x.grad(&grads).unwrap(), &numbers.grad_x());
        check(
            &format!("{name} values, expanded"),
            dtype,
            values.grad(&grads).unwrap(),
            &numbers.grad_values(),
        );
    });
}

/// A batch so long that a GPU thread does not add it up in one go.
#[test]
fn of_a_long_batch() {
    on_devices(|name, device, dtype| {
        let case = Case { n: 70_001, rows: 3, cols: 2, density: 1.0, bias: true, ..CASES[0] };
        let mut numbers = Numbers::new(case);
        // small numbers, so that the sums stay of order one
        numbers.upstream.iter_mut().for_each(|g| *g /= 256.0);
        let got = gradients(kernel, numbers.on(&device.clone().autodiff(), dtype));
        check(name, dtype, got.values, &numbers.grad_values());
        check(name, dtype, got.x, &numbers.grad_x());
        check(name, dtype, got.bias.unwrap(), &numbers.grad_bias());
    });
}

/// A column, and a row, with more entries than a GPU thread adds up in one go.
#[test]
fn of_a_long_column_and_a_long_row() {
    on_devices(|name, device, dtype| {
        for [rows, cols] in [[70_000, 2], [2, 70_000]] {
            let case = Case { n: 2, rows, cols, density: 1.0, bias: true, ..CASES[0] };
            let mut numbers = Numbers::new(case);
            numbers.upstream.iter_mut().for_each(|g| *g /= 256.0);
            let got = gradients(kernel, numbers.on(&device.clone().autodiff(), dtype));
            let context = |what| format!("{name} {what} of {rows} rows");
            check(&context("x"), dtype, got.x, &numbers.grad_x());
            check(&context("values"), dtype, got.values, &numbers.grad_values());
            check(&context("bias"), dtype, got.bias.unwrap(), &numbers.grad_bias());
        }
    });
}

/// What is not tracked gets no gradient and costs none; what is, gets the right one.
#[test]
fn each_argument_alone() {
    on_devices(|name, device, dtype| {
        let numbers = Numbers::new(CASES[0]);
        // plain tensors are constants next to differentiated ones
        let plain = || numbers.on(device, dtype);
        let tracked = || numbers.on(&device.clone().autodiff(), dtype);

        let (t, x) = (plain(), tracked().x.require_grad());
        let y = csr_linear(x.clone(), &t.csr, t.values, t.bias).unwrap();
        let grads = (y * t.upstream).sum().backward();
        check(&format!("{name} x"), dtype, x.grad(&grads).unwrap(), &numbers.grad_x());

        let (t, values) = (plain(), tracked().values.require_grad());
        let y = csr_linear(t.x, &t.csr, values.clone(), t.bias).unwrap();
        let grads = (y * t.upstream).sum().backward();
        check(&format!("{name} values"), dtype, values.grad(&grads).unwrap(), &numbers.grad_values());

        let (t, bias) = (plain(), tracked().bias.unwrap().require_grad());
        let y = csr_linear(t.x, &t.csr, t.values, Some(bias.clone())).unwrap();
        let grads = (y * t.upstream).sum().backward();
        check(&format!("{name} bias"), dtype, bias.grad(&grads).unwrap(), &numbers.grad_bias());
    });
}

#[test]
fn pass_through_gradient_checkpointing() {
    on_devices(|name, device, dtype| {
        let numbers = Numbers::new(CASES[0]);
        let device = device.clone().autodiff().gradient_checkpointing();
        let got = gradients(kernel, numbers.on(&device, dtype));
        check(&format!("{name} x"), dtype, got.x, &numbers.grad_x());
        check(&format!("{name} values"), dtype, got.values, &numbers.grad_values());
    });
}

/// Σ upstream · y², so that the gradient that arrives depends on the inputs.
fn loss(device: &Device, numbers: &Numbers, values: &[f64]) -> f64 {
    let t = numbers.on(device, DType::F64);
    let y = csr_linear(t.x, &t.csr, vector(values, device, DType::F64), t.bias).unwrap();
    (y.clone() * y * t.upstream).sum().into_scalar::<f64>()
}

#[test]
fn equal_finite_differences() {
    const STEP: f64 = 1e-6;
    on_devices(|name, device, dtype| {
        if dtype != DType::F64 {
            return;
        }
        for &case in [&CASES[0], &CASES[1], &CASES[3], &CASES[5], &CASES[13]] {
            let mut numbers = Numbers::new(case);
            let weights: Vec<f64> = numbers.dense.iter().copied().filter(|&w| w != 0.0).collect();

            let t = numbers.on(&device.clone().autodiff(), dtype);
            let x = t.x.detach().require_grad();
            let values = t.values.require_grad();
            let bias = t.bias.map(Tensor::require_grad);
            let y = csr_linear(x.clone(), &t.csr, values.clone(), bias.clone()).unwrap();
            let grads = (y.clone() * y * t.upstream).sum().backward();

            let mut by_values = Vec::new();
            for i in 0..weights.len() {
                let at = |step: f64| {
                    let mut moved = weights.clone();
                    moved[i] += step;
                    loss(device, &numbers, &moved)
                };
                by_values.push((at(STEP) - at(-STEP)) / (2.0 * STEP));
            }
            close(&format!("{name} values {case:?}"), values.grad(&grads).unwrap(), &by_values);

            let by_x = differences(device, &mut numbers, &weights, |numbers| &mut numbers.x);
            close(&format!("{name} x {case:?}"), x.grad(&grads).unwrap(), &by_x);

            if let Some(bias) = bias {
                let by_bias = differences(device, &mut numbers, &weights, |numbers| &mut numbers.bias);
                close(&format!("{name} bias {case:?}"), bias.grad(&grads).unwrap(), &by_bias);
            }
        }
    });

    fn differences(
        device: &Device,
        numbers: &mut Numbers,
        weights: &[f64],
        of: fn(&mut Numbers) -> &mut Vec<f64>,
    ) -> Vec<f64> {
        let mut slopes = Vec::new();
        for i in 0..of(numbers).len() {
            let mut at = |step: f64| {
                of(numbers)[i] += step;
                let loss = loss(device, numbers, weights);
                of(numbers)[i] -= step;
                loss
            };
            slopes.push((at(STEP) - at(-STEP)) / (2.0 * STEP));
        }
        slopes
    }

    #[track_caller]
    fn close<const D: usize>(context: &str, got: Tensor<D>, expected: &[f64]) {
        let got: Vec<f64> = got.try_into_vec_as().unwrap();
        let tolerance = Tolerance { abs: 1e-8, rel: 1e-6 };
        if let Err(mismatch) = tolerance.check(&got, expected) {
            panic!("{context}: {mismatch}");
        }
    }
}

/// A layer trains: gradient descent on the values alone recovers them.
#[test]
fn descent_recovers_the_values() {
    on_devices(|name, device, dtype| {
        let numbers = Numbers::new(CASES[0]);
        let device = device.clone().autodiff();
        let t = numbers.on(&device, dtype);
        let x = matrix(&crate::cases::uniform("many", 40 * 9), [40, 9], &device, dtype);
        let target = csr_linear(x.clone(), &t.csr, t.values.clone(), None).unwrap();
        let mut values = t.values.zeros_like().require_grad();
        for _ in 0..200 {
            let y = csr_linear(x.clone(), &t.csr, values.clone(), None).unwrap();
            let grads = (y - target.clone()).powi_scalar(2).mean().backward();
            let step = values.grad(&grads).unwrap() * 5.0;
            values = Tensor::from_inner(values.inner() - step).require_grad();
        }
        let worst = (values - t.values).abs().max().into_scalar::<f64>();
        assert!(worst < 1e-3, "{name}: {worst}");
    });
}
