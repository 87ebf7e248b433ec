//! What a program writes, captured; and the same line by line while it runs.
//!
//! `cargo run -p dergwasm --example capture_stdout`

use dergwasm::{
    Error, Linker, Machine, Module,
    sys::{Callback, Capture, Stdio},
    wasi::{self, Wasi},
};

/// Writes "one\n" to standard output and "two\n" to standard error.
const PROGRAM: &[u8] = br#"
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\04\00\00\00\14\00\00\00\04\00\00\00one\ntwo\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 32)))))
"#;

fn run(stdout: impl Stdio + 'static, stderr: impl Stdio + 'static) -> Result<i32, Error> {
    let wasi = Wasi::builder().stdout(stdout).stderr(stderr).build();
    let mut linker = Linker::new();
    linker.define_module(|wasi: &mut Wasi| wasi)?;
    let mut machine = Machine::new(wasi);
    let instance = linker.instantiate(&mut machine, &Module::new(PROGRAM)?)?;
    wasi::run(&mut machine, instance)
}

fn main() -> Result<(), Error> {
    let (stdout, stderr) = (Capture::new(), Capture::new());
    let status = run(stdout.clone(), stderr.clone())?;
    println!("status {status}, stdout {:?}, stderr {:?}", stdout.text(), stderr.text());

    let show = |name: &'static str| {
        Callback::new(move |bytes: &[u8]| println!("{name}: {}", bytes.escape_ascii()))
    };
    run(show("out"), show("err"))?;
    Ok(())
}
