//! Waiting for time to pass and for descriptors to become ready.
//!
//! Files are always ready. A stream or socket that can tell is asked, again and again as the
//! program's [`Poll`](crate::sys::Poll) says; one that can not counts as ready, and reading it may
//! still wait.
//!
//! An interrupt ends a wait early. The program stops at the next call or loop iteration; if it is
//! resumed later, it finds the events it waited for, because programs take any other answer for a
//! fault of the system and give up.

use crate::{
    InterruptHandle,
    sys::Errno,
    wasi::{
        Version, Wasi,
        clock::{MONOTONIC, REALTIME},
        guest_memory::{GuestMemory, List},
        types::{Event, Eventtype, SubscribedTo, Subscription},
    },
};
use core::time::Duration;

/// The arguments of `poll_oneoff`.
#[derive(Clone, Copy)]
pub(super) struct Poll {
    pub(super) version: Version,
    pub(super) subscriptions: List,
    pub(super) events: u32,
    pub(super) count_to: u32,
}

pub(super) fn poll_oneoff(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    poll: Poll,
    interrupt: Option<&InterruptHandle>,
) -> Result<(), Errno> {
    let List(start, count) = poll.subscriptions;
    if count == 0 {
        return Err(Errno::Inval);
    }
    memory.slice(start.into(), u64::from(count) * Subscription::size(poll.version))?;
    memory.slice(poll.events.into(), u64::from(count) * Event::SIZE)?;
    memory.slice(poll.count_to.into(), 4)?;
    let now = Now { realtime: wasi.clock.realtime(), monotonic: wasi.clock.monotonic() };
    let first = now.earliest(wasi, memory, &poll)?;
    let waited = match first.time {
        _ if first.ready => 0,
        time if first.pending => wait_for_pending(wasi, memory, &poll, &now, time, interrupt)?,
        Some(time) => {
            sleep(wasi, Duration::from_nanos(time), interrupt);
            time
        }
        None => 0,
    };
    let mut at = u64::from(poll.events);
    let mut happened = 0_u32;
    for i in 0..count {
        let subscription = read(memory, &poll, i)?;
        if let Some(event) = now.event(wasi, &subscription, waited)? {
            event.write(memory, at)?;
            at += Event::SIZE;
            happened += 1;
        }
    }
    memory.write(poll.count_to.into(), happened)
}

/// The subscriptions are read each time in place of being copied: there may be very many.
fn read(memory: &GuestMemory<'_>, poll: &Poll, i: u32) -> Result<Subscription, Errno> {
    let at = u64::from(poll.subscriptions.0) + u64::from(i) * Subscription::size(poll.version);
    Subscription::read(memory, poll.version, at)
}

fn sleep(wasi: &mut Wasi, time: Duration, interrupt: Option<&InterruptHandle>) {
    match interrupt {
        Some(handle) => wasi.clock.sleep_unless(time, &|| handle.is_pending()),
        None => wasi.clock.sleep(time),
    }
}

/// Waits until a descriptor is ready or, if there is a `limit`, so many nanoseconds have passed,
/// and returns how many have.
fn wait_for_pending(
    wasi: &mut Wasi,
    memory: &GuestMemory<'_>,
    poll: &Poll,
    now: &Now,
    limit: Option<u64>,
    interrupt: Option<&InterruptHandle>,
) -> Result<u64, Errno> {
    let limit = limit.unwrap_or(u64::MAX);
    let interrupted = || interrupt.is_some_and(InterruptHandle::is_pending);
    let mut waited = 0;
    while waited < limit {
        let left = Duration::from_nanos(limit - waited);
        let time = wasi.poll.wait(&mut *wasi.clock, left, &interrupted);
        if interrupted() {
            return Ok(limit);
        }
        waited = waited.saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        if now.earliest(wasi, memory, poll)?.ready {
            break;
        }
    }
    Ok(waited)
}

/// What of all that a program waits for happens first.
#[derive(Default)]
struct Earliest {
    /// Something has happened already.
    ready: bool,
    /// A descriptor is not ready.
    pending: bool,
    /// How many nanoseconds after the call the first clock's time comes.
    time: Option<u64>,
}

/// When the call was made, in nanoseconds of each clock.
struct Now {
    realtime: u64,
    monotonic: u64,
}

impl Now {
    fn earliest(
        &self,
        wasi: &mut Wasi,
        memory: &GuestMemory<'_>,
        poll: &Poll,
    ) -> Result<Earliest, Errno> {
        let mut earliest = Earliest::default();
        for i in 0..poll.subscriptions.1 {
            let subscription = read(memory, poll, i)?;
            match subscription.to {
                SubscribedTo::Clock { .. } => {
                    let time = self.time_until(&subscription.to)?;
                    earliest.ready |= time == 0;
                    earliest.time = Some(earliest.time.map_or(time, |first| first.min(time)));
                }
                _ => match ready_bytes(wasi, &subscription.to)? {
                    Some(_) => earliest.ready = true,
                    None => earliest.pending = true,
                },
            }
        }
        Ok(earliest)
    }

    /// How many nanoseconds after the call a clock's time comes; none for a descriptor.
    fn time_until(&self, to: &SubscribedTo) -> Result<u64, Errno> {
        let SubscribedTo::Clock { id, timeout, absolute } = *to else { return Ok(0) };
        let now = match id {
            REALTIME => self.realtime,
            MONOTONIC => self.monotonic,
            _ => return Err(Errno::Inval),
        };
        Ok(if absolute { timeout.saturating_sub(now) } else { timeout })
    }

    /// What has happened of a subscription after so many nanoseconds.
    fn event(
        &self,
        wasi: &mut Wasi,
        subscription: &Subscription,
        waited: u64,
    ) -> Result<Option<Event>, Errno> {
        let (eventtype, nbytes) = match subscription.to {
            SubscribedTo::Clock { .. } => {
                let over = self.time_until(&subscription.to)? <= waited;
                (Eventtype::Clock, over.then_some(0))
            }
            SubscribedTo::FdRead(_) => (Eventtype::FdRead, ready_bytes(wasi, &subscription.to)?),
            SubscribedTo::FdWrite(_) => (Eventtype::FdWrite, ready_bytes(wasi, &subscription.to)?),
        };
        let userdata = subscription.userdata;
        Ok(nbytes.map(|nbytes| Event { userdata, eventtype, nbytes }))
    }
}

/// How many bytes a descriptor can give or take, if it is ready.
fn ready_bytes(wasi: &mut Wasi, to: &SubscribedTo) -> Result<Option<u64>, Errno> {
    let reported = match *to {
        SubscribedTo::Clock { .. } => return Ok(None),
        SubscribedTo::FdRead(fd) => wasi.fds.get(fd)?.ready_to_read()?,
        SubscribedTo::FdWrite(fd) => wasi.fds.get(fd)?.ready_to_write()?.then_some(WRITABLE_BYTES),
    };
    Ok(wasi.poll.readiness(reported))
}

/// How many bytes a descriptor that is ready is said to take: at least so many.
const WRITABLE_BYTES: u64 = 1;
