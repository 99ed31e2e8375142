//! Examples of textbooks, encyclopedias and manuals.

use fascicle_graph::measure::{self, Betweenness, Direction, Length, RichClub, SmallWorld};
use fascicle_graph::path::{Paths, Resistance, max_flow};
use fascicle_graph::{Adjacency, ops};

use super::{all_printed, plain, printed};

/// Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, figure 22.9: a to h are 0 to 7.
#[test]
fn components_of_cormen() {
    #[rustfmt::skip]
    let edges = [
        (0, 1), (1, 2), (1, 4), (1, 5), (2, 3), (2, 6), (3, 2), (3, 7), (4, 0), (4, 5), (5, 6), (6, 5), (6, 7), (7, 7),
    ];
    let components = measure::strong_components(&plain(8, true, &edges));
    // {a, b, e}, {c, d}, {f, g}, {h}.
    assert_eq!(components.of, [0, 0, 1, 1, 0, 2, 2, 3]);
    assert_eq!(measure::weak_components(&plain(8, true, &edges)).sizes, [8]);
}

/// The same, figure 24.6, Dijkstra's algorithm: s, t, x, y, z are 0 to 4.
#[test]
fn distances_of_cormen() {
    #[rustfmt::skip]
    let edges = [
        (0, 1, 10.0), (0, 3, 5.0), (1, 2, 1.0), (1, 3, 2.0), (2, 4, 4.0), (3, 1, 3.0), (3, 2, 9.0), (3, 4, 2.0),
        (4, 0, 7.0), (4, 2, 6.0),
    ];
    let graph = Adjacency::from_edges(5, true, edges).unwrap();
    let paths = Paths::new(&graph, Length::Weight).unwrap();
    assert_eq!(paths.distances(0).unwrap(), [0.0, 8.0, 9.0, 5.0, 7.0]);
    assert_eq!(paths.distance_matrix().row(0), [0.0, 8.0, 9.0, 5.0, 7.0]);
    assert_eq!(paths.shortest(0, 2).unwrap().unwrap().nodes, [0, 3, 1, 2]);
}

/// The same, figure 26.6, a greatest flow of 23: s, v₁ to v₄, t are 0 to 5. The cut is {s, v₁, v₂, v₄}.
#[test]
fn flow_of_cormen() {
    #[rustfmt::skip]
    let edges = [
        (0, 1, 16.0), (0, 2, 13.0), (1, 3, 12.0), (2, 1, 4.0), (2, 4, 14.0), (3, 2, 9.0), (3, 5, 20.0), (4, 3, 7.0),
        (4, 5, 4.0),
    ];
    let flow = max_flow(&Adjacency::from_edges(6, true, edges).unwrap(), &[0], &[5]).unwrap();
    assert_eq!((flow.value, flow.source_side.as_slice()), (23.0, &[0, 1, 2, 4][..]));
}

/// Wikipedia, "Yen's algorithm": C to H, where C, D, E, F, G, H are 0 to 5.
#[test]
fn three_paths_of_yen() {
    #[rustfmt::skip]
    let edges = [
        (0, 1, 3.0), (0, 2, 2.0), (1, 3, 4.0), (2, 1, 1.0), (2, 3, 2.0), (2, 4, 3.0), (3, 4, 2.0), (3, 5, 1.0), (4, 5, 2.0),
    ];
    let graph = Adjacency::from_edges(6, true, edges).unwrap();
    let paths = Paths::new(&graph, Length::Weight).unwrap();
    let mut found = paths.k_shortest(0, 5).unwrap();
    // C–E–F–H of 5, C–E–G–H of 7; then several of 8, of which Yen's third is C–D–F–H.
    assert_eq!(found.next().map(|path| (path.nodes, path.length)), Some((vec![0, 2, 3, 5], 5.0)));
    assert_eq!(found.next().map(|path| (path.nodes, path.length)), Some((vec![0, 2, 4, 5], 7.0)));
    let eights: Vec<Vec<usize>> =
        found.take_while(|path| path.length == 8.0).map(|path| path.nodes).collect();
    assert!(eights.contains(&vec![0, 1, 3, 5]), "{eights:?}");
}

/// networkx's manual: `all_simple_paths`, `shortest_simple_paths`, `all_shortest_paths` in a grid is a binomial coefficient.
#[test]
fn paths_of_the_networkx_manual() {
    let pairs: Vec<_> = (0..4).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let complete = plain(4, false, &pairs);
    let simple = |hops| -> Vec<Vec<usize>> {
        Paths::hops(&complete).simple(0, 3, hops).unwrap().map(|path| path.nodes).collect()
    };
    let all: [&[usize]; 5] = [&[0, 1, 2, 3], &[0, 1, 3], &[0, 2, 1, 3], &[0, 2, 3], &[0, 3]];
    assert_eq!(simple(3), all);
    let short: [&[usize]; 3] = [&[0, 1, 3], &[0, 2, 3], &[0, 3]];
    assert_eq!(simple(2), short);
    let ring: Vec<_> = (0..7).map(|node| (node, (node + 1) % 7)).collect();
    let ring = plain(7, false, &ring);
    let nodes: Vec<_> = Paths::hops(&ring).k_shortest(0, 3).unwrap().map(|path| path.nodes).collect();
    let both: [&[usize]; 2] = [&[0, 1, 2, 3], &[0, 6, 5, 4, 3]];
    assert_eq!(nodes, both);
    // Lattice paths across three by three squares: (6 choose 3).
    let right = (0..4).flat_map(|row| (0..3).map(move |column| (4 * row + column, 4 * row + column + 1)));
    let down = (0..3).flat_map(|row| (0..4).map(move |column| (4 * row + column, 4 * row + column + 4)));
    let grid = plain(16, false, &right.chain(down).collect::<Vec<_>>());
    assert_eq!(Paths::hops(&grid).all_shortest(0, 15).unwrap().count(), 20);
}

