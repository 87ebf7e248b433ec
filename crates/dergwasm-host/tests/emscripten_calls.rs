//! What programs built by Emscripten import, call by call: system calls and what they answer,
//! functions that are not there, what the host makes for a program.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_host::emscripten::{self, Emscripten};
use dergwasm_host::sys::{Capture, Errno, fs::MemoryFs};
use dergwasm_host::wasi::Wasi;
use dergwasm_host::{Config, Error, Linker, Machine, Module, Trap};

/// Runs the text of a program with files, and gives its status and what it wrote.
#[track_caller]
fn run_with(fs: &MemoryFs, text: &str) -> (Result<i32, Error>, String) {
    let module = Module::new(&wat::parse_str(text).expect("a text")).expect("a module");
    assert!(emscripten::is_emscripten(&module), "{text}");
    let mut linker = Linker::new();
    emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world).unwrap();
    let output = Capture::new();
    let wasi = Wasi::builder().arg("program").deterministic(1).stdout(output.clone());
    let wasi = wasi.mount("/", fs.clone()).unwrap().build();
    let mut machine = Machine::new(Emscripten::new(wasi));
    let ended = linker
        .instantiate(&mut machine, &module)
        .and_then(|instance| emscripten::run(&mut machine, instance, |world| world));
    (ended, output.text())
}

fn files() -> MemoryFs {
    let fs = MemoryFs::new();
    fs.create_dir_all("tmp").unwrap();
    fs.write("tmp/x", "hello").unwrap();
    fs
}

const SETUP: &str = r#"
    (memory (export "memory") 1)
    (data (i32.const 1024) "/tmp/x\00") (data (i32.const 1040) "/tmp/new\00")
    (data (i32.const 1056) "/none\00")
    (func (export "__wasm_call_ctors"))"#;
const X: i32 = 1024;
const NEW: i32 = 1040;
const NONE: i32 = 1056;
/// In place of a directory's descriptor: the working directory.
const CWD: i32 = -100;

/// What a call of a function of `env` answers that takes and returns `i32`.
fn answer(fs: &MemoryFs, name: &str, arguments: &[i32]) -> Result<i32, Error> {
    let params = "i32 ".repeat(arguments.len());
    let values: String = arguments.iter().map(|value| format!("(i32.const {value}) ")).collect();
    let text = format!(
        r#"(module (import "env" "{name}" (func $call (param {params}) (result i32)))
            {SETUP} (func (export "main") (result i32) (call $call {values})))"#
    );
    run_with(fs, &text).0
}

#[track_caller]
fn check(name: &str, arguments: &[i32], expected: Result<i32, Errno>) {
    let found = answer(&files(), name, arguments).unwrap();
    let expected = expected.unwrap_or_else(|errno| -i32::from(errno.number()));
    assert_eq!(found, expected, "{name}{arguments:?}");
}

#[test]
fn owners_are_accepted_and_not_kept() {
    for name in ["__syscall_chown32", "__syscall_lchown32"] {
        check(name, &[X, 1, 2], Ok(0));
        check(name, &[NONE, 1, 2], Err(Errno::Noent));
    }
    check("__syscall_fchown32", &[1, 1, 2], Ok(0));
    check("__syscall_fchown32", &[77, 1, 2], Err(Errno::Badf));
    check("__syscall_fchownat", &[CWD, X, 1, 2, 0], Ok(0));
    check("__syscall_fchownat", &[CWD, NONE, 1, 2, 0x100], Err(Errno::Noent));
    // An empty path, which means the descriptor if that is asked for.
    check("__syscall_fchownat", &[1, 0, 1, 2, 0x1000], Ok(0));
    check("__syscall_fchownat", &[CWD, 0, 1, 2, 0], Err(Errno::Noent));
}

#[test]
fn nodes_are_files_or_refused() {
    let fs = files();
    assert_eq!(answer(&fs, "__syscall_mknodat", &[CWD, NEW, 0o100_644, 0]).unwrap(), 0);
    assert_eq!(fs.read("tmp/new").unwrap(), b"");
    check("__syscall_mknod", &[X, 0o644, 0], Err(Errno::Exist));
    check("__syscall_mknodat", &[CWD, NEW, 0o020_644, 5], Err(Errno::Perm));
    check("__syscall_mkdirat", &[CWD, NEW, 0o700], Ok(0));
}

