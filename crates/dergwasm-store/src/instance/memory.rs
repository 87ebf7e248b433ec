//! Memories: linear arrays of bytes that grow by pages and never shrink.
//!
//! Spec: [Execution › Runtime Structure › Memory Instances](https://webassembly.github.io/spec/core/exec/runtime.html#memory-instances).
//! Knows nothing of the resource limiter, which the store asks before anything grows.

#[cfg(all(
    feature = "std",
    target_pointer_width = "64",
    any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "ios"),
    not(any(target_arch = "mips64", target_arch = "mips64r6", miri)),
))]
#[expect(unsafe_code, reason = "calls the system's memory mapping")]
mod map;
#[cfg(not(all(
    feature = "std",
    target_pointer_width = "64",
    any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "ios"),
    not(any(target_arch = "mips64", target_arch = "mips64r6", miri)),
)))]
#[path = "memory/no_map.rs"]
#[expect(unsafe_code, reason = "has the functions of `map`")]
mod map;
#[expect(unsafe_code, reason = "cuts raw memory into pieces")]
mod pool;
#[expect(unsafe_code, reason = "holds raw memory; establishes INV-MEM")]
mod raw;
#[expect(unsafe_code, reason = "allocates raw memory")]
mod region;
mod scalar;

pub use raw::MemoryView;
pub use scalar::Scalar;

use self::raw::RawMemory;
pub(crate) use self::{
    pool::{Pool, PoolMark},
    region::Region,
};
use crate::{
    error::{Accessed, StoreError},
    range::checked_range,
};
use core::{fmt, ptr::NonNull};
use dergwasm_types::MemoryType;

/// What errors call a memory.
const KIND: &str = "memory";

/// The largest size of a memory with 64-bit addresses in bytes: what processors can map.
const MAX_BYTES_64: u64 = 1 << 48;

/// The largest size of a memory with 32-bit addresses in bytes.
const MAX_BYTES_32: u64 = 1 << 32;

/// A memory of the store.
///
/// Unsized, so that it cannot be moved out of its store (INV-STORE in the
/// [crate's invariants](crate#invariants)):
///
/// ```compile_fail,E0277
/// # use dergwasm_store::{MemAddr, Store};
/// # fn exchange(mut a: Store, mut b: Store) {
/// let (a, b) = (a.memory_mut(MemAddr(0)).unwrap(), b.memory_mut(MemAddr(0)).unwrap());
/// core::mem::swap(a, b); // A view into `a` would now lead into `b`.
/// # }
/// ```
pub struct MemInst<Place: ?Sized = [()]> {
    /// `minimum` is the present size, as in the spec's `growmem`.
    ty: MemoryType,
    raw: RawMemory,
    _place: Place,
}

impl MemInst<[(); 0]> {
    /// A memory of `ty.minimum` pages of zeros.
    pub(crate) fn new(ty: MemoryType, pool: &mut Pool) -> Result<Self, StoreError> {
        let bytes = check_size(&ty, ty.minimum)?;
        let raw = RawMemory::new(bytes, max_bytes(&ty), pool)
            .ok_or(StoreError::OutOfMemory { kind: KIND, bytes: bytes as u64 })?;
        Ok(Self { ty, raw, _place: [] })
    }
}

impl MemInst {
    /// The type; its minimum is the present size, as when the memory is imported.
    #[must_use]
    pub const fn ty(&self) -> MemoryType {
        self.ty
    }

