//! What is wrong with a file, said so that its owner can mend it.

use std::fmt::Write;
use std::path::Path;

use fascicle_graph::PathwayGraph;
use fascicle_graph::format::{self, Format, ReadOptions};
use insta::assert_snapshot;

/// What each of the texts is told.
fn complaints(format: Format, texts: &[&str]) -> String {
    complaints_with(format, texts, &ReadOptions::new())
}

fn complaints_with(format: Format, texts: &[&str], options: &ReadOptions) -> String {
    let mut out = String::new();
    for text in texts {
        match format.parse(text.as_bytes(), options) {
            Err(error) => writeln!(out, "{error}").unwrap(),
            Ok(graph) => panic!("{graph:?} was read from\n{text}"),
        }
    }
    out
}

#[test]
fn json() {
    let texts = [
        "",
        "{\"nodes\": [{\"name\": \"a\"}],\n \"edges\": [{\"source\": \"a\"",
        r#"{"edges": []}"#,
        r#"{"nodes": [{"kind": "head"}], "edges": []}"#,
        r#"{"nodes": [{"name": 7}], "edges": []}"#,
        r#"{"nodes": [{"name": "a"}, {"name": "a"}], "edges": []}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "b", "weight": 1}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": 1, "weight": 1}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": [], "weight": 1}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "weight": 1}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "a", "weight": NaN}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "a", "weight": null}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "a", "weight": 1e999}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "a", "score": 1, "slot": "x"}]}"#,
        r#"{"nodes": [{"name": "a"}], "edges": [{"source": "a", "target": "a", "score": 1, "sign": "up"}]}"#,
        r#"{"nodes": [], "edges": [], "layers": [{"name": "a"}, {"name": "a", "directed": false}]}"#,
        r#"{"nodes": [{"id": "a"}]}"#,
    ];
    assert_snapshot!(complaints(Format::Json, &texts), @"");
}

