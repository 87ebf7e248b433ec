//! What the store refuses, and why.
//!
//! Knows nothing of what an engine makes of it, except which trap the spec names for an access
//! out of bounds.

use crate::ledger::Resource;
use core::fmt;
use dergwasm_types::Trap;

/// What an access out of bounds was made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accessed {
    /// A memory, counted in bytes.
    Memory,
    /// A table, counted in elements.
    Table,
    /// A data segment, counted in bytes.
    Data,
    /// An element segment, counted in elements.
    Elem,
}

impl Accessed {
    const fn unit(self) -> &'static str {
        match self {
            Self::Memory | Self::Data => "bytes",
            Self::Table | Self::Elem => "elements",
        }
    }
}

impl fmt::Display for Accessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Table => "table",
            Self::Data => "data segment",
            Self::Elem => "element segment",
        })
    }
}

/// Why the store refused something. The store is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// An access went past the end of what was accessed.
    #[error(
        "out of bounds {accessed} access: {len} {unit} from {address} on, but it has only {size}",
        unit = accessed.unit()
    )]
    OutOfBounds {
        /// What was accessed.
        accessed: Accessed,
        /// The first byte or element of the access.
        address: u64,
        /// How many bytes or elements were accessed.
        len: u64,
        /// How many there are.
        size: u64,
    },
    /// The system has not enough memory.
    #[error(
        "out of memory: cannot allocate {bytes} bytes for a {kind}; \
         ask for less or give the process more"
    )]
    OutOfMemory {
        /// What was to be allocated.
        kind: &'static str,
        /// How many bytes it needs.
        bytes: u64,
    },
    /// A memory or table would be larger than its type, or any of its kind, may be.
    #[error("a {kind} of {wanted} {unit} is too large: the maximum is {maximum}")]
    TooLarge {
        /// What was to be allocated or grown.
        kind: &'static str,
        /// What the sizes count.
        unit: &'static str,
        /// The size that was asked for.
        wanted: u64,
        /// The largest size allowed.
        maximum: u64,
    },
    /// The resource limiter said no to a size.
    #[error(
        "the resource limiter refused a {kind} of {desired} {unit} (now {current}); \
         raise its limit or ask for less"
    )]
    Refused {
        /// What was to be allocated or grown.
        kind: &'static str,
        /// What the sizes count.
        unit: &'static str,
        /// The present size, 0 for a new one.
        current: u64,
        /// The size that was asked for.
        desired: u64,
        /// Whether the limiter wants the code that asked to trap.
        trap: bool,
    },
    /// The store may not hold so much of a kind.
    #[error(
        "{wanted} bytes more for {resource} exceed the limit of {limit} bytes, of which {used} \
         are used; raise it"
    )]
    KindLimit {
        /// What was to grow.
        resource: Resource,
        /// How many bytes of the kind there are.
        used: u64,
        /// How many more were asked for.
        wanted: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The store may not hold so much of all kinds together.
    #[error(
        "{wanted} bytes more for {resource} exceed the limit of {limit} bytes for everything \
         together, of which {used} are used; raise `max_total_bytes`"
    )]
    TotalLimit {
        /// What was to grow.
        resource: Resource,
        /// How many bytes there are.
        used: u64,
        /// How many more were asked for.
        wanted: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The resource limiter allows no more instances of the kind.
    #[error("the resource limiter allows only {limit} of kind {kind}; raise its limit")]
    TooMany {
        /// What was to be allocated.
        kind: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// The address space is full.
    #[error("all 2^32 {kind} addresses of the store are taken; start with a new store")]
    AddressesExhausted {
        /// What was to be allocated.
        kind: &'static str,
    },
    /// A type refers to one that its module does not have before or beside it.
    #[error("unknown type {index}; a type can refer to older ones and to those of its group")]
    UnknownType {
        /// The index that stands for no type.
        index: u32,
    },
    /// A type extends one that it cannot extend: one of another kind, one that does not come
    /// before it, or one with too many ancestors.
    #[error("type {position} of its group cannot extend its supertype")]
    InvalidSupertype {
        /// The place of the type in its group.
        position: u64,
    },
    /// The address is not one this store handed out.
    #[error("{kind} address {address} is not of this store; use it with the store it came from")]
    UnknownAddress {
        /// What was looked up.
        kind: &'static str,
        /// Its address.
        address: u64,
    },
}

impl StoreError {
    /// The trap this error is when a guest's instruction caused it: the one the spec names, or
    /// the one that the limiter wants.
    #[must_use]
    pub const fn trap(&self) -> Option<Trap> {
        match self {
            Self::OutOfBounds { accessed: Accessed::Memory | Accessed::Data, .. } => {
                Some(Trap::MemoryOutOfBounds)
            }
            Self::OutOfBounds { accessed: Accessed::Table | Accessed::Elem, .. } => {
                Some(Trap::TableOutOfBounds)
            }
            Self::Refused { trap: true, .. } => Some(Trap::ResourceLimit),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn messages_say_what_where_and_what_to_do() {
        let error =
            StoreError::OutOfBounds { accessed: Accessed::Elem, address: 9, len: 2, size: 10 };
        assert_eq!(
            error.to_string(),
            "out of bounds element segment access: 2 elements from 9 on, but it has only 10"
        );
        assert_eq!(error.trap(), Some(Trap::TableOutOfBounds));
        let error = StoreError::UnknownAddress { kind: "memory", address: 3 };
        assert_eq!(
            error.to_string(),
            "memory address 3 is not of this store; use it with the store it came from"
        );
        assert_eq!(error.trap(), None);
    }
}
