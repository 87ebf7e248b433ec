//! The ledger: how many bytes of each kind a store keeps, and how many it may.
//!
//! Everything that a guest can make its host keep is booked here before it is allocated. Knows
//! nothing of what is allocated, nor of the resource limiter, which the store asks as well.

use crate::error::StoreError;
use core::fmt;

macro_rules! resources {
    ($( $(#[$doc:meta])* $Name:ident = $name:literal )*) => {
        /// What a store can keep more and more of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Resource { $( $(#[$doc])* $Name, )* }

        impl Resource {
            /// Every kind.
            pub const ALL: &[Self] = &[$( Self::$Name, )*];

            /// Its name in messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Name => $name, )* }
            }
        }
    };
}

// Each row becomes a variant and its name.
resources! {
    /// The bytes of linear memories.
    Memory = "linear memory"
    /// The elements of tables, 8 bytes each.
    Table = "tables"
    /// Globals.
    Global = "globals"
    /// What instantiation builds besides memories, tables and globals: functions, segments, types
    /// and the lists of them.
    Instance = "instances"
    /// The GC heap: structures, arrays and exceptions.
    GcHeap = "the GC heap"
    /// Values of the host that guests refer to.
    HostValue = "host values"
    /// The frames of suspended continuations.
    Continuation = "suspended continuations"
    /// The value stack, as large as it may become.
    Stack = "the value stack"
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const KINDS: usize = Resource::ALL.len();

/// Bytes by kind.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    used: [u64; KINDS],
    /// The most of each kind.
    limits: [u64; KINDS],
    /// The most of all kinds together.
    total_limit: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { used: [0; KINDS], limits: [u64::MAX; KINDS], total_limit: u64::MAX }
    }
}

impl Ledger {
    pub(crate) const fn used(&self, resource: Resource) -> u64 {
        self.used[resource as usize]
    }

    pub(crate) fn total(&self) -> u64 {
        self.used.iter().fold(0, |sum, used| sum.saturating_add(*used))
    }

    pub(crate) const fn set_limit(&mut self, resource: Resource, bytes: u64) {
        self.limits[resource as usize] = bytes;
    }

    pub(crate) const fn set_total_limit(&mut self, bytes: u64) {
        self.total_limit = bytes;
    }

    /// Whether `bytes` more of a kind are within the limits.
    pub(crate) fn check(&self, resource: Resource, bytes: u64) -> Result<(), StoreError> {
        let used = self.used(resource);
        let limit = self.limits[resource as usize];
        if used.saturating_add(bytes) > limit {
            return Err(StoreError::KindLimit { resource, used, wanted: bytes, limit });
        }
        let (used, limit) = (self.total(), self.total_limit);
        // A release must always be possible.
        if bytes > 0 && used.saturating_add(bytes) > limit {
            return Err(StoreError::TotalLimit { resource, used, wanted: bytes, limit });
        }
        Ok(())
    }

    /// Books bytes, whatever the limits.
    pub(crate) const fn book(&mut self, resource: Resource, bytes: u64) {
        let used = &mut self.used[resource as usize];
        *used = used.saturating_add(bytes);
    }

    /// Books what there is of a kind, whatever was booked before.
    pub(crate) const fn set_used(&mut self, resource: Resource, bytes: u64) {
        self.used[resource as usize] = bytes;
    }

    /// Takes booked bytes off again.
    pub(crate) const fn release(&mut self, resource: Resource, bytes: u64) {
        let used = &mut self.used[resource as usize];
        *used = used.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn limits_hold_for_each_kind_and_for_the_total() {
        let mut ledger = Ledger::default();
        ledger.set_limit(Resource::Table, 100);
        ledger.set_total_limit(150);
        assert_eq!(ledger.check(Resource::Table, 100), Ok(()));
        ledger.book(Resource::Table, 60);
        let error = ledger.check(Resource::Table, 41).unwrap_err();
        let wanted =
            StoreError::KindLimit { resource: Resource::Table, used: 60, wanted: 41, limit: 100 };
        assert_eq!(error, wanted);
        ledger.book(Resource::Memory, 80);
        let error = ledger.check(Resource::Global, 16).unwrap_err();
        assert_eq!(
            error.to_string(),
            "16 bytes more for globals exceed the limit of 150 bytes for everything together, of \
             which 140 are used; raise `max_total_bytes`"
        );
        ledger.release(Resource::Memory, 80);
        assert_eq!(ledger.check(Resource::Global, 90), Ok(()));
        assert_eq!(
            ledger.check(Resource::Global, u64::MAX),
            Err(StoreError::TotalLimit {
                resource: Resource::Global,
                used: 60,
                wanted: u64::MAX,
                limit: 150,
            })
        );
    }

    #[test]
    fn nothing_more_is_allowed_even_above_a_limit() {
        let mut ledger = Ledger::default();
        ledger.book(Resource::Stack, 200);
        ledger.set_total_limit(100);
        assert_eq!(ledger.check(Resource::Memory, 0), Ok(()));
        assert!(ledger.check(Resource::Memory, 1).is_err());
    }
}
