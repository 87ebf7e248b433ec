//! Decodes and validates WebAssembly modules.
//!
//! [`Module`] is what a binary (or, with the feature `wat`, a text) holds once it has been taken
//! apart: types, imports, exports, bodies, segments, custom sections, names. It is immutable,
//! cheap to clone and can be shared by threads. Nothing here knows how code runs: no store, no
//! instance, no translation.
//!
//! ```
//! use dergwasm_decode::Module;
//!
//! // (module (func (export "answer") (result i32) i32.const 42))
//! let bytes = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\
//!               \x07\x0a\x01\x06answer\0\0\x0a\x06\x01\x04\0\x41\x2a\x0b";
//! let module = Module::new(bytes)?;
//! let answer = module.export("answer").expect("the module exports it");
//! assert_eq!(module.export_type(answer).to_string(), "func () -> i32");
//!
//! let error = Module::new(&bytes[..bytes.len() - 1]).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "malformed module at offset 0x23 in the code section: unexpected end"
//! );
//! # Ok::<(), dergwasm_decode::DecodeError>(())
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod body;
mod check;
mod const_expr;
mod decoder;
mod error;
mod fast_path;
mod features;
mod index_space;
mod module;
mod names;
mod operators;
mod options;
#[cfg(feature = "parallel")]
mod parallel;
mod print;
mod room;
mod section;
mod text;

pub use const_expr::{ConstExpr, ConstOp};
pub use error::{DecodeError, FuncLabel, Location};
pub use features::Features;
pub use module::Module;
pub use names::Names;
pub use operators::{Operators, UseOperator};
pub use options::{DecodeOptions, ParseLimits, Validation};
pub use section::branch_hints::BranchHint;
pub use section::code::Func;
pub use section::data::{DataMode, DataSegment};
pub use section::elements::{ElementItems, ElementMode, ElementSegment};
pub use section::exports::Export;
pub use section::globals::Global;
pub use section::imports::{Import, ImportType};
pub use section::tables::Table;
pub use section::{Section, SectionKind};
