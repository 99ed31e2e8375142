//! What the errors say.

use insta::assert_snapshot;

use super::graph;
use crate::draw::{
    Circular, Groups, Layered, Matrix, Options, Palette, Ranks, RichClub, Style, degrees, rich_club, svg,
};
use crate::{NodeIndex, PathwayGraph};

#[track_caller]
fn check_error(graph: &PathwayGraph, change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::new(Circular::default());
    change(&mut options);
    svg(graph, &options).unwrap_err().to_string()
}

#[test]
fn errors_say_what_to_do() {
    let two = graph(2, &[]);
    assert_snapshot!(check_error(&PathwayGraph::new(), |_| ()), @"the graph to be drawn is empty; expected at least one node");
    assert_snapshot!(check_error(&two, |o| o.style.width = 0.0), @"the picture's width is 0; expected a number of millimetres from 20 to 5000");
    assert_snapshot!(check_error(&two, |o| o.style.font_size = f64::NAN), @"the font size is NaN; expected a number of points from 2 to 72");
    assert_snapshot!(check_error(&two, |o| o.style.palette = Palette::Own(vec!["red".to_owned()])), @"a colour is `red`; expected a code such as `#e69f00`");
    assert_snapshot!(check_error(&two, |o| o.groups = Groups::Attribute("side".to_owned())), @"no node has an attribute `side`; the nodes have none");
    assert_snapshot!(check_error(&two, |o| o.groups = Groups::given("community", [1])), @"the number of group labels is 1; expected one for each of the 2 nodes");
    assert_snapshot!(check_error(&two, |o| o.at_least = f64::NAN), @"the least magnitude is NaN; expected a number");
    assert_snapshot!(
        check_error(&two, |o| o.layout = Matrix { order: Some(vec![NodeIndex::new(1); 2]), log: false }.into()), @"a node of the order is 1; expected each of the 2 nodes once");
    assert_snapshot!(
        check_error(&two, |o| o.layout = Circular { order: Some(vec![]), mirrored: false }.into()), @"the number of nodes in the order is 0; expected each of the 2 nodes once");
    let named = Layered { ranks: Ranks::Names, ..Layered::default() };
    assert_snapshot!(check_error(&two, |o| o.layout = named.into()), @"a node's name is `cell <0> & more`; expected `input`, `a3.h2`, `m3` or `logits`, or another way to find its layer");
    let mut sided = two.clone();
    sided.attributes_mut(NodeIndex::new(0)).insert("side".to_owned(), "left".into());
    let by_side = Layered { ranks: Ranks::Attribute("side".to_owned()), ..Layered::default() };
    assert_snapshot!(check_error(&sided, |o| o.layout = by_side.into()), @"a node without a layer is `cell <1> & more`; expected a value for its attribute `side`");
    let style = Style::default();
    let short = RichClub { k: &[1.0, 2.0], phi: &[1.0], deviation: &[], sigmas: 1.0 };
    assert_snapshot!(rich_club(&short, &style).unwrap_err(), @"the number of values of φ is 1; expected one for each of the 2 degrees");
    let gaps = RichClub { k: &[1.0], phi: &[f64::NAN], deviation: &[], sigmas: 1.0 };
    assert_snapshot!(rich_club(&gaps, &style).unwrap_err(), @"φ is nowhere finite; expected a finite value at one degree at least");
    let never = RichClub { sigmas: f64::NAN, ..gaps };
    assert_snapshot!(rich_club(&never, &style).unwrap_err(), @"the number of standard deviations to exceed is NaN; expected a finite number from 0");
    assert_snapshot!(degrees(&[("all", &[0, 0])], &style).unwrap_err(), @"the greatest degree is 0; expected a node with an edge");
}
