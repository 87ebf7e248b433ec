//! How types are shown: with the indices of those they refer to, or with their definitions.

use crate::{
    CompositeType, FieldType, FuncType, GlobalType, HeapType, RefType, StorageType, SubType,
    TableType, TypeIdx, TypeList, ValType,
};
use core::fmt::{self, Write};

/// How many characters of a closed type are shown.
const LIMIT: usize = 512;

/// How deep definitions are shown inside of others.
const DEPTH: usize = 4;

/// Where what a type refers to is found, and what is being shown already.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    list: Option<&'a TypeList>,
    around: Option<&'a Around<'a>>,
    depth: usize,
}

/// A definition inside of which another is shown.
#[derive(Debug)]
struct Around<'a> {
    ty: TypeIdx,
    outer: Option<&'a Around<'a>>,
}

impl Scope<'_> {
    const INDICES: Self = Self { list: None, around: None, depth: 0 };

    fn is_around(&self, ty: TypeIdx) -> bool {
        let mut around = self.around;
        while let Some(it) = around {
            if it.ty == ty {
                return true;
            }
            around = it.outer;
        }
        false
    }
}

/// A type that can be shown.
pub trait Show {
    /// Writes the type; what it refers to as the scope has it.
    ///
    /// # Errors
    /// Writing fails.
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result;
}

/// Shows a type with the indices of those it refers to.
pub(crate) fn with_indices(ty: &impl Show, f: &mut dyn Write) -> fmt::Result {
    ty.show(f, &Scope::INDICES)
}

/// Shows a type, which may be one of the list itself, with the definitions of those it refers to.
pub(crate) fn closed(
    ty: &impl Show,
    list: Option<&TypeList>,
    index: Option<TypeIdx>,
    f: &mut dyn Write,
) -> fmt::Result {
    let around = index.map(|ty| Around { ty, outer: None });
    let scope = Scope { list, around: around.as_ref(), depth: 0 };
    let mut limited = Limited { f, left: LIMIT, full: false };
    let shown = ty.show(&mut limited, &scope);
    // Whoever writes too much is stopped by an error.
    if limited.full { limited.f.write_char('…') } else { shown }
}

/// Lets only so much through.
struct Limited<'a> {
    f: &'a mut dyn Write,
    left: usize,
    full: bool,
}

impl Write for Limited<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // All but `…` is ASCII.
        match self.left.checked_sub(text.len()) {
            Some(left) => {
                self.left = left;
                self.f.write_str(text)
            }
            None => {
                self.full = true;
                Err(fmt::Error)
            }
        }
    }
}

/// Writes types with commas between them.
fn list<'a, T: Show + 'a>(
    types: impl IntoIterator<Item = &'a T>,
    f: &mut dyn Write,
    scope: &Scope<'_>,
) -> fmt::Result {
    for (i, ty) in types.into_iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        ty.show(f, scope)?;
    }
    Ok(())
}

impl Show for TypeIdx {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        let Some(definition) = scope.list.and_then(|list| list.get(*self)) else {
            return write!(f, "{}", self.0);
        };
        if scope.depth == DEPTH || scope.is_around(*self) {
            return f.write_str("…");
        }
        let around = Around { ty: *self, outer: scope.around };
        let inside = Scope { around: Some(&around), depth: scope.depth + 1, ..*scope };
        f.write_str("(")?;
        definition.show(f, &inside)?;
        f.write_str(")")
    }
}

impl Show for HeapType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Extern => "extern",
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::Exn => "exn",
            Self::None => "none",
            Self::NoFunc => "nofunc",
            Self::NoExtern => "noextern",
            Self::NoExn => "noexn",
            Self::Cont => "cont",
            Self::NoCont => "nocont",
            Self::Concrete(index) => return index.show(f, scope),
        })
    }
}

impl Show for RefType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        match (self.nullable, self.heap) {
            (true, HeapType::None) => f.write_str("nullref"),
            (true, HeapType::NoFunc) => f.write_str("nullfuncref"),
            (true, HeapType::NoExtern) => f.write_str("nullexternref"),
            (true, HeapType::NoExn) => f.write_str("nullexnref"),
            (true, HeapType::NoCont) => f.write_str("nullcontref"),
            (nullable, heap @ HeapType::Concrete(_)) => {
                f.write_str(if nullable { "(ref null " } else { "(ref " })?;
                heap.show(f, scope)?;
                f.write_str(")")
            }
            (true, heap) => write!(f, "{heap}ref"),
            (false, heap) => write!(f, "(ref {heap})"),
        }
    }
}

impl Show for ValType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::Ref(ty) => return ty.show(f, scope),
        })
    }
}

impl Show for StorageType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        match self {
            Self::I8 => f.write_str("i8"),
            Self::I16 => f.write_str("i16"),
            Self::Val(ty) => ty.show(f, scope),
        }
    }
}

