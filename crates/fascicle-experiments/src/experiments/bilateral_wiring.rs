//! Two sides of one nervous system: how much of the wiring stays on its side, and how much of it has its mirror image.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use fascicle_connectome::{ConnectomeFormat, Policies, Relation, cells, read};
use fascicle_core::seed::Seeds;
use fascicle_graph::null::{Nulls, Rewire, named};
use fascicle_graph::{NodeIndex, PathwayGraph, View};

use crate::{
    Band, Bars, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Figure, Findings, Info,
    Outcome, Paper, Series, Source,
};

/// The sides of a larva's brain and of a worm.
pub(super) struct BilateralWiring;

impl Experiment for BilateralWiring {
    fn info(&self) -> Info {
        Info {
            name: "bilateral-wiring",
            title: "Left and right: wiring within sides, and its mirror image",
            question: "A brain with two like halves: how many of its connections stay on their side, are they stronger than \
                       those that cross, and how many have the same connection on the other side?",
            method: "The paired neurons of the brain of a Drosophila larva, each with its partner on the other side, and the \
                     whole hermaphrodite of C. elegans, where a cell without a partner is its own. An edge is mirrored where \
                     the partners of its ends are connected too. The baseline is a graph whose edges were exchanged, \
                     degrees kept.",
            paper: Paper {
                title: "Generative network modeling reveals quantitative definitions of bilateral symmetry exhibited by a whole \
                        insect brain connectome",
                authors: "Pedigo et al.",
                year: 2023,
                source: Source::Url("https://doi.org/10.7554/eLife.83739"),
            },
            claims: vec![
                Claim::new("pairs", "So many pairs of neurons have their partner", Band::exactly(620.0)),
                Claim::new(
                    "ipsilateral",
                    "So many edges of the larva stay on their side (%)",
                    Band::between(64.95, 65.05),
                ),
                Claim::new(
                    "weight within",
                    "They have so many synapses on average",
                    Band::between(4.49, 4.51),
                ),
                Claim::new("weight across", "Edges that cross have fewer", Band::between(3.74, 3.76)),
                Claim::new(
                    "mirrored",
                    "So many edges have their mirror image (%)",
                    Band::between(60.4, 60.6),
                ),
                Claim::new(
                    "worm chemical",
                    "So many chemical edges of the worm have their mirror image (%)",
                    Band::between(67.5, 67.65),
                ),
                Claim::new("worm electrical", "So many electrical ones (%)", Band::between(66.85, 66.95)),
                Claim::new(
                    "neurons chemical",
                    "Between neurons alone, chemical (%)",
                    Band::between(64.2, 64.35),
                ),
                Claim::new(
                    "neurons electrical",
                    "Between neurons alone, electrical (%)",
                    Band::between(61.95, 62.1),
                ),
                Claim::new(
                    "side by chance",
                    "With edges exchanged, the larva's sides are as good as forgotten (ipsilateral, %)",
                    Band::between(48.0, 52.0),
                ),
                Claim::new(
                    "mirror by chance",
                    "With edges exchanged, at most a tenth of the edges have their mirror image (%)",
                    Band::at_most(10.0),
                ),
            ],
            needs: vec![
                DataNeed {
                    name: "connectome-larva-subset",
                    what: "the paired neurons of a larva's brain (Winding et al. 2023)",
                    how_to_get: "`fascicle fetch connectome-larva-subset`",
                },
                DataNeed {
                    name: "connectome-cook2019",
                    what: "the hermaphrodite of Cook et al. 2019",
                    how_to_get: "`fascicle fetch connectome-cook2019`",
                },
            ],
            quick_seconds: 1.0,
            full_seconds: 1.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let seeds = ctx.seeds().to_vec();
        ctx.progress(0, seeds.len() + 1, "reading connectomes");
        let file = ctx.data("connectome-larva-subset")?.join("maggot_subset_edgelist.csv");
        let load = |file: &Path, format| {
            read(file, format, &Policies::default())
                .map(|(graph, _)| graph)
                .doing(format!("reading {format}"))
        };
        let larva = load(&file, ConnectomeFormat::LarvaSubset)?;
        let worm = load(ctx.data("connectome-cook2019")?, ConnectomeFormat::Cook2019)?;
        let larva_sides = Sides::of_pairs(&larva);
        let found = larva_sides.measure(&larva, Relation::Chemical)?;
        let mut nulls = Vec::new();
        for (done, &seed) in seeds.iter().enumerate() {
            ctx.progress(done + 1, seeds.len() + 1, "rewiring the larva");
            let view = View::directed().of(&larva).doing("looking at the larva")?;
            let copies = Nulls::new(Rewire::default(), 1, Seeds::new(seed).named("rewired larva"));
            let null = copies.copy(&view, 0).doing("rewiring the larva")?;
            let rewired =
                named(&null.graph, &larva, Relation::Chemical.name()).doing("naming the rewired cells")?;
            nulls.push(larva_sides.measure(&rewired, Relation::Chemical)?);
        }
        let neurons = cells::neurons(&worm);
        let of_worm = |graph: &PathwayGraph, relation| Sides::of_worm(graph).measure(graph, relation);
        let worm_found = [
            of_worm(&worm, Relation::Chemical)?,
            of_worm(&worm, Relation::Gap)?,
            of_worm(&neurons, Relation::Chemical)?,
            of_worm(&neurons, Relation::Gap)?,
        ];
        let over = |measure: fn(&Found) -> f64| nulls.iter().map(measure).collect::<Vec<f64>>();
        let mut findings = Findings::new();
        findings
            .measure("pairs", "pairs", vec![larva_sides.pairs() as f64])
            .measure("larva: ipsilateral", "ipsilateral", vec![found.ipsilateral])
            .measure("larva: synapses of an ipsilateral edge", "weight within", vec![found.within])
            .measure("larva: synapses of an edge that crosses", "weight across", vec![found.across])
            .measure("larva: mirrored", "mirrored", vec![found.mirrored])
            .measure("worm, all cells: chemical", "worm chemical", vec![worm_found[0].mirrored])
            .measure("worm, all cells: electrical", "worm electrical", vec![worm_found[1].mirrored])
            .measure("worm, neurons: chemical", "neurons chemical", vec![worm_found[2].mirrored])
            .measure("worm, neurons: electrical", "neurons electrical", vec![worm_found[3].mirrored])
            .measure("rewired larva: ipsilateral", "side by chance", over(|null| null.ipsilateral))
            .measure("rewired larva: mirrored", "mirror by chance", over(|null| null.mirrored));
        let mean = |of: fn(&Found) -> f64| over(of).iter().sum::<f64>() / nulls.len().max(1) as f64;
        findings.figure(Figure::new(
            "Edges with their mirror image",
            "An edge is mirrored where the partners of its ends are connected in the same direction. Rewired: the larva with \
             its edges exchanged, degrees kept.",
            Bars {
                groups: ["larva", "larva, rewired", "worm, chemical", "worm, electrical"].map(String::from).to_vec(),
                value_title: "edges (%)".into(),
                series: vec![
                    Series::new(
                        "mirrored",
                        vec![found.mirrored, mean(|null| null.mirrored), worm_found[0].mirrored, worm_found[1].mirrored],
                    ),
                    Series::new(
                        "on their side",
                        vec![found.ipsilateral, mean(|null| null.ipsilateral), f64::NAN, f64::NAN],
                    ),
                ],
                ..Bars::default()
            },
        ));
        findings.note(
            "The larva is the part of its brain whose neurons could be paired, so its symmetry is that of paired neurons. \
             Autapses count. The figures expected are those of an independent count on the same files; for the worm \
             it does not say which of the cells near the midline count as a pair.",
        );
        Ok(findings.into())
    }
}

/// Which side each node is on, and who is its partner.
struct Sides {
    side: Vec<Option<String>>,
    partner: Vec<Option<NodeIndex>>,
}

/// What was found of one relation, in percent and in synapses.
struct Found {
    ipsilateral: f64,
    within: f64,
    across: f64,
    mirrored: f64,
}

impl Sides {
    /// By the attributes `pair` and `hemisphere`.
    fn of_pairs(graph: &PathwayGraph) -> Self {
        let attribute =
            |node: NodeIndex, key: &str| graph.petgraph()[node].attributes.get(key).map(ToString::to_string);
        let nodes: Vec<NodeIndex> = graph.petgraph().node_indices().collect();
        let mut by_pair: HashMap<String, Vec<NodeIndex>> = HashMap::new();
        for &node in &nodes {
            if let Some(pair) = attribute(node, "pair") {
                by_pair.entry(pair).or_default().push(node);
            }
        }
        let partner = |node: NodeIndex| match by_pair.get(&attribute(node, "pair")?)?.as_slice() {
            [a, b] => Some(if *a == node { *b } else { *a }),
            _ => None,
        };
        Self {
            side: nodes.iter().map(|&node| attribute(node, "hemisphere")).collect(),
            partner: nodes.iter().map(|&node| partner(node)).collect(),
        }
    }

