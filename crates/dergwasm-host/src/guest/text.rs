//! Strings of a guest: with a length, and with a terminating zero.

use super::{Address, AsGuestMemory, AsGuestMemoryMut, Origin, Problem, Ptr, Slice, memory::range};
use crate::Error;
use core::fmt;

/// A string with its length: two arguments, the address and the number of bytes.
///
/// ```
/// use dergwasm_host::{Error, guest::Utf8};
///
/// let memory = *b"..dragon\xff";
/// assert_eq!(Utf8::new(2_u32, 6).to_str(&memory[..])?, "dragon");
/// let error = Utf8::new(2_u32, 7).to_str(&memory[..]).unwrap_err();
/// assert_eq!(error.to_string(), "the string at 0x2 is not UTF-8 after 6 bytes");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Utf8<A: Copy = u32>(Slice<u8, A>);

impl<A: Address> Utf8<A> {
    /// The string of `len` bytes from `address` on, wherever that is.
    #[must_use]
    pub const fn new(address: A, len: A) -> Self {
        Self(Slice::new(address, len))
    }

    pub(super) const fn from_slice(slice: Slice<u8, A>) -> Self {
        Self(slice)
    }

    /// The address, as the guest gave it.
    #[must_use]
    pub const fn address(self) -> A {
        self.0.address()
    }

    /// How many bytes the guest says there are.
    #[must_use]
    pub const fn len(self) -> A {
        self.0.len()
    }

    /// Whether the guest says there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The bytes, which may be more or less than a string.
    #[must_use]
    pub const fn as_slice(self) -> Slice<u8, A> {
        self.0
    }

    /// The text, without copying.
    ///
    /// # Errors
    /// It is not in the memory or not UTF-8.
    pub fn to_str(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&str, Error> {
        utf8(self.0.bytes(memory)?, self.0.address().into(), self.0.origin())
    }

    /// Puts as much of `text` there as fits, up to a whole character, and returns how many bytes
    /// that is.
    ///
    /// # Errors
    /// The place is not in the memory.
    pub fn write_from(
        self,
        memory: &mut (impl AsGuestMemoryMut + ?Sized),
        text: &str,
    ) -> Result<usize, Error> {
        let bytes = self.0.bytes_mut(memory)?;
        let len = text.floor_char_boundary(bytes.len());
        bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
        Ok(len)
    }
}

impl<A: Copy + Into<u64>> fmt::Debug for Utf8<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Utf8").field(&self.0).finish()
    }
}

/// Bytes that should be UTF-8.
pub(super) fn utf8(bytes: &[u8], address: u64, origin: Origin) -> Result<&str, Error> {
    core::str::from_utf8(bytes).map_err(|error| {
        origin.error(Problem::NotUtf8 { address, valid: error.valid_up_to() as u64 })
    })
}

/// A string that ends with a zero byte, as C has it.
///
/// ```
/// use dergwasm_host::{Error, guest::CStr};
///
/// let memory = *b"..dragon\0wyvern";
/// assert_eq!(CStr::new(2_u32).to_str(&memory[..])?, "dragon");
/// assert!(CStr::new(9_u32).bytes(&memory[..]).is_err());
/// assert!(CStr::new(2_u32).bytes_within(&memory[..], 6).is_err());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct CStr<A: Copy = u32>(Ptr<u8, A>);

impl<A: Address> CStr<A> {
    /// In how many bytes the terminating zero is sought, unless
    /// [`CStr::bytes_within`] says otherwise.
    pub const MAX: u64 = 1 << 20;

    /// The string from `address` on, wherever that is.
    #[must_use]
    pub const fn new(address: A) -> Self {
        Self::with_origin(address, Origin::NONE)
    }

    pub(super) const fn with_origin(address: A, origin: Origin) -> Self {
        Self(Ptr::with_origin(address, origin))
    }

    /// The address, as the guest gave it.
    #[must_use]
    pub const fn address(self) -> A {
        self.0.address()
    }

    /// The bytes without the terminating zero, without copying.
    ///
    /// # Errors
    /// The address is not in the memory, or there is no zero within [`CStr::MAX`] bytes.
    pub fn bytes(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&[u8], Error> {
        self.bytes_within(memory, Self::MAX)
    }

    /// The bytes without the terminating zero, which is sought in the first `max` bytes.
    ///
    /// # Errors
    /// The address is not in the memory, or there is no zero within `max` bytes.
    pub fn bytes_within(
        self,
        memory: &(impl AsGuestMemory + ?Sized),
        max: u64,
    ) -> Result<&[u8], Error> {
        let (address, origin) = self.0.at();
        let memory = memory.guest_memory()?;
        // At least the zero has to be there.
        let start = range(address, 1, memory.len(), origin)?.start;
        let rest = &memory[start..];
        let searched = &rest[..usize::try_from(max).map_or(rest.len(), |max| max.min(rest.len()))];
        let len = searched.iter().position(|&byte| byte == 0).ok_or_else(|| {
            origin.error(Problem::Unterminated { address, searched: searched.len() as u64 })
        })?;
        Ok(&searched[..len])
    }

    /// The text, without copying.
    ///
    /// # Errors
    /// As [`CStr::bytes`], or it is not UTF-8.
    pub fn to_str(self, memory: &(impl AsGuestMemory + ?Sized)) -> Result<&str, Error> {
        let (address, origin) = self.0.at();
        utf8(self.bytes(memory)?, address, origin)
    }
}

impl<A: Copy + Into<u64>> fmt::Debug for CStr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CStr").field(&self.0).finish()
    }
}
