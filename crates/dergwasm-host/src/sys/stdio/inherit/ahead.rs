//! Whether reading standard input would wait, where the system cannot be asked.
//!
//! A thread fills the buffer of [`std::io::stdin`] when a program asks, and takes nothing out of
//! it: what the program leaves is there for whoever reads next.

use crate::sys::{Errno, stdio::uninterrupted};
use std::{
    io::{self, BufRead, Read},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// What is known of the buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Buffer {
    /// Nothing, and no thread is there yet.
    New,
    /// Nothing, and the thread waits to be asked.
    Unknown,
    /// The thread fills it.
    Filling,
    /// So many bytes are in it; none at the end, or if reading fails.
    Filled(usize),
}

static BUFFER: Mutex<Buffer> = Mutex::new(Buffer::New);
static ASKED: Condvar = Condvar::new();

fn buffer() -> MutexGuard<'static, Buffer> {
    BUFFER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fills the buffer each time it is asked to.
fn fill() {
    loop {
        let waiting = ASKED.wait_while(buffer(), |buffer| *buffer != Buffer::Filling);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
        let mut stdin = io::stdin().lock();
        // Who reads meets the same error, or the end.
        let len = loop {
            match stdin.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                filled => break filled.map_or(0, <[u8]>::len),
            }
        };
        // Before anybody else can take something out.
        *buffer() = Buffer::Filled(len);
        drop(stdin);
    }
}

pub(super) fn ready_to_read() -> Option<u64> {
    let mut buffer = buffer();
    if *buffer == Buffer::New {
        let spawned = thread::Builder::new().name("stdin".into()).spawn(fill);
        if spawned.is_err() {
            // Then nobody knows, and reading may wait.
            return Some(1);
        }
    }
    match *buffer {
        Buffer::Filled(len) => return Some(len as u64),
        Buffer::Filling => {}
        Buffer::New | Buffer::Unknown => {
            *buffer = Buffer::Filling;
            ASKED.notify_one();
        }
    }
    None
}

pub(super) fn read(bytes: &mut [u8]) -> Result<usize, Errno> {
    // Waits for the thread if that is filling the buffer.
    let mut stdin = io::stdin().lock();
    let len = uninterrupted(|| stdin.read(bytes))?;
    let mut buffer = buffer();
    *buffer = match *buffer {
        Buffer::Filled(filled) if filled > len => Buffer::Filled(filled - len),
        Buffer::Filled(_) => Buffer::Unknown,
        other => other,
    };
    Ok(len)
}
