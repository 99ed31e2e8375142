//! The published files, held to their published totals. They are not part of the repository: `FASCICLE_DATA` names the
//! folder that has them.

use std::path::PathBuf;

use fascicle_connectome::cells::{self, Annotations, Sex, SignRule, predict_signs};
use fascicle_connectome::masks::{MaskLayer, MaskOptions, Masks, NodeSet};
use fascicle_connectome::readers::{
    GapSheet, Si5Options, VarshneyOptions, cook2019, cook2019_si5, cook2020_pharynx, varshney2011,
    witvliet2021_series,
};
use fascicle_connectome::{
    Absent, Annotation, AutapsePolicy, ConnectomeFormat as Format, Consensus, GapPolicy, Policies, Relation,
    Report, Through, agreement, detect, structure_function,
};
use fascicle_graph::PathwayGraph;

use crate::world::good;

/// A published file, or nothing (and a word about it) where the data is not there.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("FASCICLE_DATA") else {
        eprintln!("skipped: FASCICLE_DATA is not set, so connectome/{path} is not there");
        return None;
    };
    let file = PathBuf::from(folder).join("connectome").join(path);
    if !file.exists() {
        eprintln!("skipped: {} is not there", file.display());
        return None;
    }
    Some(file)
}

/// Edges, autapses and weight of a layer.
#[track_caller]
fn layer(report: &Report, relation: Relation) -> (usize, usize, f64) {
    let layer = report.layers.iter().find(|layer| layer.name == relation.name());
    layer.map_or((0, 0, 0.0), |layer| (layer.edges, layer.autapses, layer.weight))
}

fn read(path: &str, format: Format) -> Option<(PathwayGraph, Report)> {
    let file = data(path)?;
    assert_eq!(detect(&file).ok(), Some(format), "{path}");
    Some(good(&file, format, &Policies::default()))
}

/// File, format, nodes, and for each layer its edges, autapses and weight.
#[test]
fn totals() {
    use Relation::{Chemical, Functional, Gap, Monoamine, Peptide};
    for (path, format, nodes, layers) in [
        ("bgm/herm_chem_adj.csv", Format::Cook2019, 454, vec![(Chemical, (4879, 38, 28_113.0))]),
        ("bgm/herm_elec_adj.csv", Format::Cook2019, 469, vec![(Gap, (2883, 17, 23_313.0))]),
        ("bgm/herm_chem_edgelist.csv", Format::PairedEdges, 286, vec![(Chemical, (2838, 28, 17_820.0))]),
        ("bgm/male_chem_edgelist.csv", Format::PairedEdges, 360, vec![(Chemical, (2482, 40, 24_214.0))]),
        (
            "bgm/maggot_subset_edgelist.csv",
            Format::LarvaSubset,
            1240,
            vec![(Chemical, (32_564, 240, 137_980.0))],
        ),
        ("bgm/specimen_107_edgelist.csv", Format::PairedEdges, 18, vec![(Chemical, (35, 0, 101.0))]),
        ("bgm/specimen_148_edgelist.csv", Format::PairedEdges, 22, vec![(Chemical, (33, 0, 85.0))]),
        (
            "cect/aconnectome_white_1986_whole.csv",
            Format::White1986,
            309,
            vec![(Chemical, (2386, 0, 7943.0)), (Gap, (1144, 6, 1928.0))],
        ),
        (
            "cect/aconnectome_white_1986_A.csv",
            Format::White1986,
            221,
            vec![(Chemical, (1629, 0, 4538.0)), (Gap, (538, 2, 672.0))],
        ),
        (
            "cect/aconnectome_white_1986_L4.csv",
            Format::White1986,
            215,
            vec![(Chemical, (1480, 0, 4340.0)), (Gap, (576, 2, 1522.0))],
        ),
        // 514 gap junctions between different cells and 3 autapses, 887 junctions
        (
            "cect/NeuronConnectFormatted.xlsx",
            Format::Varshney2011,
            279,
            vec![(Chemical, (2194, 0, 6394.0)), (Gap, (2 * 514 + 3, 3, 2.0 * 887.0 + 3.0))],
        ),
        (
            "cect/WormNeuroAtlasFuncReader.json",
            Format::Randi2023,
            181,
            vec![(Functional, (1150, 0, 192.245_331_104_612_8))],
        ),
        (
            "cect/01022024_neuropeptide_connectome_short_range_model.csv",
            Format::Peptide,
            302,
            vec![(Peptide, (31_417, 171, 83_634.0))],
        ),
        (
            "cect/08062023_monoamine_connectome.csv",
            Format::Monoamine,
            302,
            vec![(Monoamine, (2881, 15, 4127.0))],
        ),
        (
            "cect/herm_full_edgelist.csv",
            Format::Cook2019Edges,
            448,
            vec![(Chemical, (4681, 34, 27_019.0)), (Gap, (2704, 14, 12_710.0))],
        ),
        (
            "cect/cne24932-sup-0004-supinfo4.csv",
            Format::Cook2020Pharynx,
            57,
            vec![(Chemical, (259, 2, 1713.0)), (Gap, (132, 2, 264.0))],
        ),
    ] {
        let Some((graph, report)) = read(path, format) else { continue };
        println!("{path}: {report}\n");
        assert_eq!(graph.node_count(), nodes, "{path}");
        for (relation, expected) in layers {
            let got = layer(&report, relation);
            assert_eq!((got.0, got.1), (expected.0, expected.1), "{path}: {relation}");
            assert!((got.2 - expected.2).abs() < 1e-9 * expected.2, "{path}: {relation} weighs {}", got.2);
        }
    }
}

