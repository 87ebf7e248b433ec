//! Values with their type, as an embedder passes them when types are known only at run time.
//!
//! Spec: [Execution › Runtime Structure › Values](https://webassembly.github.io/spec/core/exec/runtime.html#values).

use crate::{Error, Func, as_machine::usage};
use alloc::format;
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_types::{HeapType, RefType, ValType, Value};

/// A host value that WebAssembly can hold and hand back, but not look into: an index the host
/// chose, for instance into a table of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternRef(pub u32);

/// A value with its type.
///
/// Floating-point numbers are kept as bits, so that comparing and copying keeps every NaN; build
/// them with `Val::from(1.5_f32)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Val {
    /// An `i32`.
    I32(i32),
    /// An `i64`.
    I64(i64),
    /// The bits of an `f32`.
    F32(u32),
    /// The bits of an `f64`.
    F64(u64),
    /// A `v128`; lane 0 in the lowest bits.
    V128(u128),
    /// A reference to a function, or null.
    FuncRef(Option<Func>),
    /// A reference to a host value, or null.
    ExternRef(Option<ExternRef>),
}

impl Val {
    /// The type.
    #[must_use]
    #[inline]
    pub const fn ty(&self) -> ValType {
        match self {
            Self::I32(_) => ValType::I32,
            Self::I64(_) => ValType::I64,
            Self::F32(_) => ValType::F32,
            Self::F64(_) => ValType::F64,
            Self::V128(_) => ValType::V128,
            Self::FuncRef(_) => ValType::FUNCREF,
            Self::ExternRef(_) => ValType::EXTERNREF,
        }
    }

    /// The default of a type: zero, or null.
    ///
    /// `None` for references that cannot be null, and for types that no `Val` has.
    #[must_use]
    #[inline]
    pub const fn default_for(ty: ValType) -> Option<Self> {
        Some(match ty {
            ValType::I32 => Self::I32(0),
            ValType::I64 => Self::I64(0),
            ValType::F32 => Self::F32(0),
            ValType::F64 => Self::F64(0),
            ValType::V128 => Self::V128(0),
            ValType::Ref(RefType { nullable: true, heap }) => match heap {
                HeapType::Func | HeapType::NoFunc => Self::FuncRef(None),
                HeapType::Extern | HeapType::NoExtern => Self::ExternRef(None),
                _ => return None,
            },
            ValType::Ref(_) => return None,
        })
    }

    /// Whether the value can be used where `ty` is asked for.
    #[must_use]
    #[inline]
    pub fn matches(&self, ty: ValType) -> bool {
        match (self, ty) {
            (Self::FuncRef(func), ValType::Ref(RefType { nullable, heap })) => match func {
                Some(_) => heap == HeapType::Func,
                None => nullable && matches!(heap, HeapType::Func | HeapType::NoFunc),
            },
            (Self::ExternRef(value), ValType::Ref(RefType { nullable, heap })) => match value {
                Some(_) => heap == HeapType::Extern,
                None => nullable && matches!(heap, HeapType::Extern | HeapType::NoExtern),
            },
            _ => self.ty() == ty,
        }
    }

