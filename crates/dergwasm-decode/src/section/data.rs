//! The data section: contents for memories.
//!
//! Spec: [Binary Format › Modules › Data Section](https://webassembly.github.io/spec/core/binary/modules.html#data-section).

use crate::{
    ConstExpr,
    error::{Fault, position},
    module::Contents,
    room,
};
use core::ops::Range;
use dergwasm_types::MemIdx;
use wasmparser::{DataKind, DataSectionReader};

/// Contents for a memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSegment {
    /// How it is used.
    pub mode: DataMode,
    /// Where its bytes lie in [`Module::bytes`](crate::Module::bytes).
    pub bytes: Range<usize>,
}

/// How a data segment is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataMode {
    /// Instructions copy it.
    Passive,
    /// Instantiation copies it.
    Active {
        /// Where to.
        memory: MemIdx,
        /// To which byte of the memory.
        offset: ConstExpr,
    },
}

pub(crate) fn read(section: DataSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.data, section.count(), &section.range(), "data segments")?;
    for data in section {
        let data = data?;
        let mode = match &data.kind {
            DataKind::Passive => DataMode::Passive,
            DataKind::Active { memory_index, offset_expr } => DataMode::Active {
                memory: MemIdx(*memory_index),
                offset: ConstExpr::read(offset_expr, to.features)?,
            },
        };
        let end = position(data.range.end);
        to.data.push(DataSegment { mode, bytes: end - data.data.len()..end });
    }
    Ok(())
}
