//! How much gets through from some nodes to others, and where the narrowest place is.
//!
//! Dinic (1970), "Algorithm for solution of a problem of maximum flow in a network with power estimation":
//! blocking flows in layers, which end after at most n rounds whatever the capacities, so f64 is no problem.

use super::check_node;
use crate::{Adjacency, EdgeIndex, GraphError};

/// A greatest flow between two sets of nodes, and a least cut between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// How much gets through: the sum of the cut's capacities, up to rounding.
    pub value: f64,
    /// The edges that carry something, in the direction in which they do.
    pub edges: Vec<FlowEdge>,
    /// The edges that hold the flow back: without them nothing gets through.
    pub cut: Vec<FlowEdge>,
    /// The nodes on the sources' side of the cut, rising; the smallest such set.
    pub source_side: Vec<usize>,
}

/// An edge in a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowEdge {
    /// Where the flow comes from.
    pub from: usize,
    /// Where it goes.
    pub to: usize,
    /// Which edge of the graph it is, where the view keeps parallel edges.
    pub edge: Option<EdgeIndex>,
    /// How much it carries.
    pub flow: f64,
    /// How much it could carry.
    pub capacity: f64,
}

/// The greatest flow from any of the sources to any of the sinks, with weights as capacities. An undirected
/// edge carries its capacity in one direction or the other; self-loops carry nothing. O(n² m), in practice
/// far less.
///
/// # Errors
/// [`GraphError::BadArgument`] for an empty set, a node that is not there or is source and sink;
/// [`GraphError::BadWeight`] for a negative weight, with nodes named by their index.
pub fn max_flow(graph: &Adjacency, sources: &[usize], sinks: &[usize]) -> Result<Flow, GraphError> {
    for (name, ends) in [("a source", sources), ("a sink", sinks)] {
        if ends.is_empty() {
            return Err(GraphError::argument(name, "missing", "at least one node on each side"));
        }
        ends.iter().try_for_each(|&end| check_node(graph, name, end))?;
    }
    if let Some(both) = sources.iter().find(|source| sinks.contains(source)) {
        return Err(GraphError::argument("a source", both, "a node that is not also a sink"));
    }
    let mut network = Network::of(graph, sources, sinks)?;
    while network.layer() {
        network.block();
    }
    Ok(network.result(sources.len()))
}

/// Arcs in pairs: what may still go forwards, what may be sent back.
struct Network {
    arcs: Vec<(u32, f64)>,
    /// Arcs by the node that they leave.
    leaving: Vec<Vec<u32>>,
    /// The graph's edges; the i-th has arcs 2i and 2i + 1.
    edges: Vec<FlowEdge>,
    level: Vec<u32>,
    source: usize,
    sink: usize,
}

const UNREACHED: u32 = u32::MAX;

impl Network {
    /// With two more nodes, from which the sources have what they need and to which the sinks give what they
    /// get.
    fn of(graph: &Adjacency, sources: &[usize], sinks: &[usize]) -> Result<Self, GraphError> {
        let nodes = graph.node_count();
        let mut network = Self {
            arcs: Vec::new(),
            leaving: vec![Vec::new(); nodes + 2],
            edges: Vec::new(),
            level: Vec::new(),
            source: nodes,
            sink: nodes + 1,
        };
        for from in 0..nodes {
            let origins = graph.out_origins(from);
            for (at, (to, capacity)) in graph.out_edges(from).enumerate() {
                if from == to || (!graph.is_directed() && from > to) {
                    continue;
                }
                if capacity < 0.0 {
                    return Err(GraphError::BadWeight {
                        from: from.to_string(),
                        to: to.to_string(),
                        weight: capacity,
                        expected: "a capacity of at least 0",
                    });
                }
                network.edges.push(FlowEdge {
                    from,
                    to,
                    edge: origins.get(at).copied(),
                    flow: 0.0,
                    capacity,
                });
                network.connect(from, to, capacity, if graph.is_directed() { 0.0 } else { capacity });
            }
        }
        for &node in sources {
            network.connect(nodes, node, f64::INFINITY, 0.0);
        }
        for &node in sinks {
            network.connect(node, nodes + 1, f64::INFINITY, 0.0);
        }
        Ok(network)
    }

