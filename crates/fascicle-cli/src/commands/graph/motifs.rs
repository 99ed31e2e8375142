//! `fascicle graph motifs`.

use clap::Args;
use fascicle_graph::measure::{Motif, MotifSize, motif_scores};
use fascicle_graph::null::{Nulls, Rewire};
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// How often each small pattern occurs, beside graphs of the same degrees (Milo et al. 2002)
#[derive(Args, Debug)]
pub(crate) struct Motifs {
    #[command(flatten)]
    source: Source,
    /// Nodes of a motif: 3 or 4
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(3..=4))]
    nodes: u8,
    /// Rewired graphs to compare with
    #[arg(long, value_name = "N", default_value_t = 100)]
    nulls: usize,
    /// Of the rewiring
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Motifs {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let size = if self.nodes == 3 { MotifSize::Three } else { MotifSize::Four };
        let scores = {
            let bar = Bar::steps(common, "counting in rewired graphs");
            let nulls = Nulls::new(Rewire::default(), self.nulls, self.seed);
            motif_scores(&view, size, &nulls.progress(bar.counter(self.nulls)))?
        };
        if common.json {
            let motifs: Vec<_> = scores
                .iter()
                .map(|score| {
                    json!({
                        "id": score.motif.id, "name": name(&score.motif), "count": score.count,
                        "null_mean": score.nulls.mean, "null_sd": score.nulls.sd, "z": score.nulls.z,
                        "p_greater": score.nulls.p_greater, "p_less": score.nulls.p_less,
                    })
                })
                .collect();
            return output::print_json(
                &json!({ "nodes": self.nodes, "nulls": self.nulls, "motifs": motifs }),
            );
        }
        let mut rows = vec![["motif", "count", "nulls", "sd", "z"].map(String::from).to_vec()];
        rows.extend(scores.iter().filter(|score| score.count > 0 || score.nulls.mean > 0.0).map(|score| {
            let z = score.nulls.z.map_or("–".into(), |z| format!("{z:.1}"));
            let sd = score.nulls.sd.map_or("–".into(), |sd| format!("{sd:.1}"));
            let mean = format!("{:.1}", score.nulls.mean);
            vec![name(&score.motif), score.count.to_string(), mean, sd, z]
        }));
        output::print(&output::columns(&rows))
    }
}

/// The motif's name, where it has one, and its number.
fn name(motif: &Motif) -> String {
    motif.name.map_or_else(|| motif.id.to_string(), |name| format!("{} {name}", motif.id))
}
