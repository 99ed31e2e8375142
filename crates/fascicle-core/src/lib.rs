//! What every other Fascicle crate stands on: devices chosen by name, dtypes, seeds, tolerances, files written
//! whole or not at all, and [`PathwayOps`], the one backend trait, which holds the sparse kernels and their gradients.
//!
//! This is the only crate of the project that names a concrete burn backend. Everything above it takes a
//! [`Device`] and works on [`burn::tensor::Tensor`].
//!
//! ```
//! use burn::tensor::Tensor;
//! use fascicle_core::{Csr, csr_linear};
//!
//! # fn main() -> Result<(), fascicle_core::CoreError> {
//! let device = fascicle_core::device("cpu")?;
//! // y = x Wᵀ with W = [[0, 2, 0], [1, 0, 0]]
//! let w = Csr::new(2, 3, &[0, 1, 2], &[1, 0], &device)?;
//! let values = Tensor::<1>::from_floats([2.0, 1.0], &device);
//! let x = Tensor::<2>::from_floats([[10.0, 20.0, 30.0]], &device);
//! let y = csr_linear(x, &w, values, None)?;
//! assert_eq!(y.into_data().as_slice::<f32>().unwrap(), [40.0, 10.0]);
//! # Ok(())
//! # }
//! ```
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! burn = { version = "=0.22.1", default-features = false, features = ["std"] }
//! fascicle-core = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! ```
//!
//! Without default features there is the device `cpu` alone. burn's version must be this one, for the tensors of both to be
//! the same type.
//!
//! # Features
//!
//! - `ndarray` (default): burn's older CPU device, next to `cpu`, which is always there.
//! - `wgpu`: GPUs through Vulkan, Metal or DirectX 12, and software Vulkan as `wgpu:cpu`. Mesa's software Vulkan ends the loops of
//!   a shader after 65 535 turns: the sparse layer and its gradients go around it, burn's own sums over longer axes do not.
//!   Where there is neither `XDG_RUNTIME_DIR` nor a display, Mesa speaks of it on stderr; `WAYLAND_DISPLAY=/dev/null` quietens it.
//! - `cuda`: NVIDIA GPUs.
//! - `cuda-cpp`: the same with kernels compiled by NVRTC from C++, instead of by an LLVM bundle that the build downloads.
//! - `fusion`, `autotune`: burn's kernel fusion and timing-based kernel choice on GPU devices.

mod atomic;
mod attention;
mod csr;
mod dense;
mod device;
pub mod dtype;
mod error;
mod linear;
mod memory;
mod nonlinear;
pub mod ops;
pub mod seed;
#[doc(hidden)]
pub mod testing;
mod tolerance;

pub use atomic::write_atomically;
pub use attention::{AttentionFn, AttentionWatch, Scoring, Unwatched};
pub use burn::tensor::{DType, Device};
pub use csr::Csr;
pub use dense::{dense_layer, dense_product};
pub use device::{DeviceInfo, DeviceSpec, DeviceState, device, device_name, devices, open};
pub use error::CoreError;
pub use linear::csr_linear;
pub use memory::keep_freed_memory;
pub use nonlinear::{bias_activation, grouped_matmul, masked_attention, masked_softmax};
pub use ops::{Activation, PathwayOps};
pub use tolerance::{Mismatch, Tolerance};
