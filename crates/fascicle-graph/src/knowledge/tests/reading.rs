use super::super::{
    Fact, Leak, Phrases, facts_of, graph_of, leaks, parse_facts, parse_questions, read_facts, read_questions,
    read_target, without, write_target,
};
use super::graph;
use crate::GraphError;
use crate::path::{KPaths, Relations};

#[test]
fn facts_in_every_spelling() {
    let expected = [Fact::new("usa", "exports", "uk"), Fact::new("uk", "treaties", "usa")];
    for text in [
        "usa\texports\tuk\nuk\ttreaties\tusa\n",
        "usa\texports\tuk\nuk\ttreaties\tusa",
        "\u{feff}usa\texports\tuk\r\nuk\ttreaties\tusa\r\n",
        "\n  usa \t exports\tuk \n\n\t\nuk\ttreaties\tusa\n",
    ] {
        assert_eq!(parse_facts(text).unwrap(), expected, "{text:?}");
    }
    assert_eq!(parse_facts("").unwrap(), []);
}

#[track_caller]
fn facts_error(text: &str) -> String {
    parse_facts(text).unwrap_err().to_string()
}

#[test]
fn bad_facts() {
    insta::assert_snapshot!(facts_error("usa\texports\tuk\n\nuk\ttreaties\n"), @"line 3: 2 fields, expected head, relation and tail with tabs between them");
    insta::assert_snapshot!(facts_error("usa exports uk"), @"line 1: 1 field, expected head, relation and tail with tabs between them");
    insta::assert_snapshot!(facts_error("usa\t\texports\tuk"), @"line 1: 4 fields, expected head, relation and tail with tabs between them");
    insta::assert_snapshot!(facts_error("usa\t \tuk"), @"line 1: the relation is empty, expected a name");
}

#[test]
fn errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let shown = |error: GraphError| error.to_string().replace(&folder.path().display().to_string(), "DIR");
    let facts = folder.path().join("kb.txt");
    std::fs::write(&facts, "usa\texports\n").unwrap();
    insta::assert_snapshot!(shown(read_facts(&facts).unwrap_err()), @"DIR/kb.txt, line 1: 2 fields, expected head, relation and tail with tabs between them");
    insta::assert_snapshot!(shown(read_questions(&facts).unwrap_err()), @"DIR/kb.txt, line 1: 2 fields, expected question, answer and path with tabs between them");
    insta::assert_snapshot!(shown(read_facts(&folder.path().join("none.txt")).unwrap_err()), @"cannot read DIR/none.txt");
    std::fs::write(&facts, b"usa\texports\t\xff\n").unwrap();
    assert!(matches!(read_facts(&facts), Err(GraphError::Io { .. })));
}

#[test]
fn graphs_hold_each_fact_once() {
    let facts = parse_facts("a\tr\tb\na\ts\tb\na\tr\tb\nb\tr\tb\n").unwrap();
    let graph = graph_of(&facts).unwrap();
    assert_eq!(facts_of(&graph).collect::<Vec<_>>(), [&facts[0], &facts[1], &facts[3]].map(Clone::clone));
    assert_eq!(facts[1].to_string(), "a → s → b");
}

#[test]
fn held_out_facts() {
    let facts = parse_facts("a\tr\tb\nb\tr\ta\na\ts\tb\na\tr\tc\nb\ts\ta\n").unwrap();
    for (leak, kept) in [(Leak::Fact, &[1, 2, 3, 4][..]), (Leak::EitherWay, &[2, 3, 4]), (Leak::Pair, &[3])] {
        let left: Vec<&Fact> = kept.iter().map(|&at| &facts[at]).collect();
        assert_eq!(without(&facts, &facts[..1], leak), left, "{leak:?}");
        assert_eq!(leaks(&facts, &facts[..1], leak), facts.len() - kept.len());
        assert_eq!(without(&facts, &[], leak).len(), facts.len());
    }
}

const PQ: &str = "what is ann 's couple 's land ?\tuk(uk/)\tann#spouse#ernest#nationality#uk#<end>#uk";

