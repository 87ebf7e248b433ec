//! The table of file descriptors.
//!
//! Knows nothing of what can be done with a descriptor; that is [`Descriptor`]'s own business.

use crate::sys::{
    Descriptor, Direction, Errno, Kind, OpenDir, Stdio,
    fs::{DirEntry, Mounts},
    lock,
};
#[cfg(feature = "emscripten")]
use crate::sys::{FileFlags, pipe};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, Weak},
};

/// How many descriptors a program may have at once.
pub(crate) const MAX_DESCRIPTORS: usize = 4096;

/// How many entries of directories are kept at once for programs that read them piece by piece.
const MAX_LISTED: usize = 1 << 20;

/// How many pipes a program may have at once: 4 MiB of what is written and not read.
#[cfg(feature = "emscripten")]
const MAX_PIPES: usize = 64;

/// The file descriptors of a program.
#[derive(Default)]
pub(crate) struct FdTable {
    descriptors: BTreeMap<u32, Descriptor>,
    /// The open directories that keep a listing, the one read last at the end, and how many
    /// entries each has.
    listings: VecDeque<(Weak<Mutex<OpenDir>>, usize)>,
    #[cfg(feature = "emscripten")]
    pipes: Vec<Weak<Mutex<VecDeque<u8>>>>,
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
        Self { descriptors, ..Self::default() }
    }

    pub(crate) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        self.descriptors.get(&fd).ok_or(Errno::Badf)
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.descriptors.get_mut(&fd).ok_or(Errno::Badf)
    }

    /// Whether there is room for one more; to be asked before something is done for it.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many.
    pub(crate) fn check_room(&self) -> Result<(), Errno> {
        if self.descriptors.len() >= MAX_DESCRIPTORS { Err(Errno::Mfile) } else { Ok(()) }
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
        self.check_room()?;
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

    /// Makes a pipe, and gives the end to read and the end to write, in this order.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many descriptors, [`Errno::Nfile`] if it has too
    /// many pipes.
    #[cfg(feature = "emscripten")]
    pub(crate) fn pipe(&mut self, nonblocking: bool) -> Result<[u32; 2], Errno> {
        if self.descriptors.len() + 2 > MAX_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        self.pipes.retain(|pipe| pipe.strong_count() > 0);
        if self.pipes.len() >= MAX_PIPES {
            return Err(Errno::Nfile);
        }
        let (reader, writer, counted) = pipe::pipe();
        self.pipes.push(counted);
        let flags = FileFlags { nonblock: nonblocking, ..FileFlags::default() };
        let reader = Descriptor::never_waiting(Direction::Input, Box::new(reader));
        let writer = Descriptor::never_waiting(Direction::Output, Box::new(writer));
        reader.set_flags(flags)?;
        writer.set_flags(flags)?;
        Ok([self.insert(reader)?, self.insert(writer)?])
    }

    /// Puts a descriptor at a number, in place of one that is there.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the program has too many, [`Errno::Badf`] for a number out of range.
    #[cfg_attr(
        not(any(test, feature = "emscripten")),
        expect(dead_code, reason = "for interfaces with `dup2`")
    )]
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

    /// The entries of an open directory, `.` and `..` first.
    ///
    /// They are looked up again only if the program reads `from_start`, so that one that goes on
    /// finds each once, whatever changes meanwhile. A program that reads very many directories at
    /// once loses that for those it did not read for the longest time.
    ///
    /// # Errors
    /// [`Errno::Notdir`] for what is no directory.
    pub(crate) fn listing(
        &mut self,
        fd: u32,
        mounts: &Mounts,
        from_start: bool,
    ) -> Result<Arc<[DirEntry]>, Errno> {
        let dir = match &self.get(fd)?.kind {
            Kind::Dir(dir) => Arc::clone(dir),
            _ => return Err(Errno::Notdir),
        };
        let listing = lock(&dir).listing(mounts, from_start)?;
        let this = Arc::downgrade(&dir);
        self.listings.retain(|(other, _)| other.strong_count() > 0 && !other.ptr_eq(&this));
        self.listings.push_back((this, listing.len()));
        self.forget_listings(MAX_LISTED);
        Ok(listing)
    }

    /// Keeps no more entries than `most`, except for the directory read last.
    fn forget_listings(&mut self, most: usize) {
        let mut kept: usize = self.listings.iter().map(|(_, len)| len).sum();
        while kept > most && self.listings.len() > 1 {
            let Some((dir, len)) = self.listings.pop_front() else { break };
            if let Some(dir) = dir.upgrade() {
                lock(&dir).forget_listing();
            }
            kept -= len;
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
    use crate::sys::{Null, fs::MemoryFs};

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

    #[cfg(feature = "emscripten")]
    #[test]
    fn pipes_are_limited_and_count_as_long_as_an_end_is_open() {
        let mut fds = streams();
        let ends: Vec<_> = std::iter::from_fn(|| fds.pipe(false).ok()).collect();
        assert_eq!(ends.len(), MAX_PIPES);
        assert_eq!(fds.pipe(false), Err(Errno::Nfile));
        fds.close(ends[0][0]).unwrap();
        assert_eq!(fds.pipe(false), Err(Errno::Nfile));
        fds.close(ends[0][1]).unwrap();
        assert_eq!(fds.pipe(true), Ok(ends[0]));
        fds.close(ends[0][0]).unwrap();
        fds.close(ends[0][1]).unwrap();
        let copy = fds.get(2).unwrap().clone();
        while fds.descriptors.len() + 1 < MAX_DESCRIPTORS {
            fds.insert(copy.clone()).unwrap();
        }
        assert_eq!(fds.pipe(false), Err(Errno::Mfile));
        assert_eq!(fds.descriptors.len() + 1, MAX_DESCRIPTORS);
    }

    #[test]
    fn listings_are_kept_for_the_directories_read_last() {
        let mut mounts = Mounts::default();
        let fs = MemoryFs::new();
        mounts.mount(b"/", Arc::new(fs.clone())).unwrap();
        let mut fds = FdTable::default();
        for _ in 0..3 {
            fds.insert(Descriptor::dir(mounts.top().unwrap())).unwrap();
        }
        let len = |fds: &mut FdTable, fd, from_start| {
            fds.listing(fd, &mounts, from_start).map(|listing| listing.len())
        };
        for fd in 0..3 {
            assert_eq!(len(&mut fds, fd, true), Ok(2));
        }
        fs.write("new", b"").unwrap();
        assert_eq!(len(&mut fds, 0, false), Ok(2));
        fds.forget_listings(2);
        assert_eq!(fds.listings.len(), 1);
        assert_eq!(len(&mut fds, 0, false), Ok(2));
        assert_eq!(len(&mut fds, 1, false), Ok(3));
        fds.close(1).unwrap();
        assert_eq!(len(&mut fds, 0, true), Ok(3));
        assert_eq!(fds.listings.len(), 1);
    }
}
