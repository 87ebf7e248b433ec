//! Programs that Emscripten built, run as a user runs them. Sources stand beside the programs in
//! `guests/emscripten`.

use dergwasm_host::emscripten::{self, Abort, Emscripten};
use dergwasm_host::sys::{Capture, fs::MemoryFs};
use dergwasm_host::wasi::{Builder, Wasi};
use dergwasm_host::{Config, Error, Linker, Machine, Module, Trap};

macro_rules! guest {
    ($name:literal) => {
        include_bytes!(concat!("guests/emscripten/", $name, ".wasm"))
    };
}

/// Runs a program and gives what it wrote, and how it ended.
fn run_in(bytes: &[u8], wasi: Builder, config: &Config) -> (String, Result<i32, Error>) {
    let module = Module::new(bytes).expect("the program is valid");
    assert!(emscripten::is_emscripten(&module));
    let mut linker = Linker::new();
    emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world)
        .expect("nothing is defined yet");
    let output = Capture::new();
    let world = Emscripten::new(wasi.stdout(output.clone()).stderr(output.clone()).build());
    let mut machine = Machine::with_config(config, world);
    let ended = linker
        .instantiate(&mut machine, &module)
        .and_then(|instance| emscripten::run(&mut machine, instance, |world| world));
    (output.text(), ended)
}

fn run(bytes: &[u8], args: &[&str]) -> (String, Result<i32, Error>) {
    run_in(bytes, Wasi::builder().arg("program").args(args.iter().copied()), &Config::default())
}

/// How a program aborted.
fn abort(ended: Result<i32, Error>) -> String {
    let error = ended.expect_err("the program aborts");
    match error.downcast_ref::<Abort>() {
        Some(abort) => abort.message().into(),
        None => panic!("{error:?}"),
    }
}

const JUMPS: &str = "\
frames 4207
inner
outer
rounds 1000
wide 1099511627781
wide jumped
";

#[test]
fn jumps_leave_functions() {
    for program in [&guest!("setjmp")[..], guest!("setjmp-O0"), guest!("setjmp-bigint")] {
        let (output, ended) = run(program, &[]);
        assert_eq!((output.as_str(), ended.unwrap()), (JUMPS, 3));
    }
}

#[test]
fn functions_are_called_through_exports_if_there_is_no_table() {
    // The program without the export of its table.
    let mut bytes = guest!("setjmp-dyncalls").to_vec();
    let name = b"__indirect_function_table";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at] = b'x';
    let (output, ended) = run(&bytes, &[]);
    assert_eq!((output.as_str(), ended.unwrap()), (JUMPS, 3));
}

const EXCEPTIONS: &str = "\
~fail returned 0~try 
~fail! ~try! int 7
~fail! ~try! exception broken
~fail! ~try! other
~fail! ~try! base 2
~fail! ~try! pointer literal
~fail! ~try! long 1099511627776
~fail! ~try! other
~rethrow! ~rethrow! ~rethrow! ~rethrow! deep
nested 1 2 again 1
kept 0
~wide 25769803776 ~wide! wide -5
sum 250500 alive 0
";

#[test]
fn exceptions_find_their_catch() {
    for program in [&guest!("exceptions")[..], guest!("exceptions-O0"), guest!("exceptions-wasm")] {
        let (output, ended) = run(program, &[]);
        assert_eq!((output.as_str(), ended.unwrap()), (EXCEPTIONS, 5));
    }
}

#[test]
fn programs_end_in_order() {
    let (output, ended) = run(guest!("ends"), &[]);
    assert_eq!((output.as_str(), ended.unwrap()), ("return\nno newlinegoodbye\n", 4));
    let (output, ended) = run(guest!("ends"), &["exit"]);
    assert_eq!((output.as_str(), ended.unwrap()), ("exit\ngoodbye\n", 7));
}

#[test]
fn aborts_say_why() {
    let message = |how| abort(run(guest!("ends"), &[how]).1);
    assert_eq!(message("abort"), "it called abort()");
    assert_eq!(message("assert"), "assertion failed: argc == 99, at ends.cpp:38 in main");
    assert_eq!(message("longjmp"), "longjmp to a setjmp whose function has returned");
    assert_eq!(message("throw"), "uncaught C++ exception of type game::Error: lost the level");
    assert_eq!(message("int"), "uncaught C++ exception of type int");
}

