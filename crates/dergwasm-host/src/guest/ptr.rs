//! Pointers to one value.

use super::{
    Address, AsGuestMemory, AsGuestMemoryMut, GuestType, Origin, Slice,
    memory::{view, view_mut},
};
use crate::Error;
use core::{fmt, marker::PhantomData};

/// Defines a pointer type: an address and where it came from.
macro_rules! pointer {
    ($(#[$attribute:meta])* $Name:ident) => {
        $(#[$attribute])*
        pub struct $Name<T, A = u32> {
            address: A,
            origin: Origin,
            target: PhantomData<fn() -> T>,
        }

        impl<T, A: Address> $Name<T, A> {
            /// The pointer with this address, which may be any.
            #[must_use]
            pub const fn new(address: A) -> Self {
                Self { address, origin: Origin::NONE, target: PhantomData }
            }

            pub(super) const fn with_origin(address: A, origin: Origin) -> Self {
                Self { address, origin, target: PhantomData }
            }

            /// The address, as the guest gave it.
            #[must_use]
            pub const fn address(self) -> A {
                self.address
            }

            pub(super) fn at(self) -> (u64, Origin) {
                (self.address.into(), self.origin)
            }
        }

        impl<T, A: Copy> Clone for $Name<T, A> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T, A: Copy> Copy for $Name<T, A> {}

        impl<T, A: PartialEq> PartialEq for $Name<T, A> {
            fn eq(&self, other: &Self) -> bool {
                self.address == other.address
            }
        }

        impl<T, A: Eq> Eq for $Name<T, A> {}

        impl<T, A: Copy + Into<u64>> fmt::Debug for $Name<T, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:#x})", stringify!($Name), self.address.into())
            }
        }
    };
}
pub(super) use pointer;

pointer! {
    /// A pointer to a `T`, to read and write.
    ///
    /// Address 0 is an address like any other; a pointer that may be null is an
    /// `Option<Ptr<T>>`.
    ///
    /// ```
    /// use dergwasm_host::{Error, guest::Ptr};
    ///
    /// let mut memory = [0_u8; 8];
    /// Ptr::<u32>::new(3).write(&mut memory[..], &0x0403_0201)?;
    /// assert_eq!(memory, [0, 0, 0, 1, 2, 3, 4, 0]);
    /// let error = Ptr::<u32>::new(5).read(&memory[..]).unwrap_err();
    /// assert_eq!(error.to_string(), "0x5..0x9 is out of bounds of memory of 0x8 bytes");
    /// # Ok::<(), Error>(())
    /// ```
    Ptr
}

pointer! {
    /// An out-parameter: a pointer through which a function returns a `T`.
    Out
}

impl<T: GuestType, A: Address> Ptr<T, A> {
    /// The value there.
    ///
    /// # Errors
    /// It is not in the memory, or its bytes are no `T`.
    pub fn read(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<T, Error> {
        let (address, origin) = self.at();
        let bytes = view(memory, address, T::SIZE as u64, origin)?;
        T::read(bytes).map_err(|problem| origin.error(problem))
    }

    /// Puts a value there.
    ///
    /// # Errors
    /// The place is not in the memory.
    pub fn write(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        value: &T,
    ) -> Result<(), Error> {
        let (address, origin) = self.at();
        value.write(view_mut(memory, address, T::SIZE as u64, origin)?);
        Ok(())
    }

    /// The same address as a pointer to something else.
    #[must_use]
    pub const fn cast<U>(self) -> Ptr<U, A> {
        Ptr::with_origin(self.address, self.origin)
    }

    /// The one value as a slice.
    #[must_use]
    pub const fn as_slice(self) -> Slice<T, A> {
        Slice::with_origin(self.address, A::ONE, self.origin)
    }
}

impl<T: GuestType, A: Address> Out<T, A> {
    /// Returns a value to the guest.
    ///
    /// # Errors
    /// The place is not in the memory.
    pub fn write(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        value: &T,
    ) -> Result<(), Error> {
        let (address, origin) = self.at();
        value.write(view_mut(memory, address, T::SIZE as u64, origin)?);
        Ok(())
    }
}
