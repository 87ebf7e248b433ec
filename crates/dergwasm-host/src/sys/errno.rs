//! Error numbers, as POSIX names them and WASI numbers them.
//!
//! Spec: [`errno` of WASI preview 1](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#errno).

use core::fmt;
use std::io;

macro_rules! errnos {
    ($($Name:ident = $number:literal $message:literal)*) => {
        /// Why a system call failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Errno { $(
            #[doc = concat!("`", stringify!($number), "`: ", $message, ".")]
            $Name = $number,
        )* }

        impl Errno {
            /// Every error, in the order of their numbers.
            pub const ALL: &[Self] = &[$( Self::$Name, )*];

            /// What it means, in a few words.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $( Self::$Name => $message, )* }
            }
        }
    };
}

// Each row becomes a variant with its number and message. Number 0 is success, which is no error.
errnos! {
    TooBig = 1 "argument list too long"
    Acces = 2 "permission denied"
    Addrinuse = 3 "address in use"
    Addrnotavail = 4 "address not available"
    Afnosupport = 5 "address family not supported"
    Again = 6 "resource unavailable, or operation would block"
    Already = 7 "connection already in progress"
    Badf = 8 "bad file descriptor"
    Badmsg = 9 "bad message"
    Busy = 10 "device or resource busy"
    Canceled = 11 "operation canceled"
    Child = 12 "no child processes"
    Connaborted = 13 "connection aborted"
    Connrefused = 14 "connection refused"
    Connreset = 15 "connection reset"
    Deadlk = 16 "resource deadlock would occur"
    Destaddrreq = 17 "destination address required"
    Dom = 18 "mathematics argument out of domain of function"
    Dquot = 19 "disk quota exceeded"
    Exist = 20 "file exists"
    Fault = 21 "bad address"
    Fbig = 22 "file too large"
    Hostunreach = 23 "host is unreachable"
    Idrm = 24 "identifier removed"
    Ilseq = 25 "illegal byte sequence"
    Inprogress = 26 "operation in progress"
    Intr = 27 "interrupted function"
    Inval = 28 "invalid argument"
    Io = 29 "input or output error"
    Isconn = 30 "socket is connected"
    Isdir = 31 "is a directory"
    Loop = 32 "too many levels of symbolic links"
    Mfile = 33 "file descriptor value too large"
    Mlink = 34 "too many links"
    Msgsize = 35 "message too large"
    Multihop = 36 "multihop attempted"
    Nametoolong = 37 "file name too long"
    Netdown = 38 "network is down"
    Netreset = 39 "connection aborted by network"
    Netunreach = 40 "network unreachable"
    Nfile = 41 "too many files open in system"
    Nobufs = 42 "no buffer space available"
    Nodev = 43 "no such device"
    Noent = 44 "no such file or directory"
    Noexec = 45 "executable file format error"
    Nolck = 46 "no locks available"
    Nolink = 47 "link has been severed"
    Nomem = 48 "not enough space"
    Nomsg = 49 "no message of the desired type"
    Noprotoopt = 50 "protocol not available"
    Nospc = 51 "no space left on device"
    Nosys = 52 "function not supported"
    Notconn = 53 "the socket is not connected"
    Notdir = 54 "not a directory, or a symbolic link to one"
    Notempty = 55 "directory not empty"
    Notrecoverable = 56 "state not recoverable"
    Notsock = 57 "not a socket"
    Notsup = 58 "not supported, or operation not supported on socket"
    Notty = 59 "inappropriate I/O control operation"
    Nxio = 60 "no such device or address"
    Overflow = 61 "value too large to be stored in data type"
    Ownerdead = 62 "previous owner died"
    Perm = 63 "operation not permitted"
    Pipe = 64 "broken pipe"
    Proto = 65 "protocol error"
    Protonosupport = 66 "protocol not supported"
    Prototype = 67 "protocol wrong type for socket"
    Range = 68 "result too large"
    Rofs = 69 "read-only file system"
    Spipe = 70 "invalid seek"
    Srch = 71 "no such process"
    Stale = 72 "stale file handle"
    Timedout = 73 "connection timed out"
    Txtbsy = 74 "text file busy"
    Xdev = 75 "cross-device link"
    Notcapable = 76 "extension: capabilities insufficient"
}

