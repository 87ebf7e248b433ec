//! Constant expressions: initial values of globals and tables, offsets and items of segments.
//!
//! Spec: [Validation › Instructions › Constant Expressions](https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions).
//! They are kept as they are written; evaluating them needs a store.

use crate::{
    Features,
    error::{Fault, position},
    room,
    section::types::heap_type,
};
use alloc::{string::ToString, vec::Vec};
use core::{fmt, slice};
use dergwasm_types::{FuncIdx, GlobalIdx, HeapType, SubType, TypeIdx};
use wasmparser::Operator;

/// One instruction of a constant expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConstOp {
    /// `i32.const`
    I32Const(i32),
    /// `i64.const`
    I64Const(i64),
    /// `f32.const`, as bits.
    F32Const(u32),
    /// `f64.const`, as bits.
    F64Const(u64),
    /// `v128.const`, lane 0 in the lowest bits.
    V128Const(u128),
    /// `ref.null`
    RefNull(HeapType),
    /// `ref.func`
    RefFunc(FuncIdx),
    /// `global.get`
    GlobalGet(GlobalIdx),
    /// `i32.add`
    I32Add,
    /// `i32.sub`
    I32Sub,
    /// `i32.mul`
    I32Mul,
    /// `i64.add`
    I64Add,
    /// `i64.sub`
    I64Sub,
    /// `i64.mul`
    I64Mul,
    /// `struct.new`
    StructNew(TypeIdx),
    /// `struct.new_default`
    StructNewDefault(TypeIdx),
    /// `array.new`
    ArrayNew(TypeIdx),
    /// `array.new_default`
    ArrayNewDefault(TypeIdx),
    /// `array.new_fixed` of so many elements
    ArrayNewFixed(TypeIdx, u32),
    /// `ref.i31`
    RefI31,
    /// `any.convert_extern`
    AnyConvertExtern,
    /// `extern.convert_any`
    ExternConvertAny,
}

impl ConstOp {
    /// Whether it takes two operands; every other instruction takes none. Both give one result.
    #[must_use]
    pub const fn is_binary(self) -> bool {
        matches!(
            self,
            Self::I32Add | Self::I32Sub | Self::I32Mul | Self::I64Add | Self::I64Sub | Self::I64Mul
        )
    }

    /// How many operands it takes, or nothing if it makes an aggregate of a type that is none.
    #[must_use]
    pub fn operands(self, types: &[SubType]) -> Option<usize> {
        let fields = |ty: TypeIdx| Some(types.get(ty.index())?.as_struct()?.fields.len());
        let array = |ty: TypeIdx, len| types.get(ty.index())?.as_array().map(|_| len);
        match self {
            Self::StructNew(ty) => fields(ty),
            Self::StructNewDefault(ty) => fields(ty).map(|_| 0),
            Self::ArrayNew(ty) => array(ty, 2),
            Self::ArrayNewDefault(ty) => array(ty, 1),
            Self::ArrayNewFixed(ty, len) => array(ty, len as usize),
            Self::RefI31 | Self::AnyConvertExtern | Self::ExternConvertAny => Some(1),
            op if op.is_binary() => Some(2),
            _ => Some(0),
        }
    }

    fn read(op: &Operator<'_>, offset: usize, features: Features) -> Result<Self, Fault> {
        Ok(match *op {
            Operator::I32Const { value } => Self::I32Const(value),
            Operator::I64Const { value } => Self::I64Const(value),
            Operator::F32Const { value } => Self::F32Const(value.bits()),
            Operator::F64Const { value } => Self::F64Const(value.bits()),
            Operator::V128Const { value } => Self::V128Const(u128::from_le_bytes(*value.bytes())),
            Operator::RefNull { hty } => Self::RefNull(heap_type(hty, offset, features)?),
            Operator::RefFunc { function_index } => Self::RefFunc(FuncIdx(function_index)),
            Operator::GlobalGet { global_index } => Self::GlobalGet(GlobalIdx(global_index)),
            Operator::I32Add => Self::I32Add,
            Operator::I32Sub => Self::I32Sub,
            Operator::I32Mul => Self::I32Mul,
            Operator::I64Add => Self::I64Add,
            Operator::I64Sub => Self::I64Sub,
            Operator::I64Mul => Self::I64Mul,
            ref aggregate => return Self::read_aggregate(aggregate, offset, features),
        })
    }

    fn read_aggregate(op: &Operator<'_>, offset: usize, features: Features) -> Result<Self, Fault> {
        let op = match *op {
            Operator::StructNew { struct_type_index } => {
                Self::StructNew(TypeIdx(struct_type_index))
            }
            Operator::StructNewDefault { struct_type_index } => {
                Self::StructNewDefault(TypeIdx(struct_type_index))
            }
            Operator::ArrayNew { array_type_index } => Self::ArrayNew(TypeIdx(array_type_index)),
            Operator::ArrayNewDefault { array_type_index } => {
                Self::ArrayNewDefault(TypeIdx(array_type_index))
            }
            Operator::ArrayNewFixed { array_type_index, array_size } => {
                Self::ArrayNewFixed(TypeIdx(array_type_index), array_size)
            }
            Operator::RefI31 => Self::RefI31,
            Operator::AnyConvertExtern => Self::AnyConvertExtern,
            Operator::ExternConvertAny => Self::ExternConvertAny,
            _ => {
                let reason = "constant expression required".to_string();
                return Err(Fault::Broken { offset, reason });
            }
        };
        match features.gc() {
            true => Ok(op),
            false => {
                let reason = "aggregate in a constant expression".to_string();
                Err(Fault::Needs { offset, proposals: Features::GC, reason })
            }
        }
    }
}