    /// The number, if it is an `i32`.
    #[must_use]
    pub const fn i32(self) -> Option<i32> {
        match self {
            Self::I32(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is an `i64`.
    #[must_use]
    pub const fn i64(self) -> Option<i64> {
        match self {
            Self::I64(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is an `f32`.
    #[must_use]
    pub const fn f32(self) -> Option<f32> {
        match self {
            Self::F32(bits) => Some(f32::from_bits(bits)),
            _ => None,
        }
    }

    /// The number, if it is an `f64`.
    #[must_use]
    pub const fn f64(self) -> Option<f64> {
        match self {
            Self::F64(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The vector, if it is a `v128`; lane 0 in the lowest bits.
    #[must_use]
    pub const fn v128(self) -> Option<u128> {
        match self {
            Self::V128(value) => Some(value),
            _ => None,
        }
    }

    /// Without the type, after checking that it is `ty` and that references are of this machine.
    #[inline]
    pub(crate) fn into_value(self, ty: ValType, core: &Core) -> Result<Value, Error> {
        if !self.matches(ty) {
            return Err(self.mismatch(ty));
        }
        Ok(match self {
            Self::I32(value) => value.into(),
            Self::I64(value) => value.into(),
            Self::F32(bits) => bits.into(),
            Self::F64(bits) => bits.into(),
            Self::V128(value) => value.into(),
            Self::FuncRef(func) => {
                func.map_or(Ok(()), |func| func.check(core))?;
                Value::from_ref_addr(func.map(|func| func.addr().0))
            }
            Self::ExternRef(value) => Value::from_ref_addr(value.map(|value| value.0)),
        })
    }

    #[cold]
    fn mismatch(self, wanted: ValType) -> Error {
        usage(format!("expected a value of type {wanted}, found {self}"))
    }

    /// With the type that the context knows.
    #[inline]
    pub(crate) fn from_value(value: Value, ty: ValType) -> Result<Self, Error> {
        Ok(match ty {
            ValType::I32 => Self::I32(value.as_i32()),
            ValType::I64 => Self::I64(value.as_i64()),
            ValType::F32 => Self::F32(value.as_u32()),
            ValType::F64 => Self::F64(value.as_u64()),
            ValType::V128 => Self::V128(value.as_u128()),
            ValType::Ref(ty) => match ty.heap {
                HeapType::Func | HeapType::NoFunc => {
                    Self::FuncRef(value.as_ref_addr().map(Func::from_addr_bits))
                }
                HeapType::Extern | HeapType::NoExtern => {
                    Self::ExternRef(value.as_ref_addr().map(ExternRef))
                }
                _ => return Err(stays_inside(ty)),
            },
        })
    }
}

#[cold]
fn stays_inside(ty: RefType) -> Error {
    usage(format!("references of type {ty} cannot leave the machine"))
}

macro_rules! from {
    ($($T:ty: $value:ident => $val:expr;)*) => { $(
        impl From<$T> for Val {
            fn from($value: $T) -> Self {
                $val
            }
        }
    )* };
}

// `From` for each Rust type that has one WebAssembly type.
from! {
    i32: v => Self::I32(v);
    u32: v => Self::I32(v.cast_signed());
    i64: v => Self::I64(v);
    u64: v => Self::I64(v.cast_signed());
    f32: v => Self::F32(v.to_bits());
    f64: v => Self::F64(v.to_bits());
    u128: v => Self::V128(v);
    Func: v => Self::FuncRef(Some(v));
    Option<Func>: v => Self::FuncRef(v);
    ExternRef: v => Self::ExternRef(Some(v));
    Option<ExternRef>: v => Self::ExternRef(v);
}

/// As a person reads it: a number in decimal, a vector in hexadecimal, a reference by its address.
impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::I32(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F32(bits) => f32::from_bits(bits).fmt(f),
            Self::F64(bits) => f64::from_bits(bits).fmt(f),
            Self::V128(value) => write!(f, "{value:#034x}"),
            Self::FuncRef(Some(func)) => write!(f, "funcref {}", func.addr()),
            Self::FuncRef(None) => f.write_str("null funcref"),
            Self::ExternRef(Some(value)) => write!(f, "externref {}", value.0),
            Self::ExternRef(None) => f.write_str("null externref"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn values_keep_their_bits() {
        let core = Core::new(&dergwasm_exec::Config::default());
        let nan = Val::F32(0x7fa0_0001);
        for val in [
            Val::I32(-1),
            Val::I64(i64::MIN),
            nan,
            Val::from(-0.0_f64),
            Val::V128(u128::MAX - 7),
            Val::FuncRef(None),
            Val::ExternRef(Some(ExternRef(u32::MAX))),
        ] {
            let value = val.into_value(val.ty(), &core).unwrap();
            assert_eq!(Val::from_value(value, val.ty()).unwrap(), val);
        }
        assert!(nan.f32().unwrap().is_nan());
    }

    #[test]
    fn wrong_types_and_foreign_functions_are_refused() {
        let core = Core::new(&dergwasm_exec::Config::default());
        let error = Val::I32(7).into_value(ValType::I64, &core).unwrap_err();
        assert_eq!(error.to_string(), "expected a value of type i64, found 7");
        let foreign = Val::from(Func::from_addr_bits(3));
        assert!(foreign.into_value(ValType::FUNCREF, &core).is_err());
        let non_null = ValType::Ref(RefType { nullable: false, heap: HeapType::Func });
        assert!(!Val::FuncRef(None).matches(non_null) && foreign.matches(non_null));
        assert_eq!(Val::default_for(non_null), None);
    }
}
