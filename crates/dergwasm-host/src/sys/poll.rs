//! Waiting for descriptors: really, or not at all.

use crate::sys::Clock;
use core::time::Duration;

/// How a program waits until a descriptor is ready or a time has come.
///
/// [`Stdio`](crate::sys::Stdio) and [`Socket`](crate::sys::Socket) say whether they are ready and
/// a [`Clock`] lets time pass; this decides what a program sees of both.
///
/// ```
/// use core::time::Duration;
/// use dergwasm_host::{sys::{Clock, Poll, SystemPoll}, wasi::Wasi};
///
/// /// Waits as the system does, but wakes an audio thread's program more often.
/// struct Eager;
///
/// impl Poll for Eager {
///     fn wait(
///         &mut self,
///         clock: &mut dyn Clock,
///         limit: Duration,
///         interrupted: &dyn Fn() -> bool,
///     ) -> Duration {
///         SystemPoll.wait(clock, limit.min(Duration::from_micros(500)), interrupted)
///     }
/// }
///
/// let wasi = Wasi::builder().poll(Eager).build();
/// # drop(wasi);
/// ```
pub trait Poll: Send {
    /// What a program is told about a descriptor that says of itself how many bytes can be read
    /// or written without waiting, or nothing if it is not ready. Default: the same.
    fn readiness(&mut self, reported: Option<u64>) -> Option<u64> {
        reported
    }

    /// Waits for descriptors that are not ready: lets some time pass, at most `limit` and no more
    /// once `interrupted` says so, and returns how much. They are asked again after it.
    fn wait(
        &mut self,
        clock: &mut dyn Clock,
        limit: Duration,
        interrupted: &dyn Fn() -> bool,
    ) -> Duration;
}

/// Descriptors are ready when they are; those that are not are asked every five milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemPoll;

/// How long to wait before descriptors are asked again.
const SLICE: Duration = Duration::from_millis(5);

impl Poll for SystemPoll {
    fn wait(
        &mut self,
        clock: &mut dyn Clock,
        limit: Duration,
        interrupted: &dyn Fn() -> bool,
    ) -> Duration {
        let time = limit.min(SLICE);
        clock.sleep_unless(time, interrupted);
        time
    }
}

/// Every descriptor is always ready for one byte, so that the speed of the other end is not seen.
///
/// Reading may then wait after all; what a program reads and in which order it does so are the
/// same in every run.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlwaysReady;

impl Poll for AlwaysReady {
    fn readiness(&mut self, _reported: Option<u64>) -> Option<u64> {
        Some(1)
    }

    fn wait(
        &mut self,
        clock: &mut dyn Clock,
        limit: Duration,
        interrupted: &dyn Fn() -> bool,
    ) -> Duration {
        clock.sleep_unless(limit, interrupted);
        limit
    }
}
