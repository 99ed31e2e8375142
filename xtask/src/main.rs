//! `cargo xtask <command>`: the project's own commands.
//!
//! Light on purpose: it depends on no crate of the project, compiles in seconds and only runs other programs.
//! Exit codes: 0 done, 1 something that was run failed, 2 the arguments or the machine are not fit for it.

mod bench;
mod ci;
mod fixtures;
mod flags;
mod fuzz;
mod gate;
mod help;
mod process;
mod reproduce;
mod system;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use process::{Failure, Outcome};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                eprintln!("error: {}", failure.message);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help::overview());
        return Err(Failure::silent(2));
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") {
        return match rest.first() {
            None => {
                print!("{}", help::overview());
                Ok(())
            }
            Some(topic) => {
                print!("{}", help::command(help::find(topic).map_err(Failure::usage)?));
                Ok(())
            }
        };
    }
    let command = help::find(name).map_err(Failure::usage)?;
    if flags::asks_for_help(rest) {
        print!("{}", help::command(command));
        return Ok(());
    }
    let parsed = flags::parse(command, rest).map_err(Failure::usage)?;
    match command.name {
        "reproduce" => reproduce::run(&parsed),
        "test" => test::run(&parsed),
        "tidy" => tidy::run(&parsed),
        "ci" => ci::run(&parsed),
        "gate" => gate::run(&parsed),
        "fixtures" => fixtures::run(&parsed),
        "fuzz" => fuzz::run(&parsed),
        "bench" => bench::run(&parsed),
        other => {
            Err(Failure::usage(format!("command `{other}` has help but no code: see xtask/src/main.rs")))
        }
    }
}
