//! Open files of the host.

use super::attributes::{metadata, std_time};
use crate::sys::{
    Errno,
    fs::{File, Metadata, OpenOptions, SetTime},
};
use cap_std::fs as cap;
use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// An open file.
pub(super) struct HostFile {
    file: fs::File,
    read: bool,
    write: bool,
    /// Held by whoever depends on the position in `file` or on where writes to it go.
    mode: Mutex<Mode>,
}

/// Where writes to a file go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Where they say.
    At,
    /// To the end.
    Append,
}

impl HostFile {
    pub(super) fn new(file: fs::File, options: OpenOptions) -> Self {
        let OpenOptions { read, write, .. } = options;
        Self { file, read, write, mode: Mutex::new(Mode::At) }
    }

    fn for_writing(&self) -> Result<&fs::File, Errno> {
        if self.write { Ok(&self.file) } else { Err(Errno::Badf) }
    }

    /// Lets writes go where `mode` says for as long as the result is held.
    fn enter(&self, mode: Mode) -> Result<MutexGuard<'_, Mode>, Errno> {
        let mut now = self.mode.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != mode {
            set_mode(&self.file, mode)?;
            *now = mode;
        }
        Ok(now)
    }
}

/// Has the system put every write at the end, in one step with finding out where that is.
#[cfg(unix)]
fn set_mode(file: &fs::File, mode: Mode) -> Result<(), Errno> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let mut flags = fcntl_getfl(file).map_err(std::io::Error::from)?;
    flags.set(OFlags::APPEND, mode == Mode::Append);
    Ok(fcntl_setfl(file, flags).map_err(std::io::Error::from)?)
}

/// Elsewhere, appending is one step only for those who use the same open file.
#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: Mode) -> Result<(), Errno> {
    Ok(())
}

impl File for HostFile {
    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(metadata(&cap::Metadata::from_file(&self.file)?))
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        let mut times = fs::FileTimes::new();
        if let Some(time) = std_time(accessed) {
            times = times.set_accessed(time);
        }
        if let Some(time) = std_time(modified) {
            times = times.set_modified(time);
        }
        Ok(self.file.set_times(times)?)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        if !self.read {
            return Err(Errno::Badf);
        }
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)?;
        #[cfg(not(unix))]
        let count = {
            let _position = self.enter(Mode::At)?;
            (&self.file).seek(SeekFrom::Start(offset))?;
            std::io::Read::read(&mut &self.file, buffer)?
        };
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        let file = self.for_writing()?;
        let _mode = self.enter(Mode::At)?;
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::write_at(file, bytes, offset)?;
        #[cfg(not(unix))]
        let count = {
            (&*file).seek(SeekFrom::Start(offset))?;
            (&*file).write(bytes)?
        };
        Ok(count)
    }

    fn append(&self, bytes: &[u8]) -> Result<(usize, u64), Errno> {
        let mut file = self.for_writing()?;
        let _mode = self.enter(Mode::Append)?;
        if bytes.is_empty() || cfg!(not(unix)) {
            file.seek(SeekFrom::End(0))?;
        }
        let count = file.write(bytes)?;
        Ok((count, file.stream_position()?))
    }

    fn set_len(&self, len: u64) -> Result<(), Errno> {
        Ok(self.for_writing()?.set_len(len)?)
    }

    #[cfg(target_os = "linux")]
    fn allocate(&self, len: u64) -> Result<(), Errno> {
        use rustix::fs::{FallocateFlags, fallocate};
        let file = self.for_writing()?;
        if len == 0 {
            return Ok(());
        }
        // Only the last byte: the rest is not taken from the host until it is written to. Unlike
        // setting the length, this cannot cut what others append meanwhile.
        match fallocate(file, FallocateFlags::empty(), len - 1, 1) {
            Ok(()) => Ok(()),
            // Not every file system can.
            Err(rustix::io::Errno::OPNOTSUPP) if self.metadata()?.size < len => self.set_len(len),
            Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            Err(error) => Err(std::io::Error::from(error).into()),
        }
    }

    fn sync(&self, data_only: bool) -> Result<(), Errno> {
        let synced = if data_only { self.file.sync_data() } else { self.file.sync_all() };
        #[cfg(windows)]
        let synced = super::windows::synced(synced, self.write);
        Ok(synced?)
    }
}
