//! The tag section.
//!
//! Spec: [Binary Format › Modules › Tag Section](https://webassembly.github.io/spec/core/binary/modules.html#tag-section).

use crate::{error::Fault, module::Contents, section::capacity};
use dergwasm_types::TypeIdx;
use wasmparser::TagSectionReader;

pub(crate) fn read(section: TagSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    to.tags.defined.reserve(capacity(section.count(), &section.range()));
    for tag in section {
        to.tags.defined.push(TypeIdx(tag?.func_type_idx));
    }
    Ok(())
}
