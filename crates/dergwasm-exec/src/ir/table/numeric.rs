//! Numeric instructions. Spec: Structure › Instructions › Numeric.
//!
//! Operands are called `a` and, where there are two, `b`. Paths are relative to `crate::numeric`.
//! `copysign` is too rare to be worth the forms of `binary`: it has its operands in slots, as vector
//! instructions have.

macro_rules! numeric { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Whether `a` is 0, as 1 or 0.
    I32Eqz "i32.eqz" unary(u32 => u32) = int::eqz32;
    /// Whether `a` and `b` are equal.
    I32Eq "i32.eq" compare(u32, u32) = int::eq32 [inverse: I32Ne, swapped: I32Eq];
    /// Whether `a` and `b` differ.
    I32Ne "i32.ne" compare(u32, u32) = int::ne32 [inverse: I32Eq, swapped: I32Ne];
    /// Whether `a` is less than `b`, both signed.
    I32LtS "i32.lt_s" compare(i32, i32) = int::lt_s32 [inverse: I32GeS, swapped: I32GtS];
    /// Whether `a` is less than `b`, both unsigned.
    I32LtU "i32.lt_u" compare(u32, u32) = int::lt_u32 [inverse: I32GeU, swapped: I32GtU];
    /// Whether `a` is greater than `b`, both signed.
    I32GtS "i32.gt_s" compare(i32, i32) = int::gt_s32 [inverse: I32LeS, swapped: I32LtS];
    /// Whether `a` is greater than `b`, both unsigned.
    I32GtU "i32.gt_u" compare(u32, u32) = int::gt_u32 [inverse: I32LeU, swapped: I32LtU];
    /// Whether `a` is less than or equal to `b`, both signed.
    I32LeS "i32.le_s" compare(i32, i32) = int::le_s32 [inverse: I32GtS, swapped: I32GeS];
    /// Whether `a` is less than or equal to `b`, both unsigned.
    I32LeU "i32.le_u" compare(u32, u32) = int::le_u32 [inverse: I32GtU, swapped: I32GeU];
    /// Whether `a` is greater than or equal to `b`, both signed.
    I32GeS "i32.ge_s" compare(i32, i32) = int::ge_s32 [inverse: I32LtS, swapped: I32LeS];
    /// Whether `a` is greater than or equal to `b`, both unsigned.
    I32GeU "i32.ge_u" compare(u32, u32) = int::ge_u32 [inverse: I32LtU, swapped: I32LeU];

    /// Whether `a` is 0, as 1 or 0.
    I64Eqz "i64.eqz" unary(u64 => u32) = int::eqz64;
    /// Whether `a` and `b` are equal.
    I64Eq "i64.eq" compare(u64, u64) = int::eq64 [inverse: I64Ne, swapped: I64Eq];
    /// Whether `a` and `b` differ.
    I64Ne "i64.ne" compare(u64, u64) = int::ne64 [inverse: I64Eq, swapped: I64Ne];
    /// Whether `a` is less than `b`, both signed.
    I64LtS "i64.lt_s" compare(i64, i64) = int::lt_s64 [inverse: I64GeS, swapped: I64GtS];
    /// Whether `a` is less than `b`, both unsigned.
    I64LtU "i64.lt_u" compare(u64, u64) = int::lt_u64 [inverse: I64GeU, swapped: I64GtU];
    /// Whether `a` is greater than `b`, both signed.
    I64GtS "i64.gt_s" compare(i64, i64) = int::gt_s64 [inverse: I64LeS, swapped: I64LtS];
    /// Whether `a` is greater than `b`, both unsigned.
    I64GtU "i64.gt_u" compare(u64, u64) = int::gt_u64 [inverse: I64LeU, swapped: I64LtU];
    /// Whether `a` is less than or equal to `b`, both signed.
    I64LeS "i64.le_s" compare(i64, i64) = int::le_s64 [inverse: I64GtS, swapped: I64GeS];
    /// Whether `a` is less than or equal to `b`, both unsigned.
    I64LeU "i64.le_u" compare(u64, u64) = int::le_u64 [inverse: I64GtU, swapped: I64GeU];
    /// Whether `a` is greater than or equal to `b`, both signed.
    I64GeS "i64.ge_s" compare(i64, i64) = int::ge_s64 [inverse: I64LtS, swapped: I64LeS];
    /// Whether `a` is greater than or equal to `b`, both unsigned.
    I64GeU "i64.ge_u" compare(u64, u64) = int::ge_u64 [inverse: I64LtU, swapped: I64LeU];

    /// Whether `a` and `b` are equal; −0 equals +0, NaN equals nothing.
    F32Eq "f32.eq" compare(f32, f32) = float::eq32 [inverse: F32Ne, swapped: F32Eq];
    /// Whether `a` and `b` differ; NaN differs from everything.
    F32Ne "f32.ne" compare(f32, f32) = float::ne32 [inverse: F32Eq, swapped: F32Ne];
    /// Whether `a` is less than `b`; false if either is NaN.
    F32Lt "f32.lt" compare(f32, f32) = float::lt32 [swapped: F32Gt];
    /// Whether `a` is greater than `b`; false if either is NaN.
    F32Gt "f32.gt" compare(f32, f32) = float::gt32 [swapped: F32Lt];
    /// Whether `a` is less than or equal to `b`; false if either is NaN.
    F32Le "f32.le" compare(f32, f32) = float::le32 [swapped: F32Ge];
    /// Whether `a` is greater than or equal to `b`; false if either is NaN.
    F32Ge "f32.ge" compare(f32, f32) = float::ge32 [swapped: F32Le];

    /// Whether `a` and `b` are equal; −0 equals +0, NaN equals nothing.
    F64Eq "f64.eq" compare(f64, f64) = float::eq64 [inverse: F64Ne, swapped: F64Eq];
    /// Whether `a` and `b` differ; NaN differs from everything.
    F64Ne "f64.ne" compare(f64, f64) = float::ne64 [inverse: F64Eq, swapped: F64Ne];
    /// Whether `a` is less than `b`; false if either is NaN.
    F64Lt "f64.lt" compare(f64, f64) = float::lt64 [swapped: F64Gt];
    /// Whether `a` is greater than `b`; false if either is NaN.
    F64Gt "f64.gt" compare(f64, f64) = float::gt64 [swapped: F64Lt];
    /// Whether `a` is less than or equal to `b`; false if either is NaN.
    F64Le "f64.le" compare(f64, f64) = float::le64 [swapped: F64Ge];
    /// Whether `a` is greater than or equal to `b`; false if either is NaN.
    F64Ge "f64.ge" compare(f64, f64) = float::ge64 [swapped: F64Le];

    /// Counts the leading zero bits of `a`: 32 if `a` is 0.
    I32Clz "i32.clz" unary(u32 => u32) = int::clz32;
    /// Counts the trailing zero bits of `a`: 32 if `a` is 0.
    I32Ctz "i32.ctz" unary(u32 => u32) = int::ctz32;
    /// Counts the bits of `a` that are 1.
    I32Popcnt "i32.popcnt" unary(u32 => u32) = int::popcnt32;
    /// Adds `a` and `b`, wrapping modulo 2^32.
    I32Add "i32.add" commutative(u32, u32 => u32) = int::add32;
    /// Subtracts `b` from `a`, wrapping modulo 2^32.
    I32Sub "i32.sub" binary(u32, u32 => u32) = int::sub32;
    /// Multiplies `a` and `b`, wrapping modulo 2^32.
    I32Mul "i32.mul" commutative(u32, u32 => u32) = int::mul32;
    /// Divides `a` by `b`, signed, rounding toward zero. Traps if `b` is 0 or the quotient overflows.
    I32DivS "i32.div_s" partial(i32, i32 => i32) = int::div_s32 [cost: Division];
    /// Divides `a` by `b`, unsigned, rounding down. Traps if `b` is 0.
    I32DivU "i32.div_u" partial(u32, u32 => u32) = int::div_u32 [cost: Division];
    /// The remainder of `a` by `b`, signed; it has the sign of `a`. Traps if `b` is 0.
    I32RemS "i32.rem_s" partial(i32, i32 => i32) = int::rem_s32 [cost: Division];
    /// The remainder of `a` by `b`, unsigned. Traps if `b` is 0.
    I32RemU "i32.rem_u" partial(u32, u32 => u32) = int::rem_u32 [cost: Division];
    /// The bits that are 1 in both `a` and `b`.
    I32And "i32.and" commutative(u32, u32 => u32) = int::and32;
    /// The bits that are 1 in `a`, in `b` or in both.
    I32Or "i32.or" commutative(u32, u32 => u32) = int::or32;
    /// The bits that differ between `a` and `b`.
    I32Xor "i32.xor" commutative(u32, u32 => u32) = int::xor32;
    /// Shifts `a` left by `b` modulo 32 bits.
    I32Shl "i32.shl" binary(u32, u32 => u32) = int::shl32;
    /// Shifts `a` right by `b` modulo 32 bits, copying the sign bit in.
    I32ShrS "i32.shr_s" binary(i32, u32 => i32) = int::shr_s32;
    /// Shifts `a` right by `b` modulo 32 bits, shifting zeros in.
    I32ShrU "i32.shr_u" binary(u32, u32 => u32) = int::shr_u32;
    /// Rotates `a` left by `b` modulo 32 bits.
    I32Rotl "i32.rotl" binary(u32, u32 => u32) = int::rotl32;
    /// Rotates `a` right by `b` modulo 32 bits.
    I32Rotr "i32.rotr" binary(u32, u32 => u32) = int::rotr32;
    /// Extends the sign of the lowest 8 bits of `a` to the others.
    I32Extend8S "i32.extend8_s" unary(i32 => i32) = int::extend8_s32;
    /// Extends the sign of the lowest 16 bits of `a` to the others.
    I32Extend16S "i32.extend16_s" unary(i32 => i32) = int::extend16_s32;

    /// Counts the leading zero bits of `a`: 64 if `a` is 0.
    I64Clz "i64.clz" unary(u64 => u64) = int::clz64;
    /// Counts the trailing zero bits of `a`: 64 if `a` is 0.
    I64Ctz "i64.ctz" unary(u64 => u64) = int::ctz64;
    /// Counts the bits of `a` that are 1.
    I64Popcnt "i64.popcnt" unary(u64 => u64) = int::popcnt64;
    /// Adds `a` and `b`, wrapping modulo 2^64.
    I64Add "i64.add" commutative(u64, u64 => u64) = int::add64;
    /// Subtracts `b` from `a`, wrapping modulo 2^64.
    I64Sub "i64.sub" binary(u64, u64 => u64) = int::sub64;
    /// Multiplies `a` and `b`, wrapping modulo 2^64.
    I64Mul "i64.mul" commutative(u64, u64 => u64) = int::mul64;
    /// Divides `a` by `b`, signed, rounding toward zero. Traps if `b` is 0 or the quotient overflows.
    I64DivS "i64.div_s" partial(i64, i64 => i64) = int::div_s64 [cost: Division];
    /// Divides `a` by `b`, unsigned, rounding down. Traps if `b` is 0.
    I64DivU "i64.div_u" partial(u64, u64 => u64) = int::div_u64 [cost: Division];
    /// The remainder of `a` by `b`, signed; it has the sign of `a`. Traps if `b` is 0.
    I64RemS "i64.rem_s" partial(i64, i64 => i64) = int::rem_s64 [cost: Division];
    /// The remainder of `a` by `b`, unsigned. Traps if `b` is 0.
    I64RemU "i64.rem_u" partial(u64, u64 => u64) = int::rem_u64 [cost: Division];
    /// The bits that are 1 in both `a` and `b`.
    I64And "i64.and" commutative(u64, u64 => u64) = int::and64;
    /// The bits that are 1 in `a`, in `b` or in both.
    I64Or "i64.or" commutative(u64, u64 => u64) = int::or64;
    /// The bits that differ between `a` and `b`.
    I64Xor "i64.xor" commutative(u64, u64 => u64) = int::xor64;
    /// Shifts `a` left by `b` modulo 64 bits.
    I64Shl "i64.shl" binary(u64, u64 => u64) = int::shl64;
    /// Shifts `a` right by `b` modulo 64 bits, copying the sign bit in.
    I64ShrS "i64.shr_s" binary(i64, u64 => i64) = int::shr_s64;
    /// Shifts `a` right by `b` modulo 64 bits, shifting zeros in.
    I64ShrU "i64.shr_u" binary(u64, u64 => u64) = int::shr_u64;
    /// Rotates `a` left by `b` modulo 64 bits.
    I64Rotl "i64.rotl" binary(u64, u64 => u64) = int::rotl64;
    /// Rotates `a` right by `b` modulo 64 bits.
    I64Rotr "i64.rotr" binary(u64, u64 => u64) = int::rotr64;
    /// Extends the sign of the lowest 8 bits of `a` to the others.
    I64Extend8S "i64.extend8_s" unary(i64 => i64) = int::extend8_s64;
    /// Extends the sign of the lowest 16 bits of `a` to the others.
    I64Extend16S "i64.extend16_s" unary(i64 => i64) = int::extend16_s64;
    /// Extends the sign of the lowest 32 bits of `a` to the others.
    I64Extend32S "i64.extend32_s" unary(i64 => i64) = int::extend32_s64;

    /// Clears the sign of `a`, even of a NaN.
    F32Abs "f32.abs" unary(f32 => f32) = float::abs32;
    /// Inverts the sign of `a`, even of a NaN.
    F32Neg "f32.neg" unary(f32 => f32) = float::neg32;
    /// Rounds `a` up to an integer.
    F32Ceil "f32.ceil" unary(f32 => f32) = float::ceil32;
    /// Rounds `a` down to an integer.
    F32Floor "f32.floor" unary(f32 => f32) = float::floor32;
    /// Rounds `a` toward zero to an integer.
    F32Trunc "f32.trunc" unary(f32 => f32) = float::trunc32;
    /// Rounds `a` to the nearest integer, of two the even one.
    F32Nearest "f32.nearest" unary(f32 => f32) = float::nearest32;
    /// The square root of `a`; NaN if `a` is less than 0.
    F32Sqrt "f32.sqrt" unary(f32 => f32) = float::sqrt32 [cost: Division];
    /// Adds `a` and `b`, rounding to nearest.
    F32Add "f32.add" commutative(f32, f32 => f32) = float::add32;
    /// Subtracts `b` from `a`, rounding to nearest.
    F32Sub "f32.sub" binary(f32, f32 => f32) = float::sub32;
    /// Multiplies `a` and `b`, rounding to nearest.
    F32Mul "f32.mul" commutative(f32, f32 => f32) = float::mul32;
    /// Divides `a` by `b`, rounding to nearest.
    F32Div "f32.div" binary(f32, f32 => f32) = float::div32 [cost: Division];
    /// The lesser of `a` and `b`; −0 is less than +0. NaN if either is.
    F32Min "f32.min" commutative(f32, f32 => f32) = float::min32;
    /// The greater of `a` and `b`; +0 is greater than −0. NaN if either is.
    F32Max "f32.max" commutative(f32, f32 => f32) = float::max32;
    /// Gives `a` the sign of `b`, even if either is NaN.
    F32Copysign "f32.copysign" vector_binary(f32, f32 => f32) = float::copysign32;

    /// Clears the sign of `a`, even of a NaN.
    F64Abs "f64.abs" unary(f64 => f64) = float::abs64;
    /// Inverts the sign of `a`, even of a NaN.
    F64Neg "f64.neg" unary(f64 => f64) = float::neg64;
    /// Rounds `a` up to an integer.
    F64Ceil "f64.ceil" unary(f64 => f64) = float::ceil64;
    /// Rounds `a` down to an integer.
    F64Floor "f64.floor" unary(f64 => f64) = float::floor64;
    /// Rounds `a` toward zero to an integer.
    F64Trunc "f64.trunc" unary(f64 => f64) = float::trunc64;
    /// Rounds `a` to the nearest integer, of two the even one.
    F64Nearest "f64.nearest" unary(f64 => f64) = float::nearest64;
    /// The square root of `a`; NaN if `a` is less than 0.
    F64Sqrt "f64.sqrt" unary(f64 => f64) = float::sqrt64 [cost: Division];
    /// Adds `a` and `b`, rounding to nearest.
    F64Add "f64.add" commutative(f64, f64 => f64) = float::add64;
    /// Subtracts `b` from `a`, rounding to nearest.
    F64Sub "f64.sub" binary(f64, f64 => f64) = float::sub64;
    /// Multiplies `a` and `b`, rounding to nearest.
    F64Mul "f64.mul" commutative(f64, f64 => f64) = float::mul64;
    /// Divides `a` by `b`, rounding to nearest.
    F64Div "f64.div" binary(f64, f64 => f64) = float::div64 [cost: Division];
    /// The lesser of `a` and `b`; −0 is less than +0. NaN if either is.
    F64Min "f64.min" commutative(f64, f64 => f64) = float::min64;
    /// The greater of `a` and `b`; +0 is greater than −0. NaN if either is.
    F64Max "f64.max" commutative(f64, f64 => f64) = float::max64;
    /// Gives `a` the sign of `b`, even if either is NaN.
    F64Copysign "f64.copysign" vector_binary(f64, f64 => f64) = float::copysign64;

    /// The low 32 bits of `a`.
    I32WrapI64 "i32.wrap_i64" unary(u64 => u32) = convert::wrap_u64_u32;
    /// Widens `a`, signed.
    I64ExtendI32S "i64.extend_i32_s" unary(i32 => i64) = convert::extend_i32_i64;
    /// Widens `a`, unsigned.
    I64ExtendI32U "i64.extend_i32_u" unary(u32 => u64) = convert::extend_u32_u64;

    /// The integer part of `a` as a signed integer. Traps if it does not fit or `a` is NaN.
    I32TruncF32S "i32.trunc_f32_s" partial_unary(f32 => i32) = convert::trunc_f32_i32;
    /// The integer part of `a` as an unsigned integer. Traps if it does not fit or `a` is NaN.
    I32TruncF32U "i32.trunc_f32_u" partial_unary(f32 => u32) = convert::trunc_f32_u32;
    /// The integer part of `a` as a signed integer. Traps if it does not fit or `a` is NaN.
    I32TruncF64S "i32.trunc_f64_s" partial_unary(f64 => i32) = convert::trunc_f64_i32;
    /// The integer part of `a` as an unsigned integer. Traps if it does not fit or `a` is NaN.
    I32TruncF64U "i32.trunc_f64_u" partial_unary(f64 => u32) = convert::trunc_f64_u32;
    /// The integer part of `a` as a signed integer. Traps if it does not fit or `a` is NaN.
    I64TruncF32S "i64.trunc_f32_s" partial_unary(f32 => i64) = convert::trunc_f32_i64;
    /// The integer part of `a` as an unsigned integer. Traps if it does not fit or `a` is NaN.
    I64TruncF32U "i64.trunc_f32_u" partial_unary(f32 => u64) = convert::trunc_f32_u64;
    /// The integer part of `a` as a signed integer. Traps if it does not fit or `a` is NaN.
    I64TruncF64S "i64.trunc_f64_s" partial_unary(f64 => i64) = convert::trunc_f64_i64;
    /// The integer part of `a` as an unsigned integer. Traps if it does not fit or `a` is NaN.
    I64TruncF64U "i64.trunc_f64_u" partial_unary(f64 => u64) = convert::trunc_f64_u64;

    /// The integer part of `a` as a signed integer: the nearest that fits, 0 for NaN.
    I32TruncSatF32S "i32.trunc_sat_f32_s" unary(f32 => i32) = convert::trunc_sat_f32_i32;
    /// The integer part of `a` as an unsigned integer: the nearest that fits, 0 for NaN.
    I32TruncSatF32U "i32.trunc_sat_f32_u" unary(f32 => u32) = convert::trunc_sat_f32_u32;
    /// The integer part of `a` as a signed integer: the nearest that fits, 0 for NaN.
    I32TruncSatF64S "i32.trunc_sat_f64_s" unary(f64 => i32) = convert::trunc_sat_f64_i32;
    /// The integer part of `a` as an unsigned integer: the nearest that fits, 0 for NaN.
    I32TruncSatF64U "i32.trunc_sat_f64_u" unary(f64 => u32) = convert::trunc_sat_f64_u32;
    /// The integer part of `a` as a signed integer: the nearest that fits, 0 for NaN.
    I64TruncSatF32S "i64.trunc_sat_f32_s" unary(f32 => i64) = convert::trunc_sat_f32_i64;
    /// The integer part of `a` as an unsigned integer: the nearest that fits, 0 for NaN.
    I64TruncSatF32U "i64.trunc_sat_f32_u" unary(f32 => u64) = convert::trunc_sat_f32_u64;
    /// The integer part of `a` as a signed integer: the nearest that fits, 0 for NaN.
    I64TruncSatF64S "i64.trunc_sat_f64_s" unary(f64 => i64) = convert::trunc_sat_f64_i64;
    /// The integer part of `a` as an unsigned integer: the nearest that fits, 0 for NaN.
    I64TruncSatF64U "i64.trunc_sat_f64_u" unary(f64 => u64) = convert::trunc_sat_f64_u64;

    /// Converts signed `a`, rounding to nearest.
    F32ConvertI32S "f32.convert_i32_s" unary(i32 => f32) = convert::convert_i32_f32;
    /// Converts unsigned `a`, rounding to nearest.
    F32ConvertI32U "f32.convert_i32_u" unary(u32 => f32) = convert::convert_u32_f32;
    /// Converts signed `a`, rounding to nearest.
    F32ConvertI64S "f32.convert_i64_s" unary(i64 => f32) = convert::convert_i64_f32;
    /// Converts unsigned `a`, rounding to nearest.
    F32ConvertI64U "f32.convert_i64_u" unary(u64 => f32) = convert::convert_u64_f32;
    /// Converts signed `a`, exactly.
    F64ConvertI32S "f64.convert_i32_s" unary(i32 => f64) = convert::convert_i32_f64;
    /// Converts unsigned `a`, exactly.
    F64ConvertI32U "f64.convert_i32_u" unary(u32 => f64) = convert::convert_u32_f64;
    /// Converts signed `a`, rounding to nearest.
    F64ConvertI64S "f64.convert_i64_s" unary(i64 => f64) = convert::convert_i64_f64;
    /// Converts unsigned `a`, rounding to nearest.
    F64ConvertI64U "f64.convert_i64_u" unary(u64 => f64) = convert::convert_u64_f64;

    /// Narrows `a`, rounding to nearest.
    F32DemoteF64 "f32.demote_f64" unary(f64 => f32) = convert::demote_f64_f32;
    /// Widens `a`, exactly.
    F64PromoteF32 "f64.promote_f32" unary(f32 => f64) = convert::promote_f32_f64;

    /// The bits of `a` as an `i32`.
    I32ReinterpretF32 "i32.reinterpret_f32" unary(f32 => u32) = convert::reinterpret_f32_u32;
    /// The bits of `a` as an `i64`.
    I64ReinterpretF64 "i64.reinterpret_f64" unary(f64 => u64) = convert::reinterpret_f64_u64;
    /// The bits of `a` as an `f32`.
    F32ReinterpretI32 "f32.reinterpret_i32" unary(u32 => f32) = convert::reinterpret_u32_f32;
    /// The bits of `a` as an `f64`.
    F64ReinterpretI64 "f64.reinterpret_i64" unary(u64 => f64) = convert::reinterpret_u64_f64;
} } }
pub(crate) use numeric;