#[test]
fn there_is_no_network_and_no_other_process() {
    check("__syscall_socket", &[2, 1, 0, 0, 0, 0], Err(Errno::Afnosupport));
    check("__syscall_socket", &[2, 1, 0], Err(Errno::Afnosupport));
    check("__syscall_socketpair", &[1, 1, 0, 0, 0, 0], Err(Errno::Afnosupport));
    for name in ["connect", "bind", "sendto", "recvmsg", "setsockopt", "accept4", "shutdown"] {
        let name = format!("__syscall_{name}");
        check(&name, &[1, 0, 0, 0, 0, 0], Err(Errno::Notsock));
        check(&name, &[77, 0, 0], Err(Errno::Badf));
    }
    check("__syscall_pipe", &[256], Ok(0));
    check("__syscall_pipe", &[65530], Err(Errno::Fault));
    check("__syscall_pipe2", &[256, 0o2_004_000], Ok(0));
    check("__syscall_pipe2", &[256, 1], Err(Errno::Inval));
    check("__syscall_wait4", &[-1, 0, 0, 0], Err(Errno::Child));
    check("fork", &[], Ok(-1));
    check("kill", &[1, 9], Ok(-1));
    check("getaddrinfo", &[X, 0, 0, 0], Ok(-4));
    check("__pthread_create_js", &[0, 0, 0, 0], Ok(Errno::Again.number().into()));
}

#[test]
fn what_the_system_tells_of_itself_is_in_bounds() {
    for (name, arguments) in [
        ("__syscall_getrusage", &[0, 2048][..]),
        ("__syscall_ugetrlimit", &[0, 2048]),
        ("__syscall_prlimit64", &[0, 0, 0, 2048]),
        ("__syscall_uname", &[2048]),
        ("__syscall_getresuid32", &[2048, 2048, 2048]),
        ("__syscall_statfs64", &[X, 64, 2048]),
    ] {
        check(name, arguments, Ok(0));
        let wild: Vec<i32> =
            arguments.iter().map(|&it| if it == 2048 { 65_530 } else { it }).collect();
        if name != "__syscall_getresuid32" {
            check(name, &wild, Err(Errno::Fault));
        }
    }
    check("__syscall_getgroups32", &[0, 0], Ok(1));
    check("__syscall_getgroups32", &[-1, 0], Err(Errno::Inval));
    check("__syscall_fadvise64_64", &[1, 0, 0, 0, 0, 0], Ok(0));
    check("__syscall_getpriority", &[0, 0], Err(Errno::Perm));
}

#[test]
fn select_tells_which_descriptors_are_ready() {
    // Standard output can be written to; the file at descriptor 3 can be read. The sets lie at
    // 2048 and 2176, the timeout at 2304.
    let text = |timeout: &str, count: i32, read: i32, write: i32| {
        format!(
            r#"(module (import "env" "__syscall__newselect"
                (func $select (param i32 i32 i32 i32 i32) (result i32)))
            (import "env" "__syscall_openat" (func $open (param i32 i32 i32 i32) (result i32)))
            {SETUP}
            (data (i32.const 2304) "{timeout}")
            (func (export "main") (result i32) (local $ready i32)
                (drop (call $open (i32.const -100) (i32.const 1024) (i32.const 0) (i32.const 0)))
                (i32.store (i32.const 2048) (i32.const {read}))
                (i32.store (i32.const 2176) (i32.const {write}))
                (local.set $ready (call $select (i32.const {count}) (i32.const 2048)
                    (i32.const 2176) (i32.const 0) (i32.const 2304)))
                (i32.or (i32.shl (local.get $ready) (i32.const 16))
                    (i32.or (i32.shl (i32.load (i32.const 2048)) (i32.const 8))
                        (i32.load (i32.const 2176)))))"#
        ) + ")"
    };
    let select =
        |timeout, count, read, write| run_with(&files(), &text(timeout, count, read, write)).0;
    let now = r"\00\00\00\00\00\00\00\00";
    assert_eq!(select(now, 4, 0b1000, 0b0010).unwrap(), 2 << 16 | 0b1000 << 8 | 0b0010);
    // Nothing is asked for, and the time passes.
    assert_eq!(select(r"\01\00\00\00\00\00\00\00", 4, 0, 0).unwrap(), 0);
    // What lies beyond the count is not looked at.
    assert_eq!(select(now, 1, 0b1000, 0b0010).unwrap() >> 16, 0);
    let failed = |errno: Errno| (-i32::from(errno.number())) & 0xffff;
    let status = |result: Result<i32, Error>| (result.unwrap() >> 16) & 0xffff;
    assert_eq!(status(select(now, 8, 0b1000_0000, 0)), failed(Errno::Badf));
    assert_eq!(status(select(now, 2000, 0, 0)), failed(Errno::Inval));
    assert_eq!(status(select(r"\ff\ff\ff\ff\00\00\00\00", 4, 0, 0)), failed(Errno::Inval));
}

