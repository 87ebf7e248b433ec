//! Typed data of guests: pointers, arrays, strings, structures and handles, as arguments of host
//! functions and in memory.
//!
//! Every type here is an address or a number that a guest claims. Nothing is believed: an access
//! is checked against the memory when it is made, alignment is not asked for, nothing is
//! allocated before its bytes are known to exist, and an error names the argument it came from.
//!
//! ```
//! use dergwasm_host::{Caller, Error, Linker, Machine, Module, guest::{Out, Slice, Utf8}};
//!
//! # let wasm = wat::parse_str(
//! #     r#"(module
//! #         (import "host" "shout" (func $shout (param i32 i32)))
//! #         (import "host" "sum" (func $sum (param i32 i32 i32)))
//! #         (memory (export "memory") 1)
//! #         (data (i32.const 8) "hello") (data (i32.const 16) "\01\00\00\00\02\00\00\00")
//! #         (func (export "run") (result i64)
//! #             (call $shout (i32.const 8) (i32.const 5))
//! #             (call $sum (i32.const 16) (i32.const 2) (i32.const 32))
//! #             (i64.load (i32.const 32)))
//! #         (func (export "wild") (call $shout (i32.const 0xfffe) (i32.const 5))))"#,
//! # )?;
//! # let module = Module::new(&wasm)?;
//! let mut linker = Linker::new();
//! linker.func_wrap("host", "shout", |mut caller: Caller<'_, String>, text: Utf8| {
//!     let text = text.to_str(&caller)?.to_uppercase();
//!     caller.data_mut().push_str(&text);
//!     Ok(())
//! })?;
//! linker.func_wrap(
//!     "host",
//!     "sum",
//!     |mut caller: Caller<'_, String>, numbers: Slice<u32>, sum: Out<u64>| {
//!         let numbers = numbers.read_vec(&caller)?;
//!         sum.write(&mut caller, &numbers.iter().map(|&n| u64::from(n)).sum())
//!     },
//! )?;
//!
//! let mut machine = Machine::new(String::new());
//! let instance = linker.instantiate(&mut machine, &module)?;
//! assert_eq!(instance.get_typed_func::<(), i64>(&machine, "run")?.call(&mut machine, ())?, 3);
//! assert_eq!(machine.data(), "HELLO");
//!
//! let error = instance.get_typed_func::<(), ()>(&machine, "wild")?.call(&mut machine, ());
//! assert_eq!(
//!     error.unwrap_err().to_string(),
//!     "argument 1 of `host.shout`: 0xfffe..0x10003 is out of bounds of memory of 0x10000 bytes",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The types have two forms: `Ptr<T>` for memories with 32-bit addresses, and `Ptr<T, u64>` for
//! those with 64-bit addresses; so have all others that hold an address.
//!
//! [`GuestType`] is what can lie in memory, [`WasmArg`] what a host function can take, and
//! [`IntoWasm`](crate::IntoWasm) what it can return.

mod address;
mod allocator;
mod arg;
mod array;
mod error;
mod guest_type;
mod handle;
mod layout;
#[doc(hidden)]
pub mod macros;
mod memory;
mod prefixed;
mod ptr;
mod text;

pub use address::Address;
pub use allocator::{ExportedAllocator, GuestAllocator};
pub use arg::WasmArg;
pub use array::{Array, Slice};
pub(crate) use error::FuncName;
#[doc(hidden)]
pub use error::Origins;
pub use error::{ArgumentError, Origin, Problem};
pub use guest_type::GuestType;
pub use handle::{Handle, HandleId, Handles};
#[doc(hidden)]
pub use layout::Layout;
pub use memory::{AsGuestMemory, AsGuestMemoryMut, GuestMemory};
pub use prefixed::{Prefixed, PrefixedStr};
pub use ptr::{Out, Ptr};
pub use text::{CStr, Utf8};

#[cfg(test)]
mod tests;
