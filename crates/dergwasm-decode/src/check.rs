//! The indices of a module that is not validated.
//!
//! A trusted module may still be broken. What the rest of the crate promises about every module,
//! that indices outside of function bodies point somewhere and constant expressions find their
//! operands, is checked here. Knows nothing of types.

use crate::{
    ConstExpr, ConstOp, DataMode, ElementItems, ElementMode, ElementSegment, Export, ImportType,
    SectionKind, error::Fault, module::Contents,
};
use alloc::{
    format,
    string::{String, ToString},
};
use dergwasm_types::{ExternKind, FuncIdx, HeapType, RefType, TypeIdx, ValType};

/// What is wrong, in the specification's words.
type Checked = Result<(), String>;
type Check = fn(&Contents) -> Checked;

/// Checks `module`; an error says in which section the fault is.
pub(crate) fn check(module: &Contents) -> Result<(), (SectionKind, Fault)> {
    let sections: [(SectionKind, Check); 10] = [
        (SectionKind::Type, types),
        (SectionKind::Import, imports),
        (SectionKind::Function, |m| m.funcs.defined.iter().try_for_each(|f| ty(m, f.ty))),
        (SectionKind::Table, tables),
        (SectionKind::Tag, |m| m.tags.defined.iter().try_for_each(|&tag| ty(m, tag))),
        (SectionKind::Global, globals),
        (SectionKind::Export, |m| m.exports.iter().try_for_each(|e| export(m, e))),
        (SectionKind::Start, |m| m.start.iter().try_for_each(|&f| func(m, f))),
        (SectionKind::Element, |m| m.elements.iter().try_for_each(|e| element(m, e))),
        (SectionKind::Data, data),
    ];
    for (kind, check) in sections {
        check(module).map_err(|reason| {
            let section = module.sections.iter().find(|section| section.kind == kind);
            let offset = section.map_or(0, |section| section.range.start);
            (kind, Fault::Broken { offset, reason })
        })?;
    }
    Ok(())
}

fn index(what: &str, index: u32, count: usize) -> Checked {
    match (index as usize) < count {
        true => Ok(()),
        false => Err(format!("unknown {what} {index}")),
    }
}

/// The type of a function or tag.
fn ty(module: &Contents, ty: TypeIdx) -> Checked {
    index("type", ty.0, module.types.types().len())?;
    match module.types.types()[ty.index()].as_func() {
        Some(_) => Ok(()),
        None => Err(format!("type {ty} is no function type")),
    }
}

/// Types name types of their own group and earlier ones, and extend earlier ones.
fn types(module: &Contents) -> Checked {
    for group in module.types.groups() {
        for i in group.clone() {
            let found = &module.types.types()[i];
            let mut highest = None;
            let _ = found.rename(|named| {
                highest = highest.max(Some(named.0));
                named
            });
            highest.map_or(Ok(()), |named| index("type", named, group.end))?;
            found.supertype.map_or(Ok(()), |named| index("type", named.0, i))?;
        }
    }
    Ok(())
}

fn value(module: &Contents, ty: ValType) -> Checked {
    match ty {
        ValType::Ref(RefType { heap: HeapType::Concrete(ty), .. }) => {
            index("type", ty.0, module.types.types().len())
        }
        _ => Ok(()),
    }
}

fn func(module: &Contents, func: FuncIdx) -> Checked {
    index("function", func.0, module.funcs.len())
}

fn expr(module: &Contents, expr: &ConstExpr) -> Checked {
    for &op in expr.ops() {
        match op {
            ConstOp::RefFunc(index) => func(module, index)?,
            ConstOp::GlobalGet(global) => index("global", global.0, module.globals.len())?,
            _ => {}
        }
    }
    match expr.is_balanced(module.types.types()) {
        true => Ok(()),
        false => Err("type mismatch".to_string()),
    }
}

fn imports(module: &Contents) -> Checked {
    module.imports.iter().try_for_each(|import| match import.ty {
        ImportType::Func(index) | ImportType::Tag(index) => ty(module, index),
        ImportType::Table(ty) => value(module, ValType::Ref(ty.element)),
        ImportType::Global(ty) => value(module, ty.content),
        ImportType::Memory(_) => Ok(()),
    })
}

fn tables(module: &Contents) -> Checked {
    module.tables.defined.iter().try_for_each(|table| {
        value(module, ValType::Ref(table.ty.element))?;
        table.init.as_ref().map_or(Ok(()), |init| expr(module, init))
    })
}

fn globals(module: &Contents) -> Checked {
    module.globals.defined.iter().try_for_each(|global| {
        value(module, global.ty.content)?;
        expr(module, &global.init)
    })
}

fn export(module: &Contents, export: &Export) -> Checked {
    let (what, count) = match export.kind {
        ExternKind::Func => ("function", module.funcs.len()),
        ExternKind::Table => ("table", module.tables.len()),
        ExternKind::Memory => ("memory", module.memories.len()),
        ExternKind::Global => ("global", module.globals.len()),
        ExternKind::Tag => ("tag", module.tags.len()),
    };
    index(what, export.index, count)
}

fn element(module: &Contents, element: &ElementSegment) -> Checked {
    if let ElementMode::Active { table, offset } = &element.mode {
        index("table", table.0, module.tables.len())?;
        expr(module, offset)?;
    }
    value(module, ValType::Ref(element.ty))?;
    match &element.items {
        ElementItems::Funcs(funcs) => funcs.iter().try_for_each(|&index| func(module, index)),
        ElementItems::Exprs(exprs) => exprs.iter().try_for_each(|item| expr(module, item)),
    }
}

fn data(module: &Contents) -> Checked {
    module.data.iter().try_for_each(|data| match &data.mode {
        DataMode::Passive => Ok(()),
        DataMode::Active { memory, offset } => {
            index("memory", memory.0, module.memories.len())?;
            expr(module, offset)
        }
    })
}
