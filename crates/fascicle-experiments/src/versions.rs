//! Which software computed a result, and when.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// The burn release that this version of Fascicle is built on (an exact pin of the workspace).
pub const BURN: &str = "0.22.1";

/// Versions for a result file: `fascicle`, `burn`, `system`, and `commit` where the build was told it through the
/// environment variable `FASCICLE_COMMIT`.
pub fn versions() -> BTreeMap<String, String> {
    let mut versions = BTreeMap::from([
        ("fascicle".to_string(), env!("CARGO_PKG_VERSION").to_string()),
        ("burn".to_string(), BURN.to_string()),
        ("system".to_string(), format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
    ]);
    if let Some(commit) = option_env!("FASCICLE_COMMIT") {
        versions.insert("commit".to_string(), commit.to_string());
    }
    versions
}

/// The time now, `2026-03-09 14:05 UTC`.
pub(crate) fn now() -> String {
    date(SystemTime::now().duration_since(UNIX_EPOCH).map(|past| past.as_secs()).unwrap_or(0))
}

/// Seconds since 1970 as a date of the Gregorian calendar (days to civil date: H. Hinnant, "chrono-compatible
/// low-level date algorithms", with years that begin in March so that the leap day comes last).
fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let minutes = seconds % 86_400 / 60;
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (951_868_799, "2000-02-29 23:59 UTC"),
            (951_868_800, "2000-03-01 00:00 UTC"),
            (4_102_444_799, "2099-12-31 23:59 UTC"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }

    /// The constant is what the lock file says, so a result never names a burn that did not compute it.
    #[test]
    fn burn_version_is_the_locked_one() {
        let lock = include_str!("../../../Cargo.lock");
        let locked = lock.split("[[package]]").find(|package| package.contains("\nname = \"burn\"\n"));
        let package = locked.expect("burn is in Cargo.lock");
        assert!(package.contains(&format!("version = \"{BURN}\"")), "{package}");
    }
}
