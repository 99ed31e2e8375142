//! What files look like in the wild, and what is read from them.

use fascicle_graph::format::{Format, ReadOptions};
use fascicle_graph::{PathwayGraph, Quantity};

use super::shown;

fn parse(format: Format, text: &str) -> PathwayGraph {
    parse_with(format, text, &ReadOptions::new())
}

#[track_caller]
fn parse_with(format: Format, text: &str, options: &ReadOptions) -> PathwayGraph {
    format.parse(text.as_bytes(), options).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

#[track_caller]
fn check(format: Format, text: &str, nodes: &[&str], edges: &[&str]) {
    let graph = parse(format, text);
    assert_eq!(graph.names().collect::<Vec<_>>(), nodes, "in\n{text}");
    assert_eq!(shown(&graph), edges, "in\n{text}");
}

#[test]
fn edge_lists() {
    let plain = ["a -> b 2", "b -> c 1"];
    for text in [
        "a b 2\nb c\n",
        "a\tb\t2\nb\tc\n",
        "a,b,2\nb,c",
        "a;b;2\nb;c",
        // marks, line ends and padding of other programs
        "\u{feff}a b 2\r\nb c\r\n",
        "# a list\n\n% of edges\n   a   b\t2  # the first\n b c\n\n",
        " a , b , 2 \n b,c,\n",
        "\"a\",\"b\",2\nb,\"c\"",
        "source target weight\na b 2\nb c 1\n",
        "a b {'weight': 2, 'ok': True}\nb c {}\n",
    ] {
        check(Format::EdgeList, text, &["a", "b", "c"], &plain);
    }
    // the same edge again is a parallel one
    check(Format::EdgeList, "a b 2\na b 2\na a 1\n", &["a", "b"], &["a -> b 2", "a -> b 2", "a -> a 1"]);
    // names with separators in them
    check(
        Format::EdgeList,
        "\"a b\" \"c, \"\"d\"\"\" 1e-3",
        &["a b", "c, \"d\""],
        &["a b -> c, \"d\" 0.001"],
    );
    check(Format::EdgeList, "", &[], &[]);
}

#[test]
fn edge_tables() {
    check(
        Format::Csv,
        "Post Root ID,neuropil,pre_root_id,syn_count\n720575940625363947,ME_R,720575940629970489,7\n",
        &["720575940629970489", "720575940625363947"],
        &["720575940629970489 -> 720575940625363947 7"],
    );
    check(
        Format::Csv,
        "source,target,weight,layer,sign,slot\na,b,1,chemical,-1,\nb,a,2,gap,,q\na,a,,,+,\n",
        &["a", "b"],
        &["a -> b 1 chemical -1", "b -> a 2 gap q", "a -> a 1 +1"],
    );
    let scores = parse(Format::EdgeCsv, "source,target,score\nm0,logits,-0.5\n");
    assert_eq!(scores.provenance.quantity, Quantity::Score);
    // no header: names in a column called otherwise
    let options = ReadOptions::new().header(false);
    assert_eq!(
        shown(&parse_with(Format::EdgeList, "source target\na b\n", &options)),
        ["source -> target 1", "a -> b 1"]
    );
}

#[test]
fn matrices() {
    let square = ["a -> a 1", "a -> b 2", "b -> a 0.5"];
    for text in [
        ",a,b\na,1,2\nb,0.5,0\n",
        // blanks for zeros, other separators, marks, padding, empty columns and rows of a spreadsheet
        "\u{feff};a;b\r\na;1;2\r\nb;0.5;\r\n",
        "\ta\tb\na\t1\t2\nb\t0.5\t\n",
        "neuron, a , b ,,\n a , 1, 2,,\n b ,0.5,,,\n,,,,\n",
        "\"\",\"a\",\"b\"\n\"a\",1,2\n\"b\",0.5,0\n",
    ] {
        check(Format::Csv, text, &["a", "b"], &square);
        check(Format::MatrixCsv, text, &["a", "b"], &square);
    }
    // rows and columns of different names
    check(Format::Csv, ",muscle,b\na,3,\nb,,-1\n", &["a", "b", "muscle"], &["a -> muscle 3", "b -> b -1"]);
    // three columns of numbers under names that are no ends make a matrix only where it is said
    check(Format::MatrixCsv, "x,p,q\na,1,2\n", &["a", "p", "q"], &["a -> p 1", "a -> q 2"]);
    check(Format::Csv, "a,b,2\nc,d,1\n", &["a", "b", "c", "d"], &["a -> b 2", "c -> d 1"]);
}

#[test]
fn matrix_market() {
    let general = ["1 -> 2 2.5", "3 -> 3 -1"];
    check(
        Format::MatrixMarket,
        "%%MatrixMarket matrix coordinate real general\n% by hand\n\n3 3 2\n1 2 2.5\n3 3 -1\n",
        &["1", "2", "3"],
        &general,
    );
    check(
        Format::MatrixMarket,
        "%%matrixmarket MATRIX Array Real General\r\n2 2\r\n0\r\n4\r\n2.5\r\n0\r\n",
        &["1", "2"],
        &["2 -> 1 4", "1 -> 2 2.5"],
    );
    check(
        Format::MatrixMarket,
        "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n2 1\n2 2\n",
        &["1", "2"],
        &["2 -> 1 1 (undirected)", "1 -> 2 1 (undirected)", "2 -> 2 1 (undirected)"],
    );
    check(
        Format::MatrixMarket,
        "%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 3\n",
        &["1", "2"],
        &["2 -> 1 3", "1 -> 2 -3"],
    );
    check(
        Format::MatrixMarket,
        "%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n0\n",
        &["1", "2"],
        &["1 -> 1 1 (undirected)", "2 -> 1 2 (undirected)", "1 -> 2 2 (undirected)"],
    );
    check(
        Format::MatrixMarket,
        "%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n0\n2\n",
        &["1", "2", "3"],
        &["2 -> 1 1", "1 -> 2 -1", "3 -> 2 2", "2 -> 3 -2"],
    );
}

#[test]
fn json() {
    check(
        Format::Json,
        r#"{"nodes": [{"name": "a1.h0", "kind": "head"}, {"name": "logits"}],
            "edges": [{"source": "a1.h0", "target": 1, "slot": null, "score": -0.25},
                      {"source": 1, "target": "a1.h0", "slot": "q", "score": 1}],
            "provenance": {"method": "acdc"}}"#,
        &["a1.h0", "logits"],
        &["a1.h0 -> logits -0.25", "logits -> a1.h0 1 q"],
    );
    check(
        Format::Json,
        r#"{"nodes": [{"name": "a"}, {"name": "b"}], "layers": [{"name": "gap", "directed": false}],
            "edges": [{"source": "a", "target": "b", "layer": "gap", "weight": 2},
                      {"source": "b", "target": "a", "layer": "gap", "weight": 2, "sign": 1}]}"#,
        &["a", "b"],
        &["a -> b 2 gap (undirected)", "b -> a 2 gap (undirected) +1"],
    );
    // D3's
    check(
        Format::Json,
        r#"{"nodes": [{"id": 1}, {"id": "x"}], "links": [{"source": 1, "target": "x", "value": 2}]}"#,
        &["1", "x"],
        &["1 -> x 1 (undirected)", "x -> 1 1 (undirected)"],
    );
}

