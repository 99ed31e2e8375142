//! Paths as texts that a language model is trained to write: `<PATH>parents<SEP>nationality</PATH>`.
//!
//! Relation paths are as in the paper's code. For paths of facts its instruction asks for `<SEP>` between the names, too,
//! which is what is written here; the targets that it trains on have ` -> ` there.

use crate::GraphError;

const OPEN: &str = "<PATH>";
const SEPARATOR: &str = "<SEP>";
const CLOSE: &str = "</PATH>";

/// The text of a path: of its relations, or of entities and relations in turn.
///
/// # Errors
/// [`GraphError::BadArgument`] for a name that is empty or holds one of the marks, as it could not be read back.
pub fn write_target<S: AsRef<str>>(names: &[S]) -> Result<String, GraphError> {
    for name in names.iter().map(S::as_ref) {
        if name.is_empty() || [OPEN, SEPARATOR, CLOSE].iter().any(|mark| name.contains(mark)) {
            let expected = "a name without <PATH>, <SEP> and </PATH>";
            return Err(GraphError::argument("a name of the path", format!("`{name}`"), expected));
        }
    }
    let names: Vec<&str> = names.iter().map(S::as_ref).collect();
    Ok(format!("{OPEN}{}{CLOSE}", names.join(SEPARATOR)))
}

/// The names of the first path in a text, without blanks around them; a model may write something around it.
///
/// # Errors
/// [`GraphError::BadArgument`] when there is no whole path, or one with an empty name.
pub fn read_target(text: &str) -> Result<Vec<&str>, GraphError> {
    let expected = "<PATH>, names with <SEP> between them, and </PATH>";
    let wrong = || GraphError::argument("the path", format!("`{text}`"), expected);
    let (_, rest) = text.split_once(OPEN).ok_or_else(wrong)?;
    let (inside, _) = rest.split_once(CLOSE).ok_or_else(wrong)?;
    if inside.trim().is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = inside.split(SEPARATOR).map(str::trim).collect();
    if names.iter().any(|name| name.is_empty() || name.contains(OPEN)) { Err(wrong()) } else { Ok(names) }
}
