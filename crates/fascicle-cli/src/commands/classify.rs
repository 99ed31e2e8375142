//! `fascicle classify`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fascicle_causal::Activation;
use fascicle_models::{Inputs, LoadedModel, Model, ModelConfig, SitedModel};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::items::Items;
use crate::vectors::{largest, softmax};
use crate::{model, output};

/// Tell which of a classifier's classes texts or images belong to
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("what to classify").required(true).args(["text", "texts", "image"])))]
pub(crate) struct Classify {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    #[command(flatten)]
    items: Items,
    /// Print the K likeliest classes of each
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    top: u32,
}

const EXAMPLES: &str = "\
Probabilities add up to 1; where config.json says multi_label_classification, or where there is one
class alone, each class has a probability of its own.

Examples:
  fascicle classify path/to/resnet-50 --image cat.jpg dog.png
  fascicle classify path/to/bert-sentiment --text 'What a film!' --top 2 --json";

impl Classify {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let (model, _device) = model::open(&self.model, common)?;
        let labels = labels(&model)?;
        let items = match self.items.images(&model)? {
            Some(images) => images,
            None => {
                self.items.texts(&model)?.ok_or(CliError::TooFewItems { needed: "a text or an image" })?
            }
        };
        let scores = |inputs: &Inputs| {
            let scores = model.model.forward(inputs)?.class_logits;
            scores.map(Activation::new).ok_or_else(|| no_classifier(&model))
        };
        let alone = each_alone(&model, labels.len())?;
        let probabilities = |scores: &Vec<f32>| -> Vec<f64> {
            let scores = scores.iter().map(|score| f64::from(*score));
            if alone { scores.map(|score| 1.0 / (1.0 + (-score).exp())).collect() } else { softmax(scores) }
        };
        let found = items.run(common, &format!("classifying {}", items.word()), scores)?;
        let best: Vec<Vec<(&str, f64)>> = found
            .iter()
            .map(|scores| {
                let all = probabilities(scores);
                let places = largest(&all, self.top as usize);
                places.into_iter().map(|class| (labels[class].as_str(), all[class])).collect()
            })
            .collect();
        if common.json {
            let class =
                |(label, probability): &(&str, f64)| json!({ "label": label, "probability": probability });
            let each = items.names.iter().zip(&best).map(|(name, best)| {
                json!({ "item": name, "classes": best.iter().map(class).collect::<Vec<Value>>() })
            });
            return output::print_json(&json!({
                "model": model.folder, "family": model.report.family, "device": common.device,
                items.word(): each.collect::<Vec<Value>>(),
            }));
        }
        output::print(&output::ranked(&items.names, &best))
    }
}

/// The name of each class.
fn labels(model: &LoadedModel) -> Result<Vec<String>, CliError> {
    let classes = match model.model.config() {
        ModelConfig::Transformer(config) => config.classifier.map_or(0, |classifier| classifier.classes),
        ModelConfig::ResNet(config) => config.classes,
        ModelConfig::Clip(_) | ModelConfig::Mae(_) => 0,
    };
    if classes == 0 {
        return Err(no_classifier(model));
    }
    let name = |class: usize| model.labels.get(class).cloned().unwrap_or_else(|| format!("class {class}"));
    Ok((0..classes).map(name).collect())
}

fn no_classifier(model: &LoadedModel) -> CliError {
    let instead = match &model.model {
        Model::Clip(_) => {
            "`fascicle similar` compares images with texts of yours, such as 'a photo of a cat'"
        }
        // as a BertForTokenClassification has it
        Model::Transformer(_)
            if model.report.family == "bert"
                && model.report.unused.iter().any(|(key, _)| key.starts_with("classifier.")) =>
        {
            "its weights hold a head of another kind, such as for each token, which is not supported"
        }
        _ => {
            "`fascicle embed` gives vectors; a classifier's folder names ...ForSequenceClassification or ...ForImageClassification in config.json"
        }
    };
    CliError::NoClassifier { folder: model.folder.clone(), instead }
}

/// Whether classes do not exclude each other, as `transformers` decides.
fn each_alone(model: &LoadedModel, classes: usize) -> Result<bool, CliError> {
    let problem = model::setting(model, "problem_type")?;
    Ok(classes == 1 || problem.as_ref().and_then(Value::as_str) == Some("multi_label_classification"))
}
