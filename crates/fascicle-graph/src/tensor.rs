//! Graphs as the sparse matrices of networks, and back (feature `tensor`).
//!
//! A layer of a network reads its weights as `[out, in]`, a graph is stored `[source][target]`: here the rows of a matrix
//! are the targets (post-synaptic nodes) and its columns the sources, so that [`fascicle_core::csr_linear`] passes
//! activity along the edges.
//!
//! ```
//! use fascicle_core::{DType, csr_linear};
//! use fascicle_graph::{PathwayGraph, View, tensor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut worm = PathwayGraph::new();
//! let chemical = worm.layer("chemical", true)?;
//! let [asel, aiyl, aizl] = ["ASEL", "AIYL", "AIZL"].map(|name| worm.node(name));
//! worm.connect(asel, aiyl, chemical, 2.0)?;
//! worm.connect(asel, aizl, chemical, 3.0)?;
//!
//! let device = fascicle_core::device("cpu")?;
//! let view = View::directed().of(&worm)?;
//! let (pattern, weights) = tensor::between(&view, &[asel], &[aiyl, aizl], DType::F32, &device)?;
//! assert_eq!((pattern.rows(), pattern.cols(), pattern.nnz()), (2, 1, 2));
//! # let _ = (weights, csr_linear);
//! # Ok(())
//! # }
//! ```

use burn::tensor::Tensor;
use fascicle_core::{CoreError, Csr, DType, Device};

use crate::{Adjacency, GraphError, LayerId, NodeIndex, PathwayGraph};

/// Why a graph is no matrix, or a matrix no graph.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// A node or a weight.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A size, a dtype or the device.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// The edges from `sources` to `targets` as pattern and weights `[targets, sources]`, in the order of the lists; parallel
/// edges are summed, as the view merges them or not. A set that is both gives the recurrent weights among its nodes.
///
/// O(n + m log m) for m edges out of the sources.
///
/// # Errors
/// [`GraphError::BadArgument`] for a node that is not in the view or comes twice; [`CoreError`] for a dtype that the
/// device does not compute in.
pub fn between(
    view: &Adjacency,
    sources: &[NodeIndex],
    targets: &[NodeIndex],
    dtype: DType,
    device: &Device,
) -> Result<(Csr, Tensor<1>), TensorError> {
    let rows = places(view, targets, "a target")?;
    // Each source once, too.
    places(view, sources, "a source")?;
    let mut triplets: Vec<(usize, usize, f64)> = Vec::new();
    for (column, source) in sources.iter().enumerate() {
        for (target, weight) in view.out_edges(source.index()) {
            let Some(row) = rows[target] else { continue };
            match triplets.last_mut() {
                // A view may keep parallel edges; they lie side by side.
                Some(last) if (last.0, last.1) == (row, column) => last.2 += weight,
                _ => triplets.push((row, column, weight)),
            }
        }
    }
    Ok(Csr::from_triplets(targets.len(), sources.len(), &triplets, dtype, device)?)
}

/// Where in the list each node of the view is.
fn places(
    view: &Adjacency,
    nodes: &[NodeIndex],
    what: &'static str,
) -> Result<Vec<Option<usize>>, GraphError> {
    let mut places = vec![None; view.node_count()];
    for (at, node) in nodes.iter().enumerate() {
        match places.get_mut(node.index()) {
            Some(place @ None) => *place = Some(at),
            Some(Some(_)) => {
                return Err(GraphError::argument(what, node.index(), "a node that is listed once"));
            }
            None => {
                let expected = format!("a node below {}", view.node_count());
                return Err(GraphError::argument(what, node.index(), expected));
            }
        }
    }
    Ok(places)
}

