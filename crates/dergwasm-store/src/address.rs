//! Addresses, and the spaces they point into.
//!
//! Spec: [Execution › Runtime Structure › Addresses](https://webassembly.github.io/spec/core/exec/runtime.html#addresses).
//! Knows nothing of what an instance is.

use crate::error::StoreError;
use crate::instance::{
    DataInst, ElemInst, FuncInst, GlobalInst, MemInst, ModuleInst, TableInst, TagInst,
};
use alloc::vec::Vec;
use core::{fmt, hash::Hash, marker::PhantomData, ops::Index};

mod sealed {
    pub trait Sealed {}
}

/// A position in one of the store's address spaces.
///
/// Only the address types of this crate implement it.
pub trait Address:
    Copy + fmt::Debug + fmt::Display + Hash + Ord + sealed::Sealed + 'static
{
    /// What the address points to, in the spec's words.
    const KIND: &'static str;

    /// What the address points to.
    type Instance: ?Sized;

    /// The form in which the space keeps an instance.
    #[doc(hidden)]
    type Stored;

    /// The position as a number that can index a slice.
    fn index(self) -> usize;

    #[doc(hidden)]
    fn from_index(index: usize) -> Option<Self>;

    #[doc(hidden)]
    fn instance(stored: &Self::Stored) -> &Self::Instance;

    #[doc(hidden)]
    fn instance_mut(stored: &mut Self::Stored) -> &mut Self::Instance;
}

macro_rules! addresses {
    ($( $(#[$doc:meta])* $Name:ident => $Instance:ty as $Stored:ty, $kind:literal; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $Name(pub u32);

        impl $Name {
            /// The position as a number that can index a slice.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl sealed::Sealed for $Name {}

        impl Address for $Name {
            const KIND: &'static str = $kind;
            type Instance = $Instance;
            type Stored = $Stored;

            fn index(self) -> usize {
                self.0 as usize
            }

            fn from_index(index: usize) -> Option<Self> {
                u32::try_from(index).ok().map(Self)
            }

            fn instance(stored: &Self::Stored) -> &Self::Instance {
                stored
            }

            fn instance_mut(stored: &mut Self::Stored) -> &mut Self::Instance {
                stored
            }
        }
    )* };
}

// Each row becomes a `u32` newtype that is the address of that kind of instance. Instances that
// raw pointers lead into are unsized outside this crate (see INV-STORE), so they name their sized
// form too.
addresses! {
    /// The address of a function instance in the store.
    FuncAddr => FuncInst as FuncInst, "function";
    /// The address of a table instance in the store.
    TableAddr => TableInst as TableInst<[(); 0]>, "table";
    /// The address of a memory instance in the store.
    MemAddr => MemInst as MemInst<[(); 0]>, "memory";
    /// The address of a global instance in the store.
    GlobalAddr => GlobalInst as GlobalInst<[(); 0]>, "global";
    /// The address of a tag instance in the store.
    TagAddr => TagInst as TagInst, "tag";
    /// The address of an element segment in the store.
    ElemAddr => ElemInst as ElemInst, "element segment";
    /// The address of a data segment in the store.
    DataAddr => DataInst as DataInst, "data segment";
    /// The address of a module instance in the store.
    InstanceAddr => ModuleInst as ModuleInst, "instance";
}

/// One of the store's address spaces: instances, each at the address it was allocated.
///
/// Addresses start at 0 and are never reused, so an address stays valid for the life of the store.
pub struct AddressSpace<A: Address> {
    instances: Vec<A::Stored>,
    address: PhantomData<A>,
}

impl<A: Address> AddressSpace<A> {
    /// The instance at `address`, or `None` when this store never handed it out.
    #[must_use]
    pub fn get(&self, address: A) -> Option<&A::Instance> {
        self.instances.get(address.index()).map(A::instance)
    }

    /// The instances in the order of their addresses.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &A::Instance> + DoubleEndedIterator {
        self.instances.iter().map(A::instance)
    }

    /// How many instances were allocated: the addresses are those below this number.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.instances.len()
    }

    /// Whether nothing was allocated.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.instances.is_empty()
    }

    /// The address the next allocation will get.
    ///
    /// # Errors
    ///
    /// All 2^32 addresses are taken.
    pub fn next_address(&self) -> Result<A, StoreError> {
        A::from_index(self.len()).ok_or(StoreError::AddressesExhausted { kind: A::KIND })
    }

    /// The instance at `address`, or an error that names the address.
    pub(crate) fn lookup(&self, address: A) -> Result<&A::Instance, StoreError> {
        self.get(address).ok_or_else(|| unknown(address))
    }

    /// As [`AddressSpace::lookup`], to change the instance.
    pub(crate) fn lookup_mut(&mut self, address: A) -> Result<&mut A::Instance, StoreError> {
        self.get_mut(address).ok_or_else(|| unknown(address))
    }

    pub(crate) fn get_mut(&mut self, address: A) -> Option<&mut A::Instance> {
        self.instances.get_mut(address.index()).map(A::instance_mut)
    }

    /// Two different instances at once; an unknown address, or the same one twice, is an error.
    pub(crate) fn lookup_two(
        &mut self,
        first: A,
        second: A,
    ) -> Result<(&mut A::Instance, &A::Instance), StoreError> {
        self.lookup(first)?;
        match self.instances.get_disjoint_mut([first.index(), second.index()]) {
            Ok([first, second]) => Ok((A::instance_mut(first), A::instance(second))),
            Err(_) => Err(unknown(second)),
        }
    }

    /// Makes sure that `additional` instances can be pushed.
    pub(crate) fn reserve(&mut self, additional: usize) -> Result<(), StoreError> {
        let exhausted = StoreError::AddressesExhausted { kind: A::KIND };
        let last = self.len().checked_add(additional).ok_or(exhausted.clone())?;
        if additional > 0 && A::from_index(last - 1).is_none() {
            return Err(exhausted);
        }
        self.instances.try_reserve(additional).map_err(|_| StoreError::OutOfMemory {
            kind: A::KIND,
            bytes: additional as u64 * size_of::<A::Stored>() as u64,
        })
    }

    /// Forgets all instances but the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.instances.truncate(len);
    }

    pub(crate) fn push(&mut self, instance: A::Stored) -> Result<A, StoreError> {
        self.reserve(1)?;
        let address = self.next_address()?;
        self.instances.push(instance);
        Ok(address)
    }
}

