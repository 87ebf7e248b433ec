//! Loads and stores. Spec: Structure › Instructions › Memory.

macro_rules! access { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Loads 32 bits.
    I32Load "i32.load" load(u32 => u32) = width::same;
    /// Loads 64 bits.
    I64Load "i64.load" load(u64 => u64) = width::same;
    /// Loads a 32-bit float.
    F32Load "f32.load" load(f32 => f32) = width::same;
    /// Loads a 64-bit float.
    F64Load "f64.load" load(f64 => f64) = width::same;
    /// Loads 8 bits and extends their sign.
    I32Load8S "i32.load8_s" load(i8 => i32) = i32::from;
    /// Loads 8 bits and extends with zeros.
    I32Load8U "i32.load8_u" load(u8 => u32) = u32::from;
    /// Loads 16 bits and extends their sign.
    I32Load16S "i32.load16_s" load(i16 => i32) = i32::from;
    /// Loads 16 bits and extends with zeros.
    I32Load16U "i32.load16_u" load(u16 => u32) = u32::from;
    /// Loads 8 bits and extends their sign.
    I64Load8S "i64.load8_s" load(i8 => i64) = i64::from;
    /// Loads 8 bits and extends with zeros.
    I64Load8U "i64.load8_u" load(u8 => u64) = u64::from;
    /// Loads 16 bits and extends their sign.
    I64Load16S "i64.load16_s" load(i16 => i64) = i64::from;
    /// Loads 16 bits and extends with zeros.
    I64Load16U "i64.load16_u" load(u16 => u64) = u64::from;
    /// Loads 32 bits and extends their sign.
    I64Load32S "i64.load32_s" load(i32 => i64) = i64::from;
    /// Loads 32 bits and extends with zeros.
    I64Load32U "i64.load32_u" load(u32 => u64) = u64::from;
    /// Stores 32 bits.
    I32Store "i32.store" store(u32 => u32) = width::same;
    /// Stores 64 bits.
    I64Store "i64.store" store(u64 => u64) = width::same;
    /// Stores a 32-bit float.
    F32Store "f32.store" store(f32 => f32) = width::same;
    /// Stores a 64-bit float.
    F64Store "f64.store" store(f64 => f64) = width::same;
    /// Stores the low 8 bits.
    I32Store8 "i32.store8" store(u32 => u8) = width::narrow32_8;
    /// Stores the low 16 bits.
    I32Store16 "i32.store16" store(u32 => u16) = width::narrow32_16;
    /// Stores the low 8 bits.
    I64Store8 "i64.store8" store(u64 => u8) = width::narrow64_8;
    /// Stores the low 16 bits.
    I64Store16 "i64.store16" store(u64 => u16) = width::narrow64_16;
    /// Stores the low 32 bits.
    I64Store32 "i64.store32" store(u64 => u32) = width::narrow64_32;
} } }
pub(crate) use access;
