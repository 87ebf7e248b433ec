//! `cargo xtask ci`: what `test` does, and the checks that concern whoever publishes.

use crate::{bench::check, budget, report::Report, test, tool::Tool};
use clap::Args;
use std::process::ExitCode;

/// What `ci` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Also run the unit tests of store and exec under Miri (slow; needs a nightly toolchain).
    #[arg(long)]
    miri: bool,
}

/// Checks everything; the last line is `N passed, M failed`.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut report = Report::default();
    report.part("dependency budget", budget::check);
    report.part("documentation builds", || {
        Tool::cargo(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .run()
    });
    report.part("all features", || {
        Tool::cargo(["check", "--workspace", "--all-features", "--all-targets"]).run()
    });
    if Tool::cargo(["deny", "--version"]).is_there() {
        report.part("licences and advisories", || Tool::cargo(["deny", "check"]).run());
    } else {
        report.skip("licences and advisories", "install it with `cargo install cargo-deny`");
    }
    if check::is_possible() {
        report.part("instruction counts", check::compare);
    } else {
        report.skip("instruction counts", check::MISSING);
    }
    if options.miri {
        miri(&mut report);
    }
    test::parts(&mut report);
    report.finish()
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