#[test]
fn graphml() {
    // defaults, directions by edge, data that only yEd knows, entities, CDATA
    check(
        Format::GraphMl,
        r#"<?xml version="1.0"?>
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns"><!-- by hand -->
          <key id="w" for="edge" attr.name="weight" attr.type="double"><default>4</default></key>
          <key id="g" for="node" yfiles.type="nodegraphics"/>
          <key id="k" for="node" attr.name="kind" attr.type="string"/>
          <graph edgedefault="undirected">
            <edge source="a" target="b" directed="true"/>
            <edge source="b" target="c &amp; d"><data key="w">2</data></edge>
            <node id="a"><data key="g"><y:Shape><y:Fill color="red"/></y:Shape></data></node>
            <node id="b"><desc>the <b>second</b></desc><data key="k"><![CDATA[<motor>]]></data></node>
            <node id="c &amp; d"/>
          </graph>
        </graphml>"#,
        &["a", "b", "c & d"],
        &["a -> b 4", "b -> c & d 2 undirected (undirected)", "c & d -> b 2 undirected (undirected)"],
    );
}

#[test]
fn gexf() {
    check(
        Format::Gexf,
        r#"<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="directed">
          <attributes class="edge"><attribute id="l" title="layer" type="string"><default>chem</default></attribute>
          </attributes>
          <nodes><node id="0" label="AVAL"><viz:size value="2"/></node><node id="1" label="AVAR"/></nodes>
          <edges><edge source="0" target="1" weight="2.5"/>
            <edge source="1" target="0"><attvalues><attvalue for="l" value="gap"/></attvalues></edge></edges>
        </graph></gexf>"#,
        &["AVAL", "AVAR"],
        &["AVAL -> AVAR 2.5 chem", "AVAR -> AVAL 1 gap"],
    );
    // labels that are there twice cannot be names
    check(
        Format::Gexf,
        r#"<gexf><graph><nodes><node id="0" label="x"/><node id="1" label="x"/></nodes>
           <edges><edge source="0" target="1"/></edges></graph></gexf>"#,
        &["0", "1"],
        &["0 -> 1 1 (undirected)", "1 -> 0 1 (undirected)"],
    );
}

