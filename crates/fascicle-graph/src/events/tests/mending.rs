use super::super::*;
use super::{entity, text};

fn draft(id: &str, start: f64, end: f64) -> Draft {
    Draft {
        id: id.to_owned(),
        actors: vec![entity("man 1")],
        action: "walk".to_owned(),
        start,
        end,
        ..Draft::default()
    }
}

fn told() -> Vec<Draft> {
    vec![draft("a", 0.0, 1.0), draft("b", 3.0, 2.0), draft("c", 4.0, 4.0), draft("a", 5.0, 6.0)]
}

#[test]
fn nothing_is_changed_unasked() {
    let strict = |drafts: &[Draft]| text(Mend::default().run(drafts.to_vec()));
    insta::assert_snapshot!(strict(&told()[1..2]), @"event `b` runs from 3 to 2; expected a start before the end, both finite; `Mend` can swap ends and widen instants");
    insta::assert_snapshot!(strict(&told()[2..3]), @"event `c` runs from 4 to 4; expected a start before the end, both finite; `Mend` can swap ends and widen instants");
    insta::assert_snapshot!(strict(&[draft("a", 0.0, 1.0), draft("a", 0.0, 1.0)]), @"two events are called `a`; give each its own id, or let `Ids::Number` do it");
    let lenient = Mend { reversed: Reversed::Swap, instants: Instants::Widen(0.0), ids: Ids::Number };
    insta::assert_snapshot!(text(lenient.run([draft("a", f64::NAN, 1.0)])), @"event `a` runs from NaN to 1; expected a start before the end, both finite; `Mend` can swap ends and widen instants");
    insta::assert_snapshot!(text(lenient.run([draft("a", 1.0, 1.0)])), @"the length that instants get is 0; expected a positive number");
}

#[test]
fn changes_are_told() {
    let run = |how: Mend| {
        let (graph, repairs) = how.run(told()).unwrap();
        let events: Vec<String> = graph
            .events()
            .iter()
            .map(|event| format!("{} {}–{}", event.id, event.interval.start(), event.interval.end()))
            .collect();
        let repairs: Vec<String> = repairs.iter().map(Repair::to_string).collect();
        format!("{}\n{}", events.join(", "), repairs.join("\n"))
    };
    insta::assert_snapshot!(run(Mend { reversed: Reversed::Swap, instants: Instants::Widen(0.5), ids: Ids::Number }), @r"
    a 0–1, b 2–3, c 3.75–4.25, a (2) 5–6
    event `b` ended before it started; ends exchanged
    event `c` had no length; made 0.5 long
    a second event `a` is now called `a (2)`
    ");
    insta::assert_snapshot!(run(Mend { reversed: Reversed::Drop, instants: Instants::Drop, ids: Ids::Drop }), @r"
    a 0–1
    event `b` left out: it ended before it started
    event `c` left out: it had no length
    event `a` left out: another has its name
    ");
}
