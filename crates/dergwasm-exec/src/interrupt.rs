//! Interrupts: how another thread asks a run to stop.
//!
//! Knows nothing of what runs: code and host calls only look whether a stop was requested.

use crate::Machine;
use crate::sync::{AtomicUsize, Ordering, store_own};
use alloc::sync::Arc;
use core::ops::{Deref, DerefMut};
#[cfg(feature = "std")]
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// Set in a state while its run is asked to stop.
const REQUESTED: usize = 1;
/// Set in a state while a run is going on.
const RUNNING: usize = 2;
/// How far a state is from the next one: each run has a state, and so has each time between runs.
const STEP: usize = 2;

/// What a machine and its handles share: which run is going on, and whether it is to stop.
///
/// Both are in one word, so that a request reaches the run it was meant for or none: it is an
/// exchange of the word that was seen, and fails when the run has ended meanwhile. Numbers of runs
/// repeat after 2^30 runs where a word has 32 bits.
#[derive(Debug, Default)]
pub(crate) struct InterruptState {
    word: AtomicUsize,
    /// The threads that wait for a request.
    #[cfg(feature = "std")]
    waiting: Mutex<Vec<Thread>>,
}

impl InterruptState {
    /// Whether the run that is going on is asked to stop.
    #[inline(always)]
    pub(crate) fn is_requested(&self) -> bool {
        self.word.load(Ordering::Relaxed) & REQUESTED != 0
    }

    /// The list is whole also after a panic: each change of it is one step.
    #[cfg(feature = "std")]
    fn waiting(&self) -> MutexGuard<'_, Vec<Thread>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes who waits, after a request.
    fn wake(&self) {
        #[cfg(feature = "std")]
        for thread in self.waiting().iter() {
            thread.unpark();
        }
    }
}

/// The machine's side: begins and ends runs.
#[derive(Debug, Default)]
pub(crate) struct Interrupts {
    state: Arc<InterruptState>,
    /// Whether a handle may stop the next run before it begins.
    next_is_awaited: bool,
}

impl Interrupts {
    /// What code looks at.
    pub(crate) fn state(&self) -> &InterruptState {
        &self.state
    }

    fn word(&self) -> usize {
        self.state.word.load(Ordering::Relaxed)
    }

    /// Begins a run, unless it is part of one that is going on; says whether it did.
    fn begin(&mut self) -> bool {
        let word = self.word();
        if word & RUNNING != 0 {
            return false;
        }
        if self.next_is_awaited {
            // Keeps a request that came early, also one that comes right now.
            self.state.word.fetch_add(STEP, Ordering::Relaxed);
            self.next_is_awaited = false;
        } else {
            store_own(&self.state.word, word.wrapping_add(STEP));
        }
        true
    }

    /// Ends the run, and with it every request to stop it.
    fn end(&self) {
        let next = (self.word() & !REQUESTED).wrapping_add(STEP);
        store_own(&self.state.word, next);
    }
}

/// Stops runs of a machine from another thread.
///
/// A *run* is a call of a function, an instantiation with its start function, or the continuation
/// of a paused call. What a host function calls while it runs is part of the same run.
///
/// A run that is asked to stop does so at the next call or loop iteration with
/// [`Trap::Interrupted`](dergwasm_types::Trap::Interrupted), if the machine's configuration is
/// [interruptible](crate::Config::interruptible); otherwise requests have no effect. Calls nested in it
/// stop too. A request ends with its run, whether the run stopped or was faster: it never stops a
/// later one, also not the continuation of the call it paused.
///
/// There are two kinds of handles:
///
/// - [`Machine::interrupt_handle`] makes one for all runs. It stops the run that is going on when
///   [`interrupt`](Self::interrupt) is called; if there is none, nothing happens. A thread that
///   looks after a machine as a whole, for example to end the program, uses this one.
/// - [`Machine::interrupt_handle_for_run`] makes one for a single run: the next. It stops that run
///   also if it asks before the run has begun, and no other run if it asks too late. A time limit
///   for a call uses this one, and a new one for each call.
///
/// ```
/// use dergwasm_exec::{Config, Machine, Module, NoHost};
/// use dergwasm_types::Trap;
/// use std::{thread, time::Duration};
///
/// # let wasm = wat::parse_str(r#"(module (func (export "spin") (loop (br 0))))"#).unwrap();
/// let module = Module::new(&wasm)?;
/// let mut machine = Machine::new(Config::new().interruptible(true));
/// let instance = machine.instantiate(&mut NoHost, &module, &[])?;
/// let spin = machine.export_func(instance, "spin").unwrap();
///
/// let handle = machine.interrupt_handle_for_run();
/// thread::spawn(move || {
///     thread::sleep(Duration::from_millis(10));
///     handle.interrupt();
/// });
/// let error = machine.invoke(&mut NoHost, spin, &mut []).unwrap_err();
/// assert_eq!(error.trap(), Some(Trap::Interrupted));
/// # Ok::<(), dergwasm_exec::Error>(())
/// ```
///
/// [`Config::interruptible`]: crate::Config::interruptible
/// [interruptible]: crate::Config::interruptible
#[derive(Clone, Debug)]
pub struct InterruptHandle {
    state: Arc<InterruptState>,
    /// The state of the only run that it stops, without a request.
    only: Option<usize>,
}

