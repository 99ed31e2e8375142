//! What wiring says about function: how often two cells are functionally connected, given how they are wired.

use std::collections::VecDeque;

use fascicle_graph::{LayerId, PathwayGraph};

use crate::{ConnectomeError, Relation};

choice! {
    /// Which cells the paths between two cells may pass.
    #[derive(Default)]
    pub enum Through as "kind of path" {
        /// Those whose function was measured: a path has no unseen cell in it.
        #[default]
        Shared = "shared",
        /// Every cell of the anatomy.
        All = "all",
    }
}

/// Ordered pairs of cells at one distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// How many there are.
    pub pairs: usize,
    /// How many of them are functionally connected.
    pub functional: usize,
}

impl Hop {
    fn count(&mut self, functional: bool) {
        self.pairs += 1;
        self.functional += usize::from(functional);
    }

    /// The probability of a functional connection; `None` without pairs.
    #[must_use]
    pub fn probability(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.functional as f64 / self.pairs as f64)
    }
}

/// How function follows structure, over all ordered pairs of different cells that both graphs have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructureFunction {
    /// Cells that both graphs have.
    pub cells: usize,
    /// All pairs; their probability is the base rate.
    pub all: Hop,
    /// Pairs joined by a gap junction (and perhaps a synapse).
    pub gap: Hop,
    /// Pairs with a chemical synapse from the first to the second (and perhaps a gap junction).
    pub chemical: Hop,
    /// Pairs with neither.
    pub neither: Hop,
    /// Pairs with either.
    pub direct: Hop,
    /// By the least number of anatomical edges from the first to the second: `hops[0]` is one edge.
    pub hops: Vec<Hop>,
    /// Pairs that are further apart, or not connected.
    pub further: Hop,
}

impl StructureFunction {
    /// The part of functional connections that have a direct anatomical one; `None` without functional connections.
    #[must_use]
    pub fn direct_share(&self) -> Option<f64> {
        (self.all.functional > 0).then(|| self.direct.functional as f64 / self.all.functional as f64)
    }
}

/// Compares anatomy (layers `chemical` and `gap`, either of which may be missing) with function (layer `functional`).
///
/// Paths run along chemical synapses forwards and along gap junctions both ways. O(n (n + m)).
///
/// # Errors
/// [`ConnectomeError::Graph`] without a functional layer; [`ConnectomeError::BadArgument`] where `max_hops` is 0, or
/// anatomy has neither layer.
pub fn structure_function(
    anatomy: &PathwayGraph,
    function: &PathwayGraph,
    through: Through,
    max_hops: usize,
) -> Result<StructureFunction, ConnectomeError> {
    if max_hops == 0 {
        return Err(ConnectomeError::argument("the greatest number of hops", 0, "at least 1"));
    }
    let functional_layer = function.find_layer(Relation::Functional.name())?;
    let layer = |relation: Relation| anatomy.find_layer(relation.name()).ok();
    let (chemical, gap) = (layer(Relation::Chemical), layer(Relation::Gap));
    if chemical.is_none() && gap.is_none() {
        let found = "a graph without chemical and gap layers";
        return Err(ConnectomeError::argument("anatomy", found, "at least one of them"));
    }
    // For each shared cell, its index here and there.
    let shared: Vec<(usize, usize)> = anatomy
        .names()
        .enumerate()
        .filter_map(|(here, name)| Some((here, function.get(name)?.index())))
        .collect();
    let mut passable = vec![through == Through::All; anatomy.node_count()];
    for (here, _) in &shared {
        passable[*here] = true;
    }
    let wiring = Wiring::of(anatomy, chemical, gap, &passable);
    let mut answers = vec![false; function.node_count() * function.node_count()];
    for (from, to, _) in function.edges().filter(|(_, _, edge)| edge.layer == functional_layer) {
        answers[from.index() * function.node_count() + to.index()] = true;
    }
    let mut out = StructureFunction {
        cells: shared.len(),
        all: Hop::default(),
        gap: Hop::default(),
        chemical: Hop::default(),
        neither: Hop::default(),
        direct: Hop::default(),
        hops: vec![Hop::default(); max_hops],
        further: Hop::default(),
    };
    for &(from, functional_from) in &shared {
        let distance = wiring.distances(from, max_hops);
        for &(to, functional_to) in shared.iter().filter(|(to, _)| *to != from) {
            let functional = answers[functional_from * function.node_count() + functional_to];
            let (chemical, gap) = (wiring.chemical[from].contains(&to), wiring.gap[from].contains(&to));
            out.all.count(functional);
            if chemical {
                out.chemical.count(functional);
            }
            if gap {
                out.gap.count(functional);
            }
            if chemical || gap { &mut out.direct } else { &mut out.neither }.count(functional);
            match distance[to] {
                Some(hops) => out.hops[hops - 1].count(functional),
                None => out.further.count(functional),
            }
        }
    }
    Ok(out)
}

