//! What is drawn, before anything has a place: groups, edges, sizes, and the key that explains them.

use maud::{Markup, html};

use super::curve::Point;
use super::edges::{EdgeColour, Link, Links};
use super::groups::Grouped;
use super::legend::{Key, Legend};
use super::page::Pt;
use super::{NodeSize, Options, palette, strokes, text};
use crate::{GraphError, PathwayGraph};

/// A graph on its way to paper.
pub(super) struct Scene<'a> {
    pub(super) graph: &'a PathwayGraph,
    pub(super) options: &'a Options,
    pub(super) groups: Grouped,
    pub(super) links: Links,
    /// How many links each node has.
    pub(super) degrees: Vec<usize>,
    /// The greatest magnitude of a link.
    pub(super) greatest: f64,
}

impl<'a> Scene<'a> {
    pub(super) fn of(graph: &'a PathwayGraph, options: &'a Options, most: usize) -> Result<Self, GraphError> {
        let palette = &options.style.palette;
        let groups = Grouped::of(graph, &options.groups, palette)?;
        let source = |node: usize| (groups.of[node], groups.colour(groups.of[node], palette).to_owned());
        let links = Links::of(graph, options, most, source)?;
        let degrees = links.degrees(graph.node_count());
        let greatest = links.magnitudes().map_or(0.0, |(_, greatest)| greatest);
        Ok(Self { graph, options, groups, links, degrees, greatest })
    }

    pub(super) fn count(&self) -> usize {
        self.graph.node_count()
    }

    pub(super) fn name(&self, node: usize) -> &str {
        self.graph.name(crate::NodeIndex::new(node))
    }

    pub(super) fn colour(&self, node: usize) -> &str {
        self.groups.colour(self.groups.of[node], &self.options.style.palette)
    }

    /// The radius of a node's circle when one of the usual size has `usual`.
    pub(super) fn radius(&self, node: usize, usual: f64) -> f64 {
        match self.options.node_size {
            NodeSize::Same => usual,
            NodeSize::Degree => {
                let most = self.degrees.iter().copied().max().unwrap_or(0).max(1);
                usual * (0.55 + 1.25 * (self.degrees[node] as f64 / most as f64).sqrt())
            }
        }
    }

    /// Nodes with the most links first.
    pub(super) fn by_degree(&self) -> Vec<usize> {
        let mut nodes: Vec<usize> = (0..self.count()).collect();
        nodes.sort_by_key(|&node| std::cmp::Reverse(self.degrees[node]));
        nodes
    }

    /// All nodes as circles.
    pub(super) fn circles(&self, places: &[Point], usual: f64) -> Markup {
        html! {
            g class="nodes" stroke="#ffffff" stroke-width=(Pt((usual * 0.2).min(0.6))) {
                @for (node, &(x, y)) in places.iter().enumerate() {
                    circle class="node" cx=(Pt(x)) cy=(Pt(y)) r=(Pt(self.radius(node, usual))) fill=(self.colour(node)) {
                        title { (self.described(node)) }
                    }
                }
            }
        }
    }

    /// A node in words: its name, its group, how many links it has.
    pub(super) fn described(&self, node: usize) -> String {
        let group = &self.groups.names[self.groups.of[node]];
        let group = if group.is_empty() { String::new() } else { format!("{} {group}, ", self.groups.title) };
        let edges = text::counted(self.degrees[node], "edge", "edges");
        text::clean(&format!("{}: {}{edges}", self.name(node), group.trim_start()))
    }

    /// A link in words.
    pub(super) fn said(&self, link: &Link) -> String {
        let arrow = if link.directed { "→" } else { "–" };
        let slot = link.slot.map(|slot| format!(" ({slot})")).unwrap_or_default();
        let (from, to) = (self.name(link.from), self.name(link.to));
        text::clean(&format!("{from} {arrow} {to}{slot}: {}", text::number(link.weight)))
    }

    /// What colours and widths mean.
    pub(super) fn legend(&self) -> Legend {
        let mut legend = Legend::default();
        if self.groups.matter() {
            legend.groups(&self.groups.title, self.groups.key(&self.options.style.palette));
        }
        let count = self.links.all.len();
        let line = |class: usize, magnitude: f64, name: String| Key::Line {
            colour: self.links.classes.get(class).map_or(palette::EDGE, |class| &class.colour).to_owned(),
            width: strokes::width(magnitude, self.greatest, count),
            dashes: "",
            name,
        };
        if self.options.edge_colour != EdgeColour::Source {
            let mut named: Vec<usize> = (0..self.links.classes.len())
                .filter(|&class| !self.links.classes[class].name.is_empty())
                .collect();
            named.sort_by_key(|&class| self.links.all.iter().filter(|link| link.class == class).count());
            for class in named.into_iter().rev() {
                let name = &self.links.classes[class].name;
                let name = if self.links.classes[class].bar {
                    format!("{name} (ends in a bar)")
                } else {
                    name.clone()
                };
                legend.0.push(line(class, self.greatest, name));
            }
        }
        if let Some((least, greatest)) = self.links.magnitudes()
            && least < greatest
        {
            legend.0.push(Key::Heading(self.graph.provenance.quantity.key().to_owned()));
            for magnitude in [least, greatest] {
                legend.0.push(line(usize::MAX, magnitude, text::number(magnitude)));
            }
        }
        if self.links.found > count {
            legend.0.push(Key::Note(format!("the strongest {count} of {} edges", self.links.found)));
        }
        legend
    }

    /// What the picture shows, in words.
    pub(super) fn words(&self, layout: &str) -> String {
        let mut words = format!(
            "{layout} of a graph with {} and {}.",
            text::counted(self.count(), "node", "nodes"),
            text::counted(self.links.found, "edge", "edges"),
        );
        if self.links.found > self.links.all.len() {
            words += &format!(" The strongest {} edges are drawn.", self.links.all.len());
        }
        if self.groups.matter() {
            let sizes: Vec<String> = self
                .groups
                .names
                .iter()
                .enumerate()
                .map(|(group, name)| {
                    let size = self.groups.of.iter().filter(|&&of| of == group).count();
                    format!("{} ({size})", if name.is_empty() { "none" } else { name })
                })
                .take(20)
                .collect();
            words += &format!(" Groups: {}.", sizes.join(", "));
        }
        let most: Vec<String> = self
            .by_degree()
            .into_iter()
            .take(5)
            .map(|node| format!("{} ({})", self.name(node), self.degrees[node]))
            .collect();
        words + &format!(" Most connected: {}.", most.join(", "))
    }
}
