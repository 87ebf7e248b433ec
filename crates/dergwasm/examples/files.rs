//! A program with files that exist only in memory: the host puts some there and sees what became
//! of them.
//!
//! `cargo run -p dergwasm --example files`

use dergwasm::{
    Escaped, Linker, Machine, Module,
    sys::fs::MemoryFs,
    wasi::{self, Wasi},
};

/// Appends "second\n" to the file `log.txt` in its first directory, whose descriptor is 3.
const PROGRAM: &[u8] = br#"
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\07\00\00\00")
  (data (i32.const 16) "log.txt")
  (data (i32.const 32) "second\n")
  (func (export "_start") (local $errno i32)
    ;; Created if it is not there (1), to write (64), at the end (1); the descriptor goes to 8.
    (local.set $errno (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 7)
      (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 1) (i32.const 8)))
    (if (local.get $errno) (then (call $exit (local.get $errno))))
    (call $exit
      (call $write (i32.load (i32.const 8)) (i32.const 0) (i32.const 1) (i32.const 12)))))
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fs = MemoryFs::new();
    fs.write("log.txt", "first\n")?;
    fs.write("data/empty", "")?;

    // A clone is the same file system: the program has one, the host the other.
    let wasi = Wasi::builder().mount("/", fs.clone())?.build();
    let mut linker = Linker::new();
    linker.define_module(|wasi: &mut Wasi| wasi)?;
    let mut machine = Machine::new(wasi);
    let instance = linker.instantiate(&mut machine, &Module::new(PROGRAM)?)?;
    let status = wasi::run(&mut machine, instance)?;

    println!("status {status}, log.txt {:?}", String::from_utf8(fs.read("log.txt")?)?);
    for entry in fs.list() {
        println!("{}: {:?} of {}", Escaped::name(&entry.path), entry.file_type, entry.size);
    }
    let saved = fs.to_bytes();
    let restored = MemoryFs::from_bytes(&saved)?;
    println!("restored: {}", restored.list() == fs.list());
    Ok(())
}
