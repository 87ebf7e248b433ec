//! Arrays of a guest, with and without a length.

use super::{
    Address, AsGuestMemory, AsGuestMemoryMut, GuestType, Origin, Problem, Ptr,
    memory::{view, view_mut},
    ptr::pointer,
};
use crate::Error;
use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};

/// An array with its length: two arguments, the address of the first element and the number of
/// elements.
///
/// ```
/// use dergwasm_host::{Error, guest::Slice};
///
/// let mut memory = [0_u8; 8];
/// let slice = Slice::<u16>::new(1, 3);
/// slice.write_from(&mut memory[..], &[1, 2, 3])?;
/// assert_eq!(slice.bytes(&memory[..])?, [1, 0, 2, 0, 3, 0]);
/// assert_eq!(slice.get(&memory[..], 2)?, 3);
/// assert!(Slice::<u16>::new(1, u32::MAX).read_vec(&memory[..]).is_err());
/// # Ok::<(), Error>(())
/// ```
pub struct Slice<T, A = u32> {
    address: A,
    len: A,
    origin: Origin,
    target: PhantomData<fn() -> T>,
}

impl<T, A: Address> Slice<T, A> {
    /// The array of `len` elements from `address` on, wherever that is.
    #[must_use]
    pub const fn new(address: A, len: A) -> Self {
        Self::with_origin(address, len, Origin::NONE)
    }

    pub(super) const fn with_origin(address: A, len: A, origin: Origin) -> Self {
        Self { address, len, origin, target: PhantomData }
    }

    /// The address of the first element, as the guest gave it.
    #[must_use]
    pub const fn address(self) -> A {
        self.address
    }

    /// How many elements the guest says there are.
    #[must_use]
    pub const fn len(self) -> A {
        self.len
    }

    /// Whether the guest says there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len == A::ZERO
    }

    pub(super) const fn origin(self) -> Origin {
        self.origin
    }
}

impl<T: GuestType, A: Address> Slice<T, A> {
    /// How many bytes `len` elements take; what overflows is out of bounds in any case.
    ///
    /// Elements without a size count as one byte, so that their number is bounded too.
    const fn size_of(len: u64) -> u64 {
        len.saturating_mul(if T::SIZE == 0 { 1 } else { T::SIZE as u64 })
    }

    /// The bytes of all elements, without copying.
    ///
    /// # Errors
    /// They are not all in the memory.
    pub fn bytes(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&[u8], Error> {
        view(memory, self.address.into(), Self::size_of(self.len.into()), self.origin)
    }

    /// The bytes of all elements, to change them.
    ///
    /// # Errors
    /// They are not all in the memory.
    pub fn bytes_mut(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
    ) -> Result<&mut [u8], Error> {
        view_mut(memory, self.address.into(), Self::size_of(self.len.into()), self.origin)
    }

    /// Element `index`.
    ///
    /// # Errors
    /// There are not as many elements, it is not in the memory, or its bytes are no `T`.
    pub fn get(self, memory: &(impl AsGuestMemory + ?Sized), index: u64) -> Result<T, Error> {
        self.check(index.saturating_add(1))?;
        self.elements().get(memory, index)
    }

    /// Sets element `index`.
    ///
    /// # Errors
    /// There are not as many elements, or it is not in the memory.
    pub fn set(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        index: u64,
        value: &T,
    ) -> Result<(), Error> {
        self.check(index.saturating_add(1))?;
        self.elements().set(memory, index, value)
    }

    /// A copy of all elements.
    ///
    /// # Errors
    /// They are not all in the memory, or the bytes of one are no `T`.
    pub fn read_vec(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<Vec<T>, Error> {
        let bytes = self.bytes(memory)?;
        let read = |i| T::read(&bytes[i * T::SIZE..(i + 1) * T::SIZE]);
        let len = bytes.len().checked_div(T::SIZE).unwrap_or(bytes.len());
        let values = (0..len).map(read).collect::<Result<_, _>>();
        values.map_err(|problem| self.origin.error(problem))
    }

    /// Sets the first elements to `values`.
    ///
    /// # Errors
    /// There are not as many elements, or they are not all in the memory, which is unchanged.
    pub fn write_from(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        values: &[T],
    ) -> Result<(), Error> {
        self.check(values.len() as u64)?;
        let size = Self::size_of(values.len() as u64);
        let bytes = view_mut(memory, self.address.into(), size, self.origin)?;
        for (i, value) in values.iter().enumerate() {
            value.write(&mut bytes[i * T::SIZE..(i + 1) * T::SIZE]);
        }
        Ok(())
    }

    fn elements(self) -> Array<T, A> {
        Array::with_origin(self.address, self.origin)
    }

    fn check(self, wanted: u64) -> Result<(), Error> {
        let len = self.len.into();
        if wanted > len {
            return Err(self.origin.error(Problem::TooLong { wanted, len }));
        }
        Ok(())
    }
}

impl<T, A: Copy> Clone for Slice<T, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, A: Copy> Copy for Slice<T, A> {}

impl<T, A: Copy + Into<u64>> fmt::Debug for Slice<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slice({:#x}, {})", self.address.into(), self.len.into())
    }
}

pointer! {
    /// An array whose length the host knows from elsewhere: the address of its first element.
    Array
}

impl<T: GuestType, A: Address> Array<T, A> {
    /// Element `index`.
    ///
    /// # Errors
    /// It is not in the memory, or its bytes are no `T`.
    pub fn get(self, memory: &(impl AsGuestMemory + ?Sized), index: u64) -> Result<T, Error> {
        let (address, origin) = self.element(index);
        let bytes = view(memory, address, T::SIZE as u64, origin)?;
        T::read(bytes).map_err(|problem| origin.error(problem))
    }

    /// Sets element `index`.
    ///
    /// # Errors
    /// It is not in the memory.
    pub fn set(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        index: u64,
        value: &T,
    ) -> Result<(), Error> {
        let (address, origin) = self.element(index);
        value.write(view_mut(memory, address, T::SIZE as u64, origin)?);
        Ok(())
    }

    /// The first `len` elements.
    #[must_use]
    pub fn slice(self, len: A) -> Slice<T, A> {
        let (_, origin) = self.at();
        Slice::with_origin(self.address(), len, origin)
    }

    /// A pointer to the first element.
    #[must_use]
    pub fn as_ptr(self) -> Ptr<T, A> {
        let (_, origin) = self.at();
        Ptr::with_origin(self.address(), origin)
    }

    /// Where an element is; what overflows is out of bounds in any case.
    fn element(self, index: u64) -> (u64, Origin) {
        let (address, origin) = self.at();
        (address.saturating_add(index.saturating_mul(T::SIZE as u64)), origin)
    }
}
