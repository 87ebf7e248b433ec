//! The Dergwasm machine with a host: typed functions both ways, a linker, and WASI.
//!
//! The entrance is [`Machine`], which holds everything that runs, and [`Linker`], which gives
//! modules what they import:
//!
//! ```
//! use dergwasm_host::{Caller, Error, Linker, Machine, Module};
//!
//! # let wasm = wat::parse_str(
//! #     r#"(module (import "host" "log" (func $log (param i32)))
//! #         (func (export "run") (call $log (i32.const 42))))"#,
//! # )?;
//! let module = Module::new(&wasm)?;
//! let mut linker = Linker::new();
//! linker.func_wrap("host", "log", |mut caller: Caller<'_, Vec<i32>>, n: i32| {
//!     caller.data_mut().push(n);
//! })?;
//! let mut machine = Machine::new(Vec::new());
//! let instance = linker.instantiate(&mut machine, &module)?;
//! instance.get_typed_func::<(), ()>(&machine, "run")?.call(&mut machine, ())?;
//! assert_eq!(machine.data(), &[42]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Handles
//!
//! [`Instance`], [`Func`], [`TypedFunc`], [`Memory`], [`Table`], [`Global`] and [`Tag`] are small,
//! `Copy`, and without a lifetime. Each use of one names the machine: a
//! [`&mut Machine<T>`](Machine), or the [`Caller`] inside a host function.
//!
//! A handle belongs to the machine it was made in. Using it with another one is an error that says
//! so, wherever the handle comes in: as what a method is called on, as a function among arguments,
//! results, elements of tables and values of globals, or as an import. Methods that find something
//! by its name or index return an [`Option`] and find nothing then. Nothing panics.
//!
//! References to what a collector looks after are [`Rooted`] handles: to structures, arrays, values
//! of the host and exceptions. Besides their machine they know how long they last.
//!
//! # What this crate does not do
//!
//! It decodes and executes nothing itself; it stands on `dergwasm-exec` and forbids unsafe code.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;

mod as_machine;
mod caller;
pub mod describe;
#[cfg(feature = "emscripten")]
pub mod emscripten;
mod external;
mod func;
mod gc;
mod global;
pub mod guest;
mod host_func;
mod host_module;
mod instance;
mod into_func;
mod into_wasm;
mod linker;
mod machine;
mod marked;
mod memory;
mod resumable;
mod table;
mod tag;
mod typed_func;
mod val;
mod wasm_ty;

#[cfg(feature = "wasi")]
pub mod sys;
#[cfg(feature = "wasi")]
pub mod wasi;

pub use as_machine::{AsMachine, AsMachineMut, MachineMut, MachineRef};
pub use caller::Caller;
pub use external::{Export, Extern};
pub use func::Func;
pub use gc::{
    AnyRef, ArrayRef, DefinedType, EqRef, ExnRef, ExternRef, I31, OwnedRooted, Referent, RootScope,
    Rooted, StructRef,
};
pub use global::Global;
pub use host_module::{DescribedModule, HostModule};
pub use instance::Instance;
pub use into_func::{IntoFunc, WasmRet};
pub use into_wasm::{IntoWasm, IntoWasmList};
pub use linker::{Linker, MissingImport, MissingImports};
pub use machine::Machine;
pub use memory::Memory;
pub use resumable::{PausedCall, ResumableCall, TypedPausedCall, TypedResumableCall};
pub use table::Table;
pub use tag::Tag;
pub use typed_func::TypedFunc;
pub use val::Val;
pub use wasm_ty::{WasmParams, WasmResults, WasmTy, WasmTyList};

#[cfg(feature = "std")]
pub use dergwasm_exec::UnparkOnInterrupt;
pub use dergwasm_exec::{
    Backtrace, BacktraceFrame, CompilationMode, Config, CostClass, Error, ErrorKind, FUEL_VERSION,
    FuelCosts, InterruptHandle, LinkError, Module,
};
pub use dergwasm_exec::{Exception, Machine as Core, MachineMut as CoreMut};
pub use dergwasm_store::{
    Decision, HeapStats, Resource, ResourceLimiter, ResourceLimits, Scalar, Unlimited,
};
pub use dergwasm_types::{
    Closed, CompositeType, Escaped, ExternKind, ExternType, FieldType, FuncType, GlobalType,
    HeapType, MemoryType, RefType, StorageType, StructType, SubType, TableType, Trap, TypeIdx,
    TypeList, ValType, Value,
};

#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
#[doc = include_str!("guest/derive.md")]
#[doc(inline)]
pub use dergwasm_macros::GuestType;
#[cfg(feature = "macros")]
#[cfg_attr(docsrs, doc(cfg(feature = "macros")))]
#[doc = include_str!("host_module.md")]
#[doc(inline)]
pub use dergwasm_macros::host_module;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
