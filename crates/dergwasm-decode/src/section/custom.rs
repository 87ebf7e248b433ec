//! Custom sections.
//!
//! Spec: [Binary Format › Modules › Custom Section](https://webassembly.github.io/spec/core/binary/modules.html#custom-section).

use crate::{
    error::{Fault, position},
    module::Contents,
    room,
};
use alloc::boxed::Box;
use core::ops::Range;
use wasmparser::CustomSectionReader;

/// A custom section.
#[derive(Debug)]
pub(crate) struct CustomSection {
    pub(crate) name: Box<str>,
    /// Where its contents lie, without its name.
    pub(crate) bytes: Range<usize>,
}

pub(crate) fn read(section: &CustomSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    let range = section.data_range();
    let bytes = position(range.start)..position(range.end);
    let (offset, name) = (bytes.start, room::name(section.name(), bytes.start)?);
    room::push(&mut to.custom, CustomSection { name, bytes }, "custom sections", offset)
}
