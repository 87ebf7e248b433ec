//! The table section.
//!
//! Spec: [Binary Format › Modules › Table Section](https://webassembly.github.io/spec/core/binary/modules.html#table-section).

use crate::{
    ConstExpr, Features,
    error::{Fault, position},
    module::Contents,
    room,
    section::types::{needs, ref_type},
};
use dergwasm_types::TableType;
use wasmparser::{TableInit, TableSectionReader};

/// A table the module defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// The initial value of its elements; null when there is none.
    pub init: Option<ConstExpr>,
}

pub(crate) fn read(section: TableSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.tables.defined, section.count(), &section.range(), "tables")?;
    for table in section.into_iter_with_offsets() {
        let (offset, table) = table?;
        let offset = position(offset);
        let init = match &table.init {
            TableInit::RefNull => None,
            TableInit::Expr(expr) => Some(ConstExpr::read(expr, to.features)?),
        };
        to.tables.defined.push(Table { ty: table_type(table.ty, offset, to.features)?, init });
    }
    Ok(())
}

pub(crate) fn table_type(
    ty: wasmparser::TableType,
    offset: usize,
    features: Features,
) -> Result<TableType, Fault> {
    if ty.shared {
        return Err(needs(Features::SHARED_EVERYTHING_THREADS, "shared table", offset));
    }
    Ok(TableType {
        element: ref_type(ty.element_type, offset, features)?,
        minimum: ty.initial,
        maximum: ty.maximum,
        table64: ty.table64,
    })
}
