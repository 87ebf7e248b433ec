//! Where references are when a collection can come: during calls, when objects are made, and where
//! a run can stop.

use super::Translator;
use crate::ir::Class;
use alloc::vec::Vec;

impl Translator<'_> {
    /// The slots of the operands that are references to objects or host values.
    pub(super) fn roots(&self) -> Vec<i32> {
        self.stack.refs().map(|height| self.layout.operand(height)).collect()
    }

    /// Notes for the instruction at `at` where references are.
    pub(super) fn add_roots(&mut self, at: usize, roots: &[i32]) {
        self.side.maps.add(super::narrow(at), roots);
    }

    /// Notes for the instruction at `at` that the operands now on the stack outlive it.
    pub(super) fn add_present_roots(&mut self, at: usize) {
        let roots = self.roots();
        self.add_roots(at, &roots);
    }

    /// The slots of parameters and locals that are such references.
    pub(super) fn local_roots(&self) -> Vec<i32> {
        let refs = (0..).zip(&self.locals).filter(|(_, class)| **class == Class::Ref);
        refs.map(|(local, _)| self.layout.local(local)).collect()
    }
}
