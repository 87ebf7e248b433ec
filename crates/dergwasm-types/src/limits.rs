//! The types of memories, tables and globals.
//!
//! Spec: [Structure › Types › Memory Types](https://webassembly.github.io/spec/core/syntax/types.html#memory-types).

use crate::{RefType, ValType};
use core::fmt;

/// The size of a page of memory in bytes: 64 KiB.
pub const PAGE_SIZE: u64 = 65536;

/// The type of a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Size at the start, in pages.
    pub minimum: u64,
    /// Largest size it may grow to, in pages.
    pub maximum: Option<u64>,
    /// Whether addresses are 64 bits wide.
    pub memory64: bool,
    /// Whether it is shared, which needs a maximum. One thread at a time uses a memory of this
    /// engine all the same.
    pub shared: bool,
    /// Logarithm of the page size in bytes; 16 unless the module chose another.
    pub page_size_log2: u8,
}

impl MemoryType {
    /// A 32-bit memory of 64 KiB pages.
    #[must_use]
    pub const fn new(minimum: u64, maximum: Option<u64>) -> Self {
        Self { minimum, maximum, memory64: false, shared: false, page_size_log2: 16 }
    }

    /// The type with 64-bit addresses, or with 32-bit ones.
    #[must_use]
    pub const fn with_memory64(self, memory64: bool) -> Self {
        Self { memory64, ..self }
    }

    /// The type of a shared memory, or of one that is not.
    #[must_use]
    pub const fn with_shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }

    /// The type with pages of another size, given as its logarithm: 0 for bytes, 16 for 64 KiB.
    ///
    /// ```
    /// use dergwasm_types::MemoryType;
    ///
    /// let ty = MemoryType::new(100, Some(5000)).with_page_size_log2(0);
    /// assert_eq!((ty.page_size(), ty.to_string().as_str()), (1, "memory 100 5000 (pagesize 1)"));
    /// ```
    #[must_use]
    pub const fn with_page_size_log2(self, page_size_log2: u8) -> Self {
        Self { page_size_log2, ..self }
    }

    /// The size of a page in bytes.
    #[must_use]
    pub const fn page_size(&self) -> u64 {
        1 << self.page_size_log2
    }

    /// Whether a memory of this type can be imported where `wanted` is asked for.
    ///
    /// `self.minimum` is to be the memory's present size (spec: Validation › Matching).
    #[must_use]
    pub fn matches(&self, wanted: &Self) -> bool {
        self.memory64 == wanted.memory64
            && self.shared == wanted.shared
            && self.page_size_log2 == wanted.page_size_log2
            && limits_match(self.minimum, self.maximum, wanted.minimum, wanted.maximum)
    }
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = if self.memory64 { "i64 " } else { "" };
        write!(f, "memory {width}{}", self.minimum)?;
        if let Some(maximum) = self.maximum {
            write!(f, " {maximum}")?;
        }
        if self.page_size_log2 != 16 {
            write!(f, " (pagesize {})", self.page_size())?;
        }
        if self.shared { f.write_str(" shared") } else { Ok(()) }
    }
}

/// The type of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType {
    /// The type of its elements.
    pub element: RefType,
    /// Size at the start, in elements.
    pub minimum: u64,
    /// Largest size it may grow to, in elements.
    pub maximum: Option<u64>,
    /// Whether its indices are 64 bits wide.
    pub table64: bool,
}

impl TableType {
    /// A table with 32-bit indices.
    #[must_use]
    pub const fn new(element: RefType, minimum: u64, maximum: Option<u64>) -> Self {
        Self { element, minimum, maximum, table64: false }
    }

    /// Whether a table of this type can be imported where `wanted` is asked for.
    ///
    /// `self.minimum` is to be the table's present size (spec: Validation › Matching).
    #[must_use]
    pub fn matches(&self, wanted: &Self) -> bool {
        self.element == wanted.element
            && self.table64 == wanted.table64
            && limits_match(self.minimum, self.maximum, wanted.minimum, wanted.maximum)
    }
}

/// The type of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// The type of its value.
    pub content: ValType,
    /// Whether it can be set after its initialization.
    pub mutable: bool,
}

fn limits_match(min: u64, max: Option<u64>, wanted_min: u64, wanted_max: Option<u64>) -> bool {
    min >= wanted_min
        && match (max, wanted_max) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(max), Some(wanted)) => max <= wanted,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_minimum_and_a_smaller_maximum_match() {
        let wanted = MemoryType::new(1, Some(10));
        assert!(MemoryType::new(2, Some(9)).matches(&wanted));
        assert!(!MemoryType::new(0, Some(9)).matches(&wanted));
        assert!(!MemoryType::new(2, None).matches(&wanted));
        assert!(!MemoryType { memory64: true, ..wanted }.matches(&wanted));
    }
}
