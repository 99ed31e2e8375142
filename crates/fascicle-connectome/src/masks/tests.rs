//! A worm of six cells.

use std::fs;

use fascicle_graph::{Edge, PathwayGraph, Sign};
use proptest::prelude::*;

use super::*;
use crate::ConnectomeError;

/// Two sensory neurons, two interneurons of one class, two motor neurons.
fn worm() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    for (name, kind, class) in [
        ("ASHL", "sensory", "ASH"),
        ("ASHR", "sensory", "ASH"),
        ("AVAL", "interneuron", "AVA"),
        ("AVBL", "interneuron", "AVB"),
        ("VA1", "motor", "VA"),
        ("VB1", "motor", "VB"),
    ] {
        let node = graph.node(name);
        graph.set_kind(node, kind);
        graph.attributes_mut(node).insert("class".to_owned(), serde_json::json!(class));
    }
    let chemical = graph.layer("chemical", true).expect("a layer");
    let gap = graph.layer("gap", false).expect("a layer");
    for (from, to, weight, sign) in [
        ("ASHL", "AVAL", 3.0, Some(Sign::Positive)),
        ("ASHR", "AVAL", 4.0, Some(Sign::Negative)),
        ("ASHR", "AVBL", 1.0, None),
        ("AVAL", "VA1", 2.0, Some(Sign::Positive)),
        ("AVBL", "VB1", 5.0, Some(Sign::Negative)),
        ("AVBL", "AVAL", 1.0, Some(Sign::Negative)),
    ] {
        let ends = (graph.find(from).expect("a node"), graph.find(to).expect("a node"));
        graph.add_edge(ends.0, ends.1, Edge { sign, ..Edge::new(weight, chemical) }).expect("an edge");
    }
    let ends = (graph.find("AVAL").expect("a node"), graph.find("VA1").expect("a node"));
    graph.connect(ends.0, ends.1, gap, 6.0).expect("an edge");
    graph
}

fn sets(text: &str) -> Vec<NodeSet> {
    NodeSet::parse_list(text).expect("sets")
}

fn chemical() -> Option<Vec<String>> {
    Some(vec!["chemical".to_owned()])
}

#[test]
fn matrices_lie_as_asked() -> Result<(), ConnectomeError> {
    let options = MaskOptions {
        relations: chemical(),
        signs: true,
        weights: InitialWeights::Count,
        ..MaskOptions::default()
    };
    let masks = Masks::of(&worm(), &sets("sensory,inter,motor"), &options)?;
    let names: Vec<&str> = masks.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["sensory-interneuron", "interneuron-motor"]);
    let first = &masks.layers[0];
    assert_eq!(
        (first.inputs.as_slice(), first.outputs.as_slice()),
        (&["ASHL".to_owned(), "ASHR".to_owned()][..], &["AVAL".to_owned(), "AVBL".to_owned()][..])
    );
    // rows are AVAL and AVBL
    assert_eq!(first.mask, [true, true, false, true]);
    assert_eq!(first.sign.as_deref(), Some(&[1, -1, 0, 0][..]));
    assert_eq!(first.weight.as_deref(), Some(&[3.0, -4.0, 0.0, 1.0][..]));
    let turned = MaskOptions { orientation: Orientation::InOut, ..options };
    let first = &Masks::of(&worm(), &sets("sensory,inter"), &turned)?.layers[0];
    assert_eq!(first.mask, [true, false, true, true]);
    assert_eq!(first.weight.as_deref(), Some(&[3.0, 0.0, -4.0, 1.0][..]));
    Ok(())
}

#[test]
fn edges_of_a_pair_are_joined() -> Result<(), ConnectomeError> {
    let options = MaskOptions { signs: true, weights: InitialWeights::Count, ..MaskOptions::default() };
    let masks = Masks::of(&worm(), &sets("inter,motor"), &options)?;
    // 2 synapses and 6 gap junctions, of which the latter have no sign
    assert_eq!(masks.layers[0].weight.as_deref(), Some(&[8.0, 0.0, 0.0, -5.0][..]));
    assert_eq!(masks.layers[0].sign.as_deref(), Some(&[0, 0, 0, -1][..]));
    let strong = MaskOptions { at_least: 6.0, ..options };
    assert_eq!(Masks::of(&worm(), &sets("inter,motor"), &strong)?.layers[0].connections(), 1);
    Ok(())
}

