//! `fascicle graph` and `fascicle connectome` on small files of the test's own.

use std::fs;

use crate::support::{Desk, json, real};

/// Two triangles with a bridge, a shortcut and a self-loop.
const EDGES: &str = "a b 2\nb c 1\nc a 1\nc d 3\nd e 1\ne f 1\nf d 2\na d 5\nf f 1\n";

fn desk() -> Desk {
    let desk = Desk::new();
    fs::write(desk.path("g.edges"), EDGES).unwrap();
    desk
}

#[test]
fn a_graph_is_described() {
    let desk = desk();
    let info = json(&desk.good(&["graph", "info", "g.edges", "--json"]).stdout);
    assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(6), Some(9)), "{info}");
    assert_eq!(info["weak_components"], 1, "{info}");
    assert_eq!(info["strong_components"], 2, "{info}");
    let metrics = json(&desk.good(&["graph", "metrics", "g.edges", "--json"]).stdout);
    assert_eq!(metrics["nodes"]["d"]["in_degree"], 3.0, "{metrics}");
    assert_eq!(metrics["nodes"]["a"]["out_strength"], 7.0, "{metrics}");
    assert_eq!(metrics["graph"]["weak_components"], 1.0, "{metrics}");
    let some = json(&desk.good(&["graph", "metrics", "g.edges", "--pivots", "6", "--json"]).stdout);
    assert_eq!(
        some["nodes"]["d"]["betweenness_estimate"], metrics["nodes"]["d"]["betweenness"],
        "every node is a pivot: {some}"
    );
    let total: f64 =
        metrics["nodes"].as_object().unwrap().values().filter_map(|n| n["pagerank"].as_f64()).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
}

#[test]
fn paths_come_in_order() {
    let desk = desk();
    let found = json(&desk.good(&["graph", "paths", "g.edges", "a", "f", "--json"]).stdout);
    assert_eq!(
        found["paths"],
        serde_json::json!([
            { "nodes": ["a", "d", "e", "f"], "length": 3.0 },
            { "nodes": ["a", "b", "c", "d", "e", "f"], "length": 5.0 },
        ])
    );
    let by_weight = json(
        &desk
            .good(&["graph", "paths", "g.edges", "a", "d", "-k", "1", "--length", "weight", "--json"])
            .stdout,
    );
    assert_eq!(by_weight["paths"][0]["length"], 5.0, "{by_weight}");
    let none = desk.good(&["graph", "paths", "g.edges", "f", "a"]).stdout;
    assert_eq!(none, "no path leads from f to a\n");
}

#[test]
fn communities_are_the_triangles() {
    let desk = Desk::new();
    fs::write(desk.path("two.edges"), "a b\nb c\nc a\nc d\nd e\ne f\nf d\n").unwrap();
    let args = ["graph", "communities", "two.edges", "--undirected", "--out", "c.json", "--json"];
    let found = json(&desk.good(&args).stdout);
    assert_eq!(found["count"], 2, "{found}");
    let of = json(&fs::read_to_string(desk.path("c.json")).unwrap());
    assert_eq!(of["d"], of["f"]);
    assert_ne!(of["b"], of["f"]);
}

