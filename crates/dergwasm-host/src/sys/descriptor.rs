//! What a file descriptor stands for, and what can be done with it.
//!
//! System interfaces are thin layers over these operations: each answers for every kind of
//! descriptor, with the errno POSIX has for it. Copies of a descriptor share what it stands for.
//! Rights are kept here and checked by who knows their meaning.

use crate::sys::{
    Errno, FileFlags, OpenDir, OpenFile, OpenSocket, OpenStream, Shutdown, Socket, Stdio, Waiting,
    fs::{FileType, Metadata, Place, SetTime},
    open_socket, open_stream,
};
use std::{
    io::SeekFrom,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Which way a standard stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

/// What several descriptors may share.
pub(crate) type Shared<T> = Arc<Mutex<T>>;

/// What a file descriptor stands for.
#[derive(Clone)]
pub(crate) enum Kind {
    /// A standard stream.
    Stdio(Direction, Shared<OpenStream>),
    /// A file.
    File(Shared<OpenFile>),
    /// A directory.
    Dir(Shared<OpenDir>),
    /// A socket.
    Socket(Shared<OpenSocket>),
}

/// What may be done with a descriptor, as bits that the system interface gives a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    /// With itself.
    pub(crate) base: u64,
    /// With what is opened through it.
    pub(crate) inheriting: u64,
}

impl Rights {
    /// Everything.
    pub(crate) const ALL: Self = Self { base: u64::MAX, inheriting: u64::MAX };
}

/// A file descriptor. A clone is a copy as `dup` makes it.
#[derive(Clone)]
pub(crate) struct Descriptor {
    /// What it stands for.
    pub(crate) kind: Kind,
    /// What may be done with it.
    pub(crate) rights: Rights,
    /// The name under which the program was given it from the start.
    pub(crate) preopened_as: Option<Arc<[u8]>>,
}

/// Locks what is shared; a panic elsewhere left it whole, since each operation is one step.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn shared<T>(value: T) -> Shared<T> {
    Arc::new(Mutex::new(value))
}

impl From<Kind> for Descriptor {
    fn from(kind: Kind) -> Self {
        Self { kind, rights: Rights::ALL, preopened_as: None }
    }
}

impl Descriptor {
    pub(crate) fn stdio(direction: Direction, stream: Box<dyn Stdio>) -> Self {
        Kind::Stdio(direction, shared(OpenStream::new(stream))).into()
    }

    /// A stream that answers [`Errno::Again`] where it would wait, whatever its flags are.
    #[cfg(feature = "emscripten")]
    pub(super) fn never_waiting(direction: Direction, stream: Box<dyn Stdio>) -> Self {
        Kind::Stdio(direction, shared(OpenStream::never_waiting(stream))).into()
    }

    pub(crate) fn file(file: OpenFile) -> Self {
        Kind::File(shared(file)).into()
    }

    pub(crate) fn dir(place: Place) -> Self {
        Kind::Dir(shared(OpenDir::new(place))).into()
    }

    pub(crate) fn socket(socket: Box<dyn Socket>) -> Self {
        Kind::Socket(shared(OpenSocket::new(socket))).into()
    }

    /// The same with these rights.
    pub(crate) fn with_rights(self, rights: Rights) -> Self {
        Self { rights, ..self }
    }

    /// The directory it stands for.
    ///
    /// # Errors
    /// [`Errno::Notdir`] for anything else.
    pub(crate) fn place(&self) -> Result<Place, Errno> {
        match &self.kind {
            Kind::Dir(dir) => Ok(lock(dir).place().clone()),
            _ => Err(Errno::Notdir),
        }
    }

    /// What it is, as far as that can be told.
    pub(crate) fn file_type(&self) -> Result<FileType, Errno> {
        match &self.kind {
            Kind::Stdio(_, stream) => Ok(lock(stream).stream.metadata()?.file_type),
            Kind::Socket(_) => Ok(FileType::Socket),
            Kind::Dir(_) => Ok(FileType::Directory),
            Kind::File(file) => Ok(lock(file).file().metadata()?.file_type),
        }
    }

