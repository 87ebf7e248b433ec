//! Numbers that stand for things of the host, so that no address of the host leaves it.

use super::{Origin, Problem};
use crate::{Error, WasmTy};
use alloc::{collections::VecDeque, vec::Vec};
use core::{fmt, marker::PhantomData};

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
}

/// The width of handles: `u32`, or `u64` for more than a million things at once.
pub trait HandleId:
    WasmTy + super::GuestType + Copy + Eq + core::hash::Hash + Into<u64> + sealed::Sealed
{
    /// How many low bits are the index; the others count how often it was used.
    #[doc(hidden)]
    const INDEX_BITS: u32;

    #[doc(hidden)]
    const ALL: u64;

    #[doc(hidden)]
    fn from_bits(bits: u64) -> Self;
}

impl HandleId for u32 {
    const INDEX_BITS: u32 = 20;
    const ALL: u64 = u32::MAX as u64;

    #[expect(clippy::cast_possible_truncation, reason = "a table makes no wider ids")]
    fn from_bits(bits: u64) -> Self {
        bits as Self
    }
}

impl HandleId for u64 {
    const INDEX_BITS: u32 = 32;
    const ALL: u64 = u64::MAX;

    fn from_bits(bits: u64) -> Self {
        bits
    }
}

/// A number with which a guest names a `T` of the host.
///
/// Only the [`Handles`] that gave it out knows what it stands for. 0 is never one, so that an
/// `Option<Handle<T>>` is null in the guest.
pub struct Handle<T: ?Sized, I = u32> {
    id: I,
    origin: Origin,
    target: PhantomData<fn() -> *const T>,
}

impl<T: ?Sized, I: HandleId> Handle<T, I> {
    /// The handle with a number, which may be any.
    #[must_use]
    pub const fn from_id(id: I) -> Self {
        Self::with_origin(id, Origin::NONE)
    }

    pub(super) const fn with_origin(id: I, origin: Origin) -> Self {
        Self { id, origin, target: PhantomData }
    }

    /// The number.
    #[must_use]
    pub const fn id(self) -> I {
        self.id
    }

    #[cold]
    fn unknown(self) -> Error {
        let expected = core::any::type_name::<T>();
        self.origin.error(Problem::UnknownHandle { id: self.id.into(), expected })
    }
}

impl<T: ?Sized, I: Copy> Clone for Handle<T, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, I: Copy> Copy for Handle<T, I> {}

impl<T: ?Sized, I: PartialEq> PartialEq for Handle<T, I> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T: ?Sized, I: Eq> Eq for Handle<T, I> {}

impl<T: ?Sized, I: core::hash::Hash> core::hash::Hash for Handle<T, I> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T: ?Sized, I: Copy + Into<u64>> fmt::Debug for Handle<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:#x})", self.id.into())
    }
}

/// The things that a guest can name, each by the [`Handle`] it was given.
///
/// No handle is ever given out twice: one that was removed is an error from then on, and so is a
/// number the guest made up. Two tables give out the same numbers unless their
/// [bases](Handles::with_base) differ.
///
/// ```
/// use dergwasm_host::{Error, guest::Handles};
///
/// let mut dragons = Handles::<String>::new();
/// let smaug = dragons.insert("Smaug".to_string())?;
/// assert_eq!(dragons.get(smaug)?, "Smaug");
/// assert_eq!(dragons.remove(smaug)?, "Smaug");
/// let fafnir = dragons.insert("Fafnir".to_string())?;
/// assert_ne!(smaug, fafnir);
/// let error = dragons.get(smaug).unwrap_err();
/// assert_eq!(error.to_string(), "0x100000 is no handle of String, or no longer one");
/// # Ok::<(), Error>(())
/// ```
pub struct Handles<T, I = u32> {
    slots: Vec<Slot<T>>,
    /// The free slots, the one that is free longest first.
    free: VecDeque<usize>,
    base: u64,
    len: usize,
    width: PhantomData<I>,
}

