//! Random modules on Dergwasm and on Wasmtime, and on Dergwasm in each of its modes, compared.

#![forbid(unsafe_code)]

mod arguments;
mod case;
mod host;
mod observation;
mod ours;
mod profile;
mod program;
mod random;
mod report;
mod subject;
mod theirs;
mod watch;

use arguments::Arguments;
use case::Case;
use observation::{End, Observation, Step};
use report::Report;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::Instant,
};
use wasmtime::Engine;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Native stack for what the engines put there.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    let run = || Arguments::parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments));
    let thread = thread::Builder::new().stack_size(STACK).spawn(run);
    match thread.expect("a thread can be started").join() {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::FAILURE,
        Ok(Err(failure)) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

/// Runs the cases that `arguments` ask for; whether all engines agreed.
fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let engine = theirs::engine()?;
    let mut report = Report::new(arguments)?;
    let watch = watch::start();
    let begin = Instant::now();
    for seed in (arguments.seed..).take(arguments.count) {
        if arguments.minutes.is_some_and(|minutes| begin.elapsed().as_secs() >= minutes * 60) {
            break;
        }
        let Some(case) = Case::new(seed, arguments.profile) else { continue };
        report.begin(&case)?;
        watch.begin(seed);
        examine(&case, &engine, &mut report)?;
        watch.end();
        if report.differences >= arguments.differences {
            break;
        }
    }
    Ok(report.finish())
}

/// Runs one module everywhere, and compares.
fn examine(case: &Case, engine: &Engine, report: &mut Report) -> Result<(), Failure> {
    let mut plain: Option<Observation> = None;
    for mode in ours::MODES.iter().filter(|mode| mode.is_for(case)) {
        let seen = guarded(|| subject::observe(case, || ours::Ours::start(case, mode)));
        match &plain {
            None => {
                let theirs =
                    guarded(|| subject::observe(case, || theirs::Theirs::start(case, engine)));
                report.count(&seen);
                report.verdict(case, "wasmtime", &theirs.compare(&seen))?;
                plain = Some(seen);
            }
            Some(plain) => report.verdict(case, mode.name, &plain.compare(&seen))?,
        }
    }
    Ok(())
}

/// What `observe` sees; a panic is something to see as well.
fn guarded(observe: impl FnOnce() -> Observation) -> Observation {
    catch_unwind(AssertUnwindSafe(observe)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or(panic.downcast_ref().map(|text: &&str| String::from(*text)));
        let end = End::Broken(message.unwrap_or_else(|| "a panic".into()));
        let step = Step { what: "panic".into(), end, fuel: None };
        Observation { steps: vec![step], state: Vec::new() }
    })
}
