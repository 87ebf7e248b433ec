//! Roots of the embedder: references it holds by number, so that a collection finds them.
//!
//! They come and go like a stack. Knows nothing of what the references lead to.

use crate::{Machine, Mark};
use alloc::vec::Vec;

/// Names a root of a machine as long as its scope lasts; after that it names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RootId {
    mark: Mark,
    /// Different from that of every other root the machine ever had.
    serial: u64,
    index: u32,
}

impl RootId {
    /// Whether it names, or named, a root of this machine.
    #[must_use]
    pub fn is_of(&self, machine: &Machine) -> bool {
        machine.lineage.has(self.mark)
    }
}

/// The roots, innermost scope last.
#[derive(Debug, Default)]
pub(crate) struct RootList {
    roots: Vec<Root>,
    next: u64,
}

#[derive(Clone, Copy, Debug)]
struct Root {
    word: u64,
    serial: u64,
}

impl RootList {
    /// The references.
    pub(crate) fn words(&self) -> impl Iterator<Item = u64> {
        self.roots.iter().map(|root| root.word)
    }
}

/// Roots.
impl Machine {
    /// Keeps what a reference leads to alive until the innermost scope is left.
    pub fn root(&mut self, word: u64) -> RootId {
        let list = &mut self.root_list;
        // An index that is too large finds no root of that serial number.
        let index = u32::try_from(list.roots.len()).unwrap_or(u32::MAX);
        let serial = list.next;
        list.next += 1;
        list.roots.push(Root { word, serial });
        RootId { mark: self.lineage.mark(), serial, index }
    }

    /// The reference of a root; `None` if its scope was left, or it is of another machine.
    #[must_use]
    pub fn rooted(&self, id: RootId) -> Option<u64> {
        let root = self.root_list.roots.get(id.index as usize)?;
        (root.serial == id.serial && id.is_of(self)).then_some(root.word)
    }

    /// Begins a scope of roots: [`leave_root_scope`](Self::leave_root_scope) takes the result.
    #[must_use]
    #[inline]
    pub const fn root_scope(&self) -> usize {
        self.root_list.roots.len()
    }

    /// Forgets the roots that were made since a scope began.
    #[inline]
    pub fn leave_root_scope(&mut self, scope: usize) {
        if self.root_list.roots.len() > scope {
            self.root_list.roots.truncate(scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn a_root_ends_with_its_scope_and_never_becomes_another() {
        let mut machine = Machine::new(&Config::default());
        let mut other = Machine::new(&Config::default());
        let outer = machine.root(4);
        let scope = machine.root_scope();
        let inner = machine.root(8);
        assert_eq!((machine.rooted(outer), machine.rooted(inner)), (Some(4), Some(8)));
        machine.leave_root_scope(scope);
        let newer = machine.root(12);
        assert_eq!((machine.rooted(outer), machine.rooted(inner)), (Some(4), None));
        assert_eq!(machine.rooted(newer), Some(12));
        other.root(16);
        assert_eq!(other.rooted(outer), None);
        assert!(outer.is_of(&machine) && !outer.is_of(&other));
        machine.leave_root_scope(usize::MAX);
        assert_eq!(machine.rooted(newer), Some(12));
    }
}
