//! Exception tags of a machine.
//!
//! Spec: [Execution › Runtime Structure › Tag Instances](https://webassembly.github.io/spec/core/exec/runtime.html#tag-instances).

use crate::{
    AsMachine, AsMachineMut, DefinedType, Error,
    marked::{Marked, handle},
};
use dergwasm_store::{TagAddr, TagInst};
use dergwasm_types::{Closed, FuncType};

/// An exception tag of a machine.
///
/// ```
/// use dergwasm_host::{Error, FuncType, Machine, Tag, ValType};
///
/// let mut machine = Machine::new(());
/// let tag = Tag::new(&mut machine, FuncType::new([ValType::I32], []))?;
/// assert_eq!(tag.ty(&machine)?.params(), [ValType::I32]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Marked<TagAddr>);

handle!(Tag, TagAddr, "tag", tags, TagInst);

impl Tag {
    /// Allocates a tag of exceptions that carry the parameters of `ty`.
    ///
    /// # Errors
    /// The store refuses another tag.
    pub fn new(
        mut machine: impl AsMachineMut,
        ty: impl Into<Closed<FuncType>>,
    ) -> Result<Self, Error> {
        let mut core = machine.as_machine_mut().core;
        let id = core.resolve_func_type(&ty.into())?;
        let addr = core.alloc_tag_of(id)?;
        Ok(Self::new_in(addr, &core))
    }

    /// Allocates a tag of a type that the machine has: one that a module defines together with
    /// others can only be had so.
    ///
    /// # Errors
    /// The type is no type of functions of this machine, or the store refuses another tag.
    pub fn with_type(mut machine: impl AsMachineMut, ty: &DefinedType) -> Result<Self, Error> {
        let mut core = machine.as_machine_mut().core;
        let id = ty.id_in(&core)?;
        let addr = core.alloc_tag_of(id)?;
        Ok(Self::new_in(addr, &core))
    }

    /// The type; its parameters are what an exception carries.
    ///
    /// # Errors
    /// The tag is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<FuncType, Error> {
        let core = machine.as_machine().core;
        Ok(core.store().func_type(self.instance(core)?.ty).clone())
    }
}
