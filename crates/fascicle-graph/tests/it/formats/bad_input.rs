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
    assert_snapshot!(complaints(Format::Json, &texts), @r##"
    line 1: EOF while parsing a value
    line 2: EOF while parsing an object
    line 1: missing field `nodes`
    the graph: node 0 has no `name`
    the graph: node 0 has 7 as its `name`; expected a text
    the graph: two nodes have the id `a`; ids must be unique
    the graph: the edge from `a` to `b` needs the node `b`, which the file does not have
    the graph: edge 0 names node 1, but there are 1
    line 1: an edge's end must be a node's name or number
    line 1: missing field `target`
    line 1: expected value
    line 1: invalid type: null, expected f64
    line 1: number out of range
    the graph: edge 0: an edge's slot is "x"; expected q, k, v or nothing
    the graph: edge 0: an edge's sign is "up"; expected 1 (excites), -1 (inhibits) or 0 (unknown)
    layer `a` is directed, not undirected
    the graph: missing field `edges` (or `links`)
    "##);
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
    assert_snapshot!(complaints(Format::GraphMl, &texts), @r##"
    line 1: there is no <graphml> element
    line 1: text before the <graphml> element
    line 1: the outermost element is <gexf>, not <graphml>
    line 4: the file has no <graph>
    line 3: <graph> needs the attribute `edgedefault`
    line 3: edgedefault is `both`; expected directed or undirected
    line 3: the file has several graphs; expected one
    line 3: two keys have the id `w`
    line 3: key `x` has type `complex`; expected boolean, int, long, float, double or string
    line 5: key `d7` is used but not declared; a <key id="d7" …> is missing
    line 5: the data for key `w` is `heavy`; expected a number
    line 5: an edge's weight is "NaN"; expected a finite number
    line 5: an edge's weight is "-inf"; expected a finite number
    line 5: the edge's `directed` is `perhaps`; expected true or false
    line 5: the edge from `a` to `b` needs the node `b`, which the file does not have
    line 5: <edge> needs the attribute `target`
    line 5: <node> needs the attribute `id`
    line 5: two nodes have the id `a`; ids must be unique
    line 5: node `b` holds a graph; nested graphs are not supported
    line 5: node `b` has a port; ports are not supported
    line 5: the edge has a sourceport; ports are not supported
    line 5: hyperedges are not supported; edges join two nodes
    line 5: the XML is broken: at 1..8: unrecognized entity `unknown`
    line 5: the XML is broken: ill-formed document: expected `</node>`, but `</edge>` was found
    line 3: the XML is broken: syntax error: tag not closed: `>` not found before end of input
    line 5: the XML is broken: syntax error: attribute value not closed: `"` not found before end of input
    "##);
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
    assert_snapshot!(complaints(Format::Gexf, &texts), @r##"
    line 1: the file has no <graph>
    line 1: the graph changes in time; only static graphs are read
    line 2: an edge's type is `sideways`; expected directed, undirected or mutual
    line 2: two nodes have the id `a`; ids must be unique
    line 1: a node holds nodes; nested graphs are not supported
    line 1: the graph changes in time; only static graphs are read
    line 1: the node attribute `0` is used but not declared in <attributes>
    line 2: the attribute `size` is `big`; expected a value of type integer
    line 2: the edge from `a` to `b` needs the node `b`, which the file does not have
    line 2: an edge's weight is "NaN"; expected a finite number
    line 1: the file ends inside <nodes>; it was cut off
    "##);
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
    assert_snapshot!(complaints(Format::Gml, &texts), @r##"
    line 1: the file has no graph; expected `graph [ … ]`
    line 1: [ is needed after `graph`
    line 2: two nodes have the id `1`; ids must be unique
    line 1: a node has no `id`
    line 1: an edge needs `source` and `target`
    line 2: the edge from `1` to `2` needs the node `2`, which the file does not have
    line 2: an edge's weight is "NAN"; expected a finite number
    line 2: an edge's weight is "heavy"; expected a finite number
    line 1: a quoted text does not end
    line 1: the file ends inside a list; it was cut off
    line 1: a value is needed here
    line 1: a key or ] is needed here
    line 1: `@` is no word of GML; expected a key, a number, "a text", [ or ]
    line 1: the file has several graphs; expected one
    "##);
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
    assert_snapshot!(complaints(Format::Dot, &texts), @r##"
    line 1: `graph` or `digraph` is needed at the beginning
    line 1: `graph` or `digraph` is needed at the beginning
    line 1: { is needed here
    line 2: edges of a digraph are written ->
    line 2: edges of a graph are written --
    line 1: `}` is not expected here
    line 1: the file ends inside { … }; it was cut off
    line 1: a quoted text does not end
    line 1: `]` is not expected here
    line 1: `=` is not expected here
    line 1: an edge's weight is "heavy"; expected a finite number
    line 1: an edge's weight is "nan"; expected a finite number
    line 1: `$` means nothing in DOT; names with it need quotes
    line 1: a comment does not end
    line 1: an HTML text does not end
    line 1: there is something after the graph; one graph a file is read
    line 1: { is needed after `subgraph`
    "##);
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
    assert_snapshot!(complaints(Format::EdgeList, &texts), @r##"
    line 2: the line has 1 field; source, target and perhaps a weight are needed; a header tells of other columns
    line 2: the weight is `c`; expected a finite number
    line 1: the weight is `nan`; expected a finite number
    line 1: the weight is `inf`; expected a finite number
    line 1: the line has 5 fields; source, target and perhaps a weight are needed; a header tells of other columns
    line 1: the target has no name
    line 1: a quoted field does not end
    line 1: `b` after a quoted field; expected a separator or the end of the line
    line 1: `{'weight': x}` are no attributes; expected {'weight': 1.0} or a number
    line 1: an edge's weight is "x"; expected a finite number
    line 2: the row has 2 fields, the header 3
    line 2: an edge's sign is "both"; expected 1 (excites), -1 (inhibits) or 0 (unknown)
    line 2: an edge's slot is "o"; expected q, k, v or nothing
    "##);
    assert_snapshot!(complaints(Format::EdgeCsv, &["a,b,weight\n"]), @"line 1: no column is called `source` (or from, src, pre, pre_id, pre_root_id)");
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
    assert_snapshot!(complaints(Format::MatrixCsv, &texts), @r##"
    line 2: row `a` has 1 cell after its name, the first row 2
    line 2: row `a` has 3 cells after its name, the first row 2
    line 1: column 3 is called `a` like another
    line 3: the row is called `a` like another
    line 2: the row has no name in its first cell
    line 2: column 3 has the weight 2, but no name
    line 2: the weight from `a` to `b` is `x`; expected a finite number or nothing
    line 2: the weight from `a` to `b` is `NaN`; expected a finite number or nothing
    "##);
    let undirected = ReadOptions::new().directed(false);
    assert_snapshot!(complaints_with(Format::MatrixCsv, &[",a,b\na,1,2\nb,3,\n"], &undirected), @"the graph: the matrix is not symmetric, as an undirected graph's is: 2 from `a` to `b`, 3 back");
    // numbers for names in three columns; names alone
    assert_snapshot!(complaints(Format::Csv, &["1,2,3\n2,3,1\n", "a,b,c\nd,e,f\n"]), @r##"
    the graph: the file may be an adjacency matrix or a table of edges; say which: matrix-csv, edge-csv (whose first row names the columns, such as source, target, weight) or edge-list
    the graph: the file may be an adjacency matrix or a table of edges; say which: matrix-csv, edge-csv (whose first row names the columns, such as source, target, weight) or edge-list
    "##);
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
    assert_snapshot!(complaints(Format::MatrixMarket, &texts), @r##"
    line 1: `%%MatrixMarket matrix coordinate real general` or the like is needed
    line 1: `%%MatrixMarket matrix coordinate real general` or the like is needed
    line 1: the entries are `complex`; expected real, integer or (coordinate) pattern
    line 1: the symmetry is `hermitian`; expected general, symmetric or skew-symmetric
    line 1: the entries are `pattern`; expected real, integer or (coordinate) pattern
    line 1: the layout is `sparse`; expected coordinate or array
    the graph: the file has no line with the size of the matrix
    line 2: `2 2` is no size; expected rows, columns and entries
    line 2: the matrix has 2 rows and 3 columns; an adjacency matrix is square
    the graph: 2 entries are announced, but the file has 1; it was cut off
    line 4: there are more entries than the 1 announced
    line 3: the row is `0`; expected a number from 1 to 2
    line 3: the column is `3`; expected a number from 1 to 2
    line 3: the value is `NaN`; expected a finite number
    line 3: the value is `0.5`; expected an integer
    line 3: there is `0.5` after the entry
    line 3: a skew-symmetric matrix has nothing on its diagonal
    line 2: 1000000000000000000 rows are too many; fewer than 4294967295 fit
    line 2: 1000000000 rows are announced for 1 entry; that is no graph
    the graph: 1000000000000000000 entries are announced, but the file has 1; it was cut off
    the graph: 4 entries are announced, but the file has 3; it was cut off
    "##);
}

#[test]
fn what_is_no_text() {
    assert_snapshot!(Format::EdgeList.parse(b"a b 1\n\xff\xfe", &ReadOptions::new()).unwrap_err(), @"line 2: the text is not UTF-8; save it as UTF-8");
    assert_snapshot!(Format::Parquet.parse(b"PAR1 nothing PAR1", &ReadOptions::new()).unwrap_err(), @"the graph: the Parquet file cannot be read: EOF: Parquet file too small. Size is 17 but need 543649393");
}

#[test]
fn errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worm.edges");
    let place = folder.path().display().to_string();
    let told = |error: fascicle_graph::GraphError| error.to_string().replace(&place, "FOLDER");
    assert_snapshot!(told(format::read(&path, &ReadOptions::new()).unwrap_err()), @"cannot read FOLDER/worm.edges");
    std::fs::write(&path, "a b\nc\n").unwrap();
    assert_snapshot!(told(format::read(&path, &ReadOptions::new()).unwrap_err()), @"FOLDER/worm.edges, line 2: the line has 1 field; source, target and perhaps a weight are needed; a header tells of other columns");
    let nowhere = folder.path().join("nowhere/worm.json");
    assert_snapshot!(told(format::write(&PathwayGraph::new(), &nowhere).unwrap_err()), @"cannot write FOLDER/nowhere/worm.json");
    assert_snapshot!(told(format::write(&PathwayGraph::new(), Path::new("worm.xls")).unwrap_err()), @"the graph file is worm.xls; expected an extension among .json .graphml .gexf .gml .dot .gv .txt .edgelist .tsv .edges .csv .mtx .parquet, or a format that is named");
}

#[test]
fn what_cannot_be_written() {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let nameless = graph.node("");
    let edge = graph.connect(nameless, nameless, layer, 1.0).unwrap();
    assert_snapshot!(Format::EdgeList.render(&graph).unwrap_err(), @"a node's name is empty; expected a name");
    assert_snapshot!(Format::MatrixCsv.render(&graph).unwrap_err(), @"a node's name is empty; expected a name");
    graph.edge_mut(edge).weight = f64::NAN;
    assert_snapshot!(Format::Json.render(&graph).unwrap_err(), @"the edge  ->  has weight NaN; expected a finite number");
    let mut graph = PathwayGraph::new();
    graph.node("bell \u{7}");
    assert_snapshot!(Format::GraphMl.render(&graph).unwrap_err(), @r#"a node's name is "bell \u{7}"; expected a text without control characters, which XML cannot hold"#);
    assert_snapshot!(Format::Gexf.render(&graph).unwrap_err(), @r#"a node's name is "bell \u{7}"; expected a text without control characters, which XML cannot hold"#);
}
