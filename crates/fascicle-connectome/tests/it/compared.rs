//! Cells and signs from tables that the tests write.

use fascicle_connectome::cells::{Annotations, SignRule, Transmitter, predict_signs};
use fascicle_connectome::{ConnectomeFormat, Policies};
use fascicle_graph::Sign;

use crate::world::{Blank, Text, World, edges, good};

#[test]
fn transmitters_give_signs() {
    let world = World::new();
    let relations = world.file(
        "relations.csv",
        "Entity1,Relationship,Entity2,Evidence\nVB01,Neurotransmitter,Acetylcholine,x\n\
         RIS,Neurotransmitter,GABA,x\nAVAL,Receptor,glr-1,x\nASHL,Neurotransmitter,Glutamate,x\n\
         ASHL,Neuropeptide,FLP-21,x\nASHL,type,sensory,x\n",
    );
    let known = Annotations::from_relations(&relations).expect("annotations");
    assert_eq!(known.transmitters_of("VB1").collect::<Vec<_>>(), [Transmitter::Acetylcholine]);
    let file = world.file("chem.csv", ",AVAL,ADAL,VB1\nASHL,1,1,\nRIS,2,,\nVB1,,1,\nADAL,,,1\n");
    let (mut graph, _) = good(&file, ConnectomeFormat::Cook2019, &Policies::default());
    let counts = predict_signs(&mut graph, &known, &SignRule::worm()).expect("signs");
    assert_eq!((counts.positive, counts.negative, counts.unknown), (2, 1, 2));
    let signs: Vec<_> = edges(&graph).into_iter().zip(graph.edges().map(|(_, _, edge)| edge.sign)).collect();
    assert_eq!(signs[0], ("chemical ASHL -> AVAL 1".to_owned(), Some(Sign::Positive)));
    assert_eq!(signs[1], ("chemical ASHL -> ADAL 1".to_owned(), None));
    assert_eq!(signs[2], ("chemical RIS -> AVAL 2".to_owned(), Some(Sign::Negative)));
    assert_eq!(known.annotate(&mut graph), 4);
    let node = &graph.petgraph()[graph.find("ASHL").expect("a node")];
    assert_eq!(node.attributes["transmitters"], serde_json::json!(["glutamate"]));
    let bad = world.file("bad.csv", "Entity1,Relationship,Entity2\nRIS,Neurotransmitter,Salt\n");
    insta::assert_snapshot!(
        world.plain(&Annotations::from_relations(&bad).expect_err("salt")),
        @"bad.csv, row 2, column `Entity2`: found `Salt`, expected a transmitter"
    );
}

#[test]
fn the_atlas_of_transmitters() {
    let world = World::new();
    let file = world.workbook(
        "wang.xlsx",
        &[(
            "Supp File 2",
            &[
                &[Text("Updated expression patterns")],
                &[Text("Class"), Text("Neuron"), Text("Neurotransmitter(s)"), Blank, Text("Comments")],
                &[Text("ADF"), Text("ADFL"), Text("ACh"), Text("5-HT (synthesis + uptake)"), Text("male")],
                &[Blank, Text("ADFR"), Text("ACh"), Text("unknown monoamine"), Blank],
                &[Text("VB"), Text("VB1"), Blank, Blank, Blank],
            ],
        )],
    );
    let known = Annotations::from_wang2024(&file).expect("annotations");
    assert_eq!(
        known.transmitters_of("ADFL").collect::<Vec<_>>(),
        [Transmitter::Acetylcholine, Transmitter::Serotonin]
    );
    assert_eq!(known.transmitters_of("ADFR").collect::<Vec<_>>(), [Transmitter::Acetylcholine]);
    assert_eq!(known.transmitters.len(), 2);
}
