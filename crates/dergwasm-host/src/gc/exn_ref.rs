//! Exceptions as the host makes, looks at, throws and catches them.
//!
//! Spec: [Execution › Runtime Structure › Exception Instances](https://webassembly.github.io/spec/core/exec/runtime.html#exception-instances).

use super::{Rooted, described};
use crate::{AsMachine, AsMachineMut, Error, Tag, Val, as_machine::usage};
use alloc::{format, vec, vec::Vec};
use dergwasm_exec::Machine as Core;
use dergwasm_store::TagAddr;
use dergwasm_types::Value;

/// An exception: what an `exnref` leads to.
///
/// A host function throws one by returning it as an error, and catches one that a call failed
/// with:
///
/// ```
/// use dergwasm_host::{ExnRef, Func, FuncType, Machine, Tag, Val, ValType, Caller, Error};
///
/// let mut machine = Machine::new(());
/// let tag = Tag::new(&mut machine, FuncType::new([ValType::I32], []))?;
/// let throws = Func::wrap(&mut machine, move |mut caller: Caller<'_, ()>, n: i32| {
///     let exception = ExnRef::new(&mut caller, &tag, &[Val::I32(n)])?;
///     Err::<(), Error>(exception.throw(&mut caller))
/// })?;
/// let error = throws.call(&mut machine, &[Val::I32(7)], &mut []).unwrap_err();
/// let caught = ExnRef::from_error(&mut machine, &error).expect("an exception");
/// assert_eq!(caught.tag(&machine)?, tag);
/// assert_eq!(caught.fields(&mut machine)?, [Val::I32(7)]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExnRef {}

impl ExnRef {
    /// Makes an exception with a tag and the values that it carries.
    ///
    /// # Errors
    /// The tag is not of this machine, the values are not of its types, or there is no room.
    pub fn new(
        mut machine: impl AsMachineMut,
        tag: &Tag,
        fields: &[Val],
    ) -> Result<Rooted<Self>, Error> {
        let ty = tag.ty(&machine)?;
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        if fields.len() != ty.params().len() {
            let ty = described(&ty, &core);
            return Err(usage(format!(
                "an exception of type {ty} was given {} values",
                fields.len()
            )));
        }
        let mut values = Vec::with_capacity(fields.len());
        for (i, (field, &ty)) in fields.iter().zip(ty.params()).enumerate() {
            let value = field.into_value(ty, &core);
            values
                .push(value.map_err(|error| usage(format!("value {i} of an exception: {error}")))?);
        }
        let addr = tag.addr_in(&core)?;
        let word = core.alloc_exception(&mut host, addr, &values)?;
        Ok(Rooted::new(word, &mut core))
    }

    /// The exception that no code caught, if that is what the error is, and one of this machine.
    pub fn from_error(mut machine: impl AsMachineMut, error: &Error) -> Option<Rooted<Self>> {
        let mut core = machine.as_machine_mut().core;
        let exception = error.exception().filter(|exception| exception.is_of(&core))?;
        Some(Rooted::new(exception.reference(), &mut core))
    }
}

impl Rooted<ExnRef> {
    fn tag_addr(self, core: &Core) -> Result<TagAddr, Error> {
        let tag = core.exception_tag(self.word(core)?);
        tag.ok_or_else(|| usage("this reference leads to no exception"))
    }

    /// The tag.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn tag(&self, machine: impl AsMachine) -> Result<Tag, Error> {
        let core = machine.as_machine().core;
        self.tag_addr(core).map(|addr| Tag::new_in(addr, core))
    }

    /// The values it carries.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn fields(&self, mut machine: impl AsMachineMut) -> Result<Vec<Val>, Error> {
        let ty = self.tag(&machine)?.ty(&machine)?;
        let mut core = machine.as_machine_mut().core;
        let mut values = vec![Value::ZERO; ty.params().len()];
        core.exception_values(self.word(&core)?, &mut values)?;
        let typed = values.into_iter().zip(ty.params());
        typed.map(|(value, &ty)| Val::from_value(value, ty, &mut core)).collect()
    }

    /// The exception as an error: a host function that returns it throws it in the code that
    /// called.
    ///
    /// If the reference is of another machine, or its scope has ended, the error says that.
    #[must_use]
    pub fn throw(&self, mut machine: impl AsMachineMut) -> Error {
        let mut core = machine.as_machine_mut().core;
        match self.word(&core) {
            Ok(word) => core.throw(word),
            Err(error) => error,
        }
    }
}
