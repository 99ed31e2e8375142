//! Pictures of graphs, as SVG that a paper can print.
//!
//! [`svg`] draws a [`PathwayGraph`] in one of four layouts: circuits in [layers](Layered), nodes on a
//! [circle](Circular), by [forces](Force), or as an [adjacency matrix](Matrix). [`rich_club`] and [`degrees`]
//! draw curves from plain numbers.
//!
//! Pictures are laid out in points and sized in millimetres, use colours that stay apart without colour
//! vision, carry a title and a description for screen readers, need no scripts or style sheets, and are the
//! same text for the same input.
//!
//! ```
//! use fascicle_graph::{PathwayGraph, draw};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let mut circuit = PathwayGraph::new();
//! let layer = circuit.layer("", true)?;
//! let [input, head, logits] = ["input", "a0.h1", "logits"].map(|name| circuit.node(name));
//! circuit.connect(input, head, layer, 0.7)?;
//! circuit.connect(head, logits, layer, -0.2)?;
//! let picture = draw::svg(&circuit, &draw::Options::new(draw::Layered::default()))?;
//! assert!(picture.contains("<svg"));
//! # Ok(())
//! # }
//! ```

mod circular;
mod curve;
mod curves;
mod edges;
mod force;
mod groups;
mod labels;
mod layered;
mod legend;
mod matrix;
mod page;
mod palette;
mod scale;
mod scene;
mod strokes;
mod style;
#[cfg(test)]
mod tests;
mod text;

pub use circular::Circular;
pub use curves::{RichClub, degrees, rich_club};
pub use edges::EdgeColour;
pub use force::Force;
pub use groups::Groups;
pub use layered::{Direction, Layered, Ranks};
pub use matrix::Matrix;
pub use palette::Palette;
pub use style::{Labels, Style};

use self::scene::Scene;
use crate::{GraphError, LayerId, PathwayGraph, View};

/// Where nodes go.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Layout {
    /// On a circle.
    Circular(Circular),
    /// Where forces between them balance.
    Force(Force),
    /// In layers.
    Layered(Layered),
    /// As rows and columns of the adjacency matrix.
    Matrix(Matrix),
}

macro_rules! into_layout {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Layout {
            fn from(options: $kind) -> Self {
                Self::$kind(options)
            }
        }
    )*};
}
into_layout!(Circular, Force, Layered, Matrix);

/// What the size of nodes stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeSize {
    /// Nothing.
    #[default]
    Same,
    /// The number of edges: the area grows with it.
    Degree,
}

/// What is drawn, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where nodes go.
    pub layout: Layout,
    /// What the colours of nodes stand for.
    pub groups: Groups,
    /// What the size of nodes stands for (in layouts that draw them as circles).
    pub node_size: NodeSize,
    /// What the colours of edges stand for.
    pub edge_colour: EdgeColour,
    /// Only edges of these layers; all, if `None`.
    pub layers: Option<Vec<LayerId>>,
    /// Only edges of this magnitude or more, parallel ones added up.
    pub at_least: f64,
    /// At most so many edges, the strongest; the key says so. A matrix shows all.
    pub most_edges: usize,
    /// Size, colours, letters.
    pub style: Style,
}

impl Options {
    /// This layout, and the usual for the rest.
    #[must_use]
    pub fn new(layout: impl Into<Layout>) -> Self {
        Self {
            layout: layout.into(),
            groups: Groups::default(),
            node_size: NodeSize::default(),
            edge_colour: EdgeColour::default(),
            layers: None,
            at_least: 0.0,
            most_edges: 20_000,
            style: Style::default(),
        }
    }

    fn wanted_layers(&self, graph: &PathwayGraph) -> Result<Vec<bool>, GraphError> {
        let view = View::directed();
        match &self.layers {
            Some(layers) => view.layers(layers.iter().copied()),
            None => view,
        }
        .wanted_layers(graph)
    }
}

/// A picture of a graph as the text of an SVG file.
///
/// # Errors
/// [`GraphError::BadArgument`] for a graph without nodes, sizes outside their range, or labels and orders
/// that do not fit the nodes; [`GraphError::UnknownAttribute`]; [`GraphError::UnknownLayer`] for a layer of
/// another graph.
pub fn svg(graph: &PathwayGraph, options: &Options) -> Result<String, GraphError> {
    options.style.check()?;
    if graph.node_count() == 0 {
        return Err(GraphError::argument("the graph to be drawn", "empty", "at least one node"));
    }
    if options.at_least.is_nan() {
        return Err(GraphError::argument("the least magnitude", options.at_least, "a number"));
    }
    let matrix = matches!(options.layout, Layout::Matrix(_));
    let scene = Scene::of(graph, options, if matrix { usize::MAX } else { options.most_edges })?;
    match &options.layout {
        Layout::Circular(circular) => circular::draw(&scene, circular),
        Layout::Force(force) => force::draw(&scene, force),
        Layout::Layered(layered) => layered::draw(&scene, layered),
        Layout::Matrix(matrix) => matrix::draw(&scene, matrix),
    }
}

/// The nodes in the order asked for, which must name each of them once.
fn permutation(order: Option<&[crate::NodeIndex]>, scene: &Scene<'_>) -> Result<Vec<usize>, GraphError> {
    let Some(order) = order else { return Ok(scene.groups.order()) };
    let mut seen = vec![false; scene.count()];
    for node in order {
        match seen.get_mut(node.index()) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                let expected = format!("each of the {} nodes once", scene.count());
                return Err(GraphError::argument("a node of the order", node.index(), expected));
            }
        }
    }
    if order.len() < scene.count() {
        let expected = format!("each of the {} nodes once", scene.count());
        return Err(GraphError::argument("the number of nodes in the order", order.len(), expected));
    }
    Ok(order.iter().map(|node| node.index()).collect())
}
