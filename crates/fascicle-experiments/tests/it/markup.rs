//! A checker for the markup that this crate writes: every element closed, every reference resolved, no stray text.

use std::collections::BTreeSet;

/// HTML elements that have no end tag.
const VOID: [&str; 2] = ["meta", "br"];

/// One start tag: name and attributes.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// Names of the elements around it, outermost first.
    pub(crate) inside: Vec<String>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// All elements of `text` in order.
///
/// Fails the test on an element that is not closed or closed out of order, an attribute without quotes or given
/// twice, an `id` given twice, a reference to an `id` that is not there, and an unescaped `<` or `&`.
#[track_caller]
pub(crate) fn elements(text: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.trim_start_matches("<!DOCTYPE html>");
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start]);
        let end = rest[start..].find('>').map(|end| start + end).expect("every tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order");
            continue;
        }
        let (name, attributes) = parse_tag(tag);
        if !VOID.contains(&name.as_str()) {
            open.push(name.clone());
        }
        let inside = open[..open.len().saturating_sub(1)].to_vec();
        if name == "style" {
            rest = &rest[rest.find("</style>").expect("style ends")..];
        }
        found.push(Element { name, attributes, inside });
    }
    check_text(rest);
    assert!(open.is_empty(), "not closed: {open:?}");
    check_references(&found);
    found
}

#[track_caller]
fn check_text(text: &str) {
    let forbidden = |c: char| c.is_control() && c != '\n';
    assert!(!text.contains(forbidden), "control character in {text:?}");
    for (at, _) in text.match_indices('&') {
        let entity = ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|entity| text[at..].starts_with(entity));
        assert!(entity, "unescaped & in {text:?}");
    }
}

#[track_caller]
fn parse_tag(tag: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes: Vec<(String, String)> = Vec::new();
    while !rest.trim().is_empty() {
        let (key, after) =
            rest.trim_start().split_once("=\"").unwrap_or_else(|| panic!("bad attributes in <{tag}>"));
        let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("unended attribute in <{tag}>"));
        assert!(!attributes.iter().any(|(other, _)| other == key), "{key} twice in <{tag}>");
        check_text(value);
        attributes.push((key.to_string(), value.to_string()));
        rest = after;
    }
    (name.to_string(), attributes)
}

#[track_caller]
fn check_references(elements: &[Element]) {
    let mut ids = BTreeSet::new();
    for id in elements.iter().filter_map(|element| element.attribute("id")) {
        assert!(ids.insert(id), "id {id} twice");
    }
    for element in elements {
        let labels = element.attribute("aria-labelledby").into_iter().flat_map(str::split_whitespace);
        let links = element.attribute("href").and_then(|link| link.strip_prefix('#'));
        for id in labels.chain(links) {
            assert!(ids.contains(id), "nothing has the id {id}");
        }
    }
}

/// Every number in the geometry of `elements` is finite, and sizes are not negative.
#[track_caller]
pub(crate) fn check_geometry(elements: &[Element]) {
    const PLACES: [&str; 14] = [
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "d",
        "transform",
        "viewBox",
        "stroke-width",
    ];
    for element in elements {
        for (key, value) in &element.attributes {
            if key == "width" || key == "height" {
                let size: f64 = if value == "100%" { 100.0 } else { value.parse().unwrap_or(f64::NAN) };
                assert!(size >= 0.0 && size.is_finite(), "{key}={value} in {element:?}");
            } else if PLACES.contains(&key.as_str()) {
                for word in
                    value.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | 'e' | 'E' | '+')))
                {
                    let number = word.trim_start_matches(['e', 'E']);
                    let finite = number.is_empty() || number.parse::<f64>().is_ok_and(f64::is_finite);
                    assert!(finite, "{key}={value} in {element:?}");
                }
                assert!(!value.contains("NaN") && !value.contains("inf"), "{key}={value}");
            }
        }
    }
}
