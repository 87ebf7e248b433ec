//! Programs written in C, over every kind of file system. Their sources are beside them; what they
//! print was compared with another runtime.

#![cfg(feature = "wasi")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_host::sys::fs::{FileSystem, MemoryFs, Overlay};
use dergwasm_host::sys::{Capture, Input, VirtualClock};
use dergwasm_host::wasi::{self, Builder, Wasi};
use dergwasm_host::{Linker, Machine, Module};

/// Runs a program; returns its status and what it printed.
fn run(program: &str, world: Builder) -> (i32, String) {
    let path = format!("{}/tests/guests/wasi/{program}.wasm", env!("CARGO_MANIFEST_DIR"));
    let module = Module::new(&std::fs::read(path).unwrap()).unwrap();
    let stdout = Capture::new();
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |wasi: &mut Wasi| wasi).unwrap();
    let mut machine = Machine::new(world.stdout(stdout.clone()).build());
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let status = wasi::run(&mut machine, instance).unwrap();
    (status, stdout.text())
}

/// The world of a program that works in a directory.
fn working_in(fs: impl FileSystem + 'static) -> Builder {
    Wasi::builder().args(["program", "/work"]).mount("/work", fs).unwrap()
}

const FILES: &str = include_str!("guests/wasi/files.out");

fn files(fs: impl FileSystem + 'static) {
    let (status, printed) = run("files", working_in(fs));
    is_as_expected(status, &printed, FILES);
}

fn is_as_expected(status: i32, printed: &str, expected: &str) {
    for (printed, expected) in printed.lines().zip(expected.lines()) {
        assert_eq!(printed, expected);
    }
    assert_eq!((status, printed), (0, expected));
}

fn many(fs: impl FileSystem + 'static) {
    let (status, printed) = run("many", working_in(fs));
    let expected = "700 once, 2 dots, 0 others\n700 read, 700 removed\n2 left\n";
    assert_eq!((status, printed.as_str()), (0, expected));
}

#[test]
fn files_in_memory() {
    let fs = MemoryFs::new();
    files(fs.clone());
    assert!(fs.list().is_empty(), "{:?}", fs.list());
    many(fs);
}

#[test]
fn files_in_an_overlay() {
    files(Overlay::new(MemoryFs::new(), MemoryFs::new()));
    many(Overlay::new(MemoryFs::new(), MemoryFs::new()));
}

#[test]
fn a_saved_file_system_goes_on() {
    let fs = MemoryFs::new();
    fs.write("a/b", b"kept").unwrap();
    let copy = MemoryFs::from_bytes(&fs.to_bytes()).unwrap();
    fs.write("a/b", b"changed").unwrap();
    assert_eq!(copy.read("a/b").unwrap(), b"kept");
    files_with_a(copy);
}

/// Where there is a directory `a`, the program finds it instead of its file.
fn files_with_a(fs: MemoryFs) {
    let (_, printed) = run("files", working_in(fs));
    assert!(printed.starts_with("w a: Is a directory\n"), "{printed}");
}

#[test]
fn waiting_takes_virtual_time() {
    let world = Wasi::builder().clock(VirtualClock::new(0, 1000)).stdin(Input::new("x"));
    let (status, printed) = run("wait", world);
    let expected = "nanosleep: 0, long enough: 1\nuntil: 1\npoll: 1, output 1\n\
                    poll nothing: 1 event\n";
    assert_eq!((status, printed.as_str()), (0, expected));
}

#[test]
fn wild_calls_are_answered() {
    let fs = MemoryFs::with_limits(1 << 20, 1000);
    fs.write("file", b"content").unwrap();
    fs.create_dir_all("dir").unwrap();
    let world = Wasi::builder().args(["hostile"]).mount("/", fs).unwrap();
    let (status, printed) = run("hostile", world.deterministic(1));
    assert_eq!(status, 0);
    assert!(printed.ends_with(" answers\n"), "{printed}");
}

#[cfg(feature = "host-fs")]
#[path = "guests/links.rs"]
mod links;

#[cfg(feature = "host-fs")]
mod host {
    use super::*;
    use dergwasm_host::sys::fs::HostDir;

    #[test]
    fn files_of_the_host() {
        let dir = tempfile::tempdir().unwrap();
        let (status, printed) = run("files", working_in(HostDir::open(dir.path()).unwrap()));
        let (printed, expected) = links::to_compare(&printed, FILES);
        is_as_expected(status, &printed, &expected);
        assert_eq!(dir.path().read_dir().unwrap().count(), 0);
        many(HostDir::open(dir.path()).unwrap());
    }

    /// What must not be seen.
    const SECRET: &str = "the host's secret";

    #[cfg(unix)]
    #[test]
    fn no_road_leads_out() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        let inside = outside.path().join("box");
        std::fs::create_dir_all(inside.join("sub")).unwrap();
        std::fs::write(inside.join("mine"), "mine").unwrap();
        std::fs::write(outside.path().join("secret"), SECRET).unwrap();
        symlink("../secret", inside.join("host_link")).unwrap();
        symlink(outside.path(), inside.join("host_dir")).unwrap();
        let world = Wasi::builder().mount("/", HostDir::open(&inside).unwrap()).unwrap();
        let (status, printed) = run("escape", world);
        assert_eq!(status, 0);
        for never in [SECRET, "OPENED", "root:", "out: Success", "in: Success"] {
            assert!(!printed.contains(never), "{never} in:\n{printed}");
        }
        let mut names: Vec<_> = outside.path().read_dir().unwrap().flatten().collect();
        names.sort_by_key(std::fs::DirEntry::file_name);
        let names: Vec<_> = names.iter().map(std::fs::DirEntry::file_name).collect();
        assert_eq!(names, ["box", "secret"]);
        assert_eq!(std::fs::read_to_string(outside.path().join("secret")).unwrap(), SECRET);
    }
}
