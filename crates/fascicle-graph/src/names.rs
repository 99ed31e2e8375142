//! Names like one that nothing has, for messages.

/// At most three of the known names that are like this one (Jaro–Winkler similarity above 0.8, case aside), the most
/// alike first, equally like ones by the alphabet.
///
/// ```
/// use fascicle_graph::nearest_names;
///
/// assert_eq!(nearest_names("avbl", ["AVAL", "AVBL", "HSNR"]), ["AVBL", "AVAL"]);
/// ```
#[must_use]
pub fn nearest_names<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
