//! `fascicle connectome mask`.

use std::path::{Path, PathBuf};

use clap::Args;
use fascicle_connectome::cells::{Annotations, SignRule, predict_signs};
use fascicle_connectome::masks::{InitialWeights, MaskOptions, Masks, NodeSet, Orientation};
use serde_json::json;

use super::choice;
use super::source::Source;
use crate::cli::Common;
use crate::dataset::Named;
use crate::error::CliError;
use crate::output;

/// Masks, signs and initial weights for the layers of a network that is wired as the connectome is
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Mask {
    /// Sets of cells, one a layer of units: kinds, `neurons`, `class:AVA`, names; `+` joins, `NAME=` names; one alone is recurrent
    #[arg(long, value_name = "SET,…")]
    layers: String,
    /// Only edges of this layer of the graph, such as chemical (may be given several times)
    #[arg(long = "layer", value_name = "LAYER")]
    relations: Vec<String>,
    /// Only pairs of cells whose edges together weigh at least so much
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.0)]
    at_least: f64,
    /// Also a layer from each set to itself
    #[arg(long)]
    lateral: bool,
    /// Also layers that skip sets, from each to every later one
    #[arg(long)]
    skips: bool,
    /// Signs from a table of transmitters: Wang et al. 2024 (.xlsx, or `connectome-cells`) or OpenWorm's relations (.csv)
    #[arg(long, value_name = "FILE")]
    transmitters: Option<PathBuf>,
    /// Also tensors of the signs that edges have
    #[arg(long)]
    signs: bool,
    /// Also initial weights
    #[arg(long, value_name = "RULE", value_parser = choice(InitialWeights::ALL, InitialWeights::name), default_value_t)]
    weights: InitialWeights,
    /// Which index of a matrix comes first
    #[arg(long, value_name = "ORDER", value_parser = choice(Orientation::ALL, Orientation::name), default_value_t)]
    orientation: Orientation,
    /// The tensors, .safetensors; a .json file beside them names the cells
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    source: Source,
}

const EXAMPLES: &str = "\
The file holds LAYER.mask, and where asked for LAYER.sign and LAYER.weight, in f32; LAYER is
FROM-TO.

Examples:
  fascicle connectome mask connectome-cook2019 --layers sensory,inter,motor --out masks.safetensors
  fascicle connectome mask worm.json --layers neurons --layer chemical --weights unit-input \\
      --out recurrent.safetensors
  fascicle connectome mask worm.json --layers 'in=class:ASH+class:ASI,command=class:AVA+class:AVB' \\
      --out masks.safetensors
  fascicle connectome mask worm.json --layers sensory,inter --transmitters connectome-cells \\
      --out signed.safetensors";

impl Mask {
    pub(super) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_path_of("safetensors", &self.out)?;
        let sets = NodeSet::parse_list(&self.layers)?;
        let mut graph = self.source.graph()?;
        if let Some(file) = &self.transmitters {
            predict_signs(&mut graph, &transmitters(file)?, &SignRule::worm())?;
        }
        let options = MaskOptions {
            orientation: self.orientation,
            relations: (!self.relations.is_empty()).then(|| self.relations.clone()),
            at_least: self.at_least,
            lateral: self.lateral,
            skips: self.skips,
            signs: self.signs || self.transmitters.is_some(),
            weights: self.weights,
        };
        let masks = Masks::of(&graph, &sets, &options)?;
        let names = masks.write(&self.out)?;
        if common.json {
            let layers: Vec<_> = masks
                .layers
                .iter()
                .map(|layer| {
                    let (idle_inputs, idle_outputs) = layer.idle(masks.orientation);
                    json!({
                        "name": layer.name, "shape": layer.shape(masks.orientation), "connections": layer.connections(),
                        "idle_inputs": idle_inputs, "idle_outputs": idle_outputs, "signs": layer.sign.as_deref().map(|sign| counts(sign, layer.connections())).map(
                            |[excite, inhibit, unknown]| json!({ "positive": excite, "negative": inhibit, "unknown": unknown })
                        ),
                    })
                })
                .collect();
            return output::print_json(&json!({
                "out": self.out, "names": names, "orientation": masks.orientation, "layers": layers,
            }));
        }
        let mut rows = vec![
            ["layer", "shape", "connections", "density", "idle in", "idle out", "signs"]
                .map(String::from)
                .to_vec(),
        ];
        for layer in &masks.layers {
            let [first, second] = layer.shape(masks.orientation);
            let (idle_inputs, idle_outputs) = layer.idle(masks.orientation);
            let signs = layer.sign.as_deref().map_or_else(
                || "–".to_owned(),
                |sign| {
                    let [excite, inhibit, unknown] = counts(sign, layer.connections());
                    format!("{excite} +, {inhibit} −, {unknown} unknown")
                },
            );
            rows.push(vec![
                layer.name.clone(),
                format!("[{first}, {second}]"),
                output::thousands(layer.connections()),
                format!("{:.2} %", 100.0 * layer.connections() as f64 / (first * second) as f64),
                idle_inputs.to_string(),
                idle_outputs.to_string(),
                signs,
            ]);
        }
        let order = match masks.orientation {
            Orientation::OutIn => "[out, in]",
            Orientation::InOut => "[in, out]",
        };
        let table = output::columns(&rows);
        output::print(&format!(
            "{table}\nshapes are {order}; written to {}, names to {}",
            self.out.display(),
            names.display()
        ))
    }
}

fn transmitters(file: &Path) -> Result<Annotations, CliError> {
    let is_workbook = |file: &Path| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let file = match Named::of(file) {
        Some(named) => {
            let files = named.files();
            let workbooks: Vec<&str> =
                files.iter().copied().filter(|file| is_workbook(Path::new(file))).collect();
            named.choose(&named.folder()?, if workbooks.is_empty() { &files } else { &workbooks })?
        }
        None => file.to_owned(),
    };
    Ok(if is_workbook(&file) {
        Annotations::from_wang2024(&file)?
    } else {
        Annotations::from_relations(&file)?
    })
}

/// How many connections excite, inhibit, or have no known sign.
fn counts(sign: &[i8], connections: usize) -> [usize; 3] {
    let of = |wanted: i8| sign.iter().filter(|&&sign| sign == wanted).count();
    let (excite, inhibit) = (of(1), of(-1));
    [excite, inhibit, connections - excite - inhibit]
}