    /// By the names of the worm's cells; one without a partner in the graph is its own.
    fn of_worm(graph: &PathwayGraph) -> Self {
        let partner = |node: NodeIndex| {
            let mirror = cells::mirror(graph.name(node)).and_then(|cell| graph.get(&cell.name));
            Some(mirror.unwrap_or(node))
        };
        let nodes = || graph.petgraph().node_indices();
        Self { side: nodes().map(|_| None).collect(), partner: nodes().map(partner).collect() }
    }

    fn pairs(&self) -> usize {
        self.partner.iter().flatten().count() / 2
    }

    fn measure(&self, graph: &PathwayGraph, relation: Relation) -> Result<Found, ExperimentError> {
        let layer = graph.find_layer(relation.name()).doing("finding the layer")?;
        let edges: Vec<(NodeIndex, NodeIndex, f64)> = graph
            .edges()
            .filter(|(_, _, edge)| edge.layer == layer)
            .map(|(from, to, edge)| (from, to, edge.weight))
            .collect();
        let there: HashSet<(NodeIndex, NodeIndex)> = edges.iter().map(|&(from, to, _)| (from, to)).collect();
        let mirrored = |from: NodeIndex, to: NodeIndex| {
            let (from, to) = (self.partner[from.index()]?, self.partner[to.index()]?);
            there.contains(&(from, to)).then_some(())
        };
        let images = edges.iter().filter(|&&(from, to, _)| mirrored(from, to).is_some()).count();
        let same = |from: NodeIndex, to: NodeIndex| self.side[from.index()] == self.side[to.index()];
        let (within, across): (Vec<_>, Vec<_>) = edges.iter().partition(|&&(from, to, _)| same(from, to));
        let mean = |edges: &[&(NodeIndex, NodeIndex, f64)]| {
            edges.iter().map(|edge| edge.2).sum::<f64>() / edges.len() as f64
        };
        let percent = |count: usize| 100.0 * count as f64 / edges.len() as f64;
        Ok(Found {
            ipsilateral: percent(within.len()),
            within: mean(&within),
            across: mean(&across),
            mirrored: percent(images),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::checked;

    #[test]
    fn what_is_reproduced() {
        // an independent count gave other figures for these
        let other = ["worm, all cells: chemical", "worm, all cells: electrical", "worm, neurons: chemical"];
        checked::holds(BilateralWiring, &other);
    }
}
