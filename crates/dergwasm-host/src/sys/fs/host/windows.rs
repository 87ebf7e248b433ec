//! What Windows does not do as POSIX wants it.

use crate::sys::Errno;
use cap_fs_ext::{DirExt, MetadataExt};
use cap_std::fs::{self as cap, OpenOptionsExt};
use std::{io, path::Path};

/// Access to read and write, and to attributes, as `winnt.h` numbers them.
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const FILE_WRITE_ATTRIBUTES: u32 = 0x0100;

/// Opens a file so that its times can be set too, if the system lets us: POSIX allows that however
/// it was opened. Others may remove and rename it meanwhile, as no directory is opened here.
pub(super) fn open(
    dir: &cap::Dir,
    name: &Path,
    how: &cap::OpenOptions,
    read: bool,
    write: bool,
) -> io::Result<cap::File> {
    let bit = |is, bit| if is { bit } else { 0 };
    let access = bit(read, GENERIC_READ) | bit(write, GENERIC_WRITE) | FILE_WRITE_ATTRIBUTES;
    let denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    match dir.open_with(name, how.clone().access_mode(access)) {
        Err(error) if denied(&error) => {}
        opened => return opened,
    }
    match dir.open_with(name, how) {
        Err(error) if denied(&error) && dir.symlink_metadata(name).is_ok_and(|f| f.is_dir()) => {
            Err(io::ErrorKind::IsADirectory.into())
        }
        opened => opened,
    }
}

/// Windows refuses to flush what was not opened for writing, where POSIX does it. There is nothing
/// of ours to be written then.
pub(super) fn synced(synced: io::Result<()>, write: bool) -> io::Result<()> {
    match synced {
        Err(error) if !write && error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

/// Makes a link, of the kind that Windows wants for a directory if it leads to one now.
///
/// # Errors
/// [`Errno::Perm`] without the privilege to make links, [`Errno::Notsup`] where there are none.
pub(super) fn create_symlink(dir: &cap::Dir, name: &Path, target: &Path) -> Result<(), Errno> {
    if dir.symlink_metadata(name).is_ok() {
        return Err(Errno::Exist);
    }
    if dir.metadata(target).is_ok_and(|found| found.is_dir()) {
        dir.symlink_dir(target, name)?;
    } else {
        dir.symlink_file(target, name)?;
    }
    // A system without links may say that it made one.
    match dir.symlink_metadata(name) {
        Ok(found) if found.is_symlink() => Ok(()),
        _ => Err(Errno::Notsup),
    }
}

/// Removes an empty directory.
///
/// # Errors
/// [`Errno::Busy`] for one that is open, but that it is not empty counts more.
pub(super) fn remove_dir(dir: &cap::Dir, name: &Path) -> Result<(), Errno> {
    dir.remove_dir(name).map_err(|error| match Errno::from(error) {
        Errno::Busy if is_full(dir, name).unwrap_or(false) => Errno::Notempty,
        errno => errno,
    })
}

fn is_full(dir: &cap::Dir, name: &Path) -> io::Result<bool> {
    Ok(dir.open_dir_nofollow(name)?.entries()?.next().is_some())
}

/// Moves an entry. Windows puts a directory in place of a file, but not of an empty directory, and
/// has one number for all that is wrong.
pub(super) fn rename(
    from: &cap::Dir,
    name: &Path,
    to: &cap::Dir,
    to_name: &Path,
) -> Result<(), Errno> {
    let moved = from.symlink_metadata(name)?;
    let id = |found: &cap::Metadata| (found.dev(), found.ino());
    if moved.is_dir() && id(&moved) == id(&to.dir_metadata()?) {
        return Err(Errno::Inval);
    }
    if let Ok(replaced) = to.symlink_metadata(to_name) {
        let same = id(&moved) == id(&replaced);
        match (moved.is_dir(), replaced.is_dir()) {
            (true, false) => return Err(Errno::Notdir),
            (false, true) => return Err(Errno::Isdir),
            // Two names of one file stay; a name that is written in other letters is moved.
            (false, false) if same && moved.nlink() > 1 => return Ok(()),
            (true, true) if !same => remove_dir(to, to_name)?,
            _ => {}
        }
    }
    Ok(from.rename(name, to, to_name)?)
}

#[cfg(test)]
mod tests {
    use crate::sys::{
        Errno,
        fs::{FileSystem, HostDir, OpenOptions, SetTime},
    };
    use std::fs;

    const READ: OpenOptions =
        OpenOptions { read: true, write: false, create: false, create_new: false, truncate: false };
    const WRITE: OpenOptions = OpenOptions { write: true, ..READ };

    #[test]
    fn a_file_with_the_attribute_read_only_is_not_written() {
        let host = tempfile::tempdir().unwrap();
        let path = host.path().join("file");
        fs::write(&path, "kept").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions.clone()).unwrap();
        let root = HostDir::open(host.path()).unwrap().root().unwrap();
        let truncate = OpenOptions { truncate: true, ..READ };
        // Who may do everything may do this too on some systems that run programs for Windows.
        let refused = fs::OpenOptions::new().write(true).open(&path).is_err();
        for options in [WRITE, OpenOptions { create: true, ..WRITE }, truncate] {
            let opened = root.open_file(b"file", options);
            assert_eq!(opened.err(), refused.then_some(Errno::Acces));
        }
        fs::write(&path, "kept").ok();
        let file = root.open_file(b"file", READ).unwrap();
        assert_eq!(file.set_times(SetTime::At(100), SetTime::At(200)), Ok(()));
        assert_eq!((file.sync(true), file.sync(false)), (Ok(()), Ok(())));
        let mut buffer = [0; 5];
        assert_eq!((file.read_at(&mut buffer, 0), &buffer), (Ok(4), b"kept\0"));
        drop(file);
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
        root.remove_file(b"file").unwrap();
    }
}
