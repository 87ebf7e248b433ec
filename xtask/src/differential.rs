//! `cargo xtask differential`: random modules on Dergwasm and on other engines, compared.
//!
//! The comparison is a workspace of its own; its README says what it compares.

use crate::{Result, report::Report, tally::test_result, tool::Tool, workspace};
use clap::Args;
use std::path::PathBuf;

/// What `differential` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Passed on: `--seed N`, `--count N`, `--minutes M`, `--profile NAME`, `--differences N`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Tests the comparison itself, then runs it for a minute.
pub(crate) fn parts(report: &mut Report) {
    report.counted("differential: its own tests", || {
        let tests = Tool::cargo(["test", "--release"]).in_folder(folder());
        tests.run_counted(test_result)
    });
    report.part("differential: random modules for a minute", || {
        run(&Options { arguments: ["--minutes", "1"].map(String::from).to_vec() })
    });
}

/// The comparison is a workspace of its own.
fn folder() -> PathBuf {
    workspace::root().join("differential")
}

/// Builds the comparison in release and runs it.
pub(crate) fn run(options: &Options) -> Result {
    let run = Tool::cargo(["run", "--release", "--"]).args(&options.arguments);
    run.in_folder(folder()).run()
}
