//! What wiring says about function.

use fascicle_connectome::{Hop, Relation, StructureFunction, Through, structure_function};
use fascicle_core::seed::Seeds;
use fascicle_graph::{Edge, PathwayGraph};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::Worms;
use crate::{Bars, Doing, ExperimentError, Figure, Findings, Lines, ReferenceLine, Series};

const HOPS: usize = 4;

pub(super) fn measure(worms: &Worms, seeds: &[u64], findings: &mut Findings) -> Result<(), ExperimentError> {
    let of = |atlas: &PathwayGraph| {
        structure_function(&worms.cook_whole, atlas, Through::Shared, HOPS)
            .doing("comparing wiring and function")
    };
    let found = of(&worms.atlas)?;
    let relabelled: Vec<StructureFunction> =
        seeds.iter().map(|&seed| of(&relabelled(&worms.atlas, seed)?)).collect::<Result<_, _>>()?;
    let hops: Vec<f64> = found.hops.iter().map(|&hop| percent(hop)).collect();
    for (name, claim, value) in [
        ("all pairs", "base", percent(found.all)),
        ("gap junction", "gap", percent(found.gap)),
        ("chemical synapse", "synapse", percent(found.chemical)),
        ("neither", "neither", percent(found.neither)),
        ("1 edge", "one hop", hops[0]),
        ("2 edges", "two hops", hops[1]),
        ("3 edges", "three hops", hops[2]),
        ("4 edges", "four hops", hops[3]),
        ("falls with distance", "monotone", f64::from(hops.windows(2).all(|pair| pair[0] > pair[1]))),
        ("functional edges that are anatomical", "direct", 100.0 * found.direct_share().unwrap_or(f64::NAN)),
    ] {
        findings.measure(name, claim, vec![value]);
    }
    let ratios: Vec<f64> = relabelled.iter().map(|null| percent(found.gap) / percent(null.gap)).collect();
    findings.measure("gap junctions, over the relabelled atlas", "relabelled", ratios);
    findings.note(format!(
        "{} neurons are in both; {} of {} ordered pairs answer.",
        found.cells, found.all.functional, found.all.pairs
    ));
    for figure in figures(&found, &relabelled) {
        findings.figure(figure);
    }
    Ok(())
}

fn percent(hop: Hop) -> f64 {
    100.0 * hop.probability().unwrap_or(f64::NAN)
}

/// The atlas with its neurons' names exchanged.
fn relabelled(atlas: &PathwayGraph, seed: u64) -> Result<PathwayGraph, ExperimentError> {
    let mut names: Vec<&str> = atlas.names().collect();
    names.shuffle(&mut StdRng::seed_from_u64(Seeds::new(seed).named("relabelled atlas")));
    let mut out = PathwayGraph::new();
    let layer = out.layer(Relation::Functional.name(), true).doing("making the atlas's layer")?;
    let nodes: Vec<_> = names.iter().map(|name| out.node(name)).collect();
    for (from, to, edge) in atlas.edges() {
        let edge = Edge { layer, ..*edge };
        out.add_edge(nodes[from.index()], nodes[to.index()], edge).doing("relabelling the atlas")?;
    }
    Ok(out)
}

/// A kind of connection, and the pairs that have it.
type Kind = (&'static str, fn(&StructureFunction) -> Hop);

fn figures(found: &StructureFunction, relabelled: &[StructureFunction]) -> [Figure; 2] {
    let kinds: [Kind; 3] = [
        ("gap junction", |all| all.gap),
        ("chemical synapse", |all| all.chemical),
        ("neither", |all| all.neither),
    ];
    let mean = |of: &dyn Fn(&StructureFunction) -> Hop| {
        relabelled.iter().map(|all| percent(of(all))).sum::<f64>() / relabelled.len().max(1) as f64
    };
    let base = ReferenceLine { value: percent(found.all), label: "all pairs".into() };
    let hops: Vec<f64> = (1..=HOPS).map(|hop| hop as f64).collect();
    [
        Figure::new(
            "How often the second neuron answers, by how the two are wired",
            "Wiring of Cook et al. 2019, answers of Randi et al. 2023 (q < 0.05). Relabelled: the atlas's neurons with each \
             other's names, mean over the seeds.",
            Bars {
                groups: kinds.iter().map(|kind| kind.0.to_owned()).collect(),
                group_title: "anatomical connection from the first to the second".into(),
                value_title: "pairs that answer (%)".into(),
                series: vec![
                    Series::new("atlas", kinds.iter().map(|kind| percent(kind.1(found))).collect::<Vec<_>>()),
                    Series::new("relabelled", kinds.iter().map(|kind| mean(&kind.1)).collect::<Vec<_>>()),
                ],
                references: vec![base.clone()],
            },
        ),
        Figure::new(
            "How often the second neuron answers, by distance",
            "Edges from the first to the second along the shortest way, chemical ones forwards, gap junctions both ways.",
            Lines {
                x_title: "edges between the two".into(),
                value_title: "pairs that answer (%)".into(),
                series: vec![
                    Series::new("atlas", found.hops.iter().map(|&hop| percent(hop)).collect::<Vec<_>>())
                        .at(hops.clone()),
                    Series::new(
                        "relabelled",
                        (0..HOPS).map(|at| mean(&|all| all.hops[at])).collect::<Vec<_>>(),
                    )
                    .at(hops),
                ],
                references: vec![base],
            },
        ),
    ]
}
