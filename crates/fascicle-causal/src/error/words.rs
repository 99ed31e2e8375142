//! How errors speak of sites and sizes.

use std::fmt;

use fascicle_models::Site;

/// What the model has in place of a site that it lacks.
pub(super) fn instead(blocks: Option<usize>, elsewhere: Option<&str>) -> String {
    match (blocks, elsewhere) {
        (Some(0), _) => ": it has no blocks".to_string(),
        (Some(n), _) => format!(": its blocks are 0 to {}", n - 1),
        (None, Some(site)) => format!(": did you mean `{site}`?"),
        (None, None) => " (`fascicle inspect MODEL` lists those it has)".to_string(),
    }
}

pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

/// At most six names, in backticks.
pub(super) fn names(sites: &[Site]) -> String {
    let shown: Vec<String> = sites.iter().take(6).map(|site| format!("`{site}`")).collect();
    match sites.len() {
        0 => "nothing".to_string(),
        n if n > 6 => format!("{} and {} more", shown.join(", "), n - 6),
        _ => shown.join(", "),
    }
}

pub(super) fn sizes(largest: &[(Site, u64)]) -> String {
    largest.iter().map(|(site, bytes)| format!("`{site}` {}", Bytes(*bytes))).collect::<Vec<_>>().join(", ")
}

/// A number of bytes as a person reads it.
pub(super) struct Bytes(pub(super) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n < 1 << 10 => write!(f, "{n} B"),
            n if n < 1 << 20 => write!(f, "{:.1} KiB", n as f64 / 1024.0),
            n if n < 1 << 30 => write!(f, "{:.1} MiB", n as f64 / (1024.0 * 1024.0)),
            n => write!(f, "{:.1} GiB", n as f64 / (1024.0 * 1024.0 * 1024.0)),
        }
    }
}
