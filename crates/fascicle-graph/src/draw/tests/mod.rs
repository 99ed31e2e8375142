//! What holds of every picture: each node once, everything on the page, well-formed, the same again.

mod errors;
mod picture;
mod snapshots;

use std::collections::BTreeSet;

use proptest::prelude::*;

use self::picture::Picture;
use super::*;
use crate::{Edge, NodeIndex, Sign, Slot};

fn layouts() -> Vec<Layout> {
    vec![
        Circular::default().into(),
        Circular { mirrored: true, ..Circular::default() }.into(),
        Force { steps: Some(30), ..Force::default() }.into(),
        Layered::default().into(),
        Layered { ranks: Ranks::Groups, direction: Direction::Down }.into(),
        Layered { ranks: Ranks::LongestPath, direction: Direction::Up }.into(),
        Matrix::default().into(),
        Matrix { log: true, ..Matrix::default() }.into(),
    ]
}

/// A graph of so many nodes in three kinds with these edges; some of them undirected, some signed, some with
/// slots.
fn graph(nodes: usize, edges: &[(usize, usize, f64)]) -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let directed = graph.layer("chemical", true).unwrap();
    let undirected = graph.layer("gap", false).unwrap();
    for node in 0..nodes {
        let index = graph.node(&format!("cell <{node}> & more"));
        graph.set_kind(index, ["", "sensory", "motor"][node % 3]);
    }
    for (index, &(from, to, weight)) in edges.iter().enumerate() {
        let (from, to) = (NodeIndex::new(from % nodes), NodeIndex::new(to % nodes));
        match index % 4 {
            0 => graph.connect(from, to, undirected, weight).unwrap(),
            1 => graph
                .add_edge(from, to, Edge { sign: Some(Sign::Negative), ..Edge::new(weight, directed) })
                .unwrap(),
            2 => graph
                .add_edge(from, to, Edge { slot: Some(Slot::Key), ..Edge::new(weight, directed) })
                .unwrap(),
            _ => graph.connect(from, to, directed, weight).unwrap(),
        };
    }
    graph
}