impl<A: Address> Default for AddressSpace<A> {
    fn default() -> Self {
        Self { instances: Vec::new(), address: PhantomData }
    }
}

fn unknown<A: Address>(address: A) -> StoreError {
    StoreError::UnknownAddress { kind: A::KIND, address: address.index() as u64 }
}

impl<A: Address> Index<A> for AddressSpace<A> {
    type Output = A::Instance;

    /// # Panics
    ///
    /// This store never handed out `address`; use [`AddressSpace::get`] when it may be foreign.
    fn index(&self, address: A) -> &A::Instance {
        A::instance(&self.instances[address.index()])
    }
}

impl<A: Address> fmt::Debug for AddressSpace<A>
where
    A::Instance: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HostFuncId, TypeId, instance::FuncKind};

    fn func(id: u32) -> FuncInst {
        FuncInst { ty: TypeId(0), kind: FuncKind::Host(HostFuncId(id)) }
    }

    #[test]
    fn addresses_count_up_from_zero_without_holes() {
        let mut funcs = AddressSpace::<FuncAddr>::default();
        assert!(funcs.is_empty());
        for i in 0..1000 {
            assert_eq!(funcs.next_address(), Ok(FuncAddr(i)));
            assert_eq!(funcs.push(func(i)), Ok(FuncAddr(i)));
        }
        assert_eq!(funcs.len(), 1000);
        for (i, inst) in (0..).zip(funcs.iter()) {
            assert_eq!(inst, &func(i));
            assert_eq!(&funcs[FuncAddr(i)], inst);
        }
    }

    #[test]
    fn foreign_addresses_are_not_found() {
        let mut funcs = AddressSpace::<FuncAddr>::default();
        let here = funcs.push(func(7)).unwrap();
        for foreign in [FuncAddr(1), FuncAddr(u32::MAX)] {
            assert!(funcs.get(foreign).is_none());
            let unknown =
                StoreError::UnknownAddress { kind: "function", address: foreign.0.into() };
            assert_eq!(funcs.lookup(foreign).unwrap_err(), unknown);
            assert_eq!(funcs.lookup_mut(foreign).unwrap_err(), unknown);
            assert_eq!(funcs.lookup_two(foreign, here).unwrap_err(), unknown);
            assert_eq!(funcs.lookup_two(here, foreign).unwrap_err(), unknown);
        }
        assert!(funcs.lookup_two(here, here).is_err());
    }

    #[test]
    fn a_reservation_past_the_last_address_is_refused() {
        let mut funcs = AddressSpace::<FuncAddr>::default();
        let exhausted = Err(StoreError::AddressesExhausted { kind: "function" });
        assert_eq!(funcs.reserve(usize::MAX), exhausted);
        funcs.push(func(0)).unwrap();
        assert_eq!(funcs.reserve(usize::MAX), exhausted);
        assert_eq!(funcs.reserve(0), Ok(()));
    }
}
