//! Fascicle finds, tests, trains and compares the pathways of neural networks, on one burn backend.
//!
//! This crate re-exports the libraries, each behind a feature; every one also serves alone.
//!
//! ```no_run
//! use fascicle::causal::{MetricSpec, Per, Sweep, patch};
//! use fascicle::models::{Inputs, SiteSelector, load};
//!
//! let device = fascicle::core::device("cpu")?;
//! let model = load("path/to/gpt2", &device)?.into_transformer()?;
//! let clean = Inputs::new(vec![464, 2068, 7586, 21831], [1, 4])?;
//! let corrupt = Inputs::new(vec![464, 2068, 2042, 21831], [1, 4])?;
//! let sweep = Sweep::new(SiteSelector::parse(&["attn.hook_z"])?, Per::Head);
//! let metric = MetricSpec::logit_diff(vec![11687], vec![14523]);
//! let found = patch(&model, &clean, &corrupt, &metric, &sweep, &mut |_, _| ())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Features: `models` and `causal` (both default), `graph` and `connectome` add those crates; `ndarray` (default), `wgpu`, `cuda`, `fusion`
//! and `autotune` choose devices, see [`core`].

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
