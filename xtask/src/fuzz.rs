//! `cargo xtask fuzz`: the targets of `fuzz/`, each for a while.
//!
//! Beside the fuzzer, the inputs it kept of targets that observe something are run on both
//! dispatchers, which cannot be in one program.

use crate::{Result, report::Report, tool::Tool, workspace};
use clap::Args;
use std::{ffi::OsString, path::PathBuf, process::ExitCode};

/// The targets.
const TARGETS: [&str; 7] = ["decode", "execute", "api", "gc", "control", "wasi", "allocation"];

/// The targets whose inputs are run on both dispatchers.
const OBSERVED: [&str; 2] = ["execute", "control"];

/// How many inputs a corpus begins with.
const SEEDS: u32 = 100;

/// What there is to do where the fuzzer is not.
const MISSING: &str =
    "install it with `rustup toolchain install nightly` and `cargo install cargo-fuzz`";

/// What `fuzz` takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// Only this target instead of all.
    #[arg(value_parser = TARGETS)]
    target: Option<String>,
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// What the first inputs and the fuzzer's choices follow from.
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { target: None, seconds: 60, seed: 1 }
    }
}

/// Whether there is a fuzzer here.
fn is_possible() -> bool {
    Tool::cargo(["+nightly", "fuzz", "--version"]).is_there()
}

/// Runs the targets; the last line is `N passed, M failed`.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut report = Report::default();
    parts(options, &mut report);
    report.finish()
}

/// Runs the targets as parts of a report; without the fuzzer they are skipped.
pub(crate) fn parts(options: &Options, report: &mut Report) {
    if !is_possible() {
        report.skip("fuzz", MISSING);
        return;
    }
    for target in TARGETS {
        if options.target.as_deref().is_none_or(|only| only == target) {
            report.part(&format!("fuzz {target}"), || fuzz(target, options));
        }
    }
    for target in OBSERVED {
        if options.target.as_deref().is_none_or(|only| only == target) {
            report.part(&format!("both dispatchers, {target}"), || both_dispatchers(target));
        }
    }
}

fn folder() -> PathBuf {
    workspace::root().join("fuzz")
}

/// Where the fuzz targets are built; apart, since they are a workspace of their own.
fn target_dir() -> PathBuf {
    workspace::target().join("fuzz")
}

fn corpus(target: &str) -> PathBuf {
    folder().join("corpus").join(target)
}

fn fuzz(target: &str, options: &Options) -> Result {
    let words =
        ["seeds", target, &options.seed.to_string(), &SEEDS.to_string()].map(OsString::from);
    program(&[]).args(words).args([corpus(target)]).run()?;
    let arguments = [
        format!("-max_total_time={}", options.seconds),
        format!("-seed={}", options.seed),
        // An input that takes longer, or more memory, is a finding.
        "-timeout=30".into(),
        "-rss_limit_mb=4096".into(),
        "-max_len=4096".into(),
        "-print_final_stats=1".into(),
    ];
    // Debug assertions are on; the optimised build is the one with the fast dispatcher.
    let tool = Tool::cargo(["+nightly", "fuzz", "run", "--release", "--debug-assertions"]);
    let tool = tool.args(["--target-dir".into(), target_dir().into_os_string()]);
    tool.args([target, "--"]).args(arguments).in_folder(folder()).run().map_err(|error| {
        format!("{error}; the input is in fuzz/artifacts/{target}/, to be run with `cargo +nightly fuzz run {target} FILE`")
            .into()
    })
}

/// The program that makes inputs and runs them, without the fuzzer.
fn program(features: &[&str]) -> Tool {
    let tool = Tool::cargo(["run", "--release", "--quiet", "--no-default-features"]);
    let tool = tool.args(features).args(["--bin", "corpus", "--target-dir"]).args([target_dir()]);
    tool.args(["--"]).in_folder(folder())
}

/// Runs the inputs of a target on both dispatchers, and compares what they saw.
fn both_dispatchers(target: &str) -> Result {
    let saw =
        |features: &[&str]| program(features).args(["run", target]).args([corpus(target)]).output();
    let (tail, portable) = (saw(&[])?, saw(&["--features", "portable-dispatch"])?);
    let differs = tail.lines().zip(portable.lines()).find(|(tail, portable)| tail != portable);
    match differs {
        Some((line, _)) => Err(format!(
            "the dispatchers differ for fuzz/corpus/{target}/{}",
            line.split(' ').next().unwrap_or_default()
        )
        .into()),
        None if tail.lines().count() != portable.lines().count() || tail.is_empty() => {
            Err(format!("not every input of {target} was run").into())
        }
        None => {
            println!("{} inputs, no difference", tail.lines().count());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_target_of_the_workspace_is_run() {
        let files = workspace::entries(&folder().join("fuzz_targets")).unwrap();
        assert_eq!(files.len(), TARGETS.len());
        let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
        for target in TARGETS {
            assert!(folder().join(format!("fuzz_targets/{target}.rs")).is_file(), "{target}");
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        }
        assert!(OBSERVED.iter().all(|target| TARGETS.contains(target)));
    }
}
