//! Handles to what a collector looks after, and how long they last.
//!
//! Knows nothing of what the references lead to.

use super::{
    AnyRef, ArrayRef, EqRef, ExnRef, ExternRef, Hierarchy, OwnedRooted, StructRef, heap_type_of,
};
use crate::{
    AsMachine, AsMachineMut, CoreMut, Error, MachineMut, MachineRef, as_machine::usage,
    marked::foreign,
};
use core::{
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
};
use dergwasm_exec::{Machine as Core, RootId};
use dergwasm_types::HeapType;

mod sealed {
    pub trait Sealed {}
}

/// What a [`Rooted`] reference leads to. Only types of this crate implement it.
pub trait Referent: Copy + fmt::Debug + Eq + core::hash::Hash + sealed::Sealed + 'static {
    /// Its type.
    const HEAP: HeapType;
}

macro_rules! referents {
    ($($T:ident: $Heap:ident;)*) => { $(
        impl sealed::Sealed for $T {}

        impl Referent for $T {
            const HEAP: HeapType = HeapType::$Heap;
        }
    )* };
}

// `Referent` for each type of references.
referents! {
    AnyRef: Any;
    EqRef: Eq;
    StructRef: Struct;
    ArrayRef: Array;
    ExternRef: Extern;
    ExnRef: Exn;
}

/// A reference that is not null to a `T` of a machine.
///
/// What it leads to stays alive as long as its scope lasts: a handle that was made while a host
/// function ran ends with that call, one that was made in a [`RootScope`] with the scope, and any
/// other with the machine. A handle is small and `Copy`, and cannot dangle: using one after its
/// end, or with another machine, is an error. To keep what it leads to for longer, make an
/// [`OwnedRooted`] of it.
///
/// Two handles are equal if they are the same root. Whether two lead to the same thing is for
/// [`Rooted::ref_eq`] to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rooted<T> {
    root: RootId,
    referent: PhantomData<fn() -> T>,
}

impl<T: Referent> Rooted<T> {
    /// Roots a reference, which has to lead to a `T`, in the innermost scope.
    pub(crate) fn new(word: u64, core: &mut CoreMut<'_>) -> Self {
        Self { root: core.root(word), referent: PhantomData }
    }

    /// The same root as one to a `U`, which has to be what it leads to.
    pub(super) const fn as_ref_to<U>(self) -> Rooted<U> {
        Rooted { root: self.root, referent: PhantomData }
    }

    /// The reference.
    #[inline]
    pub(crate) fn word(self, core: &Core) -> Result<u64, Error> {
        core.rooted(self.root).ok_or_else(|| self.stale(core))
    }

    #[cold]
    fn stale(self, core: &Core) -> Error {
        if !self.root.is_of(core) {
            return foreign("reference");
        }
        usage(
            "this reference is not rooted any more: its scope has ended; \
             make an `OwnedRooted` of what has to last longer",
        )
    }

    /// The narrowest type of what it leads to.
    pub(super) fn heap_type(self, core: &Core) -> Result<HeapType, Error> {
        let word = self.word(core)?;
        let hierarchy = Hierarchy::of_abstract(T::HEAP);
        let found = hierarchy.and_then(|hierarchy| heap_type_of(hierarchy, word, core));
        found.ok_or_else(|| usage("this reference leads to nothing in its machine"))
    }

    /// Whether two references lead to the same thing, as `ref.eq` has it.
    ///
    /// # Errors
    /// One of them is of another machine, or its scope has ended.
    pub fn ref_eq(
        machine: impl AsMachine,
        a: &Self,
        b: &Rooted<impl Referent>,
    ) -> Result<bool, Error> {
        let core = machine.as_machine().core;
        Ok(a.word(core)? == b.word(core)?)
    }

    /// A handle to the same that keeps it alive by itself.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn to_owned_rooted(&self, mut machine: impl AsMachineMut) -> Result<OwnedRooted<T>, Error> {
        let mut core = machine.as_machine_mut().core;
        let word = self.word(&core)?;
        Ok(OwnedRooted::new(word, &mut core))
    }
}

/// A time in which references are rooted: those that are made through it end with it.
///
/// It stands for its machine while it lasts.
///
/// ```
/// use dergwasm_host::{ExternRef, Machine, RootScope};
///
/// let mut machine = Machine::new(());
/// let kept = ExternRef::new(&mut machine, "kept")?;
/// let mut scope = RootScope::new(&mut machine);
/// let passing = ExternRef::new(&mut scope, "passing")?;
/// assert!(passing.data(&scope).is_ok() && kept.data(&scope).is_ok());
/// drop(scope);
/// assert!(passing.data(&machine).is_err() && kept.data(&machine).is_ok());
/// # Ok::<(), dergwasm_host::Error>(())
/// ```
#[derive(Debug)]
pub struct RootScope<M: AsMachineMut> {
    machine: M,
    scope: usize,
}

impl<M: AsMachineMut> RootScope<M> {
    /// Begins a scope, which ends when it is dropped.
    pub fn new(machine: M) -> Self {
        let scope = machine.as_machine().core.root_scope();
        Self { machine, scope }
    }
}

impl<M: AsMachineMut> Drop for RootScope<M> {
    fn drop(&mut self) {
        self.machine.as_machine_mut().core.leave_root_scope(self.scope);
    }
}

impl<M: AsMachineMut> Deref for RootScope<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.machine
    }
}

impl<M: AsMachineMut> DerefMut for RootScope<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.machine
    }
}

impl<M: AsMachineMut> AsMachine for RootScope<M> {
    type Data = M::Data;

    fn as_machine(&self) -> MachineRef<'_, M::Data> {
        self.machine.as_machine()
    }
}

impl<M: AsMachineMut> AsMachineMut for RootScope<M> {
    fn as_machine_mut(&mut self) -> MachineMut<'_, M::Data> {
        self.machine.as_machine_mut()
    }
}
