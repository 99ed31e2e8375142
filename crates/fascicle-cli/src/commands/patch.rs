//! `fascicle patch`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};
use fascicle_causal::{
    CausalError, Direction, Grid, MetricKind, MetricSpec, PatchResult, Per, Sweep, UnknownPlace, patch,
};
use fascicle_models::{Inputs, LoadedModel, NamedTensor, SiteSelector, SitedModel, TensorFile, Tokenizer};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::effects::{Effect, Effects};
use crate::error::CliError;
use crate::progress::Bar;
use crate::{inputs, model, output, page};

/// Find which places in a model carry the difference between two inputs (activation patching)
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("clean inputs").required(true)), group(ArgGroup::new("corrupt inputs").required(true)))]
pub(crate) struct Patch {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// Safetensors file of the clean run: `input_ids` [batch, position], for logit metrics `answer` and `wrong` [batch]
    #[arg(
        long,
        value_name = "FILE",
        group = "clean inputs",
        requires = "corrupt",
        conflicts_with = "corrupt_text"
    )]
    clean: Option<PathBuf>,
    /// Safetensors file of the corrupt run: `input_ids` of the same shape
    #[arg(
        long,
        value_name = "FILE",
        group = "corrupt inputs",
        requires = "clean",
        conflicts_with = "clean_text"
    )]
    corrupt: Option<PathBuf>,
    /// Clean text, through the model's tokenizer; once for each row of the batch
    #[arg(long, value_name = "TEXT", group = "clean inputs", requires = "corrupt_text")]
    clean_text: Vec<String>,
    /// Corrupt text, of as many tokens; once for each clean text
    #[arg(long, value_name = "TEXT", group = "corrupt inputs", requires = "clean_text")]
    corrupt_text: Vec<String>,
    /// With texts and a logit metric: the token that should come next; once for each text
    #[arg(long, value_name = "TOKEN", requires = "clean_text")]
    answer: Vec<String>,
    /// With texts and a logit metric: the token that should not come; once for each text
    #[arg(long, value_name = "TOKEN", requires = "clean_text")]
    wrong: Vec<String>,
    /// What a run is judged by, averaged over the batch; without it logit-diff where answers are given, cosine for
    /// encoders, and else kl
    #[arg(long, value_name = "METRIC", value_parser = metrics())]
    metric: Option<MetricKind>,
    /// What to patch: names or patterns of sites
    #[arg(long, value_name = "GLOB", num_args = 1.., default_value = "*hook_resid_pre")]
    sites: Vec<String>,
    /// What is patched at once
    #[arg(long, value_name = "PLACE", value_parser = places(), default_value = "position")]
    per: Per,
    /// How many places to print for each kind of site, those with the largest effects
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    top: u32,
    /// Put places of the corrupt run into the clean run, instead of the reverse
    #[arg(long)]
    noise: bool,
    /// Safetensors file to write
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// HTML page to write, with one heatmap for each kind of site
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

const EXAMPLES: &str = "\
The file holds the metric on both inputs, clean [1] and corrupt [1], and for each kind of site a
table such as hook_resid_pre [layer, position] or attn.hook_z [layer, head]: the metric of the
corrupt run with that place taken from the clean run (with --noise: the reverse).

Examples:
  fascicle patch path/to/gpt2 --clean clean.safetensors --corrupt corrupt.safetensors \\
      --metric logit-diff --sites '*attn.hook_z' --per head --out heads.safetensors
  fascicle patch minilm --clean-text 'The cat sleeps.' --corrupt-text 'The car sleeps.'
  fascicle patch path/to/gpt2 --clean-text 'Paris is in' --corrupt-text 'Tokyo is in' \\
      --answer ' France' --wrong ' Japan' --sites '*hook_resid_pre' '*hook_mlp_out' \\
      --out capital.safetensors --html capital.html";

fn metrics() -> impl TypedValueParser<Value = MetricKind> {
    PossibleValuesParser::new(MetricKind::ALL.map(MetricKind::name))
        .try_map(|text| -> Result<MetricKind, CausalError> { text.parse() })
}