struct Slot<T> {
    /// How often the slot has been filled; part of the handle.
    generation: u64,
    value: Option<T>,
}

impl<T, I: HandleId> Handles<T, I> {
    /// The most things a table can hold at once.
    pub const MAX: u64 = 1 << I::INDEX_BITS;

    /// A table without things.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_base(0)
    }

    /// A table without things whose handles have indexes from `base` on.
    ///
    /// Tables whose indexes do not overlap do not take each other's handles.
    #[must_use]
    pub const fn with_base(base: u32) -> Self {
        Self {
            slots: Vec::new(),
            free: VecDeque::new(),
            base: base as u64,
            len: 0,
            width: PhantomData,
        }
    }

    /// How many things there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no things.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a thing and gives it a handle.
    ///
    /// # Errors
    /// The table is full.
    pub fn insert(&mut self, value: T) -> Result<Handle<T, I>, Error> {
        let index = match self.free.pop_front() {
            Some(index) => index,
            None => {
                let index = self.slots.len();
                if self.base + index as u64 >= Self::MAX {
                    return Err(Error::msg("the table of handles is full"));
                }
                self.slots.push(Slot { generation: 0, value: None });
                index
            }
        };
        let slot = &mut self.slots[index];
        slot.generation += 1;
        slot.value = Some(value);
        self.len += 1;
        Ok(Self::handle(self.base + index as u64, slot.generation))
    }

    /// The thing with a handle.
    ///
    /// # Errors
    /// The handle is none of this table, or no longer.
    pub fn get(&self, handle: Handle<T, I>) -> Result<&T, Error> {
        let slot = self.index(handle).and_then(|index| self.slots.get(index));
        slot.and_then(|slot| slot.get(handle)).ok_or_else(|| handle.unknown())
    }

    /// The thing with a handle, to change it.
    ///
    /// # Errors
    /// The handle is none of this table, or no longer.
    pub fn get_mut(&mut self, handle: Handle<T, I>) -> Result<&mut T, Error> {
        self.get(handle)?;
        let index = self.index(handle);
        let slot = index.and_then(|index| self.slots.get_mut(index));
        slot.and_then(|slot| slot.value.as_mut()).ok_or_else(|| handle.unknown())
    }

    /// Removes the thing with a handle, which is no handle from then on.
    ///
    /// # Errors
    /// The handle is none of this table, or no longer.
    pub fn remove(&mut self, handle: Handle<T, I>) -> Result<T, Error> {
        self.get(handle)?;
        let index = self.index(handle).ok_or_else(|| handle.unknown())?;
        let slot = &mut self.slots[index];
        let value = slot.value.take().ok_or_else(|| handle.unknown())?;
        self.len -= 1;
        // A slot whose count is used up stays empty, lest a handle be given out twice.
        if slot.generation < I::ALL >> I::INDEX_BITS {
            self.free.push_back(index);
        }
        Ok(value)
    }

    /// All things with their handles, in the order of the indexes.
    pub fn iter(&self) -> impl Iterator<Item = (Handle<T, I>, &T)> {
        (self.base..).zip(&self.slots).filter_map(|(index, slot)| {
            Some((Self::handle(index, slot.generation), slot.value.as_ref()?))
        })
    }

    fn handle(index: u64, generation: u64) -> Handle<T, I> {
        Handle::from_id(I::from_bits(generation << I::INDEX_BITS | index))
    }

    fn index(&self, handle: Handle<T, I>) -> Option<usize> {
        let index = handle.id.into() & (Self::MAX - 1);
        usize::try_from(index.checked_sub(self.base)?).ok()
    }
}

impl<T> Slot<T> {
    fn get<I: HandleId>(&self, handle: Handle<T, I>) -> Option<&T> {
        let generation = handle.id.into() >> I::INDEX_BITS;
        self.value.as_ref().filter(|_| self.generation == generation)
    }
}

impl<T, I: HandleId> Default for Handles<T, I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug, I: HandleId> fmt::Debug for Handles<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
