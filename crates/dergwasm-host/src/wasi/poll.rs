//! Waiting for time to pass and for descriptors to become ready.
//!
//! Files and directories are always ready. A stream or socket that can tell is asked, again and
//! again as the program's [`Poll`](crate::sys::Poll) says; one that can not counts as ready, and
//! reading it may still wait. A descriptor that cannot be waited for is an event with the reason.
//!
//! An interrupt ends a wait early, and the machine stops. A run that is resumed waits for what is
//! left of its time.

use crate::{
    sys::{Errno, Kind, Wait},
    wasi::{
        Version, Wasi,
        clock::{MONOTONIC, REALTIME},
        guest_memory::{GuestMemory, List},
        rights,
        types::{Event, Eventtype, SubscribedTo, Subscription},
    },
};

/// The arguments of `poll_oneoff`.
#[derive(Clone, Copy)]
pub(super) struct Poll {
    pub(super) version: Version,
    pub(super) subscriptions: List,
    pub(super) events: u32,
    pub(super) count_to: u32,
}

/// How many subscriptions are looked at between looks at whether the machine is interrupted.
const LOOKED_AT: u32 = 256;

pub(super) fn poll_oneoff(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    poll: Poll,
) -> Result<(), Errno> {
    let List(start, count) = poll.subscriptions;
    if count == 0 {
        return Err(Errno::Inval);
    }
    memory.slice(start.into(), u64::from(count) * Subscription::size(poll.version))?;
    memory.slice(poll.events.into(), u64::from(count) * Event::SIZE)?;
    memory.slice(poll.count_to.into(), 4)?;
    let mut wait = wasi.timer().begin();
    for i in 0..count {
        check_interrupt(wasi, &wait, i)?;
        read(memory, &poll, i)?.check()?;
    }
    loop {
        let Found { happened, left, pending } = look(wasi, memory, &poll, &wait)?;
        if happened > 0 {
            return memory.write(poll.count_to.into(), happened);
        }
        wasi.timer().pass(&mut wait, left, pending)?;
    }
}

/// The subscriptions are read each time in place of being copied: there may be very many.
fn read(memory: &GuestMemory<'_>, poll: &Poll, i: u32) -> Result<Subscription, Errno> {
    let at = u64::from(poll.subscriptions.0) + u64::from(i) * Subscription::size(poll.version);
    Subscription::read(memory, poll.version, at)
}

/// There may be so many subscriptions that looking at them takes long.
fn check_interrupt(wasi: &mut Wasi, wait: &Wait, i: u32) -> Result<(), Errno> {
    if i.is_multiple_of(LOOKED_AT) { wasi.timer().check_interrupt(wait) } else { Ok(()) }
}

/// What there is to say of all that a program waits for.
struct Found {
    /// How many events there are.
    happened: u32,
    /// How many nanoseconds to wait at most, if there are none.
    left: u64,
    /// A descriptor is not ready.
    pending: bool,
}

/// Writes down what has happened.
fn look(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    poll: &Poll,
    wait: &Wait,
) -> Result<Found, Errno> {
    let mut found = Found { happened: 0, left: u64::MAX, pending: false };
    let mut at = u64::from(poll.events);
    for i in 0..poll.subscriptions.1 {
        check_interrupt(wasi, wait, i)?;
        let subscription = read(memory, poll, i)?;
        let event = match subscription.to {
            SubscribedTo::Clock { .. } => match subscription.to.left(wait) {
                0 => Some(subscription.event(Ok(Ready::default()))),
                left => {
                    found.left = found.left.min(left);
                    None
                }
            },
            _ => match readiness(wasi, &subscription.to) {
                Ok(None) => {
                    found.pending = true;
                    None
                }
                Ok(Some(ready)) => Some(subscription.event(Ok(ready))),
                Err(errno) => Some(subscription.event(Err(errno))),
            },
        };
        if let Some(event) = event {
            event.write(memory, at)?;
            at += Event::SIZE;
            found.happened += 1;
        }
    }
    Ok(found)
}

/// What a descriptor that is ready has to offer.
#[derive(Clone, Copy, Default)]
struct Ready {
    bytes: u64,
    hangup: bool,
}

impl SubscribedTo {
    /// How many nanoseconds to wait at once until a clock's time comes.
    ///
    /// A time that is relative passes by the monotonic clock, also if it is one of the other: so
    /// does it in POSIX, where setting the clock makes it neither longer nor shorter.
    fn left(&self, wait: &Wait) -> u64 {
        match *self {
            Self::Clock { timeout, absolute: false, .. } => wait.left_of(timeout),
            Self::Clock { id: REALTIME, timeout, .. } => {
                Wait::slice_of_realtime(wait.left_until_realtime(timeout))
            }
            Self::Clock { timeout, .. } => wait.left_until(timeout),
            Self::FdRead(_) | Self::FdWrite(_) => u64::MAX,
        }
    }
}

impl Subscription {
    /// Checks that it is to something there is.
    fn check(&self) -> Result<(), Errno> {
        match self.to {
            SubscribedTo::Clock { id: REALTIME | MONOTONIC, .. }
            | SubscribedTo::FdRead(_)
            | SubscribedTo::FdWrite(_) => Ok(()),
            SubscribedTo::Clock { .. } => Err(Errno::Inval),
        }
    }

    fn event(&self, ready: Result<Ready, Errno>) -> Event {
        let eventtype = match self.to {
            SubscribedTo::Clock { .. } => Eventtype::Clock,
            SubscribedTo::FdRead(_) => Eventtype::FdRead,
            SubscribedTo::FdWrite(_) => Eventtype::FdWrite,
        };
        let Ready { bytes, hangup } = ready.unwrap_or_default();
        Event { userdata: self.userdata, eventtype, error: ready.err(), nbytes: bytes, hangup }
    }
}

/// What a descriptor has to offer, if it is ready.
///
/// # Errors
/// It cannot be waited for.
fn readiness(wasi: &mut Wasi, to: &SubscribedTo) -> Result<Option<Ready>, Errno> {
    let (SubscribedTo::FdRead(fd) | SubscribedTo::FdWrite(fd)) = *to else { return Ok(None) };
    let descriptor = wasi.fds.get(fd)?;
    // Directories have no such right, and are always ready.
    if !matches!(descriptor.kind, Kind::Dir(_)) {
        rights::check(descriptor, rights::POLL_FD_READWRITE)?;
    }
    let reported = match to {
        SubscribedTo::FdRead(_) => descriptor.ready_to_read()?,
        _ => descriptor.ready_to_write()?.then_some(WRITABLE_BYTES),
    };
    let bytes = wasi.poll.readiness(reported);
    let ended = bytes == Some(0) && matches!(to, SubscribedTo::FdRead(_));
    let hangup = ended && descriptor.is_hung_up();
    Ok(bytes.map(|bytes| Ready { bytes, hangup }))
}

/// How many bytes a descriptor that is ready is said to take: at least so many.
const WRITABLE_BYTES: u64 = 1;