#[test]
fn exceptions_of_webassembly_say_what_they_are() {
    let ends = |how: &[&str]| run(guest!("ends-wasm"), how);
    let (output, ended) = ends(&["exit"]);
    assert_eq!((output.as_str(), ended.unwrap()), ("exit\ngoodbye\n", 7));
    let message = |how| {
        let error = ends(&[how]).1.unwrap_err();
        assert!(error.exception().is_some() && error.backtrace().is_some());
        error.to_string()
    };
    let thrown = message("throw");
    assert!(thrown.ends_with(": C++ exception of type game::Error: lost the level"), "{thrown}");
    assert!(message("int").ends_with(": C++ exception of type int"));
}

#[test]
fn traps_pass_through() {
    let (_, ended) = run(guest!("ends"), &["trap"]);
    assert_eq!(ended.unwrap_err().trap(), Some(Trap::Unreachable));
}

#[test]
fn deep_nesting_of_try_is_a_trap() {
    let (_, ended) = run(guest!("ends"), &["recurse"]);
    assert_eq!(ended.unwrap_err().trap(), Some(Trap::CallStackExhausted));
}

#[test]
fn a_program_sees_its_world() {
    let wasi = Wasi::builder().args(["world", "a b"]).env("NAME", "x=y").deterministic(1);
    let (output, ended) = run_in(guest!("world"), wasi, &Config::default());
    let expected = "\
[world][a b] NAME=x=y
2000-02-29 12:34:56 060 Tue Feb UTC
34041600 29
clocks
7 7
refused
random
";
    assert_eq!((output.as_str(), ended.unwrap()), (expected, 0));
}

#[test]
fn shortened_names_are_refused_with_advice() {
    let module = Module::new(guest!("minified")).unwrap();
    assert!(emscripten::is_emscripten(&module));
    let mut linker = Linker::new();
    let refused = emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world);
    assert!(refused.unwrap_err().to_string().contains("link with -O2 or less"));
}

