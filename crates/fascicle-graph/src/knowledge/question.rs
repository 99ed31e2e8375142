//! Questions with the paths that answer them: the formats of PathQuestion.
//!
//! Zhou, Huang & Zhu (2018), "An interpretable reasoning network for multi-relation question answering",
//! arXiv 1801.04726.

use std::path::Path;

use super::rows::{read, rows, three_fields};
use crate::GraphError;
use crate::format::malformed;

/// A question, its answers, and the path from what it is about to its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question; names in it have underscores for blanks.
    pub text: String,
    /// The answer that the path leads to.
    pub answer: String,
    /// All right answers, that one among them.
    pub answers: Vec<String>,
    /// The entities of the path, one more than there are relations: from what the question is about to the answer.
    pub entities: Vec<String>,
    /// The relations of the path.
    pub relations: Vec<String>,
}

impl Question {
    /// What the question is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.entities.first().map_or("", String::as_str)
    }

    /// The words of the question with `mask` for what it is about, so that nothing can be learnt from a name.
    pub fn masked<'a>(&'a self, mask: &'a str) -> impl Iterator<Item = &'a str> {
        self.text.split_whitespace().map(move |word| if word == self.subject() { mask } else { word })
    }
}

/// Reads questions from a file of PathQuestion: question, answer and path with tabs between them, where the answer
/// is `answer(answer/another/)` and the path `subject#relation#entity#relation#answer`, perhaps with `#<end>#answer`
/// behind it (PQ has it, PQL does not).
///
/// # Errors
/// [`GraphError::Io`]; [`GraphError::Format`] where a row has more or fewer columns, the answer is not among the
/// answers, or the path does not lead from an entity by relations to the answer.
pub fn read_questions(path: &Path) -> Result<Vec<Question>, GraphError> {
    parse_questions(&read(path)?).map_err(|error| error.in_file(path))
}

/// The questions of a text, as [`read_questions`] reads them.
///
/// # Errors
/// [`GraphError::Format`].
pub fn parse_questions(text: &str) -> Result<Vec<Question>, GraphError> {
    let question = |row: (usize, &str)| -> Result<Question, GraphError> {
        let [text, answer, path] = three_fields(row, ["question", "answer", "path"])?;
        let wrong = |problem| malformed(row.0, problem);
        let (answer, answers) = parse_answers(answer).map_err(wrong)?;
        let (entities, relations) = parse_path(path, &answer).map_err(wrong)?;
        Ok(Question { text: text.to_owned(), answer, answers, entities, relations })
    };
    rows(text).map(question).collect()
}

/// `answer(answer/another/)`. Names may hold brackets, so the right bracket is the one behind which the answer is
/// repeated.
fn parse_answers(field: &str) -> Result<(String, Vec<String>), String> {
    let wrong =
        || format!("the answer is `{field}`, expected `answer(answer/another/)` with the answer repeated");
    let inside = field.strip_suffix(')').ok_or_else(wrong)?;
    for (at, _) in inside.match_indices('(') {
        let answers: Vec<&str> = inside[at + 1..].split('/').filter(|name| !name.is_empty()).collect();
        if answers.contains(&&inside[..at]) {
            return Ok((inside[..at].to_owned(), answers.into_iter().map(str::to_owned).collect()));
        }
    }
    Err(wrong())
}

/// `subject#relation#entity#…#answer`, perhaps with `#<end>#answer` behind it.
fn parse_path(field: &str, answer: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (chain, end) = match field.split_once("#<end>") {
        Some((chain, rest)) => (chain, rest.strip_prefix('#')),
        None => (field, None),
    };
    let names: Vec<&str> = chain.split('#').collect();
    if names.len() < 3 || names.len().is_multiple_of(2) || names.contains(&"") {
        return Err(format!(
            "the path is `{field}`, expected `entity#relation#entity`, or longer in this way"
        ));
    }
    let last = names[names.len() - 1];
    if let Some(other) = [Some(last), end].into_iter().flatten().find(|&name| name != answer) {
        return Err(format!("the path ends in `{other}`, expected the answer, `{answer}`"));
    }
    let every = |from: usize| names.iter().skip(from).step_by(2).map(|&name| name.to_owned()).collect();
    Ok((every(0), every(1)))
}