    /// Whether it is a terminal.
    #[cfg_attr(
        not(feature = "emscripten"),
        expect(dead_code, reason = "for interfaces that ask for it")
    )]
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(&self.kind, Kind::Stdio(_, stream) if lock(stream).stream.is_terminal())
    }

    /// Reads from where it is, and returns how many bytes; 0 at the end.
    pub(crate) fn read(&self, buffer: &mut [u8], waiting: &Waiting) -> Result<usize, Errno> {
        let len = buffer.len();
        let read = match &self.kind {
            Kind::Stdio(Direction::Input, stream) => open_stream::read(stream, buffer, waiting),
            Kind::Stdio(Direction::Output, _) => Err(Errno::Badf),
            Kind::File(file) => lock(file).read(buffer),
            Kind::Dir(_) => Err(Errno::Isdir),
            Kind::Socket(_) => self.receive(buffer, false, waiting),
        }?;
        Ok(read.min(len))
    }

    /// Writes to where it is, and returns how many bytes.
    pub(crate) fn write(&self, bytes: &[u8], waiting: &Waiting) -> Result<usize, Errno> {
        let written = match &self.kind {
            Kind::Stdio(Direction::Output, stream) => open_stream::write(stream, bytes, waiting),
            Kind::Stdio(Direction::Input, _) => Err(Errno::Badf),
            Kind::File(file) => lock(file).write(bytes),
            Kind::Dir(_) => Err(Errno::Isdir),
            Kind::Socket(_) => self.send(bytes, waiting),
        }?;
        Ok(written.min(bytes.len()))
    }

    /// Ends a system call that writes: a stream is flushed.
    pub(crate) fn flush(&self) -> Result<(), Errno> {
        match &self.kind {
            Kind::Stdio(_, stream) => lock(stream).stream.flush(),
            _ => Ok(()),
        }
    }

    /// Reads at an offset; the position stays.
    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        match &self.kind {
            Kind::Stdio(Direction::Output, _) => Err(Errno::Badf),
            Kind::Stdio(_, stream) => {
                let len = buffer.len();
                Ok(lock(stream).read_at(buffer, offset)?.min(len))
            }
            _ => lock(self.seekable()?).read_at(buffer, offset),
        }
    }

    /// Writes at an offset; the position stays.
    pub(crate) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        match &self.kind {
            Kind::Stdio(Direction::Input, _) => Err(Errno::Badf),
            Kind::Stdio(_, stream) => Ok(lock(stream).write_at(bytes, offset)?.min(bytes.len())),
            _ => lock(self.seekable()?).write_at(bytes, offset),
        }
    }

    /// Moves the position, and returns where it is then.
    pub(crate) fn seek(&self, to: SeekFrom) -> Result<u64, Errno> {
        match &self.kind {
            Kind::Stdio(_, stream) => lock(stream).stream.seek(to),
            _ => lock(self.seekable()?).seek(to),
        }
    }

    /// The file behind it, if it has positions.
    fn seekable(&self) -> Result<&Shared<OpenFile>, Errno> {
        match &self.kind {
            Kind::File(file) => Ok(file),
            Kind::Dir(_) => Err(Errno::Isdir),
            Kind::Stdio(..) | Kind::Socket(_) => Err(Errno::Spipe),
        }
    }

    /// The file behind it, to change its size.
    fn sizable(&self) -> Result<&Shared<OpenFile>, Errno> {
        match &self.kind {
            Kind::File(file) => Ok(file),
            Kind::Dir(_) => Err(Errno::Isdir),
            Kind::Stdio(..) | Kind::Socket(_) => Err(Errno::Inval),
        }
    }

    /// Its attributes; a socket has no more than a type.
    pub(crate) fn metadata(&self) -> Result<Metadata, Errno> {
        match &self.kind {
            Kind::File(file) => lock(file).file().metadata(),
            Kind::Dir(dir) => lock(dir).place().dir().metadata(),
            Kind::Stdio(_, stream) => lock(stream).stream.metadata(),
            Kind::Socket(_) => Ok(Metadata::of_type(FileType::Socket)),
        }
    }

    /// Sets its times.
    pub(crate) fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        match &self.kind {
            Kind::File(file) => lock(file).file().set_times(accessed, modified),
            Kind::Dir(dir) => lock(dir).place().dir().set_times(accessed, modified),
            Kind::Stdio(..) | Kind::Socket(_) => Err(Errno::Badf),
        }
    }

    /// Cuts a file or fills it up with zeros.
    pub(crate) fn set_len(&self, len: u64) -> Result<(), Errno> {
        if i64::try_from(len).is_err() {
            return Err(Errno::Inval);
        }
        lock(self.sizable()?).file().set_len(len)
    }

    /// Makes sure that a file has `len` bytes from `offset` on.
    pub(crate) fn allocate(&self, offset: u64, len: u64) -> Result<(), Errno> {
        let file = self.sizable()?;
        if len == 0 || i64::try_from(offset).is_err() || i64::try_from(len).is_err() {
            return Err(Errno::Inval);
        }
        let end = offset.saturating_add(len);
        if i64::try_from(end).is_err() {
            return Err(Errno::Fbig);
        }
        lock(file).file().allocate(end)
    }

    /// Makes sure that what was written is on the medium.
    pub(crate) fn sync(&self, data_only: bool) -> Result<(), Errno> {
        match &self.kind {
            Kind::File(file) => lock(file).file().sync(data_only),
            Kind::Dir(dir) => lock(dir).place().dir().sync(),
            Kind::Stdio(..) | Kind::Socket(_) => Err(Errno::Inval),
        }
    }

    /// The flags it was opened with or given since.
    pub(crate) fn flags(&self) -> FileFlags {
        match &self.kind {
            Kind::File(file) => lock(file).flags,
            Kind::Socket(socket) => {
                FileFlags { nonblock: lock(socket).is_nonblocking(), ..FileFlags::default() }
            }
            Kind::Stdio(_, stream) => {
                FileFlags { nonblock: lock(stream).nonblocking, ..FileFlags::default() }
            }
            Kind::Dir(_) => FileFlags::default(),
        }
    }

    /// Gives it flags.
    pub(crate) fn set_flags(&self, flags: FileFlags) -> Result<(), Errno> {
        match &self.kind {
            Kind::File(file) => {
                lock(file).flags = flags;
                Ok(())
            }
            // The other flags are those of files, and have no effect.
            Kind::Socket(socket) => lock(socket).set_nonblocking(flags.nonblock),
            Kind::Stdio(_, stream) => {
                lock(stream).nonblocking = flags.nonblock;
                Ok(())
            }
            Kind::Dir(_) => Err(Errno::Badf),
        }
    }

    /// How many bytes can be read without waiting, as far as that is known; nothing if a read
    /// would wait. The end can be read.
    pub(crate) fn ready_to_read(&self) -> Result<Option<u64>, Errno> {
        match &self.kind {
            Kind::Stdio(Direction::Input, stream) => Ok(lock(stream).stream.ready_to_read()),
            Kind::Stdio(Direction::Output, _) => Err(Errno::Badf),
            Kind::File(file) => Ok(Some(lock(file).left()?)),
            // Reading fails without waiting.
            Kind::Dir(_) => Ok(Some(0)),
            Kind::Socket(socket) => lock(socket).socket.ready_to_read(),
        }
    }

    /// Whether a write would not wait.
    pub(crate) fn ready_to_write(&self) -> Result<bool, Errno> {
        match &self.kind {
            Kind::Stdio(Direction::Input, _) => Err(Errno::Badf),
            Kind::Stdio(Direction::Output, stream) => {
                Ok(lock(stream).stream.ready_to_write().is_some())
            }
            Kind::Dir(_) | Kind::File(_) => Ok(true),
            Kind::Socket(socket) => lock(socket).socket.ready_to_write(),
        }
    }

    /// Whether who is at the other end has gone, as far as that is known: nothing can be read any
    /// more.
    pub(crate) fn is_hung_up(&self) -> bool {
        let pipe = || self.file_type().is_ok_and(|file_type| file_type == FileType::Unknown);
        match &self.kind {
            Kind::Socket(_) => self.ready_to_read() == Ok(Some(0)),
            Kind::Stdio(Direction::Input, _) => pipe() && self.ready_to_read() == Ok(Some(0)),
            _ => false,
        }
    }

    fn as_socket(&self) -> Result<&Shared<OpenSocket>, Errno> {
        match &self.kind {
            Kind::Socket(socket) => Ok(socket),
            _ => Err(Errno::Notsock),
        }
    }

    /// Takes bytes from a socket, or looks at them.
    pub(crate) fn receive(
        &self,
        buffer: &mut [u8],
        peek: bool,
        waiting: &Waiting,
    ) -> Result<usize, Errno> {
        open_socket::receive(self.as_socket()?, buffer, peek, waiting)
    }

    /// Sends bytes through a socket.
    pub(crate) fn send(&self, bytes: &[u8], waiting: &Waiting) -> Result<usize, Errno> {
        open_socket::send(self.as_socket()?, bytes, waiting)
    }

    /// Ends one or both ways of a socket.
    pub(crate) fn shutdown(&self, how: Shutdown) -> Result<(), Errno> {
        lock(self.as_socket()?).socket.shutdown(how)
    }

    /// Takes the next connection from a socket that listens.
    pub(crate) fn accept(&self, waiting: &Waiting) -> Result<Box<dyn Socket>, Errno> {
        open_socket::accept(self.as_socket()?, waiting)
    }
}
