//! `fascicle graph communities`.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fascicle_graph::community::{
    BlockModel, LabelPropagation, Leiden, Louvain, Modularity, Normaliser, Partition, Quality, ami, nmi,
    variation_of_information,
};
use fascicle_graph::{Adjacency, GraphError, GroupBy, PathwayGraph};
use serde_json::{Map, Value, json};

use super::source::{Source, with_names};
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Groups of nodes that are wired more densely inside than between, or that are wired alike
#[derive(Args, Debug)]
pub(crate) struct Communities {
    #[command(flatten)]
    source: Source,
    /// How they are looked for
    #[arg(long, value_enum, default_value_t)]
    method: Method,
    /// More than 1 for smaller communities
    #[arg(long, value_name = "GAMMA", default_value_t = 1.0)]
    resolution: f64,
    /// Take negative weights for repulsion
    #[arg(long)]
    signed: bool,
    /// Of the order of visits
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Say how well the communities agree with the nodes' kind, or with an attribute of this name
    #[arg(long, value_name = "WHAT")]
    compare: Option<String>,
    /// Where a JSON object goes that gives each node's community
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Method {
    /// Modularity, well-connected communities (Traag et al. 2019)
    #[default]
    Leiden,
    /// Modularity (Blondel et al. 2008)
    Louvain,
    /// What most neighbours are (Raghavan et al. 2007)
    LabelPropagation,
    /// Nested stochastic block model of minimum description length, weights ignored (Peixoto 2014)
    Blocks,
}

/// What was found: the communities, and of block models every level above them.
struct Found {
    partition: Partition,
    above: Vec<Partition>,
    nats: Option<f64>,
}

impl Communities {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("json", out)?;
        }
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let quality = Modularity { resolution: self.resolution, signed: self.signed };
        let named = |error| with_names(&graph, error);
        let Found { partition, above, nats } = self.find(&view, &quality).map_err(named)?;
        let modularity = quality.of(&view, &partition).map_err(named)?;
        let names: Vec<&str> = graph.names().collect();
        let of_nodes: Map<String, Value> = names
            .iter()
            .zip(partition.labels())
            .map(|(name, label)| ((*name).into(), json!(label)))
            .collect();
        let agreement =
            self.compare.as_deref().map(|what| Agreement::with(what, &graph, &partition)).transpose()?;
        if let Some(out) = &self.out {
            let text = format!("{:#}\n", Value::from(of_nodes.clone()));
            output::write(out, &text)?;
        }
        if common.json {
            let levels: Vec<usize> = above.iter().map(Partition::count).collect();
            return output::print_json(&json!({
                "modularity": modularity, "count": partition.count(), "sizes": partition.sizes(), "nodes": of_nodes,
                "levels": levels, "description_length": nats,
                "agreement": agreement.map(|a| json!({ "nmi": a.nmi, "ami": a.ami, "variation_of_information": a.vi })),
            }));
        }
        let rows: Vec<Vec<String>> = partition
            .members()
            .iter()
            .enumerate()
            .map(|(label, members)| {
                let members: Vec<&str> = members.iter().map(|&node| names[node]).collect();
                vec![label.to_string(), members.len().to_string(), members.join(" ")]
            })
            .collect();
        let mut head = format!("{} communities, modularity {modularity:.4}\n", partition.count());
        if let Some(nats) = nats {
            let levels: Vec<String> = above.iter().map(|level| level.count().to_string()).collect();
            let levels = if levels.is_empty() { "none".to_owned() } else { levels.join(", ") };
            head += &format!("{nats:.1} nats; blocks of blocks: {levels}\n");
        }
        if let (Some(what), Some(Agreement { nmi, ami, vi })) = (&self.compare, agreement) {
            head +=
                &format!("with {what}: NMI {nmi:.3}, AMI {ami:.3}, variation of information {vi:.3} nats\n");
        }
        output::print(&(head + "\n" + &output::columns_within(output::WIDTH, &rows)))
    }

    fn find(&self, view: &Adjacency, quality: &Modularity) -> Result<Found, GraphError> {
        let flat = |partition| Found { partition, above: Vec::new(), nats: None };
        Ok(match self.method {
            Method::Leiden => flat(Leiden::seeded(self.seed).run(view, quality)?.partition),
            Method::Louvain => flat(Louvain { seed: self.seed }.run(view, quality)?.partition),
            Method::LabelPropagation => {
                flat(LabelPropagation { seed: self.seed, ..LabelPropagation::default() }.run(view)?)
            }
            Method::Blocks => {
                let mut found = BlockModel { seed: self.seed, ..BlockModel::default() }.fit(view)?;
                let above = found.levels.split_off(1);
                // invariant: a fitted model has a finest level
                let partition = found.levels.pop().expect("a finest level");
                Found { partition, above, nats: Some(found.description_length) }
            }
        })
    }
}

/// How alike two partitions are.
struct Agreement {
    nmi: f64,
    ami: f64,
    /// In nats.
    vi: f64,
}

impl Agreement {
    /// Between communities and what the nodes say of themselves; nodes that say nothing are a group of their own.
    fn with(what: &str, graph: &PathwayGraph, partition: &Partition) -> Result<Self, CliError> {
        let mut known: HashMap<Option<String>, u32> = HashMap::new();
        let labels: Vec<u32> = GroupBy::named(what)
            .labels(graph)?
            .into_iter()
            .map(|group| {
                let next = known.len() as u32;
                *known.entry(group).or_insert(next)
            })
            .collect();
        let groups = Partition::new(&labels);
        Ok(Self {
            nmi: nmi(partition, &groups, Normaliser::default())?,
            ami: ami(partition, &groups, Normaliser::default())?,
            vi: variation_of_information(partition, &groups)?,
        })
    }
}
