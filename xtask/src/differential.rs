//! `cargo xtask differential`: random modules on Dergwasm and on other engines, compared.
//!
//! The comparison is a workspace of its own; its README says what it compares.

use crate::{Result, tool::Tool, workspace};
use clap::Args;

/// What `differential` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Passed on: `--seed N`, `--count N`, `--minutes M`, `--profile NAME`, `--differences N`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the comparison in release and runs it.
pub(crate) fn run(options: &Options) -> Result {
    let folder = workspace::root().join("differential");
    let run = Tool::cargo(["run", "--release", "--"]).args(&options.arguments);
    run.in_folder(folder).run()
}
