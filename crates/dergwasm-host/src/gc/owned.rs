//! Handles that keep alive what they lead to by themselves.

use super::{Referent, Rooted};
use crate::{AsMachineMut, CoreMut, Error, marked::foreign};
use alloc::vec;
use core::marker::PhantomData;
use dergwasm_exec::{Machine as Core, Mark};
use dergwasm_store::Hold;

/// A reference to a `T` of a machine that keeps it alive as long as it or a clone lives.
///
/// It can be put anywhere, also into the machine's data. To use it, make a [`Rooted`] of it.
///
/// ```
/// use dergwasm_host::{ExternRef, Machine, RootScope};
///
/// let mut machine = Machine::new(());
/// let owned = {
///     let mut scope = RootScope::new(&mut machine);
///     ExternRef::new(&mut scope, 7_u8)?.to_owned_rooted(&mut scope)?
/// };
/// machine.gc();
/// let value = owned.to_rooted(&mut machine)?;
/// let value = value.data(&machine)?.and_then(|value| value.downcast_ref());
/// assert_eq!(value, Some(&7_u8));
/// # Ok::<(), dergwasm_host::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct OwnedRooted<T> {
    hold: Hold,
    mark: Mark,
    referent: PhantomData<fn() -> T>,
}

impl<T: Referent> OwnedRooted<T> {
    pub(super) fn new(word: u64, core: &mut CoreMut<'_>) -> Self {
        Self { hold: core.hold(vec![word]), mark: core.lineage().mark(), referent: PhantomData }
    }

    fn word(&self, core: &Core) -> Result<u64, Error> {
        match self.hold.words() {
            [word] if core.lineage().has(self.mark) => Ok(*word),
            _ => Err(foreign("reference")),
        }
    }

    /// A handle to the same in the innermost scope.
    ///
    /// # Errors
    /// The reference is of another machine.
    pub fn to_rooted(&self, mut machine: impl AsMachineMut) -> Result<Rooted<T>, Error> {
        let mut core = machine.as_machine_mut().core;
        let word = self.word(&core)?;
        Ok(Rooted::new(word, &mut core))
    }
}
