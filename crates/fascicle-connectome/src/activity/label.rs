//! From laboratories' labels to the canonical index.

use crate::cells::canonical;

/// The place of each label in the canonical index. A label with anything but letters and digits, one that speaks of merged
/// neurons, and one that is no neuron's name is unlabelled, and so is a name's second mention.
#[must_use]
pub fn resolve(labels: &[String]) -> Vec<Option<usize>> {
    let mut taken = vec![false; canonical().len()];
    labels
        .iter()
        .map(|label| {
            let at = place(label)?;
            (!std::mem::replace(&mut taken[at], true)).then_some(at)
        })
        .collect()
}

fn place(label: &str) -> Option<usize> {
    if label.is_empty() || !label.chars().all(|c| c.is_ascii_alphanumeric()) || label.contains("merge") {
        return None;
    }
    let name = if label.ends_with('0') { label.to_owned() } else { label.replace('0', "") };
    canonical().binary_search(&name.as_str()).ok()
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::cells::canonical;

    #[test]
    fn labels() {
        for (label, expected) in [
            ("AVAL", Some("AVAL")),
            ("VB01", Some("VB1")),
            ("VA10", Some("VA10")),
            ("VD010", None),
            ("AVAL?", None),
            ("AVALmerge", None),
            ("12", None),
            ("CANL", None),
            ("aval", None),
            ("", None),
        ] {
            let got = resolve(&[label.to_owned()])[0].map(|at| canonical()[at]);
            assert_eq!(got, expected, "{label}");
        }
        let twice: Vec<String> = ["RIS", "RIS"].map(str::to_owned).to_vec();
        assert_eq!(resolve(&twice).iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    }
}