impl InterruptHandle {
    /// Asks the run that the handle is for to stop.
    ///
    /// Returns whether there was a run to ask. A handle for all runs finds none while the machine
    /// is idle; one for a single run finds none once that run has ended.
    ///
    /// It takes a lock to wake a run that [waits](Self::wait), and so must not be called in a
    /// signal handler; a thread that the signal handler wakes can call it.
    pub fn interrupt(&self) -> bool {
        let mut word = self.state.word.load(Ordering::Relaxed);
        let run = self.only.unwrap_or(word & !REQUESTED);
        while self.is_about(word, run) {
            let asked = word | REQUESTED;
            let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
            match self.state.word.compare_exchange_weak(word, asked, set, get) {
                Ok(_) => {
                    self.state.wake();
                    return true;
                }
                Err(found) => word = found,
            }
        }
        false
    }

    /// Whether a request of this handle in the state `word` reaches `run`.
    fn is_about(&self, word: usize, run: usize) -> bool {
        let state = word & !REQUESTED;
        // Before a run that is awaited, a request waits with it.
        let early = self.only.is_some() && state.wrapping_add(STEP) == run;
        run & RUNNING != 0 && (state == run || early)
    }

    /// Whether the run that the handle is for was asked to stop and has not ended yet.
    ///
    /// A host function that waits looks at it from time to time and returns early, best with
    /// [`Error::interrupted`](crate::Error::interrupted).
    #[must_use]
    pub fn is_pending(&self) -> bool {
        let word = self.state.word.load(Ordering::Relaxed);
        word & REQUESTED != 0 && self.is_about(word, self.only.unwrap_or(word & !REQUESTED))
    }

    /// Lets a request unpark this thread as long as the result lives.
    ///
    /// A host function that waits parks its thread meanwhile ([`std::thread::park_timeout`]) and
    /// looks at [`is_pending`](Self::is_pending) each time it wakes.
    #[cfg(feature = "std")]
    pub fn unpark_on_interrupt(&self) -> UnparkOnInterrupt<'_> {
        self.state.waiting().push(thread::current());
        UnparkOnInterrupt(&self.state)
    }

    /// Waits until the run that the handle is for is asked to stop, or `time` has passed, and
    /// returns whether it was asked. A request ends the wait at once.
    ///
    /// ```
    /// use dergwasm_exec::{Config, Machine};
    /// use std::time::Duration;
    ///
    /// let mut machine = Machine::new(Config::new().interruptible(true));
    /// let handle = machine.interrupt_handle_for_run();
    /// assert!(!handle.wait(Duration::from_millis(1)));
    /// handle.interrupt();
    /// assert!(handle.wait(Duration::MAX));
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn wait(&self, time: Duration) -> bool {
        let _unparked = self.unpark_on_interrupt();
        // Beyond what the clock can hold, there is no deadline.
        let deadline = Instant::now().checked_add(time);
        while !self.is_pending() {
            match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return false,
                Some(left) => thread::park_timeout(left),
                None => thread::park(),
            }
        }
        true
    }
}

/// Lets an interrupt unpark a thread; made by [`InterruptHandle::unpark_on_interrupt`].
#[cfg(feature = "std")]
#[derive(Debug)]
#[must_use = "the thread is unparked only as long as this lives"]
pub struct UnparkOnInterrupt<'a>(&'a InterruptState);

