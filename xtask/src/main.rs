//! Development tasks of the workspace: `cargo xtask <verb>`, one file per verb.
//!
//! Knows nothing of the engine: every verb works through cargo and the files of the repository, so
//! that the tasks stay quick to build.

#![forbid(unsafe_code)]

mod bench;
mod budget;
mod ci;
mod cross;
mod differential;
mod docs;
mod examples;
mod fuzz;
mod guests;
mod manifest;
mod programs;
mod report;
mod spec;
mod stats;
mod tally;
mod test;
mod tidy;
mod tool;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a task gives back: nothing, or a message that says what is wrong and what to do next.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Development tasks of the Dergwasm workspace.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check everything: format, lints, tidy, unit, snapshot, doc and API tests, examples, spec suite.
    ///
    /// Goes on after a failure; the last line is `N passed, M failed`.
    Test,
    /// Do what `test` does, and check what concerns whoever publishes, or only the parts named.
    Ci(ci::Options),
    /// Run the spec test suite in release and compare with the committed baseline.
    ///
    /// With `--dir`, run every .wast file of a folder instead.
    Spec(spec::Options),
    /// Run random modules on Dergwasm and on Wasmtime, and compare.
    ///
    /// See differential/README.md. No part of `test` or `ci`.
    Differential(differential::Options),
    /// Run the fuzz targets, each for a while; see fuzz/README.md.
    Fuzz(fuzz::Options),
    /// Run tests and the spec suite for another kind of processor or system.
    Cross(cross::Options),
    /// Measure: beside other engines, or by counting instructions.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Count instructions, pairs and triples of the internal code of programs.
    Stats(stats::Options),
    /// Write the generated documents: docs/INSTRUCTIONS.md and the README's table of proposals.
    Docs(docs::Options),
    /// Check the rules of the repository that no compiler knows.
    Tidy,
    /// Compile the guest programs in examples/ to .wasm again.
    Guests(guests::Options),
    /// Compile the programs of benches/programs, which are made of other people's libraries.
    #[command(subcommand)]
    Programs(programs::Programs),
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Test => return test::run(),
        Verb::Ci(options) => return ci::run(&options),
        Verb::Spec(options) => spec::run(&options),
        Verb::Differential(options) => differential::run(&options),
        Verb::Fuzz(options) => return fuzz::run(&options),
        Verb::Cross(options) => return cross::run(&options),
        Verb::Bench(bench) => bench::run(&bench),
        Verb::Stats(options) => stats::run(&options),
        Verb::Docs(options) => docs::run(&options),
        Verb::Tidy => tidy::run(),
        Verb::Guests(options) => guests::run(&options),
        Verb::Programs(programs) => programs::run(&programs),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
