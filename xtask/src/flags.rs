//! Command lines: what a command accepts is data, so that parsing and help never disagree.

use std::collections::{BTreeMap, BTreeSet};

/// One command: its name, what it accepts and what its help says.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// One line for the overview.
    pub(crate) summary: &'static str,
    /// What the help adds below the usage line.
    pub(crate) details: &'static str,
    /// Name of the repeated positional argument, where there is one.
    pub(crate) positional: Option<&'static str>,
    pub(crate) flags: &'static [Flag],
    /// Name of what may follow `--`, where anything may.
    pub(crate) rest: Option<&'static str>,
}

/// One flag of a command.
#[derive(Debug)]
pub(crate) struct Flag {
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    /// Name of the value; `None` for a switch.
    pub(crate) value: Option<&'static str>,
    pub(crate) repeats: bool,
    pub(crate) help: &'static str,
}

/// What a command line said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    switches: BTreeSet<&'static str>,
    values: BTreeMap<&'static str, Vec<String>>,
    /// Positional arguments, in order.
    pub(crate) positional: Vec<String>,
    /// What followed `--`.
    pub(crate) rest: Vec<String>,
}

impl Parsed {
    /// Whether the switch was given.
    pub(crate) fn has(&self, long: &str) -> bool {
        self.switches.contains(long)
    }

    /// The value of a flag that does not repeat.
    pub(crate) fn value(&self, long: &str) -> Option<&str> {
        self.values(long).first().map(String::as_str)
    }

    /// Every value of a flag, in order.
    pub(crate) fn values(&self, long: &str) -> &[String] {
        self.values.get(long).map_or(&[], Vec::as_slice)
    }

    #[cfg(test)]
    pub(crate) fn of(command: &'static str, arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        parse(crate::help::find(command).unwrap(), &arguments).unwrap()
    }
}

/// Whether `-h` or `--help` stands before a `--`.
pub(crate) fn asks_for_help(arguments: &[String]) -> bool {
    arguments.iter().take_while(|a| *a != "--").any(|a| a == "-h" || a == "--help")
}

/// Reads a command line; the error says what was wrong and what comes nearest.
pub(crate) fn parse(command: &'static Command, arguments: &[String]) -> Result<Parsed, String> {
    let mut parsed = Parsed::default();
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if argument == "--" {
            let Some(_) = command.rest else {
                return Err(format!("`cargo xtask {}` takes nothing after `--`", command.name));
            };
            parsed.rest = left.cloned().collect();
            break;
        }
        if !argument.starts_with('-') || argument == "-" {
            let Some(_) = command.positional else {
                return Err(format!("`cargo xtask {}` takes no argument `{argument}`", command.name));
            };
            parsed.positional.push(argument.clone());
            continue;
        }
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let flag = find_flag(command, name)?;
        match (flag.value, attached) {
            (None, None) => {
                parsed.switches.insert(flag.long);
            }
            (None, Some(value)) => return Err(format!("--{} takes no value, got `{value}`", flag.long)),
            (Some(what), attached) => {
                let value = match attached {
                    Some(value) => value,
                    None => left
                        .next()
                        .filter(|next| !next.starts_with("--"))
                        .cloned()
                        .ok_or_else(|| format!("--{} needs a value: --{0} {what}", flag.long))?,
                };
                let values = parsed.values.entry(flag.long).or_default();
                if !flag.repeats && !values.is_empty() {
                    return Err(format!("--{} was given twice: `{}` and `{value}`", flag.long, values[0]));
                }
                values.push(value);
            }
        }
    }
    Ok(parsed)
}

fn find_flag(command: &'static Command, name: &str) -> Result<&'static Flag, String> {
    let found = match name.strip_prefix("--") {
        Some(long) => command.flags.iter().find(|f| f.long == long),
        None => command.flags.iter().find(|f| f.short.is_some_and(|s| name[1..].chars().eq([s]))),
    };
    found.ok_or_else(|| {
        let known = command.flags.iter().map(|f| f.long);
        let hint = match nearest(name.trim_start_matches('-'), known) {
            Some(near) => format!("did you mean --{near}?"),
            None => format!("`cargo xtask {} --help` lists its flags", command.name),
        };
        format!("`cargo xtask {}` has no flag `{name}`; {hint}", command.name)
    })
}

/// The candidate closest to `name`, if any is close enough to be a slip of the finger.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Those of the known names that were asked for, or all; the error says what there is none of, and what comes nearest.
pub(crate) fn choose<'a>(what: &str, asked: &[String], known: &[&'a str]) -> Result<Vec<&'a str>, String> {
    if asked.is_empty() {
        return Ok(known.to_vec());
    }
    let find = |name: &String| {
        known.iter().find(|known| *known == name).copied().ok_or_else(|| {
            match nearest(name, known.iter().copied()) {
                Some(near) => format!("no {what} `{name}`; did you mean `{near}`?"),
                None => format!("no {what} `{name}`; there are {}", known.join(", ")),
            }
        })
    };
    asked.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::help;

    fn check_error(command: &str, arguments: &[&str], expected: &str) {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        assert_eq!(parse(help::find(command).unwrap(), &arguments).unwrap_err(), expected);
    }

    #[test]
    fn switches_values_positionals_and_rest() {
        let parsed = Parsed::of("reproduce", &["induction", "--quick", "--out", "somewhere", "minilm"]);
        assert!(parsed.has("quick") && !parsed.has("list"));
        assert_eq!(parsed.value("out"), Some("somewhere"));
        assert_eq!(parsed.positional, ["induction", "minilm"]);

        let parsed = Parsed::of(
            "test",
            &["-p", "fascicle-core", "--device=cpu", "--device", "wgpu:cpu", "--", "--nocapture"],
        );
        assert_eq!(parsed.values("package"), ["fascicle-core"]);
        assert_eq!(parsed.values("device"), ["cpu", "wgpu:cpu"]);
        assert_eq!(parsed.rest, ["--nocapture"]);
    }

    #[test]
    fn mistakes_are_named() {
        check_error(
            "reproduce",
            &["--quik"],
            "`cargo xtask reproduce` has no flag `--quik`; did you mean --quick?",
        );
        check_error(
            "reproduce",
            &["--zzz"],
            "`cargo xtask reproduce` has no flag `--zzz`; `cargo xtask reproduce --help` lists its flags",
        );
        check_error("reproduce", &["--out"], "--out needs a value: --out DIR");
        check_error("reproduce", &["--out", "--quick"], "--out needs a value: --out DIR");
        check_error("reproduce", &["--quick=yes"], "--quick takes no value, got `yes`");
        check_error("reproduce", &["--out", "a", "--out", "b"], "--out was given twice: `a` and `b`");
        check_error("tidy", &["core"], "`cargo xtask tidy` takes no argument `core`");
        check_error("tidy", &["--", "x"], "`cargo xtask tidy` takes nothing after `--`");
    }

    #[test]
    fn help_is_seen_anywhere_but_after_the_dashes() {
        let ask = |arguments: &[&str]| {
            asks_for_help(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert!(ask(&["--quick", "-h"]));
        assert!(!ask(&["--", "--help"]));
    }
}
