//! The verb `run`: what the guest sees of the world.

use crate::{command, dergwasm, file, run::ECHO};
use std::fs;
use std::path::PathBuf;

/// One of the programs in C that the WASI implementation is tested with.
fn guest(name: &str) -> String {
    let host = concat!(env!("CARGO_MANIFEST_DIR"), "/../dergwasm-host/tests/guests/wasi");
    format!("{host}/{name}.wasm")
}

/// A new directory for one test.
fn directory(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path.into_os_string().into_string().unwrap()
}

const EXPECTED: &str = include_str!("../../../dergwasm-host/tests/guests/wasi/files.out");

#[test]
fn a_directory_of_the_host_is_used_under_the_name_given() {
    let host = directory("used");
    let named = dergwasm(&["run", "--dir", &format!("{host}::/work"), &guest("files"), "/work"]);
    let plain = dergwasm(&["run", "--dir", &host, &guest("files"), &host]);
    for run in [named, plain] {
        let (printed, expected) = crate::links::to_compare(&run.stdout, EXPECTED);
        assert_eq!((run.status, printed), (0, expected), "{}", run.stderr);
    }
}

#[test]
fn what_a_program_leaves_is_there_afterwards() {
    let host = directory("left");
    fs::write(PathBuf::from(&host).join("a"), "before").unwrap();
    let read_only = format!("{host}::/work:ro");
    let run = dergwasm(&["run", "--dir", &read_only, &guest("files"), "/work"]);
    assert!(run.stdout.starts_with("w a: Read-only file system\n"), "{}", run.stdout);
    assert_eq!(fs::read_dir(&host).unwrap().count(), 1);
    let run = dergwasm(&["run", "--dir", &format!("{host}::/"), &guest("many"), "/"]);
    assert_eq!(run.stdout.lines().next(), Some("700 once, 2 dots, 1 others"), "{}", run.stderr);
}

#[test]
fn a_directory_in_memory_needs_none_of_the_host() {
    let run = dergwasm(&["run", "--tmpfs", "/tmp", &guest("files"), "/tmp"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, EXPECTED), "{}", run.stderr);
}

#[test]
fn without_directories_there_are_no_files() {
    let run = dergwasm(&["run", &guest("files"), "/"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.starts_with("chdir: "), "{}", run.stdout);
}

#[test]
fn wrong_directories_are_explained() {
    let wat = file("dirs.wat", "(module)");
    let run = |dir: &str| dergwasm(&["run", "--dir", dir, &wat]);
    let missing = run("nowhere/at/all");
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("it has to exist"), "{}", missing.stderr);
    let no_dir = run(&wat);
    assert_eq!(no_dir.status, 1);
    assert!(no_dir.stderr.contains("the directory that the file is in"), "{}", no_dir.stderr);
    let empty = run("::/x");
    assert_eq!(empty.status, 2);
    assert!(empty.stderr.contains("HOST::GUEST"), "{}", empty.stderr);
    let twice = dergwasm(&["run", "--tmpfs", "/a", "--tmpfs", "a/", &wat]);
    assert_eq!(twice.status, 2);
    assert!(twice.stderr.contains("cannot both be"), "{}", twice.stderr);
}

#[test]
fn input_name_and_environment_can_be_given() {
    let echo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/echo.wasm");
    let input = file("input.txt", "from a file\n");
    let run = dergwasm(&["run", "--stdin", &input, echo]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "from a file\n"), "{}", run.stderr);
    let missing = dergwasm(&["run", "--stdin", "nowhere.txt", echo]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("--stdin nowhere.txt"), "{}", missing.stderr);
    let wat = file("environment.wat", ECHO);
    let own = dergwasm(&["run", "--env", "OWN=x", "--argv0", "me", &wat, "arg"]);
    // Nothing but what was given.
    assert_eq!(own.stdout, "me\narg\nOWN=x\n", "{}", own.stderr);
    let inherited = dergwasm(&["run", "--env-inherit", "--env", "CARGO_PKG_NAME=x", &wat]);
    let lines: Vec<&str> = inherited.stdout.lines().collect();
    assert!(lines.contains(&"CARGO_PKG_NAME=x"), "{}", inherited.stdout);
    assert!(lines.iter().any(|line| line.starts_with("CARGO_PKG_VERSION=")), "{lines:?}");
}

#[cfg(unix)]
#[test]
fn arguments_and_environment_need_not_be_utf_8() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let wat = file("bytes.wat", ECHO);
    let mut command = command();
    command.args(["run", "--env-inherit", "--env"]).arg(OsStr::from_bytes(b"OWN=\xff=\xfe"));
    command.args(["--argv0"]).arg(OsStr::from_bytes(b"caf\xe9")).arg(&wat);
    command.arg(OsStr::from_bytes(b"\xed\xa0\x80")).args(["", "--"]);
    command.env_clear().env(OsStr::from_bytes(b"\xe9"), OsStr::from_bytes(b"\x80"));
    let output = command.output().unwrap();
    assert_eq!(output.stdout, b"caf\xe9\n\xed\xa0\x80\n\n--\n\xe9=\x80\nOWN=\xff=\xfe\n");
    for wrong in [&b"\xff"[..], b"=\xff", b""] {
        let mut command = crate::command();
        let output =
            command.args(["run", "--env"]).arg(OsStr::from_bytes(wrong)).arg(&wat).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("expected KEY=VALUE"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn directories_need_not_have_names_in_utf_8() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let host = PathBuf::from(directory("bytes")).join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&host).unwrap();
    let mut dir = host.into_os_string();
    dir.push(OsStr::from_bytes(b"::/\xff"));
    let mut command = command();
    command.args(["run", "--dir"]).arg(dir).arg(guest("files")).arg(OsStr::from_bytes(b"/\xff"));
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), EXPECTED);
}

#[test]
fn deterministic_runs_are_alike() {
    let clock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/clock.wasm");
    let run = |seed: &str| dergwasm(&["run", "--deterministic", seed, clock]).stdout;
    assert_eq!(run("7"), run("7"));
    assert!(!run("7").is_empty());
}
