//! `cargo xtask ci`: what `test` does, and the checks that concern whoever publishes.
//!
//! Each check is a named part that can be run alone. A part that needs a tool which is not installed
//! is skipped with a line that says what to install.

mod loom;
mod packaged;
mod rows;
mod sanitize;
mod workflows;

use crate::{
    Result, bench::check, budget, cross, differential, fuzz, report::Report, test, tool::Tool,
};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// What `ci` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only these parts, in this order; without any, all but `miri`,
    /// `sanitize` and `cross`.
    parts: Vec<Part>,
    /// Also the part `miri`.
    #[arg(long)]
    miri: bool,
    /// Also the part `sanitize`.
    #[arg(long)]
    sanitize: bool,
}

/// What `ci` checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// How many packages the facade needs.
    Budget,
    /// Documentation builds without a warning, private items too.
    Docs,
    /// Everything compiles with all features together.
    Features,
    /// Licences and advisories of dependencies; needs cargo-deny.
    Deny,
    /// Instruction counts beside the committed ones; needs valgrind.
    Counts,
    /// The crates as they are published serve a program outside the repository.
    Packaged,
    /// The lock-free parts under loom.
    Loom,
    /// A row that is missing from the instruction table is an error at once.
    Rows,
    /// The files in .github/workflows; needs linters.
    Workflows,
    /// Every fuzz target for a minute; needs a nightly toolchain and cargo-fuzz.
    Fuzz,
    /// Random modules beside other engines for a minute, and that every instruction is among them.
    Differential,
    /// What `cargo xtask test` does.
    Test,
    /// Tests under AddressSanitizer, on both dispatchers (slow); needs a nightly toolchain.
    Sanitize,
    /// What `cargo xtask cross` does, for every kind of processor that can be tested here.
    Cross,
    /// Unit tests of types, store and exec under Miri (slow); needs a nightly toolchain.
    Miri,
}

impl Part {
    /// What runs when no part is named.
    const USUAL: [Self; 12] = [
        Self::Budget,
        Self::Docs,
        Self::Features,
        Self::Deny,
        Self::Counts,
        Self::Packaged,
        Self::Loom,
        Self::Rows,
        Self::Workflows,
        Self::Fuzz,
        Self::Differential,
        Self::Test,
    ];

    fn run(self, report: &mut Report) {
        match self {
            Self::Budget => report.part("dependency budget", budget::check),
            Self::Docs => report.part("documentation builds", docs),
            Self::Features => report.part("all features", all_features),
            Self::Deny => deny(report),
            Self::Counts if check::is_possible() => {
                report.part("instruction counts", check::compare);
            }
            Self::Counts => report.skip("instruction counts", check::MISSING),
            Self::Packaged => report.part("packaged crates", packaged::check),
            Self::Loom => report.counted("lock-free parts under loom", loom::run),
            Self::Rows => report.part("missing rows", rows::check),
            Self::Workflows => workflows::parts(report),
            Self::Fuzz => fuzz::parts(&fuzz::Options::default(), report),
            Self::Differential => differential::parts(report),
            Self::Test => test::parts(report),
            Self::Sanitize => sanitize::parts(report),
            Self::Cross => cross::all(report),
            Self::Miri => miri(report),
        }
    }
}

impl Options {
    fn parts(&self) -> Vec<Part> {
        let mut parts = self.parts.clone();
        for (wanted, part) in [(self.miri, Part::Miri), (self.sanitize, Part::Sanitize)] {
            if wanted && !parts.contains(&part) {
                parts.push(part);
            }
        }
        if self.parts.is_empty() {
            parts.splice(0..0, Part::USUAL);
        }
        parts
    }
}

/// Checks everything that is asked for; the last line is `N passed, M failed`.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut report = Report::default();
    for part in options.parts() {
        part.run(&mut report);
    }
    report.finish()
}

fn docs() -> Result {
    Tool::cargo(["doc", "--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn all_features() -> Result {
    Tool::cargo(["check", "--workspace", "--all-features", "--all-targets"]).run()
}

fn deny(report: &mut Report) {
    if Tool::cargo(["deny", "--version"]).is_there() {
        report.part("licences and advisories", || Tool::cargo(["deny", "check"]).run());
    } else {
        report.skip("licences and advisories", "install it with `cargo install cargo-deny`");
    }
}

fn miri(report: &mut Report) {
    let cargo = || Tool::cargo(["+nightly", "miri"]);
    if cargo().args(["--version"]).is_there() {
        report.part("Miri", || {
            let crates = ["-p", "dergwasm-types", "-p", "dergwasm-store", "-p", "dergwasm-exec"];
            cargo().args(["test"]).args(crates).args(["--lib"]).run()
        });
    } else {
        report.skip("Miri", "install it with `rustup +nightly component add miri`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_named_are_all_that_runs_and_flags_add_theirs() {
        let options =
            |parts: &[Part], miri| Options { parts: parts.to_vec(), miri, sanitize: false }.parts();
        assert_eq!(options(&[], false), Part::USUAL);
        assert_eq!(options(&[], true).last(), Some(&Part::Miri));
        assert_eq!(options(&[Part::Deny], false), [Part::Deny]);
        assert_eq!(options(&[Part::Miri, Part::Docs], true), [Part::Miri, Part::Docs]);
    }
}
