//! Tests of `fascicle-core`, on every device that `FASCICLE_TEST_DEVICES` names (default: the CPU devices).

mod cases;
mod dense;
mod devices;
mod errors;
mod gradients;
mod linear;
mod nonlinear;
mod patterns;
mod properties;
mod small;
