//! The memory section.
//!
//! Spec: [Binary Format › Modules › Memory Section](https://webassembly.github.io/spec/core/binary/modules.html#memory-section).

use crate::{
    error::{Fault, position},
    module::Contents,
    room,
};
use alloc::string::ToString;
use dergwasm_types::MemoryType;
use wasmparser::MemorySectionReader;

pub(crate) fn read(section: MemorySectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.memories.defined, section.count(), &section.range(), "memories")?;
    for memory in section.into_iter_with_offsets() {
        let (offset, memory) = memory?;
        to.memories.defined.push(memory_type(memory, position(offset))?);
    }
    Ok(())
}

pub(crate) fn memory_type(ty: wasmparser::MemoryType, offset: usize) -> Result<MemoryType, Fault> {
    let page_size_log2 = match u8::try_from(ty.page_size_log2()) {
        Ok(log2) if log2 <= 16 => log2,
        _ => {
            let reason = "invalid custom page size".to_string();
            return Err(Fault::Malformed { offset, reason });
        }
    };
    Ok(MemoryType {
        minimum: ty.initial,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: ty.shared,
        page_size_log2,
    })
}