#[test]
fn questions_of_both_formats() {
    let question = &parse_questions(PQ).unwrap()[0];
    assert_eq!((question.subject(), question.answer.as_str()), ("ann", "uk"));
    assert_eq!(question.entities, ["ann", "ernest", "uk"]);
    assert_eq!(question.relations, ["spouse", "nationality"]);
    assert_eq!(question.masked("X").collect::<Vec<_>>().join(" "), "what is X 's couple 's land ?");

    // Names may hold brackets; the subject may be the answer.
    let text = " versions of S ?\tS_(mix)(S/S_(mix)/S_(original)/)\tS#versions#S#versions#S_(mix)\n";
    let question = &parse_questions(text).unwrap()[0];
    assert_eq!(question.answer, "S_(mix)");
    assert_eq!(question.answers, ["S", "S_(mix)", "S_(original)"]);
    assert_eq!(question.entities, ["S", "S", "S_(mix)"]);
    assert_eq!(question.text, "versions of S ?");
}

#[track_caller]
fn question_error(answer: &str, path: &str) -> String {
    parse_questions(&format!("who ?\t{answer}\t{path}")).unwrap_err().to_string()
}

#[test]
fn bad_questions() {
    insta::assert_snapshot!(question_error("uk", "a#r#uk"), @"line 1: the answer is `uk`, expected `answer(answer/another/)` with the answer repeated");
    insta::assert_snapshot!(question_error("uk(usa/)", "a#r#uk"), @"line 1: the answer is `uk(usa/)`, expected `answer(answer/another/)` with the answer repeated");
    insta::assert_snapshot!(question_error("uk(uk/)", "a#r"), @"line 1: the path is `a#r`, expected `entity#relation#entity`, or longer in this way");
    insta::assert_snapshot!(question_error("uk(uk/)", "a##uk"), @"line 1: the path is `a##uk`, expected `entity#relation#entity`, or longer in this way");
    insta::assert_snapshot!(question_error("uk(uk/)", "a#r#b"), @"line 1: the path ends in `b`, expected the answer, `uk`");
    insta::assert_snapshot!(question_error("uk(uk/)", "a#r#uk#<end>#b"), @"line 1: the path ends in `b`, expected the answer, `uk`");
}

#[test]
fn paths_in_words() {
    let graph = graph(&[
        "aspirin inhibits PTGS1",
        "PTGS1 causes pain",
        "ibuprofen inhibits PTGS1",
        "aspirin binds_to PTGS1",
    ]);
    let relations = Relations::by_layer(&graph, true).unwrap();
    let found = KPaths::new().between(&relations, "aspirin", "ibuprofen").unwrap();
    let phrases = Phrases::new();
    assert_eq!(
        phrases.path(&relations, &found.paths[0]),
        "aspirin inhibits PTGS1 and aspirin binds to PTGS1 and ibuprofen inhibits PTGS1"
    );
    let phrases = phrases.phrase("inhibits", "{tail} is {inhibited} by {head}").unwrap();
    assert_eq!(phrases.fact("{tail}", "inhibits", "x_y"), "x y is {inhibited} by {tail}");
    insta::assert_snapshot!(Phrases::new().phrase("r", "{head} sleeps").unwrap_err(), @"the phrase is `{head} sleeps`; expected a text with {head} and {tail} in it");
}

#[test]
fn targets_there_and_back() {
    for names in [&[][..], &["parents"], &["parents", "born in", "x"]] {
        let text = write_target(names).unwrap();
        assert_eq!(read_target(&text).unwrap(), names);
        assert_eq!(read_target(&format!("So: {text}. <PATH>no</PATH>")).unwrap(), names);
    }
    assert_eq!(write_target(&["parents", "spouse"]).unwrap(), "<PATH>parents<SEP>spouse</PATH>");
    insta::assert_snapshot!(write_target(&["a<SEP>b"]).unwrap_err(), @"a name of the path is `a<SEP>b`; expected a name without <PATH>, <SEP> and </PATH>");
    for bad in
        ["", "parents", "<PATH>parents", "<PATH>a<SEP></PATH>", "<PATH>a<PATH>b</PATH>", "</PATH>a<PATH>"]
    {
        assert!(read_target(bad).is_err(), "{bad}");
    }
    insta::assert_snapshot!(read_target("<PATH>a").unwrap_err(), @"the path is `<PATH>a`; expected <PATH>, names with <SEP> between them, and </PATH>");
}
