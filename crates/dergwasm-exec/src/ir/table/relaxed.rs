//! Relaxed vector instructions. Spec: Structure › Instructions › Vector.
//!
//! Operands are called `a`, `b` and `c`. Paths are relative to `crate::numeric`.
//! Which of the permitted results they give, `numeric::vector::relaxed` decides.

macro_rules! relaxed { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Picks bytes as `i8x16.swizzle` does.
    I8x16RelaxedSwizzle "i8x16.relaxed_swizzle" vector_binary(V128, V128 => V128)
        = vector::relaxed::i8x16_relaxed_swizzle;
    /// Truncates as `i32x4.trunc_sat_f32x4_s` does.
    I32x4RelaxedTruncF32x4S "i32x4.relaxed_trunc_f32x4_s" vector_unary(V128 => V128)
        = vector::relaxed::i32x4_relaxed_trunc_f32x4_s;
    /// Truncates as `i32x4.trunc_sat_f32x4_u` does.
    I32x4RelaxedTruncF32x4U "i32x4.relaxed_trunc_f32x4_u" vector_unary(V128 => V128)
        = vector::relaxed::i32x4_relaxed_trunc_f32x4_u;
    /// Truncates as `i32x4.trunc_sat_f64x2_s_zero` does.
    I32x4RelaxedTruncF64x2SZero "i32x4.relaxed_trunc_f64x2_s_zero" vector_unary(V128 => V128)
        = vector::relaxed::i32x4_relaxed_trunc_f64x2_s_zero;
    /// Truncates as `i32x4.trunc_sat_f64x2_u_zero` does.
    I32x4RelaxedTruncF64x2UZero "i32x4.relaxed_trunc_f64x2_u_zero" vector_unary(V128 => V128)
        = vector::relaxed::i32x4_relaxed_trunc_f64x2_u_zero;
    /// Multiplies the 4 lanes of `a` and `b` and adds those of `c`, rounding twice.
    F32x4RelaxedMadd "f32x4.relaxed_madd" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::f32x4_relaxed_madd;
    /// Multiplies the 4 lanes of `a` and `b` and subtracts from those of `c`, rounding twice.
    F32x4RelaxedNmadd "f32x4.relaxed_nmadd" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::f32x4_relaxed_nmadd;
    /// Multiplies the 2 lanes of `a` and `b` and adds those of `c`, rounding twice.
    F64x2RelaxedMadd "f64x2.relaxed_madd" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::f64x2_relaxed_madd;
    /// Multiplies the 2 lanes of `a` and `b` and subtracts from those of `c`, rounding twice.
    F64x2RelaxedNmadd "f64x2.relaxed_nmadd" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::f64x2_relaxed_nmadd;
    /// Selects bits as `v128.bitselect` does.
    I8x16RelaxedLaneselect "i8x16.relaxed_laneselect" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::i8x16_relaxed_laneselect;
    /// Selects bits as `v128.bitselect` does.
    I16x8RelaxedLaneselect "i16x8.relaxed_laneselect" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::i16x8_relaxed_laneselect;
    /// Selects bits as `v128.bitselect` does.
    I32x4RelaxedLaneselect "i32x4.relaxed_laneselect" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::i32x4_relaxed_laneselect;
    /// Selects bits as `v128.bitselect` does.
    I64x2RelaxedLaneselect "i64x2.relaxed_laneselect" vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::i64x2_relaxed_laneselect;
    /// Takes the lesser of each of the 4 pairs of lanes as `f32x4.min` does.
    F32x4RelaxedMin "f32x4.relaxed_min" vector_binary(V128, V128 => V128)
        = vector::relaxed::f32x4_relaxed_min;
    /// Takes the greater of each of the 4 pairs of lanes as `f32x4.max` does.
    F32x4RelaxedMax "f32x4.relaxed_max" vector_binary(V128, V128 => V128)
        = vector::relaxed::f32x4_relaxed_max;
    /// Takes the lesser of each of the 2 pairs of lanes as `f64x2.min` does.
    F64x2RelaxedMin "f64x2.relaxed_min" vector_binary(V128, V128 => V128)
        = vector::relaxed::f64x2_relaxed_min;
    /// Takes the greater of each of the 2 pairs of lanes as `f64x2.max` does.
    F64x2RelaxedMax "f64x2.relaxed_max" vector_binary(V128, V128 => V128)
        = vector::relaxed::f64x2_relaxed_max;
    /// Multiplies as `i16x8.q15mulr_sat_s` does.
    I16x8RelaxedQ15mulrS "i16x8.relaxed_q15mulr_s" vector_binary(V128, V128 => V128)
        = vector::relaxed::i16x8_relaxed_q15mulr_s;
    /// Multiplies the 16 signed lanes and adds neighbouring products, wrapping.
    I16x8RelaxedDotI8x16I7x16S "i16x8.relaxed_dot_i8x16_i7x16_s" vector_binary(V128, V128 => V128)
        = vector::relaxed::i16x8_relaxed_dot_i8x16_i7x16_s;
    /// Multiplies the 16 signed lanes, adds four neighbouring products each and `c`.
    I32x4RelaxedDotI8x16I7x16AddS "i32x4.relaxed_dot_i8x16_i7x16_add_s"
        vector_ternary(V128, V128, V128 => V128)
        = vector::relaxed::i32x4_relaxed_dot_i8x16_i7x16_add_s;
} } }
pub(crate) use relaxed;
