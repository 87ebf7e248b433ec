//! Integers of 31 bits as references.

/// An integer of 31 bits, which a reference holds without an object.
///
/// ```
/// use dergwasm_host::I31;
///
/// assert_eq!(I31::new_i32(-5).map(I31::get_i32), Some(-5));
/// assert_eq!(I31::new_u32(1 << 31), None);
/// assert_eq!(I31::wrapping_u32(u32::MAX).get_u32(), 0x7fff_ffff);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct I31(i32);

impl I31 {
    /// The number, if 31 bits with a sign can hold it.
    #[must_use]
    pub const fn new_i32(value: i32) -> Option<Self> {
        let wrapped = Self::wrapping_i32(value);
        if wrapped.0 == value { Some(wrapped) } else { None }
    }

    /// The number, if 31 bits without a sign can hold it.
    #[must_use]
    pub const fn new_u32(value: u32) -> Option<Self> {
        if value >> 31 == 0 { Some(Self::wrapping_u32(value)) } else { None }
    }

    /// The low 31 bits of a number.
    #[must_use]
    pub const fn wrapping_i32(value: i32) -> Self {
        Self(value << 1 >> 1)
    }

    /// The low 31 bits of a number.
    #[must_use]
    pub const fn wrapping_u32(value: u32) -> Self {
        Self::wrapping_i32(value.cast_signed())
    }

    /// The number with its sign.
    #[must_use]
    pub const fn get_i32(self) -> i32 {
        self.0
    }

    /// The number, all bits of which count.
    #[must_use]
    pub const fn get_u32(self) -> u32 {
        self.0.cast_unsigned() & 0x7fff_ffff
    }

    pub(crate) const fn is_word(word: u64) -> bool {
        word & 1 == 1
    }

    /// What a reference that holds a number holds.
    #[expect(clippy::cast_possible_truncation, reason = "references have 32 bits")]
    pub(crate) const fn from_word(word: u64) -> Self {
        Self((word as u32).cast_signed() >> 1)
    }

    /// The reference.
    pub(crate) const fn word(self) -> u64 {
        (self.0.cast_unsigned() << 1 | 1) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_into_words_and_back() {
        for value in [0, 1, -1, i32::MAX >> 1, i32::MIN >> 1] {
            let i31 = I31::new_i32(value).unwrap();
            assert_eq!(I31::from_word(i31.word()), i31);
            assert!(I31::is_word(i31.word()) && u32::try_from(i31.word()).is_ok());
        }
        assert_eq!((I31::new_i32(1 << 30), I31::new_i32(-(1 << 30) - 1)), (None, None));
        assert_eq!(I31::new_u32(1 << 30).unwrap().get_i32(), -(1 << 30));
    }
}
