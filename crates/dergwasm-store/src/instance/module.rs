//! Module instances: what the indices of a module mean in the store.
//!
//! Spec: [Execution › Runtime Structure › Module Instances](https://webassembly.github.io/spec/core/exec/runtime.html#module-instances).
//! Knows nothing of names: exports are looked up in the module.

use crate::address::{DataAddr, ElemAddr, FuncAddr, GlobalAddr, MemAddr, TableAddr, TagAddr};
use alloc::boxed::Box;

/// An instance of a module: for each index space of the module, the addresses, imports first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleInst {
    /// The functions.
    pub funcs: Box<[FuncAddr]>,
    /// The tables.
    pub tables: Box<[TableAddr]>,
    /// The memories.
    pub memories: Box<[MemAddr]>,
    /// The globals.
    pub globals: Box<[GlobalAddr]>,
    /// The tags.
    pub tags: Box<[TagAddr]>,
    /// The element segments.
    pub elems: Box<[ElemAddr]>,
    /// The data segments.
    pub datas: Box<[DataAddr]>,
}
