//! `cargo xtask bench`: times beside other engines, and counts that need no quiet machine.

pub(crate) mod check;
mod peers;

use crate::Result;
use clap::Subcommand;

/// What `bench` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    Peers(peers::Options),
    Check(check::Options),
}

/// Runs the measurement.
pub(crate) fn run(bench: &Bench) -> Result {
    match bench {
        Bench::Peers(options) => peers::run(options),
        Bench::Check(options) => check::run(options),
    }
}