#[test]
fn weights_to_begin_with() -> Result<(), ConnectomeError> {
    for (weights, expected) in [
        (InitialWeights::None, None),
        (InitialWeights::Count, Some([3.0, 4.0, 0.0, 1.0])),
        (InitialWeights::Log, Some([4.0_f32.ln(), 5.0_f32.ln(), 0.0, 2.0_f32.ln()])),
        (InitialWeights::UnitInput, Some([0.6, 0.8, 0.0, 1.0])),
    ] {
        let mut unsigned = worm();
        for edge in unsigned.petgraph().edge_indices().collect::<Vec<_>>() {
            unsigned.edge_mut(edge).sign = None;
        }
        let got =
            Masks::of(&unsigned, &sets("sensory,inter"), &MaskOptions { weights, ..MaskOptions::default() })?;
        match (&got.layers[0].weight, expected) {
            (Some(got), Some(expected)) => {
                assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{weights}: {got:?}");
            }
            (got, expected) => assert_eq!(got.is_some(), expected.is_some(), "{weights}"),
        }
    }
    Ok(())
}

#[test]
fn sets_and_layers() -> Result<(), ConnectomeError> {
    let names = |text: &str, options: &MaskOptions| -> Result<Vec<String>, ConnectomeError> {
        Ok(Masks::of(&worm(), &sets(text), options)?
            .layers
            .into_iter()
            .map(|layer| {
                format!(
                    "{} {}x{} {}",
                    layer.name,
                    layer.inputs.len(),
                    layer.outputs.len(),
                    layer.connections()
                )
            })
            .collect())
    };
    let plain = MaskOptions::default();
    assert_eq!(names("neurons", &plain)?, ["neurons-neurons 6x6 7"]);
    assert_eq!(names("all", &MaskOptions { relations: chemical(), ..plain.clone() })?, ["all-all 6x6 6"]);
    assert_eq!(names("class:AVA+AVBL,VA1+VB01", &plain)?, ["class:AVA+AVBL-VA1+VB01 2x2 2"]);
    assert_eq!(names("in=ASHL+ASHR,command=class:AVA", &plain)?, ["in-command 2x1 2"]);
    let lateral = MaskOptions { lateral: true, ..plain.clone() };
    insta::assert_snapshot!(names("sensory,inter", &lateral).unwrap_err(), @"the layer `sensory-sensory` has no connections; choose other cells, a lower threshold or more layers of the graph");
    let skips = MaskOptions { skips: true, ..plain };
    assert_eq!(
        names("sensory,class:AVB,inter", &skips)?,
        ["sensory-class:AVB 2x1 1", "sensory-interneuron 2x2 3", "class:AVB-interneuron 1x2 1"]
    );
    Ok(())
}

#[test]
fn what_cannot_be_a_layer() {
    let message = |text: &str| {
        let sets = NodeSet::parse_list(text);
        sets.and_then(|sets| Masks::of(&worm(), &sets, &MaskOptions::default())).unwrap_err().to_string()
    };
    insta::assert_snapshot!(message("sensory,,motor"), @"a set of cells is ``; expected [NAME=]PICK[+PICK…], as in `sensory`, `command=class:AVA+class:AVB` or `neurons`");
    insta::assert_snapshot!(message("muscle"), @"no cell is in the set `muscle`; the kinds of cells are `interneuron`, `motor`, `sensory`");
    insta::assert_snapshot!(message("AVAR"), @"no cell is in the set `AVAR`; the kinds of cells are `interneuron`, `motor`, `sensory`, and cells are called `AVAL`");
    insta::assert_snapshot!(message("inter,inter,inter"), @"a layer's name is `interneuron-interneuron` twice; expected names that differ; give the sets names of their own, as in `first=inter,second=inter`");
    insta::assert_snapshot!(message("motor,sensory"), @"the layer `motor-sensory` has no connections; choose other cells, a lower threshold or more layers of the graph");
    let unknown = MaskOptions { relations: Some(vec!["electrical".to_owned()]), ..MaskOptions::default() };
    insta::assert_snapshot!(Masks::of(&worm(), &sets("all"), &unknown).unwrap_err(), @"no layer is called `electrical`; this graph has `chemical`, `gap`");
}

