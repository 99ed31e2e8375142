//! Workbooks: formulas, sections around a matrix, sheets that belong together.

use fascicle_connectome::readers::{
    Axis, BrittinOptions, GapSheet, RandiOptions, Si5Options, brittin2021, cook2019_si5, randi2023,
};
use fascicle_connectome::{ConnectomeFormat, Policies, Relation, cells, detect};

use crate::world::{Blank, Cell, Formula, Number, Text, World, edges, good};

const VARSHNEY: &[&[Cell]] = &[
    &[Text("Neuron 1"), Text("Neuron 2"), Text("Type"), Text("Nbr")],
    &[Text("ADAL"), Text("AIBL"), Text("S"), Number(1.0)],
    &[Text("ADAL"), Text("AIBL"), Text("Sp"), Formula("1+1", Some(2.0))],
    &[Text("AIBL"), Text("ADAL"), Text("Rp"), Number(3.0)],
    &[Text("ADAL"), Text("ADAR"), Text("EJ"), Number(1.0)],
    &[Text("ADAR"), Text("ADAL"), Text("EJ"), Number(1.0)],
    &[Text("AVM"), Text("VB01"), Text("Sp"), Number(0.0)],
    &[Text("VB01"), Text("NMJ"), Text("NMJ"), Number(9.0)],
];