impl fmt::Display for ConstOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::I32Const(value) => write!(f, "i32.const {value}"),
            Self::I64Const(value) => write!(f, "i64.const {value}"),
            Self::F32Const(bits) => match f32::from_bits(bits) {
                value if value.is_nan() => write!(f, "f32.const {}", Nan(bits.into(), 32, 23)),
                value => write!(f, "f32.const {value:?}"),
            },
            Self::F64Const(bits) => match f64::from_bits(bits) {
                value if value.is_nan() => write!(f, "f64.const {}", Nan(bits, 64, 52)),
                value => write!(f, "f64.const {value:?}"),
            },
            Self::V128Const(bits) => write!(f, "v128.const {bits:#034x}"),
            Self::RefNull(heap) => write!(f, "ref.null {heap}"),
            Self::RefFunc(func) => write!(f, "ref.func {func}"),
            Self::GlobalGet(global) => write!(f, "global.get {global}"),
            Self::I32Add => f.write_str("i32.add"),
            Self::I32Sub => f.write_str("i32.sub"),
            Self::I32Mul => f.write_str("i32.mul"),
            Self::I64Add => f.write_str("i64.add"),
            Self::I64Sub => f.write_str("i64.sub"),
            Self::I64Mul => f.write_str("i64.mul"),
            Self::StructNew(ty) => write!(f, "struct.new {ty}"),
            Self::StructNewDefault(ty) => write!(f, "struct.new_default {ty}"),
            Self::ArrayNew(ty) => write!(f, "array.new {ty}"),
            Self::ArrayNewDefault(ty) => write!(f, "array.new_default {ty}"),
            Self::ArrayNewFixed(ty, len) => write!(f, "array.new_fixed {ty} {len}"),
            Self::RefI31 => f.write_str("ref.i31"),
            Self::AnyConvertExtern => f.write_str("any.convert_extern"),
            Self::ExternConvertAny => f.write_str("extern.convert_any"),
        }
    }
}

/// The bits of a NaN, their width and that of the payload: printed as in the text format.
struct Nan(u64, u32, u32);

impl fmt::Display for Nan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bits, width, payload) = *self;
        let sign = if bits >> (width - 1) == 1 { "-" } else { "" };
        write!(f, "{sign}nan:{:#x}", bits & ((1 << payload) - 1))
    }
}

/// A constant expression, without its `end`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConstExpr(Ops);

/// Nearly all expressions are one instruction; those are kept without an allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ops {
    One(ConstOp),
    Many(Vec<ConstOp>),
}

impl ConstExpr {
    /// Its instructions, in postfix order.
    ///
    /// Even in a module that was not validated, evaluating them leaves exactly one value and
    /// never takes one that is not there.
    #[must_use]
    pub fn ops(&self) -> &[ConstOp] {
        match &self.0 {
            Ops::One(op) => slice::from_ref(op),
            Ops::Many(ops) => ops,
        }
    }

    pub(crate) fn read(
        expr: &wasmparser::ConstExpr<'_>,
        features: Features,
    ) -> Result<Self, Fault> {
        let mut reader = expr.get_operators_reader();
        let mut first = None;
        let mut ops = Vec::new();
        while !reader.eof() {
            let (op, offset) = reader.read_with_offset()?;
            if matches!(op, Operator::End) {
                break;
            }
            let op = ConstOp::read(&op, position(offset), features)?;
            match first {
                None => first = Some(op),
                Some(first) if ops.is_empty() => ops.extend([first, op]),
                Some(_) => {
                    room::push(&mut ops, op, "a constant expression", position(offset))?;
                }
            }
        }
        Ok(Self(match first {
            Some(op) if ops.is_empty() => Ops::One(op),
            _ => Ops::Many(ops),
        }))
    }

    /// Whether every instruction finds its operands, aggregates their types among `types`, and one
    /// value is left.
    pub(crate) fn is_balanced(&self, types: &[SubType]) -> bool {
        let mut height = 0_usize;
        for op in self.ops() {
            let left = op.operands(types).and_then(|operands| height.checked_sub(operands));
            let Some(left) = left else { return false };
            height = left + 1;
        }
        height == 1
    }
}

impl fmt::Display for ConstExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, op) in self.ops().iter().enumerate() {
            let space = if i == 0 { "" } else { " " };
            write!(f, "{space}{op}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_not_larger_than_its_instruction() {
        assert_eq!(size_of::<ConstExpr>(), size_of::<ConstOp>());
    }

    #[test]
    fn balance_counts_operands() {
        use ConstOp::*;
        let balanced = |ops: &[ConstOp]| ConstExpr(Ops::Many(ops.into())).is_balanced(&[]);
        assert!(balanced(&[I32Const(1), I32Const(2), I32Add]));
        assert!(!balanced(&[I32Const(1), I32Add]));
        assert!(!balanced(&[I32Const(1), I32Const(2)]));
        assert!(balanced(&[I32Const(1), RefI31, ExternConvertAny]));
        assert!(!balanced(&[StructNew(TypeIdx(0))]));
        assert!(!balanced(&[]));
    }
}