#[test]
fn files_that_are_not_whole() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("masks.safetensors");
    let plain =
        |error: ConnectomeError| error.to_string().replace(&format!("{}/", folder.path().display()), "");
    let options = MaskOptions { signs: true, ..MaskOptions::default() };
    let masks = Masks::of(&worm(), &sets("sensory,inter"), &options)?;
    let beside = masks.write(&file)?;
    assert_eq!(fs::read_dir(folder.path())?.count(), 2);
    insta::assert_snapshot!(plain(masks.write(&beside).unwrap_err()), @"the file of masks is masks.json; expected a name that ends in .safetensors; the .json file beside it is written too");
    let bytes = fs::read(&file)?;
    fs::write(&file, &bytes[..bytes.len() - 1])?;
    insta::assert_snapshot!(plain(Masks::read(&file).unwrap_err()), @"masks.safetensors: the tensors are not those that masks.json describes; write both again");
    fs::write(&beside, "{}")?;
    insta::assert_snapshot!(plain(Masks::read(&file).unwrap_err()), @"masks.json: this does not describe masks: missing field `format` at line 1 column 2");
    fs::remove_file(&beside)?;
    insta::assert_snapshot!(plain(Masks::read(&file).unwrap_err()), @"cannot read masks.json");
    // where names cannot be written, no tensors are left either
    let taken = folder.path().join("taken.json");
    fs::create_dir(&taken)?;
    fs::write(taken.join("inside"), "x")?;
    let error = masks.write(&folder.path().join("taken.safetensors")).unwrap_err();
    insta::assert_snapshot!(plain(error), @"cannot write taken.json");
    assert!(!folder.path().join("taken.safetensors").exists());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn masks_come_back(
        edges in proptest::collection::vec((0_usize..7, 0_usize..7, -3_i8..4, 0_u8..3), 1..30),
        turned: bool,
        choice in 0_usize..4,
    ) {
        let mut graph = PathwayGraph::new();
        let layer = graph.layer("", true).expect("a layer");
        let nodes: Vec<_> = (0..7).map(|at| graph.node(&format!("n{at}"))).collect();
        for (from, to, weight, sign) in edges {
            let sign = [None, Some(Sign::Positive), Some(Sign::Negative)][usize::from(sign)];
            let edge = Edge { sign, ..Edge::new(f64::from(weight), layer) };
            graph.add_edge(nodes[from], nodes[to], edge).expect("an edge");
        }
        let options = MaskOptions {
            orientation: if turned { Orientation::InOut } else { Orientation::OutIn },
            signs: choice % 2 == 0,
            weights: InitialWeights::ALL[choice],
            ..MaskOptions::default()
        };
        let Ok(masks) = Masks::of(&graph, &sets("all"), &options) else { return Ok(()) };
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("masks.safetensors");
        masks.write(&file).expect("files");
        prop_assert_eq!(&Masks::read(&file).expect("masks"), &masks);
        let layer = &masks.layers[0];
        for (at, &there) in layer.mask.iter().enumerate() {
            let (row, column) = (at / 7, at % 7);
            let (input, output) = if turned { (row, column) } else { (column, row) };
            let edge = graph.edges_between(nodes[input], nodes[output]).any(|(_, edge)| edge.weight != 0.0);
            prop_assert_eq!(there, edge);
            prop_assert_eq!(there, layer.weight.as_ref().map_or(there, |weight| weight[at] != 0.0));
        }
    }
}
