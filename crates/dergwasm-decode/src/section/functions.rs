//! The function section: the types of the functions a module defines.
//!
//! Spec: [Binary Format › Modules › Function Section](https://webassembly.github.io/spec/core/binary/modules.html#function-section).

use crate::{error::Fault, module::Contents, room, section::code::Func};
use dergwasm_types::TypeIdx;
use wasmparser::FunctionSectionReader;

pub(crate) fn read(section: FunctionSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    let (count, range) = (section.count(), section.range());
    room::reserve(&mut to.funcs.defined, count, &range, "functions")?;
    room::reserve(&mut to.func_types, count, &range, "the types of functions")?;
    for ty in section {
        let ty = TypeIdx(ty?);
        to.func_types.push(ty);
        // The code section follows with the bodies, one for each.
        to.funcs.defined.push(Func { ty, body: 0..0 });
    }
    Ok(())
}
