//! The graph that a command is about, and how it is to be looked at.

use std::path::PathBuf;

use clap::Args;
use fascicle_graph::format::{self, Format, ReadOptions};
use fascicle_graph::{Adjacency, GraphError, LayerId, PathwayGraph, View};

use crate::dataset::Named;
use crate::error::CliError;

#[derive(Args, Debug)]
pub(super) struct Source {
    /// The graph's file
    file: PathBuf,
    /// What the file is, where its name does not tell
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Only edges of this layer (may be given several times)
    #[arg(long = "layer", value_name = "LAYER")]
    layers: Vec<String>,
    /// Only edges that weigh at least so much, parallel ones together
    #[arg(long, value_name = "WEIGHT")]
    at_least: Option<f64>,
    /// Forget the directions of edges
    #[arg(long)]
    undirected: bool,
}

impl Source {
    pub(super) fn read(&self) -> Result<PathwayGraph, CliError> {
        let published = |named: Named| named.dataset.name.starts_with("connectome-");
        if Named::of(&self.file).is_some_and(published) {
            return Err(CliError::NotAGraph { name: self.file.display().to_string() });
        }
        let mut options = ReadOptions::new();
        if let Some(format) = self.format {
            options = options.format(format);
        }
        Ok(format::read(&self.file, &options)?)
    }

    /// The layers that were asked for; all, if none were.
    pub(super) fn layers(&self, graph: &PathwayGraph) -> Result<Option<Vec<LayerId>>, GraphError> {
        if self.layers.is_empty() {
            return Ok(None);
        }
        self.layers.iter().map(|name| graph.find_layer(name)).collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn at_least(&self) -> Option<f64> {
        self.at_least
    }

    pub(super) fn view(&self, graph: &PathwayGraph) -> Result<Adjacency, GraphError> {
        self.view_as(graph, if self.undirected { View::undirected() } else { View::directed() })
    }

    pub(super) fn view_as(&self, graph: &PathwayGraph, view: View) -> Result<Adjacency, GraphError> {
        let view = match self.layers(graph)? {
            Some(layers) => view.layers(layers),
            None => view,
        };
        let view = match self.at_least {
            Some(weight) => view.at_least(weight),
            None => view,
        };
        view.of(graph)
    }
}
