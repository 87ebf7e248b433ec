//! The streams of this process.

use super::{host_file, uninterrupted};
use crate::sys::{Errno, Stdio, fs::Metadata};
#[cfg(not(all(unix, feature = "host-fs")))]
use std::io::Read;
use std::io::{self, IsTerminal, SeekFrom, Write};

#[cfg(not(all(unix, feature = "host-fs")))]
mod ahead;

/// The standard input of this process, with its type, and with its size and position if it is a
/// file.
///
/// It is known whether a read would wait: from the system on Unix with the feature `host-fs`, and
/// otherwise from a thread that fills the buffer of [`std::io::stdin`] when a program asks. What
/// this process itself has read ahead through [`std::io::stdin`] is not seen by the program on
/// Unix with `host-fs`, nor if it is a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct InheritStdin;

impl Stdio for InheritStdin {
    /// Nothing is read ahead, so that the system knows whether there is more.
    #[cfg(all(unix, feature = "host-fs"))]
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        uninterrupted(|| Ok(rustix::io::read(io::stdin(), &mut *buffer)?))
    }

    #[cfg(not(all(unix, feature = "host-fs")))]
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        match file() {
            Some(mut file) => uninterrupted(|| file.read(buffer)),
            None => ahead::read(buffer),
        }
    }

    #[cfg(all(unix, feature = "host-fs"))]
    fn ready_to_read(&mut self) -> Option<u64> {
        host_file::HostStream::ready_to_read(&io::stdin())
    }

    #[cfg(not(all(unix, feature = "host-fs")))]
    fn ready_to_read(&mut self) -> Option<u64> {
        match file() {
            Some(file) => host_file::left(&file),
            None => ahead::ready_to_read(),
        }
    }

    fn is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(host_file::metadata(&io::stdin()))
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
        host_file::seek(&io::stdin(), to)
    }
}

/// Standard input if it is a file, which is read without a buffer, so that its position is true.
#[cfg(not(all(unix, feature = "host-fs")))]
fn file() -> Option<std::fs::File> {
    use host_file::HostStream;
    io::stdin().file().ok().filter(|file| file.metadata().is_ok_and(|found| found.is_file()))
}

macro_rules! inherit_output {
    ($(#[$doc:meta])* $Name:ident $stream:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $Name;

        impl Stdio for $Name {
            fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
                let len = uninterrupted(|| io::$stream().write(bytes))?;
                // Nothing may be left that the next piece would have to wait for.
                self.flush()?;
                Ok(len)
            }

            fn flush(&mut self) -> Result<(), Errno> {
                Ok(io::$stream().flush()?)
            }

            fn ready_to_write(&mut self) -> Option<u64> {
                host_file::HostStream::ready_to_write(&io::$stream())
            }

            fn is_terminal(&self) -> bool {
                io::$stream().is_terminal()
            }

            fn metadata(&self) -> Result<Metadata, Errno> {
                Ok(host_file::metadata(&io::$stream()))
            }

            fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
                self.flush()?;
                host_file::seek(&io::$stream(), to)
            }
        }
    };
}

inherit_output! {
    /// The standard output of this process, with its type, and with its size and position if it is
    /// a file. Nothing is kept back: what a program writes has been written when its system call
    /// returns.
    InheritStdout stdout
}
inherit_output! {
    /// The standard error of this process; as [`InheritStdout`].
    InheritStderr stderr
}
