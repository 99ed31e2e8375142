//! The nearest known name to one that is not known, for messages.

/// The candidate most like `text`, if any is like it at all (Jaro–Winkler similarity of at least 0.7).
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(text, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_string())
}

/// `: did you mean `x`?`, or nothing.
pub(crate) fn suggestion(nearest: Option<&String>) -> String {
    nearest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}
