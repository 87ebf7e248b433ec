//! Exception tags of a machine.
//!
//! Spec: [Execution › Runtime Structure › Tag Instances](https://webassembly.github.io/spec/core/exec/runtime.html#tag-instances).

use crate::{AsMachine, AsMachineMut, Error};
use dergwasm_store::{StoreError, TagAddr};
use dergwasm_types::FuncType;

/// An exception tag of a machine: its address in the store.
///
/// ```
/// use dergwasm_host::{Error, FuncType, Machine, Tag, ValType};
///
/// let mut machine = Machine::new(());
/// let tag = Tag::new(&mut machine, &FuncType::new([ValType::I32], []))?;
/// assert_eq!(tag.ty(&machine)?.params(), [ValType::I32]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(TagAddr);

impl From<TagAddr> for Tag {
    fn from(addr: TagAddr) -> Self {
        Self(addr)
    }
}

impl Tag {
    /// Allocates a tag of exceptions that carry the parameters of `ty`.
    ///
    /// # Errors
    /// The store refuses another tag.
    pub fn new(mut machine: impl AsMachineMut, ty: &FuncType) -> Result<Self, Error> {
        Ok(Self(machine.as_machine_mut().core.alloc_tag(ty)?))
    }

    /// The address in the store.
    #[must_use]
    pub const fn addr(self) -> TagAddr {
        self.0
    }

    /// The type; its parameters are what an exception carries.
    ///
    /// # Errors
    /// The tag is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<FuncType, Error> {
        let store = machine.as_machine().core.store();
        let tag = store
            .tags()
            .get(self.0)
            .ok_or(StoreError::UnknownAddress { kind: "tag", address: self.0.0.into() })?;
        Ok(store.func_type(tag.ty).clone())
    }
}
