//! Hugging Face checkpoints as models whose every site is open.
//!
//! ```
//! use fascicle_models::{Inputs, load};
//!
//! // the folder of a GPT-2: config.json, model.safetensors
//! let folder = "path/to/gpt2";
//! # let folder = "../../tests/fixtures/hf/gpt2";
//! let device = fascicle_core::device("cpu")?;
//! let model = load(folder, &device)?;
//! println!("{} parameters", model.report.parameters());
//! let inputs = Inputs::new(vec![46, 20, 75, 21], [1, 4])?;
//! let logits = model.transformer()?.forward(&inputs)?.logits.expect("a language model");
//! assert_eq!(logits.dims()[..2], [1, 4]); // [batch, position, vocab]
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`load`] reads a folder strictly: everything that is missing, unexpected or misshapen is one typed report.
//! - [`Transformer`] is the one configurable implementation; families differ in settings and names only.
//! - [`Site`] names a place in the forward pass, [`Probe`] visits it: capture, intervention and gradient taps are
//!   probes. [`Transformer::forward_from`] starts at a block from a given residual stream.
//! - [`Generator`] continues a text, reading each token once, [`BatchGenerator`] several; [`Sampling`] says how tokens are chosen.
//! - [`save`] writes any configuration as a folder that `load` reads back; [`save_hf`] writes a model in the layout
//!   of the folder that it came from, unchanged tensors bit for bit.
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-core = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! fascicle-models = { git = "https://github.com/fascicle-rs/fascicle", default-features = false, features = ["tokenizer"] }
//! ```
//!
//! Features: `tokenizer` (default) for text through the `tokenizers` crate; `images` (default) for images from PNG, JPEG and
//! WebP files as the model was trained to see them ([`ImageProcessor`]); `hub` for downloads into the Hugging Face cache;
//! `ndarray`, `wgpu`, `cuda`, `fusion` and `autotune` are forwarded to `fascicle-core`.

mod checkpoint;
mod config;
mod error;
mod families;
mod generate;
mod golden;
mod images;
mod inputs;
mod model;
mod names;
mod outputs;
#[cfg(feature = "images")]
mod preprocess;
mod probe;
mod resnet;
mod select;
mod site;
#[cfg(feature = "tokenizer")]
mod text_stream;
#[cfg(feature = "tokenizer")]
mod tokenizer;
mod transformer;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use checkpoint::fuzzing;
pub use checkpoint::{
    Duplicated, IndexProblems, LoadOptions, LoadReport, LoadedModel, LoadedTensor, Misshapen, Missing,
    NamedTensor, NotInIndex, NotInShard, Real, TensorFile, TensorProblems, Unexpected, WeightFormat, Whole,
    cached, load, load_with, save, save_hf,
};
#[cfg(feature = "hub")]
pub use checkpoint::{Hub, HubProgress};
pub use config::{
    Activation, AttentionConfig, AttentionScale, ClassifierConfig, ClassifierInput, Experts, InputKind,
    MlpConfig, NormKind, NormPlace, PatchConfig, Pooler, PositionResize, Positions, QkNorm, Rotary,
    RotaryScaling, Sliding, TransformerConfig, UnembedConfig,
};
pub use error::{CacheError, GenerateError, ImageError, ModelError, SaveError};
pub use families::families;
pub use generate::{
    BatchGenerator, GenerationDefaults, Generator, Passed, Sampler, Sampling, StopReason, StopTexts, Taken,
};
pub use golden::{
    GOLDEN_TOLERANCE, GoldenReport, GoldenShape, GoldenTensor, compare_golden, golden_site, verify,
};
pub use images::Images;
pub use inputs::Inputs;
pub use model::{Clip, ClipConfig, Mae, MaeConfig, Model, ModelConfig, SitedModel};
pub use names::nearest;
pub use outputs::{Outputs, Pooling, at_positions, pooled, sentence_embeddings, unit_rows};
#[cfg(feature = "images")]
pub use preprocess::{ImageProcessor, ImageStep, Resample, ResizeTo};
pub use probe::{NoProbe, Probe};
pub use resnet::{ResNet, ResNetConfig};
pub use select::SiteSelector;
pub use site::{Axis, Site, SiteKind, Tower};
#[cfg(feature = "tokenizer")]
pub use text_stream::TextStream;
#[cfg(feature = "tokenizer")]
pub use tokenizer::Tokenizer;
pub use transformer::{DenseAttention, Parameter, Past, Transformer};
