//! Addresses that know the machine they are of: what all handles consist of.
//!
//! The address in a handle can be read only through [`Marked::in_machine`], which asks the machine
//! whether it is one of its own. So no function that takes a handle can forget to ask.

use crate::{Error, as_machine::usage};
use core::fmt;
use dergwasm_exec::{Machine as Core, Mark};
use dergwasm_store::Address;

/// An address in the store of one machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Marked<A> {
    addr: A,
    mark: Mark,
}

impl<A: Address> Marked<A> {
    /// Marks an address of `core`.
    #[inline]
    pub(crate) const fn new(addr: A, core: &Core) -> Self {
        Self { addr, mark: core.lineage().mark() }
    }

    /// The address, after checking that it is one of `core`.
    #[inline]
    pub(crate) fn in_machine(self, core: &Core) -> Result<A, Error> {
        if core.lineage().has(self.mark) { Ok(self.addr) } else { Err(foreign(A::KIND)) }
    }
}

/// The error for a handle of another machine.
#[cold]
pub(crate) fn foreign(kind: &str) -> Error {
    usage(alloc::format!("this {kind} belongs to another machine"))
}

/// As the address alone.
impl<A: fmt::Debug> fmt::Debug for Marked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.addr.fmt(f)
    }
}

/// As the address alone.
impl<A: fmt::Display> fmt::Display for Marked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.addr.fmt(f)
    }
}

/// Makes a handle of a [`Marked`] address: how it is made, and how its address is read.
macro_rules! handle {
    ($Handle:ident, $Addr:ident, $what:literal, $space:ident, $Instance:ty) => {
        impl $Handle {
            #[doc = concat!("The handle of the ", $what, " at an address in the machine's store.")]
            ///
            /// # Errors
            #[doc = concat!("The machine has no ", $what, " there.")]
            pub fn from_addr(
                machine: impl $crate::AsMachine,
                addr: $Addr,
            ) -> Result<Self, $crate::Error> {
                let handle = Self::new_in(addr, machine.as_machine().core);
                handle.instance(machine.as_machine().core)?;
                Ok(handle)
            }

            /// The address in the store of the machine.
            ///
            /// # Errors
            #[doc = concat!("The ", $what, " is not of this machine.")]
            pub fn addr(&self, machine: impl $crate::AsMachine) -> Result<$Addr, $crate::Error> {
                self.addr_in(machine.as_machine().core)
            }

            #[inline]
            pub(crate) const fn new_in(addr: $Addr, core: &dergwasm_exec::Machine) -> Self {
                Self($crate::marked::Marked::new(addr, core))
            }

            #[inline]
            pub(crate) fn addr_in(
                self,
                core: &dergwasm_exec::Machine,
            ) -> Result<$Addr, $crate::Error> {
                self.0.in_machine(core)
            }

            /// What the handle leads to.
            #[inline]
            pub(crate) fn instance(
                self,
                core: &dergwasm_exec::Machine,
            ) -> Result<&$Instance, $crate::Error> {
                let addr = self.addr_in(core)?;
                core.store().$space().get(addr).ok_or_else(|| $crate::marked::gone(addr))
            }
        }
    };
}
pub(crate) use handle;

/// The error for an address at which there is nothing, or nothing any more.
#[cold]
pub(crate) fn gone<A: Address>(addr: A) -> Error {
    let address = addr.index() as u64;
    dergwasm_store::StoreError::UnknownAddress { kind: A::KIND, address }.into()
}
