//! Dergwasm beside other interpreters: the same work, in turns, in one process.

mod calls;
mod engine;
mod execute;
mod heap;
#[path = "../../src/kernels.rs"]
#[expect(dead_code, reason = "what the tests of the kernels use")]
mod kernels;
mod large;
mod load;
mod measure;
mod memory;
mod plot;
mod probe;
mod report;
mod table;

use engine::Failure;
use kernels::Half;
use std::process::ExitCode;

const USAGE: &str = "\
usage: dergwasm-peers [FILTER]                          kernels whose names contain FILTER
       dergwasm-peers calls                             calls in each direction, instantiation
       dergwasm-peers heap [MEGABYTES]...               allocation and pauses while so much is alive
       dergwasm-peers load FILE [--mode MODE]           time and memory of loading a module
       dergwasm-peers load [--mode MODE]                the same of generated large modules
       dergwasm-peers generate [NAME [SIZE]]            writes these modules to files
       dergwasm-peers report [FILTER] --out FOLDER      all of this but `heap`, as Markdown and SVG;
                                                        with FILTER or --kernels-only: kernels
                      [--command TEXT]                  which the report names as its origin
       --half HALF     only these kernels: tuning or untouched; all of them unless told
       --rounds N      how often every engine has its turn: 5 unless told
       --engines A,B   only these engines, the first as the baseline
       MODE            lazy-translation, lazy or eager; all of them unless told";

#[derive(Default)]
struct Arguments {
    words: Vec<String>,
    rounds: Option<u32>,
    mode: Option<String>,
    engines: Option<String>,
    half: Option<String>,
    out: Option<String>,
    command: Option<String>,
    kernels_only: bool,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, Failure> {
    let mut parsed = Arguments::default();
    while let Some(word) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{word} needs a value\n{USAGE}"));
        match word.as_str() {
            "--rounds" => parsed.rounds = Some(value()?.parse()?),
            "--mode" => parsed.mode = Some(value()?),
            "--engines" => parsed.engines = Some(value()?),
            "--half" => parsed.half = Some(value()?),
            "--out" => parsed.out = Some(value()?),
            "--kernels-only" => parsed.kernels_only = true,
            "--command" => parsed.command = Some(value()?),
            _ if word.starts_with('-') => return Err(USAGE.into()),
            _ => parsed.words.push(word),
        }
    }
    if parsed.mode.as_deref().is_some_and(|mode| engine::Mode::named(mode).is_none()) {
        return Err(USAGE.into());
    }
    Ok(parsed)
}

/// The halves meant by `name`; both without one.
fn halves(name: Option<&str>) -> Result<Vec<Half>, Failure> {
    let meant = |half: &Half| name.is_none_or(|name| name == "all" || name == half.name());
    let halves: Vec<Half> = Half::ALL.into_iter().filter(meant).collect();
    if halves.is_empty() { Err(USAGE.into()) } else { Ok(halves) }
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
    let halves = halves(arguments.half.as_deref())?;
    let rounds = arguments.rounds.unwrap_or(5).max(1);
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    let mode = arguments.mode.as_deref();
    match words[..] {
        [memory::CHILD, file] => memory::child(&engines, file, mode),
        [probe::CHILD, kernel] => probe::child(&engines, kernel),
        ["load"] => load::large(&engines, mode, rounds).map(drop),
        ["load", file] => load::load(&engines, file, mode, rounds),
        ["generate"] => load::generate(None, None),
        ["generate", name] => load::generate(Some(name), None),
        ["generate", name, size] => load::generate(Some(name), Some(size)),
        ["heap", ref sizes @ ..] => heap::heap(&engines, sizes),
        ["calls"] => calls::calls(&engines, rounds).map(drop),
        ["report", ref filter @ ..] if filter.len() < 2 => {
            let folder = arguments.out.ok_or("`report` needs `--out FOLDER`")?;
            let filter = filter.first().copied();
            let mut sections = execute::execute(&engines, &halves, filter.unwrap_or(""), rounds)?;
            if filter.is_none() && !arguments.kernels_only {
                sections.extend(calls::calls(&engines, rounds)?);
                sections.extend(load::large(&engines, None, rounds)?);
            }
            let command = arguments.command.as_deref().unwrap_or("dergwasm-peers report");
            report::write(folder.as_ref(), &sections, &report::head(&engines, rounds, command))
        }
        [] => execute::execute(&engines, &halves, "", rounds).map(drop),
        [filter] => execute::execute(&engines, &halves, filter, rounds).map(drop),
        _ => Err(USAGE.into()),
    }
}

/// Native stack for engines that recurse: only what is used of it becomes memory.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let run = || run().map_err(|error| error.to_string());
    let done = std::thread::Builder::new().stack_size(STACK).spawn(run).map(|run| run.join());
    let error = match done {
        Ok(Ok(Ok(()))) => return ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => error,
        Ok(Err(_)) => return ExitCode::FAILURE,
        Err(error) => format!("no thread to measure on: {error}"),
    };
    eprintln!("error: {error}");
    ExitCode::from(2)
}