#[cfg(feature = "std")]
impl Drop for UnparkOnInterrupt<'_> {
    fn drop(&mut self) {
        let this = thread::current().id();
        let mut waiting = self.0.waiting();
        // One entry of this thread is as good as another.
        if let Some(at) = waiting.iter().rposition(|thread| thread.id() == this) {
            waiting.swap_remove(at);
        }
    }
}

impl Machine {
    /// A handle with which another thread stops whatever the machine is running then.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle { state: Arc::clone(&self.interrupts.state), only: None }
    }

    /// A handle with which another thread stops one run: the next, or the one that is going on if
    /// a host function asks for it.
    #[must_use]
    pub fn interrupt_handle_for_run(&mut self) -> InterruptHandle {
        let word = self.interrupts.word() & !REQUESTED;
        let only = if word & RUNNING == 0 {
            self.interrupts.next_is_awaited = true;
            word.wrapping_add(STEP)
        } else {
            word
        };
        InterruptHandle { state: Arc::clone(&self.interrupts.state), only: Some(only) }
    }

    /// Whether the run that is going on was [interrupted](InterruptHandle::interrupt) and has not
    /// come to the place to stop at yet.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        let word = self.interrupts.word();
        word & (RUNNING | REQUESTED) == RUNNING | REQUESTED
    }

    /// Lends the machine for a run, which ends with the loan. If one is going on already, it is
    /// part of that.
    #[inline]
    pub(crate) fn running(&mut self) -> Running<'_> {
        let outermost = self.config.interruptible && self.interrupts.begin();
        Running { machine: self, outermost }
    }
}

/// A machine while it runs. Ends the run also if a host function panics.
pub(crate) struct Running<'a> {
    machine: &'a mut Machine,
    /// Whether the run began here.
    outermost: bool,
}

impl Deref for Running<'_> {
    type Target = Machine;

    #[inline]
    fn deref(&self) -> &Machine {
        self.machine
    }
}

impl DerefMut for Running<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Machine {
        self.machine
    }
}

