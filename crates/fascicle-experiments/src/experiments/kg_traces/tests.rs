use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{FactIndex, Question, graph_of, parse_facts, parse_questions};

use super::answering::{DELETED, Gold, Trial};
use super::questions::{Asked, Lookup, Split, Words};
use super::{KgTraces, findings};
use crate::measurement::judge;
use crate::{Experiment, Size};

/// Eight families, and questions in two wordings about the land and the trade of the parents and spouses.
fn world() -> (String, Vec<Question>) {
    let (mut facts, mut questions) = (String::new(), String::new());
    let ways = [("mother", "parents"), ("wife", "spouse")];
    let ends = [("land", "nationality"), ("trade", "profession")];
    for family in 0..8 {
        for (_, way) in ways {
            let other = format!("{way}{family}");
            facts += &format!("p{family}\t{way}\t{other}\n");
            for (_, end) in ends {
                facts += &format!("{other}\t{end}\t{end}_{}\n", (family + way.len()) % 5);
            }
        }
        for (word, way) in ways {
            for (asked, end) in ends {
                let answer = format!("{end}_{}", (family + way.len()) % 5);
                for text in [
                    "what is the W of p 's V ?",
                    "the W of p 's V",
                    "p 's V has which W ?",
                    "tell me p 's V 's W",
                    "W of V of p ?",
                ] {
                    let text =
                        text.replace('W', asked).replace('V', word).replace('p', &format!("p{family}"));
                    questions += &format!(
                        "{text}\t{answer}({answer}/)\tp{family}#{way}#{way}{family}#{end}#{answer}\n"
                    );
                }
            }
        }
    }
    (facts, parse_questions(&questions).unwrap())
}

#[test]
fn wordings_are_held_out_whole() {
    let (facts, questions) = world();
    let graph = graph_of(&parse_facts(&facts).unwrap()).unwrap();
    let index = FactIndex::new(&graph).unwrap();
    let all: Vec<Asked> = questions.iter().map(|question| Asked::new(question, &index).unwrap()).collect();
    let count = all.len();
    let Split { train, test } = Split::by_wording(all, 3);
    assert_eq!((train.len() + test.len(), test.len()), (count, count / 5));
    assert!(test.iter().all(|asked| train.iter().all(|other| other.words != asked.words)));
    let words = Words::of(&train);
    assert_eq!(words.number("never seen"), 0);
    assert!(train.iter().flat_map(|asked| &asked.words).all(|word| words.number(word) > 0));
    // The entity is masked: nothing of it is left.
    assert!(train.iter().flat_map(|asked| &asked.words).all(|word| !word.starts_with('p')));
    assert_eq!(Lookup::of(&train).most_similar(&train[0]).unwrap().words, train[0].words);
}

#[test]
fn a_small_world() {
    let (facts, questions) = world();
    let graph = graph_of(&parse_facts(&facts).unwrap()).unwrap();
    let index = FactIndex::new(&graph).unwrap();
    let gold = Gold::of(&index, &questions).unwrap();
    assert_eq!((gold.found, gold.shortest, gold.answers), (1.0, 1.0, 1.0));

    let device = fascicle_core::device("cpu").unwrap();
    let run = || Trial::run(&index, &questions, Seeds::new(5), &device).unwrap();
    let trial = run();
    assert_eq!((trial.hits.len(), trial.inferred.len()), (DELETED.len(), DELETED.len()));
    // The best path finds as much as three of them at most, and precision is what the others cost.
    assert!(trial.scores[0].hit <= trial.scores[1].hit);
    assert_eq!(trial.hits[0], trial.scores[0].hit);
    // What is deleted stays deleted.
    assert!(trial.hits.is_sorted_by(|a, b| a >= b), "{:?}", trial.hits);
    assert!(trial.inferred.is_sorted(), "{:?}", trial.inferred);
    assert!(trial.inferred[5] > trial.inferred[0]);
    let judged =
        judge(&KgTraces.info(), Size::Quick, &findings(&gold, std::slice::from_ref(&trial))).unwrap();
    assert_eq!(judged.len(), 9);
    let again = run();
    assert_eq!((again.exact, again.hits, again.inferred), (trial.exact, trial.hits, trial.inferred));
}
