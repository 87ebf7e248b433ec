//! Checked ranges: from an address and a length of the guest to a range of a slice.
//!
//! Knows only numbers.

use crate::error::{Accessed, StoreError};
use core::ops::Range;

/// The range of `len` items from `address` on, if something of `size` items has them all.
#[expect(clippy::cast_possible_truncation, reason = "both ends are at most `size`, a usize")]
pub(crate) fn checked_range(
    accessed: Accessed,
    address: u64,
    len: u64,
    size: usize,
) -> Result<Range<usize>, StoreError> {
    match address.checked_add(len) {
        Some(end) if end <= size as u64 => Ok(address as usize..end as usize),
        _ => Err(StoreError::OutOfBounds { accessed, address, len, size: size as u64 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge() {
        let check = |address, len| checked_range(Accessed::Memory, address, len, 10).ok();
        assert_eq!(check(0, 10), Some(0..10));
        assert_eq!(check(10, 0), Some(10..10));
        assert_eq!(check(9, 1), Some(9..10));
        assert_eq!(check(9, 2), None);
        assert_eq!(check(11, 0), None);
        assert_eq!(check(0, 11), None);
        assert_eq!(check(u64::MAX, 0), None);
        assert_eq!(check(u64::MAX, 1), None);
        assert_eq!(check(1, u64::MAX), None);
        assert_eq!(check(u64::MAX, u64::MAX), None);
        assert_eq!(check(u64::MAX - 4, 10), None);
    }
}
