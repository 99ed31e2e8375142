//! Text tables with all that published ones have: byte-order marks, CR LF, padded names, blank cells, mixed separators.

use std::io::Write as _;

use fascicle_connectome::readers::{FlyWireOptions, flywire};
use fascicle_connectome::{ConnectomeFormat, DuplicatePolicy, Policies, detect};
use fascicle_graph::Sign;

use crate::world::{World, edges, good};

#[test]
fn a_matrix_with_every_nuisance() {
    let world = World::new();
    let file = world
        .file("herm_chem_adj.csv", "\u{feff},ADAL, VB01 ,dBWML5,\r\nADAL,1,2,,\r\nVB01 ,,0,3,9\r\n,,,,\r\n");
    let (graph, report) = good(&file, ConnectomeFormat::Cook2019, &Policies::default());
    assert_eq!(
        edges(&graph),
        ["chemical ADAL -> ADAL 1", "chemical ADAL -> VB1 2", "chemical VB1 -> MDL05 3"]
    );
    assert_eq!(graph.names().collect::<Vec<_>>(), ["ADAL", "VB1", "MDL05"]);
    insta::assert_snapshot!(world.plain(&report), @r"
    cook2019: 3 cells
      chemical: 3 edges (directed), weight 6, 1 autapses
    byte-order mark skipped (1): herm_chem_adj.csv
    lines end with CR LF (1): herm_chem_adj.csv (4 lines)
    blank cells read as 0 (1): 2 in herm_chem_adj.csv
    values outside the matrix ignored (1): 1, the first `9` (herm_chem_adj.csv, row 3, column `E`)
    cells spelled anew (2): VB01 as VB1; dBWML5 as MDL05
    names with blanks around them (1): VB01 (2 times)
    ");
    let json = serde_json::to_value(&report).expect("a report is JSON");
    assert_eq!(json["format"], "cook2019");
    assert_eq!(json["notes"][4], serde_json::json!({"kind": "renamed", "from": "VB01", "to": "VB1"}));
    assert_eq!(json["layers"][0]["edges"], 3);
}

#[test]
fn nodes_carry_what_is_known_of_cells() {
    let world = World::new();
    let file = world.file("a_elec.csv", ",ASHL,HSNR\nASHL,,2\nHSNR,2,\n");
    let (graph, _) = good(&file, ConnectomeFormat::Cook2019, &Policies::default());
    let node = |name: &str| &graph.petgraph()[graph.find(name).expect("a node")];
    assert_eq!(node("ASHL").kind, "sensory");
    assert_eq!(node("HSNR").attributes["sex"], "hermaphrodite");
    assert_eq!(
        (&node("HSNR").attributes["class"], &node("HSNR").attributes["hemisphere"]),
        (&"HSN".into(), &"R".into())
    );
    assert_eq!(edges(&graph), ["gap ASHL -> HSNR 2", "gap HSNR -> ASHL 2"]);
    let entries = &graph.provenance.entries;
    assert_eq!(entries["format"], "cook2019");
    assert_eq!(entries["files"][0]["file"], "a_elec.csv");
    assert_eq!(entries["policies"]["gaps"], "max");
}

#[test]
fn header_and_rows_may_be_separated_differently() {
    let world = World::new();
    let file = world.file(
        "white.csv",
        "pre post type synapses\r\nADAL\tADFL\telectrical\t2\r\nADAL\tAIBL\tchemical\t1\r\n\r\nRIH\tRIH\telectrical\t1\r\n",
    );
    let (graph, report) = good(&file, ConnectomeFormat::White1986, &Policies::default());
    assert_eq!(
        edges(&graph),
        ["chemical ADAL -> AIBL 1", "gap RIH -> RIH 1", "gap ADAL -> ADFL 2", "gap ADFL -> ADAL 2"]
    );
    insta::assert_snapshot!(world.plain(&report), @r"
    white1986: 4 cells
      chemical: 1 edges (directed), weight 1
      gap: 3 edges (undirected, both directions counted), weight 5, 1 autapses
    lines end with CR LF (1): white.csv (5 lines)
    header and rows separated differently (1): white.csv (header by blanks, rows by tabs)
    blank rows skipped (1): 1 in white.csv
    undirected edges listed once, put in both directions (1): 1 gap
    ");
}

#[test]
fn pairs_of_a_larva() {
    let world = World::new();
    world.file("x_nodes.csv", "node_id,pair,hemisphere\n10,0,L\n11,0,R\n12,1,L\n");
    let file = world.file("x_edgelist.csv", "10,11,3\n11,10,2\n10,10,1\n12,99,4\n");
    let (graph, report) = good(&file, ConnectomeFormat::LarvaSubset, &Policies::default());
    assert_eq!((graph.node_count(), graph.edge_count()), (4, 4));
    let node = &graph.petgraph()[graph.find("11").expect("a node")];
    assert_eq!((&node.attributes["pair"], &node.attributes["hemisphere"]), (&"0".into(), &"R".into()));
    insta::assert_snapshot!(world.plain(&report), @r"
    larva-subset: 4 cells
      chemical: 4 edges (directed), weight 10, 1 autapses
    read beside the file named (1): x_nodes.csv
    unknown cells kept (1): 99 (x_edgelist.csv, row 4)
    ");
}

#[test]
fn a_cell_in_two_rows_of_a_table() {
    let world = World::new();
    world.file("x_nodes.csv", "node_id,pair,hemisphere\n10,0,L\n11,0,R\n10,1,R\n");
    let file = world.file("x_edgelist.csv", "10,11,3\n");
    let (graph, report) = good(&file, ConnectomeFormat::LarvaSubset, &Policies::default());
    assert_eq!(graph.petgraph()[graph.find("10").expect("a node")].attributes["hemisphere"], "L");
    let notes: Vec<String> = report.of_kind("duplicate_label").map(|note| world.plain(note)).collect();
    assert_eq!(notes, ["`10` again after 2 (x_nodes.csv, row 4)"]);
    let policies = Policies { duplicates: DuplicatePolicy::Error, ..Policies::default() };
    insta::assert_snapshot!(world.error(&file, ConnectomeFormat::LarvaSubset, &policies), @"x_nodes.csv, row 4: the label `10` is there already (row or column 2); choose another duplicate policy than `error` to merge them");
}

#[test]
fn gap_junctions_between_muscles() {
    let world = World::new();
    let file = world.file("supinfo5.csv", "Source,Target,Weight\npm1vl,pm2vl,3\nmc1dl,pm1d,2\npm8,pm8,1\n");
    assert_eq!(detect(&file).ok(), Some(ConnectomeFormat::Cook2020Pharynx));
    let (graph, report) = good(&file, ConnectomeFormat::Cook2020Pharynx, &Policies::default());
    assert_eq!(report.of_kind("unknown_cell").count(), 0);
    assert_eq!(
        edges(&graph),
        [
            "gap pm8 -> pm8 1",
            "gap pm1VL -> pm2VL 3",
            "gap pm2VL -> pm1VL 3",
            "gap mc1DL -> pm1D 2",
            "gap pm1D -> mc1DL 2"
        ]
    );
    // with a neuron in it the file may be about synapses as well
    let file = world.file("other.csv", "Source,Target,Weight\npm1vl,pm2vl,3\nI1L,pm2vl,3\n");
    insta::assert_snapshot!(world.error(&file, ConnectomeFormat::Cook2020Pharynx, &Policies::default()), @"other.csv: no column is called `Type`; the header has `Source`, `Target`, `Weight`");
}

#[test]
fn a_list_that_begins_with_the_pharynx_is_of_the_whole_worm() {
    let world = World::new();
    let pharynx = format!("Source,Target,Weight,Type\n{}", "pm1vl,pm2vl,3,electrical\n".repeat(300));
    let whole = format!("{pharynx}ADAL,AVAL,1,chemical\n");
    for (text, expected) in
        [(pharynx, ConnectomeFormat::Cook2020Pharynx), (whole, ConnectomeFormat::Cook2019Edges)]
    {
        assert_eq!(detect(&world.file("edges.csv", text)).ok(), Some(expected));
    }
}

#[test]
fn formats_are_told_by_most_labels() {
    let world = World::new();
    for (text, expected) in [
        (",ADAL,AVAL,\nADAL,,2,7\nAVAL,1,,\n,,,\n", Some(ConnectomeFormat::Cook2019)),
        (
            "\u{feff}\r\n,,ADAL,AVAL,nobody\r\nADAL,,1,2,\r\nnobody,,,3,1\r\nAVAL,,1,,\r\n",
            Some(ConnectomeFormat::Cook2019),
        ),
        ("ADAL,AVAL,3\n\nAVAL,ADAL,2\n", Some(ConnectomeFormat::PairedEdges)),
        ("7,8,3\n\n8,9,2\n", Some(ConnectomeFormat::LarvaSubset)),
        (",p,q,r\np,1,2,3\n", None),
        ("\u{feff}\r\n", None),
    ] {
        assert_eq!(detect(&world.file("some.csv", text)).ok(), expected, "{text:?}");
    }
}

const CONNECTIONS: &str = "pre_root_id,post_root_id,neuropil,syn_count,nt_type\n\
    1,2,MB_L,3,ACH\n1,2,AL_L,4,ACH\n2,3,MB_L,6,GABA\n2,3,AL_L,1,ACH\n3,1,MB_L,5,DA\n3,2,AL_L,2,GLUT\n";

#[test]
fn a_brain_by_neuropils() {
    let world = World::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(CONNECTIONS.as_bytes()).expect("bytes");
    let file = world.file("connections.csv.gz", packed.finish().expect("bytes"));
    let neurons =
        world.file("neurons.csv", "root_id,super_class,side\n1,sensory,left\n2,central,\n3,motor,right\n");
    let options = FlyWireOptions { min_synapses: 5.0 };
    let (graph, report) = flywire(&file, Some(&neurons), &options, &Policies::default()).expect("a brain");
    assert_eq!(edges(&graph), ["chemical 1 -> 2 7", "chemical 2 -> 3 7", "chemical 3 -> 1 5"]);
    let signs: Vec<Option<Sign>> = graph.edges().map(|(_, _, edge)| edge.sign).collect();
    assert_eq!(signs, [Some(Sign::Positive), None, None]);
    let node = &graph.petgraph()[graph.find("2").expect("a node")];
    assert_eq!((node.kind.as_str(), node.attributes.contains_key("side")), ("central", false));
    insta::assert_snapshot!(world.plain(&report), @r"
    flywire: 3 cells
      chemical: 3 edges (directed), weight 19
    edges whose parts have different signs (1): 2 -> 3
    rows left out (1): 1 (edges of weight below 5)
    ");
    let (graph, _) = good(&file, ConnectomeFormat::FlyWire, &Policies::default());
    let last = graph.edges().last().map(|(_, _, edge)| edge.sign);
    assert_eq!((graph.edge_count(), last), (4, Some(Some(Sign::Negative))));
}

#[test]
fn formats_are_recognised() {
    let world = World::new();
    for (name, text, expected) in [
        ("w.csv", "pre post type synapses\nADAL\tADFL\telectrical\t1\n", Some(ConnectomeFormat::White1986)),
        ("chem.csv", "\u{feff},ADAL,I1L\nI1L,,1\n", Some(ConnectomeFormat::Cook2019)),
        ("monoamines.csv", "Row,ADAL,I1L\nI1L,0,1\n", Some(ConnectomeFormat::Monoamine)),
        ("neuropeptides.csv", "Row,ADAL,I1L\nI1L,0,1\n", Some(ConnectomeFormat::Peptide)),
        ("p.csv", "Source,Target,Weight,Type\nM4,pm7D,8,Chemical\n", Some(ConnectomeFormat::Cook2020Pharynx)),
        ("e.csv", "Source,Target,Weight,Type\nM4 , AVAL,8,chemical\n", Some(ConnectomeFormat::Cook2019Edges)),
        ("l.csv", "1678567,1678567,2\n1,2,3\n", Some(ConnectomeFormat::LarvaSubset)),
        ("h.csv", "ADAL,ADLL,2\n", Some(ConnectomeFormat::PairedEdges)),
        ("f.csv", CONNECTIONS, Some(ConnectomeFormat::FlyWire)),
        ("r.json", r#"{"nodes": [], "connections": {"Functional": []}}"#, Some(ConnectomeFormat::Randi2023)),
        ("other.csv", "a,b\n1,2\n", None),
        ("other.json", "{}", None),
    ] {
        let file = world.file(name, text);
        assert_eq!(detect(&file).ok(), expected, "{name}");
    }
    let unknown = world.file("other.csv", "a,b\n1,2\n");
    let message = world.plain(&detect(&unknown).expect_err("no format"));
    insta::assert_snapshot!(message, @"other.csv: no connectome format is recognised (the header is a, b); name one of `white1986`, `varshney2011`, `cook2019`, `cook2019-si5`, `cook2019-edges`, `cook2020-pharynx`, `witvliet2021`, `randi2023`, `monoamine`, `peptide`, `brittin2021`, `larva-subset`, `paired-edges`, `flywire`");
}
