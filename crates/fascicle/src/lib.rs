//! Fascicle finds, tests, trains and compares the pathways of neural networks, on one burn backend.
//!
//! This crate re-exports the libraries, each behind a feature; every one also serves alone.
//!
//! ```
//! use fascicle::causal::{MetricSpec, Per, Sweep, patch};
//! use fascicle::models::{Inputs, SiteSelector, load};
//!
//! let folder = "path/to/gpt2";
//! # let folder = "../../tests/fixtures/hf/gpt2";
//! let device = fascicle::core::device("cpu")?;
//! let model = load(folder, &device)?.into_transformer()?;
//! let clean = Inputs::new(vec![46, 20, 75, 21], [1, 4])?;
//! let corrupt = Inputs::new(vec![46, 20, 42, 21], [1, 4])?;
//! let sweep = Sweep::new(SiteSelector::parse(&["attn.hook_z"])?, Per::Head);
//! let metric = MetricSpec::logit_diff(vec![16], vec![45]);
//! let found = patch(&model, &clean, &corrupt, &metric, &sweep, &mut |_, _| ())?;
//! let (layer, head, value) = found.grids[0].largest().expect("a grid of heads");
//! println!("head {head} of layer {layer} brings {} to {value}, clean is {}", found.corrupt, found.clean);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Features: `models` and `causal` (both default), `graph` and `connectome` add those crates; `ndarray` (default), `wgpu`, `cuda`, `fusion`
//! and `autotune` choose devices, see [`core`]; `openblas-system` or `openblas-static` adds the spectra of graphs.
//!
//! ```toml
//! [dependencies]
//! fascicle = { git = "https://github.com/fascicle-rs/fascicle", features = ["graph"] }
//! ```

/// Devices, seeds, tolerances and the sparse kernels.
pub use fascicle_core as core;

/// Checkpoints as models whose every site is open.
#[cfg(feature = "models")]
pub use fascicle_models as models;

/// Capture, interventions and sweeps.
#[cfg(feature = "causal")]
pub use fascicle_causal as causal;

/// Pathway graphs: formats, paths, measures, communities, null models, pictures.
#[cfg(feature = "graph")]
pub use fascicle_graph as graph;

/// Published connectomes as graphs.
#[cfg(feature = "connectome")]
pub use fascicle_connectome as connectome;
