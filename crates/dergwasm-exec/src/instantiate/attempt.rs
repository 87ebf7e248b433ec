//! An instantiation that may fail: what it took is free again afterwards, also if a limiter or host
//! function panics.

use super::supply::Imports;
use crate::{Error, Host, HostCall, Machine, MachineMut};
use alloc::vec::Vec;
use dergwasm_store::{Checkpoint, ExternVal, FuncKind, MemAddr, ResourceLimiter, StoreError};
use dergwasm_types::ValType;

/// What anything outside of an instance that is being made may know of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Whether something may lead to it: a table that was there before and got its functions, or
    /// whatever its start function reached through an import.
    pub(super) leads_here: bool,
    /// The memories it was given, and how many bytes they had before its start function ran.
    memories: Vec<(MemAddr, usize)>,
}

impl Seen {
    /// Notes what a start function can reach. Host functions are noted when they are called.
    pub(super) fn start(
        &mut self,
        machine: &Machine,
        imports: Imports<'_>,
    ) -> Result<(), StoreError> {
        let store = &machine.store;
        self.memories = super::room_for(imports.given().count())?;
        for item in imports.given() {
            self.leads_here |= match item {
                // The code of another instance can keep a reference that it is passed.
                ExternVal::Func(func) => matches!(store.funcs()[func].kind, FuncKind::Wasm { .. }),
                ExternVal::Table(_) => true,
                ExternVal::Global(global) => {
                    matches!(store.globals()[global].ty().content, ValType::Ref(_))
                }
                ExternVal::Memory(memory) => {
                    // Numbers lead nowhere.
                    self.memories.push((memory, store.memories()[memory].data().len()));
                    false
                }
                // An exception that gets out is part of the error.
                ExternVal::Tag(_) => false,
            };
        }
        Ok(())
    }

    /// Lends the host to a start function.
    pub(super) fn watch<'a>(&'a mut self, host: &'a mut dyn Host) -> Watched<'a> {
        Watched { host, called: &mut self.leads_here }
    }
}

/// A host that notes whether one of its functions is called: that can keep whatever the instance
/// exports.
pub(super) struct Watched<'a> {
    host: &'a mut dyn Host,
    called: &'a mut bool,
}

impl Host for Watched<'_> {
    fn call(&mut self, machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        *self.called = true;
        self.host.call(machine, call)
    }

    fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        self.host.limiter()
    }
}

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
        self.seen.leads_here |= error.exception().is_some();
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let Some(before) = self.before.take() else { return };
        let memories = self.machine.store.memories();
        // A rollback takes whatever grew since for something that was made since.
        let grown = self.seen.memories.iter().any(|&(at, len)| memories[at].data().len() != len);
        if self.seen.leads_here || grown {
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
