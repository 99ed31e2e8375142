//! Each policy, on the same small files.

use fascicle_connectome::{
    AutapsePolicy, AwcNames, ConnectomeFormat, DuplicatePolicy, GapPolicy, NameScheme, Policies,
    UnknownPolicy,
};

use crate::world::{World, edges, good};

#[test]
fn edges_given_several_times() {
    let world = World::new();
    let file = world.file(
        "pharynx.csv",
        "Source,Target,Weight,Type\nM4,I4,3,Chemical\nM4,I4,5,Chemical\nM4,I5,1,Chemical\nM4,I4,3,Chemical\n",
    );
    let weights = |duplicates| {
        let (graph, report) =
            good(&file, ConnectomeFormat::Cook2020Pharynx, &Policies { duplicates, ..Policies::default() });
        let notes: Vec<String> = report.of_kind("duplicate_edge").map(ToString::to_string).collect();
        assert_eq!(notes.len(), 1, "{notes:?}");
        (edges(&graph), notes[0].clone())
    };
    for (policy, kept) in [(DuplicatePolicy::Sum, 11), (DuplicatePolicy::Max, 5), (DuplicatePolicy::First, 3)]
    {
        let (edges, note) = weights(policy);
        assert_eq!(
            edges,
            [format!("chemical M4 -> I4 {kept}"), "chemical M4 -> I5 1".to_owned()],
            "{policy}"
        );
        assert_eq!(note, format!("chemical M4 -> I4 with 3, 5, 3: {kept}"));
    }
    insta::assert_snapshot!(
        world.error(&file, ConnectomeFormat::Cook2020Pharynx, &Policies { duplicates: DuplicatePolicy::Error, ..Policies::default() }),
        @"pharynx.csv, row 3: the chemical edge M4 -> I4 is there already (row 2); choose another duplicate policy than `error` to merge them"
    );
}

#[test]
fn gap_junctions_of_two_weights() {
    let world = World::new();
    // ADAL – ADAR 4 and 2, ADAL – AVAL from one side only, ADAR – AVAL the same both ways
    let file = world.file("elec.csv", ",ADAL,ADAR,AVAL\nADAL,,4,3\nADAR,2,,1\nAVAL,,1,\n");
    let read = |gaps| good(&file, ConnectomeFormat::Cook2019, &Policies { gaps, ..Policies::default() });
    let symmetric = |a: f64, b: f64| {
        vec![
            format!("gap ADAL -> ADAR {a}"),
            format!("gap ADAR -> ADAL {a}"),
            format!("gap ADAL -> AVAL {b}"),
            format!("gap AVAL -> ADAL {b}"),
            "gap ADAR -> AVAL 1".to_owned(),
            "gap AVAL -> ADAR 1".to_owned(),
        ]
    };
    for (policy, expected) in [
        (GapPolicy::Max, symmetric(4.0, 3.0)),
        (GapPolicy::Mean, symmetric(3.0, 1.5)),
        (GapPolicy::Sum, symmetric(6.0, 3.0)),
    ] {
        let (graph, report) = read(policy);
        assert_eq!(edges(&graph), expected, "{policy}");
        assert!(!graph.layers()[0].directed);
        assert_eq!(report.of_kind("asymmetric").count(), 2, "{policy}");
    }
    let (graph, report) = read(GapPolicy::Keep);
    assert!(graph.layers()[0].directed, "edges that differ by direction make a directed layer");
    assert_eq!(graph.edge_count(), 5);
    assert_eq!(
        report.of_kind("asymmetric").map(ToString::to_string).collect::<Vec<_>>(),
        ["gap ADAL - ADAR with 4 and 2: kept", "gap ADAL - AVAL with 3 and 0: kept",]
    );
    insta::assert_snapshot!(
        world.error(&file, ConnectomeFormat::Cook2019, &Policies { gaps: GapPolicy::Require, ..Policies::default() }),
        @"elec.csv: the gap edge ADAL - ADAR has weight 4 one way and 2 the other; choose another gap junction policy than `require` to make them equal"
    );
}

#[test]
fn a_pair_listed_once_is_not_asymmetric() {
    let world = World::new();
    let file = world.file("w.csv", "pre\tpost\ttype\tsynapses\nADAL\tADFL\telectrical\t2\n");
    let count = |gaps| {
        good(&file, ConnectomeFormat::White1986, &Policies { gaps, ..Policies::default() }).0.edge_count()
    };
    assert_eq!([count(GapPolicy::Require), count(GapPolicy::Mean), count(GapPolicy::Keep)], [2, 2, 1]);
}

