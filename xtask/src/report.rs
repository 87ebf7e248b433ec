//! Runs the parts of a task one after another, goes on after a failure and sums up.

use crate::{Result, tally::Tally};
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

/// What happened to the parts of a task.
#[derive(Debug, Default)]
pub(crate) struct Report {
    tally: Tally,
    lines: Vec<String>,
}

impl Report {
    /// Runs a part that counts nothing.
    pub(crate) fn part(&mut self, name: &str, work: impl FnOnce() -> Result) {
        self.counted(name, || work().map(|()| (Tally::default(), Ok(()))));
    }

    /// Runs a part that counts tests.
    ///
    /// A part that fails without a failed test counts as one failure, so that the last line never
    /// looks better than the run was.
    pub(crate) fn counted(&mut self, name: &str, work: impl FnOnce() -> Result<(Tally, Result)>) {
        println!("\n== {name}");
        let start = Instant::now();
        let (mut tally, end) = match work() {
            Ok(done) => done,
            Err(error) => (Tally::default(), Err(error)),
        };
        let verdict = match end {
            Ok(()) if tally.failed == 0 => "ok",
            Ok(()) => "FAILED",
            Err(error) => {
                println!("error: {error}");
                tally.failed = tally.failed.max(1);
                "FAILED"
            }
        };
        self.tally += tally;
        let counts = if tally.total() == 0 { String::new() } else { format!("  ({tally})") };
        self.lines.push(format!("{verdict:<8}{} {name}{counts}", seconds(start.elapsed())));
    }

    /// Notes a part that did not run, and why.
    pub(crate) fn skip(&mut self, name: &str, reason: &str) {
        println!("\n== {name}\nskipped: {reason}");
        self.lines.push(format!("skipped {} {name}: {reason}", seconds(Duration::ZERO)));
    }

    /// Prints one line per part and, last, the sum of all counts.
    pub(crate) fn finish(self) -> ExitCode {
        println!();
        for line in &self.lines {
            println!("{line}");
        }
        println!("{}", self.tally);
        if self.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:>6.1}s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_fails_without_tests_counts_as_one_failure() {
        let mut report = Report::default();
        report.part("good", || Ok(()));
        report.part("bad", || Err("broken".into()));
        report.skip("absent", "not installed");
        report.counted("tests", || Ok((Tally { passed: 5, failed: 2 }, Err("status 101".into()))));
        assert_eq!(report.tally, Tally { passed: 5, failed: 3 });
        assert_eq!(report.lines.len(), 4);
        assert!(report.lines[1].starts_with("FAILED") && report.lines[3].ends_with("2 failed)"));
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn a_run_without_failures_succeeds() {
        let mut report = Report::default();
        report.counted("tests", || Ok((Tally { passed: 5, failed: 0 }, Ok(()))));
        assert_eq!(report.finish(), ExitCode::SUCCESS);
    }
}
