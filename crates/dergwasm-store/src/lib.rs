//! The WebAssembly store: every instance a program can reach, by address.
//!
//! Spec: [Execution › Runtime Structure › Store](https://webassembly.github.io/spec/core/exec/runtime.html#store).
//! Knows nothing of bytecode, decoding or host functions: it can hold the state of any engine.
//! Functions are ids here, their code lives elsewhere.
//!
//! Each kind of instance has an [address space](AddressSpace) of its own: 0, 1, 2, … in the order
//! of allocation, without holes, never reused. Memory 0 is the *heap*.
//!
//! ```
//! use dergwasm_store::{Store, Unlimited, types::MemoryType};
//!
//! let mut store = Store::new();
//! let heap = store.alloc_memory(MemoryType::new(1, Some(3)), &mut Unlimited)?;
//! assert_eq!(store.grow_memory(heap, 2, &mut Unlimited)?, Some(1));
//! assert_eq!(store.grow_memory(heap, 1, &mut Unlimited)?, None);
//!
//! let memory = store.memory_mut(heap).expect("just allocated");
//! memory.set(0x1_0000, 0xdead_beef_u32)?;
//! assert_eq!(memory.get::<u8>(0x1_0000)?, 0xef);
//! assert!(memory.get::<u32>(0x2_fffd).is_err());
//! # Ok::<(), dergwasm_store::StoreError>(())
//! ```
//!
//! # Types and objects
//!
//! Types are canonical: [`Store::intern_group`] gives equal types equal [ids](TypeId). Structures,
//! arrays and exceptions are objects on a heap that [`Store::collect`] frees of what cannot be
//! reached. A reference in a value is a word whose upper half is zero:
//!
//! - 0 is null;
//! - of a function it is the function's address plus 1;
//! - in the any, extern and exn hierarchies it is odd for an `i31` (the integer times 2, plus 1);
//!   a multiple of 4 for an object, at twice that offset in the heap ([`GcRef`]); and otherwise 2
//!   more than 4 times the number of a host value ([`Store::alloc_extern`]).
//!
//! An object begins with an [`ObjectHeader`]; [`StructLayout`] says where fields are, and elements
//! of arrays begin at byte 8. References take 4 bytes there. All of it is
//! little-endian on every processor, as a linear memory is.
//!
//! # Limits
//!
//! The store books what it holds by [kind](Resource) and refuses what would exceed its
//! [limits](Store::set_max_total_bytes). What may grow also takes a [`ResourceLimiter`], which
//! decides case by case; [`Unlimited`] allows everything.
//!
//! # Invariants
//!
//! An engine reaches memories, tables, globals and objects through raw pointers
//! ([`MemInst::view`], [`TableInst::view`], [`GlobalInst::cell`], [`Store::alloc_globals`],
//! [`Store::heap_view`]).
//! What it may rely on, and what every `SAFETY` comment of this crate cites, is:
//!
//! - **INV-MEM** The bytes from `base` to `base + len` of a [`MemoryView`] are allocated,
//!   initialised and owned by the memory instance until the store is dropped, and the 8 bytes
//!   before `base` hold `len`. `base` and `len` change only when the memory grows, and `len` never
//!   falls. Bytes past `len` that are already allocated are zero. The same holds for the elements
//!   of a [`TableView`], which has no length in front.
//!   *Established by* the `raw` modules of memory and table, which alone write views.
//! - **INV-HEAP** The bytes from `base` to `base + len` of a [`HeapView`] are allocated,
//!   initialised and owned by the store until it is dropped, and [`HEAP_SLACK`] bytes after them
//!   can be read too and are initialised; where `len` is not 0 they can also be written. `base` is a multiple of 8 and never null. `base` and
//!   `len` change only in [`Store::alloc_object`], and `len` never falls. No object begins below
//!   offset 8. `bump` is a multiple of 8, and the bytes from `bump` to `bump_end` belong to no
//!   object and are zero, unless something was written through a reference that leads to no object:
//!   an engine may make an object of at most [`MAX_BUMP`] bytes there, a
//!   multiple of 8, by writing its header and raising `bump` by its size. A collection changes
//!   neither `base` nor `len` nor the bytes of objects it reaches, and leaves `bump` at `bump_end`.
//!   *Established by* `gc/raw.rs`, which alone writes views, and `gc/heap.rs`, which chooses the
//!   bytes between `bump` and `bump_end`.
//! - **INV-STORE** An address handed out by a store indexes its space forever, unless it was taken
//!   back by [`Store::rollback`], whose caller answers for nobody having it. Views, cells and
//!   global blocks stay where they are and stay valid while the store lives, also when the store
//!   itself is moved: instances with such parts are unsized types, so that safe code can change
//!   them through a reference but not move them out of their store.
//!   *Established by* [`AddressSpace`], which only ever grows, and by [`Store`], which never
//!   lends a whole space mutably.
//!
//! In return, whoever writes through these pointers does so only while nothing borrows the store,
//! from the one thread that owns it.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod address;
mod error;
mod gc;
mod instance;
mod ledger;
mod limits;
mod range;
mod store;
mod type_interner;

pub use address::{
    Address, AddressSpace, DataAddr, ElemAddr, FuncAddr, GlobalAddr, InstanceAddr, MemAddr,
    TableAddr, TagAddr,
};
/// The crate whose types the store speaks in.
pub use dergwasm_types as types;
pub use error::{Accessed, StoreError};
pub use gc::{
    CONTINUATION_TYPE, Collect, EXCEPTION_TYPE, FieldLayout, GcRef, HEADER_SIZE, HEAP_SLACK,
    HeapFull, HeapStats, HeapView, Hold, MAX_BUMP, Object, ObjectError, ObjectHeader, StructLayout,
    array_element_size,
};
pub use instance::{
    DataInst, ElemInst, ExternVal, FuncInst, FuncKind, GlobalInst, HostFuncId, MemInst, MemoryView,
    ModuleInst, Scalar, TableInst, TableView, TagInst,
};
pub use ledger::Resource;
pub use limits::{Decision, ResourceLimiter, ResourceLimits, Unlimited};
pub use store::{Checkpoint, Store};
pub use type_interner::{TypeId, TypeKind, TypeRow};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
