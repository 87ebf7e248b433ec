//! Open streams: what copies of a descriptor of a standard stream share.

use crate::sys::{Errno, Stdio, Waiting, lock};
use std::{
    io::SeekFrom,
    sync::{Arc, Mutex},
};

/// A standard stream and how it behaves.
pub(crate) struct OpenStream {
    pub(crate) stream: Box<dyn Stdio>,
    /// Nothing waits: where it would, the answer is [`Errno::Again`].
    pub(crate) nonblocking: bool,
    /// The stream itself answers where it would wait.
    never_waits: bool,
}

/// What copies of a descriptor share.
type Shared = Arc<Mutex<OpenStream>>;

impl OpenStream {
    pub(crate) fn new(stream: Box<dyn Stdio>) -> Self {
        Self { stream, nonblocking: false, never_waits: false }
    }

    /// A stream that never waits, whatever its flags are.
    #[cfg(feature = "emscripten")]
    pub(super) fn never_waiting(stream: Box<dyn Stdio>) -> Self {
        Self { stream, nonblocking: false, never_waits: true }
    }

    /// Whether it has positions.
    pub(crate) fn is_seekable(&mut self) -> bool {
        self.stream.seek(SeekFrom::Current(0)).is_ok()
    }

    /// Reads at an offset; the position stays.
    pub(super) fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        self.at(offset, |stream| stream.read(buffer))
    }

    /// Writes at an offset; the position stays.
    pub(super) fn write_at(&mut self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        self.at(offset, |stream| stream.write(bytes))
    }

    fn at<T>(
        &mut self,
        offset: u64,
        operation: impl FnOnce(&mut dyn Stdio) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let stream = &mut *self.stream;
        let here = stream.seek(SeekFrom::Current(0))?;
        stream.seek(SeekFrom::Start(offset))?;
        let result = operation(stream);
        stream.seek(SeekFrom::Start(here))?;
        result
    }
}

/// Reads, once that can be done without waiting.
pub(super) fn read(shared: &Shared, buffer: &mut [u8], waiting: &Waiting) -> Result<usize, Errno> {
    if lock(shared).never_waits {
        return lock(shared).stream.read(buffer);
    }
    let ready = || Ok(lock(shared).stream.ready_to_read().is_some());
    if lock(shared).nonblocking {
        if !ready()? {
            return Err(Errno::Again);
        }
    } else {
        waiting.until(ready)?;
    }
    lock(shared).stream.read(buffer)
}

/// Writes as much as can be written without waiting, once that is something.
pub(super) fn write(shared: &Shared, bytes: &[u8], waiting: &Waiting) -> Result<usize, Errno> {
    if lock(shared).never_waits {
        return lock(shared).stream.write(bytes);
    }
    let mut room = usize::MAX;
    let mut ready = || {
        let ready = lock(shared).stream.ready_to_write();
        room = ready.map_or(0, |len| usize::try_from(len).unwrap_or(usize::MAX).max(1));
        Ok(ready.is_some())
    };
    if lock(shared).nonblocking {
        if !ready()? {
            return Err(Errno::Again);
        }
    } else {
        waiting.until(ready)?;
    }
    lock(shared).stream.write(&bytes[..bytes.len().min(room)])
}
