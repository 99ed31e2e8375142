//! One connectome out of several annotations: means, how much they vary, who has seen what.
//!
//! Columns and the measure of uncertainty are those of the consensus connectome of Simeon et al. 2024 (*Homogenized C.
//! elegans neural activity and connectivity data*, arXiv 2411.12091). What is done differently: that consensus averages the
//! *set* of distinct gap junction weights, so that five annotations of which four agree weigh as much as two; here every
//! annotation counts. Which standard deviation it takes is not said; here it is that of the population, so that an edge that
//! one annotation alone has varies by 0 (unless [`Absent::Zero`] lets the others speak).

mod graph;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use fascicle_graph::{GraphError, PathwayGraph};

pub use table::Pairs;

use crate::{ConnectomeError, Relation};

/// How much chemical and gap weights count for the uncertainty of a pair.
const CHEMICAL_SHARE: f64 = 0.9;
const GAP_SHARE: f64 = 0.1;

choice! {
    /// What an annotation says of an edge that it does not have.
    #[derive(Default)]
    pub enum Absent as "treatment of absent edges" {
        /// Nothing, as in the published consensus: means are over the annotations that have the edge.
        #[default]
        Skip = "skip",
        /// That its weight is 0, where the annotation knows both cells and the kind of edge.
        Zero = "zero",
    }
}

/// An annotation of the same nervous system, by the name that goes among the sources.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'a> {
    /// Its name: `white_whole`, `cook_2019`, `funconn`.
    pub name: &'a str,
    /// Its layers `chemical`, `gap` and `functional`, as far as it has them; others do not count.
    pub graph: &'a PathwayGraph,
}

/// A cell of a consensus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsensusCell {
    /// Its name.
    pub name: String,
    /// What it is (`sensory`, `interneuron`, `motor`, …); empty where unknown.
    pub kind: String,
    /// Where it is, if any annotation says so (the attribute `position` of its node, three numbers).
    pub position: Option<[f64; 3]>,
}

/// An ordered pair of cells that some annotation connects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsensusPair {
    /// Source, an index into [`Consensus::cells`].
    pub from: usize,
    /// Target, likewise.
    pub to: usize,
    /// The mean weight of the gap junction, if any annotation has one; the same in both directions.
    pub gap: Option<f64>,
    /// The mean weight of the chemical edge.
    pub chemical: Option<f64>,
    /// 0.9 times the standard deviation of the chemical weights and 0.1 times that of the gap weights.
    pub uncertainty: f64,
    /// The mean functional weight (what the reader took for significant: q < 0.05 for Randi et al.).
    pub functional: Option<f64>,
    /// The annotations that have any of these edges, in the order in which they were given.
    pub sources: Vec<String>,
}

/// A consensus of several annotations.
///
/// ```
/// use fascicle_connectome::{Absent, Annotation, Consensus};
/// use fascicle_graph::PathwayGraph;
///
/// # fn main() -> Result<(), fascicle_connectome::ConnectomeError> {
/// let synapses = |count| {
///     let mut graph = PathwayGraph::new();
///     let layer = graph.layer("chemical", true)?;
///     let [awa, aiy] = ["AWAL", "AIYL"].map(|name| graph.node(name));
///     graph.connect(awa, aiy, layer, count)?;
///     Ok::<_, fascicle_graph::GraphError>(graph)
/// };
/// let (first, second) = (synapses(2.0)?, synapses(4.0)?);
/// let both = [("first", &first), ("second", &second)].map(|(name, graph)| Annotation { name, graph });
/// let consensus = Consensus::of(&both, Absent::Skip)?;
/// assert_eq!((consensus.pairs[0].chemical, consensus.pairs[0].uncertainty), (Some(3.0), 0.9));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consensus {
    /// The cells of all annotations, by name.
    pub cells: Vec<ConsensusCell>,
    /// The pairs that any annotation connects, by source and target.
    pub pairs: Vec<ConsensusPair>,
}

/// Weights of one relation by their ends, parallel edges summed.
type Weights<'a> = BTreeMap<(&'a str, &'a str), f64>;

