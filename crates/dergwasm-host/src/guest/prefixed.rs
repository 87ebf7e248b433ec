//! Arrays and strings whose length lies in front of them.

use super::{
    Address, AsGuestMemory, GuestType, Origin, Problem, Ptr, Slice, ptr::pointer, text::utf8,
};
use crate::Error;
use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};

/// How many bytes the length takes.
const LENGTH: u64 = 4;

pointer! {
    /// A pointer to an `i32`, the number of elements, after which the elements follow.
    ///
    /// ```
    /// use dergwasm_host::{Error, guest::Prefixed};
    ///
    /// let memory = [0, 2, 0, 0, 0, 7, 0, 8, 0, 9];
    /// assert_eq!(Prefixed::<u16>::new(1).read_vec(&memory[..])?, [7, 8]);
    /// assert!(Prefixed::<u16>::new(4).read_vec(&memory[..]).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    Prefixed
}

impl<T: GuestType, A: Address> Prefixed<T, A> {
    /// The elements.
    ///
    /// # Errors
    /// The length is negative or not in the memory.
    pub fn slice(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<Slice<T, A>, Error> {
        let (address, origin) = self.at();
        let len = Ptr::<i32, A>::with_origin(self.address(), origin).read(memory)?;
        let invalid = || Problem::Invalid { value: len.into(), expected: "a length" };
        let elements = u64::try_from(len).ok().and_then(|len| A::try_from(len).ok());
        let elements = elements.ok_or_else(|| origin.error(invalid()))?;
        // The length was in the memory, so what overflows has nothing behind it.
        let start = A::try_from(address.saturating_add(LENGTH));
        let start = start.map_err(|_| {
            let memory = address.saturating_add(LENGTH);
            origin.error(Problem::OutOfBounds { address: memory, len: elements.into(), memory })
        })?;
        Ok(Slice::with_origin(start, elements, origin))
    }

    /// The bytes of all elements, without copying.
    ///
    /// # Errors
    /// The length is negative, or not everything is in the memory.
    pub fn bytes(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&[u8], Error> {
        self.slice(memory)?.bytes(memory)
    }

    /// A copy of all elements.
    ///
    /// # Errors
    /// The length is negative, not everything is in the memory, or the bytes of an element are no
    /// `T`.
    pub fn read_vec(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<Vec<T>, Error> {
        self.slice(memory)?.read_vec(memory)
    }
}

/// A pointer to an `i32`, the number of bytes, after which a string follows.
#[derive(Clone, Copy)]
pub struct PrefixedStr<A: Copy = u32>(Prefixed<u8, A>);

impl<A: Address> PrefixedStr<A> {
    /// The string whose length is at `address`, wherever that is.
    #[must_use]
    pub const fn new(address: A) -> Self {
        Self::with_origin(address, Origin::NONE)
    }

    pub(super) const fn with_origin(address: A, origin: Origin) -> Self {
        Self(Prefixed::with_origin(address, origin))
    }

    /// The address, as the guest gave it.
    #[must_use]
    pub const fn address(self) -> A {
        self.0.address()
    }

    /// The text, without copying.
    ///
    /// # Errors
    /// The length is negative, not everything is in the memory, or it is not UTF-8.
    pub fn to_str(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&str, Error> {
        let slice = self.0.slice(memory)?;
        utf8(slice.bytes(memory)?, slice.address().into(), slice.origin())
    }
}

impl<A: Copy + Into<u64>> fmt::Debug for PrefixedStr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PrefixedStr").field(&self.0).finish()
    }
}