#[test]
fn gml() {
    check(
        Format::Gml,
        "Creator \"me\"\n# a comment\ngraph [ comment \"x\"\n node [ id 1 label \"a &#916; &amp; &b\" graphics [ x 1.5 y [ ] ] ]\n\
         node [ id 2 label \"b\" ]\n edge [ source 1 target 2 value 3 weight 1.E-02 ] directed 1 ]",
        &["a Δ & &b", "b"],
        &["a Δ & &b -> b 0.01"],
    );
}

#[test]
fn dot() {
    check(
        Format::Dot,
        r#"/* by hand */ strict digraph "G" {
            rankdir=LR; node [shape=box, kind=motor]; edge [weight=2]
            a -> b -> "c d" [weight=-.5 layer="gap" color=red];  // a chain
            subgraph cluster_0 { label="inner"; edge [weight=7]; e:port:ne -> {a b}; }
            # a line of the preprocessor
            f [label=<<b>bold</b>>]; 1.5 -> "one" + " two";
        }"#,
        &["a", "b", "c d", "e", "f", "1.5", "one two"],
        &["a -> b -0.5 gap", "b -> c d -0.5 gap", "e -> a 7", "e -> b 7", "1.5 -> one two 2"],
    );
    check(
        Format::Dot,
        "GRAPH {\r\n a -- b; a -- a [weight=\"3\"]\r\n}\r\n",
        &["a", "b"],
        &["a -> b 1 (undirected)", "b -> a 1 (undirected)", "a -> a 3 (undirected)"],
    );
    // Graphviz adds what is said again to the one edge that a strict graph has
    check(
        Format::Dot,
        "strict digraph { a -> b [weight=2]; b -> a; a -> b [layer=gap]; a -> {b c} [weight=3]; a -> a; a -> a }",
        &["a", "b", "c"],
        &["a -> b 3 gap", "b -> a 1", "a -> c 3", "a -> a 1"],
    );
    check(
        Format::Dot,
        "strict graph { a -- b; b -- a [weight=2] }",
        &["a", "b"],
        &["a -> b 2 (undirected)", "b -> a 2 (undirected)"],
    );
}
