//! Which edges are drawn: parallel ones merged, undirected ones once, the weak ones left out where they are
//! too many.

use std::collections::BTreeMap;

use super::palette::{EDGE, NEGATIVE, POSITIVE};
use super::{Layout, Options};
use crate::{GraphError, PathwayGraph, Sign, Slot};

/// What the colours of edges stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EdgeColour {
    /// The sign of the edge where it has one, else of its weight; inhibitory edges end in a bar.
    #[default]
    Sign,
    /// The layer (chemical, gap).
    Layer,
    /// The group of the source.
    Source,
}

/// Edges that look alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Class {
    /// For the key; empty for what needs no explanation.
    pub(super) name: String,
    pub(super) colour: String,
    /// Ends in a bar rather than in a point.
    pub(super) bar: bool,
}

/// An edge to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// With its sign.
    pub(super) weight: f64,
    pub(super) class: usize,
    pub(super) slot: Option<Slot>,
    pub(super) directed: bool,
}

/// All edges to be drawn.
#[derive(Debug)]
pub(super) struct Links {
    /// In the order of their ends.
    pub(super) all: Vec<Link>,
    pub(super) classes: Vec<Class>,
    /// How many there were before the weak ones were left out.
    pub(super) found: usize,
}

impl Links {
    /// Merges the edges of a graph and keeps at most `most` of them. `source` is name and colour of a node's
    /// group.
    pub(super) fn of(
        graph: &PathwayGraph,
        options: &Options,
        most: usize,
        source: impl Fn(usize) -> (usize, String),
    ) -> Result<Self, GraphError> {
        let wanted = options.wanted_layers(graph)?;
        let any_sign = graph.edges().any(|(_, _, edge)| edge.sign.is_some());
        let any_negative = graph.edges().any(|(_, _, edge)| edge.weight < 0.0);
        let mut classes: Vec<Class> = Vec::new();
        let mut class_of: BTreeMap<usize, usize> = BTreeMap::new();
        let mut merged: BTreeMap<(usize, usize, usize, Option<Slot>, bool), f64> = BTreeMap::new();
        for (from, to, edge) in graph.edges() {
            let (from, to) = (from.index(), to.index());
            let layer = &graph.layers()[edge.layer.index()];
            // An undirected layer holds each edge both ways.
            if !wanted[edge.layer.index()] || (!layer.directed && from > to) {
                continue;
            }
            let weight = edge.weight * edge.sign.map_or(1.0, |sign| f64::from(sign.number()));
            let (key, class) = match options.edge_colour {
                EdgeColour::Sign => {
                    let known = any_negative || any_sign;
                    // Where edges have signs, one without is of unknown sign, whatever its weight.
                    let sign = edge
                        .sign
                        .or(Sign::of(weight).filter(|&sign| known && (sign == Sign::Negative || !any_sign)));
                    by_sign(sign, known)
                }
                EdgeColour::Layer => {
                    let colour = options.style.palette.colour(edge.layer.index()).to_owned();
                    (edge.layer.index(), Class { name: layer.name.clone(), colour, bar: false })
                }
                EdgeColour::Source => {
                    let (group, colour) = source(from);
                    (group, Class { name: String::new(), colour, bar: false })
                }
            };
            let class = *class_of.entry(key).or_insert_with(|| {
                classes.push(class);
                classes.len() - 1
            });
            // Only boxes have entries for queries, keys and values.
            let slot = edge.slot.filter(|_| matches!(options.layout, Layout::Layered(_)));
            *merged.entry((from, to, class, slot, layer.directed)).or_insert(0.0) += weight;
        }
        let mut all: Vec<Link> = merged
            .into_iter()
            .map(|((from, to, class, slot, directed), weight)| Link {
                from,
                to,
                weight,
                class,
                slot,
                directed,
            })
            .filter(|link| link.weight.abs() >= options.at_least)
            .collect();
        let found = all.len();
        if found > most {
            all.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
            all.truncate(most);
            all.sort_by_key(|link| (link.from, link.to, link.class, link.slot, link.directed));
        }
        Ok(Self { all, classes, found })
    }

