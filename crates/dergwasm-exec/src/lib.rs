//! The Dergwasm machine: translation of WebAssembly to register code, and its execution.
//!
//! A [`Module`] is decoded, validated and, function by function, translated; a [`Machine`] owns the
//! store and the value stack, instantiates modules and invokes functions; the [`Host`] is its
//! system calls. See [`Machine`] for an example.
//!
//! Knows nothing of typed host functions, linking by name, or files: that is `dergwasm-host`.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod aggregates;
mod backtrace;
mod closed_types;
mod config;
mod continuation;
mod disassemble;
mod dispatch;
mod error;
mod frames;
mod fuel;
mod handler;

mod host;
mod instance;
mod instantiate;
mod interrupt;
mod invoke;
mod ir;
mod lineage;
mod machine;
mod machine_mut;
#[cfg(all(test, loom))]
mod models;
mod module;
mod module_types;
mod numeric;
mod objects;
#[cfg(feature = "parallel")]
mod parallel;
mod parts;
mod pause;
mod roots;
mod stack;
mod statistics;
mod store_access;
mod store_requests;
mod sync;
mod translate;
mod unwind;

pub use backtrace::{Backtrace, BacktraceFrame};
pub use config::{CompilationMode, Config};
pub use disassemble::disassemble;
pub use error::{Error, ErrorKind, Exception, LinkError};
pub use fuel::{CostClass, FUEL_VERSION, FuelCosts};
pub use host::{Host, HostCall, NoHost};
pub use instantiate::Supply;
pub use interrupt::InterruptHandle;
#[cfg(feature = "std")]
pub use interrupt::UnparkOnInterrupt;
pub use ir::Opcode;
pub use lineage::{Lineage, Mark};
pub use machine::Machine;
pub use machine_mut::MachineMut;
pub use module::Module;
pub use pause::{Outcome, PausedRun};
pub use roots::RootId;
pub use statistics::{CodeInstr, instructions};
#[cfg(feature = "statistics")]
pub use statistics::{Step, executed};

/// Whether instructions are chained by sibling calls, not by a loop.
pub const TAIL_CALLS: bool = dispatch::TAIL_CALLS;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
