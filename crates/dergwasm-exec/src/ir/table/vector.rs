//! Vector instructions. Spec: Structure › Instructions › Vector.
//!
//! Operands are called `a`, `b` and `c`. Paths are relative to `crate::numeric`.
//! `v128.const` has no row: it is a constant operand. Accesses to memory are in `vector_memory`,
//! those on one lane in `lane`, the relaxed
//! instructions in `relaxed`.

macro_rules! vector { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Picks 16 of the 32 bytes of `a` and `b` by constant indices.
    I8x16Shuffle "i8x16.shuffle" vector_shuffle(V128, V128 => V128)
        = vector::permute::i8x16_shuffle;
    /// Picks the bytes of `a` at the indices in `b`; those out of range are 0.
    I8x16Swizzle "i8x16.swizzle" vector_two(V128, V128 => V128) = vector::permute::i8x16_swizzle;
    /// Copies the low 8 bits of `a` to all 16 lanes.
    I8x16Splat "i8x16.splat" vector_unary(u32 => V128) = vector::permute::i8x16_splat;
    /// Copies the low 16 bits of `a` to all 8 lanes.
    I16x8Splat "i16x8.splat" vector_unary(u32 => V128) = vector::permute::i16x8_splat;
    /// Copies `a` to all 4 lanes.
    I32x4Splat "i32x4.splat" vector_unary(u32 => V128) = vector::permute::i32x4_splat;
    /// Copies `a` to both lanes.
    I64x2Splat "i64x2.splat" vector_unary(u64 => V128) = vector::permute::i64x2_splat;
    /// Copies `a` to all 4 lanes.
    F32x4Splat "f32x4.splat" vector_unary(f32 => V128) = vector::permute::f32x4_splat;
    /// Copies `a` to both lanes.
    F64x2Splat "f64x2.splat" vector_unary(f64 => V128) = vector::permute::f64x2_splat;

    /// Compares the 16 lanes: all ones where they are equal, else 0.
    I8x16Eq "i8x16.eq" vector_commutative(V128, V128 => V128) = vector::compare::i8x16_eq;
    /// Compares the 16 lanes: all ones where they are not equal, else 0.
    I8x16Ne "i8x16.ne" vector_commutative(V128, V128 => V128) = vector::compare::i8x16_ne;
    /// Compares the 16 signed lanes: all ones where that of `a` is less, else 0.
    I8x16LtS "i8x16.lt_s" vector_two(V128, V128 => V128) = vector::compare::i8x16_lt_s;
    /// Compares the 16 unsigned lanes: all ones where that of `a` is less, else 0.
    I8x16LtU "i8x16.lt_u" vector_two(V128, V128 => V128) = vector::compare::i8x16_lt_u;
    /// Compares the 16 signed lanes: all ones where that of `a` is greater, else 0.
    I8x16GtS "i8x16.gt_s" vector_two(V128, V128 => V128) = vector::compare::i8x16_gt_s;
    /// Compares the 16 unsigned lanes: all ones where that of `a` is greater, else 0.
    I8x16GtU "i8x16.gt_u" vector_two(V128, V128 => V128) = vector::compare::i8x16_gt_u;
    /// Compares the 16 signed lanes: all ones where that of `a` is less or equal, else 0.
    I8x16LeS "i8x16.le_s" vector_two(V128, V128 => V128) = vector::compare::i8x16_le_s;
    /// Compares the 16 unsigned lanes: all ones where that of `a` is less or equal, else 0.
    I8x16LeU "i8x16.le_u" vector_two(V128, V128 => V128) = vector::compare::i8x16_le_u;
    /// Compares the 16 signed lanes: all ones where that of `a` is greater or equal, else 0.
    I8x16GeS "i8x16.ge_s" vector_two(V128, V128 => V128) = vector::compare::i8x16_ge_s;
    /// Compares the 16 unsigned lanes: all ones where that of `a` is greater or equal, else 0.
    I8x16GeU "i8x16.ge_u" vector_two(V128, V128 => V128) = vector::compare::i8x16_ge_u;

    /// Compares the 8 lanes: all ones where they are equal, else 0.
    I16x8Eq "i16x8.eq" vector_commutative(V128, V128 => V128) = vector::compare::i16x8_eq;
    /// Compares the 8 lanes: all ones where they are not equal, else 0.
    I16x8Ne "i16x8.ne" vector_commutative(V128, V128 => V128) = vector::compare::i16x8_ne;
    /// Compares the 8 signed lanes: all ones where that of `a` is less, else 0.
    I16x8LtS "i16x8.lt_s" vector_two(V128, V128 => V128) = vector::compare::i16x8_lt_s;
    /// Compares the 8 unsigned lanes: all ones where that of `a` is less, else 0.
    I16x8LtU "i16x8.lt_u" vector_two(V128, V128 => V128) = vector::compare::i16x8_lt_u;
    /// Compares the 8 signed lanes: all ones where that of `a` is greater, else 0.
    I16x8GtS "i16x8.gt_s" vector_two(V128, V128 => V128) = vector::compare::i16x8_gt_s;
    /// Compares the 8 unsigned lanes: all ones where that of `a` is greater, else 0.
    I16x8GtU "i16x8.gt_u" vector_two(V128, V128 => V128) = vector::compare::i16x8_gt_u;
    /// Compares the 8 signed lanes: all ones where that of `a` is less or equal, else 0.
    I16x8LeS "i16x8.le_s" vector_two(V128, V128 => V128) = vector::compare::i16x8_le_s;
    /// Compares the 8 unsigned lanes: all ones where that of `a` is less or equal, else 0.
    I16x8LeU "i16x8.le_u" vector_two(V128, V128 => V128) = vector::compare::i16x8_le_u;
    /// Compares the 8 signed lanes: all ones where that of `a` is greater or equal, else 0.
    I16x8GeS "i16x8.ge_s" vector_two(V128, V128 => V128) = vector::compare::i16x8_ge_s;
    /// Compares the 8 unsigned lanes: all ones where that of `a` is greater or equal, else 0.
    I16x8GeU "i16x8.ge_u" vector_two(V128, V128 => V128) = vector::compare::i16x8_ge_u;

    /// Compares the 4 lanes: all ones where they are equal, else 0.
    I32x4Eq "i32x4.eq" vector_commutative(V128, V128 => V128) = vector::compare::i32x4_eq;
    /// Compares the 4 lanes: all ones where they are not equal, else 0.
    I32x4Ne "i32x4.ne" vector_commutative(V128, V128 => V128) = vector::compare::i32x4_ne;
    /// Compares the 4 signed lanes: all ones where that of `a` is less, else 0.
    I32x4LtS "i32x4.lt_s" vector_two(V128, V128 => V128) = vector::compare::i32x4_lt_s;
    /// Compares the 4 unsigned lanes: all ones where that of `a` is less, else 0.
    I32x4LtU "i32x4.lt_u" vector_two(V128, V128 => V128) = vector::compare::i32x4_lt_u;
    /// Compares the 4 signed lanes: all ones where that of `a` is greater, else 0.
    I32x4GtS "i32x4.gt_s" vector_two(V128, V128 => V128) = vector::compare::i32x4_gt_s;
    /// Compares the 4 unsigned lanes: all ones where that of `a` is greater, else 0.
    I32x4GtU "i32x4.gt_u" vector_two(V128, V128 => V128) = vector::compare::i32x4_gt_u;
    /// Compares the 4 signed lanes: all ones where that of `a` is less or equal, else 0.
    I32x4LeS "i32x4.le_s" vector_two(V128, V128 => V128) = vector::compare::i32x4_le_s;
    /// Compares the 4 unsigned lanes: all ones where that of `a` is less or equal, else 0.
    I32x4LeU "i32x4.le_u" vector_two(V128, V128 => V128) = vector::compare::i32x4_le_u;
    /// Compares the 4 signed lanes: all ones where that of `a` is greater or equal, else 0.
    I32x4GeS "i32x4.ge_s" vector_two(V128, V128 => V128) = vector::compare::i32x4_ge_s;
    /// Compares the 4 unsigned lanes: all ones where that of `a` is greater or equal, else 0.
    I32x4GeU "i32x4.ge_u" vector_two(V128, V128 => V128) = vector::compare::i32x4_ge_u;

    /// Compares the 2 lanes: all ones where they are equal, else 0.
    I64x2Eq "i64x2.eq" vector_commutative(V128, V128 => V128) = vector::compare::i64x2_eq;
    /// Compares the 2 lanes: all ones where they are not equal, else 0.
    I64x2Ne "i64x2.ne" vector_commutative(V128, V128 => V128) = vector::compare::i64x2_ne;
    /// Compares the 2 signed lanes: all ones where that of `a` is less, else 0.
    I64x2LtS "i64x2.lt_s" vector_two(V128, V128 => V128) = vector::compare::i64x2_lt_s;
    /// Compares the 2 signed lanes: all ones where that of `a` is greater, else 0.
    I64x2GtS "i64x2.gt_s" vector_two(V128, V128 => V128) = vector::compare::i64x2_gt_s;
    /// Compares the 2 signed lanes: all ones where that of `a` is less or equal, else 0.
    I64x2LeS "i64x2.le_s" vector_two(V128, V128 => V128) = vector::compare::i64x2_le_s;
    /// Compares the 2 signed lanes: all ones where that of `a` is greater or equal, else 0.
    I64x2GeS "i64x2.ge_s" vector_two(V128, V128 => V128) = vector::compare::i64x2_ge_s;

    /// Compares the 4 lanes: all ones where they are equal, else 0.
    F32x4Eq "f32x4.eq" vector_commutative(V128, V128 => V128) = vector::compare::f32x4_eq;
    /// Compares the 4 lanes: all ones where they are not equal, else 0.
    F32x4Ne "f32x4.ne" vector_commutative(V128, V128 => V128) = vector::compare::f32x4_ne;
    /// Compares the 4 lanes: all ones where that of `a` is less, else 0.
    F32x4Lt "f32x4.lt" vector_two(V128, V128 => V128) = vector::compare::f32x4_lt;
    /// Compares the 4 lanes: all ones where that of `a` is greater, else 0.
    F32x4Gt "f32x4.gt" vector_two(V128, V128 => V128) = vector::compare::f32x4_gt;
    /// Compares the 4 lanes: all ones where that of `a` is less or equal, else 0.
    F32x4Le "f32x4.le" vector_two(V128, V128 => V128) = vector::compare::f32x4_le;
    /// Compares the 4 lanes: all ones where that of `a` is greater or equal, else 0.
    F32x4Ge "f32x4.ge" vector_two(V128, V128 => V128) = vector::compare::f32x4_ge;

    /// Compares the 2 lanes: all ones where they are equal, else 0.
    F64x2Eq "f64x2.eq" vector_commutative(V128, V128 => V128) = vector::compare::f64x2_eq;
    /// Compares the 2 lanes: all ones where they are not equal, else 0.
    F64x2Ne "f64x2.ne" vector_commutative(V128, V128 => V128) = vector::compare::f64x2_ne;
    /// Compares the 2 lanes: all ones where that of `a` is less, else 0.
    F64x2Lt "f64x2.lt" vector_two(V128, V128 => V128) = vector::compare::f64x2_lt;
    /// Compares the 2 lanes: all ones where that of `a` is greater, else 0.
    F64x2Gt "f64x2.gt" vector_two(V128, V128 => V128) = vector::compare::f64x2_gt;
    /// Compares the 2 lanes: all ones where that of `a` is less or equal, else 0.
    F64x2Le "f64x2.le" vector_two(V128, V128 => V128) = vector::compare::f64x2_le;
    /// Compares the 2 lanes: all ones where that of `a` is greater or equal, else 0.
    F64x2Ge "f64x2.ge" vector_two(V128, V128 => V128) = vector::compare::f64x2_ge;

    /// Inverts every bit of `a`.
    V128Not "v128.not" vector_unary(V128 => V128) = vector::bits::v128_not;
    /// Keeps the bits set in both `a` and `b`.
    V128And "v128.and" vector_commutative(V128, V128 => V128) = vector::bits::v128_and;
    /// Keeps the bits set in `a` but not in `b`.
    V128AndNot "v128.andnot" vector_two(V128, V128 => V128) = vector::bits::v128_andnot;
    /// Keeps the bits set in `a` or in `b`.
    V128Or "v128.or" vector_commutative(V128, V128 => V128) = vector::bits::v128_or;
    /// Keeps the bits set in only one of `a` and `b`.
    V128Xor "v128.xor" vector_commutative(V128, V128 => V128) = vector::bits::v128_xor;
    /// Takes each bit from `a` where it is set in `c`, else from `b`.
    V128Bitselect "v128.bitselect" vector_ternary(V128, V128, V128 => V128)
        = vector::bits::v128_bitselect;
    /// Whether any bit of `a` is set, as 1 or 0.
    V128AnyTrue "v128.any_true" vector_reduce(V128 => u32) = vector::bits::v128_any_true;

    /// Takes the absolute values of the 16 lanes; that of the least integer is itself.
    I8x16Abs "i8x16.abs" vector_unary(V128 => V128) = vector::int::i8x16_abs;
    /// Negates the 16 lanes, wrapping.
    I8x16Neg "i8x16.neg" vector_unary(V128 => V128) = vector::int::i8x16_neg;
    /// Counts the bits set in each of the 16 lanes.
    I8x16Popcnt "i8x16.popcnt" vector_unary(V128 => V128) = vector::int::i8x16_popcnt;
    /// Whether none of the 16 lanes is 0, as 1 or 0.
    I8x16AllTrue "i8x16.all_true" vector_reduce(V128 => u32) = vector::int::i8x16_all_true;
    /// Gathers the sign bits of the 16 lanes, that of lane 0 lowest.
    I8x16Bitmask "i8x16.bitmask" vector_reduce(V128 => u32) = vector::int::i8x16_bitmask;
    /// Narrows the signed lanes of `a`, then of `b`, to 16 signed ones, saturating.
    I8x16NarrowI16x8S "i8x16.narrow_i16x8_s" vector_two(V128, V128 => V128)
        = vector::widen::i8x16_narrow_i16x8_s;
    /// Narrows the signed lanes of `a`, then of `b`, to 16 unsigned ones, saturating.
    I8x16NarrowI16x8U "i8x16.narrow_i16x8_u" vector_two(V128, V128 => V128)
        = vector::widen::i8x16_narrow_i16x8_u;
    /// Shifts the 16 lanes left by `b` modulo 8.
    I8x16Shl "i8x16.shl" vector_two(V128, u32 => V128) = vector::int::i8x16_shl;
    /// Shifts the 16 lanes right by `b` modulo 8, copying the sign.
    I8x16ShrS "i8x16.shr_s" vector_two(V128, u32 => V128) = vector::int::i8x16_shr_s;
    /// Shifts the 16 lanes right by `b` modulo 8, bringing in zeros.
    I8x16ShrU "i8x16.shr_u" vector_two(V128, u32 => V128) = vector::int::i8x16_shr_u;
    /// Adds the 16 lanes, wrapping.
    I8x16Add "i8x16.add" vector_commutative(V128, V128 => V128) = vector::int::i8x16_add;
    /// Adds the 16 signed lanes, saturating.
    I8x16AddSatS "i8x16.add_sat_s" vector_commutative(V128, V128 => V128) = vector::int::i8x16_add_sat_s;
    /// Adds the 16 unsigned lanes, saturating.
    I8x16AddSatU "i8x16.add_sat_u" vector_commutative(V128, V128 => V128) = vector::int::i8x16_add_sat_u;
    /// Subtracts the 16 lanes of `b` from those of `a`, wrapping.
    I8x16Sub "i8x16.sub" vector_two(V128, V128 => V128) = vector::int::i8x16_sub;
    /// Subtracts the 16 signed lanes of `b` from those of `a`, saturating.
    I8x16SubSatS "i8x16.sub_sat_s" vector_two(V128, V128 => V128) = vector::int::i8x16_sub_sat_s;
    /// Subtracts the 16 unsigned lanes of `b` from those of `a`, saturating.
    I8x16SubSatU "i8x16.sub_sat_u" vector_two(V128, V128 => V128) = vector::int::i8x16_sub_sat_u;
    /// Takes the lesser of each of the 16 pairs of signed lanes.
    I8x16MinS "i8x16.min_s" vector_commutative(V128, V128 => V128) = vector::int::i8x16_min_s;
    /// Takes the lesser of each of the 16 pairs of unsigned lanes.
    I8x16MinU "i8x16.min_u" vector_commutative(V128, V128 => V128) = vector::int::i8x16_min_u;
    /// Takes the greater of each of the 16 pairs of signed lanes.
    I8x16MaxS "i8x16.max_s" vector_commutative(V128, V128 => V128) = vector::int::i8x16_max_s;
    /// Takes the greater of each of the 16 pairs of unsigned lanes.
    I8x16MaxU "i8x16.max_u" vector_commutative(V128, V128 => V128) = vector::int::i8x16_max_u;
    /// Averages the 16 unsigned lanes, rounding up.
    I8x16AvgrU "i8x16.avgr_u" vector_commutative(V128, V128 => V128) = vector::int::i8x16_avgr_u;

    /// Adds neighbouring signed lanes, to 8 sums of twice their width.
    I16x8ExtAddPairwiseI8x16S "i16x8.extadd_pairwise_i8x16_s" vector_unary(V128 => V128)
        = vector::widen::i16x8_extadd_pairwise_i8x16_s;
    /// Adds neighbouring unsigned lanes, to 8 sums of twice their width.
    I16x8ExtAddPairwiseI8x16U "i16x8.extadd_pairwise_i8x16_u" vector_unary(V128 => V128)
        = vector::widen::i16x8_extadd_pairwise_i8x16_u;
    /// Takes the absolute values of the 8 lanes; that of the least integer is itself.
    I16x8Abs "i16x8.abs" vector_unary(V128 => V128) = vector::int::i16x8_abs;
    /// Negates the 8 lanes, wrapping.
    I16x8Neg "i16x8.neg" vector_unary(V128 => V128) = vector::int::i16x8_neg;
    /// Multiplies the 8 lanes as Q15 fixed-point numbers, rounding and saturating.
    I16x8Q15MulrSatS "i16x8.q15mulr_sat_s" vector_commutative(V128, V128 => V128)
        = vector::int::i16x8_q15mulr_sat_s;
    /// Whether none of the 8 lanes is 0, as 1 or 0.
    I16x8AllTrue "i16x8.all_true" vector_reduce(V128 => u32) = vector::int::i16x8_all_true;
    /// Gathers the sign bits of the 8 lanes, that of lane 0 lowest.
    I16x8Bitmask "i16x8.bitmask" vector_reduce(V128 => u32) = vector::int::i16x8_bitmask;
    /// Narrows the signed lanes of `a`, then of `b`, to 8 signed ones, saturating.
    I16x8NarrowI32x4S "i16x8.narrow_i32x4_s" vector_two(V128, V128 => V128)
        = vector::widen::i16x8_narrow_i32x4_s;
    /// Narrows the signed lanes of `a`, then of `b`, to 8 unsigned ones, saturating.
    I16x8NarrowI32x4U "i16x8.narrow_i32x4_u" vector_two(V128, V128 => V128)
        = vector::widen::i16x8_narrow_i32x4_u;
    /// Sign-extends the 8 low lanes to twice their width.
    I16x8ExtendLowI8x16S "i16x8.extend_low_i8x16_s" vector_unary(V128 => V128)
        = vector::widen::i16x8_extend_low_i8x16_s;
    /// Sign-extends the 8 high lanes to twice their width.
    I16x8ExtendHighI8x16S "i16x8.extend_high_i8x16_s" vector_unary(V128 => V128)
        = vector::widen::i16x8_extend_high_i8x16_s;
    /// Zero-extends the 8 low lanes to twice their width.
    I16x8ExtendLowI8x16U "i16x8.extend_low_i8x16_u" vector_unary(V128 => V128)
        = vector::widen::i16x8_extend_low_i8x16_u;
    /// Zero-extends the 8 high lanes to twice their width.
    I16x8ExtendHighI8x16U "i16x8.extend_high_i8x16_u" vector_unary(V128 => V128)
        = vector::widen::i16x8_extend_high_i8x16_u;
    /// Shifts the 8 lanes left by `b` modulo 16.
    I16x8Shl "i16x8.shl" vector_two(V128, u32 => V128) = vector::int::i16x8_shl;
    /// Shifts the 8 lanes right by `b` modulo 16, copying the sign.
    I16x8ShrS "i16x8.shr_s" vector_two(V128, u32 => V128) = vector::int::i16x8_shr_s;
    /// Shifts the 8 lanes right by `b` modulo 16, bringing in zeros.
    I16x8ShrU "i16x8.shr_u" vector_two(V128, u32 => V128) = vector::int::i16x8_shr_u;
    /// Adds the 8 lanes, wrapping.
    I16x8Add "i16x8.add" vector_commutative(V128, V128 => V128) = vector::int::i16x8_add;
    /// Adds the 8 signed lanes, saturating.
    I16x8AddSatS "i16x8.add_sat_s" vector_commutative(V128, V128 => V128) = vector::int::i16x8_add_sat_s;
    /// Adds the 8 unsigned lanes, saturating.
    I16x8AddSatU "i16x8.add_sat_u" vector_commutative(V128, V128 => V128) = vector::int::i16x8_add_sat_u;
    /// Subtracts the 8 lanes of `b` from those of `a`, wrapping.
    I16x8Sub "i16x8.sub" vector_two(V128, V128 => V128) = vector::int::i16x8_sub;
    /// Subtracts the 8 signed lanes of `b` from those of `a`, saturating.
    I16x8SubSatS "i16x8.sub_sat_s" vector_two(V128, V128 => V128) = vector::int::i16x8_sub_sat_s;
    /// Subtracts the 8 unsigned lanes of `b` from those of `a`, saturating.
    I16x8SubSatU "i16x8.sub_sat_u" vector_two(V128, V128 => V128) = vector::int::i16x8_sub_sat_u;
    /// Multiplies the 8 lanes, wrapping.
    I16x8Mul "i16x8.mul" vector_commutative(V128, V128 => V128) = vector::int::i16x8_mul;
    /// Takes the lesser of each of the 8 pairs of signed lanes.
    I16x8MinS "i16x8.min_s" vector_commutative(V128, V128 => V128) = vector::int::i16x8_min_s;
    /// Takes the lesser of each of the 8 pairs of unsigned lanes.
    I16x8MinU "i16x8.min_u" vector_commutative(V128, V128 => V128) = vector::int::i16x8_min_u;
    /// Takes the greater of each of the 8 pairs of signed lanes.
    I16x8MaxS "i16x8.max_s" vector_commutative(V128, V128 => V128) = vector::int::i16x8_max_s;
    /// Takes the greater of each of the 8 pairs of unsigned lanes.
    I16x8MaxU "i16x8.max_u" vector_commutative(V128, V128 => V128) = vector::int::i16x8_max_u;
    /// Averages the 8 unsigned lanes, rounding up.
    I16x8AvgrU "i16x8.avgr_u" vector_commutative(V128, V128 => V128) = vector::int::i16x8_avgr_u;
    /// Multiplies the 8 low signed lanes, to products of twice their width.
    I16x8ExtMulLowI8x16S "i16x8.extmul_low_i8x16_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i16x8_extmul_low_i8x16_s;
    /// Multiplies the 8 high signed lanes, to products of twice their width.
    I16x8ExtMulHighI8x16S "i16x8.extmul_high_i8x16_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i16x8_extmul_high_i8x16_s;
    /// Multiplies the 8 low unsigned lanes, to products of twice their width.
    I16x8ExtMulLowI8x16U "i16x8.extmul_low_i8x16_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i16x8_extmul_low_i8x16_u;
    /// Multiplies the 8 high unsigned lanes, to products of twice their width.
    I16x8ExtMulHighI8x16U "i16x8.extmul_high_i8x16_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i16x8_extmul_high_i8x16_u;

    /// Adds neighbouring signed lanes, to 4 sums of twice their width.
    I32x4ExtAddPairwiseI16x8S "i32x4.extadd_pairwise_i16x8_s" vector_unary(V128 => V128)
        = vector::widen::i32x4_extadd_pairwise_i16x8_s;
    /// Adds neighbouring unsigned lanes, to 4 sums of twice their width.
    I32x4ExtAddPairwiseI16x8U "i32x4.extadd_pairwise_i16x8_u" vector_unary(V128 => V128)
        = vector::widen::i32x4_extadd_pairwise_i16x8_u;
    /// Takes the absolute values of the 4 lanes; that of the least integer is itself.
    I32x4Abs "i32x4.abs" vector_unary(V128 => V128) = vector::int::i32x4_abs;
    /// Negates the 4 lanes, wrapping.
    I32x4Neg "i32x4.neg" vector_unary(V128 => V128) = vector::int::i32x4_neg;
    /// Whether none of the 4 lanes is 0, as 1 or 0.
    I32x4AllTrue "i32x4.all_true" vector_reduce(V128 => u32) = vector::int::i32x4_all_true;
    /// Gathers the sign bits of the 4 lanes, that of lane 0 lowest.
    I32x4Bitmask "i32x4.bitmask" vector_reduce(V128 => u32) = vector::int::i32x4_bitmask;
    /// Sign-extends the 4 low lanes to twice their width.
    I32x4ExtendLowI16x8S "i32x4.extend_low_i16x8_s" vector_unary(V128 => V128)
        = vector::widen::i32x4_extend_low_i16x8_s;
    /// Sign-extends the 4 high lanes to twice their width.
    I32x4ExtendHighI16x8S "i32x4.extend_high_i16x8_s" vector_unary(V128 => V128)
        = vector::widen::i32x4_extend_high_i16x8_s;
    /// Zero-extends the 4 low lanes to twice their width.
    I32x4ExtendLowI16x8U "i32x4.extend_low_i16x8_u" vector_unary(V128 => V128)
        = vector::widen::i32x4_extend_low_i16x8_u;
    /// Zero-extends the 4 high lanes to twice their width.
    I32x4ExtendHighI16x8U "i32x4.extend_high_i16x8_u" vector_unary(V128 => V128)
        = vector::widen::i32x4_extend_high_i16x8_u;
    /// Shifts the 4 lanes left by `b` modulo 32.
    I32x4Shl "i32x4.shl" vector_two(V128, u32 => V128) = vector::int::i32x4_shl;
    /// Shifts the 4 lanes right by `b` modulo 32, copying the sign.
    I32x4ShrS "i32x4.shr_s" vector_two(V128, u32 => V128) = vector::int::i32x4_shr_s;
    /// Shifts the 4 lanes right by `b` modulo 32, bringing in zeros.
    I32x4ShrU "i32x4.shr_u" vector_two(V128, u32 => V128) = vector::int::i32x4_shr_u;
    /// Adds the 4 lanes, wrapping.
    I32x4Add "i32x4.add" vector_commutative(V128, V128 => V128) = vector::int::i32x4_add;
    /// Subtracts the 4 lanes of `b` from those of `a`, wrapping.
    I32x4Sub "i32x4.sub" vector_two(V128, V128 => V128) = vector::int::i32x4_sub;
    /// Multiplies the 4 lanes, wrapping.
    I32x4Mul "i32x4.mul" vector_commutative(V128, V128 => V128) = vector::int::i32x4_mul;
    /// Takes the lesser of each of the 4 pairs of signed lanes.
    I32x4MinS "i32x4.min_s" vector_commutative(V128, V128 => V128) = vector::int::i32x4_min_s;
    /// Takes the lesser of each of the 4 pairs of unsigned lanes.
    I32x4MinU "i32x4.min_u" vector_commutative(V128, V128 => V128) = vector::int::i32x4_min_u;
    /// Takes the greater of each of the 4 pairs of signed lanes.
    I32x4MaxS "i32x4.max_s" vector_commutative(V128, V128 => V128) = vector::int::i32x4_max_s;
    /// Takes the greater of each of the 4 pairs of unsigned lanes.
    I32x4MaxU "i32x4.max_u" vector_commutative(V128, V128 => V128) = vector::int::i32x4_max_u;
    /// Multiplies the signed lanes and adds neighbouring products, wrapping.
    I32x4DotI16x8S "i32x4.dot_i16x8_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i32x4_dot_i16x8_s;
    /// Multiplies the 4 low signed lanes, to products of twice their width.
    I32x4ExtMulLowI16x8S "i32x4.extmul_low_i16x8_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i32x4_extmul_low_i16x8_s;
    /// Multiplies the 4 high signed lanes, to products of twice their width.
    I32x4ExtMulHighI16x8S "i32x4.extmul_high_i16x8_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i32x4_extmul_high_i16x8_s;
    /// Multiplies the 4 low unsigned lanes, to products of twice their width.
    I32x4ExtMulLowI16x8U "i32x4.extmul_low_i16x8_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i32x4_extmul_low_i16x8_u;
    /// Multiplies the 4 high unsigned lanes, to products of twice their width.
    I32x4ExtMulHighI16x8U "i32x4.extmul_high_i16x8_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i32x4_extmul_high_i16x8_u;

    /// Takes the absolute values of the 2 lanes; that of the least integer is itself.
    I64x2Abs "i64x2.abs" vector_unary(V128 => V128) = vector::int::i64x2_abs;
    /// Negates the 2 lanes, wrapping.
    I64x2Neg "i64x2.neg" vector_unary(V128 => V128) = vector::int::i64x2_neg;
    /// Whether none of the two lanes is 0, as 1 or 0.
    I64x2AllTrue "i64x2.all_true" vector_reduce(V128 => u32) = vector::int::i64x2_all_true;
    /// Gathers the sign bits of the 2 lanes, that of lane 0 lowest.
    I64x2Bitmask "i64x2.bitmask" vector_reduce(V128 => u32) = vector::int::i64x2_bitmask;
    /// Sign-extends the 2 low lanes to twice their width.
    I64x2ExtendLowI32x4S "i64x2.extend_low_i32x4_s" vector_unary(V128 => V128)
        = vector::widen::i64x2_extend_low_i32x4_s;
    /// Sign-extends the 2 high lanes to twice their width.
    I64x2ExtendHighI32x4S "i64x2.extend_high_i32x4_s" vector_unary(V128 => V128)
        = vector::widen::i64x2_extend_high_i32x4_s;
    /// Zero-extends the 2 low lanes to twice their width.
    I64x2ExtendLowI32x4U "i64x2.extend_low_i32x4_u" vector_unary(V128 => V128)
        = vector::widen::i64x2_extend_low_i32x4_u;
    /// Zero-extends the 2 high lanes to twice their width.
    I64x2ExtendHighI32x4U "i64x2.extend_high_i32x4_u" vector_unary(V128 => V128)
        = vector::widen::i64x2_extend_high_i32x4_u;
    /// Shifts the 2 lanes left by `b` modulo 64.
    I64x2Shl "i64x2.shl" vector_two(V128, u32 => V128) = vector::int::i64x2_shl;
    /// Shifts the 2 lanes right by `b` modulo 64, copying the sign.
    I64x2ShrS "i64x2.shr_s" vector_two(V128, u32 => V128) = vector::int::i64x2_shr_s;
    /// Shifts the 2 lanes right by `b` modulo 64, bringing in zeros.
    I64x2ShrU "i64x2.shr_u" vector_two(V128, u32 => V128) = vector::int::i64x2_shr_u;
    /// Adds the 2 lanes, wrapping.
    I64x2Add "i64x2.add" vector_commutative(V128, V128 => V128) = vector::int::i64x2_add;
    /// Subtracts the 2 lanes of `b` from those of `a`, wrapping.
    I64x2Sub "i64x2.sub" vector_two(V128, V128 => V128) = vector::int::i64x2_sub;
    /// Multiplies the 2 lanes, wrapping.
    I64x2Mul "i64x2.mul" vector_commutative(V128, V128 => V128) = vector::int::i64x2_mul;
    /// Multiplies the 2 low signed lanes, to products of twice their width.
    I64x2ExtMulLowI32x4S "i64x2.extmul_low_i32x4_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i64x2_extmul_low_i32x4_s;
    /// Multiplies the 2 high signed lanes, to products of twice their width.
    I64x2ExtMulHighI32x4S "i64x2.extmul_high_i32x4_s" vector_commutative(V128, V128 => V128)
        = vector::widen::i64x2_extmul_high_i32x4_s;
    /// Multiplies the 2 low unsigned lanes, to products of twice their width.
    I64x2ExtMulLowI32x4U "i64x2.extmul_low_i32x4_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i64x2_extmul_low_i32x4_u;
    /// Multiplies the 2 high unsigned lanes, to products of twice their width.
    I64x2ExtMulHighI32x4U "i64x2.extmul_high_i32x4_u" vector_commutative(V128, V128 => V128)
        = vector::widen::i64x2_extmul_high_i32x4_u;

    /// Rounds the 4 lanes up to integers.
    F32x4Ceil "f32x4.ceil" vector_unary(V128 => V128) = vector::float::f32x4_ceil;
    /// Rounds the 4 lanes down to integers.
    F32x4Floor "f32x4.floor" vector_unary(V128 => V128) = vector::float::f32x4_floor;
    /// Rounds the 4 lanes toward zero to integers.
    F32x4Trunc "f32x4.trunc" vector_unary(V128 => V128) = vector::float::f32x4_trunc;
    /// Rounds the 4 lanes to the nearest integers, ties to even.
    F32x4Nearest "f32x4.nearest" vector_unary(V128 => V128) = vector::float::f32x4_nearest;
    /// Clears the sign of the 4 lanes.
    F32x4Abs "f32x4.abs" vector_unary(V128 => V128) = vector::float::f32x4_abs;
    /// Inverts the sign of the 4 lanes.
    F32x4Neg "f32x4.neg" vector_unary(V128 => V128) = vector::float::f32x4_neg;
    /// Takes the square roots of the 4 lanes.
    F32x4Sqrt "f32x4.sqrt" vector_unary(V128 => V128) = vector::float::f32x4_sqrt;
    /// Adds the 4 lanes.
    F32x4Add "f32x4.add" vector_commutative(V128, V128 => V128) = vector::float::f32x4_add;
    /// Subtracts the 4 lanes of `b` from those of `a`.
    F32x4Sub "f32x4.sub" vector_two(V128, V128 => V128) = vector::float::f32x4_sub;
    /// Multiplies the 4 lanes.
    F32x4Mul "f32x4.mul" vector_commutative(V128, V128 => V128) = vector::float::f32x4_mul;
    /// Divides the 4 lanes of `a` by those of `b`.
    F32x4Div "f32x4.div" vector_two(V128, V128 => V128) = vector::float::f32x4_div;
    /// Takes the lesser of each of the 4 pairs of lanes: NaN if either is; −0 is below +0.
    F32x4Min "f32x4.min" vector_two(V128, V128 => V128) = vector::float::f32x4_min;
    /// Takes the greater of each of the 4 pairs of lanes: NaN if either is; +0 is above −0.
    F32x4Max "f32x4.max" vector_two(V128, V128 => V128) = vector::float::f32x4_max;
    /// Takes each of the 4 lanes from `b` where it is less, else from `a`.
    F32x4PMin "f32x4.pmin" vector_two(V128, V128 => V128) = vector::float::f32x4_pmin;
    /// Takes each of the 4 lanes from `b` where it is greater, else from `a`.
    F32x4PMax "f32x4.pmax" vector_two(V128, V128 => V128) = vector::float::f32x4_pmax;

    /// Rounds the 2 lanes up to integers.
    F64x2Ceil "f64x2.ceil" vector_unary(V128 => V128) = vector::float::f64x2_ceil;
    /// Rounds the 2 lanes down to integers.
    F64x2Floor "f64x2.floor" vector_unary(V128 => V128) = vector::float::f64x2_floor;
    /// Rounds the 2 lanes toward zero to integers.
    F64x2Trunc "f64x2.trunc" vector_unary(V128 => V128) = vector::float::f64x2_trunc;
    /// Rounds the 2 lanes to the nearest integers, ties to even.
    F64x2Nearest "f64x2.nearest" vector_unary(V128 => V128) = vector::float::f64x2_nearest;
    /// Clears the sign of the 2 lanes.
    F64x2Abs "f64x2.abs" vector_unary(V128 => V128) = vector::float::f64x2_abs;
    /// Inverts the sign of the 2 lanes.
    F64x2Neg "f64x2.neg" vector_unary(V128 => V128) = vector::float::f64x2_neg;
    /// Takes the square roots of the 2 lanes.
    F64x2Sqrt "f64x2.sqrt" vector_unary(V128 => V128) = vector::float::f64x2_sqrt;
    /// Adds the 2 lanes.
    F64x2Add "f64x2.add" vector_commutative(V128, V128 => V128) = vector::float::f64x2_add;
    /// Subtracts the 2 lanes of `b` from those of `a`.
    F64x2Sub "f64x2.sub" vector_two(V128, V128 => V128) = vector::float::f64x2_sub;
    /// Multiplies the 2 lanes.
    F64x2Mul "f64x2.mul" vector_commutative(V128, V128 => V128) = vector::float::f64x2_mul;
    /// Divides the 2 lanes of `a` by those of `b`.
    F64x2Div "f64x2.div" vector_two(V128, V128 => V128) = vector::float::f64x2_div;
    /// Takes the lesser of each of the 2 pairs of lanes: NaN if either is; −0 is below +0.
    F64x2Min "f64x2.min" vector_two(V128, V128 => V128) = vector::float::f64x2_min;
    /// Takes the greater of each of the 2 pairs of lanes: NaN if either is; +0 is above −0.
    F64x2Max "f64x2.max" vector_two(V128, V128 => V128) = vector::float::f64x2_max;
    /// Takes each of the 2 lanes from `b` where it is less, else from `a`.
    F64x2PMin "f64x2.pmin" vector_two(V128, V128 => V128) = vector::float::f64x2_pmin;
    /// Takes each of the 2 lanes from `b` where it is greater, else from `a`.
    F64x2PMax "f64x2.pmax" vector_two(V128, V128 => V128) = vector::float::f64x2_pmax;

    /// Truncates the 4 lanes to signed integers, saturating, NaN to 0.
    I32x4TruncSatF32x4S "i32x4.trunc_sat_f32x4_s" vector_unary(V128 => V128)
        = vector::convert::i32x4_trunc_sat_f32x4_s;
    /// Truncates the 4 lanes to unsigned integers, saturating, NaN to 0.
    I32x4TruncSatF32x4U "i32x4.trunc_sat_f32x4_u" vector_unary(V128 => V128)
        = vector::convert::i32x4_trunc_sat_f32x4_u;
    /// Converts the 4 signed integers to the nearest floating-point numbers.
    F32x4ConvertI32x4S "f32x4.convert_i32x4_s" vector_unary(V128 => V128)
        = vector::convert::f32x4_convert_i32x4_s;
    /// Converts the 4 unsigned integers to the nearest floating-point numbers.
    F32x4ConvertI32x4U "f32x4.convert_i32x4_u" vector_unary(V128 => V128)
        = vector::convert::f32x4_convert_i32x4_u;
    /// Truncates the 2 lanes to signed integers, saturating, NaN to 0; the high lanes are zero.
    I32x4TruncSatF64x2SZero "i32x4.trunc_sat_f64x2_s_zero" vector_unary(V128 => V128)
        = vector::convert::i32x4_trunc_sat_f64x2_s_zero;
    /// Truncates the 2 lanes to unsigned integers, saturating, NaN to 0; the high lanes are zero.
    I32x4TruncSatF64x2UZero "i32x4.trunc_sat_f64x2_u_zero" vector_unary(V128 => V128)
        = vector::convert::i32x4_trunc_sat_f64x2_u_zero;
    /// Converts the 2 low signed integers to the nearest floating-point numbers.
    F64x2ConvertLowI32x4S "f64x2.convert_low_i32x4_s" vector_unary(V128 => V128)
        = vector::convert::f64x2_convert_low_i32x4_s;
    /// Converts the 2 low unsigned integers to the nearest floating-point numbers.
    F64x2ConvertLowI32x4U "f64x2.convert_low_i32x4_u" vector_unary(V128 => V128)
        = vector::convert::f64x2_convert_low_i32x4_u;
    /// Rounds the 2 lanes to single precision; the high lanes are zero.
    F32x4DemoteF64x2Zero "f32x4.demote_f64x2_zero" vector_unary(V128 => V128)
        = vector::convert::f32x4_demote_f64x2_zero;
    /// Widens the 2 low lanes to double precision.
    F64x2PromoteLowF32x4 "f64x2.promote_low_f32x4" vector_unary(V128 => V128)
        = vector::convert::f64x2_promote_low_f32x4;
} } }
pub(crate) use vector;