    /// The size in pages.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.ty.minimum
    }

    /// The size in bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.raw.len()
    }

    /// Whether the memory has no bytes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the bytes are at any time. The view itself stays where it is (INV-MEM, INV-STORE).
    #[must_use]
    pub const fn view(&self) -> NonNull<MemoryView> {
        self.raw.view()
    }

    /// All bytes.
    #[must_use]
    pub const fn data(&self) -> &[u8] {
        self.raw.bytes()
    }

    /// All bytes, to change them.
    #[must_use]
    pub const fn data_mut(&mut self) -> &mut [u8] {
        self.raw.bytes_mut()
    }

    /// The `len` bytes from `address` on.
    ///
    /// # Errors
    ///
    /// The memory has not all of these bytes.
    pub fn slice(&self, address: u64, len: u64) -> Result<&[u8], StoreError> {
        let range = checked_range(Accessed::Memory, address, len, self.len())?;
        Ok(&self.data()[range])
    }

    /// The `len` bytes from `address` on, to change them.
    ///
    /// # Errors
    ///
    /// The memory has not all of these bytes.
    pub fn slice_mut(&mut self, address: u64, len: u64) -> Result<&mut [u8], StoreError> {
        let range = checked_range(Accessed::Memory, address, len, self.len())?;
        Ok(&mut self.data_mut()[range])
    }

    /// Copies from the memory into all of `buffer`.
    ///
    /// # Errors
    ///
    /// The memory has not as many bytes from `address` on; `buffer` is unchanged.
    pub fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), StoreError> {
        buffer.copy_from_slice(self.slice(address, buffer.len() as u64)?);
        Ok(())
    }

    /// Copies all of `bytes` into the memory.
    ///
    /// # Errors
    ///
    /// The memory has not as many bytes from `address` on; it is unchanged.
    pub fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.slice_mut(address, bytes.len() as u64)?.copy_from_slice(bytes);
        Ok(())
    }

    /// The little-endian number at `address`, which need not be aligned.
    ///
    /// # Errors
    ///
    /// The memory ends before or within the number.
    pub fn get<T: Scalar>(&self, address: u64) -> Result<T, StoreError> {
        let mut bytes = T::Bytes::default();
        self.read(address, bytes.as_mut())?;
        Ok(T::from_le_bytes(bytes))
    }

    /// Sets the little-endian number at `address`, which need not be aligned.
    ///
    /// # Errors
    ///
    /// The memory ends before or within the number; it is unchanged.
    pub fn set<T: Scalar>(&mut self, address: u64, value: T) -> Result<(), StoreError> {
        self.write(address, value.to_le_bytes().as_ref())
    }

    /// `memory.copy` within one memory: copies `len` bytes as if through a buffer.
    ///
    /// # Errors
    ///
    /// The memory has not all of these bytes; it is unchanged.
    pub fn copy_within(&mut self, to: u64, from: u64, len: u64) -> Result<(), StoreError> {
        let from = checked_range(Accessed::Memory, from, len, self.len())?;
        let to = checked_range(Accessed::Memory, to, len, self.len())?;
        self.data_mut().copy_within(from, to.start);
        Ok(())
    }

    /// `memory.fill`: sets `len` bytes to `byte`.
    ///
    /// # Errors
    ///
    /// The memory has not all of these bytes; it is unchanged.
    pub fn fill(&mut self, address: u64, byte: u8, len: u64) -> Result<(), StoreError> {
        self.slice_mut(address, len)?.fill(byte);
        Ok(())
    }

    /// Grows by `delta` pages of zeros and returns the size before, in pages.
    pub(crate) fn grow(&mut self, delta: u64) -> Result<u64, StoreError> {
        let old = self.size();
        let new = old.saturating_add(delta);
        let bytes = check_size(&self.ty, new)?;
        if !self.raw.grow(bytes, max_bytes(&self.ty)) {
            return Err(StoreError::OutOfMemory { kind: KIND, bytes: bytes as u64 });
        }
        self.ty.minimum = new;
        Ok(old)
    }
}

/// What `pages` pages and the maximum of the type are in bytes, if it allows as many pages.
pub(crate) fn memory_bytes(ty: &MemoryType, pages: u64) -> Result<(u64, Option<u64>), StoreError> {
    let bytes = check_size(ty, pages)?;
    Ok((bytes as u64, ty.maximum.map(|_| max_bytes(ty) as u64)))
}

/// The largest size in pages that a memory of the type can have.
fn max_pages(ty: &MemoryType) -> u64 {
    let (bytes, counter) =
        if ty.memory64 { (MAX_BYTES_64, u64::MAX) } else { (MAX_BYTES_32, u32::MAX.into()) };
    let pages = bytes.checked_shr(ty.page_size_log2.into()).unwrap_or(0).min(counter);
    ty.maximum.map_or(pages, |maximum| maximum.min(pages))
}

/// The largest size in bytes that a memory of the type can have.
fn max_bytes(ty: &MemoryType) -> usize {
    // Cannot overflow: `max_pages` divided by the page size.
    let bytes = max_pages(ty).checked_shl(ty.page_size_log2.into()).unwrap_or(0);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// The size of `pages` pages in bytes, if a memory of the type may have as many.
fn check_size(ty: &MemoryType, pages: u64) -> Result<usize, StoreError> {
    let maximum = max_pages(ty);
    if pages > maximum {
        return Err(StoreError::TooLarge { kind: KIND, unit: "pages", wanted: pages, maximum });
    }
    let bytes = pages.checked_shl(ty.page_size_log2.into()).unwrap_or(0);
    usize::try_from(bytes).map_err(|_| StoreError::OutOfMemory { kind: KIND, bytes })
}

impl<Place: ?Sized> fmt::Debug for MemInst<Place> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemInst").field("ty", &self.ty).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
