//! The official test suite, script by script, in every compilation mode.
//!
//! Prints a line per script and a last line `N passed, M failed, K skipped` that counts
//! assertions. Fails if an assertion fails, if a script passes less than `baseline.toml` says, or
//! if a script on the waiting list passes completely. `--help` lists the options.

mod baseline;
mod isolate;
mod options;
mod suite;
mod waiting;

use baseline::{Baseline, Comparison};
use isolate::ScriptResult;
use options::Options;
use std::process::ExitCode;
use suite::{Mode, SuiteScript};

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let mut scripts = suite::scripts();
    scripts.retain(|script| options.selects(&script.name));
    if options.list {
        scripts.iter().for_each(|script| println!("{}: test", script.name));
        return ExitCode::SUCCESS;
    }
    run(&options, &scripts)
}

fn run(options: &Options, scripts: &[SuiteScript]) -> ExitCode {
    let mut baseline = match Baseline::read() {
        Ok(baseline) => baseline,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let mut total = Total::default();
    isolate::run_all(scripts, &options.modes, |script, results| {
        total.add(script, results, &mut baseline, options);
    });
    if options.bless
        && let Err(message) = baseline.write()
    {
        eprintln!("error: {message}");
        return ExitCode::from(2);
    }
    for complaint in &total.complaints {
        println!("error: {complaint}");
    }
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    let good = total.failed == 0 && total.complaints.is_empty();
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is counted over all scripts.
#[derive(Default)]
struct Total {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// What is wrong besides failed assertions.
    complaints: Vec<String>,
}

impl Total {
    /// Counts one script's results, one for each mode, and prints its line.
    fn add(
        &mut self,
        script: &SuiteScript,
        results: &[(Mode, ScriptResult)],
        baseline: &mut Baseline,
        options: &Options,
    ) {
        if let Some(reason) = waiting::reason(&script.name) {
            self.add_waiting(script, results, reason);
            if baseline.contains(&script.name) {
                self.complaints.push(format!("{} passed before; it must not wait", script.name));
            }
            return;
        }
        let passed: usize = results.iter().map(|(_, result)| result.passed).sum();
        let failed: usize = results.iter().map(|(_, result)| result.failed).sum();
        let skipped: usize = results.iter().map(|(_, result)| result.skipped).sum();
        println!("{}: {passed}/{}", script.name, passed + failed + skipped);
        self.passed += passed;
        self.failed += failed;
        self.skipped += skipped;
        for (mode, result) in results {
            for failure in result.failures.iter().take(options.shown_failures()) {
                println!("    [{mode}] {}:{failure}", script.name);
            }
            let hidden = result.failures.len().saturating_sub(options.shown_failures());
            if hidden > 0 {
                println!("    [{mode}] and {hidden} more; --verbose shows all");
            }
        }
        let fewest = results.iter().map(|(_, result)| result.passed).min().unwrap_or(0);
        if options.bless {
            baseline.raise(&script.name, fewest);
        }
        match baseline.compare(&script.name, fewest) {
            Comparison::Worse(complaint) => self.complaints.push(complaint),
            Comparison::Same => {}
            Comparison::Better(note) => println!("    note: {note}"),
        }
    }

    fn add_waiting(
        &mut self,
        script: &SuiteScript,
        results: &[(Mode, ScriptResult)],
        reason: &str,
    ) {
        let passed: usize = results.iter().map(|(_, result)| result.passed).sum();
        let total: usize = results.iter().map(|(_, result)| result.total()).sum();
        println!("{}: waiting, {passed}/{total} already pass: {reason}", script.name);
        self.skipped += total;
        if passed == total {
            self.complaints.push(format!(
                "{} passes completely: remove it from waiting.toml and run with --bless",
                script.name
            ));
        }
    }
}
