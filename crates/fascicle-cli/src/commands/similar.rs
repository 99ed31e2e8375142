//! `fascicle similar`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fascicle_causal::Activation;
use fascicle_models::{LoadedModel, Model, NamedTensor, TensorFile};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::items::{Batches, Items};
use crate::vectors::{cosine, largest, softmax, vectors};
use crate::{model, output};

/// Tell which texts fit which images, or how alike texts or images are
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("what to compare").required(true).multiple(true).args(["text", "texts", "image"])))]
pub(crate) struct Similar {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    #[command(flatten)]
    items: Items,
    /// Print the K likest of each
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    top: u32,
    /// Safetensors file to write: `similarities`, and `probabilities` of texts for each image
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
With CLIP, images and texts: the probability of each text for each image, given that one of the
texts is right. Otherwise the cosine between the vectors that `fascicle embed` gives, of each item
with the others.

Examples:
  fascicle similar path/to/clip --image cat.jpg --text 'a photo of a cat' --text 'a photo of a dog'
  fascicle similar minilm --texts sentences.txt --top 3
  fascicle similar path/to/dinov2 --image photos/*.jpg --out similarities.safetensors";

/// What was found out.
struct Compared {
    /// Cosines, a row for each item that is compared.
    similarities: Vec<Vec<f64>>,
    /// Probabilities of the texts, a row for each image.
    probabilities: Option<Vec<Vec<f64>>>,
}

impl Similar {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("safetensors", out)?;
        }
        let (model, _device) = model::open(&self.model, common)?;
        let (images, texts) = (self.items.images(&model)?, self.items.texts(&model)?);
        let embedded = |items: &Batches| vectors(common, &model, items, None, true);
        let (rows, columns, compared) = match (images, texts) {
            (Some(images), Some(texts)) => {
                let scale = scale(&model)?;
                let similarities = cosines(&embedded(&images)?, &embedded(&texts)?);
                let share = |row: &Vec<f64>| softmax(row.iter().map(|cosine| scale * cosine));
                let probabilities = Some(similarities.iter().map(share).collect());
                (images, Some(texts), Compared { similarities, probabilities })
            }
            (Some(items), None) | (None, Some(items)) if items.names.len() > 1 => {
                let found = embedded(&items)?;
                (items, None, Compared { similarities: cosines(&found, &found), probabilities: None })
            }
            _ => {
                return Err(CliError::TooFewItems {
                    needed: "at least two texts or images, to compare them",
                });
            }
        };
        if let Some(out) = &self.out {
            compared.file().write(out)?;
        }
        if common.json {
            let mut value = json!({
                "model": model.folder, "family": model.report.family, "device": common.device, "out": self.out,
            });
            for items in [Some(&rows), columns.as_ref()].into_iter().flatten() {
                value[items.word()] = Value::from(items.names.clone());
            }
            value["similarities"] = json!(compared.similarities);
            value["probabilities"] = json!(compared.probabilities);
            return output::print_json(&value);
        }
        let names = columns.as_ref().map_or(&rows.names, |columns| &columns.names);
        output::print(&output::ranked(&rows.names, &compared.best(names, self.top as usize)))
    }
}

fn cosines(rows: &[Vec<f32>], columns: &[Vec<f32>]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| columns.iter().map(|column| cosine(row, column)).collect()).collect()
}

/// What CLIP multiplies cosines by.
fn scale(model: &LoadedModel) -> Result<f64, CliError> {
    let apart = || CliError::NoSharedSpace { folder: model.folder.clone(), family: model.report.family };
    let Model::Clip(clip) = &model.model else { return Err(apart()) };
    let scale = Activation::new(clip.scale().ok_or_else(apart)?).to_vec()?;
    Ok(f64::from(scale.first().copied().unwrap_or(1.0)))
}

impl Compared {
    /// The likest of each row: by probability where there are any, without the item itself where it is among them.
    fn best<'a>(&self, names: &'a [String], count: usize) -> Vec<Vec<(&'a str, f64)>> {
        let rows = self.probabilities.as_ref().unwrap_or(&self.similarities);
        let with_itself = self.probabilities.is_none();
        let best = |(at, row): (usize, &Vec<f64>)| {
            let others = largest(row, count + 1).into_iter().filter(|place| !(with_itself && *place == at));
            others.take(count).map(|place| (names[place].as_str(), row[place])).collect()
        };
        rows.iter().enumerate().map(best).collect()
    }

    fn file(&self) -> TensorFile {
        let tensor = |rows: &Vec<Vec<f64>>| NamedTensor::F32 {
            shape: vec![rows.len(), rows.first().map_or(0, Vec::len)],
            values: rows.iter().flatten().map(|value| *value as f32).collect(),
        };
        let mut file = TensorFile::default();
        file.push("similarities", tensor(&self.similarities));
        if let Some(probabilities) = &self.probabilities {
            file.push("probabilities", tensor(probabilities));
        }
        file
    }
}
