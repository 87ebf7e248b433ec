//! Values with their type, as an embedder passes them when types are known only at run time.
//!
//! Spec: [Execution › Runtime Structure › Values](https://webassembly.github.io/spec/core/exec/runtime.html#values).

use crate::{
    AnyRef, ArrayRef, AsMachine, CoreMut, EqRef, Error, ExnRef, ExternRef, Func, Rooted, StructRef,
    as_machine::usage,
    gc::{Hierarchy, described, heap_type_of, word_is},
};
use alloc::{format, string::ToString};
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_types::{Closed, HeapType, RefType, ValType, Value};

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
    ExternRef(Option<Rooted<ExternRef>>),
    /// A reference to a structure, an array or an integer, or null.
    AnyRef(Option<Rooted<AnyRef>>),
    /// A reference to an exception, or null.
    ExnRef(Option<Rooted<ExnRef>>),
}

impl Val {
    /// The narrowest type it has.
    ///
    /// # Errors
    /// It is a reference of another machine, or one whose scope has ended.
    pub fn ty(&self, machine: impl AsMachine) -> Result<ValType, Error> {
        self.ty_in(machine.as_machine().core)
    }

    fn ty_in(self, core: &Core) -> Result<ValType, Error> {
        Ok(match self {
            Self::I32(_) => ValType::I32,
            Self::I64(_) => ValType::I64,
            Self::F32(_) => ValType::F32,
            Self::F64(_) => ValType::F64,
            Self::V128(_) => ValType::V128,
            _ => {
                let Some((hierarchy, word)) = self.word(core)? else {
                    return Err(usage("this value has no type"));
                };
                let heap = match word {
                    0 => Some(hierarchy.bottom()),
                    _ => heap_type_of(hierarchy, word, core),
                };
                let heap = heap.ok_or_else(|| usage("this reference leads to nothing"))?;
                ValType::Ref(RefType { nullable: word == 0, heap })
            }
        })
    }

    /// The default of a type: zero, or null.
    ///
    /// `None` for references that cannot be null, and for types that a module defines: which null
    /// they have is for [`Val::default_in`] to say.
    #[must_use]
    #[inline]
    pub const fn default_for(ty: ValType) -> Option<Self> {
        Some(match ty {
            ValType::I32 => Self::I32(0),
            ValType::I64 => Self::I64(0),
            ValType::F32 => Self::F32(0),
            ValType::F64 => Self::F64(0),
            ValType::V128 => Self::V128(0),
            ValType::Ref(RefType { nullable: true, heap }) => match Hierarchy::of_abstract(heap) {
                Some(hierarchy) => return Self::null(hierarchy),
                None => return None,
            },
            ValType::Ref(_) => return None,
        })
    }

    const fn null(hierarchy: Hierarchy) -> Option<Self> {
        Some(match hierarchy {
            Hierarchy::Func => Self::FuncRef(None),
            Hierarchy::Extern => Self::ExternRef(None),
            Hierarchy::Any => Self::AnyRef(None),
            Hierarchy::Exn => Self::ExnRef(None),
            Hierarchy::Cont => return None,
        })
    }

    /// As [`Val::default_for`], but of any type: one of a machine or, if it is closed, of a module.
    ///
    /// ```
    /// use dergwasm_host::{Error, ExternType, Machine, Module, Val};
    ///
    /// # let wasm = wat::parse_str(
    /// #     r#"(module (type $s (struct)) (import "a" "b" (global (ref null $s))))"#,
    /// # ).unwrap();
    /// let (module, machine) = (Module::new(&wasm)?, Machine::new(()));
    /// let import = &module.decoded().imports()[0];
    /// if let ExternType::Global(ty) = module.decoded().import_type(import) {
    ///     assert_eq!(Val::default_in(&machine, ty.with(ty.content)), Some(Val::AnyRef(None)));
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn default_in(machine: impl AsMachine, ty: impl Into<Closed<ValType>>) -> Option<Self> {
        let ty = ty.into();
        match (ty.list(), *ty) {
            (Some(list), ValType::Ref(RefType { nullable, heap: HeapType::Concrete(index) })) => {
                let definition = list.types().get(index.index())?;
                let hierarchy = Hierarchy::of_definition(&definition.composite)?;
                nullable.then(|| Self::null(hierarchy)).flatten()
            }
            (_, ty) => Self::default_of(ty, machine.as_machine().core),
        }
    }

