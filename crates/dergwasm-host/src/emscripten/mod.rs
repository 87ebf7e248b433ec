//! Emscripten: programs that `emcc` built without `STANDALONE_WASM`, run without their JavaScript.
//!
//! Such a program imports from a module `env` what Emscripten's JavaScript gives it: calls that
//! catch `longjmp` and C++ exceptions, the heap's growth, time, system calls. [`add_to_linker`]
//! looks at a module's imports and defines those it knows, and WASI with them; an
//! [`Emscripten`] is the program's world.
//!
//! ```no_run
//! use dergwasm_host::{Linker, Machine, Module};
//! use dergwasm_host::emscripten::{self, Emscripten};
//! use dergwasm_host::wasi::Wasi;
//!
//! # let bytes = b"";
//! let module = Module::new(bytes)?;
//! assert!(emscripten::is_emscripten(&module));
//! let mut linker = Linker::new();
//! emscripten::add_to_linker(&mut linker, &module, |data: &mut Emscripten| data)?;
//!
//! let wasi = Wasi::builder().args(["program"]).inherit_stdio().build();
//! let mut machine = Machine::new(Emscripten::new(wasi));
//! let instance = linker.instantiate(&mut machine, &module)?;
//! let status = emscripten::run(&mut machine, instance, |data| data)?;
//! # Ok::<(), dergwasm_host::Error>(())
//! ```
//!
//! Each `setjmp` and `try` that a program is in nests a call on the native stack;
//! [`Config::max_host_depth`](crate::Config::max_host_depth) says how many there may be.
//!
//! Nothing a program passes can do harm: a wild pointer is a trap or an errno, and no number makes
//! the host allocate more than the program's own memory is large.

mod abort;
mod argument;
mod context;
mod detect;
mod directory;
mod exception;
mod guest;
mod heap;
mod imports;
mod invoke;
mod link;
mod process;
mod run;
mod strftime;
mod syscall;
mod time;
mod uncaught;
mod unsupported;
mod unwind;
mod wasm_exception;

pub use abort::Abort;
pub use context::Emscripten;
pub use detect::is_emscripten;
pub use link::add_to_linker;
pub use run::{initialize, run};
