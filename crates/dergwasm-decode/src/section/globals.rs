//! The global section.
//!
//! Spec: [Binary Format › Modules › Global Section](https://webassembly.github.io/spec/core/binary/modules.html#global-section).

use crate::{
    ConstExpr, Features,
    error::{Fault, position},
    module::Contents,
    room,
    section::types::{needs, val_type},
};
use dergwasm_types::GlobalType;
use wasmparser::GlobalSectionReader;

/// A global the module defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Its initial value.
    pub init: ConstExpr,
}

pub(crate) fn read(section: GlobalSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.globals.defined, section.count(), &section.range(), "globals")?;
    for global in section.into_iter_with_offsets() {
        let (offset, global) = global?;
        let ty = global_type(global.ty, position(offset), to.features)?;
        let init = ConstExpr::read(&global.init_expr, to.features)?;
        to.globals.defined.push(Global { ty, init });
    }
    Ok(())
}

pub(crate) fn global_type(
    ty: wasmparser::GlobalType,
    offset: usize,
    features: Features,
) -> Result<GlobalType, Fault> {
    if ty.shared {
        return Err(needs(Features::SHARED_EVERYTHING_THREADS, "shared global", offset));
    }
    Ok(GlobalType { content: val_type(ty.content_type, offset, features)?, mutable: ty.mutable })
}
