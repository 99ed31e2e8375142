use super::super::{AnswerScore, Matching, normalised, score_answers};

#[test]
fn texts_are_normalised() {
    for (text, expected) in [
        ("The United_Kingdom!", "united kingdom"),
        ("Ludwig  II. of Bavaria", "ludwig ii of bavaria"),
        ("burnham-on-sea", "burnham on sea"),
        ("An apple; a day", "apple day"),
        ("theatre", "theatre"),
        ("the", ""),
        ("Łódź", "łódź"),
    ] {
        assert_eq!(normalised(text), expected);
    }
}

#[track_caller]
fn check(predicted: &[&str], answers: &[&str], matching: Matching, expected: [f64; 5]) {
    let score = score_answers(predicted, answers, matching).unwrap();
    let AnswerScore { hit, first, accuracy, precision, f1 } = score;
    for (found, expected) in [hit, first, accuracy, precision, f1].into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{score:?} of {predicted:?} for {answers:?}");
    }
}

#[test]
fn answers_are_sets() {
    use Matching::{Contains, Exact};
    check(&["uk"], &["uk"], Exact, [1.0; 5]);
    check(&[], &["uk"], Exact, [0.0; 5]);
    check(&["", "the"], &["uk"], Exact, [0.0; 5]);
    check(&["usa"], &["uk"], Exact, [0.0; 5]);
    check(&["usa", "uk"], &["uk"], Exact, [1.0, 0.0, 1.0, 0.5, 2.0 / 3.0]);
    check(&["uk", "usa", "Spain"], &["uk", "france"], Exact, [1.0, 1.0, 0.5, 1.0 / 3.0, 0.4]);
    // What is the same counts once: neither repeating a right answer nor a wrong one changes anything.
    check(&["UK", "uk", "The UK", "usa"], &["uk", "uk"], Exact, [1.0, 1.0, 1.0, 0.5, 2.0 / 3.0]);
    // The generous rule, and what it takes for right. One text that names both answers is one right prediction.
    check(&["North Korea"], &["korea"], Exact, [0.0; 5]);
    check(&["North Korea"], &["korea"], Contains, [1.0; 5]);
    check(&["korea"], &["north korea"], Contains, [0.0; 5]);
    check(&["uk and france"], &["uk", "france"], Contains, [1.0; 5]);
    check(&["", "uk"], &["uk"], Contains, [1.0; 5]);
}

#[test]
fn something_must_be_right() {
    insta::assert_snapshot!(score_answers(&["uk"], &["", "the"], Matching::Exact).unwrap_err(), @"the set of right answers is empty; expected at least one name");
}