    /// How many links each node has; a self-loop counts once.
    pub(super) fn degrees(&self, nodes: usize) -> Vec<usize> {
        let mut degrees = vec![0; nodes];
        for link in &self.all {
            degrees[link.from] += 1;
            if link.to != link.from {
                degrees[link.to] += 1;
            }
        }
        degrees
    }

    /// The least and the greatest magnitude other than zero.
    pub(super) fn magnitudes(&self) -> Option<(f64, f64)> {
        let magnitudes = self.all.iter().map(|link| link.weight.abs());
        super::scale::extent(magnitudes.filter(|&magnitude| magnitude > 0.0))
    }
}

fn by_sign(sign: Option<Sign>, known: bool) -> (usize, Class) {
    let (key, name, colour, bar) = match sign {
        Some(Sign::Positive) => (0, "positive", POSITIVE, false),
        Some(Sign::Negative) => (1, "negative", NEGATIVE, true),
        None => (2, if known { "no sign" } else { "" }, EDGE, false),
    };
    (key, Class { name: name.to_owned(), colour: colour.to_owned(), bar })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edge;
    use crate::draw::Circular;

    /// Edges as (layer `gap`, from, to, weight, sign) to links as (from, to, weight, class).
    #[track_caller]
    fn check(
        edges: &[(bool, usize, usize, f64, Option<Sign>)],
        colour: EdgeColour,
        expected: &[(usize, usize, f64, &str)],
    ) {
        let mut graph = PathwayGraph::new();
        let layers = [graph.layer("chemical", true).unwrap(), graph.layer("gap", false).unwrap()];
        let nodes = ["a", "b", "c"].map(|name| graph.node(name));
        for &(gap, from, to, weight, sign) in edges {
            if gap {
                graph.connect(nodes[from], nodes[to], layers[1], weight).unwrap();
            } else {
                graph
                    .add_edge(nodes[from], nodes[to], Edge { sign, ..Edge::new(weight, layers[0]) })
                    .unwrap();
            }
        }
        let mut options = Options::new(Circular::default());
        options.edge_colour = colour;
        let links = Links::of(&graph, &options, 100, |node| (node, format!("#00000{node}"))).unwrap();
        let found: Vec<(usize, usize, f64, &str)> = links
            .all
            .iter()
            .map(|link| (link.from, link.to, link.weight, links.classes[link.class].name.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn merging_and_signs() {
        let (plus, minus) = (Some(Sign::Positive), Some(Sign::Negative));
        // Nothing is signed: nothing to explain.
        check(&[(false, 0, 1, 1.0, None), (false, 0, 1, 2.0, None)], EdgeColour::Sign, &[(0, 1, 3.0, "")]);
        // Negative weights make all weights signed.
        let weights = [(false, 0, 1, 1.0, None), (false, 1, 0, -2.0, None), (false, 1, 2, 0.0, None)];
        let signed = [(0, 1, 1.0, "positive"), (1, 0, -2.0, "negative"), (1, 2, 0.0, "no sign")];
        check(&weights, EdgeColour::Sign, &signed);
        // Where edges have signs, one without has none, and different signs do not cancel.
        let signs = [(false, 0, 1, 2.0, plus), (false, 0, 1, 3.0, minus), (false, 1, 2, 4.0, None)];
        check(
            &signs,
            EdgeColour::Sign,
            &[(0, 1, 2.0, "positive"), (0, 1, -3.0, "negative"), (1, 2, 4.0, "no sign")],
        );
        // Undirected edges are held both ways and drawn once.
        let gaps = [(true, 2, 0, 1.0, None), (true, 1, 1, 5.0, None), (false, 0, 2, 1.0, None)];
        check(&gaps, EdgeColour::Layer, &[(0, 2, 1.0, "gap"), (0, 2, 1.0, "chemical"), (1, 1, 5.0, "gap")]);
    }
}
