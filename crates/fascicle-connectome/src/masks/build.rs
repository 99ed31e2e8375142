//! From a graph to masks.

use std::collections::{BTreeMap, HashMap, HashSet};

use fascicle_graph::{Attributes, LayerId, NodeIndex, PathwayGraph, Sign};
use serde_json::json;

use super::{InitialWeights, MaskLayer, MaskOptions, Masks, NodeSet, Orientation};
use crate::ConnectomeError;

/// What the edges from one cell to another come to.
#[derive(Clone, Copy)]
struct Joined {
    magnitude: f64,
    /// `None` where an edge has no sign or two differ.
    sign: Option<Sign>,
}

impl Masks {
    /// Masks between sets of cells, each set with the next ([`MaskOptions`] says what else); a set alone with itself.
    /// O(n + m) for the graph, and the size of the matrices.
    ///
    /// # Errors
    /// [`ConnectomeError::EmptySet`] for a set without cells, [`ConnectomeError::EmptyMask`] for a layer without connections,
    /// [`ConnectomeError::BadArgument`] for no sets, layers of the same name, or a threshold that is no number;
    /// [`ConnectomeError::Graph`] for an unknown layer of the graph.
    pub fn of(
        graph: &PathwayGraph,
        sets: &[NodeSet],
        options: &MaskOptions,
    ) -> Result<Self, ConnectomeError> {
        if sets.is_empty() {
            return Err(ConnectomeError::argument("the number of sets", 0, "at least one"));
        }
        if options.at_least.is_nan() {
            return Err(ConnectomeError::argument("the least magnitude", options.at_least, "a number"));
        }
        let nodes: Vec<Vec<NodeIndex>> = sets.iter().map(|set| set.nodes(graph)).collect::<Result<_, _>>()?;
        let joined = joined(graph, options)?;
        let mut layers = Vec::new();
        let mut names = HashSet::new();
        for (from, to) in pairs(sets.len(), options) {
            let name = format!("{}-{}", sets[from].name, sets[to].name);
            if !names.insert(name.clone()) {
                let expected =
                    "names that differ; give the sets names of their own, as in `first=inter,second=inter`";
                return Err(ConnectomeError::argument("a layer's name", format!("`{name}` twice"), expected));
            }
            layers.push(layer(
                graph,
                name,
                [nodes[from].as_slice(), nodes[to].as_slice()],
                &joined,
                options,
            )?);
        }
        Ok(Self { orientation: options.orientation, layers, provenance: provenance(graph, sets, options) })
    }
}

/// Which sets are joined, in the order of the layers.
fn pairs(count: usize, options: &MaskOptions) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for from in 0..count {
        if options.lateral || count == 1 {
            pairs.push((from, from));
        }
        let last = if options.skips { count } else { count.min(from + 2) };
        pairs.extend((from + 1..last).map(|to| (from, to)));
    }
    pairs
}

fn joined(
    graph: &PathwayGraph,
    options: &MaskOptions,
) -> Result<HashMap<(NodeIndex, NodeIndex), Joined>, ConnectomeError> {
    let relations: Option<Vec<LayerId>> = match &options.relations {
        Some(names) => Some(names.iter().map(|name| graph.find_layer(name)).collect::<Result<_, _>>()?),
        None => None,
    };
    // where some weights of a layer are negative, the positive ones say as much
    let mut signed = vec![false; graph.layers().len()];
    for (_, _, edge) in graph.edges() {
        signed[edge.layer.index()] |= edge.weight < 0.0;
    }
    let mut all: HashMap<(NodeIndex, NodeIndex), Joined> = HashMap::new();
    for (from, to, edge) in graph.edges() {
        if edge.weight == 0.0 || relations.as_ref().is_some_and(|wanted| !wanted.contains(&edge.layer)) {
            continue;
        }
        let sign = match edge.sign {
            Some(sign) if edge.weight < 0.0 => Sign::of(-f64::from(sign.number())),
            None if signed[edge.layer.index()] => Sign::of(edge.weight),
            sign => sign,
        };
        let magnitude = edge.weight.abs();
        all.entry((from, to))
            .and_modify(|joined| {
                joined.magnitude += magnitude;
                joined.sign = joined.sign.filter(|known| Some(*known) == sign);
            })
            .or_insert(Joined { magnitude, sign });
    }
    all.retain(|_, joined| joined.magnitude >= options.at_least);
    Ok(all)
}

fn layer(
    graph: &PathwayGraph,
    name: String,
    [inputs, outputs]: [&[NodeIndex]; 2],
    joined: &HashMap<(NodeIndex, NodeIndex), Joined>,
    options: &MaskOptions,
) -> Result<MaskLayer, ConnectomeError> {
    let place = |nodes: &[NodeIndex]| -> HashMap<NodeIndex, usize> {
        nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect()
    };
    let (at_input, at_output) = (place(inputs), place(outputs));
    // by place, so that sums are taken in one order
    let mut there: BTreeMap<(usize, usize), Joined> = BTreeMap::new();
    for (&(from, to), &edge) in joined {
        if let (Some(&input), Some(&output)) = (at_input.get(&from), at_output.get(&to)) {
            there.insert((output, input), edge);
        }
    }
    if there.is_empty() {
        return Err(ConnectomeError::EmptyMask { layer: name });
    }
    let size = inputs.len() * outputs.len();
    let at = |output: usize, input: usize| match options.orientation {
        Orientation::OutIn => output * inputs.len() + input,
        Orientation::InOut => input * outputs.len() + output,
    };
    let mut mask = vec![false; size];
    let mut sign = options.signs.then(|| vec![0_i8; size]);
    let mut weight = (options.weights != InitialWeights::None).then(|| vec![0.0_f32; size]);
    let mut lengths = vec![0.0_f64; outputs.len()];
    for (&(output, _), edge) in &there {
        lengths[output] += edge.magnitude * edge.magnitude;
    }
    for (&(output, input), edge) in &there {
        let index = at(output, input);
        mask[index] = true;
        let known = edge.sign.map_or(0, Sign::number);
        if let Some(sign) = &mut sign {
            sign[index] = known;
        }
        if let Some(weight) = &mut weight {
            let magnitude = match options.weights {
                InitialWeights::Log => edge.magnitude.ln_1p(),
                InitialWeights::UnitInput => edge.magnitude / lengths[output].sqrt(),
                InitialWeights::Count | InitialWeights::None => edge.magnitude,
            };
            weight[index] = if known < 0 { -magnitude } else { magnitude } as f32;
        }
    }
    let names = |nodes: &[NodeIndex]| nodes.iter().map(|&node| graph.name(node).to_owned()).collect();
    Ok(MaskLayer { name, inputs: names(inputs), outputs: names(outputs), mask, sign, weight })
}

fn provenance(graph: &PathwayGraph, sets: &[NodeSet], options: &MaskOptions) -> Attributes {
    let layers: Vec<&str> = graph.layers().iter().map(|layer| layer.name.as_str()).collect();
    let sets: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
    [
        ("graph".to_owned(), json!(graph.provenance.entries)),
        ("sets".to_owned(), json!(sets)),
        ("relations".to_owned(), options.relations.as_ref().map_or(json!(layers), |names| json!(names))),
        ("at_least".to_owned(), json!(options.at_least)),
        ("initial_weights".to_owned(), json!(options.weights)),
    ]
    .into_iter()
    .collect()
}
