//! Open sockets: what copies of a descriptor of a socket share.

use crate::sys::{Errno, Socket, Waiting, lock};
use std::sync::{Arc, Mutex};

/// A socket and how it behaves.
pub(crate) struct OpenSocket {
    pub(crate) socket: Box<dyn Socket>,
    /// Nothing is to wait, and the socket itself cannot do that: it is asked first.
    asked_first: bool,
}

/// What copies of a descriptor share.
type Shared = Arc<Mutex<OpenSocket>>;

impl OpenSocket {
    pub(crate) fn new(socket: Box<dyn Socket>) -> Self {
        Self { socket, asked_first: false }
    }

    /// Whether operations answer [`Errno::Again`] where they would wait.
    pub(super) fn is_nonblocking(&self) -> bool {
        self.asked_first || self.socket.is_nonblocking()
    }

    pub(super) fn set_nonblocking(&mut self, nonblocking: bool) -> Result<(), Errno> {
        let set = self.socket.set_nonblocking(nonblocking);
        self.asked_first = nonblocking && set == Err(Errno::Notsup);
        if self.asked_first { Ok(()) } else { set }
    }
}

/// Waits until `ready` says that an operation would not wait, if that can be interrupted. What
/// `ready` fails with, the operation itself says.
fn ready(
    shared: &Shared,
    waiting: &Waiting,
    mut ready: impl FnMut(&mut dyn Socket) -> Result<bool, Errno>,
) -> Result<(), Errno> {
    let mut ready = || ready(&mut *lock(shared).socket) != Ok(false);
    if lock(shared).asked_first {
        return if ready() { Ok(()) } else { Err(Errno::Again) };
    }
    if lock(shared).is_nonblocking() {
        return Ok(());
    }
    waiting.until(|| Ok(ready()))
}

fn readable(shared: &Shared, waiting: &Waiting) -> Result<(), Errno> {
    ready(shared, waiting, |socket| Ok(socket.ready_to_read()?.is_some()))
}

/// Takes bytes, or looks at them.
pub(super) fn receive(
    shared: &Shared,
    buffer: &mut [u8],
    peek: bool,
    waiting: &Waiting,
) -> Result<usize, Errno> {
    readable(shared, waiting)?;
    let len = buffer.len();
    Ok(lock(shared).socket.receive(buffer, peek)?.min(len))
}

/// Takes the next connection.
pub(super) fn accept(shared: &Shared, waiting: &Waiting) -> Result<Box<dyn Socket>, Errno> {
    readable(shared, waiting)?;
    lock(shared).socket.accept()
}

/// Sends bytes.
pub(super) fn send(shared: &Shared, bytes: &[u8], waiting: &Waiting) -> Result<usize, Errno> {
    ready(shared, waiting, |socket| socket.ready_to_write())?;
    // There may be room, but not enough: a socket that can do so does not wait, so that an
    // interrupt is seen.
    let waits = waiting.can_be_interrupted() && !lock(shared).is_nonblocking();
    if !waits || lock(shared).socket.set_nonblocking(true).is_err() {
        return Ok(lock(shared).socket.send(bytes)?.min(bytes.len()));
    }
    let mut sent = Err(Errno::Again);
    let waited = waiting.until(|| {
        sent = lock(shared).socket.send(bytes);
        Ok(sent != Err(Errno::Again))
    });
    lock(shared).socket.set_nonblocking(false)?;
    waited.and(sent).map(|len| len.min(bytes.len()))
}
