//! The official test suite, script by script, in every compilation mode.
//!
//! Prints a line per script and a last line `N passed, M failed, K skipped` that counts
//! assertions. Fails if an assertion fails, if a script passes less than `baseline.toml` says, or
//! if a script on the waiting list passes completely. With `--dir` it runs the scripts of a folder
//! instead, of which each assertion has to hold. `--help` lists the options.

mod baseline;
mod folder;
mod isolate;
mod options;
mod proposal;
mod reversed;
mod slices;
mod suite;
mod total;
mod waiting;

use baseline::Baseline;
use options::Options;
use std::process::ExitCode;
use suite::SuiteScript;
use total::Total;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => return unusable(&format!("{message}\n\n{}", options::HELP)),
    };
    let scripts = match selected(&options) {
        Ok(scripts) => scripts,
        Err(message) => return unusable(&message),
    };
    if options.list {
        scripts.iter().for_each(|script| println!("{}: test", script.name));
        return ExitCode::SUCCESS;
    }
    match run(&options, &scripts) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => unusable(&message),
    }
}

fn unusable(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

/// The scripts the options ask for. In a folder there has to be one.
fn selected(options: &Options) -> Result<Vec<SuiteScript>, String> {
    let mut scripts = match &options.dir {
        Some(dir) => folder::scripts(dir)?,
        None => suite::scripts()?,
    };
    scripts.retain(|script| options.selects(&script.name));
    match &options.dir {
        Some(dir) if scripts.is_empty() => {
            Err(format!("there is no such .wast file in {} or below it", dir.display()))
        }
        _ => Ok(scripts),
    }
}

/// Runs the scripts; whether all is well.
fn run(options: &Options, scripts: &[SuiteScript]) -> Result<bool, String> {
    let baseline = match options.dir {
        Some(_) => None,
        None => Some(Baseline::read()?),
    };
    let mut total = Total::new(options, baseline);
    isolate::run_all(scripts, &options.modes, |script, outcome| total.add(script, outcome));
    if let Some(baseline) = total.baseline.as_ref().filter(|_| options.bless) {
        baseline.write()?;
    }
    if !total.left_out.is_empty() {
        println!("{} scripts did not run:", total.left_out.len());
        total.left_out.iter().for_each(|script| println!("    {script}"));
    }
    for complaint in &total.complaints {
        println!("error: {complaint}");
    }
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    Ok(total.is_good())
}
