//! Instances: what the addresses of a store point to, one kind a file.
//!
//! Spec: [Execution › Runtime Structure](https://webassembly.github.io/spec/core/exec/runtime.html).
//!
//! Memories, tables and globals have parts that raw pointers lead to. Their types end in a field
//! of type `[()]` and are therefore unsized: a `&mut MemInst` can change a memory, but
//! `core::mem::swap` and its kin, which would carry it into another store, do not accept it. The
//! store holds the sized form, `MemInst<[(); 0]>`, which turns into the other by coercion.

mod data;
mod element;
mod export;
mod func;
mod global;
mod memory;
mod module;
mod table;
mod tag;

pub use data::DataInst;
pub use element::ElemInst;
pub use export::ExternVal;
pub use func::{FuncInst, FuncKind, HostFuncId};
pub(crate) use global::GlobalBlock;
pub use global::GlobalInst;
pub use memory::{MemInst, MemoryView, Scalar};
pub(crate) use memory::{Pool, PoolMark, Region, memory_bytes};
pub use module::ModuleInst;
pub(crate) use table::check_size as check_table_size;
pub use table::{TableInst, TableView};
pub use tag::TagInst;
