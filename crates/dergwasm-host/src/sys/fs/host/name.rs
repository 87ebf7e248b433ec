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
#[cfg(unix)]
pub(super) fn target_to_bytes(target: PathBuf) -> Vec<u8> {
    to_bytes(target.into_os_string())
}

/// The bytes of what a link of the host leads to; that of a drive is an absolute path.
#[cfg(windows)]
pub(super) fn target_to_bytes(target: PathBuf) -> Vec<u8> {
    use std::path::Component;
    let has_drive = matches!(target.components().next(), Some(Component::Prefix(_)));
    let bytes = to_bytes(target.into_os_string()).into_iter();
    let mut bytes: Vec<u8> = bytes.map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
    if has_drive && !bytes.starts_with(b"/") {
        bytes.insert(0, b'/');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_come_back() {
        for text in ["a", "../a/b", "./ä", "a/"] {
            let host = target(text.as_bytes()).unwrap().into_owned();
            assert_eq!(target_to_bytes(host), text.as_bytes());
        }
    }

    #[cfg(windows)]
    #[test]
    fn what_leads_to_a_drive_or_share_is_absolute() {
        for (host, bytes) in [
            ("..\\a/b", "../a/b"),
            ("\\a", "/a"),
            ("C:\\a", "/C:/a"),
            ("c:a", "/c:a"),
            ("\\\\?\\C:\\a", "//?/C:/a"),
            ("\\\\server\\share\\a", "//server/share/a"),
        ] {
            assert_eq!(target_to_bytes(host.into()), bytes.as_bytes());
        }
        for text in ["C:/a", "c:a", "a\\b", "a/b:c", "a/NUL/b", "a./b"] {
            assert_eq!(target(text.as_bytes()), Err(Errno::Inval), "{text}");
        }
        assert_eq!(single(b"\xff"), Err(Errno::Ilseq));
    }
}
