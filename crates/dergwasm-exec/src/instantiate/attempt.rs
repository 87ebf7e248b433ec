//! An instantiation that may fail: what it took is free again afterwards, also if a limiter or host
//! function panics.

use crate::{Error, Machine};
use dergwasm_store::Checkpoint;

/// Whether anything outside of an instance that is being made may lead to it: a table it imports
/// that got its functions, or whatever its start function reached through an import.
#[derive(Debug, Default)]
pub(super) struct Seen(pub(super) bool);

/// What there was before an instance was made.
#[derive(Debug)]
pub(super) struct Before {
    store: Checkpoint,
    callees: usize,
    instances: usize,
}

/// A machine while it makes an instance. Without [`succeed`](Self::succeed) it is as before at the end.
pub(super) struct Attempt<'a> {
    pub(super) machine: &'a mut Machine,
    pub(super) seen: Seen,
    before: Option<Before>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(machine: &'a mut Machine) -> Self {
        let before = Before {
            store: machine.store.checkpoint(),
            callees: machine.callees.len(),
            instances: machine.instances.len(),
        };
        Self { machine, seen: Seen::default(), before: Some(before) }
    }

    /// The instance stays.
    pub(super) fn succeed(mut self) {
        self.before = None;
    }

    /// It does not, for this reason.
    pub(super) fn fail(mut self, error: &Error) {
        // An exception carries references with it.
        self.seen.0 |= error.exception().is_some();
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let Some(before) = self.before.take() else { return };
        if self.seen.0 {
            self.machine.store.abandon_instance();
        } else {
            // SAFETY: INV-STORE: nobody has seen anything of the instance: see `Seen`.
            unsafe { self.machine.rollback(before) };
        }
    }
}

impl Machine {
    /// Frees what was allocated since, as if it had never been.
    ///
    /// # Safety
    /// INV-STORE: nobody has kept an address, or a pointer into what is freed.
    unsafe fn rollback(&mut self, before: Before) {
        if self.instances.len() > before.instances {
            self.end_continuations(before.callees, before.instances);
        }
        // SAFETY: from the caller.
        unsafe { self.store.rollback(before.store) }
        self.truncate_callees(before.callees);
        if self.instances.len() > before.instances {
            self.instances.truncate(before.instances);
            // The code of its functions may be freed with its module.
            self.code_index.clear();
        }
    }
}
