//! Numbers as they lie in a memory: little-endian, unaligned.

mod sealed {
    pub trait Sealed {}
}

/// A number that can be read from and written to a memory.
pub trait Scalar: Copy + sealed::Sealed {
    /// Its bytes.
    type Bytes: Default + AsRef<[u8]> + AsMut<[u8]>;

    /// The number with these bytes, lowest first.
    fn from_le_bytes(bytes: Self::Bytes) -> Self;

    /// The bytes, lowest first.
    fn to_le_bytes(self) -> Self::Bytes;
}

macro_rules! scalars {
    ($($T:ty)*) => { $(
        impl sealed::Sealed for $T {}

        impl Scalar for $T {
            type Bytes = [u8; size_of::<$T>()];

            fn from_le_bytes(bytes: Self::Bytes) -> Self {
                <$T>::from_le_bytes(bytes)
            }

            fn to_le_bytes(self) -> Self::Bytes {
                <$T>::to_le_bytes(self)
            }
        }
    )* };
}

// Every number type of Rust with a fixed size.
scalars! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }
