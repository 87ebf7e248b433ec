//! The function section: the types of the functions a module defines.
//!
//! Spec: [Binary Format › Modules › Function Section](https://webassembly.github.io/spec/core/binary/modules.html#function-section).

use crate::{
    error::Fault,
    module::Contents,
    section::{capacity, code::Func},
};
use dergwasm_types::TypeIdx;
use wasmparser::FunctionSectionReader;

pub(crate) fn read(section: FunctionSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    let capacity = capacity(section.count(), &section.range());
    to.funcs.defined.reserve(capacity);
    to.func_types.reserve(capacity);
    for ty in section {
        let ty = TypeIdx(ty?);
        to.func_types.push(ty);
        // The code section follows with the bodies, one for each.
        to.funcs.defined.push(Func { ty, body: 0..0 });
    }
    Ok(())
}
