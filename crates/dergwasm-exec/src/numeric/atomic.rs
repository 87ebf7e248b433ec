//! What read-modify-write instructions store, beside the arithmetic of `int`.
//!
//! All of them compute with 64 bits, of which the width of the access is kept.

/// The new number.
#[inline(always)]
pub(crate) fn exchange(_old: u64, new: u64) -> u64 {
    new
}

/// The new number if the old one, extended with zeros, is what was expected. What is expected is
/// compared whole, so that a number too large for the access is never found.
#[inline(always)]
pub(crate) fn compare_exchange(old: u64, expected: u64, new: u64) -> u64 {
    if old == expected { new } else { old }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_expected_is_exchanged() {
        assert_eq!(exchange(1, 2), 2);
        assert_eq!(compare_exchange(1, 1, 2), 2);
        assert_eq!(compare_exchange(1, 0x101, 2), 1);
    }
}
