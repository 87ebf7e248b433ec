//! Imports that a linker lacks, all of them in one error.

use alloc::{string::String, vec::Vec};
use core::fmt;
use dergwasm_types::{Escaped, ExternType};

/// How many missing imports a message shows.
pub(super) const MAX_SHOWN: usize = 50;

/// An import that a linker lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingImport {
    /// The import's module.
    pub module: String,
    /// The import's name.
    pub name: String,
    /// The type the module asks for.
    pub wanted: ExternType,
    /// What may have been meant.
    pub hint: Option<String>,
}

impl fmt::Display for MissingImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (module, name) = (Escaped::name(&self.module), Escaped::name(&self.name));
        write!(f, "`{module}`.`{name}`: wanted {}", self.wanted)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// A module could not be linked: the imports that the linker lacks, at least one.
///
/// The [error](crate::Error) of [`Linker::instantiate`](crate::Linker::instantiate) can be
/// downcast to it.
#[derive(Clone, Debug)]
pub struct MissingImports(Vec<MissingImport>);

impl MissingImports {
    /// `None` if nothing is missing.
    pub(super) fn new(imports: Vec<MissingImport>) -> Option<Self> {
        (!imports.is_empty()).then_some(Self(imports))
    }

    /// The imports, in the order in which the module declares them.
    #[must_use]
    pub fn imports(&self) -> &[MissingImport] {
        &self.0
    }
}

impl fmt::Display for MissingImports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [import] = &*self.0 {
            return write!(f, "unknown import {import}");
        }
        write!(f, "{} unknown imports; define them in the linker:", self.0.len())?;
        for import in self.0.iter().take(MAX_SHOWN) {
            write!(f, "\n  unknown import {import}")?;
        }
        match self.0.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  … {more} more"),
        }
    }
}

impl core::error::Error for MissingImports {}
