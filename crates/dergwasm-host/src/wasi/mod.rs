//! WASI preview 1: the system interface of command-line programs compiled to WebAssembly.
//!
//! Spec: [`wasi_snapshot_preview1`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md).
//!
//! A [`Wasi`] is what one program sees of the world: arguments, environment, standard streams,
//! files, clocks, randomness. The embedder keeps it in the machine's data and tells the linker where:
//!
//! ```
//! use dergwasm_host::{Linker, Machine, Module, sys::Capture, wasi::{self, Wasi}};
//!
//! # let wasm = wat::parse_str(r#"(module
//! #     (import "wasi_snapshot_preview1" "fd_write"
//! #         (func $fd_write (param i32 i32 i32 i32) (result i32)))
//! #     (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
//! #     (memory (export "memory") 1)
//! #     (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
//! #     (func (export "_start")
//! #         (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
//! #         (call $proc_exit (i32.const 3))))"#)?;
//! let module = Module::new(&wasm)?;
//! let stdout = Capture::new();
//! let wasi = Wasi::builder().args(["hello"]).stdout(stdout.clone()).build();
//!
//! let mut linker = Linker::new();
//! linker.define_module(|wasi: &mut Wasi| wasi)?;
//! let mut machine = Machine::new(wasi);
//! let instance = linker.instantiate(&mut machine, &module)?;
//! let status = wasi::run(&mut machine, instance)?;
//! assert_eq!((status, stdout.text().as_str()), (3, "hello\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All 46 functions are defined, as `wasi_snapshot_preview1` and, with the layouts of preview 0,
//! as `wasi_unstable`. A program finds files in the file systems that the embedder mounts, in
//! memory if there are none, and sockets if it is handed some.
//!
//! Nothing a program passes can do harm: a pointer out of bounds is answered with the errno
//! `fault`, and no length makes the host allocate or work more than the program's own memory is
//! large.

mod args;
mod builder;
mod clock;
mod context;
mod fd;
pub(crate) mod guest_memory;
mod path;
mod poll;
mod preview1;
mod proc;
mod random;
mod rights;
mod sock;
mod types;

pub use builder::Builder;
pub use context::Wasi;
pub use preview1::add_to_linker;
pub use proc::run;
use types::Version;

#[cfg(test)]
mod tests;
