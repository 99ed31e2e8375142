//! What holds of every picture: each node once, everything on the page, well-formed, the same again.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::{Edge, NodeIndex, Sign, Slot};

/// What a picture holds, found by reading it as XML.
#[derive(Debug, Default)]
struct Picture {
    /// Elements by name and class, in order.
    elements: Vec<(String, String)>,
    /// Every place that the picture mentions.
    points: Vec<(f64, f64)>,
    size: (f64, f64),
    texts: String,
}

impl Picture {
    /// Fails on what is not well-formed.
    fn read(svg: &str) -> Self {
        let mut reader = Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let mut picture = Self::default();
        let mut depth = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(element) => {
                    picture.element(&element);
                    depth += 1;
                }
                Event::Empty(element) => picture.element(&element),
                Event::End(_) => depth -= 1,
                Event::Text(text) => picture.texts += &text.xml10_content().expect("text"),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "everything that is opened is closed");
        picture
    }

    fn element(&mut self, element: &BytesStart<'_>) {
        let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
        let mut class = String::new();
        let mut numbers = std::collections::BTreeMap::new();
        for attribute in element.attributes() {
            let attribute = attribute.expect("attributes once, quoted");
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            let value = String::from_utf8(attribute.value.to_vec()).unwrap();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{key}={value}");
            match key.as_str() {
                "class" => class = value,
                "d" => self.points.extend(path(&value)),
                "viewBox" => {
                    let ends: Vec<f64> = value.split(' ').map(|part| part.parse().unwrap()).collect();
                    self.size = (ends[2], ends[3]);
                }
                _ => {
                    if let Ok(number) = value.parse::<f64>() {
                        numbers.insert(key, number);
                    }
                }
            }
        }
        let get = |key: &str| numbers.get(key).copied();
        match name.as_str() {
            "circle" => {
                let (x, y, r) = (get("cx").unwrap(), get("cy").unwrap(), get("r").unwrap());
                self.points.extend([(x - r, y - r), (x + r, y + r)]);
            }
            "rect" => {
                let (x, y) = (get("x").unwrap(), get("y").unwrap());
                self.points.extend([(x, y), (x + get("width").unwrap(), y + get("height").unwrap())]);
            }
            "line" => {
                self.points.extend([
                    (get("x1").unwrap(), get("y1").unwrap()),
                    (get("x2").unwrap(), get("y2").unwrap()),
                ]);
            }
            "text" => self.points.push((get("x").unwrap(), get("y").unwrap())),
            _ => {}
        }
        self.elements.push((name, class));
    }

    fn count(&self, class: &str) -> usize {
        self.elements.iter().filter(|element| element.1 == class).count()
    }

    /// The first place off the page. Coordinates are rounded to hundredths.
    fn outside(&self) -> Option<(f64, f64)> {
        let (width, height) = self.size;
        let on = |x: f64, size: f64| (-0.02..=size + 0.02).contains(&x);
        self.points.iter().copied().find(|&(x, y)| !on(x, width) || !on(y, height))
    }
}

/// The points of a path of absolute commands; of curves, points along them, because control points may lie off the page.
fn path(data: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut rest = data;
    while let Some(letter) = rest.chars().next() {
        let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |at| at + 1);
        let numbers: Vec<f64> = rest[1..end].split_whitespace().map(|part| part.parse().unwrap()).collect();
        let pairs: Vec<(f64, f64)> = numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        match letter {
            'M' | 'L' => points.extend(&pairs),
            'C' => {
                let curve = curve::Curve([*points.last().unwrap(), pairs[0], pairs[1], pairs[2]]);
                points.extend((1..=8).map(|step| curve.at(f64::from(step) / 8.0)));
            }
            'Z' => {}
            other => panic!("unknown command {other}"),
        }
        rest = &rest[end..];
    }
    points
}

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

/// A graph of so many nodes in three kinds with these edges; some of them undirected, some signed, some with slots.
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

#[track_caller]
fn check_error(graph: &PathwayGraph, change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::new(Circular::default());
    change(&mut options);
    svg(graph, &options).unwrap_err().to_string()
}

