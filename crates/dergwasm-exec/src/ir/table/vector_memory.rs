//! Vector loads and stores. Spec: Structure › Instructions › Memory.
//!
//! The number in a shape is how many bytes the access has; the functions only see those bytes.
//! Those of one lane are in `lane_memory`.

macro_rules! vector_memory { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Loads 128 bits.
    V128Load "v128.load" load([u8; 16] => V128) = vector::memory::v128_load;
    /// Loads eight signed 8-bit integers and sign-extends each to 16 bits.
    V128Load8x8S "v128.load8x8_s" vector_load(8 => V128) = vector::memory::v128_load8x8_s;
    /// Loads eight unsigned 8-bit integers and zero-extends each to 16 bits.
    V128Load8x8U "v128.load8x8_u" vector_load(8 => V128) = vector::memory::v128_load8x8_u;
    /// Loads four signed 16-bit integers and sign-extends each to 32 bits.
    V128Load16x4S "v128.load16x4_s" vector_load(8 => V128) = vector::memory::v128_load16x4_s;
    /// Loads four unsigned 16-bit integers and zero-extends each to 32 bits.
    V128Load16x4U "v128.load16x4_u" vector_load(8 => V128) = vector::memory::v128_load16x4_u;
    /// Loads two signed 32-bit integers and sign-extends each to 64 bits.
    V128Load32x2S "v128.load32x2_s" vector_load(8 => V128) = vector::memory::v128_load32x2_s;
    /// Loads two unsigned 32-bit integers and zero-extends each to 64 bits.
    V128Load32x2U "v128.load32x2_u" vector_load(8 => V128) = vector::memory::v128_load32x2_u;
    /// Loads 8 bits into every lane of that width.
    V128Load8Splat "v128.load8_splat" vector_load(1 => V128) = vector::memory::v128_load8_splat;
    /// Loads 16 bits into every lane of that width.
    V128Load16Splat "v128.load16_splat" vector_load(2 => V128) = vector::memory::v128_load16_splat;
    /// Loads 32 bits into every lane of that width.
    V128Load32Splat "v128.load32_splat" vector_load(4 => V128) = vector::memory::v128_load32_splat;
    /// Loads 64 bits into every lane of that width.
    V128Load64Splat "v128.load64_splat" vector_load(8 => V128) = vector::memory::v128_load64_splat;
    /// Loads 32 bits into the lowest lane and zeroes the others.
    V128Load32Zero "v128.load32_zero" vector_load(4 => V128) = vector::memory::v128_load32_zero;
    /// Loads 64 bits into the lowest lane and zeroes the others.
    V128Load64Zero "v128.load64_zero" vector_load(8 => V128) = vector::memory::v128_load64_zero;
    /// Stores 128 bits.
    V128Store "v128.store" store(V128 => [u8; 16]) = vector::memory::v128_store;
} } }
pub(crate) use vector_memory;