impl Drop for Running<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.outermost {
            self.machine.interrupts.end();
        }
        self.machine.give_stack_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn machine() -> Machine {
        Machine::new(Config::new().interruptible(true))
    }

    #[test]
    fn a_handle_for_all_runs_stops_only_what_is_going_on() {
        let mut machine = machine();
        let handle = machine.interrupt_handle();
        assert!(!handle.interrupt() && !handle.is_pending());
        for _ in 0..3 {
            let run = machine.running();
            assert!(!run.is_interrupted());
            assert!(handle.interrupt() && handle.interrupt() && handle.is_pending());
            assert!(run.is_interrupted() && run.interrupts.state().is_requested());
            drop(run);
            assert!(!machine.is_interrupted() && !handle.is_pending() && !handle.interrupt());
        }
    }

    #[test]
    fn a_handle_for_one_run_stops_that_before_and_while_it_goes_on() {
        let mut machine = machine();
        for early in [true, false] {
            let (handle, all) = (machine.interrupt_handle_for_run(), machine.interrupt_handle());
            assert_eq!(early && handle.interrupt(), early);
            assert_eq!((handle.is_pending(), all.is_pending()), (early, false));
            assert!(!machine.is_interrupted(), "nothing is going on");
            let run = machine.running();
            assert_eq!((run.is_interrupted(), all.is_pending()), (early, early));
            assert!(handle.interrupt() && run.is_interrupted());
            drop(run);
            assert!(!handle.interrupt() && !handle.is_pending());
            let next = machine.running();
            assert!(!handle.interrupt() && !handle.is_pending() && !next.is_interrupted());
        }
    }

    #[test]
    fn handles_that_wait_for_the_same_run_are_alike() {
        let mut machine = machine();
        let (a, b) = (machine.interrupt_handle_for_run(), machine.interrupt_handle_for_run());
        assert!(a.interrupt() && b.is_pending());
        assert!(machine.running().is_interrupted());
        assert!(!a.interrupt() && !b.interrupt() && !machine.running().is_interrupted());
    }

    #[test]
    fn nested_calls_are_part_of_their_run() {
        let mut machine = machine();
        let early = machine.interrupt_handle_for_run();
        let mut outer = machine.running();
        let handle = outer.interrupt_handle_for_run();
        let inner = outer.running();
        assert!(handle.interrupt() && early.is_pending() && inner.is_interrupted());
        drop(inner);
        assert!(outer.is_interrupted());
        drop(outer);
        assert!(!handle.interrupt() && !early.interrupt());
    }

    #[test]
    fn machines_that_cannot_be_interrupted_have_no_runs() {
        let mut machine = Machine::new(&Config::new());
        let handle = machine.interrupt_handle();
        let run = machine.running();
        assert!(!handle.interrupt() && !run.is_interrupted());
    }

    #[cfg(feature = "std")]
    #[test]
    fn a_wait_ends_in_time_or_by_an_interrupt() {
        let mut machine = machine();
        let handle = machine.interrupt_handle_for_run();
        let start = Instant::now();
        assert!(!handle.wait(Duration::from_millis(5)));
        assert!(start.elapsed() >= Duration::from_millis(5));
        let waiting = thread::spawn({
            let handle = handle.clone();
            move || handle.wait(Duration::MAX)
        });
        while handle.state.waiting().is_empty() {
            thread::yield_now();
        }
        handle.interrupt();
        assert!(waiting.join().unwrap());
        assert!(handle.wait(Duration::MAX), "it is still pending");
        assert!(handle.state.waiting().is_empty());
        drop(machine.running());
        assert!(!handle.wait(Duration::ZERO));
    }

    #[cfg(feature = "std")]
    #[test]
    fn nested_waits_of_a_thread_are_left_one_by_one() {
        let handle = machine().interrupt_handle();
        let outer = handle.unpark_on_interrupt();
        drop(handle.unpark_on_interrupt());
        assert_eq!(handle.state.waiting().len(), 1);
        drop(outer);
        assert!(handle.state.waiting().is_empty());
    }

    #[test]
    fn states_repeat_without_an_overflow() {
        let mut machine = machine();
        machine.interrupts.state.word.store(usize::MAX & !(RUNNING | REQUESTED), Ordering::Relaxed);
        let handle = machine.interrupt_handle_for_run();
        assert!(handle.interrupt() && machine.running().is_interrupted());
        assert!(!handle.interrupt() && !machine.running().is_interrupted());
    }
}

/// In every order of events that loom finds; run by `cargo xtask ci loom`.
#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::thread;

    fn handle(interrupts: &Interrupts, only: Option<usize>) -> InterruptHandle {
        InterruptHandle { state: Arc::clone(&interrupts.state), only }
    }

    /// What the run that is going on sees.
    fn is_asked(interrupts: &Interrupts) -> bool {
        interrupts.state().is_requested()
    }

    #[test]
    fn a_request_for_one_run_reaches_that_run_or_none() {
        loom::model(|| {
            let mut interrupts = Interrupts::default();
            interrupts.next_is_awaited = true;
            let next = interrupts.word().wrapping_add(STEP);
            let handle = handle(&interrupts, Some(next));
            let asking = thread::spawn(move || handle.interrupt());
            assert!(interrupts.begin());
            let was_asked = is_asked(&interrupts);
            interrupts.end();
            assert!(interrupts.begin());
            assert!(!is_asked(&interrupts), "a later run was asked");
            interrupts.end();
            let reached = asking.join().unwrap();
            assert!(reached || !was_asked);
            assert!(interrupts.begin() && !is_asked(&interrupts));
        });
    }

    #[test]
    fn a_request_for_whatever_runs_ends_with_that_run() {
        loom::model(|| {
            let mut interrupts = Interrupts::default();
            let handle = handle(&interrupts, None);
            assert!(interrupts.begin());
            let asking = thread::spawn(move || handle.interrupt());
            interrupts.end();
            asking.join().unwrap();
            assert!(interrupts.begin());
            assert!(!is_asked(&interrupts), "the request outlived its run");
        });
    }

    #[test]
    fn two_requests_at_once_are_both_heard() {
        loom::model(|| {
            let mut interrupts = Interrupts::default();
            assert!(interrupts.begin());
            let other = handle(&interrupts, None);
            let asking = thread::spawn(move || other.interrupt());
            assert!(handle(&interrupts, None).interrupt());
            assert!(asking.join().unwrap() && is_asked(&interrupts));
        });
    }
}