    fn connect(&mut self, from: usize, to: usize, capacity: f64, back: f64) {
        let arc = self.arcs.len() as u32;
        self.leaving[from].push(arc);
        self.leaving[to].push(arc + 1);
        self.arcs.extend([(to as u32, capacity), (from as u32, back)]);
    }

    /// Counts how far nodes are from the source along arcs with something left; whether the sink is reached.
    fn layer(&mut self) -> bool {
        self.level.clear();
        self.level.resize(self.leaving.len(), UNREACHED);
        self.level[self.source] = 0;
        let mut queue = std::collections::VecDeque::from([self.source]);
        while let Some(node) = queue.pop_front() {
            for &arc in &self.leaving[node] {
                let (to, left) = self.arcs[arc as usize];
                if left > 0.0 && self.level[to as usize] == UNREACHED {
                    self.level[to as usize] = self.level[node] + 1;
                    queue.push_back(to as usize);
                }
            }
        }
        self.level[self.sink] != UNREACHED
    }

    /// Sends flow along the layers until every way has a full arc.
    fn block(&mut self) {
        let mut tried = vec![0; self.leaving.len()];
        let mut way: Vec<u32> = Vec::new();
        let mut node = self.source;
        loop {
            if node == self.sink {
                let least = way.iter().map(|&arc| self.arcs[arc as usize].1).fold(f64::INFINITY, f64::min);
                for &arc in &way {
                    self.arcs[arc as usize].1 -= least;
                    self.arcs[arc as usize ^ 1].1 += least;
                }
                // On from the first arc that is full now.
                let full = way.iter().position(|&arc| self.arcs[arc as usize].1 <= 0.0).unwrap_or(0);
                node = self.arcs[way[full] as usize ^ 1].0 as usize;
                way.truncate(full);
            }
            let next = self.leaving[node][tried[node]..].iter().position(|&arc| {
                let (to, left) = self.arcs[arc as usize];
                left > 0.0 && self.level[to as usize] == self.level[node].saturating_add(1)
            });
            if let Some(skipped) = next {
                tried[node] += skipped;
                let arc = self.leaving[node][tried[node]];
                way.push(arc);
                node = self.arcs[arc as usize].0 as usize;
            } else if let Some(arc) = way.pop() {
                tried[node] = self.leaving[node].len();
                node = self.arcs[arc as usize ^ 1].0 as usize;
                tried[node] += 1;
            } else {
                return;
            }
        }
    }

    /// After the last layering, which did not reach the sink: what it did reach is the sources' side.
    fn result(self, sources: usize) -> Flow {
        let inside = |node: usize| self.level[node] != UNREACHED;
        let (mut edges, mut cut) = (Vec::new(), Vec::new());
        for (index, edge) in self.edges.iter().enumerate() {
            let flow = edge.capacity - self.arcs[2 * index].1;
            let edge = if flow < 0.0 {
                FlowEdge { from: edge.to, to: edge.from, flow: -flow, ..*edge }
            } else {
                FlowEdge { flow, ..*edge }
            };
            if edge.flow > 0.0 {
                edges.push(edge);
            }
            if edge.flow > 0.0 && inside(edge.from) && !inside(edge.to) {
                cut.push(edge);
            }
        }
        // What the sources have taken stands where it could be sent back.
        let taken = self.arcs[2 * self.edges.len()..].iter().skip(1).step_by(2).take(sources);
        let value = taken.map(|&(_, back)| back).sum();
        Flow { value, edges, cut, source_side: (0..self.source).filter(|&node| inside(node)).collect() }
    }
}