#[test]
fn synapses_are_counted_once() {
    let world = World::new();
    let file = world.workbook("varshney.xlsx", &[("Sheet1", VARSHNEY)]);
    assert_eq!(detect(&file).ok(), Some(ConnectomeFormat::Varshney2011));
    let (graph, report) = good(&file, ConnectomeFormat::Varshney2011, &Policies::default());
    assert_eq!(edges(&graph), ["chemical ADAL -> AIBL 3", "gap ADAL -> ADAR 1", "gap ADAR -> ADAL 1"]);
    insta::assert_snapshot!(world.plain(&report), @r"
    varshney2011: 5 cells
      chemical: 1 edges (directed), weight 3
      gap: 2 edges (undirected, both directions counted), weight 2
    formulas: stored results taken (1): =1+1 is 2 (varshney.xlsx, sheet `Sheet1`, row 3, column `D`)
    cells spelled anew (1): VB01 as VB1
    rows left out (2): 1 (NMJ: onto muscles that are not named); 1 (Rp: the sending side's Sp counts these synapses)
    edges of weight 0 left out (1): AVM -> VB1 (varshney.xlsx, sheet `Sheet1`, row 7)
    ");
}

const CHEMICAL: &[&[Cell]] = &[
    &[Blank, Blank, Blank, Text("PHARYNX"), Blank, Blank],
    &[Blank, Blank, Blank, Blank, Number(6.0), Blank],
    &[Blank, Blank, Blank, Text("I1L"), Text("I2L"), Blank],
    &[Text("PHARYNX"), Blank, Text("I1L"), Blank, Number(10.0), Text("I1L")],
    &[Blank, Number(5.0), Text("I2L"), Number(2.0), Blank, Text("I2L")],
];

const ONCE: &[&[Cell]] = &[
    &[],
    &[],
    &[Blank, Blank, Blank, Text("I1L"), Text("I2L")],
    &[Blank, Blank, Text("I1L"), Blank, Number(2.0)],
    &[Blank, Blank, Text("I2L"), Blank, Blank],
];

#[test]
fn a_matrix_inside_a_sheet() {
    let world = World::new();
    let file = world.workbook(
        "si5.xlsx",
        &[
            ("hermaphrodite chemical", CHEMICAL),
            ("herm gap jn symmetric", ONCE),
            ("herm gap jn asymmetric", ONCE),
        ],
    );
    assert_eq!(detect(&file).ok(), Some(ConnectomeFormat::Cook2019Si5));
    let (graph, report) = good(&file, ConnectomeFormat::Cook2019Si5, &Policies::default());
    assert_eq!(
        edges(&graph),
        ["chemical I1L -> I2L 10", "chemical I2L -> I1L 2", "gap I1L -> I2L 2", "gap I2L -> I1L 2"]
    );
    assert_eq!(report.of_kind("asymmetric").count(), 1, "a symmetric sheet that is not");
    insta::assert_snapshot!(
        report.of_kind("outside_matrix").map(|note| world.plain(note)).collect::<Vec<_>>().join("\n"),
        @"2, the first `I1L` (si5.xlsx, sheet `hermaphrodite chemical`, row 4, column `F`)"
    );
    let once = Si5Options { gaps: GapSheet::Asymmetric, ..Si5Options::default() };
    let (graph, report) = cook2019_si5(&file, &once, &Policies::default()).expect("a connectome");
    assert_eq!((graph.edge_count(), report.of_kind("asymmetric").count()), (4, 0));
    let message = |sex| {
        let options = Si5Options { sex, ..Si5Options::default() };
        world.plain(&cook2019_si5(&file, &options, &Policies::default()).expect_err("an error"))
    };
    insta::assert_snapshot!(message(cells::Sex::Male), @"si5.xlsx has no sheet `male chemical`; it has `hermaphrodite chemical`, `herm gap jn symmetric`, `herm gap jn asymmetric`");
    insta::assert_snapshot!(message(cells::Sex::Both), @"the sex is both; expected `hermaphrodite` or `male`");
}

/// Rows are the responding neurons: AVAL answered when ASHL was stimulated, and was not measured the other way round.
const RESPONSES: &[&[Cell]] = &[
    &[Blank, Text("ASHL"), Text("AVAL"), Text("RIML")],
    &[Text("ASHL"), Blank, Blank, Number(0.1)],
    &[Text("AVAL"), Number(0.8), Blank, Number(-0.5)],
    &[Text("RIML"), Number(0.3), Number(0.0), Blank],
];

const Q_VALUES: &[&[Cell]] = &[
    &[Blank, Text("ASHL"), Text("AVAL"), Text("RIML")],
    &[Text("ASHL"), Blank, Blank, Number(0.2)],
    &[Text("AVAL"), Number(0.0), Blank, Number(0.049)],
    &[Text("RIML"), Blank, Number(0.01), Blank],
];

#[test]
fn responses_have_a_direction_and_a_q_value() {
    let world = World::new();
    let file = world.workbook("randi.xlsx", &[("dFF", RESPONSES), ("q", Q_VALUES)]);
    assert_eq!(detect(&file).ok(), Some(ConnectomeFormat::Randi2023));
    let (graph, report) = good(&file, ConnectomeFormat::Randi2023, &Policies::default());
    assert_eq!(edges(&graph), ["functional ASHL -> AVAL 0.8", "functional RIML -> AVAL -0.5"]);
    assert_eq!(report.of_kind("unmeasured").count(), 2);
    let read = |options: RandiOptions| {
        edges(&randi2023(&file, &options, &Policies::default()).expect("a connectome").0)
    };
    assert_eq!(
        read(RandiOptions { rows: Axis::Pre, ..RandiOptions::default() }),
        ["functional AVAL -> ASHL 0.8", "functional AVAL -> RIML -0.5"]
    );
    assert_eq!(
        read(RandiOptions { q_below: 0.01, ..RandiOptions::default() }),
        ["functional ASHL -> AVAL 0.8"]
    );
    assert_eq!(read(RandiOptions { q_below: 1.0, ..RandiOptions::default() }).len(), 3);
}

#[test]
fn responses_as_json() {
    let world = World::new();
    let text = r#"{"nodes": ["ASHL", "AVAL"], "connections": {"Functional": [[0.0, 0.8], [null, -0.2]]}}"#;
    let (graph, _) = good(&world.file("randi.json", text), ConnectomeFormat::Randi2023, &Policies::default());
    assert_eq!(edges(&graph), ["functional ASHL -> AVAL 0.8", "functional AVAL -> AVAL -0.2"]);
    let file = world.file("twice.json", text.replace("ASHL", "AVAL"));
    let (_, report) = good(&file, ConnectomeFormat::Randi2023, &Policies::default());
    let again: Vec<String> = report.of_kind("duplicate_label").map(ToString::to_string).collect();
    insta::assert_snapshot!(again.join("\n"), @"`AVAL` again after 1 (twice.json, row 2)");
}

#[test]
fn contacts_and_synapses() {
    let world = World::new();
    let header: &[Cell] = &[Text("cell_1"), Text("cell_2"), Text("weight"), Text("delta")];
    let file = world.workbook(
        "brittin.xlsx",
        &[
            ("M", &[header, &[Text("ADAL"), Text("AVAL"), Number(1775.5), Number(4.0)]]),
            (
                "C",
                &[
                    header,
                    &[Text("ADAL"), Text("AVAL"), Number(1.5), Number(1.0)],
                    &[Text("AVAL"), Text("ADAL"), Number(2.0), Number(3.0)],
                ],
            ),
            ("G", &[header, &[Text("ADAL"), Text("AVAL"), Number(3.0), Number(2.0)]]),
        ],
    );
    assert_eq!(detect(&file).ok(), Some(ConnectomeFormat::Brittin2021));
    let (graph, _) = good(&file, ConnectomeFormat::Brittin2021, &Policies::default());
    assert_eq!(
        edges(&graph),
        [
            "chemical ADAL -> AVAL 1.5",
            "chemical AVAL -> ADAL 2",
            "contact ADAL -> AVAL 1775.5",
            "contact AVAL -> ADAL 1775.5",
            "gap ADAL -> AVAL 3",
            "gap AVAL -> ADAL 3",
        ]
    );
    let seen_thrice = BrittinOptions { relations: vec![Relation::Contact, Relation::Chemical], data_sets: 3 };
    let (graph, _) = brittin2021(&file, &seen_thrice, &Policies::default()).expect("a connectome");
    assert_eq!(graph.edge_count(), 3);
    let none = BrittinOptions { data_sets: 0, ..BrittinOptions::default() };
    let message = brittin2021(&file, &none, &Policies::default()).expect_err("an error").to_string();
    insta::assert_snapshot!(message, @"the number of data sets is 0; expected 1 to 4");
}
