//! Small pictures in full.

use insta::assert_snapshot;

use crate::draw::{Circular, Layered, Layout, Matrix, Options, svg};
use crate::{Edge, PathwayGraph, Slot};

/// The circuit of two heads in a row, by hand.
fn induction() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let [input, previous, induction, logits] =
        ["input", "a0.h1", "a1.h3", "logits"].map(|name| graph.node(name));
    graph.set_kind(previous, "head");
    graph.set_kind(induction, "head");
    for (from, to, slot, weight) in [
        (input, previous, Some(Slot::Value), 0.5),
        (previous, induction, Some(Slot::Key), 1.0),
        (input, induction, Some(Slot::Query), 0.25),
        (induction, logits, None, 1.0),
        (input, logits, None, -0.25),
    ] {
        graph.add_edge(from, to, Edge { slot, ..Edge::new(weight, layer) }).unwrap();
    }
    graph
}

fn small(layout: impl Into<Layout>) -> String {
    let mut options = Options::new(layout);
    options.style.width = 85.0;
    svg(&induction(), &options).unwrap().replace("><", ">\n<")
}

#[test]
fn a_circuit_in_layers() {
    assert_snapshot!(small(Layered::default()), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="85mm" height="22.9mm" viewBox="0 0 240.94 64.91" font-family="Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif" font-size="7" fill="#1a1a1a">
    <title id="title">Layered drawing of a graph</title>
    <desc id="desc">Layered drawing in 4 layers of a graph with 4 nodes and 5 edges. Groups: head (2), none (2). Most connected: input (3), a1.h3 (3), a0.h1 (2), logits (2).</desc>
    <rect x="0" y="0" width="240.94" height="64.91" fill="#ffffff">
    </rect>
    <g class="edges" fill="none" stroke-opacity="0.85" stroke-linecap="round">
    <g stroke="#0072b2" stroke-width="1.02">
    <path d="M25.99 25.7C47.35 25.7 47.35 26.57 68.72 26.57C83.6 26.57 83.6 26.57 98.48 26.57C118.49 26.57 119.76 15.89 137.38 14.53">
    <title>input → a1.h3 (q): 0.25</title>
    </path>
    </g>
    <g stroke="#d55e00" stroke-width="1.02">
    <path d="M25.99 25.7C47.35 25.7 47.35 30.43 68.72 30.43C83.6 30.43 83.6 30.43 98.48 30.43C119.84 30.43 119.84 31.65 141.21 31.65C156.09 31.65 156.09 31.65 170.97 31.65C191.89 31.65 192.33 30.1 212.4 30.04">
    <title>input → logits: −0.25</title>
    </path>
    </g>
    <g stroke="#0072b2" stroke-width="1.28">
    <path d="M25.99 25.7C45.87 25.7 47.25 20.5 64.55 19.78">
    <title>input → a0.h1 (v): 0.5</title>
    </path>
    </g>
    <g stroke="#0072b2" stroke-width="1.8">
    <path d="M98.48 14.5C118.1 14.5 119.7 18.78 136.37 19.48">
    <title>a0.h1 → a1.h3 (k): 1</title>
    </path>
    <path d="M170.97 19.58C190.59 19.58 192.19 24.38 208.86 25.17">
    <title>a1.h3 → logits: 1</title>
    </path>
    </g>
    </g>
    <path class="heads" d="M140.91 14.39L137.5 16.14 137.27 13.18ZM68.42 19.69L64.62 21.48 64.48 18.23ZM140.91 19.58L136.29 21.29 136.45 17.48ZM213.4 25.28L208.78 26.97 208.95 23.16Z" fill="#0072b2">
    </path>
    <path class="heads" d="M212.91 32.36L212.89 27.71" fill="none" stroke="#d55e00" stroke-width="1">
    </path>
    <g class="nodes" font-size="7" stroke-width="0.75">
    <rect class="node" x="4" y="20.1" width="21.99" height="11.2" rx="2" fill="#e5e6e8" stroke="#8a8f98">
    <title>input: 3 edges</title>
    </rect>
    <text x="15" y="28.22" text-anchor="middle">input</text>
    <rect class="node" x="68.72" y="6.45" width="29.77" height="16.1" rx="2" fill="#faeac7" stroke="#e69f00">
    <title>a0.h1: head, 2 edges</title>
    </rect>
    <text x="86.22" y="17.02" text-anchor="middle">a0.h1</text>
    <g font-size="4.62" fill="#555b63">
    <text x="71.26" y="10.6" text-anchor="middle">q</text>
    <text x="71.26" y="15.79" text-anchor="middle">k</text>
    <text x="71.26" y="20.99" text-anchor="middle">v</text>
    </g>
    <rect class="node" x="141.21" y="11.53" width="29.77" height="16.1" rx="2" fill="#faeac7" stroke="#e69f00">
    <title>a1.h3: head, 3 edges</title>
    </rect>
    <text x="158.72" y="22.1" text-anchor="middle">a1.h3</text>
    <g font-size="4.62" fill="#555b63">
    <text x="143.75" y="15.68" text-anchor="middle">q</text>
    <text x="143.75" y="20.87" text-anchor="middle">k</text>
    <text x="143.75" y="26.06" text-anchor="middle">v</text>
    </g>
    <rect class="node" x="213.7" y="22.06" width="23.25" height="11.2" rx="2" fill="#e5e6e8" stroke="#8a8f98">
    <title>logits: 2 edges</title>
    </rect>
    <text x="225.32" y="30.18" text-anchor="middle">logits</text>
    </g>
    <g class="key">
    <circle cx="6.8" cy="44.6" r="2.24" stroke="#e69f00" stroke-width="0.8" fill="#e69f00">
    </circle>
    <text x="11.7" y="46.91" text-anchor="start">head</text>
    <circle cx="39.71" cy="44.6" r="2.24" stroke="#8a8f98" stroke-width="0.8" fill="#8a8f98">
    </circle>
    <text x="44.61" y="46.91" text-anchor="start">none</text>
    <g stroke="#0072b2" stroke-width="1.8">
    <line x1="69.83" y1="44.6" x2="85.23" y2="44.6">
    </line>
    </g>
    <text x="88.03" y="46.91" text-anchor="start">positive</text>
    <g stroke="#d55e00" stroke-width="1.8">
    <line x1="122.06" y1="44.6" x2="137.46" y2="44.6">
    </line>
    </g>
    <text x="140.26" y="46.91" text-anchor="start">negative (ends in a bar)</text>
    <g fill="#555b63" font-style="italic">
    <text x="4" y="57.41" text-anchor="start">weight</text>
    </g>
    <g stroke="#6b717b" stroke-width="1.02">
    <line x1="34.25" y1="55.1" x2="49.65" y2="55.1">
    </line>
    </g>
    <text x="52.45" y="57.41" text-anchor="start">0.25</text>
    <g stroke="#6b717b" stroke-width="1.8">
    <line x1="75.56" y1="55.1" x2="90.96" y2="55.1">
    </line>
    </g>
    <text x="93.76" y="57.41" text-anchor="start">1</text>
    </g>
    </svg>
    "##);
}

#[test]
fn a_circuit_on_a_circle() {
    assert_snapshot!(small(Circular::default()), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="85mm" height="93.89mm" viewBox="0 0 240.94 266.14" font-family="Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif" font-size="7" fill="#1a1a1a">
    <title id="title">Circular drawing of a graph</title>
    <desc id="desc">Circular drawing of a graph with 4 nodes and 5 edges. Groups: head (2), none (2). Most connected: input (3), a1.h3 (3), a0.h1 (2), logits (2).</desc>
    <rect x="0" y="0" width="240.94" height="266.14" fill="#ffffff">
    </rect>
    <g class="edges" fill="none" stroke-opacity="0.85" stroke-linecap="round">
    <g stroke="#0072b2" stroke-width="1.02">
    <path d="M56.36 167.96C97.92 149.96 139.49 149.47 181.06 166.47">
    <title>input → a1.h3: 0.25</title>
    </path>
    </g>
    <g stroke="#d55e00" stroke-width="1.02">
    <path d="M55.15 166.5C75.49 136.18 75.73 105.85 55.87 75.53">
    <title>input → logits: −0.25</title>
    </path>
    </g>
    <g stroke="#0072b2" stroke-width="1.28">
    <path d="M55.99 167.32C97.85 136.91 139.72 106.49 181.58 76.07">
    <title>input → a0.h1: 0.5</title>
    </path>
    </g>
    <g stroke="#0072b2" stroke-width="1.8">
    <path d="M185.8 74.44C166.12 103.77 165.25 133.1 183.18 162.43">
    <title>a0.h1 → a1.h3: 1</title>
    </path>
    <path d="M184.96 167.32C143.27 137.04 101.59 106.75 59.9 76.47">
    <title>a1.h3 → logits: 1</title>
    </path>
    </g>
    </g>
    <path class="heads" d="M184.31 167.84L180.48 167.88 181.61 165.13ZM184.71 73.8L182.54 77.39 180.63 74.76ZM185.63 166.25L181.63 163.37 184.89 161.38ZM56.23 73.8L61.02 74.92 58.78 78.01Z" fill="#0072b2">
    </path>
    <path class="heads" d="M57.53 73.84L53.64 76.38" fill="none" stroke="#d55e00" stroke-width="1">
    </path>
    <g class="nodes" stroke="#ffffff" stroke-width="0.6">
    <circle class="node" cx="53.16" cy="169.38" r="3.5" fill="#8a8f98">
    <title>input: 3 edges</title>
    </circle>
    <circle class="node" cx="187.79" cy="71.56" r="3.5" fill="#e69f00">
    <title>a0.h1: head, 2 edges</title>
    </circle>
    <circle class="node" cx="187.79" cy="169.38" r="3.5" fill="#e69f00">
    <title>a1.h3: head, 3 edges</title>
    </circle>
    <circle class="node" cx="53.16" cy="71.56" r="3.5" fill="#8a8f98">
    <title>logits: 2 edges</title>
    </circle>
    </g>
    <g class="groups">
    <path fill="#e69f00" d="M153.68 36.6L154.84 33.67C172.24 40.56 187.17 52.52 197.69 68C208.21 83.48 213.83 101.76 213.83 120.47C213.83 139.19 208.21 157.47 197.69 172.95C187.17 188.43 172.24 200.38 154.84 207.27L153.68 204.35C170.49 197.69 184.92 186.13 195.08 171.18C205.25 156.22 210.68 138.56 210.68 120.47C210.68 102.39 205.25 84.72 195.08 69.77C184.92 54.81 170.49 43.26 153.68 36.6Z">
    </path>
    <path fill="#8a8f98" d="M87.26 204.35L86.11 207.27C68.71 200.38 53.78 188.43 43.26 172.95C32.74 157.47 27.12 139.19 27.12 120.47C27.12 101.76 32.74 83.48 43.26 68C53.78 52.52 68.71 40.56 86.11 33.67L87.26 36.6C70.45 43.26 56.03 54.81 45.86 69.77C35.7 84.72 30.27 102.39 30.27 120.47C30.27 138.56 35.7 156.22 45.86 171.18C56.03 186.13 70.45 197.69 87.26 204.35Z">
    </path>
    </g>
    <g class="labels" font-size="7">
    <text x="199.84" y="65.57" text-anchor="start" transform="rotate(-36 199.84 65.57)">a0.h1</text>
    <text x="197.21" y="178.99" text-anchor="start" transform="rotate(36 197.21 178.99)">a1.h3</text>
    <text x="43.73" y="178.99" text-anchor="end" transform="rotate(-36 43.73 178.99)">input</text>
    <text x="41.1" y="65.57" text-anchor="end" transform="rotate(36 41.1 65.57)">logits</text>
    </g>
    <g class="key">
    <circle cx="6.8" cy="245.83" r="2.24" stroke="#e69f00" stroke-width="0.8" fill="#e69f00">
    </circle>
    <text x="11.7" y="248.14" text-anchor="start">head</text>
    <circle cx="39.71" cy="245.83" r="2.24" stroke="#8a8f98" stroke-width="0.8" fill="#8a8f98">
    </circle>
    <text x="44.61" y="248.14" text-anchor="start">none</text>
    <g stroke="#0072b2" stroke-width="1.8">
    <line x1="69.83" y1="245.83" x2="85.23" y2="245.83">
    </line>
    </g>
    <text x="88.03" y="248.14" text-anchor="start">positive</text>
    <g stroke="#d55e00" stroke-width="1.8">
    <line x1="122.06" y1="245.83" x2="137.46" y2="245.83">
    </line>
    </g>
    <text x="140.26" y="248.14" text-anchor="start">negative (ends in a bar)</text>
    <g fill="#555b63" font-style="italic">
    <text x="4" y="258.64" text-anchor="start">weight</text>
    </g>
    <g stroke="#6b717b" stroke-width="1.02">
    <line x1="34.25" y1="256.33" x2="49.65" y2="256.33">
    </line>
    </g>
    <text x="52.45" y="258.64" text-anchor="start">0.25</text>
    <g stroke="#6b717b" stroke-width="1.8">
    <line x1="75.56" y1="256.33" x2="90.96" y2="256.33">
    </line>
    </g>
    <text x="93.76" y="258.64" text-anchor="start">1</text>
    </g>
    </svg>
    "##);
}

#[test]
fn a_circuit_as_a_matrix() {
    assert_snapshot!(small(Matrix::default()), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="85mm" height="76.07mm" viewBox="0 0 240.94 215.64" font-family="Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif" font-size="7" fill="#1a1a1a">
    <title id="title">Adjacency matrix of a graph</title>
    <desc id="desc">Adjacency matrix of a graph with 4 nodes and 5 edges. Groups: head (2), none (2). Most connected: input (3), a1.h3 (3), a0.h1 (2), logits (2).</desc>
    <rect x="0" y="0" width="240.94" height="215.64" fill="#ffffff">
    </rect>
    <g class="cells" shape-rendering="crispEdges">
    <path fill="#f6c290" d="M156.14 117.33L194.94 117.33 194.94 156.14 156.14 156.14Z">
    </path>
    <path fill="#a4cae5" d="M78.52 117.33L117.33 117.33 117.33 156.14 78.52 156.14Z">
    </path>
    <path fill="#549ecc" d="M39.72 117.33L78.52 117.33 78.52 156.14 39.72 156.14Z">
    </path>
    <path fill="#0a2c5f" d="M78.52 39.72L117.33 39.72 117.33 78.52 78.52 78.52ZM156.14 78.52L194.94 78.52 194.94 117.33 156.14 117.33Z">
    </path>
    </g>
    <g class="colours">
    <rect x="201.24" y="135.44" width="6.3" height="3.5" fill="#d6e5f2" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="131.94" width="6.3" height="3.5" fill="#c5dcee" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="128.44" width="6.3" height="3.5" fill="#b5d3e9" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="124.94" width="6.3" height="3.5" fill="#a4cae5" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="121.44" width="6.3" height="3.5" fill="#92c0e0" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="117.94" width="6.3" height="3.5" fill="#7db5d9" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="114.44" width="6.3" height="3.5" fill="#69a9d3" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="110.94" width="6.3" height="3.5" fill="#549ecc" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="107.44" width="6.3" height="3.5" fill="#4491c4" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="103.94" width="6.3" height="3.5" fill="#3783bb" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="100.44" width="6.3" height="3.5" fill="#2a74b1" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="96.94" width="6.3" height="3.5" fill="#1d66a8" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="93.44" width="6.3" height="3.5" fill="#155899" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="89.94" width="6.3" height="3.5" fill="#114986" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="86.44" width="6.3" height="3.5" fill="#0e3b72" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="82.94" width="6.3" height="3.5" fill="#0a2c5f" shape-rendering="crispEdges">
    </rect>
    <g stroke="#d5d9de" stroke-width="0.5">
    <line x1="201.24" y1="138.94" x2="207.54" y2="138.94">
    </line>
    </g>
    <g stroke="#555b63" stroke-width="0.5">
    <line x1="207.54" y1="138.94" x2="209.29" y2="138.94">
    </line>
    </g>
    <text x="210.34" y="141.39" text-anchor="start">0</text>
    <g stroke="#555b63" stroke-width="0.5">
    <line x1="207.54" y1="110.94" x2="209.29" y2="110.94">
    </line>
    </g>
    <text x="210.34" y="113.39" text-anchor="start">0.5</text>
    <g stroke="#555b63" stroke-width="0.5">
    <line x1="207.54" y1="82.94" x2="209.29" y2="82.94">
    </line>
    </g>
    <text x="210.34" y="85.39" text-anchor="start">1</text>
    <rect x="201.24" y="138.94" width="6.3" height="3.5" fill="#fae1c9" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="142.44" width="6.3" height="3.5" fill="#f9d7b6" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="145.94" width="6.3" height="3.5" fill="#f7cca3" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="149.44" width="6.3" height="3.5" fill="#f6c290" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="152.94" width="6.3" height="3.5" fill="#f3b67d" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="156.44" width="6.3" height="3.5" fill="#efa868" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="159.94" width="6.3" height="3.5" fill="#ea9b54" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="163.44" width="6.3" height="3.5" fill="#e68d3f" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="166.94" width="6.3" height="3.5" fill="#de8030" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="170.44" width="6.3" height="3.5" fill="#d27325" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="173.94" width="6.3" height="3.5" fill="#c6661b" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="177.44" width="6.3" height="3.5" fill="#ba5910" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="180.94" width="6.3" height="3.5" fill="#aa4d0a" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="184.44" width="6.3" height="3.5" fill="#974207" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="187.94" width="6.3" height="3.5" fill="#833804" shape-rendering="crispEdges">
    </rect>
    <rect x="201.24" y="191.44" width="6.3" height="3.5" fill="#702d01" shape-rendering="crispEdges">
    </rect>
    <g stroke="#d5d9de" stroke-width="0.5">
    <line x1="201.24" y1="138.94" x2="207.54" y2="138.94">
    </line>
    </g>
    <g stroke="#555b63" stroke-width="0.5">
    <line x1="207.54" y1="166.94" x2="209.29" y2="166.94">
    </line>
    </g>
    <text x="210.34" y="169.39" text-anchor="start">−0.5</text>
    <g stroke="#555b63" stroke-width="0.5">
    <line x1="207.54" y1="194.94" x2="209.29" y2="194.94">
    </line>
    </g>
    <text x="210.34" y="197.39" text-anchor="start">−1</text>
    <g fill="#555b63">
    <text x="201.24" y="78.74" text-anchor="start">weight</text>
    </g>
    </g>
    <g class="groups">
    <rect x="34.47" y="39.72" width="3.5" height="77.61" fill="#e69f00">
    </rect>
    <rect x="39.72" y="34.47" width="77.61" height="3.5" fill="#e69f00">
    </rect>
    <rect x="34.47" y="117.33" width="3.5" height="77.61" fill="#8a8f98">
    </rect>
    <rect x="117.33" y="34.47" width="77.61" height="3.5" fill="#8a8f98">
    </rect>
    </g>
    <g class="blocks" stroke="#555b63" stroke-width="0.35">
    <line x1="39.72" y1="117.33" x2="194.94" y2="117.33">
    </line>
    <line x1="117.33" y1="39.72" x2="117.33" y2="194.94">
    </line>
    </g>
    <rect x="39.72" y="39.72" width="155.23" height="155.23" fill="none" stroke="#555b63" stroke-width="0.5">
    </rect>
    <g class="labels" font-size="7">
    <text x="32.72" y="61.5" text-anchor="end">a0.h1</text>
    <text x="61.5" y="32.72" text-anchor="start" transform="rotate(-90 61.5 32.72)">a0.h1</text>
    <text x="32.72" y="100.31" text-anchor="end">a1.h3</text>
    <text x="100.31" y="32.72" text-anchor="start" transform="rotate(-90 100.31 32.72)">a1.h3</text>
    <text x="32.72" y="139.11" text-anchor="end">input</text>
    <text x="139.11" y="32.72" text-anchor="start" transform="rotate(-90 139.11 32.72)">input</text>
    <text x="32.72" y="177.92" text-anchor="end">logits</text>
    <text x="177.92" y="32.72" text-anchor="start" transform="rotate(-90 177.92 32.72)">logits</text>
    </g>
    <g fill="#555b63">
    <text x="11" y="117.33" text-anchor="middle" transform="rotate(-90 11 117.33)">source</text>
    <text x="117.33" y="11" text-anchor="middle">target</text>
    </g>
    <g class="key">
    <circle cx="6.8" cy="205.83" r="2.24" stroke="#e69f00" stroke-width="0.8" fill="#e69f00">
    </circle>
    <text x="11.7" y="208.14" text-anchor="start">head</text>
    <circle cx="39.71" cy="205.83" r="2.24" stroke="#8a8f98" stroke-width="0.8" fill="#8a8f98">
    </circle>
    <text x="44.61" y="208.14" text-anchor="start">none</text>
    </g>
    </svg>
    "##);
}
