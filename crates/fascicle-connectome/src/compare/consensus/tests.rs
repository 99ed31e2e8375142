//! Small annotations, by hand.

use super::*;

fn graph(relation: Relation, edges: &[(&str, &str, f64)]) -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    // invariant: the names and weights below are fine.
    let layer = graph.layer(relation.name(), relation.directed()).expect("a layer");
    for &(from, to, weight) in edges {
        let (from, to) = (graph.node(from), graph.node(to));
        graph.connect(from, to, layer, weight).expect("an edge");
    }
    graph
}

fn of(graphs: &[PathwayGraph], absent: Absent) -> Consensus {
    let names = ["one", "two", "three", "four"];
    let annotations: Vec<Annotation<'_>> =
        names.iter().zip(graphs).map(|(name, graph)| Annotation { name, graph }).collect();
    Consensus::of(&annotations, absent).expect("a consensus")
}

/// From, to, gap, chemical, uncertainty, functional, sources.
type Row<'a> = (&'a str, &'a str, Option<f64>, Option<f64>, f64, Option<f64>, &'a [&'a str]);

#[track_caller]
fn check(got: &Consensus, expected: &[Row<'_>]) {
    assert_eq!(got.pairs.len(), expected.len(), "{got:?}");
    for (pair, (from, to, gap, chemical, uncertainty, functional, sources)) in got.pairs.iter().zip(expected)
    {
        assert_eq!((got.cells[pair.from].name.as_str(), got.cells[pair.to].name.as_str()), (*from, *to));
        assert_eq!((pair.gap, pair.chemical, pair.functional), (*gap, *chemical, *functional), "{from} {to}");
        assert!((pair.uncertainty - uncertainty).abs() < 1e-12, "{from} {to}: {}", pair.uncertainty);
        assert_eq!(pair.sources, *sources, "{from} {to}");
    }
}

#[test]
fn every_annotation_counts() {
    // The distinct weights 1 and 4 would have the mean 2.5.
    let gaps = [1.0, 1.0, 1.0, 5.0].map(|weight| graph(Relation::Gap, &[("A", "B", weight)]));
    let sd = 3.0_f64.sqrt();
    let all = &["one", "two", "three", "four"][..];
    check(
        &of(&gaps, Absent::Skip),
        &[("A", "B", Some(2.0), None, 0.1 * sd, None, all), ("B", "A", Some(2.0), None, 0.1 * sd, None, all)],
    );
}

#[test]
fn what_is_absent() {
    let [one, two] = [&[("A", "B", 2.0), ("B", "A", 1.0)][..], &[("A", "B", 4.0), ("A", "C", 3.0)]]
        .map(|edges| graph(Relation::Chemical, edges));
    let answers = graph(Relation::Functional, &[("C", "A", -0.5)]);
    let graphs = [one, two, answers];
    check(
        &of(&graphs, Absent::Skip),
        &[
            ("A", "B", None, Some(3.0), 0.9, None, &["one", "two"]),
            ("A", "C", None, Some(3.0), 0.0, None, &["two"]),
            ("B", "A", None, Some(1.0), 0.0, None, &["one"]),
            ("C", "A", None, None, 0.0, Some(-0.5), &["three"]),
        ],
    );
    // the first annotation does not know C, and the atlas has no synapses to be absent
    check(
        &of(&graphs, Absent::Zero),
        &[
            ("A", "B", None, Some(3.0), 0.9, None, &["one", "two"]),
            ("A", "C", None, Some(3.0), 0.0, None, &["two"]),
            ("B", "A", None, Some(0.5), 0.45, None, &["one"]),
            ("C", "A", None, None, 0.0, Some(-0.5), &["three"]),
        ],
    );
}

#[test]
fn a_table_and_back() -> Result<(), Box<dyn std::error::Error>> {
    let mut chemical = graph(Relation::Chemical, &[("A", "B", 1.0), ("B", "C", 1.0 / 3.0)]);
    let a = chemical.find("A")?;
    chemical.set_kind(a, "interneuron");
    chemical.attributes_mut(a).insert("position".to_owned(), serde_json::json!([0.5, -1, 2]));
    let gap = graph(Relation::Gap, &[("A", "B", 2.0), ("C", "C", 1.0)]);
    let consensus = of(&[chemical, gap], Absent::Skip);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("consensus.csv");
    for pairs in [Pairs::Connected, Pairs::All] {
        consensus.write_csv(&file, pairs)?;
        assert_eq!(Consensus::read_csv(&file)?, consensus, "{pairs}");
    }
    assert_eq!(std::fs::read_to_string(&file)?.lines().count(), 1 + 9);
    consensus.write_csv(&file, Pairs::Connected)?;
    insta::assert_snapshot!(std::fs::read_to_string(&file)?, @r#"
    from_neuron,to_neuron,from_pos,to_pos,from_type,to_type,mean_gap_weight,mean_chem_weight,uncertainty,functional_weight,data_sources
    A,B,"(0.5, -1, 2)",,inter,,2,1,0,,"one, two"
    B,A,,"(0.5, -1, 2)",,inter,2,,0,,two
    B,C,,,,,,0.3333333333333333,0,,one
    C,C,,,,,1,,0,,two
    "#);
    let graph = consensus.graph()?;
    assert_eq!((graph.node_count(), graph.edge_count()), (3, 2 + 3));
    Ok(())
}

#[test]
fn tables_as_python_writes_them() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("c.csv");
    std::fs::write(
        &file,
        "from_neuron,to_neuron,mean_gap_weight,mean_chem_weight,data_sources\nA,B,nan,2.5,\"['cook_2019', 'white_whole']\"\nA,C,,,\n",
    )?;
    let got = Consensus::read_csv(&file)?;
    assert_eq!(got.cells.len(), 3);
    check(&got, &[("A", "B", None, Some(2.5), 0.0, None, &["cook_2019", "white_whole"])]);
    // names that would be taken for separators and ends of rows
    std::fs::write(
        &file,
        "from_neuron,to_neuron,mean_gap_weight,mean_chem_weight\n\"A\tor\nanother\",\"B, \"\"b\"\"\",1,2\nA\tB,C,1,2\n",
    )?;
    let got = Consensus::read_csv(&file)?;
    got.write_csv(&file, Pairs::All)?;
    assert_eq!(Consensus::read_csv(&file)?, got);
    Ok(())
}

#[test]
fn what_cannot_be_joined() {
    let chemical = graph(Relation::Chemical, &[("A", "B", 1.0)]);
    let message = |annotations: &[(&str, &PathwayGraph)]| {
        let annotations: Vec<_> =
            annotations.iter().map(|&(name, graph)| Annotation { name, graph }).collect();
        Consensus::of(&annotations, Absent::Skip).map_err(|error| error.to_string()).unwrap_err()
    };
    insta::assert_snapshot!(message(&[]), @"the number of annotations is 0; expected at least one");
    insta::assert_snapshot!(message(&[("a", &chemical), ("a", &chemical)]), @"an annotation's name is `a`, which there is already; expected a new one");
    insta::assert_snapshot!(message(&[("a", &PathwayGraph::new())]), @"an annotation is `a`, without chemical, gap and functional layers; expected one of them at least");
    let mut directed = PathwayGraph::new();
    directed.layer("gap", true).expect("a layer");
    insta::assert_snapshot!(message(&[("a", &directed)]), @"layer `gap` is directed, not undirected");
    let folder = tempfile::tempdir().expect("a folder");
    let read = |text: &str| {
        let file = folder.path().join("c.csv");
        std::fs::write(&file, text).expect("a file");
        let error = Consensus::read_csv(&file).map_err(|error| error.to_string()).unwrap_err();
        error.replace(&format!("{}/", folder.path().display()), "")
    };
    let header = "from_neuron,to_neuron,from_pos,mean_gap_weight,mean_chem_weight\n";
    insta::assert_snapshot!(read("from_neuron,to\nA,B\n"), @"c.csv: no column is called `to_neuron`; the header has `from_neuron`, `to`");
    insta::assert_snapshot!(read(&format!("{header}A,,,1,1\n")), @"c.csv, row 2, column `to_neuron` is blank; expected the name of a cell");
    insta::assert_snapshot!(read(&format!("{header}A,B,,1,many\n")), @"c.csv, row 2, column `mean_chem_weight`: found `many`, expected a number");
    insta::assert_snapshot!(read(&format!("{header}A,B,here,1,2\n")), @"c.csv, row 2, column `from_pos`: found `here`, expected three numbers, as in (1.5, 0, -2)");
    insta::assert_snapshot!(read(&format!("{header}A,B,,1,2\nA,B,,1,2\n")), @"c.csv, row 3: the pair A, B is there already (row 2)");
}
