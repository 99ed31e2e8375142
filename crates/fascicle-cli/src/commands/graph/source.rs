//! The graph that a command is about, and how it is to be looked at.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use fascicle_graph::format::{self, Format, ReadOptions};
use fascicle_graph::{Adjacency, Autapses, GraphError, LayerId, NodeIndex, PathwayGraph, View};

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
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true, value_parser = finite)]
    at_least: Option<f64>,
    /// Forget the directions of edges, as is done where none has any
    #[arg(long)]
    undirected: bool,
    /// Keep edges from a node to itself, which are left out otherwise
    #[arg(long)]
    self_loops: bool,
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

    /// The edges of the layers asked for, those together that join the same nodes in the same direction weighing enough;
    /// all nodes, and the graph as it is where nothing was asked for.
    pub(super) fn wanted(&self, graph: PathwayGraph) -> Result<PathwayGraph, GraphError> {
        let layers = self.layers(&graph)?;
        if layers.is_none() && self.at_least.is_none() {
            return Ok(graph);
        }
        let is_wanted = |layer: &LayerId| layers.as_ref().is_none_or(|layers| layers.contains(layer));
        let mut together: HashMap<(NodeIndex, NodeIndex), f64> = HashMap::new();
        if self.at_least.is_some() {
            for (from, to, edge) in graph.edges().filter(|(_, _, edge)| is_wanted(&edge.layer)) {
                *together.entry((from, to)).or_default() += edge.weight;
            }
        }
        let is_enough = |ends: (NodeIndex, NodeIndex)| match self.at_least {
            Some(least) => together.get(&ends).is_some_and(|weight| *weight >= least),
            None => true,
        };
        Ok(graph.filtered(|_, _| true, |from, to, edge| is_wanted(&edge.layer) && is_enough((from, to))))
    }

    /// Whether to forget directions was asked for, and whether there are any.
    pub(super) fn forgets_directions(&self, graph: &PathwayGraph) -> Result<bool, GraphError> {
        Ok(self.undirected && !self.has_no_directions(graph)?)
    }

    /// Whether none of the edges looked at has a direction.
    fn has_no_directions(&self, graph: &PathwayGraph) -> Result<bool, GraphError> {
        let wanted = self.layers(graph)?;
        let mut edges = graph
            .edges()
            .map(|(_, _, edge)| edge.layer)
            .filter(|layer| wanted.as_ref().is_none_or(|wanted| wanted.contains(layer)))
            .peekable();
        Ok(edges.peek().is_some() && edges.all(|layer| !graph.layers()[layer.index()].directed))
    }

    /// How the graph is looked at: with directions, unless there are none or they are to be forgotten.
    pub(super) fn directions(&self, graph: &PathwayGraph) -> Result<View, GraphError> {
        let undirected = self.undirected || self.has_no_directions(graph)?;
        Ok(if undirected { View::undirected() } else { View::directed() })
    }

    pub(super) fn view(&self, graph: &PathwayGraph) -> Result<Adjacency, GraphError> {
        self.view_as(graph, self.directions(graph)?)
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
        let view = if self.self_loops { view.autapses(Autapses::Keep) } else { view };
        view.of(graph)
    }

    /// How many of the edges looked at go from a node to itself.
    pub(super) fn loops(&self, graph: &PathwayGraph) -> Result<usize, GraphError> {
        let wanted = self.layers(graph)?;
        let is_wanted = |layer: &LayerId| wanted.as_ref().is_none_or(|wanted| wanted.contains(layer));
        Ok(graph.edges().filter(|(from, to, edge)| from == to && is_wanted(&edge.layer)).count())
    }
}

/// A number that can be compared with: neither NaN nor infinite.
pub(super) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("expected a finite number".to_owned()),
    }
}

/// The same error with the names of nodes; views know only their numbers.
pub(super) fn with_names(graph: &PathwayGraph, error: GraphError) -> GraphError {
    let name = |end: String| match end.parse() {
        Ok(node) if node < graph.node_count() => graph.name(NodeIndex::new(node)).to_owned(),
        _ => end,
    };
    match error {
        GraphError::BadWeight { from, to, weight, expected } => {
            GraphError::BadWeight { from: name(from), to: name(to), weight, expected }
        }
        other => other,
    }
}