#[test]
fn what_is_mapped_is_synchronised() {
    let fs = files();
    let text = format!(
        r#"(module (import "env" "_msync_js" (func $sync (param i32 i32 i32 i32 i32 i64) (result i32)))
            (import "env" "__syscall_openat" (func $open (param i32 i32 i32 i32) (result i32)))
            {SETUP} (data (i32.const 2048) "J")
            (func (export "main") (result i32)
                (call $sync (i32.const 2048) (i32.const 1) (i32.const 3) (i32.const 1)
                    (call $open (i32.const -100) (i32.const 1024) (i32.const 2) (i32.const 0))
                    (i64.const 0))))"#
    );
    assert_eq!(run_with(&fs, &text).0.unwrap(), 0);
    assert_eq!(fs.read("tmp/x").unwrap(), b"Jello");
}

#[test]
fn what_is_not_there_refuses_no_program_that_only_links_it() {
    check("__syscall_mincore", &[0, 0, 0], Err(Errno::Nosys));
    check("__syscall_made_up", &[], Err(Errno::Nosys));
    // A system call of another type than the one that is known.
    check("__syscall_openat", &[1, 2, 3, 4, 5, 6, 7], Err(Errno::Nosys));
    let text = |call: &str| {
        format!(
            r#"(module (import "env" "emscripten_set_main_loop" (func $loop (param i32 i32 i32)))
                (import "env" "glClear" (func (param i32)))
                (import "env" "_embind_register_void" (func (param i32 i32)))
                {SETUP} (func (export "main") (result i32) {call} (i32.const 7)))"#
        )
    };
    assert_eq!(run_with(&files(), &text("")).0.unwrap(), 7);
    let called = text("(call $loop (i32.const 0) (i32.const 0) (i32.const 1))");
    let error = run_with(&files(), &called).0.unwrap_err();
    assert_eq!(error.trap(), Some(Trap::UnknownImport));
    assert!(error.to_string().contains("`env`.`emscripten_set_main_loop`"), "{error}");
}

#[test]
fn exceptions_of_webassembly_can_be_thrown_by_the_host() {
    let program = |tag: &str| {
        format!(
            r#"(module (import "env" "__throw_exception_with_stack_trace" (func $throw (param i32)))
                {tag} {SETUP}
                (func (export "main") (result i32)
                    (block $caught (result i32)
                        (try_table (catch $cpp $caught) (call $throw (i32.const 4242)))
                        (i32.const 0))))"#
        )
    };
    for tag in [
        r#"(tag $cpp (export "__cpp_exception") (param i32))"#,
        r#"(import "env" "__c_longjmp" (tag (param i32)))
            (import "env" "__cpp_exception" (tag $cpp (param i32)))"#,
    ] {
        assert_eq!(run_with(&files(), &program(tag)).0.unwrap(), 4242);
    }
    let without = program("(tag $cpp (param i32))");
    let error = run_with(&files(), &without).0.unwrap_err();
    assert!(error.to_string().contains("no tag `__cpp_exception`"), "{error}");
}

#[test]
fn memory_and_table_that_a_program_imports_are_its_own() {
    let text = r#"(module
        (import "env" "memory" (memory 1 4 shared))
        (import "env" "__indirect_function_table" (table 4 funcref))
        (import "env" "atexit" (func $atexit (param i32) (result i32)))
        (import "env" "emscripten_get_heap_max" (func $max (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (elem (i32.const 1) func $bye)
        (data (i32.const 0) "\08\00\00\00\04\00\00\00bye\n")
        (func $bye (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64))))
        (func (export "__wasm_call_ctors"))
        (func (export "main") (result i32)
            (drop (call $atexit (i32.const 1)))
            (i32.shr_u (call $max) (i32.const 16))))"#;
    let (status, output) = run_with(&files(), text);
    assert_eq!((status.unwrap(), output.as_str()), (4, "bye\n"));
}