/// networkx's manual: efficiency 0.91667 twice, closeness 1, 1, 3/4, 3/4, of one graph.
#[test]
fn a_square_of_the_networkx_manual() {
    let graph = plain(4, false, &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3)]);
    printed(measure::global_efficiency(&graph, Length::Hops).unwrap(), 0.916_666_666_667, 12);
    let local = measure::local_efficiency(&graph, Length::Hops).unwrap();
    printed(local.iter().sum::<f64>() / 4.0, 0.916_666_666_667, 12);
    let closeness = measure::closeness(&graph, Direction::Total, Length::Hops).unwrap();
    all_printed(&closeness, &[1.0, 1.0, 0.75, 0.75], 12);
}

/// networkx's manual, of other graphs: a triad census, core numbers, rich clubs, assortativity, betweenness.
#[test]
fn graphs_of_the_networkx_manual() {
    // Nodes 1 to 4 there.
    let census = measure::triad_census(&plain(4, true, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 0), (3, 1)]));
    let there: Vec<_> = census.iter().filter(|row| row.1 > 0).collect();
    assert_eq!(there, [("030T", 2), ("030C", 2)]);
    let cores = plain(4, true, &[(0, 1), (1, 0), (1, 2), (1, 3), (2, 3), (3, 2)]);
    assert_eq!(measure::core_numbers(&cores, Direction::Total), [2, 2, 2, 2]);
    let club = plain(6, false, &[(0, 1), (0, 2), (1, 2), (1, 3), (1, 4), (4, 5)]);
    printed(RichClub::default().levels(&club).unwrap()[0].phi.unwrap(), 0.4, 12);
    let chain = plain(4, false, &[(0, 1), (1, 2), (2, 3)]);
    printed(measure::undirected_degree_assortativity(&chain).unwrap().unwrap(), -0.5, 12);
    let pairs = plain(4, false, &[(0, 1), (2, 3)]);
    let sizes = [2.0, 2.0, 3.0, 3.0];
    printed(measure::numeric_assortativity(&pairs, &sizes).unwrap().unwrap(), 1.0, 12);
    let three = plain(3, false, &[(0, 1), (1, 2)]);
    assert_eq!(Betweenness::new().nodes(&three).unwrap(), [0.0, 1.0, 0.0]);
    assert_eq!(Betweenness::new().edges(&three).unwrap(), [2.0, 2.0]);
    // resistance_distance(G, 1, 3) and effective_graph_resistance(G).
    let resistors = plain(5, false, &[(0, 1), (0, 2), (0, 3), (2, 3), (2, 4), (3, 4)]);
    let resistance = Resistance::of(&resistors).unwrap();
    printed(resistance.between(0, 2).unwrap(), 0.625, 10);
    let matrix = resistance.matrix().unwrap();
    let all: f64 = (0..5).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| matrix.get(a, b)).sum();
    printed(all, 10.25, 10);
}

/// A puzzle of every physics course: unit resistors on the edges of a cube, across an edge, a face and the whole.
#[test]
fn a_cube_of_resistors() {
    let edges: Vec<_> = (0..8_usize)
        .flat_map(|corner| [1, 2, 4].map(|step| (corner, corner ^ step)))
        .filter(|edge| edge.0 < edge.1)
        .collect();
    let cube = plain(8, false, &edges);
    let resistance = Resistance::of(&cube).unwrap();
    let of = |corner| resistance.between(0, corner).unwrap();
    all_printed(&[of(1), of(3), of(7)], &[7.0 / 12.0, 3.0 / 4.0, 5.0 / 6.0], 11);
}

/// Watts & Strogatz (1998), table 1, and the S that Humphries & Gurney (2008) make of it.
#[test]
fn small_worlds_of_watts_and_strogatz() {
    for (clustering, path, random_clustering, random_path, sigma, digits) in [
        // Neurons of the worm, the western power grid.
        (0.28, 2.65, 0.05, 2.25, 4.75, 2),
        (0.080, 18.7, 0.005, 12.4, 10.61, 2),
    ] {
        let (lattice_clustering, lattice_path) = (f64::NAN, f64::NAN);
        let world =
            SmallWorld { clustering, path, random_clustering, random_path, lattice_clustering, lattice_path };
        printed(world.sigma().unwrap(), sigma, digits);
    }
}

/// Wikipedia, "Spearman's rank correlation coefficient": intelligence and hours of television, ρ = −29/165.
#[test]
fn ranks_of_wikipedia() {
    let intelligence = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
    let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
    printed(ops::spearman(&intelligence, &hours).unwrap(), -29.0 / 165.0, 12);
}

/// Anscombe (1973): four sets of eleven points, of which the first has r = 0.816.
#[test]
fn correlation_of_anscombe() {
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    printed(ops::pearson(&x, &y).unwrap(), 0.816, 3);
}