fn styles() -> impl Strategy<Value = Style> {
    let labels = prop_oneof![
        Just(Labels::Fitting),
        Just(Labels::All),
        Just(Labels::None),
        (0usize..5).prop_map(Labels::Top)
    ];
    (
        30.0..300.0f64,
        prop::option::of(30.0..300.0f64),
        4.0..12.0f64,
        labels,
        any::<bool>(),
        prop::option::of(".{0,30}"),
    )
        .prop_map(|(width, height, font_size, labels, legend, title)| Style {
            width,
            height,
            font_size,
            labels,
            legend,
            title,
            ..Style::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_drawn_is_whole(
        nodes in 1usize..40,
        edges in prop::collection::vec((0usize..40, 0usize..40, -5.0..50.0f64), 0..80),
        style in styles(),
        sized in any::<bool>(),
        colour in 0usize..3,
    ) {
        let graph = graph(nodes, &edges);
        for layout in layouts() {
            let mut options = Options::new(layout);
            options.style = style.clone();
            options.node_size = if sized { NodeSize::Degree } else { NodeSize::Same };
            options.edge_colour = [EdgeColour::Sign, EdgeColour::Layer, EdgeColour::Source][colour];
            let drawn = svg(&graph, &options).unwrap();
            prop_assert_eq!(&drawn, &svg(&graph, &options).unwrap(), "the same again");
            let picture = Picture::read(&drawn);
            if !matches!(options.layout, Layout::Matrix(_)) {
                prop_assert_eq!(picture.count("node"), nodes, "each node once");
            }
            prop_assert_eq!(picture.outside(), None, "{:?} of {:?}: {}", options.layout, picture.size, drawn);
        }
    }
}

/// Edges in a picture: as many as the graph has, undirected ones once.
#[test]
fn every_edge_is_drawn_once() {
    let graph = graph(9, &[(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0), (4, 5, 1.0), (6, 7, 2.0), (3, 3, 1.0)]);
    for layout in layouts().into_iter().filter(|layout| !matches!(layout, Layout::Matrix(_))) {
        let drawn = svg(&graph, &Options::new(layout.clone())).unwrap();
        let edges = &drawn[drawn.find("class=\"edges\"").unwrap()..drawn.find("class=\"nodes\"").unwrap()];
        let drawn: BTreeSet<&str> =
            edges.split("<title>").skip(1).filter_map(|rest| rest.split("</title>").next()).collect();
        assert_eq!(drawn.len(), 6, "{layout:?}: {drawn:?}");
    }
}

#[test]
fn only_the_strongest_edges() {
    let graph = graph(9, &[(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0)]);
    let mut options = Options::new(Circular::default());
    options.most_edges = 2;
    let drawn = svg(&graph, &options).unwrap();
    assert!(drawn.contains("the strongest 2 of 3 edges"), "{drawn}");
    assert!(!drawn.contains("more – cell"), "the weakest, which has no direction, is left out");
    options.at_least = 2.5;
    assert!(!svg(&graph, &options).unwrap().contains("the strongest"));
}

#[test]
fn large_graphs_stay_small_files() {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let nodes: Vec<NodeIndex> = (0..1500).map(|node| graph.node(&format!("n{node}"))).collect();
    for index in 0..60_000usize {
        let (from, to) = (index * 7919 % 1500, (index * index + 13) % 1500);
        graph.connect(nodes[from], nodes[to], layer, (index % 17) as f64).unwrap();
    }
    let drawn = svg(&graph, &Options::new(Matrix::default())).unwrap();
    assert!(drawn.contains("each cell is the mean of 3 × 3 pairs"));
    assert!(drawn.len() < 4_000_000, "{}", drawn.len());
    let mut options = Options::new(Force { steps: Some(2), ..Force::default() });
    options.most_edges = 5000;
    assert!(svg(&graph, &options).unwrap().len() < 800_000);
}

#[test]
fn curves_are_whole() {
    let k: Vec<f64> = (0..20).map(f64::from).collect();
    let phi: Vec<f64> = k.iter().map(|&k| if k == 7.0 { f64::NAN } else { 1.0 + k / 40.0 }).collect();
    let deviation: Vec<f64> = k.iter().map(|&k| 0.1 + k / 300.0).collect();
    let curve = RichClub { k: &k, phi: &phi, deviation: &deviation, sigmas: 2.0 };
    let drawn = rich_club(&curve, &Style::default()).unwrap();
    let picture = Picture::read(&drawn);
    assert_eq!(picture.outside(), None);
    assert_eq!((picture.count("mark"), picture.count("band"), picture.count("curve")), (19, 2, 2));
    assert!(picture.texts.contains("Largest: 1.48 ± 0.163 at k = 19"), "{}", picture.texts);
    // 1 + k/40 exceeds 1 by two of 0.1 + k/300 from k = 11 on
    assert!(picture.texts.contains("Above 1 by more than 2 standard deviations at 9."), "{}", picture.texts);
    let drawn = degrees(&[("in", &[1, 1, 2, 9, 40]), ("out", &[0, 3, 3, 3, 3])], &Style::default()).unwrap();
    let picture = Picture::read(&drawn);
    assert_eq!(picture.outside(), None);
    assert_eq!(picture.count("mark"), 5);
}

#[test]
fn groups_have_colours_and_a_key() {
    let graph = graph(6, &[(0, 1, 1.0)]);
    let mut options = Options::new(Circular::default());
    options.groups = Groups::given("community", [2, 1, 1, 2, 1, 1]);
    let picture = Picture::read(&svg(&graph, &options).unwrap());
    assert!(picture.texts.contains("community12"), "{}", picture.texts);
    assert!(picture.texts.contains("Groups: 1 (4), 2 (2)."), "{}", picture.texts);
}
