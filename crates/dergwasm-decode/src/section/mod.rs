//! The sections of a module, a file each.
//!
//! Spec: [Binary Format › Modules › Sections](https://webassembly.github.io/spec/core/binary/modules.html#sections).
//! Each file defines what is kept of its section and how it is read; none validates.

pub(crate) mod branch_hints;
pub(crate) mod code;
pub(crate) mod custom;
pub(crate) mod data;
pub(crate) mod elements;
pub(crate) mod exports;
pub(crate) mod functions;
pub(crate) mod globals;
pub(crate) mod imports;
pub(crate) mod memories;
pub(crate) mod tables;
pub(crate) mod tags;
pub(crate) mod types;

use core::{fmt, ops::Range};

/// A section as it lies in the module's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Which section it is.
    pub kind: SectionKind,
    /// Its contents, without its id and size.
    pub range: Range<usize>,
    /// How many items it has; 1 for the start section and for custom sections, and what it says
    /// for the data count section.
    pub count: u32,
}

macro_rules! sections {
    ($( $(#[$doc:meta])* $Kind:ident $id:literal $name:literal )*) => {
        /// Which section a section is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SectionKind { $( $(#[$doc])* $Kind, )* }

        impl SectionKind {
            /// The number that stands for it in the binary format.
            #[must_use]
            pub const fn id(self) -> u8 {
                match self { $( Self::$Kind => $id, )* }
            }

            /// The section of that number.
            #[must_use]
            pub const fn from_id(id: u8) -> Option<Self> {
                match id { $( $id => Some(Self::$Kind), )* _ => None }
            }

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Kind => $name, )* }
            }
        }
    };
}

// Each row becomes a variant with its id and name.
sections! {
    /// Data outside of the specification.
    Custom 0 "custom"
    /// Types.
    Type 1 "type"
    /// Imports.
    Import 2 "import"
    /// The types of the functions defined.
    Function 3 "function"
    /// Tables.
    Table 4 "table"
    /// Memories.
    Memory 5 "memory"
    /// Globals.
    Global 6 "global"
    /// Exports.
    Export 7 "export"
    /// The function to run at instantiation.
    Start 8 "start"
    /// Element segments.
    Element 9 "element"
    /// Function bodies.
    Code 10 "code"
    /// Data segments.
    Data 11 "data"
    /// The number of data segments.
    DataCount 12 "data count"
    /// Exception tags.
    Tag 13 "tag"
}

impl fmt::Display for SectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