#[test]
fn copies_and_random_bytes_cost_fuel_by_their_length() {
    for (name, params, arguments) in [
        ("emscripten_memcpy_big", "i32 i32 i32", "(i32.const 0) (i32.const 8192)"),
        ("getentropy", "i32 i32", "(i32.const 0)"),
    ] {
        let used = |len: u32, fuel: u64| {
            let text = format!(
                r#"(module (import "env" "{name}" (func $call (param {params}) (result i32)))
                    {SETUP} (func (export "go") (drop (call $call {arguments} (i32.const {len})))))"#
            );
            let module = Module::new(&wat::parse_str(text).unwrap()).unwrap();
            let mut linker = Linker::new();
            emscripten::add_to_linker(&mut linker, &module, |world: &mut Emscripten| world)
                .unwrap();
            let mut config = Config::default();
            config.consume_fuel(true);
            let world = Emscripten::new(Wasi::builder().deterministic(1).build());
            let mut machine = Machine::with_config(&config, world);
            machine.set_fuel(fuel).unwrap();
            let instance = linker.instantiate(&mut machine, &module).unwrap();
            let go = instance.get_typed_func::<(), ()>(&machine, "go").unwrap();
            go.call(&mut machine, ()).map(|()| fuel - machine.fuel().unwrap())
        };
        let call = used(0, 1000).unwrap();
        assert_eq!(used(6400, 1000).unwrap(), call + 100, "{name}");
        assert_eq!(used(6400, call + 99).unwrap_err().trap(), Some(Trap::OutOfFuel), "{name}");
    }
}

/// What is written to one end is read from the other, and the ends are told when the other is gone.
#[test]
fn a_pipe_leads_back_to_the_program() {
    let text = format!(
        r#"(module
          (import "env" "__syscall_pipe" (func $pipe (param i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read"
            (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
          (import "env" "__syscall_poll" (func $poll (param i32 i32 i32) (result i32)))
          {SETUP}
          ;; "/tmp/x", and 16 bytes of room
          (data (i32.const 512) "\00\04\00\00\06\00\00\00\00\08\00\00\10\00\00\00")
          (func $in (result i32)
            (call $read (i32.load (i32.const 256)) (i32.const 520) (i32.const 1) (i32.const 264)))
          (func $out (result i32)
            (call $write (i32.load (i32.const 260)) (i32.const 512) (i32.const 1) (i32.const 264)))
          ;; Whether the end to read has POLLIN (1) or POLLHUP (16).
          (func $polled (result i32)
            (i32.store (i32.const 272) (i32.load (i32.const 256)))
            (i32.store (i32.const 276) (i32.const 1))
            (drop (call $poll (i32.const 272) (i32.const 1) (i32.const 0)))
            (i32.load16_u (i32.const 278)))
          (func $say (param $number i32)
            (i32.store8 (i32.const 300) (i32.add (i32.const 65) (local.get $number)))
            (i32.store (i32.const 304) (i32.const 300))
            (i32.store (i32.const 308) (i32.const 1))
            (drop (call $write (i32.const 1) (i32.const 304) (i32.const 1) (i32.const 312))))
          (func (export "main") (result i32)
            (call $say (call $pipe (i32.const 256)))
            (call $say (call $in))
            (call $say (call $out))
            (call $say (call $polled))
            (call $say (call $in))
            (call $say (i32.load (i32.const 264)))
            (drop (call $close (i32.load (i32.const 260))))
            (call $say (call $in))
            (call $say (i32.load (i32.const 264)))
            (call $say (call $polled))
            (i32.load8_u (i32.const 2048))))"#
    );
    let (status, written) = run_with(&files(), &text);
    // 6 is `again`, 17 is `POLLIN | POLLHUP`.
    let told = [0, 6, 0, 1, 0, 6, 0, 0, 17].map(|number| char::from(b'A' + number));
    assert_eq!((status.unwrap(), written), (i32::from(b'/'), told.iter().collect()));
}