fn places() -> impl TypedValueParser<Value = Per> {
    let all = [Per::Position, Per::Head, Per::Neuron, Per::Layer];
    PossibleValuesParser::new(all.map(Per::name))
        .try_map(|text| -> Result<Per, UnknownPlace> { text.parse() })
}

/// Both inputs, with what the metric compares.
struct Pair {
    clean: Inputs,
    corrupt: Inputs,
    metric: MetricSpec,
}

impl Patch {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        self.check_paths()?;
        let sites = SiteSelector::parse(&self.sites)?;
        let (model, _device) = model::open(&self.model, common)?;
        let tokenizer = self.tokenizer(&model)?;
        let pair = self.pair(&model, tokenizer.as_ref())?;
        let direction = if self.noise { Direction::Noise } else { Direction::Denoise };
        let sweep = Sweep { direction, ..Sweep::new(sites, self.per) };
        let found = {
            let bar = Bar::steps(common, "patching");
            let mut progress = |done: usize, total: usize| bar.at(done as u64, total as u64);
            patch(&model.model, &pair.clean, &pair.corrupt, &pair.metric, &sweep, &mut progress)?
        };
        let tokens = page::token_labels(tokenizer.as_ref(), &pair.clean, &pair.corrupt);
        let effects = Effects::of(&found, &tokens);
        if let Some(path) = &self.html {
            let page = page::html(&self.model.display().to_string(), &found, &effects);
            output::write(path, &page)?;
        }
        if let Some(out) = &self.out {
            file(&found).write(out)?;
        }
        self.tell(common, &found, &effects)
    }

    fn check_paths(&self) -> Result<(), CliError> {
        for (ending, path) in [("safetensors", &self.out), ("html", &self.html)] {
            path.as_ref().map_or(Ok(()), |path| output::check_path_of(ending, path))?;
        }
        match (&self.out, &self.html) {
            (Some(out), Some(html)) if out == html => Err(CliError::SameFile { path: html.clone() }),
            _ => Ok(()),
        }
    }

    /// Needed for texts; for files it only names the columns, so there a broken one is worth no more than a warning.
    fn tokenizer(&self, model: &LoadedModel) -> Result<Option<Tokenizer>, CliError> {
        if self.clean.is_none() {
            return Ok(Some(Tokenizer::load(&model.folder)?));
        }
        Ok(model::tokenizer_if_any(model).unwrap_or_else(|error| {
            tracing::warn!("positions are numbered instead of named: {error}");
            None
        }))
    }

    fn pair(&self, model: &LoadedModel, tokenizer: Option<&Tokenizer>) -> Result<Pair, CliError> {
        let spec = |compared| {
            let kind = self.metric.unwrap_or_else(|| suited(model, compared));
            MetricSpec { pooling: model.pooling, ..MetricSpec::new(kind) }
        };
        if let (Some(clean), Some(corrupt)) = (&self.clean, &self.corrupt) {
            let (clean, file) = inputs::from_file(clean)?;
            let (corrupt, _) = inputs::from_file(corrupt)?;
            let rows = clean.batch();
            let [answer, wrong, position] =
                ["answer", "wrong", "position"].map(|name| inputs::per_row(&file, name, rows));
            let (answer, wrong) = (answer?, wrong?);
            let compared = answer.is_some() && wrong.is_some();
            let metric = MetricSpec { answer, wrong, position: position?, ..spec(compared) };
            return Ok(Pair { clean, corrupt, metric });
        }
        let tokenizer = match tokenizer {
            Some(tokenizer) => tokenizer,
            None => &Tokenizer::load(&model.folder)?,
        };
        let (clean, corrupt) = inputs::text_pairs(tokenizer, &self.clean_text, &self.corrupt_text)?;
        let given = |flag, texts: &Vec<String>| match texts.is_empty() {
            true => Ok(None),
            false => inputs::single_tokens(tokenizer, flag, texts).map(Some),
        };
        let (answer, wrong) = (given("--answer", &self.answer)?, given("--wrong", &self.wrong)?);
        let metric = MetricSpec { answer, wrong, ..spec(!self.answer.is_empty() || !self.wrong.is_empty()) };
        let needed = match (metric.kind, &metric.answer, &metric.wrong) {
            (MetricKind::LogitDiff | MetricKind::ProbDiff, None, _)
            | (MetricKind::LogitDiff | MetricKind::ProbDiff, _, None) => "--answer and --wrong",
            (MetricKind::Prob, None, _) => "--answer",
            _ => return Ok(Pair { clean, corrupt, metric }),
        };
        Err(CliError::TextNeeds { metric: metric.kind, needed })
    }

    fn tell(&self, common: &Common, found: &PatchResult, effects: &Effects) -> Result<(), CliError> {
        if common.json {
            return output::print_json(&self.as_json(found, effects));
        }
        let head = vec![
            vec![format!("{} of the clean run", found.metric), format!("{:.4}", found.clean)],
            vec![format!("{} of the corrupt run", found.metric), format!("{:.4}", found.corrupt)],
        ];
        let mut text = output::columns(&head);
        if effects.fractions {
            text += &format!("\n{}\n", effects.meaning());
        } else {
            text += "\nthe metric hardly tells the two runs apart, so no place can be called the best\n";
        }
        for effect in effects.grids.iter().filter(|_| effects.fractions) {
            let mut rows = effect.table(self.top as usize);
            rows.iter_mut().for_each(|row| row[0].insert_str(0, "  "));
            text += &format!("\n{}\n{}", effect.name, output::columns(&rows));
            if let Some(rest) = effect.rest(self.top as usize) {
                text += &format!("  {rest}\n");
            }
        }
        let written: Vec<String> = [&self.out, &self.html]
            .into_iter()
            .flatten()
            .map(|path| format!("wrote {}\n", path.display()))
            .collect();
        text += "\n";
        text += &match written.is_empty() {
            true => "--out keeps the tables, --html draws them\n".to_string(),
            false => written.concat(),
        };
        output::print(&text)
    }

    fn as_json(&self, found: &PatchResult, effects: &Effects) -> Value {
        let grid = |(grid, effect): (&Grid, &Effect)| {
            let place = |(row, col): (usize, usize)| {
                json!({ "layer": grid.layers[row], "place": col, "label": effect.cols[col],
                        "value": grid.get(row, col), "effect": effects.fractions.then(|| effect.at(row, col)) })
            };
            let top: Vec<Value> = effect.top(self.top as usize).into_iter().map(place).collect();
            json!({ "name": grid.name(), "per": grid.per, "layers": grid.layers, "columns": grid.cols,
                    "values": grid.values, "top": top })
        };
        json!({
            "metric": found.metric, "direction": found.direction, "clean": found.clean, "corrupt": found.corrupt,
            "out": self.out, "html": self.html,
            "sites": found.grids.iter().zip(&effects.grids).map(grid).collect::<Vec<_>>(),
        })
    }
}

/// The metric for a model, and for inputs with or without two answers to compare.
fn suited(model: &LoadedModel, compared: bool) -> MetricKind {
    let encoder = model.model.transformer().is_some_and(|model| {
        let config = model.config();
        !config.attention.causal && config.classifier.is_none()
    });
    match (compared, model.model.scores()) {
        (true, _) => MetricKind::LogitDiff,
        (false, Some(_)) if !encoder => MetricKind::Kl,
        (false, _) => MetricKind::Cosine,
    }
}

/// The file's tensors: the metric on both runs, and one table for each kind of site.
fn file(found: &PatchResult) -> TensorFile {
    let number = |value: f64| NamedTensor::F32 { shape: vec![1], values: vec![value as f32] };
    let mut tensors =
        vec![("clean".to_string(), number(found.clean)), ("corrupt".to_string(), number(found.corrupt))];
    for grid in &found.grids {
        let values = grid.values.iter().map(|value| *value as f32).collect();
        tensors.push((grid.name(), NamedTensor::F32 { shape: vec![grid.rows(), grid.cols], values }));
    }
    TensorFile::from_tensors(tensors)
}
