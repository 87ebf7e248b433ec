//! Names between the host's form and the bytes that programs know.
//!
//! On Unix they are the same bytes. On Windows they are WTF-8, and names are refused to which the
//! system gives another meaning than that of an entry of the directory: devices, streams, separators,
//! and ends that it drops.

#[cfg(windows)]
use super::{plain::is_plain, wtf8};
use crate::sys::{Errno, fs::place::check};
use std::{
    borrow::Cow,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The host's form of a name, which is one component of a path, for the host as well.
///
/// # Errors
/// [`Errno::Inval`] for what is no such name, [`Errno::Ilseq`] for what the host cannot hold.
pub(super) fn single(name: &[u8]) -> Result<Cow<'_, Path>, Errno> {
    check(name)?;
    #[cfg(windows)]
    if !is_plain(name) {
        return Err(Errno::Inval);
    }
    of_host(name)
}

#[cfg(unix)]
fn of_host(bytes: &[u8]) -> Result<Cow<'_, Path>, Errno> {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    Ok(Cow::Borrowed(Path::new(OsStr::from_bytes(bytes))))
}

#[cfg(windows)]
fn of_host(bytes: &[u8]) -> Result<Cow<'_, Path>, Errno> {
    use std::os::windows::ffi::OsStringExt;
    let wide = wtf8::decode(bytes).ok_or(Errno::Ilseq)?;
    Ok(Cow::Owned(OsString::from_wide(&wide).into()))
}

/// The bytes of a name of the host.
#[cfg(unix)]
pub(super) fn to_bytes(name: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(name)
}

/// The bytes of a name of the host.
#[cfg(windows)]
pub(super) fn to_bytes(name: OsString) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    wtf8::encode(name.encode_wide())
}

/// The host's form of what a link is to lead to, which is not absolute.
///
/// # Errors
/// As for [`single`], for each name in it.
pub(super) fn target(target: &[u8]) -> Result<Cow<'_, Path>, Errno> {
    #[cfg(windows)]
    {
        let mut names = target.split(|&byte| byte == b'/');
        if !names.all(|name| matches!(name, b"" | b"." | b"..") || is_plain(name)) {
            return Err(Errno::Inval);
        }
        let target: Vec<u8> =
            target.iter().map(|&byte| if byte == b'/' { b'\\' } else { byte }).collect();
        of_host(&target).map(|target| Cow::Owned(target.into_owned()))
    }
    #[cfg(unix)]
    of_host(target)
}

/// The bytes of what a link of the host leads to.
pub(super) fn target_to_bytes(target: PathBuf) -> Vec<u8> {
    #[cfg_attr(unix, expect(unused_mut, reason = "Windows has another separator"))]
    let mut bytes = to_bytes(target.into_os_string());
    #[cfg(windows)]
    for byte in bytes.iter_mut().filter(|byte| **byte == b'\\') {
        *byte = b'/';
    }
    bytes
}
