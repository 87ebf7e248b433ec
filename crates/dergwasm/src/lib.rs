//! Dergwasm: a WebAssembly interpreter to embed.
//!
//! ```
//! use dergwasm::{Linker, Machine, Module};
//!
//! let module = Module::new(br#"
//!     (module
//!       (import "math" "square" (func $square (param i32) (result i32)))
//!       (func (export "sum_of_squares") (param i32 i32) (result i32)
//!         (i32.add (call $square (local.get 0)) (call $square (local.get 1)))))
//! "#)?;
//! let mut linker = Linker::new();
//! linker.func_wrap("math", "square", |x: i32| x * x)?;
//!
//! let mut machine = Machine::new(());
//! let instance = linker.instantiate(&mut machine, &module)?;
//! let f = instance.get_typed_func::<(i32, i32), i32>(&machine, "sum_of_squares")?;
//! assert_eq!(f.call(&mut machine, (3, 4))?, 25);
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! - A [`Module`] is decoded and validated code: immutable, cheap to clone, shared by threads.
//!   [`Module::new`] takes the binary format, and with feature `wat` the text format too.
//! - A [`Machine<T>`](Machine) is where code runs: it owns every memory, table, global and
//!   function, the stack, and data `T` of yours.
//! - A [`Linker`] finds a module's imports by name and makes an [`Instance`] of it.
//! - [`Instance`], [`Func`], [`TypedFunc`], [`Memory`], [`Table`] and [`Global`] are handles: small
//!   and `Copy`. Each use of one names the machine; one of another machine is an error.
//!
//! # Calling functions
//!
//! [`Instance::get_typed_func`] checks the types once, and calls are Rust calls. When types are
//! known only at run time, [`Func::call`] takes slices of [`Val`]:
//!
//! ```
//! # use dergwasm::{Instance, Machine, Module};
//! use dergwasm::{Val, ValType};
//!
//! # let module = Module::new(br#"(module (func (export "swap") (param i32 f64) (result f64 i32)
//! #     local.get 1 local.get 0))"#)?;
//! # let mut machine = Machine::new(());
//! # let instance = Instance::new(&mut machine, &module, &[])?;
//! let swap = instance.get_typed_func::<(i32, f64), (f64, i32)>(&machine, "swap")?;
//! assert_eq!(swap.call(&mut machine, (1, 2.5))?, (2.5, 1));
//!
//! let swap = instance.get_func(&machine, "swap").expect("exported");
//! assert_eq!(swap.ty(&machine)?.params(), [ValType::I32, ValType::F64]);
//! let mut results = [Val::I32(0); 2];
//! swap.call(&mut machine, &[Val::from(1), Val::from(2.5)], &mut results)?;
//! assert_eq!(results, [Val::from(2.5), Val::from(1)]);
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # Host functions
//!
//! Any closure over [`WasmTy`] values can be a host function. One that takes a [`Caller`] first
//! reaches your data, the calling instance's exports and memory, and may call back:
//!
//! ```
//! # use dergwasm::{Linker, Machine, Module};
//! use dergwasm::{Caller, Error};
//!
//! # let module = Module::new(br#"(module
//! #     (import "host" "print" (func $print (param i32 i32)))
//! #     (memory (export "memory") 1) (data (i32.const 8) "hello")
//! #     (func (export "run") (call $print (i32.const 8) (i32.const 5))))"#)?;
//! # let mut linker = Linker::new();
//! linker.func_wrap("host", "print", |mut caller: Caller<'_, String>, ptr: u32, len: u32| {
//!     let mut bytes = vec![0; len.min(1000) as usize];
//!     caller.heap()?.read(&caller, ptr.into(), &mut bytes)?;
//!     caller.data_mut().push_str(&String::from_utf8_lossy(&bytes));
//!     Ok(())
//! })?;
//! # let mut machine = Machine::new(String::new());
//! # let instance = linker.instantiate(&mut machine, &module)?;
//! # instance.get_typed_func::<(), ()>(&machine, "run")?.call(&mut machine, ())?;
//! assert_eq!(machine.data(), "hello");
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # Memory
//!
//! [`Machine::heap`] is memory 0 of the main instance; any exported memory comes from
//! [`Instance::get_memory`]. Every access is checked:
//!
//! ```
//! # use dergwasm::{Instance, Machine, Module};
//! # let module = Module::new(br#"(module (memory (export "memory") 1))"#)?;
//! # let mut machine = Machine::new(());
//! # Instance::new(&mut machine, &module, &[])?;
//! let heap = machine.heap()?;
//! heap.write(&mut machine, 16, b"\x01\x02\x03\x04")?;
//! assert_eq!(heap.get::<u32>(&machine, 16)?, 0x0403_0201);
//! assert_eq!(heap.data(&machine)?[16..18], [1, 2]);
//! assert!(heap.get::<u64>(&machine, 65_530).is_err());
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # Errors
//!
//! Everything that can fail returns an [`Error`], one word wide. It tells a [trap](Error::trap)
//! from a program's wish [to exit](Error::exit_status), gives [what it is about](Error::downcast_ref)
//! back unchanged, such as a host function's own error or a [`Trap`], and knows
//! [where](Error::backtrace) WebAssembly was.
//! After a trap the machine is as usable as before.
//!
//! ```
//! # use dergwasm::{Instance, Machine, Module};
//! use dergwasm::Trap;
//!
//! # let module = Module::new(br#"(module $calculator
//! #     (func $divide (export "divide") (param i32 i32) (result i32)
//! #         (i32.div_s (local.get 0) (local.get 1))))"#)?;
//! # let mut machine = Machine::new(());
//! # let instance = Instance::new(&mut machine, &module, &[])?;
//! let divide = instance.get_typed_func::<(i32, i32), i32>(&machine, "divide")?;
//! let error = divide.call(&mut machine, (1, 0)).unwrap_err();
//! assert_eq!(error.trap(), Some(Trap::IntegerDivideByZero));
//! assert_eq!(error.to_string(), "trap: integer divide by zero");
//! let frame = &error.backtrace().expect("a trap has one").frames()[0];
//! assert_eq!(frame.func_name.as_deref(), Some("divide"));
//! assert_eq!(divide.call(&mut machine, (7, 2))?, 3);
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # Limits
//!
//! A guest that you do not trust can be bounded: its memory with [`Machine::limiter`], its depth
//! of calls with [`Config::max_call_depth`], its time with fuel or from another thread with an
//! [`InterruptHandle`]. A run that ends for want of fuel can go on later:
//!
//! ```
//! # use dergwasm::{Instance, Module};
//! use dergwasm::{Config, Machine, ResourceLimits, TypedResumableCall};
//!
//! # let module = Module::new(br#"(module (func (export "count") (param i32) (result i32)
//! #     (local i32)
//! #     (loop (local.set 1 (i32.add (local.get 1) (i32.const 1)))
//! #           (br_if 0 (i32.lt_s (local.get 1) (local.get 0))))
//! #     local.get 1))"#)?;
//! let mut config = Config::new();
//! config.consume_fuel(true).max_call_depth(1000);
//! let mut machine = Machine::with_config(&config, ());
//! machine.set_limiter(ResourceLimits::new().memory_bytes(16 << 20));
//! machine.set_fuel(1000)?;
//! # let instance = Instance::new(&mut machine, &module, &[])?;
//! let count = instance.get_typed_func::<i32, i32>(&machine, "count")?;
//! let mut call = count.call_resumable(&mut machine, 10_000)?;
//! let mut refills = 0;
//! let result = loop {
//!     match call {
//!         TypedResumableCall::Finished(result) => break result,
//!         TypedResumableCall::Paused(paused) => {
//!             refills += 1;
//!             machine.set_fuel(1000)?;
//!             call = paused.resume(&mut machine)?;
//!         }
//!     }
//! };
//! assert!(result == 10_000 && refills > 0);
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # Programs
//!
//! With feature `wasi`, the module `wasi` runs command-line programs, and the module `sys` gives
//! them real, captured, fixed or observed streams, clocks and randomness:
//!
//! ```
//! use dergwasm::{Linker, Machine, Module, sys::Capture, wasi::{self, Wasi}};
//!
//! # let module = Module::new(br#"(module
//! #     (import "wasi_snapshot_preview1" "fd_write"
//! #         (func $fd_write (param i32 i32 i32 i32) (result i32)))
//! #     (memory (export "memory") 1)
//! #     (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
//! #     (func (export "_start")
//! #         (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))"#)?;
//! let stdout = Capture::new();
//! let wasi = Wasi::builder().args(["hello"]).stdout(stdout.clone()).build();
//! let mut linker = Linker::new();
//! linker.define_module(|wasi: &mut Wasi| wasi)?;
//! let mut machine = Machine::new(wasi);
//! let instance = linker.instantiate(&mut machine, &module)?;
//! assert_eq!(wasi::run(&mut machine, instance)?, 0);
//! assert_eq!(stdout.text(), "hello\n");
//! # Ok::<(), dergwasm::Error>(())
//! ```
//!
//! # More
//!
//! The guide `docs/EMBEDDING.md` of the repository leads through all of it; [`guest`] has typed
//! data of guests, [`host_module`](macro@host_module) makes host modules of `impl` blocks.
//!
//! # Features
//!
//! - `std` (default). Without it everything but WASI and the text format needs only `alloc`.
//! - `wat`: [`Module::new`] takes the text format.
//! - `wasi`: WASI preview 1.
//! - `emscripten`: programs built by Emscripten without its JavaScript.
//! - `macros` (default): [`host_module`] and the derive of [`GuestType`](macro@GuestType).
//! - `parallel` (default): large modules are validated and, in the eager mode, translated by
//!   several threads, unless [`Config::parallel`] forbids it.
//! - `portable-dispatch`: run every instruction through a loop instead of sibling calls.
//! - `statistics`: `exec::executed` counts what is executed, slowly, in such a loop.
//!
//! # Layers
//!
//! The crates under this one can be used alone, and are here under short names: [`types`],
//! [`decode`], [`store`], [`exec`]. The code of this facade is `dergwasm-host`.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[doc(inline)]
pub use dergwasm_host::{
    AnyRef, ArrayRef, AsMachine, AsMachineMut, Backtrace, BacktraceFrame, Caller, Closed,
    CompilationMode, CompositeType, Config, Core, CoreMut, CostClass, Decision, DefinedType,
    DescribedModule, EqRef, Error, ErrorKind, Escaped, Exception, ExnRef, Export, Extern,
    ExternKind, ExternRef, ExternType, FUEL_VERSION, FieldType, FuelCosts, Func, FuncType, Global,
    GlobalType, HeapStats, HeapType, HostModule, I31, Instance, InterruptHandle, IntoFunc,
    IntoWasm, IntoWasmList, LinkError, Linker, Machine, MachineMut, MachineRef, Memory, MemoryType,
    MissingImport, MissingImports, Module, OwnedRooted, PausedCall, RefType, Referent, Resource,
    ResourceLimiter, ResourceLimits, ResumableCall, RootScope, Rooted, Scalar, StorageType,
    StructRef, StructType, SubType, Table, TableType, Tag, Trap, TypeIdx, TypeList, TypedFunc,
    TypedPausedCall, TypedResumableCall, Unlimited, Val, ValType, Value, WasmParams, WasmResults,
    WasmRet, WasmTy, WasmTyList,
};

#[cfg(feature = "std")]
#[doc(inline)]
pub use dergwasm_host::UnparkOnInterrupt;
#[doc(inline)]
pub use dergwasm_host::{describe, guest};

#[cfg(feature = "macros")]
#[doc(inline)]
pub use dergwasm_macros::{FacadeGuestType as GuestType, facade_host_module as host_module};

#[doc(inline)]
pub use dergwasm_decode::{Features, ParseLimits};

#[cfg(feature = "emscripten")]
#[doc(inline)]
pub use dergwasm_host::emscripten;
#[cfg(feature = "wasi")]
#[doc(inline)]
pub use dergwasm_host::{sys, wasi};

#[doc(no_inline)]
pub use dergwasm_decode as decode;
#[doc(no_inline)]
pub use dergwasm_exec as exec;
#[doc(no_inline)]
pub use dergwasm_store as store;
#[doc(no_inline)]
pub use dergwasm_types as types;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/EMBEDDING.md")]
struct EmbeddingGuide;
