//! The published files, held to their counts. They are not part of the repository: `FASCICLE_DATA` names the folder that
//! holds them, and without it these tests say that they were skipped.

use std::path::PathBuf;

use super::super::{FactIndex, graph_of, read_facts, read_questions};

/// The file at `path` under `FASCICLE_DATA`, if there is such a folder.
fn published(path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("FASCICLE_DATA") else {
        eprintln!("skipped: FASCICLE_DATA is not set, so {path} is not there");
        return None;
    };
    let file = PathBuf::from(folder).join(path);
    if !file.exists() {
        eprintln!("skipped: {} is not there", file.display());
        return None;
    }
    Some(file)
}

#[test]
fn facts_of_every_file() {
    for (path, facts, entities, relations) in [
        ("kg/pykeen/umls_train.txt", 5216, 135, 46),
        ("kg/pykeen/nations_train.txt", 1592, 14, 55),
        ("kg/pykeen/kinships_train.txt", 8544, 104, 25),
        ("kg/pathquestion/2H-kb.txt", 1211, 1056, 13),
        ("kg/pathquestion/3H-kb.txt", 2839, 1836, 13),
        ("kg/pathquestion/PQL2-KB.txt", 4247, 5034, 363),
    ] {
        let Some(path) = published(path) else { return };
        let graph = graph_of(&read_facts(&path).unwrap()).unwrap();
        assert_eq!(
            (graph.edge_count(), graph.node_count(), graph.layers().len()),
            (facts, entities, relations),
            "{}",
            path.display()
        );
    }
}

/// Every right path leads to its answer, in all three sets of questions.
#[test]
fn right_paths_lead_to_answers() {
    for (questions, facts, count) in [
        ("PQ-2H.txt", "2H-kb.txt", 1908),
        ("PQ-3H.txt", "3H-kb.txt", 5198),
        ("PQL-2H.txt", "PQL2-KB.txt", 1594),
    ] {
        let path = |file: &str| published(&format!("kg/pathquestion/{file}"));
        let (Some(questions), Some(facts)) = (path(questions), path(facts)) else { return };
        let graph = graph_of(&read_facts(&facts).unwrap()).unwrap();
        let index = FactIndex::new(&graph).unwrap();
        let questions = read_questions(&questions).unwrap();
        let found = questions.iter().filter(|question| {
            let from = index.entity(question.subject()).unwrap();
            let ends = index.ends(from, &index.relations(&question.relations).unwrap()).unwrap();
            ends.contains(&index.entity(&question.answer).unwrap())
        });
        assert_eq!((found.count(), questions.len()), (count, count));
    }
}
