//! The table of file descriptors.
//!
//! Knows nothing of what can be done with a descriptor; that is [`Descriptor`]'s own business.

use crate::sys::{Descriptor, Direction, Errno, Stdio};
use std::collections::BTreeMap;

/// How many descriptors a program may have at once.
pub(crate) const MAX_DESCRIPTORS: usize = 4096;

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
            (0, Descriptor::stdio(Direction::Input, stdin)),
            (1, Descriptor::stdio(Direction::Output, stdout)),
            (2, Descriptor::stdio(Direction::Output, stderr)),
        ]);
        Self { descriptors }
    }

    pub(crate) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        self.descriptors.get(&fd).ok_or(Errno::Badf)
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.descriptors.get_mut(&fd).ok_or(Errno::Badf)
    }

    /// Gives a descriptor the lowest free number.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many.
    pub(crate) fn insert(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        self.insert_from(0, descriptor)
    }

    /// Gives a descriptor the lowest free number that is not below `lowest`.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many, or there is no such number.
    pub(crate) fn insert_from(
        &mut self,
        lowest: u32,
        descriptor: Descriptor,
    ) -> Result<u32, Errno> {
        if self.descriptors.len() >= MAX_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        let taken = self.descriptors.range(lowest..).map(|(fd, _)| *fd);
        let (mut taken, mut free) = (taken, lowest);
        while taken.next() == Some(free) {
            free = free.checked_add(1).ok_or(Errno::Mfile)?;
        }
        // Numbers are signed in programs.
        if i32::try_from(free).is_err() {
            return Err(Errno::Mfile);
        }
        self.descriptors.insert(free, descriptor);
        Ok(free)
    }

    /// Puts a descriptor at a number, in place of one that is there.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many, [`Errno::Badf`] for a number out of range.
    pub(crate) fn replace(&mut self, fd: u32, descriptor: Descriptor) -> Result<(), Errno> {
        if i32::try_from(fd).is_err() {
            return Err(Errno::Badf);
        }
        if !self.descriptors.contains_key(&fd) && self.descriptors.len() >= MAX_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        self.descriptors.insert(fd, descriptor);
        Ok(())
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
    use crate::sys::{Kind, Null};

    fn streams() -> FdTable {
        FdTable::new(Box::new(Null), Box::new(Null), Box::new(Null))
    }

    #[test]
    fn descriptors_are_closed_and_renumbered() {
        let mut fds = streams();
        assert_eq!(fds.renumber(1, 3), Err(Errno::Badf));
        assert_eq!(fds.renumber(3, 1), Err(Errno::Badf));
        assert_eq!(fds.renumber(1, 1), Ok(()));
        assert_eq!(fds.renumber(0, 1), Ok(()));
        assert_eq!(fds.get(0).map(drop), Err(Errno::Badf));
        assert!(matches!(fds.get(1).unwrap().kind, Kind::Stdio(Direction::Input, _)));
        assert_eq!(fds.close(1), Ok(()));
        assert_eq!(fds.close(1), Err(Errno::Badf));
        assert_eq!(fds.close(u32::MAX), Err(Errno::Badf));
    }

    #[test]
    fn the_lowest_free_number_is_given() {
        let mut fds = streams();
        let copy = |fds: &FdTable| fds.get(2).unwrap().clone();
        assert_eq!(fds.insert(copy(&fds)), Ok(3));
        fds.close(1).unwrap();
        assert_eq!(fds.insert(copy(&fds)), Ok(1));
        assert_eq!(fds.insert_from(100, copy(&fds)), Ok(100));
        assert_eq!(fds.insert_from(100, copy(&fds)), Ok(101));
        assert_eq!(fds.insert_from(u32::MAX, copy(&fds)), Err(Errno::Mfile));
        assert_eq!(fds.replace(1 << 31, copy(&fds)), Err(Errno::Badf));
        assert_eq!(fds.replace(i32::MAX as u32, copy(&fds)), Ok(()));
    }

    #[test]
    fn descriptors_are_limited() {
        let mut fds = streams();
        let copy = fds.get(2).unwrap().clone();
        while fds.insert(copy.clone()).is_ok() {}
        assert_eq!(fds.descriptors.len(), MAX_DESCRIPTORS);
        assert_eq!(fds.insert(copy.clone()), Err(Errno::Mfile));
        assert_eq!(fds.replace(1 << 20, copy.clone()), Err(Errno::Mfile));
        assert_eq!(fds.replace(7, copy), Ok(()));
    }
}
