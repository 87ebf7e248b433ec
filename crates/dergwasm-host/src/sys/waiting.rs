//! Waiting for the world outside, until it is ready or the machine is interrupted.

use crate::{
    AsMachineMut, Error, InterruptHandle,
    sys::{Clock, Errno, Poll},
};
use core::time::Duration;

/// How long a system call waits before it asks a descriptor again: at first, and at most. In
/// between it doubles, so that who answers at once is not kept waiting, and nobody is busy.
const FIRST_SLICE: Duration = Duration::from_micros(50);
const LONGEST_SLICE: Duration = Duration::from_millis(5);

/// In place of when a wait began, if that makes no difference.
const NO_MATTER: u64 = u64::MAX;

/// What a system call that waits knows of its machine.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// If the machine can be interrupted.
    interrupt: Option<InterruptHandle>,
    /// When a wait began that is repeated after an interrupt, by the program's monotonic clock.
    began: Option<u64>,
}

impl Waiting {
    /// That of a system call that begins now, perhaps again.
    pub(crate) fn of(machine: &mut impl AsMachineMut) -> Self {
        let mut core = machine.as_machine_mut().core;
        let interruptible = core.config().is_interruptible();
        Self {
            interrupt: interruptible.then(|| core.interrupt_handle()),
            began: core.take_progress().filter(|&began| began != NO_MATTER),
        }
    }

    /// Whether somebody wants the machine to stop.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(InterruptHandle::is_pending)
    }

    /// Whether waiting can be interrupted at all. If not, operations wait as they please.
    pub(crate) fn can_be_interrupted(&self) -> bool {
        self.interrupt.is_some()
    }

    /// Ends the system call. If an interrupt ended its wait, the machine stops, and calls it again
    /// if it ever goes on.
    pub(crate) fn end<T>(&mut self, result: Result<T, Errno>) -> Result<Result<T, Errno>, Error> {
        let Self { interrupt, began } = core::mem::take(self);
        match result {
            Err(Errno::Intr) if interrupt.is_some_and(|handle| handle.is_pending()) => {
                Err(Error::interrupted(began.unwrap_or(NO_MATTER)))
            }
            result => Ok(result),
        }
    }

    /// Waits until `ready` says so, if that can be interrupted. This takes real time, whatever the
    /// program's clock says: who sits at the other end lives in it.
    ///
    /// # Errors
    /// [`Errno::Intr`] after an interrupt, or what `ready` fails with.
    pub(crate) fn until(
        &self,
        mut ready: impl FnMut() -> Result<bool, Errno>,
    ) -> Result<(), Errno> {
        let Some(interrupt) = &self.interrupt else { return Ok(()) };
        let mut slice = FIRST_SLICE;
        while !ready()? {
            if interrupt.wait(slice) {
                return Err(Errno::Intr);
            }
            slice = (2 * slice).min(LONGEST_SLICE);
        }
        Ok(())
    }
}

/// A moment, in nanoseconds of the program's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) realtime: u64,
    pub(crate) monotonic: u64,
}

/// The clocks of a program that waits for one of them, and how it does so.
pub(crate) struct Timer<'a> {
    pub(crate) clock: &'a mut dyn Clock,
    pub(crate) poll: &'a mut dyn Poll,
    pub(crate) waiting: &'a mut Waiting,
}

/// The wait of a system call, by the program's clocks.
///
/// It is over when the clock says so, not when the slices it was waited in add up: a busy system
/// makes each of them longer.
pub(crate) struct Wait {
    /// When it began, by the monotonic clock.
    began: u64,
    now: Moment,
    /// What a clock that stands still should have shown besides.
    standstill: u64,
}

/// How long is waited at once for a time that somebody may set.
const REALTIME_SLICE: u64 = 100_000_000;

impl Timer<'_> {
    fn read(&mut self) -> Moment {
        Moment { realtime: self.clock.realtime(), monotonic: self.clock.monotonic() }
    }

    /// Begins a wait, or goes on with one that was interrupted.
    pub(crate) fn begin(&mut self) -> Wait {
        let now = self.read();
        let began = self.waiting.began.take().unwrap_or(now.monotonic);
        Wait { began, now, standstill: 0 }
    }

    /// Ends the wait if the machine is interrupted.
    ///
    /// # Errors
    /// [`Errno::Intr`]
    pub(crate) fn check_interrupt(&mut self, wait: &Wait) -> Result<(), Errno> {
        if self.waiting.is_interrupted() {
            self.waiting.began = Some(wait.began);
            return Err(Errno::Intr);
        }
        Ok(())
    }

    /// Lets time pass until the clock shows `left` nanoseconds more, or a bit less: who waits for
    /// `descriptors` has to ask them in between.
    ///
    /// # Errors
    /// [`Errno::Intr`] after an interrupt.
    pub(crate) fn pass(
        &mut self,
        wait: &mut Wait,
        left: u64,
        descriptors: bool,
    ) -> Result<(), Errno> {
        let waiting = &*self.waiting;
        let interrupted = || waiting.is_interrupted();
        let unparked = waiting.interrupt.as_ref().map(InterruptHandle::unpark_on_interrupt);
        let mut time = Duration::from_nanos(left);
        if descriptors {
            time = self.poll.wait(self.clock, time, &interrupted);
        } else if unparked.is_some() {
            self.clock.sleep_unless(time, &interrupted);
        } else {
            self.clock.sleep(time);
        }
        drop(unparked);
        self.check_interrupt(wait)?;
        let now = self.read();
        if now == wait.now {
            // Otherwise the program would wait for ever.
            let passed = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            wait.standstill = wait.standstill.saturating_add(passed);
        }
        wait.now = now;
        Ok(())
    }
}

impl Wait {
    /// The present.
    pub(crate) fn now(&self) -> Moment {
        Moment {
            realtime: self.now.realtime.saturating_add(self.standstill),
            monotonic: self.now.monotonic.saturating_add(self.standstill),
        }
    }

    /// How many nanoseconds are left of so many after the beginning.
    pub(crate) fn left_of(&self, nanoseconds: u64) -> u64 {
        self.left_until(self.began.saturating_add(nanoseconds))
    }

    /// How many nanoseconds are left until the monotonic clock shows a time.
    pub(crate) fn left_until(&self, monotonic: u64) -> u64 {
        monotonic.saturating_sub(self.now().monotonic)
    }

    /// How many nanoseconds are left until the realtime clock shows a time, which may be set
    /// meanwhile, and how many of them to wait before it is read again.
    pub(crate) fn left_until_realtime(&self, realtime: u64) -> u64 {
        realtime.saturating_sub(self.now().realtime)
    }

    /// How much of the time left to wait at once if the realtime clock decides.
    pub(crate) fn slice_of_realtime(left: u64) -> u64 {
        left.min(REALTIME_SLICE)
    }
}