impl Consensus {
    /// The consensus of annotations of which all use the same names. O(a m log m) for a annotations of m edges.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] for no annotation, two of one name, or one without any of the three layers;
    /// [`GraphError::LayerDirection`] where gap junctions have directions (read with another gap junction policy than
    /// `keep`) or other edges have none.
    pub fn of(annotations: &[Annotation<'_>], absent: Absent) -> Result<Self, ConnectomeError> {
        check(annotations)?;
        let cells = cells(annotations);
        let place: BTreeMap<&str, usize> =
            cells.iter().enumerate().map(|(at, cell)| (cell.name.as_str(), at)).collect();
        let mut pairs: BTreeMap<(usize, usize), ConsensusPair> = BTreeMap::new();
        for relation in [Relation::Chemical, Relation::Gap, Relation::Functional] {
            let weights: Vec<Option<Weights<'_>>> =
                annotations.iter().map(|one| weights(one.graph, relation)).collect::<Result<_, _>>()?;
            let ends: BTreeSet<(&str, &str)> =
                weights.iter().flatten().flat_map(|weights| weights.keys().copied()).collect();
            for (from, to) in ends {
                let at = (place[from], place[to]);
                let pair = pairs.entry(at).or_insert_with(|| ConsensusPair {
                    from: at.0,
                    to: at.1,
                    ..ConsensusPair::default()
                });
                let values: Vec<f64> = annotations
                    .iter()
                    .zip(&weights)
                    .filter_map(|(one, weights)| {
                        let there = weights.as_ref()?.get(&(from, to)).copied();
                        let known = || one.graph.get(from).is_some() && one.graph.get(to).is_some();
                        there.or_else(|| (absent == Absent::Zero && known()).then_some(0.0))
                    })
                    .collect();
                let (mean, deviation) = mean_and_deviation(&values);
                match relation {
                    Relation::Gap => {
                        (pair.gap, pair.uncertainty) = (Some(mean), pair.uncertainty + GAP_SHARE * deviation);
                    }
                    Relation::Chemical => {
                        (pair.chemical, pair.uncertainty) =
                            (Some(mean), pair.uncertainty + CHEMICAL_SHARE * deviation);
                    }
                    _ => pair.functional = Some(mean),
                }
                for (one, weights) in annotations.iter().zip(&weights) {
                    let has = weights.as_ref().is_some_and(|weights| weights.contains_key(&(from, to)));
                    if has && !pair.sources.iter().any(|source| source == one.name) {
                        pair.sources.push(one.name.to_owned());
                    }
                }
            }
        }
        let order = |source: &String| annotations.iter().position(|one| one.name == source);
        let mut pairs: Vec<ConsensusPair> = pairs.into_values().collect();
        for pair in &mut pairs {
            pair.sources.sort_by_key(order);
        }
        Ok(Self { cells, pairs })
    }
}

fn check(annotations: &[Annotation<'_>]) -> Result<(), ConnectomeError> {
    if annotations.is_empty() {
        return Err(ConnectomeError::argument("the number of annotations", 0, "at least one"));
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = annotations.iter().find(|one| !names.insert(one.name)) {
        let value = format!("`{}`, which there is already", twice.name);
        return Err(ConnectomeError::argument("an annotation's name", value, "a new one"));
    }
    let layers = [Relation::Chemical, Relation::Gap, Relation::Functional].map(Relation::name);
    let empty = |one: &&Annotation<'_>| !layers.iter().any(|layer| one.graph.find_layer(layer).is_ok());
    match annotations.iter().find(empty) {
        Some(one) => {
            let value = format!("`{}`, without chemical, gap and functional layers", one.name);
            Err(ConnectomeError::argument("an annotation", value, "one of them at least"))
        }
        None => Ok(()),
    }
}

/// The cells of all annotations, with what the first that knows says of them.
fn cells(annotations: &[Annotation<'_>]) -> Vec<ConsensusCell> {
    let mut cells: BTreeMap<&str, ConsensusCell> = BTreeMap::new();
    for node in annotations.iter().flat_map(|one| one.graph.petgraph().node_weights()) {
        let cell = cells.entry(&node.name).or_default();
        cell.name.clone_from(&node.name);
        if cell.kind.is_empty() {
            cell.kind.clone_from(&node.kind);
        }
        let position = node.attributes.get("position").and_then(|value| {
            let numbers: Vec<f64> = value.as_array()?.iter().filter_map(serde_json::Value::as_f64).collect();
            <[f64; 3]>::try_from(numbers).ok()
        });
        cell.position = cell.position.or(position);
    }
    cells.into_values().collect()
}

/// The weights of one relation; `None` where the graph has no such layer.
fn weights(graph: &PathwayGraph, relation: Relation) -> Result<Option<Weights<'_>>, ConnectomeError> {
    let Ok(layer) = graph.find_layer(relation.name()) else { return Ok(None) };
    let directed = graph.layers()[layer.index()].directed;
    if directed != relation.directed() {
        return Err(GraphError::LayerDirection { name: relation.name().to_owned(), directed }.into());
    }
    let mut weights = Weights::new();
    for (from, to, edge) in graph.edges().filter(|(_, _, edge)| edge.layer == layer) {
        *weights.entry((graph.name(from), graph.name(to))).or_insert(0.0) += edge.weight;
    }
    Ok(Some(weights))
}

/// Mean and standard deviation of the population.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests;
