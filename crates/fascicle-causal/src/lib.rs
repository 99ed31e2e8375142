//! Which parts of a model cause its output: captured activations, interventions, patching sweeps.
//!
//! ```
//! use fascicle_causal::{Action, Intervention, MetricSpec, Per, Scope, Sweep, patch, run_with};
//! use fascicle_models::{Inputs, SiteSelector, load};
//!
//! let folder = "path/to/gpt2";
//! # let folder = "../../tests/fixtures/hf/gpt2";
//! let device = fascicle_core::device("cpu")?;
//! let model = load(folder, &device)?.into_transformer()?;
//! let clean = Inputs::new(vec![46, 20, 75, 21], [1, 4])?;
//! let corrupt = Inputs::new(vec![46, 20, 42, 21], [1, 4])?;
//!
//! // one head silenced at the last position
//! let mute = Intervention::new("blocks.1.attn.hook_z[2]".parse()?, Action::Zero).within(Scope::all().positions(3));
//! let outputs = run_with(&model, &clean, &[mute])?;
//!
//! // where does the difference between the two sentences travel?
//! let sweep = Sweep::new(SiteSelector::parse(&["*hook_resid_pre"])?, Per::Position);
//! let metric = MetricSpec::logit_diff(vec![16], vec![45]);
//! let found = patch(&model, &clean, &corrupt, &metric, &sweep, &mut |_, _| ())?;
//! // entering the first block, the difference is where the texts differ
//! let restored = found.grids[0].get(0, 2).expect("layer 0, position 2");
//! assert!((restored - found.clean).abs() < 1e-3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`capture`] keeps selected sites of a run; [`capture_only`] stops when it has them.
//! - [`Intervention`] changes a site within a [`Scope`] of rows, positions, heads and neurons; [`run_with`] runs a
//!   model with some, [`InterventionProbe`] composes with other probes. A site that the model lacks, that is never
//!   reached, or whose shape does not fit is an error, never a no-op.
//! - [`patch`] moves one place after another from one run into another and judges each by a [`MetricSpec`];
//!   [`ablate`] removes one part after another.
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-causal = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! fascicle-core = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! fascicle-models = { git = "https://github.com/fascicle-rs/fascicle", default-features = false, features = ["tokenizer"] }
//! ```
//!
//! Features: `ndarray` (default), `wgpu`, `cuda`, `fusion` and `autotune` are forwarded to `fascicle-core`.

mod ablate;
mod activation;
mod capture;
mod engine;
mod error;
mod intervention;
mod mask;
mod metric;
mod patch;
mod place;
mod prepare;
mod probe;
mod scope;
mod score;

pub use ablate::{Ablation, AblationResult, Replacement, ablate};
pub use activation::Activation;
pub use capture::{Capture, CaptureOptions, Captured, capture, capture_only, capture_with};
pub use engine::Batching;
pub use error::CausalError;
pub use intervention::{Action, Addend, Intervention, MeanOf, Resample};
pub use metric::{MetricKind, MetricSpec};
pub use patch::{Direction, PatchResult, Sweep, patch};
pub use place::{Grid, Per, UnknownPlace};
pub use probe::{InterventionProbe, run_with};
pub use scope::{Pick, Scope};
pub use score::Metric;
