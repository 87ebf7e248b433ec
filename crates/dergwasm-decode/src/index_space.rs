//! An index space: what a module imports of one kind, followed by what it defines.
//!
//! Spec: [Structure › Modules › Indices](https://webassembly.github.io/spec/core/syntax/modules.html#indices).

use crate::{error::Fault, room};
use alloc::vec::Vec;

/// What a module imports of one kind, followed by what it defines.
#[derive(Debug)]
pub(crate) struct IndexSpace<Type, Defined> {
    /// The types of the imports.
    pub(crate) imported: Vec<Type>,
    pub(crate) defined: Vec<Defined>,
}

impl<Type, Defined> Default for IndexSpace<Type, Defined> {
    fn default() -> Self {
        Self { imported: Vec::new(), defined: Vec::new() }
    }
}

impl<Type: Copy, Defined> IndexSpace<Type, Defined> {
    pub(crate) fn import(&mut self, ty: Type, offset: usize) -> Result<(), Fault> {
        room::push(&mut self.imported, ty, "imports", offset)
    }

    pub(crate) fn len(&self) -> usize {
        self.imported.len() + self.defined.len()
    }

    /// The type at `index`; `of` takes it from what the module defines.
    pub(crate) fn ty(&self, index: usize, of: impl FnOnce(&Defined) -> Type) -> Option<Type> {
        match index.checked_sub(self.imported.len()) {
            None => self.imported.get(index).copied(),
            Some(index) => self.defined.get(index).map(of),
        }
    }
}
