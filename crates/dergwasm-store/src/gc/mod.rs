//! The heap of garbage-collected objects: structures, arrays, exceptions, and host values.
//!
//! Spec: [Execution › Runtime Structure › Aggregate Instances](https://webassembly.github.io/spec/core/exec/runtime.html#aggregate-instances).
//! Knows types only as layouts, and roots only as words: the store brings both.
//!
//! Objects do not move. The heap is divided into lines; objects are allocated one after another in
//! runs of free lines, and a collection finds out which lines hold nothing that can be reached.

mod array;
mod heap;
mod hold;
mod host_values;
mod layout;
mod mark;
mod marks;
mod object;
mod policy;
#[expect(unsafe_code, reason = "holds the memory that INV-HEAP is about")]
mod raw;
mod trace;

pub(crate) use array::ArrayPlace;
pub(crate) use heap::Heap;
pub use heap::{Collect, HeapFull, HeapStats};
pub use hold::Hold;
pub(crate) use hold::Holds;
pub(crate) use host_values::{HostMarks, HostValues};
pub use layout::{FieldLayout, StructLayout, array_element_size};
pub(crate) use mark::{Marker, Outcome};
pub(crate) use object::write_field;
pub use object::{GcRef, Object, ObjectError, ObjectHeader};
pub use raw::{HEAP_SLACK, HeapView};
pub(crate) use trace::{TraceMark, TraceTable};

/// The largest object that an engine may allocate by bumping, in bytes with its header.
pub const MAX_BUMP: u64 = 4096;

/// The bytes of an object's header, behind which its fields or elements begin.
pub const HEADER_SIZE: u32 = 8;

/// The type word of an exception is this bit and the address of its tag.
pub const EXCEPTION_TYPE: u32 = 1 << 31;

/// The type in the headers of continuations. Such an object is like an array of the references
/// that the continuation has; what else it consists of, the engine keeps.
pub const CONTINUATION_TYPE: u32 = 1 << 30;
