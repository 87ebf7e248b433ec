//! The tag section.
//!
//! Spec: [Binary Format › Modules › Tag Section](https://webassembly.github.io/spec/core/binary/modules.html#tag-section).

use crate::{error::Fault, module::Contents, room};
use dergwasm_types::TypeIdx;
use wasmparser::TagSectionReader;

pub(crate) fn read(section: TagSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.tags.defined, section.count(), &section.range(), "tags")?;
    for tag in section {
        to.tags.defined.push(TypeIdx(tag?.func_type_idx));
    }
    Ok(())
}