#[test]
fn communities_beside_what_nodes_say() {
    let desk = Desk::new();
    let nodes: Vec<String> = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .zip(["left", "left", "left", "right", "right", "right"])
        .map(|(name, kind)| format!(r#"{{"name":"{name}","kind":"{kind}"}}"#))
        .collect();
    let edges: Vec<String> = ["ab", "bc", "ca", "cd", "de", "ef", "fd"]
        .iter()
        .map(|ends| format!(r#"{{"source":"{}","target":"{}"}}"#, &ends[..1], &ends[1..]))
        .collect();
    let text = format!(r#"{{"nodes":[{}],"edges":[{}]}}"#, nodes.join(","), edges.join(","));
    fs::write(desk.path("two.json"), text).unwrap();
    let find = ["graph", "communities", "two.json", "--undirected", "--compare"];
    let found = json(&desk.good(&[&find[..], &["kind", "--json"]].concat()).stdout);
    assert_eq!(found["agreement"]["nmi"], 1.0, "{found}");
    assert_eq!(found["agreement"]["variation_of_information"], 0.0, "{found}");
    let shown = desk.good(&[&find[..], &["kind", "--method", "blocks"]].concat()).stdout;
    assert!(shown.contains("nats; blocks of blocks:"), "{shown}");
    let unknown = desk.refused(&[&find[..], &["side"]].concat());
    assert!(unknown.contains("no node has an attribute `side`"), "{unknown}");
}

#[test]
fn formats_and_pictures_are_written() {
    let desk = desk();
    for name in ["g.json", "g.graphml", "g.gexf", "g.gml", "g.dot", "g.parquet"] {
        desk.good(&["graph", "convert", "g.edges", name]);
        let info = json(&desk.good(&["graph", "info", name, "--json"]).stdout);
        assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(6), Some(9)), "{name}: {info}");
    }
    for layout in ["force", "layered", "circular", "matrix"] {
        desk.good(&[
            "graph",
            "draw",
            "g.edges",
            "--layout",
            layout,
            "--colour",
            "community",
            "--out",
            "g.svg",
        ]);
        let picture = fs::read_to_string(desk.path("g.svg")).unwrap();
        assert!(picture.starts_with("<svg") || picture.starts_with("<?xml"), "{layout}: {picture:.60}");
    }
}

#[test]
fn nulls_keep_degrees_and_motifs_are_counted() {
    let desk = desk();
    desk.good(&["graph", "nulls", "g.edges", "--out", "null.json"]);
    let degrees = |file: &str| {
        let metrics = json(&desk.good(&["graph", "metrics", file, "--json"]).stdout);
        ["a", "d", "f"].map(|node| metrics["nodes"][node]["in_degree"].as_f64())
    };
    assert_eq!(degrees("g.edges"), degrees("null.json"));
    let motifs = json(&desk.good(&["graph", "motifs", "g.edges", "--nulls", "10", "--json"]).stdout);
    let cycle = motifs["motifs"].as_array().unwrap().iter().find(|m| m["id"] == 98).unwrap().clone();
    assert_eq!(cycle["count"], 2, "{cycle}");
}

#[test]
fn a_connectome_is_read_with_its_report() {
    let desk = Desk::new();
    fs::write(
        desk.path("herm_chem_adj.csv"),
        "\u{feff},ADAL,AVAL,VB01\r\nADAL,,3,\r\nAVAL,1,,2\r\nVB01,,,1\r\n",
    )
    .unwrap();
    let args = ["connectome", "read", "herm_chem_adj.csv", "--format", "cook2019", "--out", "worm.json"];
    let report = desk.good(&args).stdout;
    assert!(report.contains("worm.json"), "{report}");
    let info = json(&desk.good(&["graph", "info", "worm.json", "--json"]).stdout);
    assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(3), Some(4)), "{info}");
    assert_eq!(info["layers"][0]["name"], "chemical", "{info}");
    desk.good(&["graph", "paths", "worm.json", "ADAL", "VB1"]);
    let said = desk.good(&["graph", "info", "worm.json"]).stdout;
    let files = said.split_once("from files").map(|(_, rest)| rest).unwrap_or_default();
    assert!(files.trim_start().starts_with("file herm_chem_adj.csv, sha256"), "in words: {said}");
    for args in [&["info"][..], &["metrics"], &["metrics", "--top", "3"]] {
        let said = desk.good(&[&["graph", args[0], "worm.json"][..], &args[1..]].concat()).stdout;
        assert!(said.lines().all(|line| line.chars().count() <= 100), "{said}");
    }
    let summary = desk.good(&["graph", "metrics", "worm.json", "--top", "0"]).stdout;
    assert!(!summary.contains("pagerank"), "{summary}");
    fs::write(desk.path("body.csv"), ",ADAL,MDL05\nADAL,,2\nMDL05,,\n").unwrap();
    let neurons = desk.good(&["connectome", "read", "body.csv", "--format", "cook2019", "--neurons"]).stdout;
    assert!(neurons.contains("kept the 1 neurons and the 0 edges between them"), "{neurons}");
    fs::write(desk.path("larva.csv"), "11,12,3\n12,13,1\n").unwrap();
    insta::assert_snapshot!(desk.refused(&["connectome", "read", "larva.csv", "--neurons", "--out", "none.json"]), @"error: none of the 3 cells is known as a neuron of C. elegans: leave --neurons out");
    assert!(!desk.path("none.json").exists());
}

#[test]
fn hubs_that_know_each_other_are_a_rich_club() {
    let desk = Desk::new();
    // eight hubs, all joined, with eight followers each of their own; followers know three others
    let mut edges = String::new();
    for hub in 0..8 {
        for other in 0..hub {
            edges += &format!("hub{hub} hub{other}\n");
        }
        for at in 0..8 {
            edges += &format!("hub{hub} f{}\n", 8 * hub + at);
        }
    }
    for at in 0..64 {
        for step in [5, 17, 29] {
            edges += &format!("f{at} f{}\n", (at + step) % 64);
        }
    }
    fs::write(desk.path("club.edges"), edges).unwrap();
    let args =
        ["graph", "rich-club", "club.edges", "--undirected", "--nulls", "60", "--out", "club.svg", "--json"];
    let found = json(&desk.good(&args).stdout);
    let hubs: Vec<String> = (0..8).map(|hub| format!("hub{hub}")).collect();
    let mut members: Vec<String> = found["runs"].as_array().unwrap().last().unwrap()["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    members.sort();
    assert_eq!(members, hubs, "{found}");
    assert!(fs::read_to_string(desk.path("club.svg")).unwrap().contains("<svg"));
    let text = desk.good(&["graph", "rich-club", "club.edges", "--undirected", "--nulls", "60"]).stdout;
    assert!(text.contains("rich club of 8 nodes at 3 σ, k = ") && text.contains("hub0 hub1 hub2"), "{text}");
    let none = desk
        .good(&["graph", "rich-club", "club.edges", "--undirected", "--nulls", "20", "--sigmas", "1000"])
        .stdout;
    assert!(none.starts_with("no rich club at 1000 σ\n"), "{none}");
}

/// A chemical matrix of two sensory, two inter- and two motor neurons.
const MATRIX: &str = "\
,ASHL,ASHR,AVAL,AVBL,VA01,VB01\nASHL,,,3,,,\nASHR,,,4,1,,\nAVAL,,,,,2,\nAVBL,,,1,,,5\nVA01,,,,,,\nVB01,,,,,,\n";

#[test]
fn a_connectome_becomes_masks() {
    let desk = Desk::new();
    fs::write(desk.path("chem.csv"), MATRIX).unwrap();
    let args = [
        "connectome",
        "mask",
        "chem.csv",
        "--layers",
        "sensory,inter,motor",
        "--weights",
        "count",
        "--out",
        "m.safetensors",
    ];
    let made = json(&desk.good(&[&args[..], &["--json"]].concat()).stdout);
    assert_eq!(made["layers"][0]["name"], "sensory-interneuron", "{made}");
    assert_eq!(made["layers"][0]["shape"], serde_json::json!([2, 2]));
    assert_eq!(made["layers"][1]["connections"], 2);
    let tensors = desk.tensors("m.safetensors");
    // rows are AVAL and AVBL, columns ASHL and ASHR
    let expected = (&[2, 2][..], &[3.0, 4.0, 0.0, 1.0][..]);
    assert_eq!(real(&tensors, "sensory-interneuron.weight"), expected);
    assert_eq!(real(&tensors, "sensory-interneuron.mask").1, [1.0, 1.0, 0.0, 1.0]);
    let names = json(&fs::read_to_string(desk.path("m.json")).unwrap());
    assert_eq!(names["layers"][1]["inputs"], serde_json::json!(["AVAL", "AVBL"]));
    assert_eq!(names["layers"][1]["outputs"], serde_json::json!(["VA1", "VB1"]));
    assert_eq!(names["orientation"], "out-in");

    // a graph that was written before gives the same, and its rows can be the inputs
    desk.good(&["connectome", "read", "chem.csv", "--out", "worm.json"]);
    desk.good(&[
        "connectome",
        "mask",
        "worm.json",
        "--layers",
        "sensory,inter",
        "--orientation",
        "in-out",
        "--out",
        "t.safetensors",
    ]);
    assert_eq!(real(&desk.tensors("t.safetensors"), "sensory-interneuron.mask").1, [1.0, 0.0, 1.0, 1.0]);

    fs::write(
        desk.path("cells.csv"),
        "Entity1,Relationship,Entity2\nASHL,Neurotransmitter,GABA\nASHR,Neurotransmitter,ACh\n",
    )
    .unwrap();
    let signed = [
        "connectome",
        "mask",
        "worm.json",
        "--layers",
        "sensory,inter",
        "--transmitters",
        "cells.csv",
        "--out",
        "s.safetensors",
    ];
    insta::assert_snapshot!(desk.good(&signed).stdout, @r"
    layer                shape   connections  density  idle in  idle out  signs
    sensory-interneuron  [2, 2]  3            75.00 %  0        0         2 +, 1 −, 0 unknown

    shapes are [out, in]; written to s.safetensors, names to s.json
    ");
    assert_eq!(real(&desk.tensors("s.safetensors"), "sensory-interneuron.sign").1, [-1.0, 1.0, 0.0, 1.0]);
}

#[test]
fn what_is_no_mask_is_said() {
    let desk = Desk::new();
    fs::write(desk.path("chem.csv"), MATRIX).unwrap();
    let mask = |file: &str, layers: &str, out: &str| {
        desk.refused(&["connectome", "mask", file, "--layers", layers, "--out", out])
    };
    insta::assert_snapshot!(mask("chem.csv", "sensory,muscle", "m.safetensors"), @"error: no cell is in the set `muscle`; the kinds of cells are `interneuron`, `motor`, `sensory`");
    insta::assert_snapshot!(mask("chem.csv", "motor,sensory", "m.safetensors"), @"error: the layer `motor-sensory` has no connections; choose other cells, a lower threshold or more layers of the graph");
    insta::assert_snapshot!(mask("chem.csv", "sensory,,motor", "m.safetensors"), @"error: a set of cells is ``; expected [NAME=]PICK[+PICK…], as in `sensory`, `command=class:AVA+class:AVB` or `neurons`");
    insta::assert_snapshot!(mask("chem.csv", "neurons", "m.json"), @"error: cannot write m.json: what is written is safetensors: give a name that ends in .safetensors");
    insta::assert_snapshot!(mask("chem.csv", "neurons", "nowhere/m.safetensors"), @"error: cannot write nowhere/m.safetensors: there is no folder nowhere");
    insta::assert_snapshot!(mask("none.csv", "neurons", "m.safetensors"), @r"
    error: cannot read none.csv
      caused by: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(mask("connectome-cook2019", "neurons", "m.safetensors"), @"error: the data set `connectome-cook2019` is not on this machine: run `fascicle fetch connectome-cook2019`, or give a file");
}

#[test]
fn what_is_wrong_is_said() {
    let desk = desk();
    insta::assert_snapshot!(desk.refused(&["graph", "paths", "g.edges", "a", "q"]), @"error: no node is called `q`");
    insta::assert_snapshot!(desk.refused(&["graph", "info", "g.edges", "--layer", "gap"]), @"error: no layer is called `gap`; this graph has one layer, which has no name");
    insta::assert_snapshot!(desk.refused(&["graph", "convert", "g.edges", "g.xyz"]), @"error: the graph file is g.xyz; expected an extension among .json .graphml .gexf .gml .dot .gv .txt .edgelist .tsv .edges .csv .mtx .parquet, or a format that is named");
    insta::assert_snapshot!(desk.refused(&["graph", "draw", "g.edges", "--out", "g.png"]), @"error: cannot write g.png: what is written is svg: give a name that ends in .svg");
    insta::assert_snapshot!(desk.refused(&["graph", "info", "connectome-cook2019"]), @"error: `connectome-cook2019` is a data set: make a graph of it first, with `fascicle connectome read connectome-cook2019 --out worm.json`");
    insta::assert_snapshot!(desk.refused(&["graph", "info", "none.json"]), @r"
    error: cannot read none.json
      caused by: No such file or directory (os error 2)
    ");
}
