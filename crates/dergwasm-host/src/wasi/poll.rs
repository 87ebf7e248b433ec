//! Waiting for time to pass and for descriptors to become ready.
//!
//! Streams are always ready: a read may still wait for its data.
//!
//! An interrupt ends a wait early. The program stops at the next call or loop iteration; if it is
//! resumed later, it finds the events it waited for, because programs take any other answer for a
//! fault of the system and give up.

use crate::{
    InterruptHandle,
    sys::{Descriptor, Direction, Errno},
    wasi::{
        Wasi,
        clock::{MONOTONIC, REALTIME},
        guest_memory::{GuestMemory, List},
        types::{Event, Eventtype, SubscribedTo, Subscription},
    },
};
use core::time::Duration;

pub(super) fn poll_oneoff(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    subscriptions: List,
    events: u32,
    count_to: u32,
    interrupt: Option<&InterruptHandle>,
) -> Result<(), Errno> {
    let List(_, count) = subscriptions;
    if count == 0 {
        return Err(Errno::Inval);
    }
    memory.slice(events.into(), u64::from(count) * Event::SIZE)?;
    memory.slice(count_to.into(), 4)?;
    // The subscriptions are read twice in place of being copied: there may be very many.
    let now = Now { realtime: wasi.clock.realtime(), monotonic: wasi.clock.monotonic() };
    let mut wait = u64::MAX;
    for subscription in list(memory, subscriptions)? {
        wait = wait.min(now.until_ready(wasi, &subscription?)?);
    }
    if wait > 0 {
        let wait = Duration::from_nanos(wait);
        match interrupt {
            Some(handle) => wasi.clock.sleep_unless(wait, &|| handle.is_pending()),
            None => wasi.clock.sleep(wait),
        }
    }
    let mut at = u64::from(events);
    let mut happened = 0_u32;
    for i in 0..count {
        let subscription = Subscription::read(memory, address(subscriptions, i))?;
        if now.until_ready(wasi, &subscription)? <= wait {
            event(&subscription).write(memory, at)?;
            at += Event::SIZE;
            happened += 1;
        }
    }
    memory.write(count_to.into(), happened)
}

fn list<'a>(
    memory: &'a GuestMemory<'_>,
    subscriptions: List,
) -> Result<impl Iterator<Item = Result<Subscription, Errno>> + 'a, Errno> {
    let List(start, count) = subscriptions;
    memory.slice(start.into(), u64::from(count) * Subscription::SIZE)?;
    Ok((0..count).map(move |i| Subscription::read(memory, address(subscriptions, i))))
}

fn address(List(start, _): List, i: u32) -> u64 {
    u64::from(start) + u64::from(i) * Subscription::SIZE
}

/// When the call was made, in nanoseconds of each clock.
struct Now {
    realtime: u64,
    monotonic: u64,
}

impl Now {
    /// How many nanoseconds after the call the event happens that `subscription` waits for.
    fn until_ready(&self, wasi: &Wasi, subscription: &Subscription) -> Result<u64, Errno> {
        let (fd, wanted) = match subscription.to {
            SubscribedTo::Clock { id, timeout, absolute } => {
                let now = match id {
                    REALTIME => self.realtime,
                    MONOTONIC => self.monotonic,
                    _ => return Err(Errno::Inval),
                };
                return Ok(if absolute { timeout.saturating_sub(now) } else { timeout });
            }
            SubscribedTo::FdRead(fd) => (fd, Direction::Input),
            SubscribedTo::FdWrite(fd) => (fd, Direction::Output),
        };
        match wasi.fds.get(fd)? {
            Descriptor::Stdio(direction, _) if *direction == wanted => Ok(0),
            Descriptor::Stdio(..) => Err(Errno::Badf),
        }
    }
}

fn event(subscription: &Subscription) -> Event {
    let (eventtype, nbytes) = match subscription.to {
        SubscribedTo::Clock { .. } => (Eventtype::Clock, 0),
        SubscribedTo::FdRead(_) => (Eventtype::FdRead, 1),
        SubscribedTo::FdWrite(_) => (Eventtype::FdWrite, 1),
    };
    Event { userdata: subscription.userdata, eventtype, nbytes }
}
