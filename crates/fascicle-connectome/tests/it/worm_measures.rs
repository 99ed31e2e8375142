//! Measures of the worm's somatic nervous system (Varshney et al. 2011), beside what has been printed of it. As in
//! `published`, `FASCICLE_DATA` names the folder that has the file.

use fascicle_connectome::readers::{VarshneyOptions, varshney2011};
use fascicle_connectome::{Policies, Relation};
use fascicle_graph::measure::{self, Betweenness, Direction, Length, RichClub};
use fascicle_graph::null::{Nulls, Rewire};
use fascicle_graph::{Adjacency, PathwayGraph, View};

use crate::published::data;

fn worm() -> Option<PathwayGraph> {
    let file = data("cect/NeuronConnectFormatted.xlsx")?;
    Some(varshney2011(&file, &VarshneyOptions::default(), &Policies::default()).expect("a worm").0)
}

/// One layer, as there or not there.
fn binary(worm: &PathwayGraph, relation: Relation, view: View) -> Adjacency {
    let layer = worm.find_layer(relation.name()).expect("a layer");
    view.layers([layer]).of(worm).expect("a view").binary()
}

/// What is left of a graph with these nodes alone.
fn among(graph: &Adjacency, nodes: &[usize]) -> Adjacency {
    let place = |node: usize| nodes.binary_search(&node).ok();
    let edges = graph.edges().filter_map(|(from, to, weight)| Some((place(from)?, place(to)?, weight)));
    Adjacency::from_edges(nodes.len(), graph.is_directed(), edges.collect::<Vec<_>>()).expect("a graph")
}

fn path_length(graph: &Adjacency) -> f64 {
    measure::characteristic_path_length(graph, Length::Hops).expect("lengths").expect("a path")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[track_caller]
fn printed(found: f64, figure: f64, digits: i32) {
    let unit = 10.0_f64.powi(-digits);
    assert!((found - figure).abs() <= 0.500_001 * unit, "{found}, printed as {figure}");
}

/// Sizes of components, the largest first.
fn sizes(components: &measure::Components) -> Vec<usize> {
    let mut sizes = components.sizes.clone();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// Varshney et al.: gap junctions join 248 neurons in a giant component, with L = 4.52 and C = 0.21 there; three and two
/// more are by themselves, 26 have none.
#[test]
fn gap_junctions() {
    let Some(worm) = worm() else { return };
    let gap = binary(&worm, Relation::Gap, View::undirected());
    assert_eq!((gap.node_count(), gap.edge_count()), (279, 514));
    let components = measure::weak_components(&gap);
    let mut expected = vec![248, 3, 2];
    expected.extend([1; 26]);
    assert_eq!(sizes(&components), expected);
    let giant = among(&gap, &components.largest());
    printed(path_length(&giant), 4.52, 2);
    printed(mean(&measure::clustering(&giant).expect("undirected")), 0.21, 2);
}

/// Varshney et al.: of chemical synapses the strongly connected component has 237 neurons and L = 3.48; together with gap
/// junctions there are 2,990 connections, a component of 274 and L = 2.87.
#[test]
fn chemical_synapses() {
    let Some(worm) = worm() else { return };
    let chemical = binary(&worm, Relation::Chemical, View::directed());
    assert_eq!(chemical.edge_count(), 2194);
    assert_eq!(measure::weak_components(&chemical).sizes, [279]);
    let strong = measure::strong_components(&chemical);
    assert_eq!(sizes(&strong)[..3], [237, 2, 1]);
    printed(path_length(&among(&chemical, &strong.largest())), 3.48, 2);
    let both = View::directed().of(&worm).expect("a view").binary();
    assert_eq!(both.edge_count(), 2990);
    let strong = measure::strong_components(&both);
    assert_eq!(sizes(&strong)[..2], [274, 1]);
    printed(path_length(&among(&both, &strong.largest())), 2.87, 2);
    // networkx 3.6.1 of the same edges: triadic_census, overall_reciprocity.
    #[rustfmt::skip]
    let triads = [
        3_077_866, 409_609, 55_878, 7118, 8478, 12_279, 3134, 3200, 1453, 65, 359, 385, 552, 180, 175, 48,
    ];
    assert_eq!(measure::triad_census(&chemical).counts, triads);
    printed(measure::reciprocity(&chemical).expect("edges"), 0.212_397_448, 9);
    printed(mean(&measure::clustering_directed(&chemical).expect("directed")), 0.212_442_329, 9);
}

/// Towlson et al. (2013): 279 neurons, 2,287 connections without direction, a rich club of eleven at three standard deviations.
#[test]
fn the_rich_club() {
    const CLUB: [&str; 11] =
        ["AVAL", "AVAR", "AVBL", "AVBR", "AVDL", "AVDR", "AVEL", "AVER", "DVA", "PVCL", "PVCR"];
    let Some(worm) = worm() else { return };
    let graph = View::undirected().of(&worm).expect("a view").binary();
    assert_eq!((graph.node_count(), graph.edge_count()), (279, 2287));
    let curve = RichClub::default()
        .normalised(&graph, &Nulls::new(Rewire::default(), 1000, 2013))
        .expect("null graphs");
    let regime = curve.regime(3.0).expect("a club");
    let names: Vec<&str> = worm.names().collect();
    let mut members: Vec<&str> = curve.members(*regime.start()).into_iter().map(|node| names[node]).collect();
    members.sort_unstable();
    assert_eq!(members, CLUB);
    // networkx 3.6.1 of the same edges: degree, average_clustering, transitivity, average_shortest_path_length,
    // global_efficiency, degree_assortativity_coefficient, betweenness_centrality.
    let node = |name: &str| names.iter().position(|&other| other == name).expect("a neuron");
    let degrees = measure::degrees(&graph, Direction::Total);
    assert_eq!(["AVAR", "AVAL", "AVDL", "AIBR"].map(|name| degrees[node(name)]), [93, 92, 44, 39]);
    printed(mean(&measure::clustering(&graph).expect("undirected")), 0.337_133_999, 9);
    printed(measure::transitivity(&graph).expect("triples"), 0.213_480_977, 9);
    printed(path_length(&graph), 2.435_625_693, 9);
    printed(measure::global_efficiency(&graph, Length::Hops).expect("lengths"), 0.449_822_078, 9);
    let assortativity = measure::undirected_degree_assortativity(&graph).expect("undirected");
    printed(assortativity.expect("degrees that vary"), -0.092_653_807, 9);
    let between = Betweenness::new().normalised(true).nodes(&graph).expect("lengths");
    printed(between[node("AVAL")], 0.103_296_155, 9);
    printed(between[node("AVAR")], 0.100_828_132, 9);
}
