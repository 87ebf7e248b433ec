//! `cargo xtask test`: everything that must hold before a change is good.
//!
//! The order keeps cargo's work small: first what only needs checking, then one debug build that
//! serves all tests and examples, then one release build for each dispatcher.

use crate::{
    Result, docs, examples,
    report::Report,
    spec::{self, Dispatch, release_tests},
    tally::{Tally, test_result},
    tidy,
    tool::Tool,
    workspace,
};
use std::process::ExitCode;

/// The crates that build without the standard library.
const NO_STD: [&str; 4] = ["dergwasm-types", "dergwasm-decode", "dergwasm-store", "dergwasm-exec"];

/// The suite's own test target: it runs in release, by [`spec`].
const SPEC: &str = "spec";

/// The test that finds handlers which fail to leave by a jump, and so grow the native stack.
const NATIVE_STACK_GUARD: &str = "small_native_stack";

/// Checks everything; the last line is `N passed, M failed`.
pub(crate) fn run() -> ExitCode {
    let mut report = Report::default();
    parts(&mut report);
    report.finish()
}

/// All parts, in order.
pub(crate) fn parts(report: &mut Report) {
    report.part("format", || Tool::cargo(["fmt", "--all", "--check"]).run());
    report.part("tidy", tidy::run);
    report.part("lints", lints);
    report.part("every crate alone", crates_alone);
    report.counted("tests (debug)", debug_tests);
    report.counted("documentation tests", doc_tests);
    let mut instructions = None;
    report.part("examples", || {
        instructions = examples::run()?;
        Ok(())
    });
    report.part("generated documents", || match instructions {
        Some(printed) => docs::check(&printed),
        None => Err(format!("no example `{}` was run", docs::INSTRUCTIONS).into()),
    });
    report.counted("tests (release)", release_integration_tests);
    report.counted("native stack guard", native_stack_guard);
    report.counted("programs, tail calls", || programs(Dispatch::Tail));
    report.counted("programs, portable loop", || programs(Dispatch::Portable));
    report.part("first command of the README", greeting);
    report.counted("spec suite, tail calls", || spec::Options::all(Dispatch::Tail).run_counted());
    report.counted("spec suite, portable loop", || {
        spec::Options::all(Dispatch::Portable).run_counted()
    });
}

fn lints() -> Result {
    Tool::cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()
}

/// Each crate must build without the features its neighbours switch on.
fn crates_alone() -> Result {
    for name in workspace::crates()? {
        let check = || Tool::cargo(["clippy", "--quiet", "-p", &name]);
        check().args(["--", "-D", "warnings"]).run()?;
        if NO_STD.contains(&name.as_str()) {
            check().args(["--no-default-features", "--", "-D", "warnings"]).run()?;
        }
    }
    Ok(())
}

/// Unit, snapshot and integration tests of all crates.
fn debug_tests() -> Result<(Tally, Result)> {
    let mut tests = Tool::cargo(["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]);
    for name in workspace::crates()? {
        tests = with_integration_tests(tests, &name)?;
    }
    tests = tests.args(["--test", "kernels", "--test", "programs"]);
    // A snapshot that differs fails; it must not be written on the side.
    tests.env("INSTA_UPDATE", "no").run_counted(test_result)
}

fn doc_tests() -> Result<(Tally, Result)> {
    Tool::cargo(["test", "--workspace", "--no-fail-fast", "--doc"]).run_counted(test_result)
}

/// The integration tests again, on the code users run: optimised, instructions by tail calls.
fn release_integration_tests() -> Result<(Tally, Result)> {
    let mut tests = release_tests(Dispatch::Tail).args(["--no-fail-fast"]);
    for name in ["dergwasm-exec", "dergwasm", "dergwasm-cli"] {
        tests = with_integration_tests(tests, name)?;
    }
    tests.env("INSTA_UPDATE", "no").run_counted(test_result)
}

fn native_stack_guard() -> Result<(Tally, Result)> {
    let mut tests = release_tests(Dispatch::Tail);
    tests = with_integration_tests(tests, "dergwasm-exec")?;
    let (tally, end) = tests.args([NATIVE_STACK_GUARD]).run_counted(test_result)?;
    if end.is_ok() && tally.total() == 0 {
        return Err(format!("no test of dergwasm-exec is named {NATIVE_STACK_GUARD}").into());
    }
    Ok((tally, end))
}

/// The kernels and programs of `benches`, in every mode.
fn programs(dispatch: Dispatch) -> Result<(Tally, Result)> {
    let tests = release_tests(dispatch).args(["-p", "dergwasm-benches", "--no-fail-fast"]);
    tests.args(["--test", "kernels", "--test", "programs"]).run_counted(test_result)
}

/// The first thing a visitor tries.
fn greeting() -> Result {
    let printed = Tool::cargo(["run", "--quiet", "--release", "--", "run"])
        .args(["examples/hello.wasm"])
        .output()?;
    print!("{printed}");
    if printed.trim().is_empty() { Err("hello.wasm printed nothing".into()) } else { Ok(()) }
}

/// Adds a crate's integration tests, except the spec suite.
fn with_integration_tests(mut tool: Tool, name: &str) -> Result<Tool> {
    for test in workspace::integration_tests(name)? {
        if test != SPEC {
            tool = tool.args(["--test", &test]);
        }
    }
    Ok(tool)
}