#[test]
fn synapses_onto_one_partner() {
    let Some(file) = data("cect/NeuronConnectFormatted.xlsx") else { return };
    let synapses = |monadic, polyadic| {
        let options = VarshneyOptions { monadic, polyadic };
        let (_, report) = varshney2011(&file, &options, &Policies::default()).expect("a connectome");
        layer(&report, Relation::Chemical).2
    };
    assert_eq!(
        [synapses(true, true), synapses(false, true), synapses(true, false)],
        [6394.0, 3964.0, 2430.0]
    );
}

#[test]
fn two_sexes_of_one_workbook() {
    let Some(file) = data("c302/Cook2019_SI5_adjacency.xlsx") else { return };
    let read = |sex, gaps, policy| {
        let policies = Policies { gaps: policy, ..Policies::default() };
        let (_, report) = cook2019_si5(&file, &Si5Options { sex, gaps }, &policies).expect("a connectome");
        (layer(&report, Relation::Chemical), layer(&report, Relation::Gap), report)
    };
    let herm = (4879, 38, 28_113.0);
    let (chemical, gap, report) = read(Sex::Hermaphrodite, GapSheet::Symmetric, GapPolicy::Max);
    assert_eq!((chemical, gap.0, gap.1), (herm, 2883, 17));
    let asymmetric: Vec<String> = report.of_kind("asymmetric").map(ToString::to_string).collect();
    assert_eq!(
        asymmetric,
        [
            "gap PVCR - VA9 with 3 and 2: 3",
            "gap PDB - DD6 with 2 and 0: 2",
            "gap exc_gl - ALA with 1 and 0: 1",
        ]
    );
    let (_, gap, _) = read(Sex::Hermaphrodite, GapSheet::Symmetric, GapPolicy::Keep);
    assert_eq!(gap, (2881, 17, 21_801.0));
    let (_, gap, _) = read(Sex::Hermaphrodite, GapSheet::Asymmetric, GapPolicy::Keep);
    assert_eq!(gap, (1447, 15, 10_923.0));
    let (_, gap, _) = read(Sex::Hermaphrodite, GapSheet::Asymmetric, GapPolicy::Max);
    assert_eq!((gap.0, gap.1), (2 * 1429 + 15, 15));
    let (chemical, gap, report) = read(Sex::Male, GapSheet::Symmetric, GapPolicy::Keep);
    assert_eq!((chemical, gap), ((5306, 60, 45_959.0), (3476, 34, 31_684.0)));
    assert_eq!(report.of_kind("duplicate_label").count(), 1, "RMFR stands in two rows");
}

#[test]
fn eight_ages() {
    let Some(folder) = data("cect") else { return };
    let stages = witvliet2021_series(&folder, &Policies::default()).expect("eight worms");
    let got: Vec<(u8, usize, usize, f64, usize)> = stages
        .iter()
        .map(|stage| {
            let (chemical, _, synapses) = layer(&stage.report, Relation::Chemical);
            (
                stage.number,
                stage.graph.node_count(),
                chemical,
                synapses,
                layer(&stage.report, Relation::Gap).0,
            )
        })
        .collect();
    // gap junctions: twice the rows, less the autapses
    assert_eq!(
        got,
        [
            (1, 187, 775, 1296.0, 2 * 83 - 2),
            (2, 194, 986, 1895.0, 2 * 124 - 2),
            (3, 198, 1012, 2128.0, 2 * 94 - 2),
            (4, 204, 1136, 2777.0, 2 * 209 - 3),
            (5, 211, 1515, 4116.0, 2 * 292 - 6),
            (6, 216, 1525, 4456.0, 2 * 214 - 2),
            (7, 222, 2202, 7467.0, 2 * 291 - 6),
            (8, 219, 2186, 7970.0, 2 * 310 - 8),
        ]
    );
    for stage in stages {
        assert_eq!(stage.report.of_kind("unknown_cell").count(), 0, "stage {}", stage.number);
    }
}

