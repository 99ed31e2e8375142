//! The simple repository index of Python packages: finding one wheel.
//!
//! Both forms are read: the HTML page (PEP 503) and the JSON one (PEP 691).

use serde::Deserialize;

use crate::error::DataError;
use crate::http::{Client, shown};

/// The JSON form where the index has it, else HTML.
const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// A wheel that the index lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wheel {
    pub(crate) file_name: String,
    pub(crate) url: String,
    /// The sum that the index gives for it, if it gives one.
    pub(crate) sha256: Option<String>,
    pub(crate) size: Option<u64>,
}

/// Asks `index` for the wheel of `package` in exactly this `version`.
pub(crate) fn find_wheel(
    client: &Client,
    index: &str,
    package: &str,
    version: &str,
) -> Result<Wheel, DataError> {
    let page = format!("{}/{}/", index.trim_end_matches('/'), normalised(package));
    let text = client.text(&page, ACCEPT)?;
    let files = if text.trim_start().starts_with('{') {
        from_json(&text, &page).map_err(|e| DataError::BadIndex { url: shown(&page), why: e.to_string() })?
    } else {
        from_html(&text, &page)
    };
    pick(&files, package, version).cloned().ok_or_else(|| DataError::NoRelease {
        index: shown(index),
        package: package.to_owned(),
        version: version.to_owned(),
        offered: files.into_iter().map(|f| f.file_name).collect(),
    })
}

/// The wheel of that version; the one for every machine if there are several.
fn pick<'a>(files: &'a [Wheel], package: &str, version: &str) -> Option<&'a Wheel> {
    let right = |file: &&Wheel| {
        let mut parts = file.file_name.strip_suffix(".whl").unwrap_or_default().split('-');
        parts.next().is_some_and(|p| normalised(p) == normalised(package)) && parts.next() == Some(version)
    };
    let anywhere = |file: &&Wheel| file.file_name.ends_with("-none-any.whl");
    files.iter().filter(right).find(anywhere).or_else(|| files.iter().find(right))
}

/// A package name as the index spells it (PEP 503): lower case, single hyphens.
pub(crate) fn normalised(package: &str) -> String {
    let parts: Vec<&str> = package.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_lowercase()
}

#[derive(Deserialize)]
struct Page {
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: Hashes,
    #[serde(default)]
    size: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Hashes {
    #[serde(default)]
    sha256: Option<String>,
}

fn from_json(text: &str, page: &str) -> Result<Vec<Wheel>, serde_json::Error> {
    let parsed: Page = serde_json::from_str(text)?;
    let wheel = |file: Entry| Wheel {
        url: join(page, &file.url),
        file_name: file.filename,
        sha256: file.hashes.sha256.map(|s| s.to_lowercase()),
        size: file.size,
    };
    Ok(parsed.files.into_iter().map(wheel).collect())
}

fn from_html(text: &str, page: &str) -> Vec<Wheel> {
    // ASCII lower case keeps every byte in its place, so positions in one are positions in the other
    let lower = text.to_ascii_lowercase();
    let mut wheels = Vec::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find("<a").map(|i| at + i) {
        let end = lower[start..].find('>').map_or(lower.len(), |i| start + i);
        if let Some(href) = href(&text[start..end], &lower[start..end]) {
            let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
            let path = address.split('?').next().unwrap_or(address);
            wheels.push(Wheel {
                file_name: path.rsplit('/').next().unwrap_or(path).replace("%2B", "+"),
                url: join(page, address),
                sha256: fragment.strip_prefix("sha256=").map(str::to_lowercase),
                size: None,
            });
        }
        at = end;
    }
    wheels
}

/// The `href` of a tag, `lower` being the same text in lower case.
fn href(tag: &str, lower: &str) -> Option<String> {
    let after = lower.find("href")? + "href".len();
    let value = tag[after..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value[1..].split(quote).next()?;
    Some(value.replace("&amp;", "&").replace("&#43;", "+"))
}

/// `reference` as seen from the page at `base` (RFC 3986, as much of it as indexes use).
fn join(base: &str, reference: &str) -> String {
    if reference.contains("://") {
        return reference.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else {
        return reference.to_owned();
    };
    if let Some(host) = reference.strip_prefix("//") {
        return format!("{scheme}://{host}");
    }
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if reference.starts_with('/') {
        return format!("{scheme}://{host}{reference}");
    }
    let mut parts: Vec<&str> = path.split('/').skip(1).collect();
    parts.pop();
    for part in reference.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("{scheme}://{host}/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://host.example/simple/gt-all/";

    #[test]
    fn references() {
        #[track_caller]
        fn check(reference: &str, expected: &str) {
            assert_eq!(join(PAGE, reference), expected);
        }
        check("https://files.example/a.whl", "https://files.example/a.whl");
        check("//files.example/a.whl", "https://files.example/a.whl");
        check("/packages/a.whl", "https://host.example/packages/a.whl");
        check("../../packages/a.whl", "https://host.example/packages/a.whl");
        check("../../../../a.whl", "https://host.example/a.whl");
        check("a.whl", "https://host.example/simple/gt-all/a.whl");
    }

    #[test]
    fn html_and_json_say_the_same() {
        let html = r#"<!DOCTYPE html><html><body><h1>Links</h1>
            <a href="https://f.example/gt_all-0.1.tar.gz#sha256=AA">gt_all-0.1.tar.gz</a><br/>
            <A data-requires-python="&gt;=3.8" HREF='../../p/gt_all-0.1-py3-none-any.whl?a=1&amp;b=2#sha256=Bb'>x</A>
            <a name="no link"></a><a href=broken>"#;
        let json = r#"{"meta": {"api-version": "1.1"}, "name": "gt-all", "files": [
            {"filename": "gt_all-0.1.tar.gz", "url": "https://f.example/gt_all-0.1.tar.gz", "hashes": {"sha256": "AA"}},
            {"filename": "gt_all-0.1-py3-none-any.whl", "url": "../../p/gt_all-0.1-py3-none-any.whl?a=1&b=2",
             "hashes": {"sha256": "bb", "md5": "cc"}, "yanked": false}]}"#;
        let files = from_html(html, PAGE);
        assert_eq!(files, from_json(json, PAGE).expect("JSON"));
        let wheel = pick(&files, "gt-all", "0.1").expect("the wheel");
        assert_eq!(wheel.url, "https://host.example/p/gt_all-0.1-py3-none-any.whl?a=1&b=2");
        assert_eq!(wheel.sha256.as_deref(), Some("bb"));
    }

    #[test]
    fn the_wheel_of_the_version() {
        let wheel = |name: &str| Wheel { file_name: name.into(), url: name.into(), sha256: None, size: None };
        let files =
            ["gt_all-0.1.0.tar.gz", "gt_all-0.1.1-py3-none-any.whl", "gt_all-0.1.0-cp312-cp312-linux.whl"];
        let mut files: Vec<Wheel> = files.into_iter().map(wheel).collect();
        let name = |w: Option<&Wheel>| w.map(|w| w.file_name.clone());
        assert_eq!(
            name(pick(&files, "GT.all", "0.1.0")).as_deref(),
            Some("gt_all-0.1.0-cp312-cp312-linux.whl")
        );
        files.push(wheel("Gt_All-0.1.0-py3-none-any.whl"));
        assert_eq!(name(pick(&files, "gt-all", "0.1.0")).as_deref(), Some("Gt_All-0.1.0-py3-none-any.whl"));
        assert_eq!(name(pick(&files, "gt-all", "0.1")), None);
        assert_eq!(name(pick(&files, "gt-other", "0.1.0")), None);
    }
}
