//! Collections: the roots the store knows, and when to collect.

use super::Store;
use crate::gc::{GcRef, HeapStats, HeapView, Hold, HostMarks, HostValues, Marker};
use crate::ledger::{Ledger, Resource};
use alloc::vec::Vec;
use core::ptr::NonNull;
use dergwasm_types::{RefType, ValType};

/// Garbage collection.
impl Store {
    /// Frees the objects and host values that cannot be reached any more.
    ///
    /// What is reached from the words in `roots` stays: references that running code holds. They
    /// may be any words; what is no reference leads nowhere. The store itself adds its globals,
    /// tables, element segments and [holds](Store::hold).
    ///
    /// # Panics
    /// If a host value panics where it is dropped. All else is done before; values that are left are
    /// dropped by the next collection.
    pub fn collect(&mut self, roots: &[u64]) {
        self.collect_and(roots, |_| ());
    }

    /// As [`Store::collect`]; `then` may ask which objects [were reached](Store::was_reached), before
    /// host values are dropped.
    ///
    /// # Panics
    /// As there.
    pub fn collect_and(&mut self, roots: &[u64], then: impl FnOnce(&mut Self)) {
        let clock = Clock::start();
        self.heap.begin_collection();
        self.holds.prune();
        let marks = self.host_values.no_marks();
        let sweeps = marks.is_some();
        let mut marks = marks.unwrap_or_default();
        let (outcome, looked_at) = self.mark(roots, &mut marks);
        self.heap.end_collection(outcome, clock.elapsed_ns());
        self.heap.live_outside(looked_at);
        then(self);
        if sweeps && !outcome.is_incomplete() {
            let Self { host_values, ledger, .. } = self;
            // Dropped also if a value panics, so that what is gone is off the books.
            let booked = Booked { host_values, ledger };
            booked.host_values.sweep(&marks);
        }
        self.heap.live_outside(self.host_values.bytes());
    }

    /// Marks everything that can be reached; also says how many bytes outside of the heap that took to
    /// look at.
    fn mark(&mut self, roots: &[u64], marks: &mut HostMarks) -> (crate::gc::Outcome, u64) {
        let Self { types, globals, tables, elems, heap, holds, trace, .. } = self;
        let traced = |ty: RefType| types.is_traced(ty);
        let mut marker = Marker::new(heap, marks, trace);
        let mut words = roots.len() + globals.iter().count();
        marker.roots(roots.iter().copied());
        for global in globals.iter() {
            if matches!(global.ty().content, ValType::Ref(ty) if traced(ty)) {
                marker.roots([global.get().bits()]);
            }
        }
        for table in tables.iter().filter(|table| traced(table.ty().element)) {
            words += table.elements().len();
            marker.roots(table.elements().iter().copied());
        }
        for elem in elems.iter().filter(|elem| traced(elem.ty())) {
            words += elem.items().len();
            marker.roots(elem.items().iter().copied());
        }
        for held in holds.words() {
            words += held.len();
            marker.roots(held.iter().copied());
        }
        (marker.outcome(), (words * size_of::<u64>()) as u64)
    }

    /// Whether the collection that was just done reached an object: for an engine that keeps more
    /// about it elsewhere.
    #[must_use]
    pub fn was_reached(&self, object: GcRef) -> bool {
        self.heap.was_reached(object)
    }

    /// Whether so much was allocated since the last collection that it is time for one.
    ///
    /// [`Store::alloc_object`] asks itself, now and then. Who makes host values, or
    /// [weighs](Store::weigh) something, asks before.
    #[must_use]
    pub fn collection_due(&self) -> bool {
        self.heap.is_due() || self.host_values.is_due(self.heap.work())
    }

    /// Whether to collect before `bytes` more are kept of a kind that collections make room for.
    ///
    /// That is if a collection is [due](Store::collection_due), or if a limit is reached and enough was
    /// made since the last one: what is alive and fills the store would otherwise be looked at again and
    /// again for the little that comes in between.
    #[must_use]
    pub fn collection_due_for(&self, resource: Resource, bytes: u64) -> bool {
        let pays = || {
            self.heap.is_due_when_other_is_full()
                || self.host_values.is_due_when_full(self.heap.work())
        };
        self.collection_due() || self.is_full(resource, bytes) && pays()
    }

    /// Takes note that something was refused that a collection could have made room for: the next one
    /// who asks gets it.
    ///
    /// For an engine, if the guest cannot go on after that: by the time that it is called again, the
    /// embedder may have let go of something. A guest that does go on would get a collection each time.
    pub const fn note_refusal(&mut self) {
        self.heap.refused();
    }

    /// Counts `bytes` that an engine keeps for an object and that a collection may free, so that
    /// a collection comes sooner.
    pub const fn weigh(&mut self, bytes: u64) {
        self.heap.weigh(bytes);
    }

    /// Takes off bytes that were [weighed](Store::weigh) and are no longer kept.
    pub const fn unweigh(&mut self, bytes: u64) {
        self.heap.unweigh(bytes);
    }

    /// Tells how many such bytes the last collection has not freed, besides those told before: the
    /// next one waits until about as many were allocated.
    pub fn live_outside(&mut self, bytes: u64) {
        self.heap.live_outside(bytes);
    }

    /// Keeps what these words lead to alive as long as the hold or a clone of it lives.
    pub fn hold(&mut self, words: Vec<u64>) -> Hold {
        self.holds.hold(words)
    }

    /// What the heap of objects has done so far.
    #[must_use]
    pub fn heap_stats(&self) -> HeapStats {
        self.heap.stats()
    }

    /// Lets the heap of objects grow to so many bytes at most; 8 GiB is the most there can be.
    ///
    /// A heap that is larger already stays so.
    pub fn set_heap_limit(&mut self, bytes: u64) {
        self.heap.set_limit(bytes);
    }

    /// Whether a collection is due at every allocation, to find roots that are missing. Engines
    /// then find nothing to allocate by themselves, and what is freed is set to zeros at once.
    pub fn set_gc_stress(&mut self, stress: bool) {
        self.heap.set_stress(stress);
    }

    /// Where objects are and the next ones can go. The view itself stays where it is (INV-HEAP).
    #[must_use]
    pub const fn heap_view(&self) -> NonNull<HeapView> {
        self.heap.view()
    }
}

/// Books what host values there are when it is dropped.
struct Booked<'a> {
    host_values: &'a mut HostValues,
    ledger: &'a mut Ledger,
}

impl Drop for Booked<'_> {
    fn drop(&mut self) {
        self.ledger.set_used(Resource::HostValue, self.host_values.bytes());
    }
}

/// Measures a pause, where there is a clock.
struct Clock {
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    start: std::time::Instant,
}

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
impl Clock {
    fn start() -> Self {
        Self { start: std::time::Instant::now() }
    }

    fn elapsed_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(not(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown")))))]
impl Clock {
    const fn start() -> Self {
        Self {}
    }

    const fn elapsed_ns(&self) -> u64 {
        0
    }
}