#[test]
fn contacts_of_the_nerve_ring() {
    let Some((_, report)) = read("cect/41586_2021_3284_MOESM5_ESM.xlsx", Format::Brittin2021) else { return };
    assert_eq!(layer(&report, Relation::Contact).0, 2 * 2955);
    assert_eq!(layer(&report, Relation::Chemical).0, 1474);
    assert_eq!(layer(&report, Relation::Gap).0, 2 * 389);
}

#[test]
fn a_pharynx_with_its_muscles() {
    let (Some(file), Some(muscles)) =
        (data("cect/cne24932-sup-0004-supinfo4.csv"), data("cect/cne24932-sup-0005-supinfo5.csv"))
    else {
        return;
    };
    let (_, alone) = cook2020_pharynx(&file, None, &Policies::default()).expect("a pharynx");
    let (_, report) = cook2020_pharynx(&file, Some(&muscles), &Policies::default()).expect("a pharynx");
    assert_eq!(
        report.of_kind("duplicate_edge").filter(|note| note.to_string().starts_with("chemical")).count(),
        36
    );
    assert!(layer(&report, Relation::Gap).0 > layer(&alone, Relation::Gap).0);
    assert_eq!(detect(&muscles).ok(), Some(Format::Cook2020Pharynx));
    let (_, alone) = good(&muscles, Format::Cook2020Pharynx, &Policies::default());
    assert_eq!((alone.layers.len(), alone.of_kind("unknown_cell").count()), (1, 0));
}

#[test]
fn two_sides_of_a_larva() {
    let Some(file) = data("bgm/maggot_subset_edgelist.csv") else { return };
    let policies = Policies { autapses: AutapsePolicy::Drop, ..Policies::default() };
    let (graph, _) = good(&file, Format::LarvaSubset, &policies);
    assert_eq!((graph.node_count(), graph.edge_count()), (1240, 32_324));
    let attribute =
        |node: fascicle_graph::NodeIndex, key: &str| graph.petgraph()[node].attributes[key].clone();
    let pairs: std::collections::BTreeSet<String> =
        graph.petgraph().node_indices().map(|node| attribute(node, "pair").to_string()).collect();
    assert_eq!(pairs.len(), 620);
    let (with_autapses, _) = good(&file, Format::LarvaSubset, &Policies::default());
    let ipsilateral = with_autapses
        .edges()
        .filter(|(from, to, _)| attribute(*from, "hemisphere") == attribute(*to, "hemisphere"))
        .count() as f64
        / with_autapses.edge_count() as f64;
    assert!((ipsilateral - 0.650).abs() < 0.0005, "{ipsilateral}");
}

fn worm() -> Option<PathwayGraph> {
    let (chemical, gap) = (data("bgm/herm_chem_adj.csv")?, data("bgm/herm_elec_adj.csv")?);
    Some(cook2019(Some(&chemical), Some(&gap), &Policies::default()).expect("a worm").0)
}

#[test]
fn function_follows_structure() {
    let (Some(anatomy), Some((function, _))) =
        (worm(), read("cect/WormNeuroAtlasFuncReader.json", Format::Randi2023))
    else {
        return;
    };
    let got = structure_function(&anatomy, &function, Through::default(), 4).expect("a comparison");
    assert_eq!((got.cells, got.all.functional), (181, 1150));
    let percent = |hop: fascicle_connectome::Hop| 100.0 * hop.probability().expect("pairs");
    for (what, got, expected) in [
        ("base rate", percent(got.all), 3.5),
        ("gap", percent(got.gap), 12.6),
        ("chemical", percent(got.chemical), 7.6),
        ("neither", percent(got.neither), 3.1),
        ("1 hop", percent(got.hops[0]), 8.8),
        ("2 hops", percent(got.hops[1]), 4.0),
        ("3 hops", percent(got.hops[2]), 2.6),
        ("4 hops", percent(got.hops[3]), 1.7),
        ("direct", 100.0 * got.direct_share().expect("function"), 21.0),
    ] {
        let tolerance = if what == "direct" { 0.5 } else { 0.06 };
        assert!((got - expected).abs() <= tolerance, "{what}: {got} %, expected {expected} %");
    }
}

