//! `cargo xtask stats`: which instructions the internal code of programs consists of, and in which
//! sequences.

use crate::{Result, tool::Tool};
use clap::Args;
use std::{ffi::OsString, path::PathBuf};

/// Count instructions, adjacent pairs and triples of the internal code of programs.
///
/// What counts is an instruction's pattern: what it does and where its operands are. Sequences that
/// something jumps into are left out. Shares are averaged over the programs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask stats examples/*.wasm
  cargo xtask stats --run kernels examples/hello.wasm    also what is executed
  cargo xtask stats --top 200 big.wasm")]
pub(crate) struct Options {
    /// Modules; `kernels` stands for the kernels of the tuning half
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Run them too, as programs for WASI, and count what they execute
    #[arg(long)]
    run: bool,
    /// How many rows a table has
    #[arg(long, value_name = "N", default_value_t = 40)]
    top: usize,
}

/// Builds the counting program and runs it.
pub(crate) fn run(options: &Options) -> Result {
    let mut words: Vec<OsString> = vec!["--top".into(), options.top.to_string().into()];
    words.extend(options.run.then(|| "--run".into()));
    let folder = std::env::current_dir()?;
    words.extend(options.files.iter().map(|file| match file.to_str() {
        Some("kernels") => file.clone().into(),
        _ => folder.join(file).into_os_string(),
    }));
    let build = ["run", "--release", "-p", "dergwasm-benches", "--example", "statistics"];
    Tool::cargo(build)
        // A folder of its own: other features would build everything anew in turns.
        .args(["--features", "statistics", "--target-dir", "target/statistics", "--"])
        .args(words)
        .run()
}