#[test]
fn autapses_and_unknown_cells() {
    let world = World::new();
    let file = world.file("chem.csv", ",ADAL,ADOR\nADAL,1,2\nADOR,3,\n");
    let read = |policies: Policies| good(&file, ConnectomeFormat::Cook2019, &policies);
    let (graph, report) = read(Policies { autapses: AutapsePolicy::Drop, ..Policies::default() });
    assert_eq!(edges(&graph), ["chemical ADAL -> ADOR 2", "chemical ADOR -> ADAL 3"]);
    assert_eq!(report.of_kind("dropped_autapse").count(), 1);
    assert_eq!(report.of_kind("unknown_cell").count(), 1);
    let (graph, report) = read(Policies { unknown: UnknownPolicy::Drop, ..Policies::default() });
    assert_eq!((edges(&graph), graph.node_count()), (vec!["chemical ADAL -> ADAL 1".to_owned()], 1));
    insta::assert_snapshot!(world.plain(&report), @r"
    cook2019: 1 cells
      chemical: 1 edges (directed), weight 1, 1 autapses
    blank cells read as 0 (1): 1 in chem.csv
    unknown cells left out (1): ADOR (chem.csv, row 3)
    edges left out with unknown cells (1): 2 chemical, weight 5
    ");
    insta::assert_snapshot!(
        world.error(&file, ConnectomeFormat::Cook2019, &Policies { unknown: UnknownPolicy::Error, ..Policies::default() }),
        @"chem.csv, row 3: no cell is called `ADOR` (did you mean `ADAR` or `ADER` or `ADFR`?); choose another unknown cell policy than `error` to go on"
    );
}

#[test]
fn labels_that_appear_again() {
    let world = World::new();
    let file = world.file("chem.csv", ",RMFL,RMFR\nADAL,1,\nRMFR,2,\nRMFR,5,3\n");
    let read =
        |duplicates| good(&file, ConnectomeFormat::Cook2019, &Policies { duplicates, ..Policies::default() });
    let (graph, report) = read(DuplicatePolicy::Sum);
    assert_eq!(report.of_kind("assumed_relation").count(), 0, "chem says it");
    assert_eq!(
        edges(&graph),
        ["chemical ADAL -> RMFL 1", "chemical RMFR -> RMFL 7", "chemical RMFR -> RMFR 3"]
    );
    let notes: Vec<String> = report.of_kind("duplicate_label").map(|note| world.plain(note)).collect();
    assert_eq!(
        notes,
        [
            "`RMFR` again after 3 (chem.csv, row 4): one of the two may be RMFL, which stands on the other axis only"
        ]
    );
    let (graph, _) = read(DuplicatePolicy::First);
    assert_eq!(edges(&graph), ["chemical ADAL -> RMFL 1", "chemical RMFR -> RMFL 2"]);
    let padded = world.file("padded.csv", ",RMFL\nRMFR,1\n RMFR ,2\n");
    let (_, report) = good(&padded, ConnectomeFormat::Cook2019, &Policies::default());
    assert_eq!(report.of_kind("duplicate_label").count(), 1, "blanks make no other label");
    let assumed: Vec<String> = report.of_kind("assumed_relation").map(ToString::to_string).collect();
    insta::assert_snapshot!(assumed.join("\n"), @"chemical in padded.csv (chem, elec, gap, monoamine or peptide in its name says it)");
    insta::assert_snapshot!(
        world.error(&file, ConnectomeFormat::Cook2019, &Policies { duplicates: DuplicatePolicy::Error, ..Policies::default() }),
        @"chem.csv, row 4: the label `RMFR` is there already (row or column 3); choose another duplicate policy than `error` to merge them"
    );
}

#[test]
fn spellings() {
    let world = World::new();
    let file = world.file("chem.csv", ",AWCL,g1p,mc2dl\nVB1,1,2,3\n");
    let names = |names, awc| {
        let (graph, _) =
            good(&file, ConnectomeFormat::Cook2019, &Policies { names, awc, ..Policies::default() });
        graph.names().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(NameScheme::WormAtlas, AwcNames::Sides), ["VB1", "AWCL", "g1P", "mc2DL"]);
    assert_eq!(names(NameScheme::Cook2019, AwcNames::States), ["VB01", "AWCOFF", "g1p", "mc2DL"]);
    assert_eq!(names(NameScheme::File, AwcNames::States), ["VB1", "AWCL", "g1p", "mc2dl"]);
}
