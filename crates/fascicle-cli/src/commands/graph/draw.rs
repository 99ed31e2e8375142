//! `fascicle graph draw`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fascicle_graph::community::{Leiden, Modularity};
use fascicle_graph::draw::{self, Circular, Force, Groups, Labels, Layered, Matrix, NodeSize, Options};
use fascicle_graph::{View, Weighting};

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// A picture of the graph, as SVG
#[derive(Args, Debug)]
pub(crate) struct Draw {
    #[command(flatten)]
    source: Source,
    /// Where nodes go
    #[arg(long, value_enum, default_value_t)]
    layout: Layout,
    /// What colours stand for: kind, community, none, or the name of an attribute
    #[arg(long, value_name = "WHAT", default_value = "kind")]
    colour: String,
    /// How many names to show, those with the most edges first; without it as many as fit
    #[arg(long, value_name = "N")]
    labels: Option<usize>,
    /// A heading
    #[arg(long)]
    title: Option<String>,
    /// Width in millimetres
    #[arg(long, default_value_t = 180.0)]
    width: f64,
    /// The SVG file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// Where forces between nodes balance
    #[default]
    Force,
    /// In layers, for circuits
    Layered,
    /// On a circle
    Circular,
    /// The adjacency matrix
    Matrix,
}

impl Draw {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_path_of("svg", &self.out)?;
        let graph = self.source.read()?;
        let mut options = match self.layout {
            Layout::Force => Options::new(Force::default()),
            Layout::Layered => Options::new(Layered::default()),
            Layout::Circular => Options::new(Circular::default()),
            Layout::Matrix => Options::new(Matrix::default()),
        };
        options.groups = match self.colour.as_str() {
            "kind" => Groups::Kind,
            "none" => Groups::None,
            "community" => {
                let view = View::undirected().weighting(Weighting::Magnitude);
                let view = self.source.view_as(&graph, view)?;
                let found = Leiden::default().run(&view, &Modularity::default())?;
                Groups::given("community", found.partition.labels().iter())
            }
            attribute => Groups::Attribute(attribute.to_owned()),
        };
        options.layers = self.source.layers(&graph)?;
        options.at_least = self.source.at_least().unwrap_or(0.0);
        if self.layout != Layout::Layered {
            options.node_size = NodeSize::Degree;
        }
        options.style.width = self.width;
        options.style.title.clone_from(&self.title);
        options.style.labels = self.labels.map_or(Labels::Fitting, Labels::Top);
        let picture = draw::svg(&graph, &options)?;
        output::write(&self.out, &picture)?;
        if common.json {
            return output::print_json(&serde_json::json!({ "out": self.out, "bytes": picture.len() }));
        }
        output::print(&format!("written to {}", self.out.display()))
    }
}
