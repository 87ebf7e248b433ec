//! Instructions on one lane of a vector. Spec: Structure › Instructions › Vector.
//!
//! `lane` says how many bytes the lane has; which one it is stands in the instruction.

macro_rules! lane { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Reads one of the 16 lanes, sign-extended.
    I8x16ExtractLaneS "i8x16.extract_lane_s" vector_extract(i8 => i32) = i32::from [lane: 1];
    /// Reads one of the 16 lanes, zero-extended.
    I8x16ExtractLaneU "i8x16.extract_lane_u" vector_extract(u8 => u32) = u32::from [lane: 1];
    /// Replaces one of the 16 lanes by the low 8 bits of `b`.
    I8x16ReplaceLane "i8x16.replace_lane" vector_replace(V128, u32 => V128)
        = vector::permute::i8x16_replace_lane [lane: 1];
    /// Reads one of the 8 lanes, sign-extended.
    I16x8ExtractLaneS "i16x8.extract_lane_s" vector_extract(i16 => i32) = i32::from [lane: 2];
    /// Reads one of the 8 lanes, zero-extended.
    I16x8ExtractLaneU "i16x8.extract_lane_u" vector_extract(u16 => u32) = u32::from [lane: 2];
    /// Replaces one of the 8 lanes by the low 16 bits of `b`.
    I16x8ReplaceLane "i16x8.replace_lane" vector_replace(V128, u32 => V128)
        = vector::permute::i16x8_replace_lane [lane: 2];
    /// Reads one of the 4 lanes.
    I32x4ExtractLane "i32x4.extract_lane" vector_extract(u32 => u32) = width::same [lane: 4];
    /// Replaces one of the 4 lanes by `b`.
    I32x4ReplaceLane "i32x4.replace_lane" vector_replace(V128, u32 => V128)
        = vector::permute::i32x4_replace_lane [lane: 4];
    /// Reads one of the two lanes.
    I64x2ExtractLane "i64x2.extract_lane" vector_extract(u64 => u64) = width::same [lane: 8];
    /// Replaces one of the two lanes by `b`.
    I64x2ReplaceLane "i64x2.replace_lane" vector_replace(V128, u64 => V128)
        = vector::permute::i64x2_replace_lane [lane: 8];
    /// Reads one of the 4 lanes.
    F32x4ExtractLane "f32x4.extract_lane" vector_extract(f32 => f32) = width::same [lane: 4];
    /// Replaces one of the 4 lanes by `b`.
    F32x4ReplaceLane "f32x4.replace_lane" vector_replace(V128, f32 => V128)
        = vector::permute::f32x4_replace_lane [lane: 4];
    /// Reads one of the two lanes.
    F64x2ExtractLane "f64x2.extract_lane" vector_extract(f64 => f64) = width::same [lane: 8];
    /// Replaces one of the two lanes by `b`.
    F64x2ReplaceLane "f64x2.replace_lane" vector_replace(V128, f64 => V128)
        = vector::permute::f64x2_replace_lane [lane: 8];
} } }
pub(crate) use lane;