impl Errno {
    /// The number that WASI gives it.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Errno {}

#[cfg(all(unix, feature = "host-fs"))]
impl Errno {
    /// What the system's number means, where [`io::ErrorKind`] is less exact or has no word for it.
    fn of_system(number: i32) -> Option<Self> {
        use rustix::io::Errno as System;
        Some(match System::from_raw_os_error(number) {
            System::PERM => Self::Perm,
            System::ACCESS => Self::Acces,
            System::LOOP => Self::Loop,
            System::NAMETOOLONG => Self::Nametoolong,
            System::NXIO => Self::Nxio,
            System::NODEV => Self::Nodev,
            System::MFILE => Self::Mfile,
            System::NFILE => Self::Nfile,
            System::ILSEQ => Self::Ilseq,
            System::TXTBSY => Self::Txtbsy,
            System::BADF => Self::Badf,
            System::FAULT => Self::Fault,
            System::NOTTY => Self::Notty,
            System::OVERFLOW => Self::Overflow,
            System::RANGE => Self::Range,
            System::NOLCK => Self::Nolck,
            System::NOBUFS => Self::Nobufs,
            System::NOTSUP => Self::Notsup,
            System::NOSYS => Self::Nosys,
            _ => return None,
        })
    }
}

#[cfg(all(windows, feature = "host-fs"))]
impl Errno {
    /// What the system's number means, where [`io::ErrorKind`] is less exact or has no word for it.
    /// The numbers are those of `winerror.h`.
    fn of_system(number: i32) -> Option<Self> {
        Some(match number {
            4 => Self::Mfile,
            6 => Self::Badf,
            17 => Self::Xdev,
            19 => Self::Rofs,
            // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: others have it open.
            32 | 33 => Self::Busy,
            // ERROR_INVALID_NAME, which is no name that is too long.
            123 => Self::Inval,
            // ERROR_NEGATIVE_SEEK
            131 => Self::Inval,
            206 => Self::Nametoolong,
            // ERROR_DIRECTORY_NOT_SUPPORTED
            336 => Self::Isdir,
            // ERROR_STOPPED_ON_SYMLINK, ERROR_CANT_RESOLVE_FILENAME
            681 | 1921 => Self::Loop,
            // ERROR_NO_UNICODE_TRANSLATION
            1113 => Self::Ilseq,
            // ERROR_PRIVILEGE_NOT_HELD: to make symbolic links.
            1314 => Self::Perm,
            // ERROR_NOT_A_REPARSE_POINT: not a link.
            4390 => Self::Inval,
            _ => return None,
        })
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        #[cfg(all(any(unix, windows), feature = "host-fs"))]
        if let Some(errno) = error.raw_os_error().and_then(Self::of_system) {
            return errno;
        }
        match error.kind() {
            ErrorKind::NotFound => Self::Noent,
            ErrorKind::PermissionDenied => Self::Acces,
            ErrorKind::BrokenPipe => Self::Pipe,
            ErrorKind::AlreadyExists => Self::Exist,
            ErrorKind::WouldBlock => Self::Again,
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Self::Inval,
            ErrorKind::TimedOut => Self::Timedout,
            ErrorKind::Interrupted => Self::Intr,
            ErrorKind::Unsupported => Self::Notsup,
            ErrorKind::OutOfMemory => Self::Nomem,
            ErrorKind::NotADirectory => Self::Notdir,
            ErrorKind::IsADirectory => Self::Isdir,
            ErrorKind::DirectoryNotEmpty => Self::Notempty,
            ErrorKind::ReadOnlyFilesystem => Self::Rofs,
            ErrorKind::StorageFull => Self::Nospc,
            ErrorKind::QuotaExceeded => Self::Dquot,
            ErrorKind::FileTooLarge => Self::Fbig,
            ErrorKind::ResourceBusy => Self::Busy,
            ErrorKind::NotSeekable => Self::Spipe,
            ErrorKind::TooManyLinks => Self::Mlink,
            ErrorKind::CrossesDevices => Self::Xdev,
            ErrorKind::InvalidFilename => Self::Nametoolong,
            ErrorKind::ExecutableFileBusy => Self::Txtbsy,
            ErrorKind::ArgumentListTooLong => Self::TooBig,
            ErrorKind::Deadlock => Self::Deadlk,
            ErrorKind::StaleNetworkFileHandle => Self::Stale,
            ErrorKind::ConnectionRefused => Self::Connrefused,
            ErrorKind::ConnectionReset => Self::Connreset,
            ErrorKind::ConnectionAborted => Self::Connaborted,
            ErrorKind::NotConnected => Self::Notconn,
            ErrorKind::AddrInUse => Self::Addrinuse,
            ErrorKind::AddrNotAvailable => Self::Addrnotavail,
            ErrorKind::HostUnreachable => Self::Hostunreach,
            ErrorKind::NetworkUnreachable => Self::Netunreach,
            ErrorKind::NetworkDown => Self::Netdown,
            _ => Self::Io,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_holes() {
        assert_eq!(Errno::ALL.len(), 76);
        for (number, errno) in (1..).zip(Errno::ALL) {
            assert_eq!(errno.number(), number, "{errno:?}");
        }
    }

    #[test]
    fn a_broken_pipe_is_epipe() {
        assert_eq!(Errno::from(io::Error::from(io::ErrorKind::BrokenPipe)), Errno::Pipe);
    }

    #[cfg(all(unix, feature = "host-fs"))]
    #[test]
    fn numbers_of_the_system_keep_their_meaning() {
        use rustix::io::Errno as System;
        for (system, errno) in [
            (System::PERM, Errno::Perm),
            (System::ACCESS, Errno::Acces),
            (System::LOOP, Errno::Loop),
            (System::NAMETOOLONG, Errno::Nametoolong),
            (System::NXIO, Errno::Nxio),
            (System::MFILE, Errno::Mfile),
            (System::NOTSUP, Errno::Notsup),
            (System::NOENT, Errno::Noent),
            (System::EXIST, Errno::Exist),
            (System::NOTDIR, Errno::Notdir),
            (System::ISDIR, Errno::Isdir),
            (System::NOTEMPTY, Errno::Notempty),
            (System::XDEV, Errno::Xdev),
            (System::INVAL, Errno::Inval),
            (System::NOSPC, Errno::Nospc),
            (System::ROFS, Errno::Rofs),
            (System::BUSY, Errno::Busy),
        ] {
            let error = io::Error::from_raw_os_error(system.raw_os_error());
            assert_eq!(Errno::from(error), errno, "{system:?}");
        }
    }

    #[cfg(all(windows, feature = "host-fs"))]
    #[test]
    fn numbers_of_the_system_keep_their_meaning() {
        for (system, errno) in [
            (2, Errno::Noent),
            (3, Errno::Noent),
            (5, Errno::Acces),
            (17, Errno::Xdev),
            (32, Errno::Busy),
            (80, Errno::Exist),
            (112, Errno::Nospc),
            (123, Errno::Inval),
            (131, Errno::Inval),
            (145, Errno::Notempty),
            (183, Errno::Exist),
            (206, Errno::Nametoolong),
            (267, Errno::Notdir),
            (336, Errno::Isdir),
            (1314, Errno::Perm),
            (4390, Errno::Inval),
        ] {
            assert_eq!(Errno::from(io::Error::from_raw_os_error(system)), errno, "{system}");
        }
    }
}
