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
use dergwasm_types::{ExternKind, FuncIdx, TypeIdx};

/// What is wrong, in the specification's words.
type Checked = Result<(), String>;
type Check = fn(&Contents) -> Checked;

/// Checks `module`; an error says in which section the fault is.
pub(crate) fn check(module: &Contents) -> Result<(), (SectionKind, Fault)> {
    let sections: [(SectionKind, Check); 9] = [
        (SectionKind::Import, imports),
        (SectionKind::Function, |m| m.funcs.defined.iter().try_for_each(|f| ty(m, f.ty))),
        (SectionKind::Table, tables),
        (SectionKind::Tag, |m| m.tags.defined.iter().try_for_each(|&tag| ty(m, tag))),
        (SectionKind::Global, |m| m.globals.defined.iter().try_for_each(|g| expr(m, &g.init))),
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

fn ty(module: &Contents, ty: TypeIdx) -> Checked {
    index("type", ty.0, module.types.len())
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
    match expr.is_balanced() {
        true => Ok(()),
        false => Err("type mismatch".to_string()),
    }
}

fn imports(module: &Contents) -> Checked {
    module.imports.iter().try_for_each(|import| match import.ty {
        ImportType::Func(index) | ImportType::Tag(index) => ty(module, index),
        ImportType::Table(_) | ImportType::Memory(_) | ImportType::Global(_) => Ok(()),
    })
}

fn tables(module: &Contents) -> Checked {
    let inits = module.tables.defined.iter().filter_map(|table| table.init.as_ref());
    inits.into_iter().try_for_each(|init| expr(module, init))
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