const FILES: &str = "\
> first
> second
> third
at 6: 6 of 6 bytes second
size 19 file 1 links 1
dir 1
in /data/sub
link 1
leads to 19 bytes
target moved.txt
entries 64 64
.: ../ ./ link moved.txt
/: ../ ./ data/
/nowhere: No such file or directory
cut to 5
mapped first
read IRST
access(\"absent\", R_OK): No such file or directory
rmdir(\"/data/sub\"): Directory not empty
open(\"/data/x/y\", O_CREAT | O_WRONLY, 0666): No such file or directory
open(\"/../../etc/passwd\", O_RDONLY): No such file or directory
/data: ../ ./
tty 0
";

#[test]
fn files_are_those_of_the_mounted_file_systems() {
    for program in [&guest!("files")[..], guest!("files-O0")] {
        let fs = MemoryFs::new();
        let wasi = Wasi::builder().mount("/data", fs.clone()).expect("it is free");
        let (output, ended) = run_in(program, wasi, &Config::default());
        assert_eq!((output.as_str(), ended.unwrap()), (FILES, 0));
        assert_eq!(fs.list(), []);
    }
}

/// Calls the export `run` of a module in the text format.
fn call_run(text: &str) -> Error {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    let module = Module::new(&bytes).expect("the module is valid");
    let mut linker = Linker::new();
    emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world)
        .expect("nothing is defined yet");
    let mut machine = Machine::new(Emscripten::default());
    let instance = linker.instantiate(&mut machine, &module).expect("all imports are known");
    let run = instance.get_typed_func::<(), ()>(&machine, "run").expect("it is exported");
    run.call(&mut machine, ()).expect_err("it fails")
}

#[test]
fn a_host_function_that_calls_itself_is_a_trap() {
    let itself = r#"(module
        (import "env" "__cxa_free_exception" (func $free (param i32)))
        (memory (export "memory") 1)
        (export "free" (func $free))
        (func (export "run") (call $free (i32.const 0))))"#;
    assert_eq!(call_run(itself).trap(), Some(Trap::CallStackExhausted));
}

#[test]
fn paths_need_not_be_text() {
    let text = r#"(module
        (import "env" "__syscall_mkdirat" (func $mkdir (param i32 i32 i32) (result i32)))
        (import "env" "__syscall_symlink" (func $symlink (param i32 i32) (result i32)))
        (import "env" "__syscall_rename" (func $rename (param i32 i32) (result i32)))
        (import "env" "__syscall_chdir" (func $chdir (param i32) (result i32)))
        (import "env" "__syscall_getcwd" (func $cwd (param i32 i32) (result i32)))
        (import "env" "__syscall_readlinkat" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "env" "__syscall_openat" (func $open (param i32 i32 i32 i32) (result i32)))
        (import "env" "__syscall_getdents64" (func $list (param i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "caf\e9\00")
        (data (i32.const 32) "/\ff\fe\00")
        (data (i32.const 48) "/link\80\00")
        (data (i32.const 64) "/\00")
        (func (export "run") (result i32 i32 i32 i32 i32 i32 i32)
            (call $mkdir (i32.const -100) (i32.const 16) (i32.const 0))
            (call $rename (i32.const 16) (i32.const 32))
            (call $symlink (i32.const 32) (i32.const 48))
            (call $chdir (i32.const 48))
            (call $cwd (i32.const 256) (i32.const 16))
            (call $read (i32.const -100) (i32.const 48) (i32.const 272) (i32.const 16))
            (call $list
                (call $open (i32.const -100) (i32.const 64) (i32.const 0) (i32.const 0))
                (i32.const 1024) (i32.const 2048))))"#;
    let module =
        Module::new(&wat::parse_str(text).expect("it is well-formed")).expect("it is valid");
    let mut linker = Linker::new();
    emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world)
        .expect("nothing is defined yet");
    let fs = MemoryFs::new();
    let wasi = Wasi::builder().mount("/", fs.clone()).expect("it is free").build();
    let mut machine = Machine::new(Emscripten::new(wasi));
    let instance = linker.instantiate(&mut machine, &module).expect("all imports are known");
    type Answers = (i32, i32, i32, i32, i32, i32, i32);
    let run = instance.get_typed_func::<(), Answers>(&machine, "run").expect("it is exported");
    let answers = run.call(&mut machine, ()).expect("it does not trap");
    assert_eq!(answers, (0, 0, 0, 0, 4, 3, 4 * 280));
    let memory = instance.get_memory(&machine, "memory").expect("it is exported");
    let bytes = memory.data(&machine).unwrap();
    assert_eq!(bytes[256..276], *b"/\xff\xfe\0\0\0\0\0\0\0\0\0\0\0\0\0/\xff\xfe\0");
    // After `.` and `..`; each has 256 bytes for its name.
    let name = |entry: usize| &bytes[1024 + entry * 280 + 19..][..6];
    assert_eq!((name(2), name(3)), (&b"link\x80\0"[..], &b"\xff\xfe\0\0\0\0"[..]));
    let paths: Vec<_> = fs.list().into_iter().map(|entry| entry.path).collect();
    assert_eq!(paths, [&b"link\x80"[..], b"\xff\xfe"]);
}

#[test]
fn wild_arguments_are_traps_or_errors() {
    for (name, parameters) in [
        ("__cxa_throw", 3),
        ("__cxa_begin_catch", 1),
        ("__assert_fail", 4),
        ("emscripten_memcpy_big", 3),
        ("_gmtime_js", 2),
        ("_mktime_js", 1),
        ("strftime", 4),
        ("getentropy", 2),
        ("gettimeofday", 2),
        ("__syscall_openat", 4),
        ("__syscall_stat64", 2),
        ("__syscall_getdents64", 3),
        ("__syscall_poll", 3),
        ("__syscall_fcntl64", 3),
        ("__syscall_ftruncate64", 3),
        ("__syscall_utimensat", 4),
        ("__syscall_readlinkat", 4),
        ("_mmap_js", 7),
        ("_munmap_js", 6),
    ] {
        for wild in ["-1", "0x7fffffff", "0xffff", "0"] {
            let (types, values) = ("i32 ".repeat(parameters), format!("(i32.const {wild})"));
            let text = format!(
                r#"(module
                    (import "env" "{name}" (func $f (param {types})))
                    (memory (export "memory") 1)
                    (func (export "malloc") (param i32) (result i32) (i32.const -16))
                    (func (export "emscripten_builtin_memalign") (param i32 i32) (result i32)
                        (i32.const -1))
                    (func (export "run") (call $f {}) unreachable))"#,
                values.repeat(parameters)
            );
            assert!(!call_run(&text).to_string().is_empty());
        }
    }
}
