use std::fmt::Write as _;

use super::super::{Evidence, FactIndex, NegativeWalks, RankBy, Ranking};
use super::{family, graph, texts};
use crate::measure::Iteration;
use crate::path::{KPathMode, KPaths, Relations};

#[test]
fn an_index_answers() {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    assert_eq!((index.len(), index.is_empty()), (9, false));
    let [ludwig, marie, prussia] = ["ludwig", "marie", "prussia"].map(|name| index.entity(name).unwrap());
    let [parents, nationality, born_in] =
        ["parents", "nationality", "born_in"].map(|name| index.relations(&[name]).unwrap()[0]);
    assert_eq!(index.tails(ludwig, parents).len(), 2);
    assert_eq!(index.tails(ludwig, born_in).len(), 0);
    assert_eq!(index.tails(99, parents).len(), 0);
    assert_eq!(index.between(marie, prussia).collect::<Vec<_>>(), [nationality, born_in]);
    assert!(index.contains(marie, born_in, prussia) && !index.contains(prussia, born_in, marie));

    let fewer = index.filtered(|_, relation, _| relation != born_in);
    assert_eq!((fewer.len(), fewer.entity("prussia").unwrap()), (8, prussia));
    assert_eq!(fewer.between(marie, prussia).collect::<Vec<_>>(), [nationality]);
    assert!(index.filtered(|_, _, _| false).is_empty());

    insta::assert_snapshot!(index.entity("ludvig").unwrap_err(), @"no node is called `ludvig`; did you mean `ludwig`?");
    insta::assert_snapshot!(index.relations(&["mother"]).unwrap_err(), @"no layer is called `mother`; this graph has `parents`, `spouse`, `children`, `nationality`, `born_in`, `sibling`");
    insta::assert_snapshot!(index.ends(6, &[]).unwrap_err(), @"the entity to begin with is 6; expected an entity below 5");
    insta::assert_snapshot!(index.shortest(0, 5, 1).unwrap_err(), @"the entity to arrive at is 5; expected an entity below 5");
}

#[track_caller]
fn follow(relations: &[&str], ends: &[&str], chains: &[&str]) {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let (from, relations) = (index.entity("ludwig").unwrap(), index.relations(relations).unwrap());
    let found: Vec<&str> =
        index.ends(from, &relations).unwrap().into_iter().map(|end| index.name(end)).collect();
    assert_eq!(found, ends);
    let all = index.chains(from, &relations, 10).unwrap();
    assert_eq!(
        (texts(&index, &all.paths), all.capped),
        (chains.iter().map(|&text| text.to_owned()).collect::<Vec<_>>(), false)
    );
    for most in 0..chains.len() {
        let some = index.chains(from, &relations, most).unwrap();
        assert_eq!((&some.paths[..], some.capped), (&all.paths[..most], true));
    }
}

#[test]
fn relation_paths_carried_out() {
    follow(&[], &["ludwig"], &["ludwig"]);
    follow(
        &["parents", "nationality"],
        &["bavaria", "prussia"],
        &[
            "ludwig -parents-> maximilian -nationality-> bavaria",
            "ludwig -parents-> marie -nationality-> prussia",
        ],
    );
    // Maximilian is a dead end here.
    follow(&["parents", "born_in"], &["prussia"], &["ludwig -parents-> marie -born_in-> prussia"]);
    // Back to where it began, twice; and around a loop.
    follow(
        &["parents", "children"],
        &["ludwig"],
        &["ludwig -parents-> maximilian -children-> ludwig", "ludwig -parents-> marie -children-> ludwig"],
    );
    follow(
        &["parents", "sibling", "sibling"],
        &["marie"],
        &["ludwig -parents-> marie -sibling-> marie -sibling-> marie"],
    );
    // A relation is not its inverse.
    follow(&["children"], &[], &[]);
    follow(&["children", "parents"], &[], &[]);
}

#[track_caller]
fn shortest(from: &str, to: &str, expected: &[&str]) {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let [from, to] = [from, to].map(|name| index.entity(name).unwrap());
    let found = index.shortest(from, to, 10).unwrap();
    assert_eq!(
        (texts(&index, &found.paths), found.capped),
        (expected.iter().map(|&text| text.to_owned()).collect::<Vec<_>>(), false)
    );
    if let Some(fewer) = expected.len().checked_sub(1) {
        let found = index.shortest(from, to, fewer).unwrap();
        assert_eq!((found.paths.len(), found.capped), (fewer, true));
    }
}

#[test]
fn all_shortest_paths() {
    shortest("ludwig", "ludwig", &["ludwig"]);
    shortest("bavaria", "ludwig", &[]);
    shortest(
        "ludwig",
        "prussia",
        &["ludwig -parents-> marie -nationality-> prussia", "ludwig -parents-> marie -born_in-> prussia"],
    );
    // A loop is no shorter way to oneself.
    shortest("marie", "marie", &["marie"]);
    shortest("maximilian", "marie", &["maximilian -spouse-> marie"]);
}

