//! How words of code hold what is smaller or larger than a word.
//!
//! A word is a number: what is in it is said by arithmetic, and so is the same on every processor. One
//! way to read code does depend on the order of bytes, since it reads half a word: handlers do so
//! through `Vm::half` alone, which asks [`half_index`] where that half is.

/// A code word that holds two 32-bit operands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair(pub(crate) i32, pub(crate) i32);

impl Pair {
    /// As a code word; the first operand in the lower half.
    pub(crate) fn encode(self) -> u64 {
        u64::from(self.0.cast_unsigned()) | u64::from(self.1.cast_unsigned()) << 32
    }

    /// From a code word.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
    pub(crate) fn decode(word: u64) -> Self {
        Self(word as i32, (word >> 32) as i32)
    }
}

/// Which of the halves that words consist of, in the order of their addresses, is the lower or the upper
/// one of the `index`-th word.
#[inline(always)]
pub(crate) const fn half_index(index: usize, upper: bool) -> usize {
    2 * index + (upper != cfg!(target_endian = "big")) as usize
}

/// The two code words of a constant vector, which begin with that of lane 0.
pub(crate) fn vector_words(vector: [u8; 16]) -> [u64; 2] {
    let whole = u128::from_le_bytes(vector);
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a vector")]
    [whole as u64, (whole >> 64) as u64]
}

/// The constant vector of two code words.
pub(crate) fn vector_of_words([low, high]: [u64; 2]) -> [u8; 16] {
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

/// How `struct.new` makes a field: one word of its list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldInit {
    /// Byte offset of the value's slot, or the value itself.
    pub(crate) source: i32,
    /// Whether `source` is the value.
    pub(crate) constant: bool,
    /// Byte offset in the object.
    pub(crate) offset: u32,
    /// Logarithm of the width in bytes.
    pub(crate) width_log2: u8,
}

impl FieldInit {
    const CONSTANT: u32 = 8;

    /// As a code word.
    pub(crate) fn encode(self) -> u64 {
        let flag = if self.constant { Self::CONSTANT } else { 0 };
        let place = self.offset << 4 | flag | u32::from(self.width_log2);
        Pair(self.source, place.cast_signed()).encode()
    }

    /// From a code word.
    #[inline(always)]
    pub(crate) fn decode(word: u64) -> Self {
        let Pair(source, place) = Pair::decode(word);
        let place = place.cast_unsigned();
        Self {
            source,
            constant: place & Self::CONSTANT != 0,
            offset: place >> 4,
            width_log2: (place & 7) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbers_and_halves_are_where_they_are_read() {
        let words = [Pair(1, 2).encode(), Pair(-3, i32::MIN).encode()];
        assert_eq!(words, [0x0000_0002_0000_0001, 0x8000_0000_ffff_fffd]);
        let bytes = words.map(u64::to_ne_bytes).concat();
        let (halves, _) = bytes.as_chunks();
        let half = |index, upper| i32::from_ne_bytes(halves[half_index(index, upper)]);
        for (index, &word) in words.iter().enumerate() {
            let Pair(lower, upper) = Pair::decode(word);
            assert_eq!((half(index, false), half(index, true)), (lower, upper));
        }
    }

    #[test]
    fn vectors_are_numbers_too() {
        let vector = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let words = vector_words(vector);
        assert_eq!(words, [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908]);
        assert_eq!(vector_of_words(words), vector);
    }
}
