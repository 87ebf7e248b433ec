//! Fused instructions: two of WebAssembly's in one, the second of which takes the first one's result.
//!
//! The first is named in brackets. Its operands are called `x` and `y`, the second's other operand
//! `c`, constants `k` and `l`. The paths name what puts the functions of both together.

macro_rules! fused { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    // An operation with a constant, then one with another operand.
    /// `c + (x << k)`
    I32ShlConstAdd "i32.add(i32.shl)" chain(I32Shl, I32Add);
    /// `c ^ (x << k)`
    I32ShlConstXor "i32.xor(i32.shl)" chain(I32Shl, I32Xor);
    /// `c | (x << k)`
    I32ShlConstOr "i32.or(i32.shl)" chain(I32Shl, I32Or);
    /// `c + (x >> k)`
    I32ShrUConstAdd "i32.add(i32.shr_u)" chain(I32ShrU, I32Add);
    /// `c ^ (x >> k)`
    I32ShrUConstXor "i32.xor(i32.shr_u)" chain(I32ShrU, I32Xor);
    /// `c | (x >> k)`
    I32ShrUConstOr "i32.or(i32.shr_u)" chain(I32ShrU, I32Or);
    /// `c + (x >> k)`
    I32ShrSConstAdd "i32.add(i32.shr_s)" chain(I32ShrS, I32Add);
    /// `c ^ (x >> k)`
    I32ShrSConstXor "i32.xor(i32.shr_s)" chain(I32ShrS, I32Xor);
    /// `c + (x rotl k)`
    I32RotlConstAdd "i32.add(i32.rotl)" chain(I32Rotl, I32Add);
    /// `c ^ (x rotl k)`
    I32RotlConstXor "i32.xor(i32.rotl)" chain(I32Rotl, I32Xor);
    /// `c + (x * k)`
    I32MulConstAdd "i32.add(i32.mul)" chain(I32Mul, I32Add);
    /// `c ^ (x * k)`
    I32MulConstXor "i32.xor(i32.mul)" chain(I32Mul, I32Xor);
    /// `c + (x & k)`
    I32AndConstAdd "i32.add(i32.and)" chain(I32And, I32Add);
    /// `c | (x & k)`
    I32AndConstOr "i32.or(i32.and)" chain(I32And, I32Or);
    /// `c ^ (x & k)`
    I32AndConstXor "i32.xor(i32.and)" chain(I32And, I32Xor);
    /// `c + (x << k)`
    I64ShlConstAdd "i64.add(i64.shl)" chain(I64Shl, I64Add);
    /// `c ^ (x << k)`
    I64ShlConstXor "i64.xor(i64.shl)" chain(I64Shl, I64Xor);
    /// `c | (x << k)`
    I64ShlConstOr "i64.or(i64.shl)" chain(I64Shl, I64Or);
    /// `c + (x >> k)`
    I64ShrUConstAdd "i64.add(i64.shr_u)" chain(I64ShrU, I64Add);
    /// `c ^ (x >> k)`
    I64ShrUConstXor "i64.xor(i64.shr_u)" chain(I64ShrU, I64Xor);
    /// `c | (x >> k)`
    I64ShrUConstOr "i64.or(i64.shr_u)" chain(I64ShrU, I64Or);
    /// `c + (x >> k)`
    I64ShrSConstAdd "i64.add(i64.shr_s)" chain(I64ShrS, I64Add);
    /// `c ^ (x >> k)`
    I64ShrSConstXor "i64.xor(i64.shr_s)" chain(I64ShrS, I64Xor);
    /// `c + (x rotl k)`
    I64RotlConstAdd "i64.add(i64.rotl)" chain(I64Rotl, I64Add);
    /// `c ^ (x rotl k)`
    I64RotlConstXor "i64.xor(i64.rotl)" chain(I64Rotl, I64Xor);
    /// `c + (x * k)`
    I64MulConstAdd "i64.add(i64.mul)" chain(I64Mul, I64Add);
    /// `c ^ (x * k)`
    I64MulConstXor "i64.xor(i64.mul)" chain(I64Mul, I64Xor);
    /// `c + (x & k)`
    I64AndConstAdd "i64.add(i64.and)" chain(I64And, I64Add);
    /// `c | (x & k)`
    I64AndConstOr "i64.or(i64.and)" chain(I64And, I64Or);
    /// `c ^ (x & k)`
    I64AndConstXor "i64.xor(i64.and)" chain(I64And, I64Xor);

    // Two operations with constants.
    /// `(x << k) >> l`
    I32ShlConstShrSConst "i32.shr_s(i32.shl)" twice(I32Shl, I32ShrS);
    /// `(x << k) >> l`
    I32ShlConstShrUConst "i32.shr_u(i32.shl)" twice(I32Shl, I32ShrU);
    /// `(x << k) & l`
    I32ShlConstAndConst "i32.and(i32.shl)" twice(I32Shl, I32And);
    /// `(x << k) + l`
    I32ShlConstAddConst "i32.add(i32.shl)" twice(I32Shl, I32Add);
    /// `(x >> k) & l`
    I32ShrUConstAndConst "i32.and(i32.shr_u)" twice(I32ShrU, I32And);
    /// `(x + k) & l`
    I32AddConstAndConst "i32.and(i32.add)" twice(I32Add, I32And);
    /// `(x & k) << l`
    I32AndConstShlConst "i32.shl(i32.and)" twice(I32And, I32Shl);
    /// `(x & k) + l`
    I32AndConstAddConst "i32.add(i32.and)" twice(I32And, I32Add);
    /// `(x & k) | l`
    I32AndConstOrConst "i32.or(i32.and)" twice(I32And, I32Or);
    /// `(x * k) + l`
    I32MulConstAddConst "i32.add(i32.mul)" twice(I32Mul, I32Add);
    /// `(x + k) << l`
    I32AddConstShlConst "i32.shl(i32.add)" twice(I32Add, I32Shl);
    /// `(x << k) >> l`
    I64ShlConstShrSConst "i64.shr_s(i64.shl)" twice(I64Shl, I64ShrS);
    /// `(x << k) >> l`
    I64ShlConstShrUConst "i64.shr_u(i64.shl)" twice(I64Shl, I64ShrU);
    /// `(x << k) & l`
    I64ShlConstAndConst "i64.and(i64.shl)" twice(I64Shl, I64And);
    /// `(x << k) + l`
    I64ShlConstAddConst "i64.add(i64.shl)" twice(I64Shl, I64Add);
    /// `(x >> k) & l`
    I64ShrUConstAndConst "i64.and(i64.shr_u)" twice(I64ShrU, I64And);
    /// `(x + k) & l`
    I64AddConstAndConst "i64.and(i64.add)" twice(I64Add, I64And);
    /// `(x & k) << l`
    I64AndConstShlConst "i64.shl(i64.and)" twice(I64And, I64Shl);
    /// `(x & k) + l`
    I64AndConstAddConst "i64.add(i64.and)" twice(I64And, I64Add);
    /// `(x & k) | l`
    I64AndConstOrConst "i64.or(i64.and)" twice(I64And, I64Or);
    /// `(x * k) + l`
    I64MulConstAddConst "i64.add(i64.mul)" twice(I64Mul, I64Add);
    /// `(x + k) << l`
    I64AddConstShlConst "i64.shl(i64.add)" twice(I64Add, I64Shl);

    // An operation, then one with a third operand.
    /// `c + (x * y)`
    I32MulAdd "i32.add(i32.mul)" product(I32Mul, I32Add);
    /// `c ^ (x & y)`
    I32AndXor "i32.xor(i32.and)" product(I32And, I32Xor);
    /// `c & (x ^ y)`
    I32XorAnd "i32.and(i32.xor)" product(I32Xor, I32And);
    /// `c ^ (x ^ y)`
    I32XorXor "i32.xor(i32.xor)" product(I32Xor, I32Xor);
    /// `c + (x + y)`
    I32AddAdd "i32.add(i32.add)" product(I32Add, I32Add);
    /// `c ^ (x + y)`
    I32AddXor "i32.xor(i32.add)" product(I32Add, I32Xor);
    /// `c + (x * y)`
    I64MulAdd "i64.add(i64.mul)" product(I64Mul, I64Add);
    /// `c ^ (x & y)`
    I64AndXor "i64.xor(i64.and)" product(I64And, I64Xor);
    /// `c & (x ^ y)`
    I64XorAnd "i64.and(i64.xor)" product(I64Xor, I64And);
    /// `c ^ (x ^ y)`
    I64XorXor "i64.xor(i64.xor)" product(I64Xor, I64Xor);
    /// `c + (x + y)`
    I64AddAdd "i64.add(i64.add)" product(I64Add, I64Add);
    /// `c ^ (x + y)`
    I64AddXor "i64.xor(i64.add)" product(I64Add, I64Xor);
    /// `c + (x * y)`
    F32MulAdd "f32.add(f32.mul)" product(F32Mul, F32Add);
    /// `c - (x * y)`
    F32MulSubFrom "f32.sub(f32.mul)" product(F32Mul, F32Sub);
    /// `(x * y) - c`
    F32MulSub "f32.sub(f32.mul)" product_left(F32Mul, F32Sub);
    /// `c * (x * y)`
    F32MulMul "f32.mul(f32.mul)" product(F32Mul, F32Mul);
    /// `c + (x + y)`
    F32AddAdd "f32.add(f32.add)" product(F32Add, F32Add);
    /// `c * (x - y)`
    F32SubMul "f32.mul(f32.sub)" product(F32Sub, F32Mul);
    /// `c + (x * y)`
    F64MulAdd "f64.add(f64.mul)" product(F64Mul, F64Add);
    /// `c - (x * y)`
    F64MulSubFrom "f64.sub(f64.mul)" product(F64Mul, F64Sub);
    /// `(x * y) - c`
    F64MulSub "f64.sub(f64.mul)" product_left(F64Mul, F64Sub);
    /// `c * (x * y)`
    F64MulMul "f64.mul(f64.mul)" product(F64Mul, F64Mul);
    /// `c + (x + y)`
    F64AddAdd "f64.add(f64.add)" product(F64Add, F64Add);
    /// `c * (x - y)`
    F64SubMul "f64.mul(f64.sub)" product(F64Sub, F64Mul);

    // A load, then an operation with another operand.
    /// `c + [x + offset]`
    I32LoadAdd "i32.add(i32.load)" loaded(I32Load, I32Add);
    /// `c - [x + offset]`
    I32LoadSubFrom "i32.sub(i32.load)" loaded(I32Load, I32Sub);
    /// `c & [x + offset]`
    I32LoadAnd "i32.and(i32.load)" loaded(I32Load, I32And);
    /// `c | [x + offset]`
    I32LoadOr "i32.or(i32.load)" loaded(I32Load, I32Or);
    /// `c ^ [x + offset]`
    I32LoadXor "i32.xor(i32.load)" loaded(I32Load, I32Xor);
    /// `c * [x + offset]`
    I32LoadMul "i32.mul(i32.load)" loaded(I32Load, I32Mul);
    /// `[x + offset] - c`
    I32LoadSub "i32.sub(i32.load)" loaded_left(I32Load, I32Sub);
    /// `c + [x + offset]`
    I32Load8UAdd "i32.add(i32.load8_u)" loaded(I32Load8U, I32Add);
    /// `c ^ [x + offset]`
    I32Load8UXor "i32.xor(i32.load8_u)" loaded(I32Load8U, I32Xor);
    /// `c | [x + offset]`
    I32Load8UOr "i32.or(i32.load8_u)" loaded(I32Load8U, I32Or);
    /// `c + [x + offset]`
    I32Load16UAdd "i32.add(i32.load16_u)" loaded(I32Load16U, I32Add);
    /// `c ^ [x + offset]`
    I32Load16UXor "i32.xor(i32.load16_u)" loaded(I32Load16U, I32Xor);
    /// `c | [x + offset]`
    I32Load16UOr "i32.or(i32.load16_u)" loaded(I32Load16U, I32Or);
    /// `c + [x + offset]`
    I64LoadAdd "i64.add(i64.load)" loaded(I64Load, I64Add);
    /// `c - [x + offset]`
    I64LoadSubFrom "i64.sub(i64.load)" loaded(I64Load, I64Sub);
    /// `c & [x + offset]`
    I64LoadAnd "i64.and(i64.load)" loaded(I64Load, I64And);
    /// `c | [x + offset]`
    I64LoadOr "i64.or(i64.load)" loaded(I64Load, I64Or);
    /// `c ^ [x + offset]`
    I64LoadXor "i64.xor(i64.load)" loaded(I64Load, I64Xor);
    /// `c + [x + offset]`
    F32LoadAdd "f32.add(f32.load)" loaded(F32Load, F32Add);
    /// `c - [x + offset]`
    F32LoadSubFrom "f32.sub(f32.load)" loaded(F32Load, F32Sub);
    /// `c * [x + offset]`
    F32LoadMul "f32.mul(f32.load)" loaded(F32Load, F32Mul);
    /// `[x + offset] - c`
    F32LoadSub "f32.sub(f32.load)" loaded_left(F32Load, F32Sub);
    /// `c + [x + offset]`
    F64LoadAdd "f64.add(f64.load)" loaded(F64Load, F64Add);
    /// `c - [x + offset]`
    F64LoadSubFrom "f64.sub(f64.load)" loaded(F64Load, F64Sub);
    /// `c * [x + offset]`
    F64LoadMul "f64.mul(f64.load)" loaded(F64Load, F64Mul);
    /// `[x + offset] - c`
    F64LoadSub "f64.sub(f64.load)" loaded_left(F64Load, F64Sub);

    // An address that is a sum, then a load from there.
    /// `[x + y + offset]`
    I32LoadIndexed "i32.load(i32.add)" indexed(I32Add, I32Load);
    /// `[x + y + offset]`
    I64LoadIndexed "i64.load(i32.add)" indexed(I32Add, I64Load);
    /// `[x + y + offset]`
    F32LoadIndexed "f32.load(i32.add)" indexed(I32Add, F32Load);
    /// `[x + y + offset]`
    F64LoadIndexed "f64.load(i32.add)" indexed(I32Add, F64Load);
    /// `[x + y + offset]`
    V128LoadIndexed "v128.load(i32.add)" indexed(I32Add, V128Load);
    /// `[x + y + offset]`
    I32Load8SIndexed "i32.load8_s(i32.add)" indexed(I32Add, I32Load8S);
    /// `[x + y + offset]`
    I32Load8UIndexed "i32.load8_u(i32.add)" indexed(I32Add, I32Load8U);
    /// `[x + y + offset]`
    I32Load16SIndexed "i32.load16_s(i32.add)" indexed(I32Add, I32Load16S);
    /// `[x + y + offset]`
    I32Load16UIndexed "i32.load16_u(i32.add)" indexed(I32Add, I32Load16U);
    /// `[x + y + offset]`
    I64Load32UIndexed "i64.load32_u(i32.add)" indexed(I32Add, I64Load32U);

    // An address that is the sum of a base and a multiple of an index, then a load from there.
    /// `[c + (x << k) + offset]`
    I32LoadScaled "i32.load(i32.add(i32.shl))" scaled(I32ShlConstAdd, I32Load);
    /// `[c + (x << k) + offset]`
    I64LoadScaled "i64.load(i32.add(i32.shl))" scaled(I32ShlConstAdd, I64Load);
    /// `[c + (x << k) + offset]`
    F32LoadScaled "f32.load(i32.add(i32.shl))" scaled(I32ShlConstAdd, F32Load);
    /// `[c + (x << k) + offset]`
    F64LoadScaled "f64.load(i32.add(i32.shl))" scaled(I32ShlConstAdd, F64Load);
    /// `[c + (x << k) + offset]`
    V128LoadScaled "v128.load(i32.add(i32.shl))" scaled(I32ShlConstAdd, V128Load);
    /// `[c + (x << k) + offset]`
    I32Load8SScaled "i32.load8_s(i32.add(i32.shl))" scaled(I32ShlConstAdd, I32Load8S);
    /// `[c + (x << k) + offset]`
    I32Load8UScaled "i32.load8_u(i32.add(i32.shl))" scaled(I32ShlConstAdd, I32Load8U);
    /// `[c + (x << k) + offset]`
    I32Load16SScaled "i32.load16_s(i32.add(i32.shl))" scaled(I32ShlConstAdd, I32Load16S);
    /// `[c + (x << k) + offset]`
    I32Load16UScaled "i32.load16_u(i32.add(i32.shl))" scaled(I32ShlConstAdd, I32Load16U);
    /// `[c + (x << k) + offset]`
    I64Load32UScaled "i64.load32_u(i32.add(i32.shl))" scaled(I32ShlConstAdd, I64Load32U);
    /// `[c + x * k + offset]`
    I32LoadStrided "i32.load(i32.add(i32.mul))" scaled(I32MulConstAdd, I32Load);
} } }
pub(crate) use fused;
