//! Handles that operations made, of whichever machine, for later operations to use.

use arbitrary::Unstructured;
use dergwasm::{
    AnyRef, Extern, ExternRef, ExternType, Func, Global, Instance, Memory, RefType, Rooted, Table,
    Tag, Val, ValType,
};

/// The handles.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pub(crate) memories: Vec<Memory>,
    pub(crate) tables: Vec<Table>,
    pub(crate) globals: Vec<Global>,
    pub(crate) funcs: Vec<Func>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) instances: Vec<Instance>,
    pub(crate) hosts: Vec<Rooted<ExternRef>>,
    pub(crate) objects: Vec<Rooted<AnyRef>>,
}

/// One of `items`; `None` if there are none.
pub(crate) fn one_of<T: Copy>(input: &mut Unstructured<'_>, items: &[T]) -> Option<T> {
    input.choose(items).ok().copied()
}

impl Pool {
    /// Adds what an instance exports.
    pub(crate) fn add(&mut self, item: Extern) {
        match item {
            Extern::Func(func) => self.funcs.push(func),
            Extern::Table(table) => self.tables.push(table),
            Extern::Memory(memory) => self.memories.push(memory),
            Extern::Global(global) => self.globals.push(global),
            Extern::Tag(tag) => self.tags.push(tag),
        }
    }

    /// A handle of a kind, whatever its type.
    pub(crate) fn item(&self, input: &mut Unstructured<'_>, ty: &ExternType) -> Option<Extern> {
        Some(match ty {
            ExternType::Func(_) => one_of(input, &self.funcs)?.into(),
            ExternType::Table(_) => one_of(input, &self.tables)?.into(),
            ExternType::Memory(_) => one_of(input, &self.memories)?.into(),
            ExternType::Global(_) => one_of(input, &self.globals)?.into(),
            ExternType::Tag(_) => one_of(input, &self.tags)?.into(),
        })
    }

    /// A value, mostly of the type.
    pub(crate) fn val(&self, input: &mut Unstructured<'_>, ty: ValType) -> Val {
        let kind = match ty {
            _ if input.ratio(1, 12).unwrap_or(false) => input.int_in_range(0..=7).unwrap_or(0),
            ValType::I32 => 0,
            ValType::I64 => 1,
            ValType::F32 => 2,
            ValType::F64 => 3,
            ValType::V128 => 4,
            ty if ty == ValType::EXTERNREF => 6,
            ty if ty == ValType::Ref(RefType::ANY) => 7,
            _ => 5,
        };
        match kind {
            0 => Val::I32(input.arbitrary().unwrap_or(0)),
            1 => Val::I64(input.arbitrary().unwrap_or(0)),
            2 => Val::F32(input.arbitrary().unwrap_or(0)),
            3 => Val::F64(input.arbitrary().unwrap_or(0)),
            4 => Val::V128(input.arbitrary().unwrap_or(0)),
            5 => Val::FuncRef(one_of(input, &self.funcs)),
            6 => Val::ExternRef(one_of(input, &self.hosts)),
            _ => Val::AnyRef(one_of(input, &self.objects)),
        }
    }
}
