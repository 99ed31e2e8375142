//! What is said about files that cannot be read.

use std::fs;

use fascicle_connectome::{ConnectomeError, ConnectomeFormat as Format, GapPolicy, Policies, read};

use crate::world::{Blank, Formula, Number, Text, World};

#[test]
fn texts() {
    let world = World::new();
    let message =
        |name: &str, text: &[u8], format| world.error(&world.file(name, text), format, &Policies::default());
    insta::assert_snapshot!(message("a.csv", b"", Format::Cook2019), @"a.csv is empty; an adjacency matrix was expected");
    insta::assert_snapshot!(message("a.csv", b"\n\r\n ", Format::White1986), @"a.csv is empty; a table of pre, post, type and synapses was expected");
    insta::assert_snapshot!(message("a.csv", "\u{feff}\r\n".as_bytes(), Format::Cook2019), @"a.csv is empty; an adjacency matrix was expected");
    insta::assert_snapshot!(message("a.csv", b",ADAL\nADAL,\xff\n", Format::Cook2019), @"a.csv: the text is not UTF-8 (byte 11); save the file as CSV in UTF-8");
    insta::assert_snapshot!(message("a.csv", b",ADAL,AVAL\nADAL,1,x3\n", Format::Cook2019), @"a.csv, row 2, column `AVAL`: found `x3`, expected a number");
    insta::assert_snapshot!(message("a.csv", b",ADAL,AVAL\nADAL,1,NaN\n", Format::Cook2019), @"a.csv, row 2, column `AVAL`: found `NaN`, expected a finite number");
    insta::assert_snapshot!(message("a.csv", b",ADAL,AVAL\nADAL,1,-2\n", Format::Cook2019), @"a.csv, row 2, column `AVAL`: found `-2`, expected a weight of at least 0 for the chemical edge ADAL -> AVAL");
    insta::assert_snapshot!(message("a.csv", b",ADAL,AVAL\nADAL,1,2\nAVAL,1\n", Format::Cook2019), @"a.csv, row 3: the row has 2 values, the header 3; the file may be cut off");
    insta::assert_snapshot!(message("a.csv", b",,\n1,2,3\n", Format::Cook2019), @"a.csv is empty; a labelled matrix was expected");
    insta::assert_snapshot!(message("w.csv", b"pre,to,type,synapses\nADAL,AVAL,chemical,1\n", Format::White1986), @"w.csv: no column is called `post`; the header has `pre`, `to`, `type`, `synapses`");
    insta::assert_snapshot!(message("w.csv", b"pre,post,type,synapses\n", Format::White1986), @"w.csv is empty; rows below the header was expected");
    insta::assert_snapshot!(message("w.csv", b"pre,post,type,synapses\nADAL,AVAL,magic,1\n", Format::White1986), @"w.csv, row 2, column `type`: found `magic`, expected `chemical` or `electrical`");
    insta::assert_snapshot!(message("w.csv", b"pre,post,type,synapses\nADAL,,chemical,1\n", Format::White1986), @"w.csv, row 2, column `post` is blank; expected the name of a cell");
    insta::assert_snapshot!(message("l.csv", b"1,2,3\n1,2\n", Format::LarvaSubset), @"l.csv, row 2: the row has 2 values, the header 3; the file may be cut off");
    insta::assert_snapshot!(message("f.csv", b"pre_root_id,post_root_id,syn_count,nt_type\n1,2,3,SALT\n", Format::FlyWire), @"f.csv, row 2, column `nt_type`: found `SALT`, expected a transmitter: ACH, GABA, GLUT, DA, SER or OCT");
    insta::assert_snapshot!(message("r.json", b"{", Format::Randi2023), @"r.json: not JSON: EOF while parsing an object at line 1 column 1");
    insta::assert_snapshot!(message("r.json", br#"{"nodes": ["ADAL"], "connections": {"Functional": [[1, 2]]}}"#, Format::Randi2023), @"r.json: row 1 of `connections.Functional` is no list of 1 numbers");
}

#[test]
fn rows_have_the_numbers_of_their_lines() {
    let world = World::new();
    for (name, text, format, row) in [
        ("a.csv", "\n,ADAL,AVAL\nADAL,,x\n", Format::Cook2019, 3),
        ("a.csv", ",ADAL,AVAL\r\n\r\n\r\nADAL,,x\r\n", Format::Cook2019, 4),
        (
            "w.csv",
            "pre,post,type,synapses\n\nADAL,AVAL,chemical,1\r\n\r\nADAL,AVAL,chemical,x",
            Format::White1986,
            5,
        ),
        (
            "w.csv",
            "\npre post type synapses\nADAL\tAVAL\tchemical\t1\n\nADAL\tAVAL\tchemical\tx\n",
            Format::White1986,
            5,
        ),
        ("l.csv", "1,2,3\n\n1,2,x\n", Format::LarvaSubset, 3),
        ("f.csv", "pre_root_id,post_root_id,syn_count\n1,2,3\n\n1,3,x\n", Format::FlyWire, 4),
    ] {
        let message = world.error(&world.file(name, text), format, &Policies::default());
        let begin = format!("{name}, row {row}, column `");
        assert!(
            message.starts_with(&begin) && message.ends_with("found `x`, expected a number"),
            "{text:?}: {message}"
        );
    }
}

#[test]
fn workbooks() {
    let world = World::new();
    let header = &[Text("pre"), Text("post"), Text("type"), Text("synapses")][..];
    let row = |weight| [Text("ADAL"), Text("AVAL"), Text("electrical"), weight];
    let (formula, negative) = (row(Formula("A1+1", None)), row(Number(-1.0)));
    let message = |sheets: &[(&str, &[&[crate::world::Cell]])]| {
        world.error(&world.workbook("w.xlsx", sheets), Format::Witvliet2021, &Policies::default())
    };
    insta::assert_snapshot!(message(&[("L1", &[header, &formula])]), @"w.xlsx, sheet `L1`, row 2, column `D`: the formula `=A1+1` has no stored result; open the workbook, recalculate and save it");
    insta::assert_snapshot!(message(&[("L1", &[header, &negative])]), @"w.xlsx, sheet `L1`, row 2: found `-1`, expected a weight of at least 0 for the gap edge ADAL -> AVAL");
    insta::assert_snapshot!(message(&[("L1", &[])]), @"w.xlsx, sheet `L1` is empty; a table was expected");
    insta::assert_snapshot!(message(&[("L1", &[&[Blank, Text("post")]])]), @"w.xlsx, sheet `L1`: no column is called `pre`; the header has `post`");
    let whole = fs::read(world.workbook("w.xlsx", &[("L1", &[header])])).expect("bytes");
    let cut = world.file("cut.xlsx", &whole[..whole.len() / 2]);
    let error = read(&cut, Format::Witvliet2021, &Policies::default()).expect_err("half a workbook");
    assert!(matches!(&error, ConnectomeError::Workbook { file, .. } if *file == cut), "{error}");
    let text = world.plain(&error);
    assert!(text.starts_with("cut.xlsx: cannot be read as a workbook: "), "{text}");
}

#[test]
fn names_and_places() {
    let world = World::new();
    let missing =
        world.error(&world.file("a", "x").with_file_name("b.csv"), Format::Cook2019, &Policies::default());
    insta::assert_snapshot!(missing, @"cannot read b.csv");
    let folder = world.file("a", "x");
    let folder = folder.parent().expect("a folder");
    let message = |format| world.error(folder, format, &Policies::default());
    assert!(
        message(Format::Witvliet2021).ends_with("this is a folder; `witvliet2021` is read from one file")
    );
    assert!(
        message(Format::Cook2019).ends_with("the folder has neither herm_chem_adj.csv nor herm_elec_adj.csv")
    );
    let unknown = |error: Result<Format, ConnectomeError>| error.expect_err("no format").to_string();
    insta::assert_snapshot!(unknown("cook2018".parse()), @"`cook2018` is no connectome format; there are `white1986`, `varshney2011`, `cook2019`, `cook2019-si5`, `cook2019-edges`, `cook2020-pharynx`, `witvliet2021`, `randi2023`, `monoamine`, `peptide`, `brittin2021`, `larva-subset`, `paired-edges`, `flywire`");
    let cells = world.file("x_nodes.csv", "node_id,pair,hemisphere\nADAL,0,L\nADAR,0,R\n");
    let cells = unknown(fascicle_connectome::detect(&cells));
    assert!(
        cells.contains("recognised (a table of cells, which is read with the list of edges beside it)"),
        "{cells}"
    );
    insta::assert_snapshot!("never".parse::<GapPolicy>().expect_err("no policy"), @"`never` is no gap junction policy; there are `max`, `mean`, `sum`, `require`, `keep`");
    for format in Format::ALL {
        assert_eq!(format.to_string().parse::<Format>().ok(), Some(*format));
    }
}
