//! Annotations in pairs.

use fascicle_connectome::{Relation, agreement};
use fascicle_core::seed::Seeds;
use fascicle_graph::null::{Nulls, Rewire, named};
use fascicle_graph::{PathwayGraph, View};

use super::Worms;
use crate::{Band, Bars, Claim, Doing, ExperimentError, Figure, Findings, Series};

/// Two annotations, and what is expected of them.
pub(super) struct Pair {
    name: &'static str,
    of: fn(&Worms) -> (&PathwayGraph, &PathwayGraph),
    /// Ids of its claims: Jaccard index, ρ.
    ids: [&'static str; 2],
    texts: [&'static str; 2],
    expected: [f64; 2],
}

/// How far a figure may be from what is expected: a rounding to two decimals, and as much again.
const REACH: f64 = 0.01;

pub(super) const PAIRS: [Pair; 4] = [
    Pair {
        name: "Witvliet 7 and 8",
        of: |worms| (&worms.seven, &worms.eight),
        ids: ["adults", "adults' weights"],
        texts: [
            "The two adults of Witvliet et al. share so many of their chemical edges (Jaccard index)",
            "The weights of these edges agree (Spearman's ρ)",
        ],
        expected: [0.495, 0.75],
    },
    Pair {
        name: "White and Cook",
        of: |worms| (&worms.white, &worms.cook),
        ids: ["same worm", "same worm's weights"],
        texts: [
            "White et al. and Cook et al., who looked at the same micrographs, share the most",
            "The weights of the edges shared by White and Cook agree",
        ],
        expected: [0.535, 0.70],
    },
    Pair {
        name: "White and Witvliet 8",
        of: |worms| (&worms.white, &worms.eight),
        ids: ["White", "White's weights"],
        texts: [
            "White and the older adult of Witvliet share",
            "The weights of these edges agree (White, Witvliet 8)",
        ],
        expected: [0.408, 0.61],
    },
    Pair {
        name: "Witvliet 8 and Cook",
        of: |worms| (&worms.eight, &worms.cook),
        ids: ["Cook", "Cook's weights"],
        texts: ["The older adult and Cook share", "The weights of these edges agree (Witvliet 8, Cook)"],
        expected: [0.39, 0.64],
    },
];

pub(super) fn claims(pair: &Pair) -> [Claim; 2] {
    [0, 1].map(|at| {
        let band = Band::between(pair.expected[at] - REACH, pair.expected[at] + REACH);
        Claim::new(pair.ids[at], pair.texts[at], band)
    })
}

pub(super) fn measure(worms: &Worms, seeds: &[u64], findings: &mut Findings) -> Result<(), ExperimentError> {
    let mut columns = [const { Vec::new() }; 4];
    let mut best = f64::INFINITY;
    let mut by_chance: Vec<f64> = vec![f64::INFINITY; seeds.len()];
    let mut rewired_all = Vec::new();
    for pair in &PAIRS {
        let (first, second) = (pair.of)(worms);
        let of = |relation| -> Result<[f64; 2], ExperimentError> {
            let found = agreement(first, second, relation).doing(format!("comparing {}", pair.name))?;
            Ok([found.jaccard, found.spearman].map(|number| number.unwrap_or(f64::NAN)))
        };
        let (chemical, electrical) = (of(Relation::Chemical)?, of(Relation::Gap)?);
        for (at, what) in ["Jaccard index", "ρ"].into_iter().enumerate() {
            findings.measure(format!("{}: {what}, chemical", pair.name), pair.ids[at], vec![chemical[at]]);
            let claim = ["electrical", "electrical weights"][at];
            findings.measure(format!("{}: {what}, electrical", pair.name), claim, vec![electrical[at]]);
        }
        best = best.min(chemical[0] - electrical[0]);
        let mut rewired = 0.0;
        for (least, &seed) in by_chance.iter_mut().zip(seeds) {
            let chance = rewired_jaccard(first, second, seed)?;
            rewired += chance / seeds.len() as f64;
            *least = least.min(chemical[0] / chance);
        }
        rewired_all.push(rewired);
        for (column, value) in
            columns.iter_mut().zip([chemical[0], electrical[0], chemical[1], electrical[1]])
        {
            column.push(value);
        }
    }
    findings.measure("least difference of the Jaccard indices", "order", vec![best]);
    findings.measure("least ratio to the rewired graph's Jaccard index", "chance", by_chance);
    let [chemical, electrical, chemical_rho, electrical_rho] = columns;
    let groups: Vec<String> = PAIRS.iter().map(|pair| pair.name.to_owned()).collect();
    findings.figure(Figure::new(
        "Edges that two annotations share",
        "Jaccard index: common edges over all edges that either annotation has, between the neurons of both. Rewired: the \
         same for chemical edges after the first annotation's were exchanged, degrees kept.",
        Bars {
            groups: groups.clone(),
            value_title: "Jaccard index".into(),
            series: vec![
                Series::new("chemical", chemical),
                Series::new("electrical", electrical),
                Series::new("rewired", rewired_all),
            ],
            ..Bars::default()
        },
    ));
    findings.figure(Figure::new(
        "Weights of the shared edges",
        "Spearman's rank correlation of the two annotations' counts. Counts of gap junctions say little across annotations.",
        Bars {
            groups,
            value_title: "Spearman's ρ".into(),
            series: vec![Series::new("chemical", chemical_rho), Series::new("electrical", electrical_rho)],
            ..Bars::default()
        },
    ));
    Ok(())
}

/// The chemical Jaccard index after the first graph's edges were rewired.
fn rewired_jaccard(first: &PathwayGraph, second: &PathwayGraph, seed: u64) -> Result<f64, ExperimentError> {
    let name = Relation::Chemical.name();
    let layer = first.find_layer(name).doing("finding the chemical layer")?;
    let view = View::directed().layers([layer]).of(first).doing("looking at chemical edges")?;
    let nulls = Nulls::new(Rewire::default(), 1, Seeds::new(seed).named("rewired annotation"));
    let null = nulls.copy(&view, 0).doing("rewiring an annotation")?;
    let graph = named(&null.graph, first, name).doing("naming the rewired cells")?;
    let found =
        agreement(&graph, second, Relation::Chemical).doing("comparing with the rewired annotation")?;
    Ok(found.jaccard.unwrap_or(f64::NAN))
}
