//! The circuit as a signed graph, to be drawn, measured and lesioned.

use std::collections::HashSet;

use fascicle_graph::{Edge, PathwayGraph, Sign};

use super::circuit::Ncap;
use super::connection::{Connection, Kind};
use super::error::SwimmerError;

/// What a node is, by the beginning of its name.
const KINDS: [(&str, &str); 5] = [
    ("oscillator", "oscillator"),
    ("turn", "command"),
    ("speed", "command"),
    ("b", "B-neuron"),
    ("muscle", "muscle"),
];

impl Ncap {
    /// The circuit as a graph: a node for each side of the oscillator, for each command, and for the B-neuron and muscle of
    /// each segment and side (`b_dorsal_0`, `muscle_ventral_3`); a layer for each [`Kind`] of connection; edges with the
    /// weight that acts and, where constraints hold it, the sign.
    ///
    /// A proprioceptive edge runs from a muscle to the B-neuron behind it: muscles bend the segment whose bend is sensed.
    /// Connections that were cut are left out.
    ///
    /// # Errors
    /// [`SwimmerError::Graph`], for weights that are not finite; none can be.
    pub fn to_graph(&self) -> Result<PathwayGraph, SwimmerError> {
        let mut graph = PathwayGraph::new();
        graph.provenance.entries.insert("method".to_owned(), "ncap".into());
        graph.provenance.entries.insert("paper".to_owned(), "arXiv:2201.05242".into());
        // nodes of the whole circuit, so that a lesion leaves its ends where they are
        for connection in self.config().connections() {
            for name in [connection.source(), connection.target()] {
                if graph.get(&name).is_none() {
                    let node = graph.node(&name);
                    let start = name.split('_').next().unwrap_or_default();
                    if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == start) {
                        graph.set_kind(node, *kind);
                    }
                    if let Some(joint) = name.rsplit('_').next().and_then(|last| last.parse::<u64>().ok()) {
                        graph.attributes_mut(node).insert("segment".to_owned(), joint.into());
                    }
                }
            }
        }
        for &kind in Kind::ALL.iter().filter(|kind| self.config().has(**kind)) {
            graph.layer(kind.name(), true)?;
        }
        for (connection, weight) in self.connections() {
            let (from, to) = (graph.find(&connection.source())?, graph.find(&connection.target())?);
            let layer = graph.find_layer(connection.kind.name())?;
            let sign = self.sign(&connection, weight);
            graph.add_edge(from, to, Edge { sign, ..Edge::new(weight, layer) })?;
        }
        Ok(graph)
    }

    fn sign(&self, connection: &Connection, weight: f64) -> Option<Sign> {
        if self.config().sign_constraints { Some(connection.kind.sign()) } else { Sign::of(weight) }
    }

    /// The circuit with those connections only that are edges of `graph`, which is [`Ncap::to_graph`] with edges removed.
    /// The others have weight 0 from then on; weights are those of the circuit, whatever the graph says.
    ///
    /// # Errors
    /// [`SwimmerError::ForeignEdge`] for an edge that the circuit does not have.
    pub fn lesioned(&self, graph: &PathwayGraph) -> Result<Self, SwimmerError> {
        let key = |connection: &Connection| {
            (connection.kind.name().to_owned(), connection.source(), connection.target())
        };
        let own: HashSet<_> = self.connections().map(|(connection, _)| key(&connection)).collect();
        let mut kept = HashSet::new();
        for (from, to, edge) in graph.edges() {
            let layer = graph.layers()[edge.layer.index()].name.clone();
            let (from, to) = (graph.name(from).to_owned(), graph.name(to).to_owned());
            let edge = (layer, from, to);
            if !own.contains(&edge) {
                let (layer, from, to) = edge;
                return Err(SwimmerError::ForeignEdge { layer, from, to });
            }
            kept.insert(edge);
        }
        let mut lesioned = self.clone();
        lesioned.lesion(|connection| !kept.contains(&key(connection)));
        Ok(lesioned)
    }
}
