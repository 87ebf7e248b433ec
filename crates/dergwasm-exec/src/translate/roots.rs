//! Where references are when a collection can come: during calls, when objects are made, and where
//! a run can stop.

use super::Translator;
use crate::ir::Class;
use crate::ir::side_tables::SlotRun;
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
    pub(super) fn local_roots(&self) -> Vec<SlotRun> {
        let params = self.layout.params;
        let runs = self.locals.of_class(Class::Ref);
        // Parameters and locals lie in different places.
        let parts =
            runs.flat_map(|run| [run.start..run.end.min(params), run.start.max(params)..run.end]);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(|part| SlotRun::new(self.layout.local(part.start), part.len())).collect()
    }
}