#[test]
fn graphml() {
    let inside = |inner: &str| {
        format!(
            "<graphml>\n<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n{inner}\n</graphml>"
        )
    };
    let graph = |inner: &str| {
        inside(&format!("<graph edgedefault=\"directed\">\n<node id=\"a\"/>\n{inner}\n</graph>"))
    };
    let texts = [
        String::new(),
        "just text".to_owned(),
        "<gexf/>".to_owned(),
        inside(""),
        inside("<graph/>"),
        inside("<graph edgedefault=\"both\"/>"),
        inside("<graph edgedefault=\"directed\"/><graph edgedefault=\"directed\"/>"),
        inside("<key id=\"w\" for=\"node\"/>"),
        inside("<key id=\"x\" attr.name=\"x\" attr.type=\"complex\"/>"),
        graph("<edge source=\"a\" target=\"a\"><data key=\"d7\">1</data></edge>"),
        graph("<edge source=\"a\" target=\"a\"><data key=\"w\">heavy</data></edge>"),
        graph("<edge source=\"a\" target=\"a\"><data key=\"w\">NaN</data></edge>"),
        graph("<edge source=\"a\" target=\"a\"><data key=\"w\">-inf</data></edge>"),
        graph("<edge source=\"a\" target=\"a\" directed=\"perhaps\"/>"),
        graph("<edge source=\"a\" target=\"b\"/>"),
        graph("<edge source=\"a\"/>"),
        graph("<node/>"),
        graph("<node id=\"a\"/>"),
        graph("<node id=\"b\"><graph edgedefault=\"directed\"/></node>"),
        graph("<node id=\"b\"><port name=\"p\"/></node>"),
        graph("<edge source=\"a\" target=\"a\" sourceport=\"p\"/>"),
        graph("<hyperedge><endpoint node=\"a\"/></hyperedge>"),
        graph("<node id=\"&unknown;\"/>"),
        graph("<node id=\"b\"></edge>"),
        graph("")[..80].to_owned(),
        graph("<node id=\"b\"><desc>")[..130].to_owned(),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_snapshot!(complaints(Format::GraphMl, &texts), @"");
}

#[test]
fn gexf() {
    let texts = [
        "<gexf></gexf>",
        "<gexf><graph mode=\"dynamic\"/></gexf>",
        "<gexf>\n<graph defaultedgetype=\"sideways\"/></gexf>",
        "<gexf><graph><nodes><node id=\"a\"/>\n<node id=\"a\"/></nodes></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"><nodes/></node></nodes></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"><spells/></node></nodes></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"><attvalues><attvalue for=\"0\" value=\"1\"/></attvalues></node></nodes></graph></gexf>",
        "<gexf><graph><attributes class=\"node\"><attribute id=\"0\" title=\"size\" type=\"integer\"/></attributes>\n\
         <nodes><node id=\"a\"><attvalues><attvalue for=\"0\" value=\"big\"/></attvalues></node></nodes></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"/></nodes>\n<edges><edge source=\"a\" target=\"b\"/></edges></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"/></nodes>\n<edges><edge source=\"a\" target=\"a\" weight=\"NaN\"/></edges></graph></gexf>",
        "<gexf><graph><nodes><node id=\"a\"/>",
    ];
    assert_snapshot!(complaints(Format::Gexf, &texts), @"");
}

#[test]
fn gml() {
    let texts = [
        "",
        "graph 1",
        "graph [ node [ id 1 ] node\n[ id 1 ] ]",
        "graph [ node [ label \"a\" ] ]",
        "graph [ node [ id 1 ] edge [ source 1 ] ]",
        "graph [ node [ id 1 ]\nedge [ source 1 target 2 ] ]",
        "graph [ node [ id 1 ]\nedge [ source 1 target 1 weight NAN ] ]",
        "graph [ node [ id 1 ]\nedge [ source 1 target 1 weight \"heavy\" ] ]",
        "graph [ node [ id 1 label \"a",
        "graph [ node [ id 1",
        "graph [ node [ id ] ]",
        "graph [ 1 2 ]",
        "graph [ @ ]",
        "graph [ ] graph [ ]",
    ];
    assert_snapshot!(complaints(Format::Gml, &texts), @"");
}

#[test]
fn dot() {
    let texts = [
        "",
        "a -> b",
        "digraph a -> b",
        "digraph {\n a -- b }",
        "graph {\n a -> b }",
        "digraph { a -> }",
        "digraph { a -> b",
        "digraph { \"a",
        "digraph { a [x=] }",
        "digraph { a [= }",
        "digraph { a -> b [weight=heavy] }",
        "digraph { a -> b [weight=nan] }",
        "digraph { a $ b }",
        "digraph { /* a }",
        "digraph { a [label=<b] }",
        "digraph { } digraph { }",
        "digraph { subgraph x; }",
    ];
    assert_snapshot!(complaints(Format::Dot, &texts), @"");
}

#[test]
fn edge_lists() {
    let texts = [
        "a b 1\nc\n",
        "a b 1\na b c\n",
        "a b nan\n",
        "a,b,inf\n",
        "a b 1 2 3\n",
        "a,,1\n",
        "a \"b 1\n",
        "\"a\"b,c\n",
        "a b {'weight': x}\n",
        "a b {'weight': 'x'}\n",
        "source,target,weight\na,b\n",
        "source,target,sign\na,b,both\n",
        "source,target,slot\na,b,o\n",
    ];
    assert_snapshot!(complaints(Format::EdgeList, &texts), @"");
    assert_snapshot!(complaints(Format::EdgeCsv, &["a,b,weight\n"]), @"");
}

#[test]
fn matrices() {
    let texts = [
        ",a,b\na,1\nb,0,1\n",
        ",a,b\na,1,2,3\n",
        ",a,a\n",
        ",a,b\na,1,2\na,1,2\n",
        ",a,b\n,1,2\n",
        ",a,,b\na,1,2,3\n",
        ",a,b\na,1,x\n",
        ",a,b\na,1,NaN\n",
    ];
    assert_snapshot!(complaints(Format::MatrixCsv, &texts), @"");
    let undirected = ReadOptions::new().directed(false);
    assert_snapshot!(complaints_with(Format::MatrixCsv, &[",a,b\na,1,2\nb,3,\n"], &undirected), @"");
    // numbers for names in three columns; names alone
    assert_snapshot!(complaints(Format::Csv, &["1,2,3\n2,3,1\n", "a,b,c\nd,e,f\n"]), @"");
}

#[test]
fn matrix_market() {
    let of = |kind: &str, rest: &str| format!("%%MatrixMarket matrix {kind}\n{rest}");
    let texts = [
        String::new(),
        "1 1 1".to_owned(),
        of("coordinate complex general", ""),
        of("coordinate real hermitian", ""),
        of("array pattern general", ""),
        of("sparse real general", ""),
        of("coordinate real general", "% nothing else"),
        of("coordinate real general", "2 2"),
        of("coordinate real general", "2 3 0"),
        of("coordinate real general", "2 2 2\n1 1 1\n"),
        of("coordinate real general", "2 2 1\n1 1 1\n1 2 1\n"),
        of("coordinate real general", "2 2 1\n0 1 1\n"),
        of("coordinate real general", "2 2 1\n1 3 1\n"),
        of("coordinate real general", "2 2 1\n1 2 NaN\n"),
        of("coordinate integer general", "2 2 1\n1 2 0.5\n"),
        of("coordinate pattern general", "2 2 1\n1 2 0.5\n"),
        of("coordinate real skew-symmetric", "2 2 1\n1 1 1\n"),
        of("coordinate real general", "1000000000000000000 1000000000000000000 1\n1 1 1\n"),
        of("coordinate real general", "1000000000 1000000000 1\n1 1 1\n"),
        of("array real general", "1000000000 1000000000\n1\n"),
        of("array real general", "2 2\n1\n2\n3\n"),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_snapshot!(complaints(Format::MatrixMarket, &texts), @"");
}

#[test]
fn what_is_no_text() {
    assert_snapshot!(Format::EdgeList.parse(b"a b 1\n\xff\xfe", &ReadOptions::new()).unwrap_err(), @"");
    assert_snapshot!(Format::Parquet.parse(b"PAR1 nothing PAR1", &ReadOptions::new()).unwrap_err(), @"");
}

#[test]
fn errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worm.edges");
    let place = folder.path().display().to_string();
    let told = |error: fascicle_graph::GraphError| error.to_string().replace(&place, "FOLDER");
    assert_snapshot!(told(format::read(&path, &ReadOptions::new()).unwrap_err()), @"");
    std::fs::write(&path, "a b\nc\n").unwrap();
    assert_snapshot!(told(format::read(&path, &ReadOptions::new()).unwrap_err()), @"");
    let nowhere = folder.path().join("nowhere/worm.json");
    assert_snapshot!(told(format::write(&PathwayGraph::new(), &nowhere).unwrap_err()), @"");
    assert_snapshot!(told(format::write(&PathwayGraph::new(), Path::new("worm.xls")).unwrap_err()), @"");
}

#[test]
fn what_cannot_be_written() {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let nameless = graph.node("");
    let edge = graph.connect(nameless, nameless, layer, 1.0).unwrap();
    assert_snapshot!(Format::EdgeList.render(&graph).unwrap_err(), @"");
    assert_snapshot!(Format::MatrixCsv.render(&graph).unwrap_err(), @"");
    graph.edge_mut(edge).weight = f64::NAN;
    assert_snapshot!(Format::Json.render(&graph).unwrap_err(), @"");
    let mut graph = PathwayGraph::new();
    graph.node("bell \u{7}");
    assert_snapshot!(Format::GraphMl.render(&graph).unwrap_err(), @"");
    assert_snapshot!(Format::Gexf.render(&graph).unwrap_err(), @"");
}
