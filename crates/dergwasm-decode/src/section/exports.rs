//! The export section.
//!
//! Spec: [Binary Format › Modules › Export Section](https://webassembly.github.io/spec/core/binary/modules.html#export-section).

use crate::{
    Features,
    error::{Fault, position},
    module::Contents,
    room,
    section::types::needs,
};
use alloc::boxed::Box;
use core::hash::BuildHasher;
use dergwasm_types::ExternKind;
use hashbrown::{DefaultHashBuilder, HashTable};
use wasmparser::{ExportSectionReader, ExternalKind};

/// Something a module lets others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name, unique in the module.
    pub name: Box<str>,
    /// What it is.
    pub kind: ExternKind,
    /// Its index in the index space of that kind.
    pub index: u32,
}

pub(crate) fn read(section: ExportSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    room::reserve(&mut to.exports, section.count(), &section.range(), "exports")?;
    for export in section.into_iter_with_offsets() {
        let (offset, export) = export?;
        let kind = match export.kind {
            ExternalKind::Func => ExternKind::Func,
            ExternalKind::Table => ExternKind::Table,
            ExternalKind::Memory => ExternKind::Memory,
            ExternalKind::Global => ExternKind::Global,
            ExternalKind::Tag => ExternKind::Tag,
            ExternalKind::FuncExact => {
                return Err(needs(Features::CUSTOM_DESCRIPTORS, "exact export", position(offset)));
            }
        };
        to.exports.push(Export {
            name: room::name(export.name, position(offset))?,
            kind,
            index: export.index,
        });
    }
    Ok(())
}

/// Finds exports by name without keeping the names a second time.
#[derive(Debug, Default)]
pub(crate) struct ExportMap {
    /// Positions in the list of exports; none of a short list, which is searched faster.
    positions: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl ExportMap {
    /// The longest list that is searched.
    const SHORT: usize = 8;

    pub(crate) fn new(exports: &[Export]) -> Result<Self, Fault> {
        let mut map = Self::default();
        if exports.len() <= Self::SHORT {
            return Ok(map);
        }
        // The table is empty: nothing in it needs to be hashed again.
        let room = map.positions.try_reserve(exports.len(), |_| 0);
        room.map_err(|_| room::none::<u64>(exports.len(), "the names of exports", 0))?;
        let hash = |name: &str| map.hasher.hash_one(name);
        for (position, export) in (0_u32..).zip(exports) {
            // Of two exports of one name, which only a module that is not validated can have,
            // the first is found.
            let same = |&other: &u32| exports[other as usize].name == export.name;
            map.positions
                .entry(hash(&export.name), same, |&other| hash(&exports[other as usize].name))
                .or_insert(position);
        }
        Ok(map)
    }

    pub(crate) fn find<'e>(&self, name: &str, exports: &'e [Export]) -> Option<&'e Export> {
        if exports.len() <= Self::SHORT {
            return exports.iter().find(|export| &*export.name == name);
        }
        let same = |&position: &u32| &*exports[position as usize].name == name;
        let position = *self.positions.find(self.hasher.hash_one(name), same)?;
        exports.get(position as usize)
    }
}