#[test]
fn maps_of_one_worm_agree() {
    let whole = "cect/aconnectome_white_1986_whole.csv";
    let (Some(cook), Some((white, _)), Some((seven, _)), Some((eight, _))) = (
        worm(),
        read(whole, Format::White1986),
        read("cect/witvliet_2020_7.xlsx", Format::Witvliet2021),
        read("cect/witvliet_2020_8.xlsx", Format::Witvliet2021),
    ) else {
        return;
    };
    // The figures are those of scipy.stats.spearmanr and of Python's sets, over the neurons that both have.
    for (what, a, b, chemical, gap) in [
        ("witvliet 7 and 8", &seven, &eight, (0.494, 0.778), (0.403, 0.413)),
        ("white and cook", &white, &cook, (0.534, 0.736), (0.352, 0.416)),
        ("white and witvliet 8", &white, &eight, (0.408, 0.622), (0.341, 0.171)),
        ("witvliet 8 and cook", &eight, &cook, (0.399, 0.646), (0.209, 0.093)),
    ] {
        let (a, b) = (cells::neurons(a), cells::neurons(b));
        for (relation, (jaccard, rho)) in [(Relation::Chemical, chemical), (Relation::Gap, gap)] {
            let got = agreement(&a, &b, relation).expect("an agreement");
            println!("{what}, {relation}: {got:?}");
            let near =
                |got: Option<f64>, expected: f64| got.is_some_and(|got| (got - expected).abs() < 0.0006);
            assert!(near(got.jaccard, jaccard) && near(got.spearman, rho), "{what}, {relation}: {got:?}");
        }
    }
}

#[test]
fn transmitters_of_the_worm() {
    let (Some(mut worm), Some(relations), Some(atlas)) =
        (worm(), data("cect/Modified_celegans_db_dump.csv"), data("cect/elife-95402-supp2-v1.xlsx"))
    else {
        return;
    };
    let relations = Annotations::from_relations(&relations).expect("relations");
    let atlas = Annotations::from_wang2024(&atlas).expect("an atlas");
    println!("{} and {} cells with a transmitter", relations.transmitters.len(), atlas.transmitters.len());
    let known = Annotations { transmitters: atlas.transmitters, ..relations };
    let counts = predict_signs(&mut worm, &known, &SignRule::worm()).expect("signs");
    println!("{counts:?}");
    assert_eq!(counts.positive + counts.negative + counts.unknown, 4879);
    assert!(counts.positive > counts.negative, "{counts:?}");
}

#[test]
fn a_consensus_of_published_worms() {
    let (Some(cook), Some((white, _)), Some((eight, _)), Some((atlas, _))) = (
        worm(),
        read("cect/aconnectome_white_1986_whole.csv", Format::White1986),
        read("cect/witvliet_2020_8.xlsx", Format::Witvliet2021),
        read("cect/WormNeuroAtlasFuncReader.json", Format::Randi2023),
    ) else {
        return;
    };
    let graphs = [cook, white, eight, atlas].map(|graph| cells::neurons(&graph));
    let names = ["cook_2019", "white_whole", "witvliet_8", "funconn"];
    let annotations: Vec<Annotation<'_>> =
        names.iter().zip(&graphs).map(|(name, graph)| Annotation { name, graph }).collect();
    let consensus = Consensus::of(&annotations, Absent::Skip).expect("a consensus");
    let functional = consensus.pairs.iter().filter(|pair| pair.functional.is_some()).count();
    assert_eq!(functional, 1150);
    let agreed = consensus.pairs.iter().filter(|pair| pair.sources.len() == 4).count();
    let gap: Vec<_> = consensus.pairs.iter().filter(|pair| pair.gap.is_some()).collect();
    println!("{} pairs, {} with gap junctions, {agreed} in all four", consensus.pairs.len(), gap.len());
    for pair in &gap {
        let back =
            gap.iter().find(|other| (other.from, other.to) == (pair.to, pair.from)).expect("the other way");
        assert_eq!(pair.gap, back.gap);
    }
    let graph = consensus.graph().expect("a graph");
    let chemical = graph.find_layer("chemical").expect("a layer");
    let edges = graph.edges().filter(|(_, _, edge)| edge.layer == chemical).count();
    assert_eq!(edges, consensus.pairs.iter().filter(|pair| pair.chemical.is_some()).count());
    let masks = Masks::of(
        &graph,
        &NodeSet::parse_list("sensory,inter,motor").expect("sets"),
        &MaskOptions::default(),
    );
    let masks = masks.expect("masks");
    assert!(
        masks.layers.iter().all(|layer| layer.connections() > 300),
        "{:?}",
        masks.layers.iter().map(MaskLayer::connections).collect::<Vec<_>>()
    );
}
