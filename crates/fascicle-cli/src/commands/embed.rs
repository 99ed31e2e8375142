//! `fascicle embed`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fascicle_models::{NamedTensor, TensorFile};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::items::Items;
use crate::vectors::{PoolingChoice, vectors};
use crate::{model, output};

/// Turn texts or images into vectors
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("what to embed").required(true).args(["text", "texts", "image"])))]
pub(crate) struct Embed {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    #[command(flatten)]
    items: Items,
    /// How the vectors of positions become one; without it as the model's folder says
    #[arg(long, value_name = "HOW")]
    pooling: Option<PoolingChoice>,
    /// Leave the vectors as long as they are, instead of scaling them to length 1
    #[arg(long)]
    no_normalize: bool,
    /// Safetensors file to write: `embeddings` [item, d]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Texts are pooled as the folder's modules.json and 1_Pooling say; without these encoders take the
mean of their tokens, causal models the last one. Image models have their pooler's vector or else
the first position. CLIP's texts and images share a space. Images are prepared as
preprocessor_config.json says; like transformers' image processors this does not turn photos as
the camera held them.

Examples:
  fascicle embed minilm --text 'A cat sleeps.' --text 'A dog sleeps.'
  fascicle embed minilm --texts sentences.txt --max-tokens 256 --out embeddings.safetensors
  fascicle embed path/to/dinov2 --image photos/*.jpg --batch 8 --out photos.safetensors
  sort -u words.txt | fascicle embed minilm --texts - --json";

/// Numbers of each vector that are printed.
const SHOWN: usize = 6;

impl Embed {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("safetensors", out)?;
        }
        let (model, _device) = model::open(&self.model, common)?;
        let items = match self.items.images(&model)? {
            Some(images) => images,
            None => {
                self.items.texts(&model)?.ok_or(CliError::TooFewItems { needed: "a text or an image" })?
            }
        };
        let found = vectors(common, &model, &items, self.pooling, !self.no_normalize)?;
        let shape = vec![found.len(), found.first().map_or(0, Vec::len)];
        if let Some(out) = &self.out {
            let tensor = NamedTensor::F32 { shape: shape.clone(), values: found.concat() };
            TensorFile::from_tensors(vec![("embeddings".into(), tensor)]).write(out)?;
        }
        if common.json {
            let listed = self.out.is_none().then_some(&found);
            let mut value = json!({
                "model": model.folder, "family": model.report.family, "device": common.device,
                "shape": shape, "out": self.out, "embeddings": listed,
            });
            value[items.word()] = Value::from(items.names.clone());
            return output::print_json(&value);
        }
        if let Some(out) = &self.out {
            return output::print(&format!("wrote {}\n  embeddings  {shape:?}", out.display()));
        }
        let rows: Vec<Vec<String>> =
            items.names.iter().zip(&found).map(|(name, vector)| row(name, vector)).collect();
        output::print(&format!("{}{shape:?}; --out keeps them, --json lists them", output::columns(&rows)))
    }
}

fn row(name: &str, vector: &[f32]) -> Vec<String> {
    let mut numbers: Vec<String> = vector.iter().take(SHOWN).map(|value| format!("{value:8.4}")).collect();
    if vector.len() > SHOWN {
        numbers.push("…".into());
    }
    [vec![output::shortened(name)], numbers].concat()
}
