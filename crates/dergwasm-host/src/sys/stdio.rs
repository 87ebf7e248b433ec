//! Standard streams: the process's own, captured, given, observed, or none.

mod host_file;
mod inherit;

pub use host_file::FileStream;
pub use inherit::{InheritStderr, InheritStdin, InheritStdout};

use crate::sys::{
    Errno,
    fs::{FileType, Metadata},
};
use std::{
    fmt,
    io::{self, Read, SeekFrom},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A stream that a program's standard input, output or error can be connected to.
///
/// A stream for one direction leaves the other's method alone.
///
/// ```
/// use dergwasm_host::sys::{Errno, Stdio};
///
/// /// Counts what is written and keeps none of it.
/// struct Counter(usize);
///
/// impl Stdio for Counter {
///     fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
///         self.0 += bytes.len();
///         Ok(bytes.len())
///     }
/// }
/// ```
pub trait Stdio: Send {
    /// Reads up to as many bytes as `buffer` holds and returns how many; 0 at the end.
    ///
    /// # Errors
    /// Reading failed, or the stream cannot be read.
    fn read(&mut self, _buffer: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::Badf)
    }

    /// Writes bytes from the start of `bytes` and returns how many.
    ///
    /// A system call that writes several pieces gives short ones together.
    ///
    /// # Errors
    /// Writing failed, or the stream cannot be written.
    fn write(&mut self, _bytes: &[u8]) -> Result<usize, Errno> {
        Err(Errno::Badf)
    }

    /// Makes sure that what was written arrives; called once after each system call that writes.
    ///
    /// # Errors
    /// Writing failed.
    fn flush(&mut self) -> Result<(), Errno> {
        Ok(())
    }

    /// How many bytes can be read without waiting, as far as that is known, or nothing if a read
    /// would wait. A stream at its end does not wait.
    ///
    /// A stream that does not know says that there is one, which is the default; a read may then
    /// wait after all, and nothing can interrupt it.
    fn ready_to_read(&mut self) -> Option<u64> {
        Some(1)
    }

    /// How many bytes can be written without waiting, as far as that is known, or nothing if a
    /// write would wait. Default: as many as there are.
    fn ready_to_write(&mut self) -> Option<u64> {
        Some(u64::MAX)
    }

    /// Whether a person sits at the other end, so that programs flush at each line.
    fn is_terminal(&self) -> bool {
        false
    }

    /// What it is: a file, a pipe ([`FileType::Unknown`]), a socket, a terminal or another device
    /// with characters; and of a file the size.
    ///
    /// Programs choose by it how they buffer. Default: a terminal or a pipe, as
    /// [`Stdio::is_terminal`] says, and nothing else is known.
    ///
    /// # Errors
    /// The system does not tell.
    fn metadata(&self) -> Result<Metadata, Errno> {
        let terminal = self.is_terminal();
        Ok(Metadata::of_type(if terminal { FileType::CharacterDevice } else { FileType::Unknown }))
    }

    /// Moves the position, and returns where it is then, in bytes from the start.
    ///
    /// A stream without positions fails with [`Errno::Spipe`], which is the default.
    ///
    /// # Errors
    /// There are no positions, or none like this.
    fn seek(&mut self, _to: SeekFrom) -> Result<u64, Errno> {
        Err(Errno::Spipe)
    }
}

/// Repeats an operation as long as a signal interrupts it.
fn uninterrupted(mut operation: impl FnMut() -> io::Result<usize>) -> Result<usize, Errno> {
    loop {
        match operation() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return Ok(result?),
        }
    }
}

/// Nothing: reading finds the end, what is written disappears.
#[derive(Clone, Copy, Debug, Default)]
pub struct Null;

impl Stdio for Null {
    fn read(&mut self, _buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(0)
    }

    fn ready_to_read(&mut self) -> Option<u64> {
        Some(0)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        Ok(bytes.len())
    }
}

/// Keeps what is written. A clone shares the bytes, so that the embedder keeps one and gives the
/// other away.
///
/// ```
/// use dergwasm_host::sys::{Capture, Stdio};
///
/// let capture = Capture::new();
/// capture.clone().write(b"hello")?;
/// assert_eq!(capture.text(), "hello");
/// assert_eq!(capture.take(), b"hello");
/// assert_eq!(capture.text(), "");
/// # Ok::<(), dergwasm_host::sys::Errno>(())
/// ```
#[derive(Clone)]
pub struct Capture {
    bytes: Arc<Mutex<Vec<u8>>>,
    limit: usize,
}

impl Capture {
    /// How many bytes [`Capture::new`] keeps at most: 64 MiB.
    pub const DEFAULT_LIMIT: usize = 64 << 20;

    /// Keeps at most [`Capture::DEFAULT_LIMIT`] bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(Self::DEFAULT_LIMIT)
    }

    /// Keeps at most `limit` bytes; after that, writing fails with [`Errno::Nospc`].
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self { bytes: Arc::default(), limit }
    }

    /// What was written so far.
    #[must_use]
    pub fn contents(&self) -> Vec<u8> {
        self.lock().clone()
    }

    /// What was written so far, as text; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    /// Takes out what was written so far.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capture({} bytes)", self.lock().len())
    }
}

impl Stdio for Capture {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        let mut kept = self.lock();
        let len = bytes.len().min(self.limit.saturating_sub(kept.len()));
        if len == 0 && !bytes.is_empty() {
            return Err(Errno::Nospc);
        }
        kept.try_reserve(len).map_err(|_| Errno::Nomem)?;
        kept.extend_from_slice(&bytes[..len]);
        Ok(len)
    }
}

/// Hands what is written to a closure.
pub struct Callback<F>(F);

impl<F: FnMut(&[u8]) + Send> Callback<F> {
    /// Calls `f` with the bytes of each write.
    pub const fn new(f: F) -> Self {
        Self(f)
    }
}

impl<F> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

impl<F: FnMut(&[u8]) + Send> Stdio for Callback<F> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        (self.0)(bytes);
        Ok(bytes.len())
    }
}

/// Fixed bytes to be read, then the end.
#[derive(Clone, Debug, Default)]
pub struct Input(io::Cursor<Vec<u8>>);

impl Input {
    /// Gives these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(io::Cursor::new(bytes.into()))
    }
}

impl Stdio for Input {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(self.0.read(buffer)?)
    }

    fn ready_to_read(&mut self) -> Option<u64> {
        Some((self.0.get_ref().len() as u64).saturating_sub(self.0.position()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_has_a_limit() {
        let mut capture = Capture::with_limit(3);
        assert_eq!(capture.write(b"ab"), Ok(2));
        assert_eq!(capture.write(b"cd"), Ok(1));
        assert_eq!(capture.write(b"d"), Err(Errno::Nospc));
        assert_eq!(capture.write(b""), Ok(0));
        assert_eq!(capture.contents(), b"abc");
    }

    #[test]
    fn an_input_ends() {
        let (mut input, mut buffer) = (Input::new("hello"), [0; 4]);
        assert_eq!(input.read(&mut buffer), Ok(4));
        assert_eq!(input.read(&mut buffer), Ok(1));
        assert_eq!(input.read(&mut buffer), Ok(0));
        assert_eq!(input.write(b"x"), Err(Errno::Badf));
    }

    #[test]
    fn a_callback_sees_what_is_written() {
        let mut seen = Vec::new();
        assert_eq!(Callback::new(|bytes| seen.extend_from_slice(bytes)).write(b"hi"), Ok(2));
        assert_eq!(seen, b"hi");
    }
}