/// Adds the entries of a matrix `[targets, sources]` as edges of `layer`, with their values as weights; entries that are 0
/// are no edges. Waits for the device.
///
/// # Errors
/// [`GraphError::BadArgument`] when the lists have other lengths than the matrix; [`GraphError::BadWeight`] for a value
/// that is not finite, before any edge is added; [`CoreError`] when something cannot be read back.
pub fn connect(
    graph: &mut PathwayGraph,
    layer: LayerId,
    sources: &[NodeIndex],
    targets: &[NodeIndex],
    pattern: &Csr,
    values: Tensor<1>,
) -> Result<(), TensorError> {
    for (what, list, size) in
        [("the sources", sources, pattern.cols()), ("the targets", targets, pattern.rows())]
    {
        if list.len() != size {
            let expected = format!("{size}, as the matrix is [{}, {}]", pattern.rows(), pattern.cols());
            return Err(GraphError::argument(what, list.len(), expected).into());
        }
    }
    let triplets = pattern.triplets(values)?;
    if let Some(&(row, column, weight)) = triplets.iter().find(|(.., weight)| !weight.is_finite()) {
        let [from, to] = [sources[column], targets[row]].map(|node| graph.name(node).to_owned());
        return Err(GraphError::BadWeight { from, to, weight, expected: "a finite number" }.into());
    }
    for (row, column, weight) in triplets.into_iter().filter(|(.., weight)| *weight != 0.0) {
        graph.connect(sources[column], targets[row], layer, weight)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Autapses, Duplicates, View};

    fn cpu() -> Device {
        fascicle_core::device("cpu").unwrap()
    }

    /// a → b 2, a → b 1 (parallel), a → c 3, b → b 4, c → a −1.
    fn graph() -> (PathwayGraph, [NodeIndex; 3]) {
        let mut graph = PathwayGraph::new();
        let layer = graph.layer("chemical", true).unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| graph.node(name));
        for (from, to, weight) in [(a, b, 2.0), (a, b, 1.0), (a, c, 3.0), (b, b, 4.0), (c, a, -1.0)] {
            graph.connect(from, to, layer, weight).unwrap();
        }
        (graph, [a, b, c])
    }

    fn dense(pattern: &Csr, values: Tensor<1>) -> Vec<f64> {
        pattern.to_dense(values).unwrap().try_into_vec_as().unwrap()
    }

    #[test]
    fn rows_are_targets() {
        let (graph, [a, b, c]) = graph();
        let view = View::directed().autapses(Autapses::Keep);
        for view in [view.clone(), view.duplicates(Duplicates::Keep)] {
            let view = view.of(&graph).unwrap();
            for (sources, targets, expected) in [
                (vec![a, b, c], vec![a, b, c], vec![0.0, 0.0, -1.0, 3.0, 4.0, 0.0, 3.0, 0.0, 0.0]),
                (vec![b, a], vec![c, b], vec![0.0, 3.0, 4.0, 3.0]),
                (vec![a], vec![], vec![]),
                (vec![b], vec![a, c], vec![0.0, 0.0]),
            ] {
                let (pattern, values) = between(&view, &sources, &targets, DType::F64, &cpu()).unwrap();
                assert_eq!((pattern.rows(), pattern.cols()), (targets.len(), sources.len()));
                assert_eq!(dense(&pattern, values), expected);
            }
        }
    }

    #[test]
    fn a_graph_comes_back() {
        let (graph, nodes) = graph();
        let view = View::directed().autapses(Autapses::Keep).of(&graph).unwrap();
        let (pattern, values) = between(&view, &nodes, &nodes, DType::F64, &cpu()).unwrap();
        let mut again = PathwayGraph::new();
        let layer = again.layer("mask", true).unwrap();
        let nodes = ["a", "b", "c"].map(|name| again.node(name));
        connect(&mut again, layer, &nodes, &nodes, &pattern, values).unwrap();
        let edges = |view: Adjacency| view.edges().collect::<Vec<_>>();
        assert_eq!(edges(View::directed().autapses(Autapses::Keep).of(&again).unwrap()), edges(view));
    }

    #[test]
    fn what_is_no_matrix() {
        let (mut graph, [a, b, _]) = graph();
        let view = View::directed().of(&graph).unwrap();
        let stranger = NodeIndex::new(7);
        let message = |sources: &[NodeIndex], targets: &[NodeIndex]| {
            between(&view, sources, targets, DType::F32, &cpu()).unwrap_err().to_string()
        };
        insta::assert_snapshot!(message(&[a, a], &[b]), @"a source is 0; expected a node that is listed once");
        insta::assert_snapshot!(message(&[a], &[stranger]), @"a target is 7; expected a node below 3");

        let (pattern, values) = between(&view, &[a], &[b], DType::F32, &cpu()).unwrap();
        let layer = graph.layer("mask", true).unwrap();
        let before = graph.edge_count();
        let short = connect(&mut graph, layer, &[a, b], &[b], &pattern, values.clone()).unwrap_err();
        insta::assert_snapshot!(short, @"the sources is 2; expected 1, as the matrix is [1, 1]");
        let nan = connect(&mut graph, layer, &[a], &[b], &pattern, values * f64::NAN).unwrap_err();
        insta::assert_snapshot!(nan, @"the edge a -> b has weight NaN; expected a finite number");
        assert_eq!(graph.edge_count(), before);
    }
}
