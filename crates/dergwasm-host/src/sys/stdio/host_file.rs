//! What the host's own streams tell of themselves, and a file of the host as a stream.

use crate::sys::{
    Errno, Stdio,
    fs::{FileType, Metadata},
};
use std::{
    fs::{self, File},
    io::{IsTerminal, Read, Seek, SeekFrom},
    time::{SystemTime, UNIX_EPOCH},
};

/// A stream of this process, to be asked what it is.
pub(super) trait HostStream: IsTerminal {
    /// A second handle of the same open file: its position is that of the stream.
    fn file(&self) -> Result<File, Errno>;

    /// How many bytes can be read without waiting, or nothing if a read would wait.
    fn ready_to_read(&self) -> Option<u64>;

    /// How many bytes can be written without waiting, or nothing if a write would wait.
    fn ready_to_write(&self) -> Option<u64>;
}

#[cfg(unix)]
impl<S: IsTerminal + std::os::fd::AsFd> HostStream for S {
    fn file(&self) -> Result<File, Errno> {
        Ok(self.as_fd().try_clone_to_owned()?.into())
    }

    #[cfg(feature = "host-fs")]
    fn ready_to_read(&self) -> Option<u64> {
        use rustix::event::PollFlags;
        let ready = would_not_wait(self, PollFlags::IN);
        // What cannot count its bytes is asked by reading it.
        ready.then(|| rustix::io::ioctl_fionread(self).unwrap_or(1))
    }

    #[cfg(not(feature = "host-fs"))]
    fn ready_to_read(&self) -> Option<u64> {
        Some(1)
    }

    #[cfg(feature = "host-fs")]
    fn ready_to_write(&self) -> Option<u64> {
        use rustix::event::PollFlags;
        would_not_wait(self, PollFlags::OUT).then_some(PIPE_ROOM)
    }

    #[cfg(not(feature = "host-fs"))]
    fn ready_to_write(&self) -> Option<u64> {
        Some(u64::MAX)
    }
}

/// How many bytes a pipe takes that takes any: `PIPE_BUF`.
#[cfg(all(unix, feature = "host-fs"))]
const PIPE_ROOM: u64 = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// Whether an operation would not wait, or fail without waiting.
#[cfg(all(unix, feature = "host-fs"))]
fn would_not_wait(stream: &impl std::os::fd::AsFd, events: rustix::event::PollFlags) -> bool {
    use rustix::event::{PollFd, Timespec, poll};
    let mut fds = [PollFd::new(stream, events)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    !matches!(poll(&mut fds, Some(&now)), Ok(0))
}

#[cfg(windows)]
impl<S: IsTerminal + std::os::windows::io::AsHandle> HostStream for S {
    fn file(&self) -> Result<File, Errno> {
        Ok(self.as_handle().try_clone_to_owned()?.into())
    }

    fn ready_to_read(&self) -> Option<u64> {
        Some(1)
    }

    fn ready_to_write(&self) -> Option<u64> {
        Some(u64::MAX)
    }
}

#[cfg(not(any(unix, windows)))]
impl<S: IsTerminal> HostStream for S {
    fn file(&self) -> Result<File, Errno> {
        Err(Errno::Notsup)
    }

    fn ready_to_read(&self) -> Option<u64> {
        Some(1)
    }

    fn ready_to_write(&self) -> Option<u64> {
        Some(u64::MAX)
    }
}

/// The attributes of a stream of the host.
pub(super) fn metadata(stream: &impl HostStream) -> Metadata {
    if let Ok(found) = stream.file().and_then(|file| Ok(file.metadata()?)) {
        return of_std(&found);
    }
    let terminal = stream.is_terminal();
    Metadata::of_type(if terminal { FileType::CharacterDevice } else { FileType::Unknown })
}

/// Moves the position of a stream of the host, if it has one.
pub(super) fn seek(stream: &impl HostStream, to: SeekFrom) -> Result<u64, Errno> {
    // A terminal has none, whatever the system says of it.
    if stream.is_terminal() {
        return Err(Errno::Spipe);
    }
    let mut file = stream.file().map_err(|_| Errno::Spipe)?;
    // Some systems let a pipe be moved, which has no effect.
    match file.metadata().map(|found| of_std(&found).file_type) {
        Ok(FileType::File | FileType::BlockDevice | FileType::CharacterDevice) => {}
        _ => return Err(Errno::Spipe),
    }
    match to {
        SeekFrom::Start(to) if i64::try_from(to).is_err() => Err(Errno::Inval),
        _ => Ok(file.seek(to)?),
    }
}

/// How many bytes are left of a file, for what has a size.
pub(super) fn left(file: &File) -> Option<u64> {
    let found = file.metadata().ok().filter(fs::Metadata::is_file)?;
    let mut file = file;
    Some(found.len().saturating_sub(file.stream_position().ok()?))
}

fn of_std(found: &fs::Metadata) -> Metadata {
    let modified = nanoseconds(found.modified());
    let known = Metadata {
        size: found.len(),
        links: 1,
        accessed: nanoseconds(found.accessed()),
        modified,
        changed: modified,
        ..Metadata::of_type(file_type(found.file_type()))
    };
    of_system(known, found)
}

#[cfg(unix)]
fn of_system(known: Metadata, found: &fs::Metadata) -> Metadata {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(found.ctime()).unwrap_or(0);
    let rest = u64::try_from(found.ctime_nsec()).unwrap_or(0);
    Metadata {
        device: found.dev(),
        inode: found.ino(),
        links: found.nlink(),
        changed: seconds.saturating_mul(1_000_000_000).saturating_add(rest),
        ..known
    }
}

#[cfg(not(unix))]
fn of_system(known: Metadata, _: &fs::Metadata) -> Metadata {
    known
}

/// Since 1970; 0 for what is not known or was before.
fn nanoseconds(time: std::io::Result<SystemTime>) -> u64 {
    let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn file_type(found: fs::FileType) -> FileType {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if found.is_char_device() {
            return FileType::CharacterDevice;
        }
        if found.is_block_device() {
            return FileType::BlockDevice;
        }
        if found.is_socket() {
            return FileType::Socket;
        }
    }
    if found.is_file() {
        FileType::File
    } else if found.is_dir() {
        FileType::Directory
    } else {
        FileType::Unknown
    }
}

/// A file of the host as a stream: with its type, its size and a position.
///
/// What the file is opened for decides whether it can be read or written.
///
/// ```no_run
/// use dergwasm_host::{sys::FileStream, wasi::Wasi};
///
/// let wasi = Wasi::builder().stdin(FileStream::new(std::fs::File::open("numbers.txt")?)).build();
/// # drop(wasi);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FileStream(File);

impl FileStream {
    /// Begins where the file's position is.
    #[must_use]
    pub const fn new(file: File) -> Self {
        Self(file)
    }
}

impl Stdio for FileStream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        super::uninterrupted(|| self.0.read(buffer))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        super::uninterrupted(|| std::io::Write::write(&mut self.0, bytes))
    }

    fn ready_to_read(&mut self) -> Option<u64> {
        left(&self.0).or_else(|| HostStream::ready_to_read(&self.0))
    }

    fn ready_to_write(&mut self) -> Option<u64> {
        left(&self.0).map(|_| u64::MAX).or_else(|| HostStream::ready_to_write(&self.0))
    }

    fn is_terminal(&self) -> bool {
        self.0.is_terminal()
    }

    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(of_std(&self.0.metadata()?))
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
        seek(&self.0, to)
    }
}
