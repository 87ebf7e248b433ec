//! The types of programs: the same few in each.

use std::fmt;

/// A type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    I32,
    I64,
    F32,
    F64,
    V128,
    Any,
    /// A reference to one of [`STRUCTS`], or null.
    Struct(usize),
    /// A reference to one of [`ARRAYS`], or null.
    Array(usize),
    Exn,
    /// A reference to a function of the first of [`SIGNATURES`], or null.
    Func,
}

use Ty::{Any, Array, Exn, F32, F64, Func, I32, I64, Struct, V128};

/// Every type of a local.
pub(super) const TYPES: &[Ty] = &[
    I32,
    I64,
    F32,
    F64,
    V128,
    Any,
    Struct(0),
    Struct(1),
    Struct(2),
    Struct(3),
    Array(0),
    Array(1),
    Array(2),
    Array(3),
    Array(4),
    Array(5),
    Array(6),
    Exn,
    Func,
];

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            I32 => "i32",
            I64 => "i64",
            F32 => "f32",
            F64 => "f64",
            V128 => "v128",
            Any => "anyref",
            Struct(n) => return write!(f, "(ref null $s{n})"),
            Array(n) => return write!(f, "(ref null $a{n})"),
            Exn => "exnref",
            Func => "(ref null $g0)",
        })
    }
}

/// What a field or element holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Storage {
    I8,
    I16,
    Of(Ty),
}

impl Storage {
    /// The type of the value on the stack.
    pub(super) fn ty(self) -> Ty {
        match self {
            Self::I8 | Self::I16 => I32,
            Self::Of(ty) => ty,
        }
    }

    /// The endings that instructions which read it may have.
    pub(super) fn endings(self) -> &'static [&'static str] {
        match self {
            Self::I8 | Self::I16 => &["_s", "_u"],
            Self::Of(_) => &[""],
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I8 => f.write_str("i8"),
            Self::I16 => f.write_str("i16"),
            Self::Of(ty) => ty.fmt(f),
        }
    }
}

use Storage::{I8, I16, Of};

/// Each structure: the one it is a subtype of, and its fields.
pub(super) const STRUCTS: &[(Option<usize>, &[Storage])] = &[
    (None, &[Of(I32), Of(Struct(0))]),
    (Some(0), &[Of(I32), Of(Struct(0)), Of(I64), I8, Of(Any)]),
    (Some(1), &[Of(I32), Of(Struct(0)), Of(I64), I8, Of(Any), Of(F64), Of(Array(1)), Of(V128)]),
    (Some(0), &[Of(I32), Of(Struct(0)), I16, Of(F32), Of(Func), Of(Exn)]),
];

/// What the elements of each array are.
pub(super) const ARRAYS: &[Storage] =
    &[Of(I32), Of(Any), I8, Of(I64), Of(Struct(0)), Of(F64), Of(V128)];

/// Parameters and results of functions.
pub(super) const SIGNATURES: &[(&[Ty], &[Ty])] = &[
    (&[I32], &[I32]),
    (&[I32, I64], &[I64]),
    (&[Any], &[Any]),
    (&[F64, I32], &[F64, I32]),
    (&[Struct(0)], &[I32]),
    (&[], &[]),
    (&[I32, Any], &[I32, Any, I64]),
    (&[F32, V128, I64], &[V128]),
    (&[Array(4), I32], &[Struct(0)]),
    (&[I32, I32], &[F64]),
];

/// What exceptions of each tag carry.
pub(super) const TAGS: &[&[Ty]] =
    &[&[], &[I32], &[I32, I64], &[Any], &[F64, Struct(0), I32], &[V128, F32]];

/// Mutable globals.
pub(super) const GLOBALS: &[Ty] = &[I32, I64, F64, Any, Struct(0), Array(4), Exn, Func, V128];

/// The types as text.
pub(super) fn words(types: &[Ty]) -> String {
    types.iter().map(|ty| format!("{ty} ")).collect()
}