    pub(crate) fn default_of(ty: ValType, core: &Core) -> Option<Self> {
        match ty {
            ValType::Ref(RefType { nullable: true, heap }) => {
                Self::null(Hierarchy::of(heap, core)?)
            }
            _ => Self::default_for(ty),
        }
    }

    /// Whether the value can be used where `ty`, a type of the machine, is asked for.
    ///
    /// # Errors
    /// It is a reference of another machine, or one whose scope has ended.
    pub fn matches(&self, machine: impl AsMachine, ty: ValType) -> Result<bool, Error> {
        let core = machine.as_machine().core;
        Ok(match (ty, self.word(core)?) {
            (ValType::Ref(wanted), Some((hierarchy, word))) => {
                word_is(hierarchy, word, wanted, core)
            }
            (_, None) => self.ty_in(core)? == ty,
            _ => false,
        })
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

    /// The function, if it is a reference to one.
    #[must_use]
    pub const fn func(self) -> Option<Func> {
        match self {
            Self::FuncRef(func) => func,
            _ => None,
        }
    }

    /// The reference, if it is one to a host value.
    #[must_use]
    pub const fn externref(self) -> Option<Rooted<ExternRef>> {
        match self {
            Self::ExternRef(reference) => reference,
            _ => None,
        }
    }

    /// The reference, if it is one to a structure, an array or an integer.
    #[must_use]
    pub const fn anyref(self) -> Option<Rooted<AnyRef>> {
        match self {
            Self::AnyRef(reference) => reference,
            _ => None,
        }
    }

    /// The reference, if it is one to an exception.
    #[must_use]
    pub const fn exnref(self) -> Option<Rooted<ExnRef>> {
        match self {
            Self::ExnRef(reference) => reference,
            _ => None,
        }
    }

    /// The bits of a reference and where it belongs; `None` if it is a number.
    fn word(self, core: &Core) -> Result<Option<(Hierarchy, u64)>, Error> {
        let rooted = match self {
            Self::FuncRef(func) => {
                let value = func.map_or(Ok(Value::ZERO), |func| func.to_value(core))?;
                return Ok(Some((Hierarchy::Func, value.bits())));
            }
            Self::ExternRef(value) => (Hierarchy::Extern, value.map(|value| value.word(core))),
            Self::AnyRef(value) => (Hierarchy::Any, value.map(|value| value.word(core))),
            Self::ExnRef(value) => (Hierarchy::Exn, value.map(|value| value.word(core))),
            _ => return Ok(None),
        };
        Ok(Some((rooted.0, rooted.1.unwrap_or(Ok(0))?)))
    }

    /// Without the type, after checking that it is `ty` and that references are of this machine.
    #[inline]
    pub(crate) fn into_value(self, ty: ValType, core: &Core) -> Result<Value, Error> {
        Ok(match (self, ty) {
            (Self::I32(value), ValType::I32) => value.into(),
            (Self::I64(value), ValType::I64) => value.into(),
            (Self::F32(bits), ValType::F32) => bits.into(),
            (Self::F64(bits), ValType::F64) => bits.into(),
            (Self::V128(value), ValType::V128) => value.into(),
            (_, ValType::Ref(wanted)) => match self.word(core)? {
                Some((hierarchy, word)) if word_is(hierarchy, word, wanted, core) => {
                    Value::from_bits(word)
                }
                _ => return Err(self.mismatch(ty, core)),
            },
            _ => return Err(self.mismatch(ty, core)),
        })
    }

    #[cold]
    fn mismatch(self, wanted: ValType, core: &Core) -> Error {
        let found = match self.ty_in(core) {
            Ok(ty @ ValType::Ref(RefType { nullable: false, .. })) => described(&ty, core),
            _ => self.to_string(),
        };
        usage(format!("expected a value of type {}, found {found}", described(&wanted, core)))
    }

    /// With the type that the context knows; references are rooted.
    #[inline]
    pub(crate) fn from_value(
        value: Value,
        ty: ValType,
        core: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        Ok(match ty {
            ValType::I32 => Self::I32(value.as_i32()),
            ValType::I64 => Self::I64(value.as_i64()),
            ValType::F32 => Self::F32(value.as_u32()),
            ValType::F64 => Self::F64(value.as_u64()),
            ValType::V128 => Self::V128(value.as_u128()),
            ValType::Ref(ty) => return Self::from_word(value.bits(), ty, core),
        })
    }

    fn from_word(word: u64, ty: RefType, core: &mut CoreMut<'_>) -> Result<Self, Error> {
        let set = word != 0;
        Ok(match Hierarchy::of(ty.heap, core) {
            Some(Hierarchy::Func) => Self::FuncRef(Func::from_value(Value::from_bits(word), core)),
            Some(Hierarchy::Extern) => Self::ExternRef(set.then(|| Rooted::new(word, core))),
            Some(Hierarchy::Any) => Self::AnyRef(set.then(|| Rooted::new(word, core))),
            Some(Hierarchy::Exn) => Self::ExnRef(set.then(|| Rooted::new(word, core))),
            Some(Hierarchy::Cont) | None => return Err(stays_inside(ty)),
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
    Rooted<ExternRef>: v => Self::ExternRef(Some(v));
    Option<Rooted<ExternRef>>: v => Self::ExternRef(v);
    Rooted<AnyRef>: v => Self::AnyRef(Some(v));
    Option<Rooted<AnyRef>>: v => Self::AnyRef(v);
    Rooted<EqRef>: v => Self::AnyRef(Some(v.into()));
    Rooted<StructRef>: v => Self::AnyRef(Some(v.into()));
    Rooted<ArrayRef>: v => Self::AnyRef(Some(v.into()));
    Rooted<ExnRef>: v => Self::ExnRef(Some(v));
    Option<Rooted<ExnRef>>: v => Self::ExnRef(v);
}

/// As a person reads it: a number in decimal, a vector in hexadecimal, a function by its
/// address, any other reference by its kind.
impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::I32(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F32(bits) => f32::from_bits(bits).fmt(f),
            Self::F64(bits) => f64::from_bits(bits).fmt(f),
            Self::V128(value) => write!(f, "{value:#034x}"),
            Self::FuncRef(Some(func)) => write!(f, "funcref {}", func.number()),
            Self::FuncRef(None) => f.write_str("null funcref"),
            Self::ExternRef(Some(_)) => f.write_str("externref"),
            Self::ExternRef(None) => f.write_str("null externref"),
            Self::AnyRef(Some(_)) => f.write_str("anyref"),
            Self::AnyRef(None) => f.write_str("null anyref"),
            Self::ExnRef(Some(_)) => f.write_str("exnref"),
            Self::ExnRef(None) => f.write_str("null exnref"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use dergwasm_types::HeapType;

    #[test]
    fn a_value_is_two_slots() {
        assert_eq!(size_of::<Val>(), 2 * size_of::<Value>());
    }

    #[test]
    fn values_keep_their_bits() {
        let mut core = Core::new(&dergwasm_exec::Config::default());
        let nan = Val::F32(0x7fa0_0001);
        for val in [
            Val::I32(-1),
            Val::I64(i64::MIN),
            nan,
            Val::from(-0.0_f64),
            Val::V128(u128::MAX - 7),
            Val::FuncRef(None),
            Val::ExternRef(None),
            Val::AnyRef(None),
            Val::ExnRef(None),
        ] {
            let ty = val.ty_in(&core).unwrap();
            let value = val.into_value(ty, &core).unwrap();
            assert_eq!(Val::from_value(value, ty, &mut core.as_mut()).unwrap(), val);
        }
        assert!(nan.f32().unwrap().is_nan());
    }

    #[test]
    fn wrong_types_and_foreign_functions_are_refused() {
        let machine = crate::Machine::new(());
        let core = machine.core();
        let foreign = Func::wrap(&mut crate::Machine::new(()), || ()).unwrap();
        let error = Val::I32(7).into_value(ValType::I64, core).unwrap_err();
        assert_eq!(error.to_string(), "expected a value of type i64, found 7");
        let foreign = Val::from(foreign);
        assert!(foreign.into_value(ValType::FUNCREF, core).is_err());
        let non_null = ValType::Ref(RefType { nullable: false, heap: HeapType::Func });
        assert!(!Val::FuncRef(None).matches(&machine, non_null).unwrap());
        assert!(foreign.matches(&machine, non_null).is_err());
        assert_eq!(Val::default_for(non_null), None);
        let error = Val::AnyRef(None).into_value(ValType::EXTERNREF, core).unwrap_err();
        assert_eq!(error.to_string(), "expected a value of type externref, found null anyref");
    }
}
