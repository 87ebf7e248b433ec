//! Tests under AddressSanitizer, on both dispatchers.
//!
//! The compiler leaves sibling calls as they are where a handler keeps nothing in memory, also with
//! the sanitizer; where it does, a call stays one, and the native stack grows with every such
//! instruction. So tests get a large stack.

use crate::{
    Result,
    report::Report,
    spec::Dispatch,
    tally::{Tally, spec_result, test_result},
    tool::Tool,
    workspace,
};

/// What there is to do where the sanitizer is not.
const MISSING: &str =
    "install a nightly toolchain for Linux or macOS with `rustup toolchain install nightly`";

/// Scripts of the suite that touch memory, tables, objects and exceptions.
const SCRIPTS: [&str; 9] = [
    "memory_copy",
    "memory_fill",
    "table_",
    "bulk",
    "gc/",
    "exceptions/",
    "align",
    "address",
    "call",
];

/// The stack of a thread, for handlers that are called and not jumped to.
const STACK: usize = 1 << 30;

/// Runs the tests.
pub(crate) fn parts(report: &mut Report) {
    let possible = cfg!(any(target_os = "linux", target_os = "macos"));
    if !possible || !Tool::cargo(["+nightly", "--version"]).is_there() {
        report.skip("AddressSanitizer", MISSING);
        return;
    }
    for (dispatch, name) in [(Dispatch::Tail, "tail calls"), (Dispatch::Portable, "portable loop")]
    {
        report.counted(&format!("AddressSanitizer, {name}: tests"), || tests(dispatch));
        report.counted(&format!("AddressSanitizer, {name}: suite"), || suite(dispatch));
    }
}

/// Without a target of its own, build scripts and macros would be instrumented too.
fn sanitized(dispatch: Dispatch) -> Result<Tool> {
    let host = host()?;
    let mut tool = Tool::cargo(["+nightly", "test", "--release", "--target", &host]);
    for name in ["store", "exec", "host"] {
        tool = tool.args(["--package".to_string(), format!("dergwasm-{name}")]);
    }
    tool = tool.args(["--package", "dergwasm", "--package", "dergwasm-wast"]);
    if dispatch == Dispatch::Portable {
        tool = tool.args(["--features", "dergwasm-wast/portable-dispatch"]);
    }
    let target = workspace::target().join("sanitize");
    Ok(tool
        .env("CARGO_TARGET_DIR", target.display().to_string())
        .env("RUSTFLAGS", "-Zsanitizer=address -Cdebug-assertions=on")
        // Machines reserve address space that is never returned; leaks are Miri's to find. Some tests
        // ask for more memory than there is.
        .env(
            "ASAN_OPTIONS",
            "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1",
        )
        .env("RUST_MIN_STACK", STACK.to_string())
        .env("INSTA_UPDATE", "no"))
}

fn tests(dispatch: Dispatch) -> Result<(Tally, Result)> {
    let mut tool = sanitized(dispatch)?.args(["--no-fail-fast", "--lib"]);
    for name in ["dergwasm-exec", "dergwasm-host", "dergwasm"] {
        for test in workspace::integration_tests(name)? {
            // This one is about a small stack.
            if test != "native_stack" {
                tool = tool.args(["--test", &test]);
            }
        }
    }
    tool.run_counted(test_result)
}

fn suite(dispatch: Dispatch) -> Result<(Tally, Result)> {
    let tool = sanitized(dispatch)?.args(["--test", "spec", "--", "--mode", "lazy-translation"]);
    tool.args(SCRIPTS).run_counted(spec_result)
}

/// The target this machine is.
fn host() -> Result<String> {
    let version = Tool::new("rustc").args(["--version", "--verbose"]).output()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("`rustc --version --verbose` names no host")?.to_string())
}