impl Show for FieldType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        if !self.mutable {
            return self.storage.show(f, scope);
        }
        f.write_str("(mut ")?;
        self.storage.show(f, scope)?;
        f.write_str(")")
    }
}

impl Show for FuncType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        f.write_str("(")?;
        list(self.params(), f, scope)?;
        f.write_str(") -> ")?;
        match self.results() {
            [one] => one.show(f, scope),
            many => {
                f.write_str("(")?;
                list(many, f, scope)?;
                f.write_str(")")
            }
        }
    }
}

impl Show for CompositeType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => {
                f.write_str("func ")?;
                ty.show(f, scope)
            }
            Self::Struct(ty) => {
                f.write_str("struct (")?;
                list(&ty.fields, f, scope)?;
                f.write_str(")")
            }
            Self::Array(element) => {
                f.write_str("array ")?;
                element.show(f, scope)
            }
            Self::Cont(func) => {
                f.write_str("cont ")?;
                func.show(f, scope)
            }
        }
    }
}

impl Show for SubType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        if !self.is_final {
            f.write_str("open ")?;
        }
        self.composite.show(f, scope)?;
        match self.supertype {
            Some(supertype) => {
                f.write_str(" extends ")?;
                supertype.show(f, scope)
            }
            None => Ok(()),
        }
    }
}

impl Show for TableType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        let width = if self.table64 { "i64 " } else { "" };
        write!(f, "table {width}{} ", self.minimum)?;
        if let Some(maximum) = self.maximum {
            write!(f, "{maximum} ")?;
        }
        self.element.show(f, scope)
    }
}

impl Show for GlobalType {
    fn show(&self, f: &mut dyn Write, scope: &Scope<'_>) -> fmt::Result {
        f.write_str(if self.mutable { "global (mut " } else { "global " })?;
        self.content.show(f, scope)?;
        f.write_str(if self.mutable { ")" } else { "" })
    }
}

macro_rules! display {
    ($($T:ident)*) => { $(
        impl fmt::Display for $T {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                with_indices(self, f)
            }
        }
    )* };
}

// Each type shows itself with the indices of those it refers to.
display! {
    HeapType RefType ValType StorageType FieldType FuncType CompositeType SubType TableType GlobalType
}

#[cfg(test)]
mod tests {
    use crate::{Closed, CompositeType, FieldType, FuncType, HeapType, RefType, StorageType};
    use crate::{StructType, SubType, TypeIdx, TypeList, ValType};
    use alloc::{string::ToString, sync::Arc, vec, vec::Vec};

    fn to(index: u32) -> ValType {
        ValType::Ref(RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(index)) })
    }

    fn structure(fields: impl IntoIterator<Item = FieldType>) -> SubType {
        let fields = fields.into_iter().collect();
        SubType::plain(CompositeType::Struct(StructType { fields }))
    }

    fn list(types: Vec<SubType>) -> Arc<TypeList> {
        let mut list = TypeList::new();
        let group = types.into_iter().map(Ok::<_, ()>);
        list.push_group(group).expect("no type is wrong");
        Arc::new(list)
    }

    #[test]
    fn definitions_stand_where_indices_stood() {
        let text = SubType::plain(CompositeType::Array(FieldType::mutable(StorageType::I16)));
        let list = list(vec![text, FuncType::new([to(0)], [to(1)]).into()]);
        let ty = FuncType::new([ValType::I32, to(0)], [to(1)]);
        assert_eq!(ty.to_string(), "(i32, (ref null 0)) -> (ref null 1)");
        assert_eq!(
            Closed::new(ty, &list).to_string(),
            "(i32, (ref null (array (mut i16)))) -> \
             (ref null (func ((ref null (array (mut i16)))) -> (ref null …)))"
        );
    }

    #[test]
    fn what_would_not_end_is_cut() {
        let wide = |index| structure(vec![FieldType::immutable(to(index)); 1000]);
        let list = list((1..=100).map(|index| wide(index % 100)).collect());
        let shown = Closed::new(to(0), &list).to_string();
        assert!(shown.len() < 600 && shown.ends_with('…'), "{shown}");
    }

    #[test]
    fn only_what_needs_definitions_keeps_them() {
        let list = list(vec![FuncType::new([ValType::I32], []).into()]);
        let plain = Closed::func(TypeIdx(0), &list).expect("a function");
        assert_eq!(plain, FuncType::new([ValType::I32], []).into());
        let mut open = SubType::from(FuncType::new([ValType::I32], []));
        open.is_final = false;
        let list = self::list(vec![open]);
        let open = Closed::func(TypeIdx(0), &list).expect("a function");
        assert_eq!((open.index(), open.list()), (Some(TypeIdx(0)), Some(&list)));
        assert_ne!(open, plain);
    }
}
