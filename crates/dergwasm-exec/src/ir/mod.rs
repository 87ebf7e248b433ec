//! The internal code: instructions, their shapes and operands, and code ready to run.
//!
//! [`table`] is the single source: the opcode enum, the operand structs, the handler tables and
//! the listing all come from it. Knows nothing of how wasm becomes internal code
//! (`translate`) and of what instructions do (`handler`).

pub(crate) mod code;
mod field;
pub(crate) mod forms;
pub(crate) mod layout;
pub(crate) mod listing;
mod opcode;
mod shape;
pub(crate) mod side_tables;
pub(crate) mod table;
mod word;

pub(crate) use field::{Entry, Field, FieldKind, Imm, Index, Slot, SlotCopy, Target};
pub use opcode::Opcode;
pub(crate) use opcode::{LanesOperands, OpWord};
pub(crate) use shape::{Class, Fusion, Places, Shape};
pub(crate) use side_tables::{RegionId, SideTables};
pub(crate) use word::{FieldInit, Pair, half_index, vector_of_words, vector_words};
