//! Dergwasm beside other interpreters: the same work, in turns, in one process.

mod calls;
mod engine;
mod execute;
mod heap;
#[path = "../../src/kernels.rs"]
mod kernels;
mod load;
mod measure;
mod table;

use engine::Failure;
use std::process::ExitCode;

const USAGE: &str = "\
usage: dergwasm-peers [FILTER] [--rounds N]             kernels whose names contain FILTER
       dergwasm-peers calls [--rounds N]                calls in each direction, instantiation
       dergwasm-peers heap [MEGABYTES]...               allocation and pauses while so much is alive
       dergwasm-peers load FILE [--mode lazy-translation|lazy|eager] [--rounds N]
       --engines A,B   only these engines, the first as the baseline";

#[derive(Default)]
struct Arguments {
    words: Vec<String>,
    rounds: Option<u32>,
    mode: Option<String>,
    engines: Option<String>,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, Failure> {
    let mut parsed = Arguments::default();
    while let Some(word) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{word} needs a value\n{USAGE}"));
        match word.as_str() {
            "--rounds" => parsed.rounds = Some(value()?.parse()?),
            "--mode" => parsed.mode = Some(value()?),
            "--engines" => parsed.engines = Some(value()?),
            _ if word.starts_with('-') => return Err(USAGE.into()),
            _ => parsed.words.push(word),
        }
    }
    Ok(parsed)
}

/// The engines named in `names`, in that order; all of them without names.
fn chosen(names: Option<&str>) -> Result<Vec<Box<dyn engine::Engine>>, Failure> {
    let mut all = engine::engines();
    let Some(names) = names else { return Ok(all) };
    names
        .split(',')
        .map(|name| {
            let found = all.iter().position(|engine| engine.name() == name);
            let found = found.ok_or_else(|| -> Failure {
                format!("no engine `{name}` in this build: see the features in Cargo.toml").into()
            })?;
            Ok(all.swap_remove(found))
        })
        .collect()
}

fn run() -> Result<(), Failure> {
    let arguments = parse(std::env::args().skip(1))?;
    let engines = chosen(arguments.engines.as_deref())?;
    let rounds = arguments.rounds.unwrap_or(5).max(1);
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    match words[..] {
        ["load", file] => load::load(&engines, file, arguments.mode.as_deref(), rounds),
        ["heap", ref sizes @ ..] => heap::heap(&engines, sizes),
        ["calls"] => calls::calls(&engines, rounds),
        [] => execute::execute(&engines, "", rounds),
        [filter] => execute::execute(&engines, filter, rounds),
        _ => Err(USAGE.into()),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