/// Whom each cell reaches directly.
struct Wiring {
    chemical: Vec<Vec<usize>>,
    gap: Vec<Vec<usize>>,
}

impl Wiring {
    fn of(graph: &PathwayGraph, chemical: Option<LayerId>, gap: Option<LayerId>, passable: &[bool]) -> Self {
        let mut wiring = Self {
            chemical: vec![Vec::new(); graph.node_count()],
            gap: vec![Vec::new(); graph.node_count()],
        };
        for (from, to, edge) in graph.edges() {
            if !(passable[from.index()] && passable[to.index()]) {
                continue;
            }
            if Some(edge.layer) == chemical {
                wiring.chemical[from.index()].push(to.index());
            } else if Some(edge.layer) == gap {
                wiring.gap[from.index()].push(to.index());
            }
        }
        wiring
    }

    /// The number of edges to every cell that is at most so far away.
    fn distances(&self, from: usize, max_hops: usize) -> Vec<Option<usize>> {
        let mut distances = vec![None; self.chemical.len()];
        distances[from] = Some(0);
        let mut queue = VecDeque::from([(from, 0)]);
        while let Some((cell, hops)) = queue.pop_front() {
            if hops == max_hops {
                continue;
            }
            for &next in self.chemical[cell].iter().chain(&self.gap[cell]) {
                if distances[next].is_none() {
                    distances[next] = Some(hops + 1);
                    queue.push_back((next, hops + 1));
                }
            }
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str, Relation)]) -> PathwayGraph {
        let mut graph = PathwayGraph::new();
        for &(from, to, relation) in edges {
            // invariant: the names and weights below are fine.
            let layer = graph.layer(relation.name(), relation.directed()).expect("a layer");
            let (from, to) = (graph.node(from), graph.node(to));
            graph.connect(from, to, layer, 1.0).expect("an edge");
        }
        graph
    }

    #[test]
    fn function_by_distance() -> Result<(), ConnectomeError> {
        use Relation::{Chemical, Functional, Gap};
        // A → B → C, C – D, D → X → E, where X was not measured
        let anatomy = graph(&[
            ("A", "B", Chemical),
            ("B", "C", Chemical),
            ("C", "D", Gap),
            ("D", "X", Chemical),
            ("X", "E", Chemical),
        ]);
        let function = graph(&[
            ("A", "B", Functional),
            ("A", "C", Functional),
            ("D", "C", Functional),
            ("D", "E", Functional),
            ("E", "A", Functional),
        ]);
        let got = structure_function(&anatomy, &function, Through::All, 3)?;
        let hop = |pairs, functional| Hop { pairs, functional };
        assert_eq!(got.cells, 5);
        assert_eq!(got.all, hop(20, 5));
        assert_eq!((got.chemical, got.gap), (hop(2, 1), hop(2, 1)));
        assert_eq!((got.direct, got.neither), (hop(4, 2), hop(16, 3)));
        assert_eq!(got.hops, [hop(4, 2), hop(3, 2), hop(2, 0)]);
        assert_eq!(got.further, hop(11, 1));
        let seen = structure_function(&anatomy, &function, Through::Shared, 3)?;
        assert_eq!(seen.hops, [hop(4, 2), hop(2, 1), hop(1, 0)]);
        assert_eq!((seen.further, seen.direct), (hop(13, 2), got.direct));
        assert_eq!(got.direct_share(), Some(0.4));
        assert_eq!((got.all.probability(), Hop::default().probability()), (Some(0.25), None));
        Ok(())
    }

    #[test]
    fn what_cannot_be_compared() {
        let functional = graph(&[("A", "B", Relation::Functional)]);
        let chemical = graph(&[("A", "B", Relation::Chemical)]);
        let message = |a: &PathwayGraph, f: &PathwayGraph, hops| {
            structure_function(a, f, Through::All, hops).map_err(|error| error.to_string()).unwrap_err()
        };
        insta::assert_snapshot!(message(&chemical, &chemical, 1), @"no layer is called `functional`; this graph has `chemical`");
        insta::assert_snapshot!(message(&functional, &functional, 1), @"anatomy is a graph without chemical and gap layers; expected at least one of them");
        insta::assert_snapshot!(message(&chemical, &functional, 0), @"the greatest number of hops is 0; expected at least 1");
    }
}
