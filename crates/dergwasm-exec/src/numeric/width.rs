//! Widths: what happens to numbers between memory and the stack.

/// The number itself.
#[inline(always)]
pub(crate) fn same<T>(x: T) -> T {
    x
}

macro_rules! narrow {
    ($($name:ident: $From:ty => $To:ty;)*) => { $(
        /// The low bits.
        #[inline(always)]
        #[expect(clippy::cast_possible_truncation, reason = "the purpose")]
        pub(crate) fn $name(x: $From) -> $To {
            x as $To
        }
    )* };
}

// Each row becomes a function that keeps the low bits.
narrow! {
    narrow32_8: u32 => u8;
    narrow32_16: u32 => u16;
    narrow64_8: u64 => u8;
    narrow64_16: u64 => u16;
    narrow64_32: u64 => u32;
}
