//! A command-line program with arguments and captured output.
//!
//! `cargo run -p dergwasm --example wasi [FILE [ARGS]…]` runs a WASI program of yours; without a
//! file, one that prints its arguments.

use dergwasm::{
    Linker, Machine, Module,
    sys::Capture,
    wasi::{self, Wasi},
};

/// Prints the buffer that `args_get` fills, with its zeros.
const ECHO: &str = r#"
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 12)))
    (drop (call $args (i32.const 100) (i32.const 1000)))
    (i32.store (i32.const 8) (i32.const 1000))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let program = match args.first() {
        Some(file) => std::fs::read(file)?,
        None => ECHO.into(),
    };
    let module = Module::new(&program)?;

    let stdout = Capture::new();
    let args = if args.is_empty() { vec!["echo".into(), "hello".into()] } else { args };
    let wasi = Wasi::builder().args(args).stdout(stdout.clone()).inherit_stderr().build();

    let mut linker = Linker::new();
    linker.define_module(|wasi: &mut Wasi| wasi)?;
    let mut machine = Machine::new(wasi);
    let instance = linker.instantiate(&mut machine, &module)?;
    let status = wasi::run(&mut machine, instance)?;
    println!("it wrote {:?} and exited with status {status}", stdout.text());
    Ok(())
}
