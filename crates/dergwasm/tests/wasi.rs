//! Command-line programs in every setting an embedder gives them.

use dergwasm::{
    Error, Linker, Machine, Module, Trap,
    sys::{Callback, Capture, Input},
    wasi::{self, Builder, Wasi},
};

/// The machine's data: WASI among other things.
struct State {
    wasi: Wasi,
    other: u32,
}

/// Runs a program of `tests/programs` and returns its exit status.
fn run(program: &str, wasi: Builder) -> Result<i32, Error> {
    let path = format!("{}/tests/programs/{program}.wat", env!("CARGO_MANIFEST_DIR"));
    let module = Module::new(&std::fs::read(path).expect("it is committed"))?;
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |state: &mut State| &mut state.wasi)?;
    let mut machine = Machine::new(State { wasi: wasi.build(), other: 7 });
    let instance = linker.instantiate(&mut machine, &module)?;
    let status = wasi::run(&mut machine, instance);
    assert_eq!(machine.data().other, 7);
    status
}

#[test]
fn hello_writes_to_captured_output() {
    let stdout = Capture::new();
    assert_eq!(run("hello", Wasi::builder().stdout(stdout.clone())).unwrap(), 0);
    assert_eq!(stdout.text(), "Hello from WASI!\n");
}

#[test]
fn output_can_be_observed() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let observer = Callback::new(move |bytes| sender.send(bytes.to_vec()).unwrap());
    run("hello", Wasi::builder().stdout(observer)).unwrap();
    assert_eq!(receiver.iter().flatten().collect::<Vec<_>>(), b"Hello from WASI!\n");
}

#[test]
fn upper_copies_input_to_output() {
    let (stdin, stdout) = (Input::new("a dragon\nroars".repeat(1000)), Capture::new());
    assert_eq!(run("upper", Wasi::builder().stdin(stdin).stdout(stdout.clone())).unwrap(), 0);
    assert_eq!(stdout.text(), "A DRAGON\nROARS".repeat(1000));
}

#[test]
fn the_exit_status_is_the_programs() {
    for args in [&["status"][..], &["status", "b"], &["status", "b", "c"]] {
        let status = run("status", Wasi::builder().args(args.iter().copied())).unwrap();
        assert_eq!(usize::try_from(status), Ok(args.len()));
    }
}

#[test]
fn a_program_that_traps_is_an_error() {
    let error = run("trap", Wasi::builder()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
    assert_eq!(error.backtrace().unwrap().frames()[0].func_name.as_deref(), Some("fail"));
}

#[test]
fn deterministic_runs_are_alike() {
    let output = |seed| {
        let stdout = Capture::new();
        run("world", Wasi::builder().deterministic(seed).stdout(stdout.clone())).unwrap();
        stdout.take()
    };
    assert_eq!(output(1).len(), 40);
    assert_eq!(output(1), output(1));
    assert_ne!(output(1), output(2));
}

#[test]
fn a_module_that_is_no_program_is_refused() {
    let error = run("library", Wasi::builder()).unwrap_err();
    assert!(error.to_string().contains("neither `_start` nor `_initialize`"), "{error}");
}
