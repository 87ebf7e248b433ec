//! What is counted over all scripts, and the lines that are printed on the way.

use crate::baseline::{Baseline, Comparison};
use crate::isolate::{ScriptOutcome, ScriptResult};
use crate::options::Options;
use crate::suite::{Mode, SuiteScript};
use crate::waiting;

/// What is counted over all scripts.
pub(crate) struct Total<'a> {
    options: &'a Options,
    /// What the suite is compared with; a folder of scripts is compared with nothing.
    pub(crate) baseline: Option<Baseline>,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// What is wrong besides failed assertions.
    pub(crate) complaints: Vec<String>,
    /// The scripts of a folder that did not run, each with the reason.
    pub(crate) left_out: Vec<String>,
}

impl<'a> Total<'a> {
    pub(crate) const fn new(options: &'a Options, baseline: Option<Baseline>) -> Self {
        Self {
            options,
            baseline,
            passed: 0,
            failed: 0,
            skipped: 0,
            complaints: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Whether nothing is wrong.
    pub(crate) const fn is_good(&self) -> bool {
        self.failed == 0 && self.complaints.is_empty()
    }

    /// Counts one script and prints its line.
    pub(crate) fn add(&mut self, script: &SuiteScript, outcome: &ScriptOutcome) {
        let name = &script.name;
        match outcome {
            ScriptOutcome::Ran(results) => match waiting::reason(name) {
                Some(reason) if self.baseline.is_some() => {
                    self.add_waiting(name, results, reason);
                }
                _ => self.add_results(name, results),
            },
            ScriptOutcome::Refused(reason) if self.baseline.is_some() => {
                println!("{name}: {reason}");
                self.failed += 1;
            }
            ScriptOutcome::Refused(reason) => {
                println!("{name}: skipped: {reason}");
                self.skipped += 1;
                self.left_out.push(format!("{name}: {reason}"));
            }
        }
    }

    /// Counts a script's results, one for each mode.
    fn add_results(&mut self, name: &str, results: &[(Mode, ScriptResult)]) {
        let passed: usize = results.iter().map(|(_, result)| result.passed).sum();
        let failed: usize = results.iter().map(|(_, result)| result.failed).sum();
        let skipped: usize = results.iter().map(|(_, result)| result.skipped).sum();
        println!("{name}: {passed}/{}", passed + failed + skipped);
        self.passed += passed;
        self.failed += failed;
        self.skipped += skipped;
        let shown = self.options.shown_failures();
        for (mode, result) in results {
            for failure in result.failures.iter().take(shown) {
                println!("    [{mode}] {name}:{failure}");
            }
            let hidden = result.failures.len().saturating_sub(shown);
            if hidden > 0 {
                println!("    [{mode}] and {hidden} more; --verbose shows all");
            }
        }
        for skip in results.first().map_or(&[][..], |(_, result)| &result.skips) {
            println!("    {name}:{skip}");
        }
        let fewest = results.iter().map(|(_, result)| result.passed).min().unwrap_or(0);
        self.compare(name, fewest);
    }

    fn compare(&mut self, name: &str, fewest: usize) {
        let Some(baseline) = &mut self.baseline else { return };
        if self.options.bless {
            baseline.raise(name, fewest);
        }
        match baseline.compare(name, fewest) {
            Comparison::Worse(complaint) => self.complaints.push(complaint),
            Comparison::Same => {}
            Comparison::Better(note) => println!("    note: {note}"),
        }
    }

    fn add_waiting(&mut self, name: &str, results: &[(Mode, ScriptResult)], reason: &str) {
        let passed: usize = results.iter().map(|(_, result)| result.passed).sum();
        let total: usize = results.iter().map(|(_, result)| result.total()).sum();
        println!("{name}: waiting, {passed}/{total} already pass: {reason}");
        self.skipped += total;
        if passed == total {
            self.complaints.push(format!(
                "{name} passes completely: remove it from waiting.toml and run with --bless"
            ));
        }
        if self.baseline.as_ref().is_some_and(|baseline| baseline.contains(name)) {
            self.complaints.push(format!("{name} passed before; it must not wait"));
        }
    }
}
