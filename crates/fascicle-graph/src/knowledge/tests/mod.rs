//! Tests of the module, and the graphs that they share.

mod laws;
mod published;
mod reading;
mod reasoning;
mod reference;
mod scoring;

use super::{Fact, FactIndex, FactPath, graph_of};
use crate::PathwayGraph;

/// A graph of facts, written `head relation tail`.
fn graph(facts: &[&str]) -> PathwayGraph {
    let fact = |text: &&str| {
        let names: Vec<&str> = text.split(' ').collect();
        Fact::new(names[0], names[1], names[2])
    };
    graph_of(&facts.iter().map(fact).collect::<Vec<_>>()).unwrap()
}

/// A royal family. Ludwig's two parents share a child, and a country.
fn family() -> PathwayGraph {
    graph(&[
        "ludwig parents maximilian",
        "ludwig parents marie",
        "maximilian spouse marie",
        "maximilian children ludwig",
        "marie children ludwig",
        "maximilian nationality bavaria",
        "marie nationality prussia",
        "marie born_in prussia",
        "marie sibling marie",
    ])
}

/// Paths as texts: `ludwig -parents-> marie`.
fn texts(index: &FactIndex<'_>, paths: &[FactPath]) -> Vec<String> {
    let text = |path: &FactPath| {
        path.facts().fold(index.name(path.nodes[0]).to_owned(), |text, (_, relation, tail)| {
            format!("{text} -{}-> {}", index.relation_name(relation), index.name(tail))
        })
    };
    paths.iter().map(text).collect()
}
