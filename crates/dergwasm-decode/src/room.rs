//! Room for lists that are as long as the module says: too little memory is an error.
//!
//! Small allocations of a size that no module chooses are not made here.

use crate::error::Fault;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::ops::Range;

/// How many items to make room for: the section may promise more than its bytes can hold.
pub(crate) fn capacity(count: u32, range: &Range<u64>) -> usize {
    crate::error::position(u64::from(count).min(range.end - range.start))
}

/// What is said when there is no room for so many items at an offset.
#[cold]
pub(crate) fn none<T>(items: usize, what: &'static str, offset: usize) -> Fault {
    let bytes = (items as u64).saturating_mul(size_of::<T>() as u64);
    Fault::OutOfMemory { offset, what, bytes }
}

/// Makes room in `list` for the items of a section.
pub(crate) fn reserve<T>(
    list: &mut Vec<T>,
    count: u32,
    range: &Range<u64>,
    what: &'static str,
) -> Result<(), Fault> {
    let count = capacity(count, range);
    let room = list.try_reserve_exact(count);
    room.map_err(|_| none::<T>(count, what, crate::error::position(range.start)))
}

/// Adds an item for which no room was made before.
pub(crate) fn push<T>(
    list: &mut Vec<T>,
    item: T,
    what: &'static str,
    offset: usize,
) -> Result<(), Fault> {
    list.try_reserve(1).map_err(|_| none::<T>(list.len() + 1, what, offset))?;
    list.push(item);
    Ok(())
}

/// A name, if there is room for it.
pub(crate) fn try_name(name: &str) -> Option<Box<str>> {
    let mut copy = String::new();
    copy.try_reserve_exact(name.len()).ok()?;
    copy.push_str(name);
    Some(copy.into_boxed_str())
}

/// A name that is read at an offset.
pub(crate) fn name(name: &str, offset: usize) -> Result<Box<str>, Fault> {
    try_name(name).ok_or_else(|| none::<u8>(name.len(), "a name", offset))
}
