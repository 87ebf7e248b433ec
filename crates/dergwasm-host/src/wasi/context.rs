//! What a program sees of the world.

use crate::{
    sys::{
        Clock, Errno, FdTable, Poll, Random, Timer, Waiting,
        fs::{Mounts, SetTime},
    },
    wasi::{Builder, types::check_fstflags},
};
use core::fmt;

/// The world of one program: arguments, environment, files, descriptors, clocks and randomness.
pub struct Wasi {
    /// Without the terminating zero.
    pub(crate) args: Vec<Vec<u8>>,
    /// As `KEY=VALUE`, without the terminating zero.
    pub(crate) env: Vec<Vec<u8>>,
    pub(crate) fds: FdTable,
    pub(crate) mounts: Mounts,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) poll: Box<dyn Poll>,
    pub(crate) random: Box<dyn Random>,
    /// Of the system call that is being made.
    pub(crate) waiting: Waiting,
}

impl Wasi {
    /// Describes a world that is empty at first: no arguments, no environment, no input, output
    /// that disappears. Only clocks and randomness are the system's.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The clocks, for a system call that waits for one.
    pub(crate) fn timer(&mut self) -> Timer<'_> {
        let Self { clock, poll, waiting, .. } = self;
        Timer { clock: &mut **clock, poll: &mut **poll, waiting }
    }

    /// The times that `fstflags` choose. The present is that of the program's clock.
    pub(super) fn set_times(
        &mut self,
        accessed: u64,
        modified: u64,
        flags: u32,
    ) -> Result<(SetTime, SetTime), Errno> {
        check_fstflags(flags)?;
        let mut choose = |given: u64, bits: u32| match bits & 3 {
            0 => SetTime::Keep,
            1 => SetTime::At(given),
            _ => SetTime::At(self.clock.realtime()),
        };
        Ok((choose(accessed, flags), choose(modified, flags >> 2)))
    }
}

impl Default for Wasi {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl fmt::Debug for Wasi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lossy = |list: &[Vec<u8>]| -> Vec<String> {
            list.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
        };
        f.debug_struct("Wasi")
            .field("args", &lossy(&self.args))
            .field("env", &lossy(&self.env))
            .finish_non_exhaustive()
    }
}
