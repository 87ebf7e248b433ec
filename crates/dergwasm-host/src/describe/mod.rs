//! Host modules in words: what they are called, take and return, for people and other languages.
//!
//! A [`ModuleDescription`] comes from `#[host_module]`, or is built by hand. It prints itself as
//! [JSON](ModuleDescription::to_json), a [C header](ModuleDescription::to_c) and
//! [Rust declarations](ModuleDescription::to_rust).
//! Knows nothing of machines.

mod c;
mod json;
mod named;
mod rust;

use alloc::{boxed::Box, string::String, vec::Vec};
use dergwasm_types::ValType;

/// A module of host functions in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleDescription {
    /// The name that guests import from.
    pub name: String,
    /// What it is, for people.
    pub docs: String,
    /// Its functions.
    pub functions: Vec<FunctionDescription>,
}

/// A host function in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionDescription {
    /// The name that guests import.
    pub name: String,
    /// What it does, for people.
    pub docs: String,
    /// Its parameters.
    pub params: Vec<ParamDescription>,
    /// What it returns.
    pub results: Vec<TypeDescription>,
}

/// A parameter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamDescription {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: TypeDescription,
}

/// A part of a structure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDescription {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: TypeDescription,
}

/// One value of an enumeration in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDescription {
    /// The name.
    pub name: String,
    /// The number.
    pub value: i128,
}

/// A type of guest data in words.
///
/// `wide` says that addresses, or handles, have 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeDescription {
    /// A truth value, 0 or 1.
    Bool,
    /// A `u8`.
    U8,
    /// An `i8`.
    I8,
    /// A `u16`.
    U16,
    /// An `i16`.
    I16,
    /// A `u32`.
    U32,
    /// An `i32`.
    I32,
    /// A `u64`.
    U64,
    /// An `i64`.
    I64,
    /// A `u128`.
    U128,
    /// An `i128`.
    I128,
    /// An `f32`.
    F32,
    /// An `f64`.
    F64,
    /// A value that only WebAssembly has: a vector or a reference.
    Core(ValType),
    /// A string: address and number of bytes.
    Utf8 {
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// A string that ends with a zero.
    CStr {
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// A string behind its length.
    PrefixedStr {
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// Elements behind their number.
    Prefixed {
        /// The type of an element.
        element: Box<Self>,
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// A pointer to one value or more.
    Pointer {
        /// What it points to.
        target: Box<Self>,
        /// Whether the function may write there.
        mutable: bool,
        /// Whether it may be 0.
        nullable: bool,
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// An array: address and number of elements.
    Slice {
        /// The type of an element.
        element: Box<Self>,
        /// Whether the function may write there.
        mutable: bool,
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// A number that stands for something of the host.
    Handle {
        /// What it stands for.
        name: String,
        #[expect(missing_docs, reason = "the type tells")]
        wide: bool,
    },
    /// A fixed number of elements one after another.
    List(Box<Self>, u64),
    /// A structure, laid out as C does.
    Struct {
        /// The name.
        name: String,
        /// Its parts.
        fields: Vec<FieldDescription>,
    },
    /// A number with a name for each value.
    Enum {
        /// The name.
        name: String,
        /// The type of the number.
        repr: Box<Self>,
        /// The values.
        variants: Vec<VariantDescription>,
    },
}

impl ModuleDescription {
    /// A module with these functions.
    #[must_use]
    pub fn new(
        name: &str,
        docs: &str,
        functions: impl IntoIterator<Item = FunctionDescription>,
    ) -> Self {
        let functions = functions.into_iter().collect();
        Self { name: name.into(), docs: docs.into(), functions }
    }
}

impl FunctionDescription {
    /// A function with these parameters, each with its name, and results.
    #[must_use]
    pub fn new<'a>(
        name: &str,
        docs: &str,
        params: impl IntoIterator<Item = (&'a str, TypeDescription)>,
        results: Vec<TypeDescription>,
    ) -> Self {
        let params = params.into_iter();
        let params = params.map(|(name, ty)| ParamDescription { name: name.into(), ty }).collect();
        Self { name: name.into(), docs: docs.into(), params, results }
    }
}

impl TypeDescription {
    /// A structure with these parts.
    #[must_use]
    pub fn structure<'a>(name: &str, fields: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let field = |(name, ty): (&str, Self)| FieldDescription { name: name.into(), ty };
        Self::Struct { name: name.into(), fields: fields.into_iter().map(field).collect() }
    }

    /// An enumeration with these values.
    #[must_use]
    pub fn enumeration<'a>(
        name: &str,
        repr: Self,
        variants: impl IntoIterator<Item = (&'a str, i128)>,
    ) -> Self {
        let variant = |(name, value): (&str, i128)| VariantDescription { name: name.into(), value };
        let variants = variants.into_iter().map(variant).collect();
        Self::Enum { name: name.into(), repr: Box::new(repr), variants }
    }

    /// The same, but what it points to is only read.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        if let Self::Pointer { mutable, .. } | Self::Slice { mutable, .. } = &mut self {
            *mutable = false;
        }
        self
    }

    /// The type of a value that a host function takes without more meaning.
    #[must_use]
    pub const fn of(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32,
            ValType::I64 => Self::I64,
            ValType::F32 => Self::F32,
            ValType::F64 => Self::F64,
            other => Self::Core(other),
        }
    }
}

#[cfg(test)]
mod tests;
