//! WebAssembly's types, indices, the untyped 128-bit value, and traps.
//!
//! The leaf that every other Dergwasm crate stands on. It depends on nothing and knows neither
//! binary formats, nor stores, nor code.
//!
//! ```
//! use dergwasm_types::{FuncType, ValType, Value};
//!
//! let ty = FuncType::new([ValType::I32, ValType::I32], [ValType::I64]);
//! assert_eq!(ty.to_string(), "(i32, i32) -> i64");
//! assert_eq!(Value::from(-1i32).as_u32(), u32::MAX);
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod closed;
mod escape;
mod extern_type;
mod func_type;
mod index;
mod limits;
mod ref_type;
mod show;
mod sub_type;
mod trap;
mod val_type;
mod value;

pub use closed::{Closed, Open, TypeList};
pub use escape::{Escaped, Escaping};
pub use extern_type::{ExternKind, ExternType};
pub use func_type::FuncType;
pub use index::{
    DataIdx, ElemIdx, FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx, TypeIdx,
};
pub use limits::{GlobalType, MemoryType, PAGE_SIZE, TableType};
pub use ref_type::{HeapType, RefType};
pub use sub_type::{CompositeType, FieldType, StorageType, StructType, SubType};
pub use trap::Trap;
pub use val_type::ValType;
pub use value::Value;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
