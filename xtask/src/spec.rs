//! `cargo xtask spec`: the official test suite, run by the test `spec` of `dergwasm-wast`.
//!
//! With `--dir`, the scripts of a folder, run by the same test. Always in release, the build whose
//! dispatch users get; in debug builds the engine runs on its portable loop and the suite would say
//! nothing about the other.

use crate::{
    Result,
    tally::{Tally, spec_result},
    tool::Tool,
};
use clap::{Args, ValueEnum};
use std::path::{self, PathBuf};

/// What `spec` takes.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Only scripts whose name contains one of these, such as `simd/` or `v3/memory`.
    filters: Vec<String>,
    /// Every .wast file of this folder and of those below it instead of the suite, such as a
    /// checkout of the official one. There is no baseline: any failed assertion is a failure.
    /// Scripts whose text the parser refuses, and scripts of proposals that the engine does not
    /// have, are listed as skipped. A script below a folder `proposals/NAME` runs with the features
    /// of that proposal.
    #[arg(long, value_name = "PATH", conflicts_with = "bless")]
    dir: Option<PathBuf>,
    /// How instructions follow one another.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) dispatch: Dispatch,
    /// Only this mode instead of all: lazy, lazy-translation, eager, gc-stress, where a collection
    /// comes before every allocation, unfused, without superinstructions, or slices, which compares
    /// what directives cost in one piece, in the smallest slices and without superinstructions.
    #[arg(long)]
    mode: Option<String>,
    /// Raise the baseline to what passes now.
    #[arg(long)]
    bless: bool,
    /// Show every failed assertion, not only the first ones of a script.
    #[arg(long)]
    verbose: bool,
}

/// The two ways to get from one instruction to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dispatch {
    /// Each instruction jumps to the next.
    #[default]
    Tail,
    /// A loop calls one instruction after the other.
    Portable,
}

impl Options {
    /// All scripts in all modes, on one dispatcher.
    pub(crate) fn all(dispatch: Dispatch) -> Self {
        Self { dispatch, ..Self::default() }
    }

    /// Runs the suite and returns the counts of its last line.
    pub(crate) fn run_counted(&self) -> Result<(Tally, Result)> {
        let (tally, end) = self.command()?.run_counted(spec_result)?;
        if end.is_ok() && tally.total() == 0 && self.filters.is_empty() {
            return Err("the suite ran without a last line `N passed, M failed, K skipped`".into());
        }
        Ok((tally, end))
    }

    fn command(&self) -> Result<Tool> {
        let mut tool = release_tests(self.dispatch).args(["--test", "spec", "--"]);
        if let Some(dir) = &self.dir {
            // The test runs in another folder than this task.
            tool = tool.args(["--dir".into(), path::absolute(dir)?.into_os_string()]);
        }
        if let Some(mode) = &self.mode {
            tool = tool.args(["--mode", mode]);
        }
        if self.bless {
            tool = tool.args(["--bless"]);
        }
        if self.verbose {
            tool = tool.args(["--verbose"]);
        }
        Ok(tool.args(&self.filters))
    }
}

/// `cargo test --release` over the crates that have tests worth running in release.
///
/// Always the same selection: cargo unites the features of the crates it is asked for, so another
/// selection would build the engine once more.
pub(crate) fn release_tests(dispatch: Dispatch) -> Tool {
    let tool = Tool::cargo(["test", "--release", "-p", "dergwasm-exec", "-p", "dergwasm"]).args([
        "-p",
        "dergwasm-cli",
        "-p",
        "dergwasm-wast",
    ]);
    match dispatch {
        Dispatch::Tail => tool,
        Dispatch::Portable => tool.args(["--features", "dergwasm-wast/portable-dispatch"]),
    }
}

/// Runs the suite as the options say.
pub(crate) fn run(options: &Options) -> Result {
    options.command()?.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_arguments_of_the_suite() {
        let options = Options {
            filters: vec!["simd".into(), "i32".into()],
            dir: None,
            dispatch: Dispatch::Portable,
            mode: Some("eager".into()),
            bless: true,
            verbose: true,
        };
        let command = options.command().unwrap().to_string();
        assert!(command.contains("--features dergwasm-wast/portable-dispatch --test spec -- "));
        assert!(command.ends_with("-- --mode eager --bless --verbose simd i32"), "{command}");
        let command = Options::all(Dispatch::Tail).command().unwrap().to_string();
        assert!(command.ends_with(" --test spec --") && !command.contains("portable"), "{command}");
    }

    #[test]
    fn a_folder_is_handed_on_as_an_absolute_path() {
        let options = Options { dir: Some("some/suite".into()), ..Options::default() };
        let command = options.command().unwrap().to_string();
        let here = std::env::current_dir().unwrap();
        let expected = format!("-- --dir {}", here.join("some/suite").display());
        assert!(command.ends_with(&expected), "{command}");
    }
}
