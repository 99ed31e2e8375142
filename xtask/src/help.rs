//! The commands, their flags and their help texts.

use std::fmt::Write as _;

use crate::flags::{Command, Flag, nearest};

const fn switch(long: &'static str, help: &'static str) -> Flag {
    Flag { long, short: None, value: None, repeats: false, help }
}

const fn value(long: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { long, short: None, value: Some(value), repeats: false, help }
}

const fn repeated(long: &'static str, short: Option<char>, value: &'static str, help: &'static str) -> Flag {
    Flag { long, short, value: Some(value), repeats: true, help }
}

const SKIP_INSTALL: Flag = switch("no-install", "never install system packages, print the command instead");

/// Every command, in the order of the overview.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "reproduce",
        summary: "build once and run the experiments; prints the table and the path of the report",
        details: "Results and report go to DIR (default: the folder `fascicle` in the target folder).",
        positional: Some("NAME"),
        flags: &[
            switch("quick", "the small size: all experiments in minutes on two cores"),
            switch("list", "name the experiments and their papers, run nothing"),
            value("out", "DIR", "where results and report are written"),
            value("device", "D", "cpu, ndarray, wgpu, wgpu:cpu or cuda:N (default cpu)"),
            SKIP_INSTALL,
        ],
        rest: None,
    },
    Command {
        name: "test",
        summary: "build and run every test, documentation examples included",
        details: "Tests that need a device run on each device named (default: cpu and ndarray).\n\
                  wgpu:cpu is software Vulkan: slow, one test at a time, needs Mesa's Vulkan drivers.",
        positional: None,
        flags: &[
            repeated(
                "package",
                Some('p'),
                "CRATE",
                "only the tests of this crate, with the features of the whole",
            ),
            repeated("device", None, "D", "a device to test on; may be repeated or a comma list"),
            switch("no-doc", "leave out the documentation examples"),
            switch("doc", "only the documentation examples"),
            switch("no-run", "only build"),
            SKIP_INSTALL,
        ],
        rest: Some("ARGS for the test binaries"),
    },
    Command {
        name: "tidy",
        summary: "check what compilers do not: crate edges, forbidden calls, file sizes, documents",
        details: "Prints `file:line: what; what to do`. Warnings do not fail, errors do.",
        positional: None,
        flags: &[switch("table", "print the table of forbidden edges as docs/architecture.md carries it")],
        rest: None,
    },
    Command {
        name: "ci",
        summary: "everything that .ci/run does, step by step, with the time of each",
        details: "Stops at the first step that fails.",
        positional: None,
        flags: &[
            switch("list", "name the steps"),
            repeated("only", None, "STEP", "run this step alone; may be repeated"),
            value("from", "STEP", "begin at this step"),
            SKIP_INSTALL,
        ],
        rest: None,
    },
    Command {
        name: "gate",
        summary: "compare the last results with the committed bands (tests/bands)",
        details: "Fails when a measurement leaves its band, when an experiment with bands has no result,\n\
                  and when a band differs from the committed one. Loosening a band needs --bless and a reason.",
        positional: Some("NAME"),
        flags: &[
            value("size", "SIZE", "quick or full (default quick)"),
            value("results", "DIR", "the folder given to `reproduce --out`"),
            switch("bless", "write the bands of the last results and log why"),
            value("reason", "TEXT", "why the bands change; kept in tests/bands/REASONS.md"),
        ],
        rest: None,
    },
    Command {
        name: "fixtures",
        summary: "regenerate the project's test fixtures in a Python environment of their own",
        details: "Only for whoever changes a fixture: the fixtures are committed.",
        positional: None,
        flags: &[SKIP_INSTALL],
        rest: Some("ARGS for make_fixtures.py"),
    },
    Command {
        name: "fuzz",
        summary: "feed the readers of untrusted bytes with damaged files; stops at the first that panics",
        details: "Built apart, with the compiler's coverage pass; what is found lies in fuzz/artifacts.",
        positional: Some("TARGET"),
        flags: &[
            value("seconds", "N", "how long each target runs (default 60)"),
            value("jobs", "N", "how many run at a time (default 1)"),
            SKIP_INSTALL,
        ],
        rest: Some("ARGS for libFuzzer"),
    },
    Command {
        name: "bench",
        summary: "run the benchmarks and, where Python has torch, the same work there",
        details: "Built in the same profile as everything else.",
        positional: Some("NAME"),
        flags: &[switch("no-peers", "leave out the same work in Python"), SKIP_INSTALL],
        rest: Some("ARGS for the benchmark binaries"),
    },
];

/// The command of that name; the error names the nearest.
pub(crate) fn find(name: &str) -> Result<&'static Command, String> {
    COMMANDS.iter().find(|c| c.name == name).ok_or_else(|| {
        let hint = match nearest(name, COMMANDS.iter().map(|c| c.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cargo xtask help` lists them".to_owned(),
        };
        format!("no command `{name}`; {hint}")
    })
}

/// What `cargo xtask help` prints.
pub(crate) fn overview() -> String {
    let mut text = String::from("The commands of this project.\n\nUsage: cargo xtask COMMAND [ARGS]\n\n");
    for command in COMMANDS {
        let _ = writeln!(text, "  {:<10} {}", command.name, command.summary);
    }
    text.push_str("  help       this text, or `help COMMAND`\n\n");
    text.push_str(
        "Exit codes: 0 done, 1 what was run failed, 2 wrong arguments or a missing system library.\n",
    );
    text
}

/// What `cargo xtask COMMAND --help` prints.
pub(crate) fn command(command: &Command) -> String {
    let mut text = format!("{}\n\nUsage: cargo xtask {}", sentence(command.summary), command.name);
    if let Some(name) = command.positional {
        let _ = write!(text, " [{name}]…");
    }
    if !command.flags.is_empty() {
        text.push_str(" [FLAGS]");
    }
    if let Some(rest) = command.rest {
        let _ = write!(text, " [-- {rest}]");
    }
    let _ = write!(text, "\n\n{}\n", command.details);
    for (i, flag) in command.flags.iter().enumerate() {
        if i == 0 {
            text.push_str("\nFlags:\n");
        }
        let short = flag.short.map_or_else(|| "    ".to_owned(), |c| format!("-{c}, "));
        let name = match flag.value {
            Some(value) => format!("--{} {value}", flag.long),
            None => format!("--{}", flag.long),
        };
        let _ = writeln!(text, "  {short}{name:<17} {}", flag.help);
    }
    text
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_are_met_with_the_nearest() {
        assert_eq!(find("reprodce").unwrap_err(), "no command `reprodce`; did you mean `reproduce`?");
        assert_eq!(find("xyzzy").unwrap_err(), "no command `xyzzy`; `cargo xtask help` lists them");
    }

    #[test]
    fn every_flag_is_in_the_help_of_its_command() {
        for each in COMMANDS {
            let text = command(each);
            for flag in each.flags {
                assert!(text.contains(&format!("--{}", flag.long)), "{}: --{}", each.name, flag.long);
            }
            assert!(overview().contains(each.name));
        }
    }

    #[test]
    fn help_of_one_command() {
        let text = command(find("bench").unwrap());
        assert!(text.starts_with("Run the benchmarks and, where Python has torch, the same work there.\n\nUsage: cargo xtask bench [NAME]… [FLAGS] [-- ARGS"));
    }
}
