//! The table of file descriptors.

use crate::sys::{Errno, Stdio};
use std::{collections::BTreeMap, convert::Infallible};

/// Which way a standard stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

/// What a file descriptor stands for.
pub(crate) enum Descriptor {
    /// A standard stream.
    Stdio(Direction, Box<dyn Stdio>),
}

/// The file descriptors of a program.
#[derive(Default)]
pub(crate) struct FdTable {
    descriptors: BTreeMap<u32, Descriptor>,
}

impl FdTable {
    /// The table of a program that starts with these streams as 0, 1 and 2.
    pub(crate) fn new(
        stdin: Box<dyn Stdio>,
        stdout: Box<dyn Stdio>,
        stderr: Box<dyn Stdio>,
    ) -> Self {
        let descriptors = BTreeMap::from([
            (0, Descriptor::Stdio(Direction::Input, stdin)),
            (1, Descriptor::Stdio(Direction::Output, stdout)),
            (2, Descriptor::Stdio(Direction::Output, stderr)),
        ]);
        Self { descriptors }
    }

    pub(crate) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        self.descriptors.get(&fd).ok_or(Errno::Badf)
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.descriptors.get_mut(&fd).ok_or(Errno::Badf)
    }

    /// The file that `fd` stands for: none yet, every descriptor is a stream.
    pub(crate) fn file(&self, fd: u32) -> Result<Infallible, Errno> {
        match self.get(fd)? {
            Descriptor::Stdio(..) => Err(Errno::Badf),
        }
    }

    /// The directory that `fd` stands for: none yet, every descriptor is a stream.
    pub(crate) fn directory(&self, fd: u32) -> Result<Infallible, Errno> {
        match self.get(fd)? {
            Descriptor::Stdio(..) => Err(Errno::Badf),
        }
    }

    pub(crate) fn close(&mut self, fd: u32) -> Result<(), Errno> {
        self.descriptors.remove(&fd).map(drop).ok_or(Errno::Badf)
    }

    /// Moves what `from` stands for to `to`, which has to be in use and is closed.
    pub(crate) fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        self.get(to)?;
        let descriptor = self.descriptors.remove(&from).ok_or(Errno::Badf)?;
        self.descriptors.insert(to, descriptor);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Null;

    #[test]
    fn descriptors_are_closed_and_renumbered() {
        let mut fds = FdTable::new(Box::new(Null), Box::new(Null), Box::new(Null));
        assert_eq!(fds.renumber(1, 3), Err(Errno::Badf));
        assert_eq!(fds.renumber(3, 1), Err(Errno::Badf));
        assert_eq!(fds.renumber(1, 1), Ok(()));
        assert_eq!(fds.renumber(0, 1), Ok(()));
        assert_eq!(fds.get(0).map(drop), Err(Errno::Badf));
        assert!(matches!(fds.get(1), Ok(Descriptor::Stdio(Direction::Input, _))));
        assert_eq!(fds.close(1), Ok(()));
        assert_eq!(fds.close(1), Err(Errno::Badf));
        assert_eq!(fds.close(u32::MAX), Err(Errno::Badf));
    }
}