#[test]
fn errors_say_what_to_do() {
    let two = graph(2, &[]);
    assert_snapshot!(check_error(&PathwayGraph::new(), |_| ()), @"");
    assert_snapshot!(check_error(&two, |o| o.style.width = 0.0), @"");
    assert_snapshot!(check_error(&two, |o| o.style.font_size = f64::NAN), @"");
    assert_snapshot!(check_error(&two, |o| o.style.palette = Palette::Own(vec!["red".to_owned()])), @"");
    assert_snapshot!(check_error(&two, |o| o.groups = Groups::Attribute("side".to_owned())), @"");
    assert_snapshot!(check_error(&two, |o| o.groups = Groups::given("community", [1])), @"");
    assert_snapshot!(check_error(&two, |o| o.at_least = f64::NAN), @"");
    assert_snapshot!(
        check_error(&two, |o| o.layout = Matrix { order: Some(vec![NodeIndex::new(1); 2]), log: false }.into()), @"");
    assert_snapshot!(
        check_error(&two, |o| o.layout = Circular { order: Some(vec![]), mirrored: false }.into()), @"");
    let named = Layered { ranks: Ranks::Names, ..Layered::default() };
    assert_snapshot!(check_error(&two, |o| o.layout = named.into()), @"");
    let mut sided = two.clone();
    sided.attributes_mut(NodeIndex::new(0)).insert("side".to_owned(), "left".into());
    let by_side = Layered { ranks: Ranks::Attribute("side".to_owned()), ..Layered::default() };
    assert_snapshot!(check_error(&sided, |o| o.layout = by_side.into()), @"");
    let style = Style::default();
    let short = RichClub { k: &[1.0, 2.0], phi: &[1.0], deviation: &[] };
    assert_snapshot!(rich_club(&short, &style).unwrap_err(), @"");
    let gaps = RichClub { k: &[1.0], phi: &[f64::NAN], deviation: &[] };
    assert_snapshot!(rich_club(&gaps, &style).unwrap_err(), @"");
    assert_snapshot!(degrees(&[("all", &[0, 0])], &style).unwrap_err(), @"");
}

/// The circuit of two heads in a row, by hand.
fn induction() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let [input, previous, induction, logits] =
        ["input", "a0.h1", "a1.h3", "logits"].map(|name| graph.node(name));
    graph.set_kind(previous, "head");
    graph.set_kind(induction, "head");
    for (from, to, slot, weight) in [
        (input, previous, Some(Slot::Value), 0.5),
        (previous, induction, Some(Slot::Key), 1.0),
        (input, induction, Some(Slot::Query), 0.25),
        (induction, logits, None, 1.0),
        (input, logits, None, -0.25),
    ] {
        graph.add_edge(from, to, Edge { slot, ..Edge::new(weight, layer) }).unwrap();
    }
    graph
}

fn small(layout: impl Into<Layout>) -> String {
    let mut options = Options::new(layout);
    options.style.width = 85.0;
    svg(&induction(), &options).unwrap().replace("><", ">\n<")
}

#[test]
fn a_circuit_in_layers() {
    assert_snapshot!(small(Layered::default()), @"");
}

#[test]
fn a_circuit_on_a_circle() {
    assert_snapshot!(small(Circular::default()), @"");
}

#[test]
fn a_circuit_as_a_matrix() {
    assert_snapshot!(small(Matrix::default()), @"");
}

#[test]
fn curves_are_whole() {
    let k: Vec<f64> = (0..20).map(f64::from).collect();
    let phi: Vec<f64> = k.iter().map(|&k| if k == 7.0 { f64::NAN } else { 1.0 + k / 40.0 }).collect();
    let deviation: Vec<f64> = k.iter().map(|&k| 0.1 + k / 300.0).collect();
    let drawn = rich_club(&RichClub { k: &k, phi: &phi, deviation: &deviation }, &Style::default()).unwrap();
    let picture = Picture::read(&drawn);
    assert_eq!(picture.outside(), None);
    assert_eq!((picture.count("mark"), picture.count("band"), picture.count("curve")), (19, 2, 2));
    assert!(picture.texts.contains("Largest: 1.48 ± 0.163 at k = 19"), "{}", picture.texts);
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
