//! The command as a person meets it: exit statuses, output, messages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bindgen;
mod emscripten;
mod files;
mod inspect;
#[path = "../../../dergwasm-host/tests/guests/links.rs"]
mod links;
mod names;
mod run;
mod scripts;
mod stop;
mod waiting;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::{fs, io::Write as _};

/// What a finished command left.
struct Finished {
    status: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().expect("not ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dergwasm"))
}

fn dergwasm(args: &[&str]) -> Finished {
    command().args(args).stdin(Stdio::null()).output().unwrap().into()
}

fn dergwasm_with_input(args: &[&str], input: &str) -> Finished {
    let mut command = command();
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

/// A file of this name and content for one test.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

#[test]
fn bad_usage_is_2_and_says_what_would_be_right() {
    let no_verb = dergwasm(&["fly"]);
    assert_eq!(no_verb.status, 2);
    let no_file = dergwasm(&["run"]);
    assert_eq!(no_file.status, 2);
    let wat = file("usage.wat", "(module)");
    let size = dergwasm(&["run", "--max-memory", "64X", &wat]);
    assert_eq!(size.status, 2);
    assert!(size.stderr.contains("expected a size such as"), "{}", size.stderr);
    let unknown = dergwasm(&["run", "--bogus", &wat]);
    assert_eq!(unknown.status, 2);
}

#[test]
fn help_has_examples() {
    for args in [&["--help"][..], &["run", "--help"], &["inspect", "--help"], &["wast", "--help"]] {
        let help = dergwasm(args);
        assert_eq!(help.status, 0);
        assert!(help.stdout.contains("Examples:"), "{}", help.stdout);
    }
}

#[test]
fn a_file_that_is_no_module_is_1() {
    let missing = dergwasm(&["run", "nowhere.wasm"]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.starts_with("error: cannot read `nowhere.wasm`"), "{}", missing.stderr);
    let path = file("component.wasm", b"\0asm\x0d\0\x01\0");
    let component = dergwasm(&["run", &path]);
    assert_eq!(component.status, 1);
    assert!(component.stderr.contains("components are not supported"), "{}", component.stderr);
    let path = file("truncated.wasm", b"\0asm\x01\0\0\0\x01\x05");
    let truncated = dergwasm(&["validate", &path]);
    assert_eq!(truncated.status, 1);
    assert!(truncated.stderr.contains("offset"), "{}", truncated.stderr);
}

#[test]
fn validate_tells_valid_from_invalid() {
    let good = file("good.wat", "(module (func (result i32) i32.const 1))");
    let bad = file("bad.wat", "(module (func $f (result i32) i64.const 1))");
    let valid = dergwasm(&["validate", &good]);
    assert_eq!((valid.status, valid.stdout), (0, format!("{good}: valid\n")));
    let both = dergwasm(&["validate", &bad, &good]);
    assert_eq!((both.status, both.stdout), (1, format!("{good}: valid\n")));
    assert!(both.stderr.contains("type mismatch"), "{}", both.stderr);
}