#[track_caller]
fn tagged(relations: &[&str], answers: &[&str], expected: &str) {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let answers: Vec<usize> = answers.iter().map(|name| index.entity(name).unwrap()).collect();
    let steps = index.attribute(0, &index.relations(relations).unwrap(), &answers).unwrap();
    assert_eq!(steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn steps_are_tagged() {
    tagged(&["parents", "born_in"], &["prussia"], "<KG><EFFECTIVE> <KG><EFFECTIVE>");
    tagged(&["parents", "born_in"], &["bavaria"], "<KG><INEFFECTIVE> <KG><INEFFECTIVE>");
    tagged(&["parents", "parents"], &["bavaria"], "<KG><INEFFECTIVE> <INFERRED><INEFFECTIVE>");
    // Nothing is known of where an inferred step leads.
    tagged(&["spouse", "children"], &["ludwig"], "<INFERRED><INEFFECTIVE> <INFERRED><INEFFECTIVE>");
    tagged(&["parents"], &[], "<KG><INEFFECTIVE>");
    tagged(&[], &["ludwig"], "");
}

#[test]
fn written_facts_are_tagged() {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let text = |steps: &[[&str; 3]], answers: &[&str]| {
        let tags = index.attribute_facts(steps, answers);
        tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let [known, onward] = [["ludwig", "parents", "marie"], ["marie", "born_in", "prussia"]];
    assert_eq!(text(&[known, onward], &["prussia"]), "<KG><EFFECTIVE> <KG><EFFECTIVE>");
    assert_eq!(
        text(&[known, ["marie", "born_in", "berlin"]], &["berlin"]),
        "<KG><EFFECTIVE> <INFERRED><EFFECTIVE>"
    );
    assert_eq!(text(&[["ludwig", "aunt", "marie"]], &["marie"]), "<INFERRED><EFFECTIVE>");
    // The chain breaks, so that the first step leads nowhere.
    let elsewhere = ["ludwig", "parents", "maximilian"];
    assert_eq!(text(&[elsewhere, onward], &["prussia"]), "<KG><INEFFECTIVE> <KG><EFFECTIVE>");
    assert_eq!(text(&[onward, known], &["nobody"]), "<KG><INEFFECTIVE> <KG><INEFFECTIVE>");
}

#[test]
fn walks_that_lead_astray() {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let prussia = index.entity("prussia").unwrap();
    let walks = NegativeWalks::new().from(&index, 0, &[prussia], 7).unwrap();
    // All walks of two steps but the two that end in Prussia.
    let expected = [
        "ludwig -parents-> marie -children-> ludwig",
        "ludwig -parents-> marie -sibling-> marie",
        "ludwig -parents-> maximilian -children-> ludwig",
        "ludwig -parents-> maximilian -nationality-> bavaria",
        "ludwig -parents-> maximilian -spouse-> marie",
    ];
    let mut found = texts(&index, &walks);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(NegativeWalks::new().count(2).from(&index, 0, &[prussia], 7).unwrap(), walks[..2]);
    assert_eq!(NegativeWalks::new().tries(0).from(&index, 0, &[], 7).unwrap(), []);
    // From a dead end there is nowhere to go.
    assert_eq!(NegativeWalks::new().from(&index, prussia, &[], 7).unwrap(), []);
}

#[test]
fn rankings_are_bounded() {
    let graph = family();
    let index = FactIndex::new(&graph).unwrap();
    let ranking = Ranking::new(&index, RankBy::Degree, Iteration::default()).unwrap();
    let all = ranking.from(0).unwrap();
    // None meets ludwig twice, none stays at marie.
    assert_eq!(all.len(), 6);
    assert!(all.windows(2).all(|pair| pair[0].score >= pair[1].score));
    assert_eq!(ranking.clone().keep(3).from(0).unwrap(), all[..3]);
    assert_eq!(ranking.clone().max_hops(1).from(0).unwrap().len(), 2);
    assert_eq!(ranking.clone().found(4).from(0).unwrap().len(), 4);
    assert_eq!(ranking.clone().max_hops(0).from(0).unwrap(), []);
    // Of 9 facts, 2 are about ludwig and 4 about marie, 3 lead to marie and 2 to prussia.
    let best = texts(&index, &[all[0].path.clone()]);
    assert_eq!(best, ["ludwig -parents-> marie -nationality-> prussia"]);
    let expected = f64::midpoint((2.0 + 3.0) / 9.0, (4.0 + 2.0) / 9.0);
    assert!((all[0].score - expected).abs() < 1e-12, "{}", all[0].score);
}

/// Between two hubs there are hundreds of thousands of paths with the same relations; the search ends at its cap.
#[test]
fn hubs_do_not_explode() {
    let mut facts = vec!["left knows right".to_owned()];
    for middle in 0..400 {
        facts.push(format!("left has m{middle}"));
        facts.push(format!("m{middle} has right"));
        for other in 0..3 {
            let mut fact = String::new();
            write!(fact, "m{middle} has m{}", (middle * 7 + other * 31 + 1) % 400).unwrap();
            facts.push(fact);
        }
    }
    let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
    let graph = graph(&facts);
    let relations = Relations::by_layer(&graph, true).unwrap();
    let capped = KPaths::new().cap(300).between(&relations, "left", "right").unwrap();
    assert!(capped.capped);
    assert_eq!(capped.paths.iter().map(|path| path.nodes.len()).collect::<Vec<_>>(), [2, 3]);
    // Ten of them are soon found if they may be alike.
    let alike =
        KPaths::new().cap(300).mode(KPathMode::NoFilter).between(&relations, "left", "right").unwrap();
    assert_eq!((alike.paths.len(), alike.capped), (10, false));
    // Ties come in the order of the nodes: those of m0, m1, …
    let middles: Vec<usize> = alike.paths[1..].iter().map(|path| path.nodes[1]).collect();
    assert!(middles.is_sorted());
    // And a dense graph of facts has more chains than anybody wants.
    let index = FactIndex::new(&graph).unwrap();
    let has = index.relations(&["has"]).unwrap()[0];
    let chains = index.chains(index.entity("left").unwrap(), &[has; 40], 5).unwrap();
    assert_eq!((chains.paths.len(), chains.capped), (5, true));
    assert!(index.attribute(0, &[has; 40], &[]).unwrap().iter().all(|step| step.evidence == Evidence::Kg));
}
