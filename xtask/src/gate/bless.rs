//! Committing bands: the only way to change one, and it keeps the reason.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::process::{self, Failure};

use super::Gate;
use super::bands::{Committed, Expectation, Outcome};

impl Gate {
    /// Writes the bands of the last results and logs the reason beside them.
    pub(crate) fn bless(&self, reason: &str) -> process::Outcome {
        let mut committed = self.committed()?;
        let outcomes = self.outcomes()?;
        let mut log = String::new();
        for (name, outcome) in outcomes.iter().filter(|(name, _)| self.wanted(name)) {
            if matches!(outcome.status.as_str(), "failed" | "unavailable") {
                println!("{name}: {}, nothing to bless", outcome.status);
                continue;
            }
            let before = committed.get(name).cloned();
            let after = updated(before.clone(), outcome);
            if before.as_ref() == Some(&after) {
                println!("{name}: unchanged");
                continue;
            }
            for change in changes(before.as_ref(), &after, &self.size) {
                println!("{name}: {change}");
                let _ = writeln!(log, "- {} `{name}` ({}) {change}. {reason}", today(), self.size);
            }
            committed.insert(name.clone(), after);
        }
        if log.is_empty() {
            println!("nothing changed");
            return Ok(());
        }
        self.write(&committed, &log)
    }

    fn write(
        &self,
        committed: &std::collections::BTreeMap<String, Committed>,
        log: &str,
    ) -> process::Outcome {
        let failed = |e: std::io::Error| Failure::run(format!("{}: {e}", self.bands.display()));
        std::fs::create_dir_all(&self.bands).map_err(failed)?;
        for (name, bands) in committed {
            std::fs::write(self.bands.join(format!("{name}.json")), bands.render()).map_err(failed)?;
        }
        let path = self.bands.join("REASONS.md");
        let head = "# Why bands changed\n\nWritten by `cargo xtask gate --bless --reason …`; the newest stands last.\n\n";
        let before = std::fs::read_to_string(&path).unwrap_or_else(|_| head.to_owned());
        std::fs::write(path, before + log).map_err(failed)
    }
}

/// The committed bands with those of one result put in place.
fn updated(before: Option<Committed>, outcome: &Outcome) -> Committed {
    let mut after = before.unwrap_or_else(|| Committed {
        experiment: outcome.experiment.clone(),
        needs: Vec::new(),
        sizes: Vec::new(),
    });
    if let Some(needs) = &outcome.needs {
        after.needs.clone_from(needs);
    }
    let bands: Vec<Expectation> = outcome
        .measurements
        .iter()
        .map(|m| Expectation {
            name: m.name.clone(),
            band: m.band,
            holds: m.mean.is_some_and(|mean| m.band.holds(mean)),
        })
        .collect();
    match after.sizes.iter_mut().find(|(size, _)| *size == outcome.size) {
        Some((_, known)) => *known = bands,
        None => after.sizes.push((outcome.size.clone(), bands)),
    }
    after
}

/// One line for each measurement that differs.
fn changes(before: Option<&Committed>, after: &Committed, size: &str) -> Vec<String> {
    let old = before.and_then(|c| c.at(size)).unwrap_or_default();
    let new = after.at(size).unwrap_or_default();
    let verdict = |e: &Expectation| if e.holds { "" } else { ", not reproduced" };
    let mut lines = Vec::new();
    for now in new {
        let text = match old.iter().find(|e| e.name == now.name) {
            Some(was) if was == now => continue,
            Some(was) => {
                format!("`{}`: {}{} → {}{}", now.name, was.band, verdict(was), now.band, verdict(now))
            }
            None => format!("`{}`: new, {}{}", now.name, now.band, verdict(now)),
        };
        lines.push(text);
    }
    let gone = old.iter().filter(|was| !new.iter().any(|now| now.name == was.name));
    lines.extend(gone.map(|was| format!("`{}`: gone, was {}", was.name, was.band)));
    lines
}

fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    date(seconds / 86_400)
}

/// The date that many days after 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn date(days: u64) -> String {
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{gate, result};
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_454), "2026-01-01");
    }

    #[test]
    fn reasons_accumulate_and_hand_written_needs_stay() {
        let tree = tempfile::tempdir().unwrap();
        let gate = gate(tree.path());
        std::fs::create_dir_all(&gate.bands).unwrap();
        std::fs::write(gate.bands.join("a.json"), r#"{"experiment": "a", "needs": ["minilm"], "sizes": {}}"#)
            .unwrap();
        let path = gate.results.join("a.json");
        std::fs::write(&path, result("a", "quick", 0.95, 0.9)).unwrap();
        gate.bless("first").unwrap();
        std::fs::write(&path, result("a", "quick", 0.95, 0.8)).unwrap();
        gate.bless("second").unwrap();
        gate.bless("nothing to say").unwrap();
        let log = std::fs::read_to_string(gate.bands.join("REASONS.md")).unwrap();
        let lines: Vec<&str> = log.lines().filter(|l| l.starts_with("- ")).map(|l| &l[13..]).collect();
        assert_eq!(
            lines,
            ["`a` (quick) `m`: new, [0.9, ∞). first", "`a` (quick) `m`: [0.9, ∞) → [0.8, ∞). second"]
        );
        assert_eq!(gate.committed().unwrap()["a"].needs, ["minilm"]);
    }
}
