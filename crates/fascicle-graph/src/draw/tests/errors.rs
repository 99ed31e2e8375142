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
