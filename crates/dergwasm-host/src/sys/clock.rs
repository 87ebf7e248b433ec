//! Clocks: the system's, and one that only moves when asked.

use core::time::Duration;
use std::{
    thread,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// What a program sees of time. All times are in nanoseconds.
pub trait Clock: Send {
    /// The time since 1970-01-01T00:00:00Z.
    fn realtime(&mut self) -> u64;

    /// The time since some moment in the past; never goes back.
    fn monotonic(&mut self) -> u64;

    /// The smallest difference between two times, at least 1.
    fn resolution(&self) -> u64 {
        1
    }

    /// Lets time pass.
    fn sleep(&mut self, duration: Duration);

    /// Lets time pass, but no more once `interrupted` says so.
    ///
    /// A clock whose `sleep` takes real time parks the thread ([`std::thread::park_timeout`]),
    /// which an interrupt unparks, and asks each time it wakes. Others need not ask, and by default
    /// just sleep.
    fn sleep_unless(&mut self, duration: Duration, interrupted: &dyn Fn() -> bool) {
        let _ = interrupted;
        self.sleep(duration);
    }
}

/// How long a sleep that can be interrupted takes no notice at first.
const SHORTEST_SLICE: Duration = Duration::from_millis(1);
/// And how long later on.
const LONGEST_SLICE: Duration = Duration::from_millis(10);

/// The clocks of the system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn realtime(&mut self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, nanoseconds)
    }

    fn monotonic(&mut self) -> u64 {
        nanoseconds(self.start.elapsed())
    }

    fn sleep(&mut self, duration: Duration) {
        thread::sleep(duration);
    }

    fn sleep_unless(&mut self, duration: Duration, interrupted: &dyn Fn() -> bool) {
        let start = Instant::now();
        let mut slice = SHORTEST_SLICE;
        while !interrupted() {
            let left = duration.saturating_sub(start.elapsed());
            if left.is_zero() {
                break;
            }
            // Who interrupts need not unpark.
            thread::park_timeout(left.min(slice));
            slice = (2 * slice).min(LONGEST_SLICE);
        }
    }
}

/// A clock that the program's own actions move: a fixed step at each reading, and sleep.
///
/// Two runs of a deterministic program see the same times, and sleeping takes none.
///
/// ```
/// use dergwasm_host::sys::{Clock, VirtualClock};
///
/// let mut clock = VirtualClock::new(1_000_000_000, 5);
/// assert_eq!(clock.realtime(), 1_000_000_005);
/// clock.sleep(std::time::Duration::from_secs(1));
/// assert_eq!(clock.monotonic(), 1_000_000_010);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct VirtualClock {
    /// Real time at the start.
    epoch: u64,
    /// Time since the start.
    elapsed: u64,
    step: u64,
}

impl VirtualClock {
    /// A clock that starts at `epoch` and moves by `step` at each reading, both in nanoseconds.
    #[must_use]
    pub const fn new(epoch: u64, step: u64) -> Self {
        Self { epoch, elapsed: 0, step }
    }

    fn advance(&mut self, by: u64) {
        self.elapsed = self.elapsed.saturating_add(by);
    }
}

impl Clock for VirtualClock {
    fn realtime(&mut self) -> u64 {
        self.advance(self.step);
        self.epoch.saturating_add(self.elapsed)
    }

    fn monotonic(&mut self) -> u64 {
        self.advance(self.step);
        self.elapsed
    }

    fn resolution(&self) -> u64 {
        self.step.max(1)
    }

    fn sleep(&mut self, duration: Duration) {
        self.advance(nanoseconds(duration));
    }
}

/// Saturates after 584 years.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    #[test]
    fn system_time_passes() {
        let mut clock = SystemClock::new();
        let (real, before) = (clock.realtime(), clock.monotonic());
        clock.sleep(Duration::from_millis(2));
        assert!(clock.monotonic() - before >= 2_000_000);
        assert!(real > 1_600_000_000_000_000_000);
    }

    #[test]
    fn a_sleep_ends_early_or_in_time() {
        let mut clock = SystemClock::new();
        let (start, asked) = (Instant::now(), Cell::new(0));
        clock.sleep_unless(Duration::from_secs(60), &|| asked.replace(asked.get() + 1) == 5);
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!(asked.get(), 6);
        let before = clock.monotonic();
        clock.sleep_unless(Duration::from_millis(25), &|| false);
        assert!(clock.monotonic() - before >= 25_000_000);
    }

    #[test]
    fn virtual_time_saturates() {
        let mut clock = VirtualClock::new(5, 1);
        clock.sleep(Duration::MAX);
        assert_eq!((clock.realtime(), clock.monotonic()), (u64::MAX, u64::MAX));
    }
}
