//! Random modules on Dergwasm in each of its modes, on Wasmtime and on wasmi, compared.

#![forbid(unsafe_code)]

mod arguments;
mod case;
mod coroutines;
#[cfg(test)]
mod coverage;
mod host;
mod instructions;
mod observation;
mod ours;
mod profile;
mod program;
mod random;
mod report;
mod segments;
mod subject;
mod theirs;
mod watch;

use arguments::Arguments;
use case::Case;
use observation::{End, Observation, Step, Verdict};
use report::Report;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::Instant,
};
use theirs::Engines;

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
    let engines = Engines::new()?;
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
        examine(&case, &engines, &mut report)?;
        watch.end();
        if report.differences >= arguments.differences {
            break;
        }
    }
    Ok(report.finish())
}

/// Runs one module everywhere, and compares.
fn examine(case: &Case, engines: &Engines, report: &mut Report) -> Result<(), Failure> {
    let mut plain: Option<Observation> = None;
    for mode in ours::MODES.iter().filter(|mode| mode.is_for(case)) {
        let seen = guarded(|| subject::observe(case, || ours::Ours::start(case, mode)));
        match &plain {
            None => {
                report.count(&seen);
                let verdicts: Vec<_> = case
                    .profile
                    .others
                    .iter()
                    .map(|&other| {
                        let theirs = guarded(|| engines.observe(other, case));
                        (other.name(), theirs.compare(&seen))
                    })
                    .collect();
                // Who is alone against two others is wrong.
                let confirmed = verdicts.iter().any(|(_, verdict)| *verdict == Verdict::Same);
                for (whom, verdict) in verdicts {
                    match verdict {
                        Verdict::Different(what) if confirmed => report.alone(case, whom, &what)?,
                        verdict => report.verdict(case, whom, &verdict)?,
                    }
                }
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
