//! The element section: contents for tables.
//!
//! Spec: [Binary Format › Modules › Element Section](https://webassembly.github.io/spec/core/binary/modules.html#element-section).

use crate::{
    ConstExpr, Features,
    error::{Fault, position},
    module::Contents,
    room,
    section::types::ref_type,
};
use alloc::{boxed::Box, vec::Vec};
use dergwasm_types::{FuncIdx, RefType, TableIdx};
use wasmparser::{ElementKind, ElementSectionReader};

/// Contents for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementSegment {
    /// The type of its items.
    pub ty: RefType,
    /// How it is used.
    pub mode: ElementMode,
    /// Its items.
    pub items: ElementItems,
}

/// How an element segment is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementMode {
    /// Instructions copy it.
    Passive,
    /// It only names functions that `ref.func` may use.
    Declared,
    /// Instantiation copies it.
    Active {
        /// Where to.
        table: TableIdx,
        /// To which element of the table.
        offset: ConstExpr,
    },
}

/// The items of an element segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementItems {
    /// References to functions.
    Funcs(Box<[FuncIdx]>),
    /// References by expressions.
    Exprs(Box<[ConstExpr]>),
}

impl ElementItems {
    /// How many items there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Funcs(items) => items.len(),
            Self::Exprs(items) => items.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub(crate) fn read(section: ElementSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.elements, section.count(), &section.range(), "element segments")?;
    for element in section {
        let element = element?;
        let mode = match &element.kind {
            ElementKind::Passive => ElementMode::Passive,
            ElementKind::Declared => ElementMode::Declared,
            ElementKind::Active { table_index, offset_expr } => ElementMode::Active {
                table: TableIdx(table_index.unwrap_or(0)),
                offset: ConstExpr::read(offset_expr, to.features)?,
            },
        };
        let (ty, items) = items(element.items, position(element.range.start), to.features)?;
        to.elements.push(ElementSegment { ty, mode, items });
    }
    Ok(())
}

/// What there is no room for when there is none for the items.
const ITEMS: &str = "items of an element segment";

fn items(
    items: wasmparser::ElementItems<'_>,
    offset: usize,
    features: Features,
) -> Result<(RefType, ElementItems), Fault> {
    match items {
        wasmparser::ElementItems::Functions(items) => {
            let mut funcs = Vec::new();
            room::reserve(&mut funcs, items.count(), &items.range(), ITEMS)?;
            for func in items {
                funcs.push(FuncIdx(func?));
            }
            Ok((RefType::FUNC, ElementItems::Funcs(funcs.into_boxed_slice())))
        }
        wasmparser::ElementItems::Expressions(ty, items) => {
            let ty = ref_type(ty, offset, features)?;
            let mut exprs = Vec::new();
            room::reserve(&mut exprs, items.count(), &items.range(), ITEMS)?;
            for expr in items {
                exprs.push(ConstExpr::read(&expr?, features)?);
            }
            Ok((ty, ElementItems::Exprs(exprs.into_boxed_slice())))
        }
    }
}
