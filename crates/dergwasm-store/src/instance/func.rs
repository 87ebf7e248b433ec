//! Functions: a type and an id by which the engine or the host finds the code.
//!
//! Spec: [Execution › Runtime Structure › Function Instances](https://webassembly.github.io/spec/core/exec/runtime.html#function-instances).
//! Knows nothing of code.

use crate::{address::InstanceAddr, type_interner::TypeId};
use dergwasm_types::FuncIdx;

/// A function of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuncInst {
    /// Its type.
    pub ty: TypeId,
    /// Where its code is.
    pub kind: FuncKind,
}

/// Where the code of a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FuncKind {
    /// In a module.
    Wasm {
        /// The instance of the module that defines it.
        instance: InstanceAddr,
        /// Its index in that module.
        func: FuncIdx,
    },
    /// In the host.
    Host(HostFuncId),
}

/// What a host function is called in the host's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostFuncId(pub u32);
