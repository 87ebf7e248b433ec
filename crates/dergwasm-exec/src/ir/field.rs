//! Fields: the operands of custom instructions, one code word each.

#![expect(clippy::cast_possible_truncation, reason = "written from the same width")]

use super::Pair;

/// What a field means, for the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Byte offset of a slot from the frame's base.
    Slot,
    /// An instruction to go on at.
    Target,
    /// An index of the module.
    Index,
    /// A number.
    Imm,
    /// A move from slot to slot.
    SlotCopy,
    /// A function of the module.
    Entry,
}

/// A field of a custom instruction.
pub(crate) trait Field {
    /// What it means.
    const KIND: FieldKind;
    /// Reads it from its word.
    fn from_word(word: u64) -> Self;
}

macro_rules! fields {
    ($( $(#[$doc:meta])* $Name:ident($T:ty): $kind:ident, $word:ident => $value:expr; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $Name(pub(crate) $T);

        impl Field for $Name {
            const KIND: FieldKind = FieldKind::$kind;
            #[inline(always)]
            fn from_word($word: u64) -> Self {
                Self($value)
            }
        }
    )* };
}

// Each row becomes a newtype and its `Field`.
fields! {
    /// A frame slot: byte offset from the frame's base.
    Slot(isize): Slot, word => word.cast_signed() as isize;
    /// An index of the module's.
    Index(u32): Index, word => word as u32;
    /// A number.
    Imm(u64): Imm, word => word;
    /// A move of an integer or reference: the byte offsets of its source and of its destination.
    SlotCopy(Pair): SlotCopy, word => Pair::decode(word);
    /// A function that the module defines: in finished code the address of its entry.
    Entry(u64): Entry, word => word;
    /// An instruction to go on at: in finished code its address.
    Target(u64): Target, word => word;
}
