//! What read-modify-write instructions store, beside the arithmetic of `int`.
//!
//! All of them compute with 64 bits. Old numbers and operands are as wide as the access and extended
//! with zeros; of the result that width is kept.

/// The new number.
#[inline(always)]
pub(crate) fn exchange(_old: u64, new: u64) -> u64 {
    new
}

/// The new number if the old one is what was expected.
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
        assert_eq!(compare_exchange(1, 3, 2), 1);
    }
}
