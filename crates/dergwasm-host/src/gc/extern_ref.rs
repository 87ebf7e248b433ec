//! References to values of the host.

use super::{AnyRef, Rooted};
use crate::{AsMachine, AsMachineMut, Error};
use alloc::boxed::Box;
use core::any::Any;

/// A value of the host, or what a guest passes off as one: what an `externref` leads to.
///
/// Guests can keep it and hand it back, but not look into it. The value is dropped when neither
/// a guest nor a handle leads to it any more.
///
/// ```
/// use dergwasm_host::{ExternRef, Instance, Machine, Module, Rooted};
///
/// # let wasm = wat::parse_str(
/// #     r#"(module (func (export "same") (param externref) (result externref) local.get 0))"#,
/// # )?;
/// let mut machine = Machine::new(());
/// let instance = Instance::new(&mut machine, &Module::new(&wasm)?, &[])?;
/// let same = instance
///     .get_typed_func::<Option<Rooted<ExternRef>>, Option<Rooted<ExternRef>>>(&machine, "same")?;
/// let name = ExternRef::new(&mut machine, String::from("Ada"))?;
/// let back = same.call(&mut machine, Some(name))?.expect("what was passed is not null");
/// let value = back.data(&machine)?.and_then(|value| value.downcast_ref::<String>());
/// assert_eq!(value.map(String::as_str), Some("Ada"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternRef {}

impl ExternRef {
    /// Gives a value to the machine.
    ///
    /// # Errors
    /// There are 2^30 host values, or memory is used up.
    pub fn new(
        mut machine: impl AsMachineMut,
        value: impl Any + Send + Sync,
    ) -> Result<Rooted<Self>, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let word = core.alloc_extern(&mut host, Box::new(value))?;
        Ok(Rooted::new(word, &mut core))
    }

    /// What guests made, passed off as a host value: `extern.convert_any`.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn convert_any(
        machine: impl AsMachine,
        reference: Rooted<AnyRef>,
    ) -> Result<Rooted<Self>, Error> {
        reference.word(machine.as_machine().core)?;
        Ok(reference.as_ref_to())
    }
}

impl Rooted<ExternRef> {
    /// The value; `None` if it is something of the guests' own.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn data<'a>(
        &self,
        machine: &'a impl AsMachine,
    ) -> Result<Option<&'a (dyn Any + Send + Sync)>, Error> {
        let core = machine.as_machine().core;
        let word = self.word(core)?;
        Ok(core.store().extern_value(word))
    }

    /// The value, to change it; `None` if it is something of the guests' own.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn data_mut<'a>(
        &self,
        machine: &'a mut impl AsMachineMut,
    ) -> Result<Option<&'a mut (dyn Any + Send + Sync)>, Error> {
        let core = machine.as_machine_mut().core;
        let word = self.word(&core)?;
        Ok(core.into_extern_value_mut(word))
    }
}
